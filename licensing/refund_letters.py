"""The mail to a buyer whose money is on its way back."""

from archive import mail
from licensing import orders
from licensing.refunds import Origin, Refund, Source


def tell(refund: Refund) -> None:
    """Tell the buyer how much goes back, why, and how long it takes; once, when it leaves."""
    order = refund.payment.order
    # A reason of the site's own, or of the provider's pages, says nothing to the buyer.
    is_told = refund.origin is Origin.HERE and refund.source is not Source.SURPLUS
    mail.send(
        "refund_sent",
        order.buyer_email,
        order.lang,
        number=order.number,
        name=order.buyer_name,
        amount=refund.amount.show(order.lang),
        is_surplus=refund.source is Source.SURPLUS,
        reason=refund.reason if is_told else "",
        token=orders.link_token(order),
    )
