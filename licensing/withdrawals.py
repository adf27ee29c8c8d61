"""Withdrawals: a consumer undoes a contract within fourteen days, on the order's own page, without giving a reason.

What was declared is kept as it was, acknowledged by mail with its moment, and the money goes back by itself. Whether
the right still exists is decided by `withdrawal_rules`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, clock, mail
from archive.db import Model, db
from archive.errors import Refused
from archive.triggers import append_only
from licensing import (
    delivery,
    grants,
    licences,
    orders,
    refund_parts,
    refund_sending,
    refunds,
    withdrawal_rules,
)
from licensing.licences import LicenceStatus
from licensing.money import Money
from licensing.orders import Order, OrderLine, OrderStatus
from licensing.withdrawal_rules import Bought

RIGHTLESS = "You can no longer withdraw from this order: the time for it is over, or what you bought has been supplied."


class Withdrawal(Model):
    """One declaration of withdrawal, as the consumer made it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), unique=True)
    name: Mapped[str]
    email: Mapped[str]  # where the acknowledgement goes
    lines: Mapped[list[Any]]  # order lines by id
    declared_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


event.listen(Withdrawal.__table__, "after_create", append_only("withdrawal"))


def open_lines(order: Order, today: date) -> list[OrderLine]:
    """List the lines of an order that its buyer may still withdraw from; none before it is paid."""
    if order.status is not OrderStatus.PAID or of_order(order.id) is not None:
        return []
    bought = [Bought(line.id, line.kind.value, _has_begun(line)) for line in order.lines]
    concluded = clock.day_here(order.placed_at)
    found = withdrawal_rules.open_lines(bought, concluded, today, is_consumer=order.organisation is None)
    return [line for line in order.lines if line.id in found]


def last_day(order: Order) -> date:
    """Give the last day to withdraw from an order, in the archive's town."""
    return withdrawal_rules.last_day(clock.day_here(order.placed_at))


def value(order: Order, lines: list[OrderLine]) -> Money:
    """Say what goes back for these lines, with VAT."""
    wanted = {line.id for line in lines}
    left = [each.gross for each in refund_parts.left_of(order) if each.line in wanted]
    return sum(left, Money(0, order.currency))


def declare(order: Order, name: str, email: str, moment: datetime) -> Withdrawal:
    """Take a declaration of withdrawal, once: end what was given, send the money back, acknowledge it by mail.

    Raise Refused when the right does not exist any more.
    """
    db.session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    known = of_order(order.id)
    if known is not None:
        return known
    lines = open_lines(order, clock.day_here(moment))
    if not lines:
        raise Refused(RIGHTLESS)
    amount = value(order, lines)
    made = Withdrawal(
        order_id=order.id, name=name, email=email, lines=[line.id for line in lines], declared_at=moment
    )
    db.session.add(made)
    db.session.flush()
    audit.record("order.withdrawn", "order", order.number, None, lines=made.lines)
    for line in lines:
        _undo(order, line, moment)
    _acknowledge(made, order, lines, amount)
    return made


def of_order(order_id: int) -> Withdrawal | None:
    """Find the withdrawal of an order."""
    return db.session.scalar(select(Withdrawal).where(Withdrawal.order_id == order_id))


def _has_begun(line: OrderLine) -> bool:
    """Say whether a line has been supplied: its file can be fetched, or its use has been opened."""
    if grants.of_line(line.id) is not None:
        return True
    for licence in licences.of_order(line.order_id):
        if licence.order_line_id == line.id:
            ready = delivery.of_licence(licence.id)
            return ready is not None and delivery.is_ready(ready)
    return False


def _undo(order: Order, line: OrderLine, moment: datetime) -> None:
    ended = (LicenceStatus.REVOKED, LicenceStatus.SUPERSEDED)
    for licence in licences.of_order(order.id):
        if licence.order_line_id == line.id and licence.status not in ended:
            licences.revoke(licence, "the buyer withdrew from the contract", moment, None)
    payment, amount = refund_sending.sale_of(order), refunds.left_of_sale(order, line)
    if payment is None or not amount:
        return
    refund = refunds.ask(
        payment,
        amount,
        "Withdrawal from the contract",
        key=f"withdrawal:{order.number}:{line.id}",
        moment=moment,
        line=line,
    )
    refunds.approve(refund, moment)


def _acknowledge(made: Withdrawal, order: Order, lines: list[OrderLine], amount: Money) -> None:
    mail.send(
        "withdrawn",
        made.email,
        order.lang,
        number=order.number,
        name=made.name,
        titles=[f"{line.title}: {line.summary}" if line.summary else line.title for line in lines],
        amount=amount.show(order.lang),
        declared_at=made.declared_at,
        token=orders.link_token(order),
    )
