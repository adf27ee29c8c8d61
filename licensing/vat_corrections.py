"""VAT given back: an order was taxed because the buyer's number could not be confirmed, and then it was.

The invoice is credited wholly and another one without tax stands for it; the tax goes back to where the money came
from. What was sold and delivered stays as it is.
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from archive import audit, clock, mail
from archive.db import db
from archive.language import speaking
from archive.transactions import transaction
from licensing import (
    anomalies,
    credit_notes,
    invoice_documents,
    invoices,
    ledger,
    orders,
    payments,
    refund_parts,
    refunds,
    taxes,
    vat_numbers,
    vies,
)
from licensing.invoices import Invoice, TaxTotal
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.place_of_supply import Category
from licensing.refunds import Source
from licensing.returning import Part
from licensing.tax_shares import TaxShare
from licensing.taxes import Rate
from licensing.vies import Standing

FOLLOW_JOB = "vat_numbers.follow"
FOLLOW_EVERY = timedelta(minutes=5)


def follow(_payload: dict[str, object]) -> None:
    """Job: ask VIES again about numbers without a clear answer, and mend what was taxed because of them."""
    if not vies.is_asked():
        return
    for number in vat_numbers.due(clock.now()):
        known = vat_numbers.ask_again(number, clock.now())
        is_valid = known.standing is Standing.VALID
        db.session.rollback()
        if is_valid:
            correct_all(number, clock.now())


def correct_all(number: str, moment: datetime) -> None:
    """Correct every paid order of a number, each in a transaction of its own."""
    query = select(Order.id).where(Order.vat_number == number, Order.status == OrderStatus.PAID)
    found = list(db.session.scalars(query))
    for order_id in found:
        with transaction():
            correct(db.session.get_one(Order, order_id), moment)


def correct(order: Order, moment: datetime) -> Invoice | None:
    """Credit the invoice of an order that should have borne no tax, and make out another; None when there is nothing
    to correct. Called again, it changes nothing.
    """
    rate, issued = _right_rate(order, moment), invoices.all_of_order(order.id)
    if rate is None or len(issued) != 1 or not issued[0].vat:
        return None
    invoice = issued[0]
    with speaking(order.lang):
        why = _(
            "VAT number %(number)s has been confirmed: the VAT is reverse charged.", number=order.vat_number
        )
    note = credit_notes.credit(invoice, why, moment)
    made = invoices.replace(invoice, [TaxTotal(rate.un_code, 0, invoice.net_minor, 0)], moment)
    for document in (note, made):
        invoice_documents.print_later(document)
    _book(order, order.taxed, moment)
    audit.record(
        "order.vat_corrected", "order", order.number, None, credit_note=note.number, invoice=made.number
    )
    _give_back(order, why, moment)
    _tell(order, note, made)
    return made


def _right_rate(order: Order, moment: datetime) -> Rate | None:
    """Give the rate that a taxed order should have had, if its number being valid makes it another."""
    customer = vat_numbers.customer(order.country, order.organisation, order.vat_number, moment.date())
    rates = {taxes.rate_to(line.kind, customer, order.placed_at.date()) for line in order.lines}
    reverse = [rate for rate in rates if rate.category is Category.REVERSE]
    return reverse[0] if len(rates) == 1 and reverse else None


def _book(order: Order, shares: list[TaxShare], moment: datetime) -> None:
    postings = [
        Posting(AccountKind.VAT_PAYABLE, share.vat, f"{share.tax.country}:{share.tax.bp}") for share in shares
    ]
    postings.append(Posting(AccountKind.REFUND_CLEARING, -order.vat, order.number))
    ledger.post("vat_correction", order.number, f"vat_correction:{order.number}", postings, moment)


def _give_back(order: Order, why: str, moment: datetime) -> None:
    """Send the VAT back on the payment that brought it; where none has so much left, a person must."""
    payment = next(
        (each for each in payments.succeeded_of(order) if refunds.left_of(each) >= order.vat), None
    )
    if payment is None or payment.is_by_hand:
        anomalies.file(
            "vat_to_give_back", order.number, moment, order=order.number, amount_minor=order.vat_minor
        )
    if payment is None:
        return
    key = f"vat_correction:{order.number}"
    refund = refunds.ask(payment, order.vat, why, key=key, moment=moment, source=Source.PROMISED)
    nothing = Money(0, order.currency)
    parts = [
        Part(left.line, left.rate, nothing, left.vat) for left in refund_parts.left_of(order) if left.vat
    ]
    refund_parts.keep(refund.id, parts)
    refunds.approve(refund, moment)


def _tell(order: Order, note: Invoice, made: Invoice) -> None:
    mail.send(
        "vat_corrected",
        order.buyer_email,
        order.lang,
        number=order.number,
        vat_number=order.vat_number,
        amount=order.vat.show(order.lang),
        note=note.number,
        invoice=made.number,
        token=orders.link_token(order),
    )
