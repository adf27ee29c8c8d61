"""Which recordings and releases are suggested as doubles, which never, and why."""

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.duplicates import entry_pairs
from catalogue.duplicates.entry_pairs import MOST_ALIKE, Common, Described

TAKE = Described(1, "Blauw uur", "blauw uur", 19580314, 1958, session_id=100)
OTHER = replace(TAKE, id=2, session_id=200)
RECORD = Described(1, "Nachtboot", "nachtboot", None, 1958, label="relax", catalogue_no="P 08.057-L")
AGAIN = replace(RECORD, id=2, catalogue_no="p08057 L")


def why(a: Described, b: Described) -> list[tuple[str, str]]:
    (common,) = entry_pairs.pairs([a, b]).values()
    return [(one["speaks"], one["what"]) for one in entry_pairs.weigh(common, a, b)[1]]


@pytest.mark.parametrize(
    ("a", "b", "common"),
    [
        (TAKE, OTHER, Common.TITLE_AND_DAY),
        (replace(TAKE, take="1"), replace(OTHER, session_id=100, take="1"), Common.TITLE_AND_DAY),
        (
            replace(TAKE, numbers=frozenset({("isrc", "NLA325800123")})),
            replace(OTHER, title_key="anders", day=None, numbers=frozenset({("isrc", "NLA325800123")})),
            Common.NUMBER,
        ),
        (replace(TAKE, day=None, matrix="PH 4127"), replace(OTHER, matrix="PH-4127"), Common.MATRIX),
        (RECORD, AGAIN, Common.LABEL_AND_NUMBER),
    ],
)
def test_what_two_have_in_common_pairs_them(a: Described, b: Described, common: Common) -> None:
    assert entry_pairs.pairs([b, a]) == {(1, 2): common}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (TAKE, replace(OTHER, session_id=100)),  # one list, take after take
        (replace(TAKE, take="1"), replace(OTHER, take="2")),
        (
            replace(TAKE, numbers=frozenset({("mbid", "a")})),
            replace(OTHER, numbers=frozenset({("mbid", "b")})),
        ),
        (replace(TAKE, matrix="PH 1"), replace(OTHER, matrix="PH 2")),
        (replace(TAKE, matrix="PH 1", take="1"), replace(OTHER, matrix="PH 1", take="2")),
        (TAKE, replace(OTHER, day=19580315)),
        (replace(TAKE, day=None), replace(OTHER, day=None)),
        (RECORD, replace(AGAIN, label="artone")),
        (replace(RECORD, catalogue_no="none"), replace(AGAIN, catalogue_no="none")),
        (replace(RECORD, catalogue_no=""), replace(AGAIN, catalogue_no="")),
        (replace(RECORD, label=""), replace(AGAIN, label="")),
    ],
)
def test_others_are_left_alone(a: Described, b: Described) -> None:
    assert entry_pairs.pairs([a, b]) == {}


def test_what_many_have_in_common_pairs_nothing() -> None:
    assert entry_pairs.pairs(replace(TAKE, id=n, session_id=n) for n in range(1, MOST_ALIKE + 2)) == {}


def test_the_reasons_are_told_the_weightiest_first() -> None:
    a, b = replace(TAKE, duration_ms=200_000), replace(OTHER, duration_ms=260_000)

    assert why(a, b) == [("against", "other_length"), ("against", "other_session")]
    assert why(RECORD, replace(AGAIN, title_key="havenlicht", country="US")) == [("against", "other_title")]
    assert why(replace(RECORD, country="NL"), replace(AGAIN, country="US")) == [
        ("against", "other_country"),
        ("for", "same_title"),
    ]


def test_the_more_speaks_for_it_the_likelier() -> None:
    same = entry_pairs.weigh(Common.LABEL_AND_NUMBER, RECORD, AGAIN)[0]
    pressed_elsewhere = entry_pairs.weigh(
        Common.LABEL_AND_NUMBER, replace(RECORD, country="NL"), replace(AGAIN, country="US")
    )[0]

    assert 1 <= pressed_elsewhere < same <= 99


@given(st.lists(st.builds(Described, st.integers(1, 9), *[st.text(max_size=3)] * 2, *[st.none()] * 2)))
def test_any_descriptions_may_be_compared(entries: list[Described]) -> None:
    listed = {entry.id: entry for entry in entries}

    for a, b in entry_pairs.pairs(listed.values()):
        assert a < b
        assert {a, b} <= listed.keys()


def test_sixty_thousand_are_compared_in_seconds() -> None:
    def described(number: int) -> Described:
        return replace(TAKE, id=number, title_key=f"nummer {number // 2}", session_id=number)

    begun = process_time()

    assert len(entry_pairs.pairs(map(described, range(60_000)))) == 30_000
    assert process_time() - begun < 10
