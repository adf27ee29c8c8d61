"""The VAT of an order or a quote as its lines keep it: once per rate, frozen with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from licensing.money import Money


@dataclass(frozen=True)
class Tax:
    """A rate of VAT as a line keeps it: country, UN/ECE 5305 code, basis points."""

    country: str
    code: str
    bp: int


@dataclass(frozen=True)
class TaxShare:
    """What an order has at one rate: on how much, and how much."""

    tax: Tax
    net: Money
    vat: Money


def per_rate(lines: Sequence[tuple[Tax, Money, Money | None]]) -> list[TaxShare]:
    """Work out the VAT of some amounts, once per rate; where an amount has VAT of its own, that is added."""
    nets: dict[Tax, Money] = {}
    on_top: dict[Tax, Money] = {}
    for tax, net, vat in lines:
        nothing = Money(0, net.currency)
        nets[tax] = nets.get(tax, nothing) + net
        on_top[tax] = on_top.get(tax, nothing) + (net if vat is None else nothing)
    shares = {tax: on_top[tax].percent_of(tax.bp) for tax in nets}
    for tax, _net, vat in lines:
        shares[tax] = shares[tax] if vat is None else shares[tax] + vat
    return [TaxShare(tax, net, shares[tax]) for tax, net in nets.items()]
