"""Statements of deals: within a week of the performance what it brought in and what each artist gets; later ones as
long as it can still be seen, the last one when it cannot. Each is written once; the next one corrects it, and what is
paid back after the last one is corrected by one more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import clock, mail
from archive.db import Model, db
from archive.transactions import transaction
from archive.triggers import append_only
from catalogue import performances
from catalogue.performances import Performance
from licensing import deal_rules, deals, ledger, tickets
from licensing.deal_rules import Outcome
from licensing.deals import Deal, DealArtist
from licensing.ledger import AccountKind, Posting
from licensing.money import Money

JOB = "deals.state"
EVERY = timedelta(hours=6)
AFTER = timedelta(
    days=1
)  # after the end: tickets of the last minute have been paid, and the week is not over
AGAIN = timedelta(days=7)


class DealStatement(Model):
    """What a deal came to; amounts are in all so far, but for `new_minor` and `parts`."""

    __table_args__ = (UniqueConstraint("deal_id", "number"), CheckConstraint("number > 0", "is_numbered"))

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    number: Mapped[int]  # of this deal, from 1
    issued_at: Mapped[datetime]
    is_final: Mapped[bool]
    tickets: Mapped[int]
    currency: Mapped[str]
    income_minor: Mapped[int]  # without VAT
    costs_minor: Mapped[int]
    due_minor: Mapped[int]
    new_minor: Mapped[
        int
    ]  # of what is due, since the statement before; below zero when tickets were paid back
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)  # of what is new, in minor units, by the artist's id

    deal: Mapped[Deal] = relationship()

    def amount(self, name: str) -> Money:
        """Give one of its amounts: income, costs, due, new."""
        return Money(getattr(self, f"{name}_minor"), self.currency)

    def part_of(self, artist: DealArtist) -> Money:
        """Give what is new for one artist."""
        return Money(int(self.parts.get(str(artist.id), 0)), self.currency)


event.listen(DealStatement.__table__, "after_create", append_only("deal_statement"))


def so_far(deal: Deal) -> tuple[int, Outcome]:
    """Say how many tickets there are now, and what the deal comes to with them."""
    nothing = (0, Money(0, deal.currency))
    count, income = tickets.income_of([deal.entry_id]).get(deal.entry_id, nothing)
    return count, deal_rules.work_out(income, deal.costs_in_all, deal.terms)


def of(deal_id: int) -> list[DealStatement]:
    """Return the statements of a deal, oldest first."""
    query = select(DealStatement).where(DealStatement.deal_id == deal_id).order_by(DealStatement.number)
    return list(db.session.scalars(query))


def state_all(_payload: dict[str, Any]) -> None:
    """Job: make the statements that are due, each in a transaction of its own."""
    for deal_id in list(db.session.scalars(select(Deal.id).order_by(Deal.id))):
        with transaction():
            issue_when_due(deals.get_for_change(deal_id), clock.now())


def issue_when_due(deal: Deal, moment: datetime) -> DealStatement | None:
    """Make the next statement of a deal, book it and tell the artists, if its time has come."""
    performance, issued = performances.find(deal.entry_id), of(deal.id)
    if performance is None or not is_due(performance, issued, moment):
        return None
    count, outcome = so_far(deal)
    is_final = moment >= performance.viewing_until + AFTER
    is_last_to_come = is_final and bool(issued) and not issued[-1].is_final
    if issued and not is_last_to_come and issued[-1].amount("due") == outcome.due:
        return None
    return _issue(deal, issued, count, outcome, is_final, moment)


def is_due(performance: Performance, issued: Sequence[DealStatement], moment: datetime) -> bool:
    """Say whether it is time for a statement: a day after the end, then weekly, one when viewing is over, and weekly
    after that, for what is still paid back.
    """
    if not issued:
        return moment >= performance.ends_at + AFTER
    last = issued[-1]
    over = moment >= performance.viewing_until + AFTER
    return (over and not last.is_final) or moment >= last.issued_at + AGAIN


def _issue(
    deal: Deal,
    before: Sequence[DealStatement],
    count: int,
    outcome: Outcome,
    is_final: bool,
    moment: datetime,
) -> DealStatement:
    told = [
        sum((statement.part_of(artist) for statement in before), Money(0, deal.currency))
        for artist in deal.artists
    ]
    parts = deal_rules.divide(outcome.due, [artist.weight for artist in deal.artists], told)
    new = sum(parts, Money(0, deal.currency))
    statement = DealStatement(
        deal=deal,
        number=len(before) + 1,
        issued_at=moment,
        is_final=is_final,
        tickets=count,
        currency=deal.currency,
        income_minor=outcome.income.minor,
        costs_minor=outcome.costs.minor,
        due_minor=outcome.due.minor,
        new_minor=new.minor,
        parts={str(artist.id): part.minor for artist, part in zip(deal.artists, parts, strict=True)},
    )
    deal.stands_since = deal.stands_since or moment
    db.session.add(statement)
    db.session.flush()
    _book(deal, statement, moment)
    _tell(deal, statement)
    return statement


def _book(deal: Deal, statement: DealStatement, moment: datetime) -> None:
    new = statement.amount("new")
    postings = [Posting(AccountKind.DEAL_EXPENSE, new), Posting(AccountKind.DEAL_PAYABLE, -new, str(deal.id))]
    if new:
        ledger.post("deal", deal.entry.pid, f"deal_statement:{statement.id}", postings, moment)


def _tell(deal: Deal, statement: DealStatement) -> None:
    for artist in deal.artists:
        mail.send(
            "deal_statement",
            artist.email,
            artist.lang,
            name=artist.name,
            title=deal.entry.title,
            number=statement.number,
            tickets=statement.tickets,
            income=statement.amount("income").show(artist.lang),
            part=statement.part_of(artist).show(artist.lang),
            is_final=statement.is_final,
            token=deals.link_token(artist),
        )
