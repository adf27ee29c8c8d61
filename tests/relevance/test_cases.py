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


def check(case: Case, corpus: Corpus, shelves: Shelves) -> None:
    """Fail with what is wrong and why it matters."""
    if wrong := expecting.failure(case, corpus, shelves):
        pytest.fail(f"{case.label}: {wrong}\nexpected because: {case.why}", pytrace=False)


def test_there_are_cases_enough_and_each_says_why() -> None:
    cases = DEMO + SOLOS

    assert len(cases) >= 80
    assert all(len(case.why.split()) >= 3 for case in cases)


@pytest.mark.parametrize("case", as_parameters(DEMO))
def test_the_demo_is_found_as_experts_expect(case: Case, demo: Corpus, demo_shelves: Shelves) -> None:
    check(case, demo, demo_shelves)


@pytest.mark.real_data
@pytest.mark.parametrize("case", as_parameters(SOLOS))
def test_solos_are_found_as_experts_expect(case: Case, solos: Corpus, solos_shelves: Shelves) -> None:
    check(case, solos, solos_shelves)
