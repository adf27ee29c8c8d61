"""Income as tables for a spreadsheet: CSV with amounts in units of the currency, one table at a time."""

from collections.abc import Iterator

from archive import spreadsheets
from licensing import income
from licensing.income import Income, Sold
from licensing.money import Money
from licensing.periods import Period

MONTHS, KINDS, COLLECTIONS, ENTRIES = "months", "kinds", "collections", "entries"
TABLES = (MONTHS, KINDS, COLLECTIONS, ENTRIES)

Cells = tuple[str, ...]


def written(table: str, period: Period, currency: str) -> str:
    """Write one of TABLES."""
    return spreadsheets.table(_rows(table, period, currency))


def _rows(table: str, period: Period, currency: str) -> Iterator[Cells]:
    if table in (MONTHS, KINDS):
        found = income.of_period(period, currency)
        yield from _months(found) if table == MONTHS else _kinds(found)
        return
    sold = income.by_entry(period, currency)
    yield from _sold(income.by_collection(sold, currency) if table == COLLECTIONS else sold)


def _months(found: Income) -> Iterator[Cells]:
    yield "month", "currency", "gross", "vat", "net", "fees", "rights_holders", "left"
    for first, each in found.months.items():
        amounts = (each.gross, each.vat, each.net, each.fees, each.shared, each.left)
        yield f"{first:%Y-%m}", each.net.currency, *(amount.plain() for amount in amounts)


def _kinds(found: Income) -> Iterator[Cells]:
    yield "kind", "currency", "net"
    for kind, net in found.kinds.items():
        yield kind, net.currency, net.plain()


def _sold(rows: list[Sold]) -> Iterator[Cells]:
    yield "pid", "title", "currency", "net", "sales", "entries"
    for row in rows:
        pid, title = (row.entry.pid, spreadsheets.harmless(row.entry.title)) if row.entry else ("", "")
        yield pid, title, row.net.currency, row.net.plain(), str(row.sales), str(len(row.entries))


def bars(amounts: list[Money], height: int) -> list[int]:
    """Give the height of a bar for each amount, the largest as high as `height`; less than nothing has none."""
    highest = max((amount.minor for amount in amounts), default=0)
    return [max(0, amount.minor) * height // highest if highest > 0 else 0 for amount in amounts]
