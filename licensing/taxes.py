"""Value added tax: dated rates from `data/vat_rates.toml`, the rate of a sale, the tax of a document once per rate.

Where a sale is taxed is decided in `place_of_supply`; every price that is shown, quoted, ordered or spent asks here.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from archive.config import current
from licensing import place_of_supply
from licensing.money import FULL, Money
from licensing.orders import LineKind
from licensing.place_of_supply import Category, Customer

_FILE = Path(__file__).with_name("data") / "vat_rates.toml"
# When nothing is known of who looks: most visitors are at home and buy for themselves.
ANYBODY = Customer()


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


def tax_of_sale(
    kind: LineKind, country: str, on: date, *, is_business: bool = False, vat_number: str | None = None
) -> Rate:
    """Give the rate of a sale on a day to a buyer in a country (ISO 3166); raise NoRate.

    `vat_number` is one that VIES has confirmed; without it a business pays the tax of a consumer.
    """
    customer = Customer(country, is_business=is_business, vat_number=vat_number)
    return rate_to(kind, customer, on)


def tax_of_credit(country: str, on: date, *, is_single_purpose: bool) -> Rate:
    """Give the rate of credit when it is bought: that of what it buys, where place and rate are known then (Directive
    2006/112/EC, art. 30b(1)); otherwise none, as each use bears its own (art. 30b(2) and 73a). Raise NoRate.
    """
    return tax_of_sale(LineKind.LISTEN if is_single_purpose else LineKind.TOP_UP, country, on)


def rate_to(kind: LineKind, customer: Customer, on: date) -> Rate:
    """Give the rate of a sale to a customer on a day; raise NoRate."""
    place = place_of_supply.of_sale(kind.value, customer, on, member_states(), current().vat_oss_from)
    return replace(rate_for(place.country, place.category, on), country=place.country)


@cache
def member_states() -> frozenset[str]:
    """Name the countries of the Union: those whose standard rate is on record."""
    return frozenset(rate.country for rate in _rates() if rate.category is Category.STANDARD)


def vat_on(net: Money, rate: Rate) -> VatLine:
    """Work out the tax on an amount without tax, rounded once."""
    return VatLine(rate, net, net.percent_of(rate.bp))


def included_in(gross: Money, rate: Rate) -> VatLine:
    """Take a price apart that includes tax, rounded once: what `vat_on` makes of a price comes back as that price."""
    vat = gross.times(Fraction(rate.bp, FULL + rate.bp))
    return VatLine(rate, gross - vat, vat)


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
