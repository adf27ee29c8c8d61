"""What pages show of royalty statements, in the reader's language: amounts, words for states and for lines."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from archive.language import language
from licensing import countries, royalty_approval, royalty_documents, royalty_tables, wording
from licensing.claims import Layer
from licensing.money import Money
from licensing.royalty_documents import CSV, PDF
from licensing.royalty_statements import RoyaltyStatement, Shown, StatementStatus
from licensing.vocabulary import LAYERS, SOLD_USES

STATES = {
    StatementStatus.OPEN: _l("Being put together"),
    StatementStatus.CLOSED: _l("To be approved"),
    StatementStatus.APPROVED: _l("Approved"),
    StatementStatus.PAID_OUT: _l("Paid"),
    StatementStatus.CARRIED_FORWARD: _l("Carried forward"),
}
KINDS: dict[str, Any] = {
    Shown.BOOKED: _l("Licences"),
    Shown.RELEASED: _l("Released from the reserve"),
    Shown.TAKEN_BACK: _l("Taken back"),
    Shown.FEE_KNOWN: _l("Fees of the payment provider"),
    Shown.PAID: _l("Paid to you"),
}
WHY_CARRIED = {
    "nothing is owed": _l("Nothing is owed."),
    "no way to pay is agreed": _l("No way to pay has been agreed yet."),
    "below the minimum": _l("The balance is below the minimum."),
}


def summary(statement: RoyaltyStatement) -> dict[str, Any]:
    """Say of a statement what a list shows."""
    return {
        "number": statement.number,
        "period": statement.period.period.name,
        "status": statement.status,
        "state": STATES[statement.status],
        "earned": _amount(statement, statement.earned_minor + statement.taken_back_minor),
        "paid": _amount(statement, statement.paid_minor),
        "closing": _amount(statement, statement.closing_minor),
    }


def whole(statement: RoyaltyStatement) -> dict[str, Any]:
    """Say of a statement all that its page shows."""
    made = royalty_documents.of_statement(statement.id)
    why = royalty_approval.why_carried(statement)
    return {
        "statement": statement,
        "state": STATES[statement.status],
        "balance": balance(statement),
        "groups": groups(statement),
        "why_carried": WHY_CARRIED[why] if why else "",
        "minimum": _amount(statement, statement.minimum_minor),
        "withheld": _amount(statement, statement.withheld_minor) if statement.withheld_minor else "",
        "unlocated": _amount(statement, statement.unlocated_minor),
        "has_pdf": PDF in made,
        "has_csv": CSV in made,
    }


def balance(statement: RoyaltyStatement) -> list[tuple[str, str]]:
    """Lead from what was owed at the beginning to what is owed at the end."""
    return [
        (_("Balance at the beginning"), _amount(statement, statement.opening_minor)),
        (_("Earned"), _amount(statement, statement.earned_minor)),
        (_("Taken back: refunds, reversals, fees"), _amount(statement, statement.taken_back_minor)),
        (_("Paid"), _amount(statement, -statement.paid_minor)),
        (_("Owed at the end"), _amount(statement, statement.closing_minor)),
    ]


def groups(statement: RoyaltyStatement) -> list[dict[str, Any]]:
    """Give the lines by what they show, those of the same work, layer, use, country and share added up."""
    return [
        {
            "shown": shown.value,
            "heading": KINDS[shown],
            "rows": [_row(statement, row) for row in rows],
        }
        for shown, rows in royalty_tables.grouped(statement.lines).items()
    ]


def layer_label(layer: Layer | None) -> str:
    """Name a layer."""
    return _(LAYERS[layer.value]) if layer else ""


def _row(statement: RoyaltyStatement, row: dict[str, Any]) -> dict[str, Any]:
    amounts = ("gross_minor", "vat_minor", "fees_minor", "net_minor", "amount_minor")
    return {name.removesuffix("_minor"): _amount(statement, row[name]) for name in amounts} | {
        "title": row["title"] or row["reference"],
        "pid": row["pid"],
        "on": row["on"],
        "layer": layer_label(row["layer"]),
        "use": _(SOLD_USES[row["use"]]) if row["use"] in SOLD_USES else row["use"],
        "country": countries.label(row["country"], language()) if row["country"] else "",
        "units": row["units"],
        "share": wording.percent(row["share_bp"]),
        "commission": wording.percent(row["commission_bp"]),
    }


def _amount(statement: RoyaltyStatement, minor: int) -> str:
    return Money(minor, statement.currency).show(language())
