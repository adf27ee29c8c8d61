"""Payout terms: what was agreed with a party about its part of the fees, by the day from which it holds.

Terms are only ever added, and only from today on: what was booked or reported under the old ones stays as it was.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column
from archive.errors import Invalid
from archive.triggers import append_only
from licensing import periods, royalty_rules
from licensing.money import EXPONENTS, FULL
from licensing.parties import Party, Payout
from licensing.royalty_rules import Fees

CURRENCY = "EUR"
MAX_MINIMUM = 100_000_00  # a minimum above this would never be paid

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")  # ISO 13616


class PayoutTerms(Model):
    """What holds for a party from a day on, until later terms."""

    __table_args__ = (
        CheckConstraint("commission_bp BETWEEN 0 AND 10000", "commission_is_a_part"),
        CheckConstraint("minimum_minor >= 0", "minimum_is_not_negative"),
        CheckConstraint("(method = 'bank') = (iban IS NOT NULL)", "bank_has_account"),
        Index(None, "party_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    valid_from: Mapped[date]
    commission_bp: Mapped[int]  # of the holder's part, kept by the archive
    minimum_minor: Mapped[int]  # a balance below it is carried forward
    fees: Mapped[Fees] = mapped_column(enum_column(Fees))
    method: Mapped[Payout] = mapped_column(enum_column(Payout))
    iban: Mapped[str | None]  # for staff alone; shown masked
    account_holder: Mapped[str | None]
    currency: Mapped[str]
    self_billing: Mapped[bool]  # the archive makes out the party's invoice (Directive 2006/112/EC, art. 224)
    lang: Mapped[str]  # of statements and mail
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    party: Mapped[Party] = relationship()


event.listen(PayoutTerms.__table__, "after_create", append_only("payout_terms"))


@dataclass(frozen=True)
class Terms:
    """Terms as they hold on a day; of a party without any, those of the house."""

    commission_bp: int
    minimum_minor: int
    fees: Fees
    method: Payout = Payout.NONE
    iban: str | None = None
    account_holder: str | None = None
    currency: str = CURRENCY
    self_billing: bool = False
    lang: str = "nl"


def of_house(on: date) -> Terms:
    """Give what holds for a party without terms of its own."""
    rules = royalty_rules.on(on)
    return Terms(rules.commission_bp, rules.minimum_minor, rules.fees)


def set_terms(
    party: Party, terms: Terms, valid_from: date, moment: datetime, account_id: int | None
) -> PayoutTerms:
    """Let terms hold from a day on; raise Invalid for a day that has passed or terms that cannot be."""
    _require_sense(terms)
    if valid_from < periods.day_of(moment):
        raise Invalid("Terms begin today or later: what has been booked keeps the terms of its day.")
    row = PayoutTerms(
        party_id=party.id,
        valid_from=valid_from,
        commission_bp=terms.commission_bp,
        minimum_minor=terms.minimum_minor,
        fees=terms.fees,
        method=terms.method,
        iban=terms.iban,
        account_holder=terms.account_holder,
        currency=terms.currency,
        self_billing=terms.self_billing,
        lang=terms.lang,
        set_at=moment,
        set_by_id=account_id,
    )
    party.payout = terms.method
    db.session.add(row)
    db.session.flush()
    audit.record(
        "payout_terms.set", "party", str(party.id), account_id, terms=row.id, valid_from=str(valid_from)
    )
    return row


def on_day(party_ids: set[int], on: date) -> dict[int, Terms]:
    """Give the terms of each of these parties on a day, in one question to the database."""
    rows = db.session.scalars(
        select(PayoutTerms)
        .where(PayoutTerms.party_id.in_(party_ids), PayoutTerms.valid_from <= on)
        .order_by(PayoutTerms.valid_from, PayoutTerms.id)
    )
    return {party_id: of_house(on) for party_id in party_ids} | {row.party_id: _terms(row) for row in rows}


def history(party_id: int) -> list[PayoutTerms]:
    """Return all terms of a party, newest first."""
    query = select(PayoutTerms).where(PayoutTerms.party_id == party_id)
    return list(db.session.scalars(query.order_by(PayoutTerms.valid_from.desc(), PayoutTerms.id.desc())))


def read_iban(text: str) -> str:
    """Read an account number as people write it; raise Invalid when its check digits do not fit (ISO 7064, 97-10)."""
    iban = re.sub(r"[\s.-]", "", text).upper()
    if _IBAN.fullmatch(iban) is None or _remainder(iban) != 1:
        raise Invalid("This is not an IBAN. Copy it from the party's letter, such as NL91 ABNA 0417 1643 00.")
    return iban


def masked(iban: str | None) -> str:
    """Show of an account number its country and last four signs only."""
    return f"{iban[:2]}•• •••• {iban[-4:]}" if iban else ""


def _remainder(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def _require_sense(terms: Terms) -> None:
    if not 0 <= terms.commission_bp <= FULL:
        raise Invalid("The commission lies between 0 and 100 per cent.")
    if not 0 <= terms.minimum_minor <= MAX_MINIMUM:
        raise Invalid("The minimum to pay out lies between 0 and 100,000.")
    if terms.currency not in EXPONENTS:
        raise Invalid("Choose a currency that we sell in.")
    if (terms.method is Payout.BANK) != (terms.iban is not None):
        raise Invalid("To pay by bank an IBAN is needed; for another way leave it empty.")


def _terms(row: PayoutTerms) -> Terms:
    return Terms(
        commission_bp=row.commission_bp,
        minimum_minor=row.minimum_minor,
        fees=row.fees,
        method=row.method,
        iban=row.iban,
        account_holder=row.account_holder,
        currency=row.currency,
        self_billing=row.self_billing,
        lang=row.lang,
    )
