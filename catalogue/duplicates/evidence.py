"""What speaks for and against two being one, beyond their names. Pure.

Each piece of evidence is plain values, so that it can be kept and said in either language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogue.duplicates.alike import Alike

Evidence = dict[str, Any]  # "speaks", "what", and the values of its sentence
Numbers = frozenset[tuple[str, str]]  # scheme and value

SCORES = {
    Alike.SAME: 90,
    Alike.SWAPPED: 85,
    Alike.ONE_SLIP: 80,
    Alike.NICKNAME: 80,
    Alike.SHORT_FORM: 70,
    Alike.TWO_SLIPS: 65,
    Alike.PART_MORE: 60,
    Alike.INITIALS: 60,
    Alike.ONE_WORD: 45,
    Alike.COMMON_NAMES: 20,
}
PER_RIVAL = 10
CAREER = 45  # years between which somebody is seldom heard at both ends
WEIGHTS = {
    "same_identifier": 30,
    "other_identifier": -50,
    "same_birth": 15,
    "other_birth": -50,
    "same_death": 15,
    "other_death": -40,
    "same_instrument": 10,
    "other_instruments": -20,
    "together": -60,
    "together_on_one_instrument": 10,
    "elsewhere_that_day": -40,
    "years_apart": -20,
    "told_apart": -30,
    "same_parent": 10,
    "other_parent": -45,
}
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Appearance:
    """Somebody played at an occasion: on which instruments, on which day (yyyymmdd, None if not to the day), where."""

    occasion_id: int
    title: str
    instruments: frozenset[str]  # codes
    day: int | None = None
    year: int | None = None
    place_id: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one agent or place."""

    born: str | None = None  # EDTF
    died: str | None = None
    disambiguation: str | None = None
    identifiers: Numbers = frozenset()
    appearances: Mapping[int, Appearance] = field(default_factory=dict)  # by occasion
    parent_id: int | None = None  # of a place

    @property
    def instruments(self) -> frozenset[str]:
        """All that somebody plays."""
        return frozenset().union(*(one.instruments for one in self.appearances.values()))

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and last year somebody was heard."""
        known = [one.year for one in self.appearances.values() if one.year is not None]
        return (min(known), max(known)) if known else None


def weigh(alike: Alike, rivals: int, a: Facts, b: Facts) -> tuple[int, list[Evidence]]:
    """Return how likely two are one, from 1 to 99, and what speaks for and against it, the weightiest first."""
    found = [
        *_of_lives(a, b),
        *of_numbers(a.identifiers, b.identifiers),
        *_of_playing(a, b),
        *_of_places(a, b),
    ]
    if a.disambiguation and b.disambiguation and a.disambiguation != b.disambiguation:
        found.append(speaks_against("told_apart", a=a.disambiguation, b=b.disambiguation))
    found.sort(key=lambda one: -abs(WEIGHTS[one["what"]]))
    score = SCORES[alike] - PER_RIVAL * rivals + sum(WEIGHTS[one["what"]] for one in found)
    return min(99, max(1, score)), found


def _of_lives(a: Facts, b: Facts) -> list[Evidence]:
    found = []
    for what, one, other in (("birth", a.born, b.born), ("death", a.died, b.died)):
        first, second = (_YEAR.search(text or "") for text in (one, other))
        if first is not None and second is not None:
            is_same = first[0] == second[0]
            say = speaks_for if is_same else speaks_against
            found.append(say(f"{'same' if is_same else 'other'}_{what}", a=first[0], b=second[0]))
    return found


def of_numbers(a: Numbers, b: Numbers) -> list[Evidence]:
    """Say whether two have a number in common, or each another one of the same scheme."""
    common = sorted(a & b)
    if common:
        return [speaks_for("same_identifier", scheme=common[0][0], value=common[0][1])]
    schemes = sorted({scheme for scheme, _ in a} & {scheme for scheme, _ in b})
    return [speaks_against("other_identifier", scheme=schemes[0])] if schemes else []


def _of_playing(a: Facts, b: Facts) -> list[Evidence]:
    found = [*_of_occasions(a, b)]
    common, apart = a.instruments & b.instruments, bool(a.instruments and b.instruments)
    if common:
        found.append(speaks_for("same_instrument", instruments=sorted(common)))
    elif apart:
        found.append(speaks_against("other_instruments", a=sorted(a.instruments), b=sorted(b.instruments)))
    if a.years and b.years and _are_far_apart(a.years, b.years):
        found.append(speaks_against("years_apart", a=list(a.years), b=list(b.years)))
    return found


def _are_far_apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    earlier, later = sorted((one, other))
    return earlier[1] < later[0] and later[1] - earlier[0] > CAREER


def _of_occasions(a: Facts, b: Facts) -> list[Evidence]:
    """Two who played at one occasion are two; on one instrument it may be one who is credited twice."""
    for occasion_id in sorted(a.appearances.keys() & b.appearances.keys()):
        one, other = a.appearances[occasion_id], b.appearances[occasion_id]
        if one.instruments and other.instruments:
            if one.instruments & other.instruments:
                return [speaks_for("together_on_one_instrument", title=one.title)]
            return [
                speaks_against(
                    "together", title=one.title, a=sorted(one.instruments), b=sorted(other.instruments)
                )
            ]
    days = {one.day: one for one in a.appearances.values() if one.day and one.place_id}
    for other in b.appearances.values():
        one_there = days.get(other.day or 0)
        if one_there is not None and other.place_id and other.place_id != one_there.place_id:
            return [speaks_against("elsewhere_that_day", day=other.day, a=one_there.title, b=other.title)]
    return []


def _of_places(a: Facts, b: Facts) -> list[Evidence]:
    if a.parent_id is None or b.parent_id is None:
        return []
    return [speaks_for("same_parent")] if a.parent_id == b.parent_id else [speaks_against("other_parent")]


def speaks_for(what: str, **values: Any) -> Evidence:
    """Say what speaks for two being one, with the values of its sentence."""
    return {"speaks": "for", "what": what, **values}


def speaks_against(what: str, **values: Any) -> Evidence:
    """Say what speaks against two being one, with the values of its sentence."""
    return {"speaks": "against", "what": what, **values}
