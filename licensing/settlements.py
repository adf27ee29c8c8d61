"""How an order stands with its money: what came in, went back, is held by a bank, is due and is too much.

Computed from rows each time, so that no mark can disagree with them. Overpaid is what came in and stayed beyond what
is due; of an order that was given up nothing is due.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from archive.db import db
from licensing import disputes, refund_parts
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import ON_ITS_WAY, Refund, RefundStatus

GIVEN_UP = (OrderStatus.EXPIRED, OrderStatus.CANCELLED)


@dataclass(frozen=True)
class Settlement:
    """The sums of an order, all with VAT and none negative."""

    received: Money
    refunded: Money
    on_its_way: Money  # refunds that were asked for and have not arrived
    disputed: Money  # taken by a bank in disputes that are open or lost
    due: Money  # what the order costs, less what was taken back of it

    @property
    def kept(self) -> Money:
        """What came in and has neither gone back nor been taken; negative when more went than came."""
        return self.received - self.refunded - self.disputed

    @property
    def overpaid(self) -> Money:
        """What stayed here beyond what is due."""
        return _at_least_nothing(self.kept - self.due)

    @property
    def open(self) -> Money:
        """What is still to be paid."""
        return _at_least_nothing(self.due - self.kept)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be paid any more."""
        return not self.open

    @property
    def refundable(self) -> Money:
        """What can still be sent back."""
        return _at_least_nothing(self.kept - self.on_its_way)


def settle(
    status: OrderStatus,
    gross: Money,
    taken_back: Money,
    *,
    received: Money,
    refunded: Money,
    on_its_way: Money,
    disputed: Money,
) -> Settlement:
    """Work out how an order stands; `taken_back` is what of its price was credited."""
    due = Money(0, gross.currency) if status in GIVEN_UP else gross - taken_back
    return Settlement(received, refunded, on_its_way, disputed, due)


def of_order(order: Order) -> Settlement:
    """Add up the rows of an order."""
    nothing = Money(0, order.currency)
    taken_back = sum((net + vat for net, vat in refund_parts.taken_back(order).values()), nothing)
    return settle(
        order.status,
        order.gross,
        taken_back,
        received=_received(order),
        refunded=_refunds(order, (RefundStatus.SUCCEEDED,)),
        on_its_way=_refunds(order, ON_ITS_WAY),
        disputed=_disputed(order),
    )


def _received(order: Order) -> Money:
    # A sum over payments, each of which is one object of the provider's: nothing is ever counted up.
    query = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
        Payment.order_id == order.id, Payment.status == PaymentStatus.SUCCEEDED
    )
    return Money(int(db.session.scalar(query) or 0), order.currency)


def _refunds(order: Order, statuses: tuple[RefundStatus, ...]) -> Money:
    query = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order.id, Refund.status.in_(statuses))
    )
    return Money(int(db.session.scalar(query) or 0), order.currency)


def _disputed(order: Order) -> Money:
    paid = db.session.scalars(select(Payment).where(Payment.order_id == order.id))
    return sum((disputes.taken_of(payment) for payment in paid), Money(0, order.currency))


def _at_least_nothing(amount: Money) -> Money:
    return Money(max(0, amount.minor), amount.currency)
