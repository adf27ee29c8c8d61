"""Two rate cards side by side, pure: what gets dearer, cheaper, or loses its fixed price, on worked examples."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from licensing import pricing
from licensing.money import Money
from licensing.pricing import Card, Line, Price
from licensing.vocabulary import DIMENSIONS_OF, FURTHER, OPTIONS, ORDINARY, USES_OF, further_of


class Change(str, Enum):
    """What becomes of one example."""

    DEARER = "dearer"
    CHEAPER = "cheaper"
    SAME = "same"
    NEW = "new"  # had no fixed price and gets one
    GONE = "gone"  # loses its fixed price
    NEVER = "never"  # on request on both


@dataclass(frozen=True)
class Example:
    """One worked example on two cards; a price is None where it is on request. `package` is a code or empty."""

    asset_type: str
    answers: dict[str, str]
    before: Money | None
    after: Money | None
    package: str = ""

    @property
    def change(self) -> Change:
        """What becomes of it."""
        if self.before is None or self.after is None:
            both = self.before is None and self.after is None
            return Change.NEVER if both else Change.NEW if self.before is None else Change.GONE
        if self.before == self.after:
            return Change.SAME
        return Change.DEARER if self.after > self.before else Change.CHEAPER

    @property
    def difference(self) -> Money | None:
        """How much dearer it gets, or cheaper when negative; None without two prices."""
        return self.after - self.before if self.before is not None and self.after is not None else None


def compare(before: Card, after: Card) -> list[Example]:
    """Work out the same examples on two cards: each use as it is chosen first, and with one answer changed at a time.

    Raise ValueError for cards in two currencies.
    """
    if before.currency != after.currency:
        raise ValueError("prices in two currencies cannot be compared")
    found = [
        Example(kind, answers, _price(before, kind, answers), _price(after, kind, answers))
        for kind in USES_OF
        for answers in _examples(after, kind)
    ]
    return found + list(_packages(before, after))


def _examples(card: Card, kind: str) -> Iterator[dict[str, str]]:
    for use in USES_OF[kind]:
        usual = {**card.defaults[kind], "use": use}
        yield usual
        for dimension in (*DIMENSIONS_OF[kind], *further_of(use)):
            for code in OPTIONS[dimension]:
                if code != (ORDINARY | usual)[dimension]:
                    yield usual | {dimension: code}


def _packages(before: Card, after: Card) -> Iterator[Example]:
    for kind in USES_OF:
        old, new = before.packages_of(kind), after.packages_of(kind)
        for code in {**old, **new}:
            package = new.get(code) or old[code]
            prices = (old[code].price if code in old else None, new[code].price if code in new else None)
            yield Example(kind, dict(package.answers), *prices, code)


def _price(card: Card, kind: str, answers: dict[str, str]) -> Money | None:
    asked = {
        code: answer
        for code, answer in answers.items()
        if answer != ORDINARY.get(code) or code not in FURTHER
    }
    found = pricing.price(card, Line(kind, asked["use"], asked))
    return found.net if isinstance(found, Price) else None
