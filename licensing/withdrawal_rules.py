"""Whether a consumer may still withdraw from what was bought, and until when.

Pure. Directive 2011/83/EU, art. 9, 11a (added by Directive (EU) 2023/2673) and 16; Dutch Civil Code 6:230o, 6:230oa and
6:230p. Fourteen days; for what is supplied at once, the right ends when the supply begins with the buyer's consent.
"""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 14
SATURDAY = 5
# For a day that is set beforehand (art. 16 under l) there is no such right; a gift is no contract of sale.
NEVER = frozenset({"ticket", "tip"})
# Wallets give their unspent credit back themselves: see `wallet`.
ELSEWHERE = frozenset({"top_up"})


@dataclass(frozen=True)
class Bought:
    """One thing that was bought: its kind by code, and whether its supply has begun with the buyer's consent."""

    line: int
    kind: str
    has_begun: bool


def last_day(concluded: date) -> date:
    """Give the last day to withdraw from a contract of a day: the fourteenth after it, or the working day that follows
    a weekend (Regulation (EEC, Euratom) 1182/71, art. 3(4)).
    """
    day = concluded + timedelta(days=DAYS)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def open_lines(bought: list[Bought], concluded: date, today: date, *, is_consumer: bool) -> list[int]:
    """List the lines that may still be withdrawn from."""
    if not is_consumer or today > last_day(concluded):
        return []
    return [each.line for each in bought if each.kind not in NEVER | ELSEWHERE and not each.has_begun]
