"""The price of a use: base times factors in the card's order, never below the minimum, rounded once. A ready package
has a fixed price, which is never above that.

Every price carries its trace, which is stored with the sale and shown to the buyer; `recompute` works it
out again. What the card does not know has no price: it is on request, never free.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from licensing import money
from licensing.money import Money
from licensing.vocabulary import N_, OPTIONS, ORDINARY, USES

NO_ROW = N_("We have no fixed price for this use. Ask the archive for a quote.")
NO_FACTOR = N_("We have no fixed price for this choice. Ask the archive for a quote.")
NO_CARD = N_("No list of prices is in force today. Ask the archive for a quote.")
NOT_FOR_EVER = N_("Nobody else, and without end: that is always a quote. Choose a term, or ask the archive.")

UNITS = N_("Number of items")
MINIMUM = N_("Lowest price for this use")
PACKAGE = N_("Fixed price of the package")


@dataclass(frozen=True)
class Row:
    """What one use of one kind of asset costs; `included` says what that covers, a code per dimension."""

    asset_type: str
    use: str
    base: Money
    minimum: Money
    included: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.base.minor <= 0 or self.minimum.minor <= 0:
            raise ValueError(f"{self.asset_type}/{self.use}: a price of nothing is not a price")


@dataclass(frozen=True)
class Factor:
    """How a choice changes the price, in basis points; `position` is its dimension's place in the order."""

    dimension: str
    code: str
    bp: int
    position: int

    def __post_init__(self) -> None:
        if self.bp <= 0:
            raise ValueError(f"{self.dimension}/{self.code}: a factor must be positive")


@dataclass(frozen=True)
class Package:
    """A ready answer to all questions (`use` among them) at a fixed price."""

    code: str
    asset_type: str
    answers: Mapping[str, str]
    price: Money


@dataclass(frozen=True)
class Card:
    """A list of prices in one currency, as it was in force from one day to another."""

    name: str
    version: str
    currency: str
    valid_from: date
    valid_to: date | None
    rows: tuple[Row, ...]
    factors: tuple[Factor, ...]
    defaults: Mapping[str, Mapping[str, str]]
    packages: tuple[Package, ...] = ()

    def row(self, asset_type: str, use: str) -> Row | None:
        """Find the row for a use, or None: on request."""
        return next((r for r in self.rows if (r.asset_type, r.use) == (asset_type, use)), None)

    def factor(self, dimension: str, code: str) -> Factor | None:
        """Find the factor for a choice, or None: on request."""
        return next((f for f in self.factors if (f.dimension, f.code) == (dimension, code)), None)

    def packages_of(self, asset_type: str) -> dict[str, Package]:
        """Give the ready packages for a kind of asset, by code."""
        return {package.code: package for package in self.packages if package.asset_type == asset_type}


@dataclass(frozen=True)
class Line:
    """What is asked for: a use of so many items, with an answer (a code) per dimension."""

    asset_type: str
    use: str
    answers: Mapping[str, str]
    units: int = 1


@dataclass(frozen=True)
class Step:
    """One step of a price: what went in, by what it was multiplied, what came out.

    `factor` and `result` are exact fractions as text; `result` is in minor units. `label` is a msgid.
    """

    code: str
    label: str
    input: str
    factor: str
    result: str


@dataclass(frozen=True)
class Price:
    """An amount without VAT, how it came about, and what the base of it includes (a code per dimension)."""

    net: Money
    trace: tuple[Step, ...]
    included: Mapping[str, str]

    @property
    def saving(self) -> Money | None:
        """What a package costs less than its parts, or None where it does not."""
        if self.trace[-1].code != "package":
            return None
        return Money(money.rounded(Fraction(self.trace[-2].result)), self.net.currency) - self.net


@dataclass(frozen=True)
class OnRequest:
    """No fixed price; `reason` is a msgid that tells the buyer what to do."""

    reason: str


