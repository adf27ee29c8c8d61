"""One order at the desk: what was sold and paid, what went back, and giving money back."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid, NotFound
from archive.sign_in import staff_only
from licensing import order_sheet, orders, refund_forms, refund_sending, refunds
from licensing.money import Money
from licensing.order_sheet import Sheet
from licensing.orders import OrderStatus
from licensing.payments import PaymentStatus
from licensing.refunds import Refund, RefundStatus, Source
from licensing.views.desk_licences import STATUSES

ORDERS = {
    OrderStatus.OPEN: _l("Placed"),
    OrderStatus.AWAITING_PAYMENT: _l("Awaiting payment"),
    OrderStatus.PAID: _l("Paid"),
    OrderStatus.EXPIRED: _l("Not paid in time"),
    OrderStatus.CANCELLED: _l("Cancelled"),
}
PAYMENTS = {
    PaymentStatus.CREATED: _l("Begun"),
    PaymentStatus.SESSION_OPEN: _l("Payment page open"),
    PaymentStatus.PROCESSING: _l("With the bank"),
    PaymentStatus.SUCCEEDED: _l("Received"),
    PaymentStatus.FAILED: _l("Failed"),
    PaymentStatus.EXPIRED: _l("Not paid in time"),
    PaymentStatus.REVIEW: _l("Differs from the order"),
}
REFUNDS = {
    RefundStatus.REQUESTED: _l("Waits for approval"),
    RefundStatus.APPROVED: _l("Approved"),
    RefundStatus.SENT: _l("Being sent"),
    RefundStatus.PENDING: _l("On its way"),
    RefundStatus.SUCCEEDED: _l("Arrived"),
    RefundStatus.FAILED: _l("Failed"),
    RefundStatus.CANCELLED: _l("Given up"),
}
LOOKS = {
    RefundStatus.REQUESTED: "tag--ask",
    RefundStatus.SUCCEEDED: "tag--direct",
    RefundStatus.FAILED: "tag--late",
    RefundStatus.CANCELLED: "tag--none",
}
SOURCES = {
    Source.SALE: _l("what was sold"),
    Source.SURPLUS: _l("what was paid too much"),
    Source.PROMISED: _l("what was promised before and has come back"),
}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/orders/<number>", "desk_order", desk_order)
    pages.add_url_rule(
        "/desk/orders/<number>/refunds", "desk_order_refund", desk_order_refund, methods=["POST"]
    )
    pages.add_url_rule(
        "/desk/orders/<number>/refunds/<int:refund_id>", "desk_refund", desk_refund, methods=["POST"]
    )


@staff_only(Role.LICENSING)
def desk_order(number: str) -> ResponseReturnValue:
    """Show one order whole."""
    return _page(order_sheet.of(order_sheet.get_order(number)))


@staff_only(Role.LICENSING)
def desk_order_refund(number: str) -> ResponseReturnValue:
    """Give money of an order back: asked and approved by the same person; the form sent twice is one refund."""
    sheet, moment = order_sheet.of(order_sheet.get_order(number)), clock.now()
    known = refunds.find_by_key(f"desk:{number}:{request.form.get('form_key', '')[:60]}")
    if known is None:
        try:
            asked = refund_forms.read(request.form, sheet)
            refund = refunds.ask(
                asked.returnable.payment,
                asked.amount,
                asked.reason,
                key=asked.key,
                moment=moment,
                source=asked.returnable.source,
                line=asked.line,
                account_id=g.account.id,
            )
        except DomainError as refusal:
            return _page(sheet, refusal), refusal.status
        refunds.approve(refund, moment, g.account.id)
    return redirect(url_for("licensing.desk_order", number=number, done="refund"), 303)


@staff_only(Role.LICENSING)
def desk_refund(number: str, refund_id: int) -> ResponseReturnValue:
    """Approve a refund that waits, give it up, or note that it was sent from the bank account."""
    sheet = order_sheet.of(order_sheet.get_order(number))
    refund = next((each for each in sheet.refunds if each.id == refund_id), None)
    if refund is None:
        raise NotFound("There is no such refund.")
    try:
        _decide(refund)
    except DomainError as refusal:
        return _page(sheet, refusal), refusal.status
    return redirect(url_for("licensing.desk_order", number=number, done="decided"), 303)


def _decide(refund: Refund) -> None:
    moment, account_id, form = clock.now(), g.account.id, request.form
    match form.get("do"):
        case "approve":
            refunds.approve(refund, moment, account_id)
        case "give_up":
            refunds.give_up(refund, "given up at the desk", moment, account_id)
        case "sent":
            refund_sending.record(refund, form.get("reference", ""), moment, account_id)
        case _:
            raise Invalid("Choose what is to be done with the refund.")


def _page(sheet: Sheet, refusal: DomainError | None = None) -> str:
    return render_template(
        "licensing/desk_order.html",
        sheet=sheet,
        order=sheet.order,
        token=orders.link_token(sheet.order),
        refusal=refusal,
        form=request.form,
        form_key=orders.new_form_key(),
        order_states=ORDERS,
        payment_states=PAYMENTS,
        refund_states=REFUNDS,
        refund_looks=LOOKS,
        sources=SOURCES,
        licence_states=STATUSES,
        money=Money,
    )
