"""Shares of a layer, pure: on no day and in no country can more than the whole of it be held.

Claims in dispute do not count: there it is open who holds what.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from licensing.claims import STAND_ALONE, Claim, ClaimStatus, Layer, Part
from licensing.money import FULL
from licensing.vocabulary import WORLDWIDE

_COUNTED = frozenset({ClaimStatus.ASSERTED, ClaimStatus.CONFIRMED})


@dataclass(frozen=True)
class Excess:
    """Where and when more than the whole is claimed, and how much (basis points)."""

    layer: Layer
    total_bp: int
    country: str
    on: date | None  # None: from the beginning


def excess(claims: Iterable[Claim]) -> Excess | None:
    """Find the largest total above the whole among the claims on one entry, or None."""
    groups: dict[tuple[Layer, Part | None], list[Claim]] = {}
    for claim in claims:
        if claim.status in _COUNTED and claim.layer not in STAND_ALONE:
            groups.setdefault((claim.layer, claim.part), []).append(claim)
    found = [_largest(layer, held) for (layer, _part), held in groups.items()]
    too_much = [each for each in found if each.total_bp > FULL]
    return max(too_much, key=lambda each: each.total_bp, default=None)


def _largest(layer: Layer, held: list[Claim]) -> Excess:
    # Most is held on a first day of some claim, in a country that some claim names.
    countries = sorted({country for claim in held for country in claim.territory} | {WORLDWIDE})
    totals = [
        Excess(layer, _total(held, country, began.valid_from), country, began.valid_from)
        for began in held
        for country in countries
    ]
    return max(totals, key=lambda each: each.total_bp)


def _total(held: list[Claim], country: str, on: date | None) -> int:
    day = on or date.min
    return sum(claim.share_bp for claim in held if claim.covers(country) and claim.is_in_force(day))
