"""What paying costs, pure: the provider's prices by method, dated, from `data/payment_fees.toml`. They are shown before
somebody pays; what was really kept is read from the provider.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from licensing.money import FULL, Money, rounded

_FILE = Path(__file__).with_name("data") / "payment_fees.toml"


@dataclass(frozen=True)
class Fee:
    """What one method costs: a share in basis points and a fixed part in minor units."""

    method: str
    share_bp: int
    fixed_minor: int
    valid_from: date

    def on(self, amount: Money) -> Money:
        """Work out what is kept of an amount."""
        return amount.percent_of(self.share_bp) + Money(self.fixed_minor, amount.currency)


@dataclass(frozen=True)
class Share:
    """What paying an amount costs, from the cheapest method to the dearest."""

    least: Money
    most: Money
    least_percent: int
    most_percent: int

    @property
    def percents(self) -> str:
        """The per cents in one text: "6 to 7" is "6–7 %"."""
        if self.least_percent == self.most_percent:
            return f"{self.least_percent}%"
        return f"{self.least_percent}–{self.most_percent}%"


def on(day: date) -> list[Fee]:
    """Give the fee of each method on a day."""
    return [
        max(dated, key=lambda fee: fee.valid_from)
        for fees in _all()
        if (dated := [fee for fee in fees if fee.valid_from <= day])
    ]


def share_of(amount: Money, day: date) -> Share:
    """Say what paying an amount costs, in whole per cents of it too."""
    costs = sorted(fee.on(amount) for fee in on(day))
    least, most = costs[0], costs[-1]
    return Share(least, most, _percent(least, amount), _percent(most, amount))


def arrives(amount: Money, day: date) -> int:
    """Say how much of an amount arrives by the cheapest method, in whole per cents."""
    return 100 - share_of(amount, day).least_percent


def _percent(part: Money, whole: Money) -> int:
    return rounded(Fraction(part.minor * FULL, whole.minor * 100))


@cache
def _all() -> list[list[Fee]]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [
        [Fee(method, row["share_bp"], row["fixed_minor"], row["from"]) for row in rows]
        for method, rows in data.items()
    ]
