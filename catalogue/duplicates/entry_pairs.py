"""Which recordings and releases may be described twice, and what speaks for and against it. Pure.

Recordings are compared when they have a title and a day in common, or a number; releases when they have label and
number in common, or a number of another register. What many have in common tells nobody apart and pairs nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Any

from catalogue import folding
from catalogue.duplicates import evidence
from catalogue.duplicates.evidence import Evidence, Numbers

MOST_ALIKE = 6  # entries with one thing in common; of more it is no sign that two are one
SAME_LENGTH_MS = 2_000
OTHER_LENGTH_MS = 15_000


class Common(str, Enum):
    """What two entries have in common, the surest first."""

    NUMBER = "number"  # one that is given once: an ISRC, a number of a register
    MATRIX = "matrix"
    LABEL_AND_NUMBER = "label_and_number"
    TITLE_AND_DAY = "title_and_day"


SCORES = {Common.NUMBER: 90, Common.MATRIX: 75, Common.LABEL_AND_NUMBER: 65, Common.TITLE_AND_DAY: 60}
WEIGHTS = {
    "same_title": 10,
    "other_title": -25,
    "same_day": 10,
    "other_year": -30,
    "same_length": 15,
    "other_length": -30,
    "same_take": 10,
    "other_take": -50,
    "other_session": -10,
    "same_matrix": 15,
    "other_matrix": -40,
    "same_country": 5,
    "other_country": -25,
    "same_format": 5,
    "other_format": -15,
    "same_identifier": 10,
    "other_identifier": -35,
}


@dataclass(frozen=True, slots=True)
class Described:
    """What tells a recording or a release from others, as it is written."""

    id: int
    title: str
    title_key: str
    day: int | None  # yyyymmdd, None if not known to the day
    year: int | None
    numbers: Numbers = frozenset()  # of schemes that give one to each
    session_id: int | None = None
    take: str = ""
    matrix: str = ""
    duration_ms: int | None = None
    label: str | None = None  # of a release: the key of its name
    catalogue_no: str = ""
    country: str = ""
    format: str = ""


Ids = tuple[int, int]
Pairs = dict[Ids, Common]


def pairs(entries: Iterable[Described]) -> Pairs:
    """Pair those that somebody should look at, by their ids, the lower first; each with its surest reason."""
    listed = list(entries)
    found: Pairs = {}
    for common, key in _KEYS.items():
        for a, b in _alike(listed, key):
            ids = (a.id, b.id) if a.id < b.id else (b.id, a.id)
            if ids not in found and not _are_two(common, a, b):
                found[ids] = common
    return found


def weigh(common: Common, a: Described, b: Described) -> tuple[int, list[Evidence]]:
    """Return how likely two are one, from 1 to 99, and what speaks for and against it, the weightiest first."""
    said = [
        *_of_recordings(a, b),
        *_of_releases(a, b),
        *_of_both(common, a, b),
        *evidence.of_numbers(a.numbers, b.numbers),
    ]
    said.sort(key=lambda one: -abs(WEIGHTS[one["what"]]))
    return min(99, max(1, SCORES[common] + sum(WEIGHTS[one["what"]] for one in said))), said


def _numbers(entry: Described) -> Iterable[Hashable]:
    return entry.numbers


def _matrix(entry: Described) -> Iterable[Hashable]:
    return [number] if (number := _plain(entry.matrix)) else []


def _label_and_number(entry: Described) -> Iterable[Hashable]:
    number = _plain(entry.catalogue_no)
    is_number = any(character.isdigit() for character in number)  # "none" is none
    return [(entry.label, number)] if entry.label and is_number else []


def _title_and_day(entry: Described) -> Iterable[Hashable]:
    return [(entry.title_key, entry.day)] if entry.title_key and entry.day and entry.label is None else []


_KEYS: dict[Common, Callable[[Described], Iterable[Hashable]]] = {
    Common.NUMBER: _numbers,
    Common.MATRIX: _matrix,
    Common.LABEL_AND_NUMBER: _label_and_number,
    Common.TITLE_AND_DAY: _title_and_day,
}


def _alike(
    entries: Iterable[Described], keys: Callable[[Described], Iterable[Hashable]]
) -> Iterator[tuple[Described, Described]]:
    blocks: dict[Hashable, list[Described]] = defaultdict(list)
    for entry in entries:
        for key in keys(entry):
            blocks[key].append(entry)
    for block in blocks.values():
        if len(block) <= MOST_ALIKE:
            yield from combinations(block, 2)


def _are_two(common: Common, a: Described, b: Described) -> bool:
    """Takes that say so are two, and so are those that one register or one session tells apart."""
    if common not in (Common.MATRIX, Common.TITLE_AND_DAY):
        return False
    are_told_apart = "other_identifier" in {one["what"] for one in evidence.of_numbers(a.numbers, b.numbers)}
    if are_told_apart or _differ(a.take, b.take):
        return True
    if common is Common.MATRIX:
        return False
    is_one_list = a.session_id is not None and a.session_id == b.session_id and not (a.take or b.take)
    return is_one_list or _differ(a.matrix, b.matrix)


def _of_both(common: Common, a: Described, b: Described) -> Iterator[Evidence]:
    if common is not Common.TITLE_AND_DAY:
        is_same = a.title_key == b.title_key
        yield _say("title", is_same, a=a.title, b=b.title)
        if a.day is not None and a.day == b.day:
            yield evidence.speaks_for("same_day", day=a.day)
    if a.year and b.year and a.year != b.year:
        yield evidence.speaks_against("other_year", a=a.year, b=b.year)


def _of_recordings(a: Described, b: Described) -> Iterator[Evidence]:
    if a.duration_ms and b.duration_ms:
        apart = abs(a.duration_ms - b.duration_ms)
        if apart <= SAME_LENGTH_MS:
            yield evidence.speaks_for("same_length")
        elif apart > OTHER_LENGTH_MS:
            yield evidence.speaks_against("other_length", seconds=round(apart / 1000))
    for what, one, other in (("take", a.take, b.take), ("matrix", a.matrix, b.matrix)):
        if one and other:
            yield _say(what, not _differ(one, other), a=one, b=other)
    if a.session_id and b.session_id and a.session_id != b.session_id:
        yield evidence.speaks_against("other_session")


def _of_releases(a: Described, b: Described) -> Iterator[Evidence]:
    for what, one, other in (("country", a.country, b.country), ("format", a.format, b.format)):
        if one and other:
            yield _say(what, not _differ(one, other), a=one, b=other)


def _plain(number: str) -> str:
    """Fold a number and leave out what stands between its letters and figures: P 08.057-L and P08057L are one."""
    return re.sub(r"[\W_]+", "", folding.fold(number))


def _differ(one: str, other: str) -> bool:
    return _plain(one) != _plain(other) and bool(one and other)


def _say(what: str, is_same: bool, **values: Any) -> Evidence:
    say = evidence.speaks_for if is_same else evidence.speaks_against
    return say(f"{'same' if is_same else 'other'}_{what}", **values)
