"""The VAT in credit where it is due at the top-up: credit for one rate alone is a single-purpose voucher (Directive
2006/112/EC, art. 30b(1)). Where it is due at each use, nothing is booked here.
"""

from datetime import date

from licensing import taxes
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import LineKind


def inside(country: str, amount: Money, on: date) -> tuple[str, Money]:
    """Say what VAT is in an amount of credit: its account's owner in the ledger, and how much."""
    rate = taxes.tax_of_sale(LineKind.LISTEN, country, on)
    return f"{rate.country}:{rate.bp}", taxes.included_in(amount, rate).vat


def due(country: str, amount: Money, on: date) -> list[Posting]:
    """Book the VAT of credit that comes in (or, of a negative amount, that goes back) as due before it is used."""
    owner, vat = inside(country, amount, on)
    return [Posting(AccountKind.VAT_PAYABLE, -vat, owner), Posting(AccountKind.WALLET_VAT, vat, owner)]


def ended(country: str, amount: Money, on: date) -> list[Posting]:
    """Take the VAT of credit that nobody used from what its end brings: it has been paid."""
    owner, vat = inside(country, amount, on)
    return [Posting(AccountKind.EXPIRED_CREDIT, vat), Posting(AccountKind.WALLET_VAT, -vat, owner)]
