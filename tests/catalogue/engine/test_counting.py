"""Counts by value are exact, whatever is counted and however many segments it lies in."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.document import Document
from catalogue.search.engine import counting, filtering
from catalogue.search.engine.filtering import Filter
from catalogue.search.engine.hits import EVERYTHING, Hits
from catalogue.search.engine.shape import CATALOGUE
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.engine.tables import SPAN
from tests.catalogue.engine import making
from tests.opensearch import collection

DRAWN = collection.drawn(150)
PARTS = (DRAWN[:90], DRAWN[90:140], DRAWN[140:])
DELETED = ({3, 4, 77}, set(), {0})
TODAY = date(2026, 11, 22)
NAMES = CATALOGUE.names


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return making.state(tmp_path_factory.mktemp("counted"), PARTS, [sorted(gone) for gone in DELETED])


def by_hand(documents: Iterable[Document], name: str) -> dict[str, int]:
    return dict(Counter(value for one in documents for value in set(one.values()[name])))


def named(state: Snapshot, name: str, counts: np.ndarray) -> dict[str, int]:
    facet = state.facets[name]
    return {facet.value(number): int(counts[number]) for number in np.flatnonzero(counts)}


@settings(max_examples=40)
@given(seed=st.integers(0, 1_000_000), few=st.booleans())
def test_any_documents_are_counted_as_by_hand(state: Snapshot, seed: int, few: bool):
    chance = random.Random(seed)
    chosen = [
        sorted(chance.sample(range(len(part)), chance.randint(0, 8 if few else len(part)))) for part in PARTS
    ]
    names = chance.sample(NAMES, chance.randint(1, len(NAMES)))

    counts = [
        counting.count(one.segment, np.array(docs, np.int64), names)
        for one, docs in zip(state.segments, chosen, strict=True)
    ]

    documents = [part[doc] for part, docs in zip(PARTS, chosen, strict=True) for doc in docs]
    for name in names:
        parts = [(one.segment, own[name]) for one, own in zip(state.segments, counts, strict=True)]
        assert named(state, name, counting.merged(state, name, parts)) == by_hand(documents, name), name


def test_all_documents_less_the_hidden_are_counted_as_by_hand(state: Snapshot):
    shown = [
        one
        for part, gone in zip(PARTS, DELETED, strict=True)
        for doc, one in enumerate(part)
        if doc not in gone and one.embargo <= 20261122
    ]
    visible = state.visible(TODAY)

    for name in NAMES:
        parts = []
        for one, seen in zip(state.segments, visible, strict=True):
            counts = counting.count(one.segment, None, [name])
            hidden = counting.count(one.segment, seen.hidden, [name])
            parts.append((one.segment, counting.less(counts, hidden)[name]))
        assert named(state, name, counting.merged(state, name, parts)) == by_hand(shown, name), name
    assert sum(seen.count for seen in visible) == len(shown)


@settings(max_examples=30)
@given(docs=st.sets(st.integers(0, 89)))
def test_columns_counted_jointly_are_counted_as_each_alone(state: Snapshot, docs: set[int]):
    segment = state.segments[0].segment
    chosen = np.array(sorted(docs), np.int64)

    assert len(segment.joints) > 0
    for joint in segment.joints:
        jointly = counting._jointly(joint, chosen)
        assert set(jointly) == set(joint.names)
        for name in joint.names:
            assert jointly[name].tolist() == counting._one(segment, name, chosen).tolist(), name


def test_years_take_part_in_joint_counts(state: Snapshot):
    assert any(SPAN in joint.names for one in state.segments for joint in one.segment.joints)


@pytest.mark.parametrize("limit", [1, 3, 40])
@pytest.mark.parametrize("count", [0, 1, 5, 30, 400])
def test_the_most_frequent_come_first_and_equals_by_number(count: int, limit: int):
    chance = random.Random(count)
    counts = np.array([chance.choice((0, 0, 1, 2, 2, 9)) for _ in range(count)], np.int64)

    expected = sorted(
        (number for number in range(count) if counts[number]), key=lambda number: -counts[number]
    )
    assert counting.largest(counts, limit) == expected[:limit]


def test_a_value_that_is_chosen_is_shown_however_rare(state: Snapshot):
    segment = state.segments[0].segment
    counts = counting.merged(state, "instrument", [(segment, segment.columns["instrument"].counts)])
    every = counting.top(state, "instrument", counts, 40, ())

    rarest, count = every[-1]

    assert counting.top(state, "instrument", counts, 1, (rarest, "kazoo")) == (every[0], (rarest, count))


@settings(max_examples=40)
@given(seed=st.integers(0, 1_000_000))
def test_filters_let_through_what_has_one_value_of_each(state: Snapshot, seed: int):
    chance = random.Random(seed)
    names = chance.sample(
        ("kind", "reuse", "person", "instrument", "plays", "collection"), chance.randint(1, 3)
    )
    filters = []
    for name in names:
        known = sorted({value for one in DRAWN for value in one.values()[name]})
        filters.append(
            Filter(name, name, (*chance.sample(known, min(len(known), chance.randint(1, 2))), "none"))
        )
    given_docs = sorted(chance.sample(range(90), 50))
    found = chance.choice((EVERYTHING, Hits(np.array(given_docs, np.int64), np.ones(50, np.float32))))

    passed = filtering.through(state, state.segments[0].segment, found, filters)

    assert passed.docs is not None
    assert passed.docs.tolist() == [
        doc
        for doc in (range(90) if found.docs is None else given_docs)
        if all(set(one.values) & set(PARTS[0][doc].values()[one.name]) for one in filters)
    ]


def test_no_filter_lets_everything_through(state: Snapshot):
    assert filtering.through(state, state.segments[0].segment, EVERYTHING, []) is EVERYTHING


def test_the_only_value_of_a_filter_that_nothing_has_lets_nothing_through(state: Snapshot):
    passed = filtering.through(
        state, state.segments[0].segment, EVERYTHING, [Filter("kind", "kind", ("opera",))]
    )

    assert passed.docs is not None
    assert passed.docs.tolist() == []


@settings(max_examples=25)
@given(values=st.lists(st.lists(st.sampled_from("abcde"), max_size=3, unique=True), min_size=1, max_size=9))
def test_a_column_gives_the_values_of_documents_and_the_documents_of_values(
    tmp_path: Path, values: list[list[str]]
):
    documents = [making.document(number, persons=tuple(own)) for number, own in enumerate(values)]
    column = making.written(tmp_path, documents).columns["person"]

    for number in range(len(column.values)):
        having = [doc for doc, own in enumerate(values) if column.value(number) in own]
        assert (column.docs_of(number).tolist(), column.count(number)) == (having, len(having))
    for doc, own in enumerate(values):
        codes, counts = column.codes(np.array([doc]))
        assert ([column.value(int(code)) for code in codes], counts.tolist()) == (own, [len(own)])
