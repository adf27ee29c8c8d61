"""Who buys, as programs say it: a country and perhaps a VAT number, so that a price has the tax that an order bears.

Nothing is asked of VIES here: a number that is not known to be valid pays VAT, and the answer says what is known of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from archive.errors import Invalid
from licensing import place_of_supply, vat_numbers
from licensing.countries import COUNTRIES
from licensing.place_of_supply import Customer
from licensing.vies import Standing

KNOWN = frozenset({"country", "vat_number"})


@dataclass(frozen=True)
class MachineBuyer:
    """A buyer for whom prices are asked, and what is known of the VAT number."""

    customer: Customer
    vat_number: str | None
    standing: Standing | None

    def told(self) -> dict[str, str | None]:
        """Repeat for programs who the prices are for."""
        return {
            "country": self.customer.country,
            "vat_number": self.vat_number,
            "vat_number_standing": self.standing.value if self.standing else None,
        }


def read(said: object, on: date) -> MachineBuyer:
    """Read who buys from an address or a body; without a word of it, a consumer at home. Raise Invalid."""
    if not isinstance(said, Mapping):
        raise Invalid("“buyer” must be an object with “country” and perhaps “vat_number”.")
    country, text = said.get("country", place_of_supply.HOME), said.get("vat_number", "")
    if not isinstance(country, str) or country not in COUNTRIES:
        raise Invalid("“country” must be a code of two letters such as NL or DE (ISO 3166-1).")
    if not isinstance(text, str):
        raise Invalid("“vat_number” must be a text.")
    if not text:
        return MachineBuyer(Customer(country), None, None)
    number = vat_numbers.read(text, country)
    known = vat_numbers.find(number)
    standing = known.standing if known else Standing.NOT_CHECKED
    return MachineBuyer(vat_numbers.customer(country, None, number, on), number, standing)
