"""What a ticket may cost, and how a season pass is spread over its performances. Pure.

A price is what the buyer pays, VAT included; a buyer may always pay more than is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from licensing.money import Money


@dataclass(frozen=True)
class Tariff:
    """The least that one pays for a ticket, and less for who is early: until `early_until`, not at it."""

    floor: Money
    early: Money | None = None
    early_until: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing is asked; the reason stands with the box office."""
        return not self.floor

    def is_early(self, moment: datetime) -> bool:
        """Say whether the early price holds at a moment."""
        return self.early is not None and self.early_until is not None and moment < self.early_until

    def least(self, moment: datetime) -> Money:
        """Give the least that one pays at a moment."""
        return self.early if self.early is not None and self.is_early(moment) else self.floor

    def accepts(self, amount: Money, moment: datetime, most: Money) -> bool:
        """Say whether somebody who orders at a moment may pay this; `most` keeps a slip of the finger out."""
        return self.least(moment) <= amount <= most


def spread(amount: Money, floors: Mapping[int, Money]) -> dict[int, Money]:
    """Spread the price of a season pass over its performances by what each asks, to the cent.

    Each gets a cent at least: a ticket that costs nothing is given with a reason, and not sold.
    """
    numbers = sorted(floors)
    one = Money(1, amount.currency)
    if amount.minor < len(numbers):
        raise ValueError("a season pass costs at least a cent for each performance")
    weights: Sequence[int] = [max(floors[number].minor, 1) for number in numbers]
    rest = amount - Money(len(numbers), amount.currency)
    return {number: one + part for number, part in zip(numbers, rest.allocate(weights), strict=True)}


def may_see(country: str, regions: Sequence[str]) -> bool:
    """Say whether a performance may be shown in a country (ISO 3166); no regions: it may be shown anywhere."""
    return not regions or country in regions
