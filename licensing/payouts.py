"""Payouts: what was paid to a party, as staff record it from the bank's statement; each in the ledger, none twice."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit, spreadsheets
from archive.db import Model, db
from archive.errors import Invalid, Refused
from archive.triggers import append_only
from licensing import disputes, ledger, payout_terms, periods, royalty_statements, statement_periods
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.parties import Payout as Method
from licensing.royalty_statements import RoyaltyStatement, StatementLine, StatementStatus

MAX_REFERENCE = 140  # characters of a remittance text (ISO 20022)


class Payout(Model):
    """Money that went to a party on a statement."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "is_positive"),
        UniqueConstraint("party_id", "bank_reference"),  # recorded once
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("royalty_statement.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    paid_on: Mapped[date]
    bank_reference: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)


event.listen(Payout.__table__, "after_create", append_only("payout"))


def record(
    number: str, amount: Money, paid_on: date, bank_reference: str, moment: datetime, account_id: int | None
) -> Payout:
    """Record what the bank paid on a statement, and book it. Raise Invalid or Refused; nothing is changed then."""
    statement = royalty_statements.get_for_change(number)
    reference = " ".join(bank_reference.split())
    _require_sense(statement, amount, paid_on, reference, moment)
    left = outstanding(statement)
    if amount > left:
        raise Refused("At most %(left)s can be paid on this statement.", left=left.show(statement.lang))
    paid = Payout(
        statement_id=statement.id,
        party_id=statement.party_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        paid_on=paid_on,
        bank_reference=reference,
        recorded_at=moment,
        recorded_by_id=account_id,
    )
    db.session.add(paid)
    db.session.flush()
    _book(statement, paid, amount, moment)
    detail = {"amount_minor": amount.minor, "reference": reference, "paid_on": str(paid_on)}
    audit.record("payout.recorded", "statement", statement.number, account_id, **detail)
    if amount == left:
        why = f"paid on {paid_on}, {reference}"
        royalty_statements.move(statement, StatementStatus.PAID_OUT, why, moment, account_id)
    return paid


def outstanding(statement: RoyaltyStatement) -> Money:
    """Say what can still be paid on a party's newest statement."""
    return outstanding_of([statement])[statement.id]


def outstanding_of(statements: Sequence[RoyaltyStatement]) -> dict[int, Money]:
    """Say what can still be paid on each: its closing balance less what was paid since.

    Less than that where money went back after it was closed, or is disputed: nobody is paid what may not be owed.
    """
    found: dict[int, Money] = {}
    for currency in {statement.currency for statement in statements}:
        nothing = Money(0, currency)
        owed = ledger.balances(AccountKind.ROYALTY_PAYABLE, currency)
        paid, frozen = not_shown(currency), disputes.frozen_royalties(currency)
        for statement in statements:
            if statement.currency == currency:
                left = statement.closing - paid.get(statement.party_id, nothing)
                account = -owed.get(str(statement.party_id), nothing)
                payable = account - frozen.get(statement.party_id, nothing)
                found[statement.id] = max(nothing, min(left, payable))
    return found


def not_shown(currency: str) -> dict[int, Money]:
    """Add up by party what was paid and stands on no statement yet."""
    shown = select(StatementLine.id).where(StatementLine.payout_id == Payout.id).exists()
    query = (
        select(Payout.party_id, func.sum(Payout.amount_minor))
        .where(Payout.currency == currency, ~shown)
        .group_by(Payout.party_id)
    )
    return {party_id: Money(int(total), currency) for party_id, total in db.session.execute(query)}


def of_statement(statement_id: int) -> list[Payout]:
    """Return what was paid on a statement, oldest first."""
    return list(
        db.session.scalars(select(Payout).where(Payout.statement_id == statement_id).order_by(Payout.id))
    )


def waiting(period_id: int) -> list[tuple[RoyaltyStatement, Money]]:
    """List the approved statements of a period that the bank is to pay, with what is left to pay."""
    found = [
        statement
        for statement in royalty_statements.in_period(period_id)
        if statement.status is StatementStatus.APPROVED and statement.method is Method.BANK
    ]
    left = outstanding_of(found)
    return [(statement, left[statement.id]) for statement in found if left[statement.id]]


def bank_list(period_id: int, moment: datetime, account_id: int) -> str:
    """Write what is to be paid by SEPA transfer as CSV, with account numbers in full; who took it is written down.

    Amounts with a dot; the end-to-end reference is the statement's number, so that the bank's answer names it.
    """
    rows = waiting(period_id)
    name_of = statement_periods.get(period_id).period.name
    terms = payout_terms.on_day({statement.party_id for statement, _left in rows}, periods.day_of(moment))
    lines = [("name", "iban", "amount", "currency", "end_to_end_id", "remittance")]
    for statement, left in rows:
        agreed = terms[statement.party_id]
        if agreed.iban is not None and agreed.currency == statement.currency:
            name = agreed.account_holder or statement.party.name
            paid = (_plain(name), agreed.iban, left.plain(), left.currency)
            lines.append((*paid, statement.number, f"{statement.number} {name_of}"))
    audit.record("payout.list_taken", "statement_period", str(period_id), account_id, rows=len(rows))
    return spreadsheets.table(lines)


def _plain(text: str) -> str:
    # The signs that every SEPA bank takes (EPC217-08), so also none that a spreadsheet takes for a formula.
    kept = "".join(sign if sign.isalnum() or sign in " .,'()/?:" else " " for sign in text)
    return " ".join(kept.split())[:70]


def _require_sense(
    statement: RoyaltyStatement, amount: Money, paid_on: date, reference: str, moment: datetime
) -> None:
    if not reference or len(reference) > MAX_REFERENCE:
        raise Invalid(
            "Copy the reference from the bank's statement; it keeps a payment from being recorded twice."
        )
    if amount.minor <= 0 or amount.currency != statement.currency:
        raise Invalid("Fill in what was paid, in the currency of the statement.")
    if not periods.day_of(statement.closed_at) <= paid_on <= periods.day_of(moment):
        raise Invalid("The day of payment lies after the statement was closed, and not in the future.")
    known = select(Payout.id).where(Payout.party_id == statement.party_id, Payout.bank_reference == reference)
    if db.session.scalar(known) is not None:
        raise Refused("A payment with this reference has been recorded for this party already.")
    if statement.status is not StatementStatus.APPROVED:
        raise Refused("Only on an approved statement that is not settled yet can a payment be recorded.")


def _book(statement: RoyaltyStatement, paid: Payout, amount: Money, moment: datetime) -> None:
    owner = str(statement.party_id)
    postings = [Posting(AccountKind.ROYALTY_PAYABLE, amount, owner), Posting(AccountKind.BANK, -amount)]
    ledger.post("payout", statement.number, f"payout:{paid.id}", postings, moment)
