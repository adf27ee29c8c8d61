"""The order of answers: what sorting all of them would give, on every page and over any number of segments."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import pids
from catalogue.search.document import Document
from catalogue.search.engine import ranking
from catalogue.search.engine.hits import EVERYTHING, Hits
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.query import SORTS
from tests.catalogue.engine import making

ORDERS = [sort for sort in SORTS if sort != "relevance"]
SIZES = (150, 60, 5)


@pytest.fixture(scope="module")
def drawn() -> list[list[Document]]:
    """Documents for three segments, with few different dates, prices and days of arrival."""
    chance = random.Random(5)
    return [
        [
            Document(
                pid=pids.derive(f"ranked {size} {number}"),
                kind="recording",
                titles=("one",),
                lo=chance.choice((None, 19580101, 19600101, 19610505)),
                hi=chance.choice((None, 19700101)),
                price=chance.choice((None, 0, 500, 2500)),
                added=chance.randint(1, 3),
            )
            for number in range(size)
        ]
        for size in SIZES
    ]


@pytest.fixture(scope="module")
def state(drawn: list[list[Document]], tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return making.state(tmp_path_factory.mktemp("ranked"), drawn)


@pytest.fixture(params=[(16_384, 2_048), (20, 10)], ids=["all", "sampled"])
def sampling(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for the first ones among all, and with a sample."""
    monkeypatch.setattr(ranking, "SAMPLED_FROM", request.param[0])
    monkeypatch.setattr(ranking, "SAMPLE", request.param[1])


def key_of(one: Document, sort: str) -> Any:
    return {
        "added": 0,
        "oldest": one.lo or one.hi or 99_999_999,
        "newest": -(one.lo or one.hi or 0),
        "price": 10**9 if one.price is None else one.price,
    }[sort]


def pages(
    state: Snapshot,
    found: Sequence[Hits],
    sort: str,
    width: int,
    classes: Sequence[Any],
    masks: Sequence[Any],
) -> list[str]:
    """Turn all pages over and give the pids on them."""
    seen: list[str] = []
    while True:
        start, end = len(seen), len(seen) + width
        ranked = [
            ranking.first(one.segment, hits, mask, sort, end, own)
            for one, hits, mask, own in zip(state.segments, found, masks, classes, strict=True)
        ]
        page = ranking.page(ranked, start, end)
        if not page:
            return seen
        seen += [segment.pid(doc) for segment, doc in page]


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("width", [1, 7, 24, 500])
def test_everything_is_in_order_on_all_pages_together(
    state: Snapshot, drawn: list[list[Document]], sampling: None, sort: str, width: int
):
    nothing = [None] * len(SIZES)

    found = pages(state, [EVERYTHING] * len(SIZES), sort, width, nothing, nothing)

    everything = sorted(
        (one for part in drawn for one in part), key=lambda one: (key_of(one, sort), -one.added, one.pid)
    )
    assert found == [one.pid for one in everything]


@settings(max_examples=25)
@given(seed=st.integers(0, 1_000_000), sort=st.sampled_from(SORTS), width=st.sampled_from((3, 24)))
def test_answers_of_any_score_and_class_are_in_order(
    state: Snapshot, drawn: list[list[Document]], sampling: None, seed: int, sort: str, width: int
):
    chance = random.Random(seed)
    classed = chance.choice((1, 3))
    found, classes, expected = [], [], []
    for part in drawn:
        docs = sorted(chance.sample(range(len(part)), chance.randint(0, len(part))))
        scores = np.array([chance.choice((0.5, 1.5, 2.25, 7.125)) for _ in docs], np.float32)
        own = np.array([chance.randrange(classed) for _ in part], np.int8)
        found.append(Hits(np.array(docs, np.int64), scores))
        classes.append(own if classed > 1 else None)
        for doc, score in zip(docs, scores.tolist(), strict=True):
            one = part[doc]
            key = -score if sort == "relevance" else key_of(one, sort)
            expected.append((int(own[doc]), key, -one.added, one.pid))

    seen = pages(state, found, sort, width, classes, [None] * len(SIZES))

    assert seen == [pid for *_keys, pid in sorted(expected)]


@pytest.mark.parametrize("sort", ORDERS)
def test_what_is_hidden_is_on_no_page(
    state: Snapshot, drawn: list[list[Document]], sampling: None, sort: str
):
    chance = random.Random(3)
    masks = [np.array([chance.random() < 0.6 for _ in part]) for part in drawn]

    found = pages(state, [EVERYTHING] * len(SIZES), sort, 10, [None] * len(SIZES), masks)

    shown = [
        one
        for part, mask in zip(drawn, masks, strict=True)
        for one, is_seen in zip(part, mask, strict=True)
        if is_seen
    ]
    shown.sort(key=lambda one: (key_of(one, sort), -one.added, one.pid))
    assert found == [one.pid for one in shown]


def test_without_scores_the_best_are_the_newest_in_the_register(state: Snapshot, drawn: list[list[Document]]):
    found = [Hits(np.arange(size)) for size in SIZES]

    by_relevance, by_arrival = (
        pages(state, found, sort, 50, [None] * len(SIZES), [None] * len(SIZES))
        for sort in ("relevance", "added")
    )

    assert by_relevance == by_arrival


def test_a_page_behind_the_last_is_empty(state: Snapshot):
    ranked = [ranking.first(one.segment, EVERYTHING, None, "added", 9_000, None) for one in state.segments]

    assert ranking.page(ranked, 8_976, 9_000) == []


@settings(max_examples=60)
@given(
    keys=st.lists(st.integers(0, 9), min_size=1, max_size=300),
    need=st.integers(1, 40),
    data=st.integers(0, 999),
)
def test_the_least_keys_are_found_with_and_without_a_sample(
    sampling: None, keys: list[int], need: int, data: int
):
    ties = list(range(len(keys)))
    random.Random(data).shuffle(ties)

    places = ranking._least(np.array(keys), np.array(ties), need).tolist()

    assert places == sorted(range(len(keys)), key=lambda place: (keys[place], ties[place]))[:need]
