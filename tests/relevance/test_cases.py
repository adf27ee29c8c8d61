"""Expert cases: each a question, what must come of it and why. A known failure that passes fails the test."""

import pytest

from tests.relevance import expecting, shelves
from tests.relevance.corpora import Corpus
from tests.relevance.expecting import Case
from tests.relevance.shelves import Shelves

DEMO, SOLOS = expecting.read("demo"), expecting.read("solos")


@pytest.fixture(scope="session")
def demo_shelves(demo: Corpus) -> Shelves:
    return shelves.of(demo)


@pytest.fixture(scope="session")
def solos_shelves(solos: Corpus) -> Shelves:
    return shelves.of(solos)


def as_parameters(cases: list[Case]) -> list[object]:
    """Each case under its question; a known failure must fail."""
    return [
        pytest.param(
            case,
            id=case.label,
            marks=[pytest.mark.xfail(reason=case.known_failure, strict=True)] if case.known_failure else [],
        )
        for case in cases
    ]


def test_there_are_cases_enough_and_each_says_why() -> None:
    cases = DEMO + SOLOS

    assert len(cases) >= 80
    assert all(len(case.why.split()) >= 3 for case in cases)


@pytest.mark.parametrize("case", as_parameters(DEMO))
def test_the_demo_is_found_as_experts_expect(case: Case, demo: Corpus, demo_shelves: Shelves) -> None:
    assert expecting.failure(case, demo, demo_shelves) is None, case.why


@pytest.mark.real_data
@pytest.mark.parametrize("case", as_parameters(SOLOS))
def test_solos_are_found_as_experts_expect(case: Case, solos: Corpus, solos_shelves: Shelves) -> None:
    assert expecting.failure(case, solos, solos_shelves) is None, case.why
