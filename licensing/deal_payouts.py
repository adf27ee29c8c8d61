"""Payouts of deals: what the bank paid to an artist, never more than statements say."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db
from archive.errors import Invalid, Refused
from archive.triggers import append_only
from licensing import deal_statements, deals, ledger
from licensing.deals import DealArtist
from licensing.ledger import AccountKind, Posting
from licensing.money import Money


class DealPayout(Model):
    """One payment to an artist."""

    __table_args__ = (CheckConstraint("amount_minor > 0", "is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(unique=True)  # sent twice, it is one payment
    artist_id: Mapped[int] = mapped_column(ForeignKey("deal_artist.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    paid_on: Mapped[date]
    bank_reference: Mapped[str]
    recorded_at: Mapped[datetime]

    artist: Mapped[DealArtist] = relationship()

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.amount_minor, self.currency)


event.listen(DealPayout.__table__, "after_create", append_only("deal_payout"))


def owed(artist: DealArtist) -> Money:
    """Say what an artist is still owed by the statements so far; below zero when too much was paid."""
    nothing = Money(0, artist.deal.currency)
    stated = sum((each.part_of(artist) for each in deal_statements.of(artist.deal_id)), nothing)
    return stated - sum((payout.amount for payout in of(artist.id)), nothing)


def of(artist_id: int) -> list[DealPayout]:
    """Return what was paid to an artist, oldest first."""
    query = select(DealPayout).where(DealPayout.artist_id == artist_id).order_by(DealPayout.id)
    return list(db.session.scalars(query))


def record(
    artist: DealArtist,
    amount: Money,
    paid_on: date,
    bank_reference: str,
    *,
    form_key: str,
    moment: datetime,
    account_id: int,
) -> DealPayout:
    """Write down what the bank paid; a form sent again finds what it wrote.

    Raise Invalid without a reference or for no amount, Refused for more than is owed.
    """
    deals.get_for_change(artist.deal_id)
    known = db.session.scalar(select(DealPayout).where(DealPayout.form_key == form_key))
    if known is not None:
        return known
    if amount.minor <= 0 or not bank_reference.strip():
        raise Invalid("Fill in what was paid, and the reference of the bank.", field="amount")
    if amount > owed(artist):
        raise Refused("%(owed)s is owed to %(name)s, no more.", owed=owed(artist).plain(), name=artist.name)
    payout = DealPayout(
        form_key=form_key,
        artist=artist,
        amount_minor=amount.minor,
        currency=amount.currency,
        paid_on=paid_on,
        bank_reference=bank_reference.strip(),
        recorded_at=moment,
    )
    db.session.add(payout)
    db.session.flush()
    postings = [
        Posting(AccountKind.DEAL_PAYABLE, amount, str(artist.deal_id)),
        Posting(AccountKind.BANK, -amount),
    ]
    ledger.post("deal_payout", artist.deal.entry.pid, f"deal_payout:{payout.id}", postings, moment)
    audit.record("deal.paid", "entry", artist.deal.entry.pid, account_id, amount_minor=amount.minor)
    return payout
