"""How sure a share of a small number is, pure: Wilson's interval and what may be said of two shares.

E. B. Wilson, Probable inference, the law of succession, and statistical inference (JASA 22, 1927). It holds for small
numbers and for none at all, where the usual rule fails.
"""

from dataclasses import dataclass
from enum import Enum
from math import sqrt

Z_95 = 1.959964  # of the normal distribution, two-sided
FEW = 30  # with fewer trials on a side nothing is said


class Finding(str, Enum):
    """What two shares tell."""

    TOO_FEW = "too_few"
    NO_DIFFERENCE = "no_difference"  # none that can be told from chance
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError("a part is no more than the whole")

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between what and what the true share lies, 19 times in 20."""
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.part / self.whole
        middle = (p + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
        half = Z_95 * sqrt(p * (1 - p) / n + Z_95**2 / (4 * n * n)) / (1 + Z_95**2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def compare(one: Share, other: Share) -> Finding:
    """Say whether two shares differ, by intervals that do not touch: a cautious rule, for lessons others will copy."""
    if min(one.whole, other.whole) < FEW:
        return Finding.TOO_FEW
    (low, high), (other_low, other_high) = one.interval, other.interval
    return Finding.DIFFERENCE if high < other_low or other_high < low else Finding.NO_DIFFERENCE
