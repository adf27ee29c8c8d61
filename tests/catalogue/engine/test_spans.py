"""Dates as ranges of years, with open sides and without any: what may be of some years, what is, and how many."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.document import Document, decades
from catalogue.search.engine import spans
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.spans import Ranges
from catalogue.search.query import UNDATED
from tests.catalogue.engine import making
from tests.opensearch import collection

YEARS = (None, 1949, 1950, 1955, 1959, 1960, 1965)
DATED = [
    making.document(
        number,
        lo=None if first is None else first * 10_000 + 101,
        hi=None if last is None else last * 10_000 + 1231,
    )
    for number, (first, last) in enumerate(
        [
            (first, last)
            for first in YEARS
            for last in (*YEARS, 1850, 2090)
            if first is None or last is None or first <= last
        ]
    )
]


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Segment:
    return making.written(tmp_path_factory.mktemp("dated"), DATED)


def marked(segment: Segment, marks: np.ndarray) -> list[Document]:
    return [DATED[doc] for doc in np.flatnonzero(marks.take(segment.span)).tolist()]


def asked(first: int | None, last: int | None) -> collection.SearchQuery:
    return collection.SearchQuery(from_year=first, to_year=last)


@settings(max_examples=80)
@given(
    first=st.none() | st.integers(1940, 1970),
    last=st.none() | st.integers(1940, 1970),
)
def test_what_may_and_what_must_be_of_some_years(segment: Segment, first: int | None, last: int | None):
    may, must = spans.within(segment, first, last)

    query = asked(first, last)
    assert marked(segment, may) == [one for one in DATED if collection.may_be(one, query)]
    assert marked(segment, must) == [one for one in DATED if collection.is_certain(one, query)]


def test_what_is_open_at_a_side_is_certain_only_of_years_that_are_open_there(segment: Segment):
    after, before = making.document(1, lo=19550101), making.document(2, hi=19551231)

    def certain(first: int | None, last: int | None) -> list[tuple[int | None, int | None]]:
        return [(one.lo, one.hi) for one in marked(segment, spans.within(segment, first, last)[1])]

    assert (after.lo, None) in certain(1950, None)
    assert (after.lo, None) not in certain(1950, 2050)
    assert (None, before.hi) in certain(None, 1960)
    assert (None, before.hi) not in certain(1900, 1960)


def test_what_has_no_date_is_of_no_years(segment: Segment):
    undated = [one for one in DATED if one.lo is None and one.hi is None]

    assert undated
    assert not set(undated) & set(marked(segment, spans.within(segment, None, None)[0]))
    assert marked(segment, spans.in_decades(segment, [UNDATED], UNDATED)) == undated


@pytest.mark.parametrize("chosen", [("1950",), ("1940", "1960"), ("1950", UNDATED), ("1800",), ("2080",), ()])
def test_a_decade_holds_what_may_be_of_it(segment: Segment, chosen: tuple[str, ...]):
    assert marked(segment, spans.in_decades(segment, chosen, UNDATED)) == [
        one for one in DATED if set(chosen) & set(one.decades)
    ]


@settings(max_examples=40)
@given(docs=st.sets(st.integers(0, len(DATED) - 1)))
def test_years_and_decades_are_counted_as_by_hand(segment: Segment, docs: set[int]):
    counts = np.bincount(segment.span.take(sorted(docs)).astype(np.int64), minlength=len(segment.span_lo))
    chosen = [DATED[doc] for doc in docs]
    ranges = Ranges([segment])

    assert dict(ranges.decades(counts, UNDATED)) == collection.counted(chosen, "decade")
    assert ranges.years(counts) == pytest.approx(collection.years(chosen))
    assert ranges.undated(counts) == sum(UNDATED in one.decades for one in chosen)
    assert sum(ranges.years(counts).values()) == pytest.approx(len(chosen) - ranges.undated(counts))


def test_the_ranges_of_several_segments_have_one_number_each(tmp_path: Path):
    one = written(tmp_path, [(1958, 1958), (None, 1960)])
    two = written(tmp_path, [(1951, 1951), (1958, 1958), (None, None)])
    ranges = Ranges([one, two])
    total = np.zeros(len(ranges), np.int64)
    for segment in (one, two):
        total[ranges.numbers[segment.name]] += segment.span_counts

    assert len(ranges) == 4
    assert ranges.years(total) == {1951: 1, 1958: 2, 1960: 1}
    assert ranges.undated(total) == 1


def test_without_any_segment_there_is_nothing_to_count():
    ranges = Ranges([])

    assert ranges.years(np.zeros(0, np.int64)) == {}
    assert ranges.decades(np.zeros(0, np.int64), UNDATED) == ()


def test_the_fullest_decade_comes_first_and_equals_in_order_of_time(tmp_path: Path):
    segment = written(tmp_path, [(1965, 1965), (1951, 1951), (1958, 1961), (None, None)])

    found = Ranges([segment]).decades(segment.span_counts, UNDATED)

    assert found == (("1950", 2), ("1960", 2), (UNDATED, 1))


def test_an_entry_of_many_centuries_is_offered_in_its_first_decades_only(tmp_path: Path):
    segment = written(tmp_path, [(1850, 2026)])

    offered = [name for name, _count in Ranges([segment]).decades(segment.span_counts, UNDATED)]

    assert tuple(offered) == decades(18500101, 20261231)
    assert spans.in_decades(segment, ["1960"], UNDATED).tolist() == [True]
    assert spans.in_decades(segment, ["1970"], UNDATED).tolist() == [False]


def written(folder: Path, years: list[tuple[int | None, int | None]]) -> Segment:
    dated = [
        making.document(
            number,
            lo=None if first is None else first * 10_000 + 101,
            hi=None if last is None else last * 10_000 + 1231,
        )
        for number, (first, last) in enumerate(years)
    ]
    return making.written(folder, dated)
