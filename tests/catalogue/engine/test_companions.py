"""Who was there with whom, over several segments: what counting their occasions one by one gives."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.document import Document, year_span
from catalogue.search.engine import companions
from catalogue.search.index import Companion
from tests.catalogue.engine import making

TODAY = date(2026, 11, 22)
PEOPLE = [f"person-{letter}" for letter in "abcdefg"]


def drawn(seed: int) -> list[Document]:
    chance = random.Random(seed)
    return [
        making.document(
            number,
            players=tuple(chance.sample(PEOPLE, chance.randint(0, 4))),
            occasion=f"night-{chance.randint(1, 6)}",
            lo=chance.choice((None, 19550101, 19580101)),
            hi=chance.choice((None, 19581231, 19611231)),
            embargo=chance.choice((0, 0, 0, 20270101)),
        )
        for number in range(18)
    ]


def by_hand(documents: list[Document], person: str) -> list[Companion]:
    with_them = [one for one in documents if person in one.players and not one.embargo]
    found = []
    for other in {pid for one in with_them for pid in one.players} - {person}:
        together = [one for one in with_them if other in one.players]
        spans = [span for one in together if (span := year_span(one.lo, one.hi))]
        found.append(
            Companion(
                pid=other,
                occasions=len({one.occasion for one in together}),
                first_year=min((first for first, _last in spans), default=None),
                last_year=max((last for _first, last in spans), default=None),
            )
        )
    return sorted(found, key=lambda one: (-one.occasions, one.pid))


@settings(max_examples=40)
@given(seed=st.integers(0, 1_000_000))
def test_companions_are_those_of_the_public_occasions_of_a_person(tmp_path: Path, seed: int):
    documents = drawn(seed)
    gone = [{1}, set(), {0, 3}]
    parts = [documents[:7], documents[7:9], documents[9:]]
    state = making.state(tmp_path, parts, [sorted(one) for one in gone])
    live = [
        one for part, own in zip(parts, gone, strict=True) for doc, one in enumerate(part) if doc not in own
    ]

    for person in PEOPLE:
        assert list(companions.of(state, person, TODAY)) == by_hand(live, person), person


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_somebody_nobody_knows_has_no_companions(tmp_path: Path, parts: int):
    state = making.state(tmp_path, [[making.document(number)] for number in range(parts)], [[]] * parts)

    assert companions.of(state, "person-x", TODAY) == ()


def test_what_is_under_embargo_shows_once_it_is_public(tmp_path: Path):
    one = making.document(1, players=("person-a", "person-b"), occasion="night", embargo=20270101)
    state = making.state(tmp_path, [[one]])

    assert companions.of(state, "person-a", TODAY) == ()
    assert [other.pid for other in companions.of(state, "person-a", date(2027, 1, 1))] == ["person-b"]
