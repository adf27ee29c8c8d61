"""The documents of a statement: a PDF for people and a CSV for machines, made once by a job from frozen numbers."""

import io
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import language, storage
from archive.config import current
from archive.db import Model, db
from archive.errors import NotFound
from archive.transactions import transaction
from archive.triggers import append_only
from licensing import countries, periods, royalty_approval, royalty_tables, typesetting
from licensing.money import Money
from licensing.parties import Payout
from licensing.royalty_statements import RoyaltyStatement, Shown
from licensing.royalty_tables import Row
from licensing.vocabulary import LAYERS, SOLD_USES

PDF, CSV = "application/pdf", "text/csv"
SUFFIXES = {PDF: ".pdf", CSV: ".csv"}
TEMPLATE_VERSION = "2026-1"
LONGEST_TITLE = 64  # characters in the PDF
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


class RoyaltyDocument(Model):
    """One file of a statement; it never changes."""

    __table_args__ = (UniqueConstraint("statement_id", "media_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("royalty_statement.id"), index=True)
    media_type: Mapped[str]
    template_version: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]  # bytes
    made_at: Mapped[datetime]


event.listen(RoyaltyDocument.__table__, "after_create", append_only("royalty_document"))


def print_statement(payload: dict[str, Any]) -> None:
    """Job: make the documents of a closed statement and put them away, unless that has been done."""
    statement_id = payload["statement_id"]
    if len(of_statement(statement_id)) == len(SUFFIXES):
        return
    statement = db.session.get_one(RoyaltyStatement, statement_id)
    content = {CSV: royalty_tables.as_csv(statement).encode(), PDF: _pdf(statement)}
    moment = statement.closed_at
    db.session.rollback()
    stored = {kind: storage.vault().put(io.BytesIO(content[kind]), SUFFIXES[kind]) for kind in SUFFIXES}
    with transaction():
        known = of_statement(statement_id)
        for kind in SUFFIXES.keys() - known.keys():
            db.session.add(
                RoyaltyDocument(
                    statement_id=statement_id,
                    media_type=kind,
                    template_version=TEMPLATE_VERSION,
                    storage_key=stored[kind].key,
                    sha256=stored[kind].sha256,
                    size=stored[kind].size,
                    made_at=moment,
                )
            )


def of_statement(statement_id: int) -> dict[str, RoyaltyDocument]:
    """Return the documents of a statement by media type."""
    found = db.session.scalars(select(RoyaltyDocument).where(RoyaltyDocument.statement_id == statement_id))
    return {document.media_type: document for document in found}


def get(statement: RoyaltyStatement, media_type: str) -> RoyaltyDocument:
    """Get a document of a statement; raise NotFound while it is still being made."""
    found = of_statement(statement.id).get(media_type)
    if found is None:
        raise NotFound("This document is still being made. Try again in a minute.")
    return found


def outcome_of(statement: RoyaltyStatement) -> str:
    """Name the sentence that says what becomes of the balance: a key of the template's words."""
    reason = royalty_approval.why_carried(statement)
    if reason:
        return "carried"
    return "pays" if statement.method is Payout.BANK else "pays_society"


def _pdf(statement: RoyaltyStatement) -> bytes:
    fonts = [Path(current_app.static_folder or "") / "vendor" / "print"]
    return typesetting.print_pdf("royalty_statement.typ", data_of(statement), statement.closed_at, fonts)


def data_of(statement: RoyaltyStatement) -> dict[str, Any]:
    """Gather what the PDF says, in the language of the party."""
    path = typesetting.TEMPLATES / f"royalty_statement.{statement.lang}.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    with language.speaking(statement.lang):
        return {
            "lang": statement.lang,
            "words": words,
            "trial": words["trial"] if current().payments_are_test else "",
            "fill": _fill(statement),
            "about": _about(statement, words),
            "balance": _balance(statement, words),
            "outcome": _outcome(statement, words),
            "sentences": _sentences(statement, words),
            "columns": list(words["columns"].values()),
            "groups": [
                {"heading": words["kinds"][shown.value], "rows": [_pdf_row(row, statement) for row in rows]}
                for shown, rows in royalty_tables.grouped(statement.lines).items()
            ],
        }


def _fill(statement: RoyaltyStatement) -> dict[str, str]:
    lang = statement.lang
    return {
        "number": statement.number,
        "archive": current().site_name,
        "contact": current().contact_email,
        "payee": statement.payee["name"],
        "first_day": _day(statement.period.first_day, lang),
        "last_day": _day(statement.period.last_day, lang),
        "date": _day(periods.day_of(statement.closed_at), lang),
        "object_until": _day(statement.object_until, lang),
        "closing": statement.closing.show(lang),
        "minimum": Money(statement.minimum_minor, statement.currency).show(lang),
        "withheld": Money(statement.withheld_minor, statement.currency).show(lang),
        "unlocated": Money(statement.unlocated_minor, statement.currency).show(lang),
        "account": statement.account_shown,
        "currency": statement.currency,
        "sha256": f"{statement.sha256[:32]} {statement.sha256[32:]}",  # so that it can break
    }


def _about(statement: RoyaltyStatement, words: Row) -> list[list[str]]:
    fill = _fill(statement)
    values = {
        "payee": fill["payee"],
        "period": f"{fill['first_day']} – {fill['last_day']}",
        "tax": statement.payee.get("vat_id") or "",
        "account": statement.account_shown,
        "minimum": fill["minimum"],
        "closed": fill["date"],
    }
    return [[words["labels"][name], value] for name, value in values.items() if value]


def _balance(statement: RoyaltyStatement, words: Row) -> list[list[str]]:
    amounts = {
        "opening": statement.opening_minor,
        "earned": statement.earned_minor,
        "taken_back": statement.taken_back_minor,
        "paid": -statement.paid_minor,
        "closing": statement.closing_minor,
    }
    return [
        [words["balance"][name], Money(minor, statement.currency).show(statement.lang)]
        for name, minor in amounts.items()
    ]


def _outcome(statement: RoyaltyStatement, words: Row) -> str:
    reasons = {
        "nothing is owed": "reason_nothing",
        "no way to pay is agreed": "reason_no_method",
        "below the minimum": "reason_minimum",
    }
    fill = _fill(statement)
    why = royalty_approval.why_carried(statement)
    if why:
        fill["reason"] = words[reasons[why]].format(**fill)
    sentence: str = words[outcome_of(statement)].format(**fill)
    return sentence


def _sentences(statement: RoyaltyStatement, words: Row) -> list[str]:
    return [
        *words["how"],
        words["unlocated"],
        *([words["withheld"]] if statement.withheld_minor else []),
        *([words["self_billing"]] if statement.self_billing else []),
        words["object"],
        words["fingerprint"],
    ]


def _pdf_row(row: Row, statement: RoyaltyStatement) -> list[str]:
    lang = statement.lang

    def amount(minor: int) -> str:
        return format_decimal(Money(minor, statement.currency).decimal, "#,##0.00", _LOCALES[lang])

    if row["shown"] is Shown.PAID:
        texts = [f"{row['reference']}, {_day(row['on'], lang)}", *[""] * 10]
        return [*texts, amount(row["amount_minor"])]
    return [
        f"{_short(row['title'])} ({row['pid']})",
        _(LAYERS[row["layer"].value]) if row["layer"] else "",
        _(SOLD_USES[row["use"]]) if row["use"] in SOLD_USES else row["use"],
        countries.label(row["country"], lang),
        str(row["units"]),
        *(amount(row[name]) for name in ("gross_minor", "vat_minor", "fees_minor", "net_minor")),
        *(
            format_decimal(Decimal(row[name]) / 100, locale=_LOCALES[lang])
            for name in ("share_bp", "commission_bp")
        ),
        amount(row["amount_minor"]),
    ]


def _short(title: str) -> str:
    # One line of the table; the CSV and the entry's page have the whole.
    return title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rstrip()}…"


def _day(day: date, lang: str) -> str:
    return format_date(day, "long", locale=_LOCALES[lang])
