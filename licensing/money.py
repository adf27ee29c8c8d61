"""Amounts of money: whole minor units of one currency, so that a cent is never lost and never made.

Everything that rounds goes through `rounded`; everything that splits goes through `allocate`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering

FULL = 10_000  # basis points in a whole

# ISO 4217: how many decimals the minor unit has. A currency that is not here cannot be sold in.
EXPONENTS = {
    **dict.fromkeys(
        ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "RON", "HUF", "CAD", "AUD"), 2
    ),
    **dict.fromkeys(("JPY", "KRW", "ISK"), 0),
    **dict.fromkeys(("BHD", "KWD", "TND"), 3),
}
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_SEPARATORS = {"nl": (".", ","), "en": (",", ".")}  # thousands, decimals
_NUMBER = re.compile(
    r"(?P<sign>[-−]?)"
    r"(?P<whole>\d{1,3}(?P<sep>[.,' ])\d{3}(?:(?P=sep)\d{3})*|\d+)"
    r"(?:(?!(?P=sep))[.,](?P<part>\d+))?"
)


class UnknownCurrency(ValueError):
    """We have no minor unit on record for this currency."""


class MixedCurrencies(TypeError):
    """Amounts in two currencies cannot be added, compared or split together."""


class NotAnAmount(ValueError):
    """The text is not an amount in this currency."""


@total_ordering
@dataclass(frozen=True)
class Money:
    """`minor` units (cents for EUR) of `currency`, an ISO 4217 code."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent_of(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, factor: Decimal | Fraction | int) -> "Money":
        """Multiply exactly and round once."""
        return Money(rounded(self.minor * Fraction(factor)), self.currency)

    def percent_of(self, basis_points: int) -> "Money":
        """Give the part of this amount that so many basis points are: 2100 is 21 %."""
        return self.times(Fraction(basis_points, FULL))

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weight; what is over goes to the largest remainders, earliest first."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative, and one must be positive")
        sign, amount = (-1, -self.minor) if self.minor < 0 else (1, self.minor)
        shares = [divmod(amount * weight, total) for weight in weights]
        left_over = amount - sum(whole for whole, _ in shares)
        by_remainder = sorted(range(len(shares)), key=lambda i: -shares[i][1])
        lucky = set(by_remainder[:left_over])
        return [Money(sign * (whole + (i in lucky)), self.currency) for i, (whole, _) in enumerate(shares)]

    @property
    def decimal(self) -> Decimal:
        """The amount in whole units, with all its decimals: 218.41."""
        return Decimal(self.minor).scaleb(-exponent_of(self.currency))

    def show(self, lang: str, *, whole: bool = False) -> str:
        """Write it for a reader: "€ 218,41" in nl, "€218.41" in en; `whole` leaves out zero decimals."""
        thousands, decimal = _SEPARATORS[lang]
        exponent = exponent_of(self.currency)
        units, part = divmod(abs(self.minor), 10**exponent)
        number = f"{units:,}".replace(",", thousands)
        if exponent and (part or not whole):
            number += f"{decimal}{part:0{exponent}d}"
        sign = "-" if self.minor < 0 else ""
        symbol = _SYMBOLS.get(self.currency, self.currency)
        if lang == "nl":
            return f"{symbol} {sign}{number}"
        return f"{sign}{symbol}{'' if len(symbol) == 1 else ' '}{number}"

    def plain(self) -> str:
        """Write it for machines: "218.41", without sign of the currency and without groups."""
        exponent = exponent_of(self.currency)
        units, part = divmod(abs(self.minor), 10**exponent)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{units}.{part:0{exponent}d}" if exponent else f"{sign}{units}"

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not mix")
        return other


def exponent_of(currency: str) -> int:
    """Tell how many decimals a currency has; raise UnknownCurrency."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is not a currency we can sell in") from None


def rounded(exact: Fraction) -> int:
    """Round to a whole number, a half away from zero: a refund is then the charge with its sign turned."""
    size = int(abs(exact) + Fraction(1, 2))
    return -size if exact < 0 else size


def parse(text: str, currency: str) -> Money:
    """Read what a person types: "18", "18,50", "€ 1.234,56", "1,234.56"; raise NotAnAmount.

    A last group of as many digits as the currency has decimals is the part; groups of three are thousands.
    """
    exponent = exponent_of(currency)
    bare = text.replace("\N{NO-BREAK SPACE}", " ").replace(_SYMBOLS.get(currency, currency), "")
    found = _NUMBER.fullmatch(bare.replace(currency, "").strip())
    if found is None:
        raise NotAnAmount(f"{text!r} is not an amount in {currency}")
    whole, part = _split_groups(found["whole"], found["part"], exponent)
    if len(part) > exponent or (part and len(part) < exponent and len(part) != 1):
        raise NotAnAmount(f"{text!r} has too many decimals for {currency}")
    minor = int(whole) * 10**exponent + int(part.ljust(exponent, "0") or "0")
    return Money(-minor if found["sign"] else minor, currency)


def _split_groups(whole: str, part: str | None, exponent: int) -> tuple[str, str]:
    digits = re.split(r"[.,' ]", whole)
    # "1.234" is a thousand in a currency with cents, but one and a bit in dinars of a thousand fils.
    if part is None and len(digits) == 2 and exponent == 3:
        return digits[0], digits[1]
    return "".join(digits), part or ""