def price(card: Card, line: Line) -> Price | OnRequest:
    """Work out the price of a line from a card, or say why there is no fixed one."""
    row = card.row(line.asset_type, line.use)
    if row is None:
        return OnRequest(NO_ROW)
    if line.answers.get("exclusivity", "none") != "none" and line.answers.get("term") == "perpetual":
        return OnRequest(NOT_FOR_EVER)
    ratios = _ratios(card, row, line.answers)
    if ratios is None:
        return OnRequest(NO_FACTOR)
    if line.units < 1:
        raise ValueError("at least one item must be asked for")
    trace = _trace(row, line, ratios)
    return Price(Money(money.rounded(Fraction(trace[-1].result)), card.currency), trace, row.included)


def price_of_package(card: Card, package: Package) -> Price | OnRequest:
    """Give the fixed price of a package, after the steps of what its parts would cost."""
    parts = price(card, Line(package.asset_type, package.answers["use"], package.answers))
    if isinstance(parts, OnRequest) or parts.net == package.price:
        return parts
    fixed = str(package.price.minor)
    return Price(package.price, (*parts.trace, Step("package", PACKAGE, fixed, "1", fixed)), parts.included)


def lowest(card: Card, asset_type: str, uses: Collection[str]) -> Money | None:
    """Give the lowest price for which any of the uses can be had in ordinary circumstances, or None: all on request."""
    found = [
        package.price for package in card.packages_of(asset_type).values() if package.answers["use"] in uses
    ]
    for use in uses:
        row = card.row(asset_type, use)
        if row is not None:
            answers = {dimension: _cheapest(card, dimension) for dimension in row.included}
            offer = price(card, Line(asset_type, use, answers))
            if isinstance(offer, Price):
                found.append(offer.net)
    return min(found, default=None)


def recompute(trace: Sequence[Step], currency: str) -> Money:
    """Work a stored trace out again, step by step; raise ValueError where a step does not follow."""
    exact = Fraction(0)
    for step in trace:
        exact = _next(exact, step)
        if exact != Fraction(step.result):
            raise ValueError(f"step {step.code!r} gives {exact}, not {step.result}")
    return Money(money.rounded(exact), currency)


def _ratios(card: Card, row: Row, answers: Mapping[str, str]) -> list[tuple[Factor, Fraction]] | None:
    # What is included is the base, so a choice counts as its factor over the included one. Every base includes the
    # ordinary circumstances.
    found = []
    unusual = {d: usual for d, usual in ORDINARY.items() if answers.get(d, usual) != usual}
    for dimension, included in {**row.included, **unusual}.items():
        start, chosen = (
            card.factor(dimension, included),
            card.factor(dimension, answers.get(dimension, included)),
        )
        if start is None or chosen is None:
            return None
        found.append((chosen, Fraction(chosen.bp, start.bp)))
    return sorted(found, key=lambda pair: (pair[0].position, pair[0].dimension))


def _trace(row: Row, line: Line, ratios: list[tuple[Factor, Fraction]]) -> tuple[Step, ...]:
    exact = Fraction(row.base.minor)
    steps = [Step("base", USES[row.use], str(row.base.minor), "1", str(exact))]
    if line.units != 1:
        exact *= line.units
        steps.append(Step("units", UNITS, str(line.units), str(line.units), str(exact)))
    for factor, ratio in ratios:
        exact *= ratio
        label = OPTIONS[factor.dimension][factor.code]
        steps.append(Step(factor.dimension, label, factor.code, str(ratio), str(exact)))
    if exact < row.minimum.minor:
        steps.append(Step("minimum", MINIMUM, str(row.minimum.minor), "1", str(row.minimum.minor)))
    return tuple(steps)


def _next(exact: Fraction, step: Step) -> Fraction:
    if step.code == "base":
        return Fraction(step.input)
    if step.code == "minimum":
        return max(exact, Fraction(step.input))
    if step.code == "package":
        return min(exact, Fraction(step.input))
    return exact * Fraction(step.factor)


def _cheapest(card: Card, dimension: str) -> str:
    return min((f for f in card.factors if f.dimension == dimension), key=lambda f: f.bp).code
