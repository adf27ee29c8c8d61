"""Counts and filters, compared with the slow and simple truth on made-up entries."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import pids
from catalogue.search import facets
from catalogue.search.document import Document, decades
from catalogue.search.query import FILTERS, SearchQuery
from catalogue.search.whoosh_index import WhooshIndex

TODAY = date(2026, 11, 22)
PEOPLE = [pids.derive(f"person {number}") for number in range(4)]
PLACES = [pids.derive(f"place {number}") for number in range(3)]
FONDS = [pids.derive(f"fonds {number}") for number in range(2)]

SOME = {
    "kind": st.sampled_from(["recording", "image"]),
    "reuse": st.sampled_from(["direct", "on_request", "none"]),
    "instrument": st.sampled_from(["trumpet", "piano", "drums"]),
    "person": st.sampled_from(PEOPLE),
    "with": st.sampled_from(PEOPLE),
    "place": st.sampled_from(PLACES),
    "collection": st.sampled_from(FONDS),
    "decade": st.sampled_from(["1940", "1950", "1960", "undated"]),
}
DAYS = st.one_of(st.none(), st.integers(1940, 1969).map(lambda year: year * 10_000 + 615))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    lo, hi = draw(DAYS), draw(DAYS)
    if lo is not None and hi is not None:
        lo, hi = min(lo, hi), max(lo, hi)
    return Document(
        pid="",
        kind=draw(SOME["kind"]),
        titles=(draw(st.sampled_from(["Rood", "Blauw", "Rood uur", "Zwart"])),),
        persons=tuple(draw(st.sets(SOME["person"]))),
        instruments=tuple(draw(st.sets(SOME["instrument"]))),
        place_pids=tuple(draw(st.sets(SOME["place"], max_size=2))),
        collections=tuple(draw(st.sets(SOME["collection"]))),
        reuse=draw(SOME["reuse"]),
        lo=lo,
        hi=hi,
        embargo=draw(st.sampled_from([0, 0, 20260101, 20300101])),
    )


@st.composite
def questions(draw: st.DrawFn) -> SearchQuery:
    asked = SearchQuery(q=draw(st.sampled_from(["", "rood", "uur"])))
    for name in draw(st.sets(st.sampled_from(FILTERS), max_size=3)):
        for value in draw(st.sets(SOME[name], min_size=1, max_size=2)):
            asked = asked.with_value(name, value)
    years = st.one_of(st.none(), st.integers(1938, 1972))
    first, last = draw(years), draw(years)
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    return SearchQuery(q=asked.q, filters=asked.filters, from_year=first, to_year=last, sort="added")


def values(document: Document, name: str) -> tuple[str, ...]:
    return {
        "kind": (document.kind,),
        "reuse": (document.reuse,),
        "instrument": document.instruments,
        "person": document.persons,
        "with": document.persons,
        "place": document.place_pids,
        "collection": document.collections,
        "decade": document.decades,
    }[name]


def passes(document: Document, asked: SearchQuery, left_out: str = "") -> bool:
    if document.embargo > 20261122 or (asked.q and asked.q not in document.titles[0].lower().split()):
        return False
    for name, wanted in asked.filters:
        if name != left_out and not set(wanted) & set(values(document, name)):
            return False
    return left_out == "years" or not asked.has_years or overlaps(document, asked)


def overlaps(document: Document, asked: SearchQuery) -> bool:
    if document.lo is None and document.hi is None:
        return False
    starts_before_end = asked.to_year is None or document.lo is None or document.lo // 10_000 <= asked.to_year
    ends_after_start = (
        asked.from_year is None or document.hi is None or document.hi // 10_000 >= asked.from_year
    )
    return starts_before_end and ends_after_start


@given(st.lists(documents(), min_size=1, max_size=12), st.lists(questions(), min_size=1, max_size=8))
def test_totals_and_counts_are_those_of_going_through_all_entries(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Document], asked: list[SearchQuery]
):
    folder: Path = tmp_path_factory.mktemp("index")
    everything = [
        document.__class__(**{**vars(document), "pid": pids.derive(str(n))})
        for n, document in enumerate(drawn)
    ]
    index = WhooshIndex(folder)
    index.rebuild([everything], lambda _done: None)

    for question in asked:
        result = index.search(question, TODAY)
        if result.rung != "exact":
            continue
        assert set(result.pids) == {document.pid for document in everything if passes(document, question)}
        assert result.total == len(result.pids)
        for name, counts in result.facets.items():
            among = [document for document in everything if passes(document, question, left_out=name)]
            assert dict(counts) == Counter(
                value for document in among for value in set(values(document, name))
            )
        dated = [d for d in everything if passes(d, question, left_out="years") and (d.lo or d.hi)]
        assert round(sum(result.years.values()), 6) == len(dated)
    index.close()


def test_values_are_counted_most_frequent_first():
    column = facets.facet([("b",), ("a", "b"), ("c",), ("a",), ("b",)])

    assert column.count(column.having(["a", "b", "c"])) == (("b", 3), ("a", 2), ("c", 1))


@pytest.mark.parametrize(
    ("lo", "hi", "expected"),
    [
        (None, None, ("undated",)),
        (19580314, 19580314, ("1950",)),
        (19550101, 19651231, ("1950", "1960")),
        (None, 19491231, ("1940",)),
        (19700101, None, ("1970",)),
    ],
)
def test_an_entry_lies_in_every_decade_it_may_be_of(
    lo: int | None, hi: int | None, expected: tuple[str, ...]
):
    assert decades(lo, hi) == expected


def test_an_entry_of_four_years_counts_a_quarter_in_each():
    column = facets.dates([(19560101, 19591231), (19580314, 19580314), (None, None)])

    years = column.years(column.overlap(None, None))

    assert years == pytest.approx({1956: 0.25, 1957: 0.25, 1958: 1.25, 1959: 0.25})
