"""The work of giving money back for a stream that failed: some tickets at a time, each in the same transaction as its
row, its refund and its letter, so that a job that is stopped anywhere goes on and doubles nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from archive import clock, jobs, mail
from archive.db import db
from archive.transactions import transaction
from licensing import disputes, orders, refund_sending, refunds, stream_failures
from licensing.money import Money
from licensing.orders import OrderLine
from licensing.refunds import Refund
from licensing.stream_failures import Outcome, StreamRefund, StreamRefundTicket
from licensing.tickets import Ticket

FOLLOW_JOB = "stream_refunds.follow"
FOLLOW_EVERY = timedelta(minutes=30)
AT_ONCE = 20


def work(payload: dict[str, Any]) -> None:
    """Job: go on with an act until every ticket has had its turn."""
    while _do_some(payload["act_id"], payload["job_id"]):
        pass


def follow(_payload: dict[str, Any]) -> None:
    """Job: go on with acts whose job was given up, once its cause is gone."""
    with transaction():
        for act_id in db.session.scalars(select(StreamRefund.id).where(StreamRefund.done_at.is_(None))):
            stream_failures.queue(act_id)


def _do_some(act_id: int, job_id: int) -> bool:
    """Do the next tickets of an act; say whether there may be more."""
    with transaction():
        act, moment = db.session.get_one(StreamRefund, act_id, with_for_update=True), clock.now()
        if act.done_at is not None:
            return False
        jobs.extend_lease(job_id)
        found = stream_failures.next_tickets(act, AT_ONCE)
        if not found:
            act.done_at = moment
        for ticket in found:
            _give_back(act, ticket, moment)
        return bool(found)


def _give_back(act: StreamRefund, ticket: Ticket, moment: datetime) -> None:
    row = StreamRefundTicket(act_id=act.id, ticket_id=ticket.id, at=moment, outcome=Outcome.FREE)
    refund = None
    if ticket.line is not None:
        row.outcome, refund = _ask(act, ticket, ticket.line, moment)
        row.refund_id = refund.id if refund else None
    db.session.add(row)
    db.session.flush()
    if row.outcome in (Outcome.ASKED, Outcome.FREE):
        _tell(act, ticket, refund)


def _ask(
    act: StreamRefund, ticket: Ticket, line: OrderLine, moment: datetime
) -> tuple[Outcome, Refund | None]:
    payment = refund_sending.sale_of(line.order)
    if payment is None or disputes.is_order_frozen(line.order_id):
        return Outcome.DISPUTED, None
    amount = min(due(line, act.share_bp), refunds.left_of(payment))
    if amount.minor <= 0:
        return Outcome.BACK_ALREADY, None
    key = f"stream:{act.id}:{ticket.id}"
    refund = refunds.ask(
        payment, amount, act.reason, key=key, moment=moment, line=line, account_id=act.asked_by_id
    )
    refunds.approve(refund, moment, act.asked_by_id)
    return Outcome.ASKED, refund


def due(line: OrderLine, share_bp: int) -> Money:
    """Say what must still go back of the price of a line, VAT included, so that a share of it has gone back in all."""
    paid = line.net + (line.vat or Money(0, line.order.currency))
    before = paid - refunds.left_of_sale(line.order, line)
    return max(Money(0, paid.currency), paid.percent_of(share_bp) - before)


def _tell(act: StreamRefund, ticket: Ticket, refund: Refund | None) -> None:
    mail.send(
        "stream_failed",
        ticket.holder_email,
        ticket.lang,
        name=ticket.holder_name,
        title=act.entry.title,
        what=act.reason,
        amount=refund.amount.show(ticket.lang) if refund else None,
        number=ticket.line.order.number if ticket.line else None,
        token=orders.link_token(ticket.line.order) if ticket.line else None,
    )
