"""Levers: what of the pages an experiment may change. Each has its values, the first of which everybody sees else.

No lever changes a price: two visitors never pay differently for the same thing by lot.
"""

from dataclasses import dataclass

from licensing.vocabulary import N_


@dataclass(frozen=True)
class Lever:
    """One thing that can be shown in several ways: its name, and a name for each value."""

    label: str
    values: dict[str, str]

    @property
    def ordinary(self) -> str:
        """The value without an experiment."""
        return next(iter(self.values))


OFFERS = "offers"
LEVERS = {
    OFFERS: Lever(
        N_("What stands first among the offers"),
        {"packages": N_("Ready packages"), "questions": N_("Questions with a price")},
    ),
}
