"""What a refund takes back of each line of an order: the net amount and the VAT in it.

Pure, and exact: the parts sum to the refund, no line ever goes back more than it cost, and refunds that together are
the whole order end at nothing for every line and every rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from licensing.money import Money


@dataclass(frozen=True)
class Left:
    """What of one line has not gone back yet; lines of one `rate` are taxed together."""

    line: int
    rate: str
    net: Money
    vat: Money

    @property
    def gross(self) -> Money:
        """Both together."""
        return self.net + self.vat


@dataclass(frozen=True)
class Part:
    """What goes back of one line."""

    line: int
    rate: str
    net: Money
    vat: Money


def lines_of(nets: Sequence[tuple[int, str, Money]], vats: dict[str, Money]) -> list[Left]:
    """Give each line (id, rate, net) its part of the VAT of its rate, so that no cent of it is lost."""
    shares: dict[int, Money] = {}
    for rate, vat in vats.items():
        same = [(line, net) for line, of, net in nets if of == rate]
        parts = vat.allocate([net.minor for _line, net in same])
        shares |= {line: part for (line, _net), part in zip(same, parts, strict=True)}
    return [Left(line, rate, net, shares[line]) for line, rate, net in nets]


def split(amount: Money, left: Sequence[Left]) -> list[Part]:
    """Take an amount with VAT from lines by what is left of them; raise ValueError for more than there is."""
    total = sum((each.gross for each in left), Money(0, amount.currency))
    if not 0 < amount.minor <= total.minor:
        raise ValueError(f"{amount} cannot be taken from {total}")
    taken = zip(left, amount.allocate([each.gross.minor for each in left]), strict=True)
    return [_part(each, gross) for each, gross in taken if gross]


def _part(left: Left, gross: Money) -> Part:
    # The VAT first, so that a cent that fits either way is never left as VAT on nothing.
    vat, net = gross.allocate([left.vat.minor, left.net.minor])
    return Part(left.line, left.rate, net, vat)
