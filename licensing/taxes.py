"""Value added tax: dated rates from `data/vat_rates.toml`, and the tax of a document, once per rate.

The archive sells from the Netherlands. Until foreign VAT numbers are checked and the EU-wide threshold of
10,000 euro is near (Directive 2006/112/EC, art. 59c), every buyer pays the home rate.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path

from licensing.money import FULL, Money

HOME = "NL"
_FILE = Path(__file__).with_name("data") / "vat_rates.toml"


class Category(str, Enum):
    """Why a rate applies; a zero rate, an exemption and a reverse charge are three different zeros."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"
    REVERSE = "reverse"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Rate:
    """A rate in basis points, with its UN/ECE 5305 code and the words for it on a document."""

    country: str
    category: Category
    bp: int
    valid_from: date
    valid_to: date | None
    un_code: str
    text_nl: str
    text_en: str

    def is_valid_on(self, day: date) -> bool:
        """Say whether the rate holds on that day, first and last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class VatLine:
    """The tax of a document at one rate: on how much, and how much."""

    rate: Rate
    net: Money
    vat: Money

    @property
    def gross(self) -> Money:
        """Net and tax together."""
        return self.net + self.vat


class NoRate(LookupError):
    """No rate is on record for this country, category and day."""


def rate_for(country: str, category: Category, day: date) -> Rate:
    """Find the rate of a country (ISO 3166) on a day; raise NoRate."""
    for rate in _rates():
        if rate.country in (country, "*") and rate.category is category and rate.is_valid_on(day):
            return rate
    raise NoRate(f"no {category.value} VAT rate for {country} on {day}: add it to {_FILE.name}")


def rate_of_sale(day: date) -> Rate:
    """Give the rate of what we sell on that day, to anybody: see the module's text."""
    return rate_for(HOME, Category.STANDARD, day)


def vat_on(net: Money, rate: Rate) -> VatLine:
    """Work out the tax on an amount without tax, rounded once."""
    return VatLine(rate, net, net.percent_of(rate.bp))


def per_rate(lines: Iterable[tuple[Money, Rate]]) -> tuple[VatLine, ...]:
    """Add up a document's amounts per rate first and tax each sum once (EN 16931, BR-CO-17)."""
    sums: dict[Rate, Money] = {}
    for net, rate in lines:
        sums[rate] = sums[rate] + net if rate in sums else net
    return tuple(vat_on(net, rate) for rate, net in sums.items())


@cache
def _rates() -> tuple[Rate, ...]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    found = []
    for category in Category:
        code = data["codes"][category.value]
        words = {"un_code": code["un_code"], "text_nl": code["nl"], "text_en": code["en"]}
        for country, rows in data.get(category.value, {"*": [{"rate": "0", "from": date.min}]}).items():
            for row in rows:
                bp = int(Decimal(row["rate"]) * FULL / 100)
                found.append(Rate(country, category, bp, row["from"], row.get("until"), **words))
    return tuple(found)
