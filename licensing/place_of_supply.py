"""Where a sale is taxed, and how: decided from what is sold, to whom and when, and from nothing else.

The rules are those of Directive 2006/112/EC for services, as they hold for a seller in the Netherlands. What is sold
is named by its code (`orders.LineKind`), so that this module knows neither tables nor settings.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

HOME = "NL"
# Monaco counts as France (art. 7); its numbers and its rate are French.
TERRITORY_OF = {"MC": "FR"}
# Paid without anything being supplied: a gift, and credit that can be spent at two rates or more (art. 30b(2)); for
# other credit see `taxes.tax_of_credit`.
NO_SUPPLY = frozenset({"tip", "top_up"})
# Delivered by the site itself, "with minimal human intervention" (Implementing Regulation (EU) No 282/2011, art. 7;
# Annex II of the Directive, points 3 and 4: pictures, music, and cultural broadcasts and events). Anything else is work
# of people: for a consumer in the Union it is taxed where the seller is (art. 45).
ELECTRONIC = frozenset(
    {"access_fee", "licence_fee", "technical_fee", "listen", "download", "pass", "ticket"},
)


class Category(str, Enum):
    """Why a rate applies; a zero rate, an exemption and a reverse charge are three different zeros."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"
    REVERSE = "reverse"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Place:
    """The country (ISO 3166) whose tax a sale bears, or would bear, and the category of the rate."""

    country: str
    category: Category


@dataclass(frozen=True)
class Customer:
    """Who buys. `vat_number` is one that the tax authorities have confirmed; any other counts as none
    (Implementing Regulation (EU) No 282/2011, art. 18).
    """

    country: str = HOME
    is_business: bool = False
    vat_number: str | None = None


def of_sale(kind: str, customer: Customer, on: date, union: frozenset[str], oss_from: date | None) -> Place:
    """Decide where a sale is taxed. `union` are the member states; `oss_from` is the first day of the One Stop Shop."""
    country = TERRITORY_OF.get(customer.country, customer.country)
    if kind in NO_SUPPLY:
        return Place(HOME, Category.OUTSIDE)
    if country not in union:
        return Place(country, Category.OUTSIDE)  # art. 44, 58 and 59
    if country == HOME:
        return Place(HOME, Category.STANDARD)
    if customer.is_business and _is_number_of(customer.vat_number, country):
        return Place(country, Category.REVERSE)  # art. 44 and 196
    if kind in ELECTRONIC and oss_from is not None and oss_from <= on:
        return Place(country, Category.STANDARD)  # art. 58
    return Place(HOME, Category.STANDARD)  # art. 45, and art. 59c below 10,000 euro a year


def counts_towards_threshold(kind: str, customer: Customer, union: frozenset[str]) -> bool:
    """Say whether a sale counts for the 10,000 euro a year of art. 59c: electronic, to a consumer elsewhere in the
    Union.
    """
    country = TERRITORY_OF.get(customer.country, customer.country)
    is_abroad = country in union and country != HOME
    confirmed = customer.is_business and _is_number_of(customer.vat_number, country)
    return kind in ELECTRONIC and is_abroad and not confirmed


def prefix_of(country: str) -> str:
    """Give the letters that the VAT numbers of a country begin with: EL for Greece (art. 215)."""
    territory = TERRITORY_OF.get(country, country)
    return {"GR": "EL"}.get(territory, territory)


def country_of_prefix(prefix: str) -> str:
    """Give the country (ISO 3166) whose VAT numbers begin with these two letters."""
    return {"EL": "GR"}.get(prefix, prefix)


def _is_number_of(number: str | None, country: str) -> bool:
    return number is not None and number.startswith(prefix_of(country))
