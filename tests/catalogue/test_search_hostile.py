"""Random and hostile questions: none breaks the engine, a page or the API."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.catalogue import fuzz_questions, specimens


@pytest.fixture(scope="module")
def site(shared_site: Flask) -> Iterator[Flask]:
    """A site with a little of everything, in its index."""
    tenor = specimens.instrument("ts", "Tenorsaxofoon", "Tenor saxophone", "ts")
    webster = specimens.person("Ben Wijngaarde")
    session = specimens.session("Nachtconcert", specimens.plays(webster, tenor), date="1957-03")
    for number in range(30):
        part = specimens.plays(specimens.person(f"Joop Terwindt {number}"), tenor)
        specimens.recording(f"Blauw uur {number}", part, at=session, date=str(1940 + number), lineup="own")
    specimens.picture("Trompet van Terwindt, kleedkamer")
    specimens.in_index()
    return shared_site


def test_no_question_breaks_the_engine(site):
    words = fuzz_questions.words_of_site()

    with site.test_request_context("/nl/search"):
        report = fuzz_questions.throw(fuzz_questions.engine, 1_000, 1, words)

    assert not report.errors, "\n".join(report.lines())


@pytest.mark.parametrize("address", ["/nl/search", "/en/search", "/api/v1/search"])
def test_no_question_breaks_a_page(site, address):
    words = fuzz_questions.words_of_site()

    report = fuzz_questions.throw(fuzz_questions.pages(site, address), 100, 2, words)

    assert not report.errors, "\n".join(report.lines())
