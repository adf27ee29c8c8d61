"""The lines of a statement as a table: for machines as CSV, and added up for people.

The CSV has the columns of a sales report as DDEX's DSR knows them (period, territory, use type, commercial model,
units, net, share), one row for each line; people read lines of the same work, layer, use, country and share as one.
"""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from archive import spreadsheets
from licensing.money import Money
from licensing.royalty_statements import RoyaltyStatement, Shown, StatementLine
from licensing.vocabulary import SMALL_USES

COMMERCIAL_MODEL = "PayAsYouGoModel"  # DDEX allowed value: each use is paid for by itself

COLUMNS = (
    *(
        "statement",
        "period_start",
        "period_end",
        "payee",
        "kind",
        "date",
        "reference",
        "resource_id",
        "title",
    ),
    *(
        "rights_layer",
        "use_type",
        "commercial_model",
        "territory",
        "country",
        "units",
        "currency",
        "gross",
        "vat",
    ),
    *("fees", "net", "share_percent", "commission_percent", "amount"),
)
_SUMMED = ("units", "gross_minor", "vat_minor", "fees_minor", "net_minor", "amount_minor")

Row = dict[str, Any]


def as_csv(statement: RoyaltyStatement) -> str:
    """Write the lines of a statement for machines; amounts with a dot, in units of the currency."""
    rows = (_csv_row(statement, line) for line in _one_of_each(statement))
    return spreadsheets.MARK + spreadsheets.table([COLUMNS, *rows])


def grouped(lines: list[StatementLine]) -> dict[Shown, list[Row]]:
    """Add up lines of the same work, layer, use, country, share and commission; payments stay by themselves."""
    groups: dict[Shown, dict[tuple[Any, ...], Row]] = {}
    for line in lines:
        same = (line.pid, line.title, line.layer, line.use, line.country, line.share_bp, line.commission_bp)
        key = (*same, line.reference if line.shown is Shown.PAID else "")
        row = groups.setdefault(line.shown, {}).setdefault(key, _first(line))
        for name in _SUMMED:
            row[name] += getattr(line, name)
    return {shown: list(groups[shown].values()) for shown in Shown if shown in groups}


def _one_of_each(statement: RoyaltyStatement) -> list[Any]:
    """Give the lines of a table for machines: uses of the same kind as one, so that no row is one person's."""
    uses = [line for line in statement.lines if line.use in SMALL_USES]
    licences = [line for line in statement.lines if line.use not in SMALL_USES]
    summed = [
        SimpleNamespace(**row | {"on": statement.period.last_day, "territory": ""})
        for rows in grouped(uses).values()
        for row in rows
    ]
    return [*licences, *summed]


def _first(line: StatementLine) -> Row:
    kept = (
        "pid",
        "title",
        "layer",
        "use",
        "country",
        "share_bp",
        "commission_bp",
        "reference",
        "on",
        "shown",
    )
    return {name: getattr(line, name) for name in kept} | dict.fromkeys(_SUMMED, 0)


def _csv_row(statement: RoyaltyStatement, line: Any) -> list[str]:
    def amount(minor: int) -> str:
        return Money(minor, statement.currency).plain()

    texts = (line.reference, line.pid, line.title, line.layer.value if line.layer else "", line.use)
    reference, pid, title, layer, use = (spreadsheets.harmless(text) for text in texts)
    return [
        statement.number,
        str(statement.period.first_day),
        str(statement.period.last_day),
        spreadsheets.harmless(statement.payee["name"]),
        line.shown.value,
        str(line.on),
        *(reference, pid, title, layer, use),
        COMMERCIAL_MODEL if line.use else "",
        line.territory,
        line.country,
        str(line.units),
        statement.currency,
        *(amount(minor) for minor in (line.gross_minor, line.vat_minor, line.fees_minor, line.net_minor)),
        *(f"{Decimal(bp) / 100:.2f}" for bp in (line.share_bp, line.commission_bp)),
        amount(line.amount_minor),
    ]
