"""Money that nothing was sold for goes back by itself: it came twice, or too late for what it was paid for.

It is recorded first, in suspense, and put before a person; then it is sent back and the buyer is told.
"""

from typing import Any

from archive import clock
from archive.transactions import transaction
from licensing import orders, payments, refund_sending, refunds
from licensing.orders import OrderStatus
from licensing.refunds import Source

WAITING = (OrderStatus.OPEN, OrderStatus.AWAITING_PAYMENT)


def send_back(payload: dict[str, Any]) -> None:
    """Job: send back a payment that was kept aside. What came by bank transfer waits for staff and their bank."""
    with transaction():
        payment, moment = payments.find(payload["reference"]), clock.now()
        if payment is None or payment.is_by_hand or not refund_sending.is_surplus(payment):
            return
        if payment.order.status in WAITING:
            orders.move(payment.order, OrderStatus.CANCELLED, moment, "paid, and can no longer be given")
        left = refunds.left_of(payment)
        if not left:
            return
        refund = refunds.ask(
            payment,
            left,
            "nothing was sold for this payment",
            key=f"surplus:{payment.reference}",
            moment=moment,
            source=Source.SURPLUS,
        )
        refunds.approve(refund, moment)
