"""What follows when an order is paid, all in the transaction that learns of it: ledger, licence, delivery,
and the jobs for document and mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from archive import audit, clock, jobs, mail
from archive.language import speaking
from catalogue import entry_files, performances
from licensing import (
    accruals,
    agreement_documents,
    agreements,
    anomalies,
    delivery,
    exclusivity,
    invoice_documents,
    invoices,
    ledger,
    listening,
    never_paid,
    orders,
    packages,
    quote_acceptance,
    receipts,
    reservations,
    ticket_letters,
    tickets,
    top_ups,
    wallet,
    wording,
)
from licensing.agreements import Agreement
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import LineKind, Order, OrderLine, OrderStatus
from licensing.tax_shares import TaxShare
from licensing.tickets import Ticket

# Days on documents are days in the archive's town.
HERE = ZoneInfo("Europe/Amsterdam")
# Credit is no supply yet (Directive 2006/112/EC, art. 30b(2)), and for a tip nothing is supplied.
WITHOUT_INVOICE = frozenset({LineKind.TOP_UP, LineKind.TIP})
SEND_BACK_JOB = "surplus.send_back"
NOT_FULFILLABLE = "not_fulfillable"
GIVEN_UP = (OrderStatus.EXPIRED, OrderStatus.CANCELLED)


@dataclass(frozen=True)
class Receipt:
    """Which money came in: the provider's objects that the postings are keyed by, and where it lies now."""

    reference: str
    intent_id: str
    charge_id: str | None
    fee_minor: int | None
    currency: str
    cash: AccountKind = AccountKind.STRIPE_CLEARING


def complete(order: Order, receipt: Receipt, moment: datetime) -> None:
    """Book the money and give what was bought. Called again, it changes nothing.

    Money that comes for what can no longer be given is kept aside for a person: see `_not_to_be_given`.
    """
    why_not = _not_to_be_given(order, moment) or _without_place(order, moment)
    if why_not:
        _keep_aside(order, receipt, moment, why_not)
        return
    _book_sale(order, receipt, moment)
    if order.status is OrderStatus.PAID:
        _put_aside("paid_twice", order, receipt, moment)
        return
    orders.move(order, OrderStatus.PAID, moment, f"paid by {receipt.reference}")
    _hand_over(order, moment)
    audit.record(
        "order.paid", "order", order.number, None, payment=receipt.reference, gross_minor=order.gross_minor
    )


def book_fee(receipt: Receipt, moment: datetime) -> None:
    """Book what the provider kept, once it is known."""
    if not receipt.fee_minor or receipt.charge_id is None:
        return
    fee = Money(receipt.fee_minor, receipt.currency)
    ledger.post(
        "fee",
        receipt.reference,
        f"fee:{receipt.charge_id}",
        [Posting(AccountKind.FEES_EXPENSE, fee, "stripe"), Posting(receipt.cash, -fee)],
        moment,
    )


def _book_sale(order: Order, receipt: Receipt, moment: datetime) -> None:
    already_paid = order.status is OrderStatus.PAID
    if already_paid and receipt.cash is AccountKind.SUSPENSE:
        return  # it was booked as the buyer's when it came in, and still is
    postings = [_taken_from(order, receipt)]
    if already_paid:
        # A second payment of one order is the buyer's money, not ours, until a person has sent it back.
        postings.append(Posting(AccountKind.SUSPENSE, -order.gross, order.number))
    else:
        postings += [Posting(kind, -net, owner) for (kind, owner), net in order.net_by(counterpart).items()]
        postings += [
            Posting(AccountKind.VAT_PAYABLE, -share.vat, f"{share.tax.country}:{share.tax.bp}")
            for share in order.taxed
        ]
    what = "double_payment" if already_paid else "sale"
    ledger.post(what, order.number, f"payment:{receipt.intent_id}", postings, moment)


def _taken_from(order: Order, receipt: Receipt) -> Posting:
    owner = order.number if receipt.cash is AccountKind.SUSPENSE else ""
    return Posting(receipt.cash, order.gross, owner)


def _not_to_be_given(order: Order, moment: datetime) -> str:
    """Name what stands in the way of an order that is not paid yet, as a kind of anomaly; empty when nothing does."""
    if order.status is OrderStatus.PAID:
        return ""
    if order.status in GIVEN_UP and not exclusivity.is_free(order, moment):
        return "promised_elsewhere"
    return "out_of_commerce" if never_paid.find(order.rights_sold) else ""


def _without_place(order: Order, moment: datetime) -> str:
    """Use the places that an order holds, or name what stands in the way: they were sold while the money was coming."""
    if order.status is OrderStatus.PAID or all(line.kind is not LineKind.TICKET for line in order.lines):
        return ""
    if reservations.settle(order, moment):
        return ""
    if order.status is OrderStatus.AWAITING_PAYMENT:
        # Nothing is due any more, so all that came in goes back.
        orders.move(order, OrderStatus.CANCELLED, moment, "paid, not fulfillable: no place is left")
    ticket_letters.tell_full(order)
    return NOT_FULFILLABLE


def _keep_aside(order: Order, receipt: Receipt, moment: datetime, why_not: str) -> None:
    if receipt.cash is not AccountKind.SUSPENSE:
        kept = Posting(AccountKind.SUSPENSE, -order.gross, order.number)
        postings = [_taken_from(order, receipt), kept]
        ledger.post("late_payment", order.number, f"payment:{receipt.intent_id}", postings, moment)
    _put_aside(why_not, order, receipt, moment)


def _put_aside(why: str, order: Order, receipt: Receipt, moment: datetime) -> None:
    """Put money that nothing is sold for before a person, and have it sent back."""
    anomalies.file(why, receipt.reference, moment, order=order.number)
    jobs.enqueue(SEND_BACK_JOB, {"reference": receipt.reference}, key=f"{SEND_BACK_JOB}:{receipt.reference}")


def counterpart(line: OrderLine) -> tuple[AccountKind, str]:
    """Name the account that the price of a line goes to: credit that was bought is not earned before it is used."""
    if line.kind is LineKind.TOP_UP:
        return AccountKind.WALLET_LIABILITY, wallet.current(int(line.choice["wallet_id"])).owner
    return AccountKind.REVENUE, line.kind.value


def _hand_over(order: Order, moment: datetime) -> None:
    """Give what was bought, each kind in its own way, with its document and its mail."""
    if order.is_by_agreement:
        _give(agreements.generate(order, moment), moment)
        quote_acceptance.close_request(order, moment)
        _confirm(order)
    top_ups.credit(order, moment)
    issued = tickets.issue_for(order, moment)
    for ticket in issued:
        ticket_letters.send(ticket)
    if not (order.is_by_agreement or issued):  # those have letters of their own
        receipts.send(order)
    for line in order.lines:
        if line.kind in receipts.GIVES_A_USE:
            listening.give(line, order, moment)
    if any(line.kind not in WITHOUT_INVOICE for line in order.lines):
        invoice_documents.print_later(invoices.issue(order, moment, _days_of(issued)))


def _days_of(issued: Sequence[Ticket]) -> list[date]:
    """List the days on which what tickets are for is performed: those are the days of the service."""
    found = performances.of([ticket.entry_id for ticket in issued])
    return sorted({clock.day_here(each.starts_at) for each in found.values()})


def _give(agreement: Agreement, moment: datetime) -> None:
    given = agreements.put_in_force(agreement, moment, moment.astimezone(HERE).date())
    for licence in given:
        accruals.book(licence, moment)
        master = entry_files.of(licence.entry_id)[licence.entry_id].master
        if master is None:
            anomalies.file("nothing_to_deliver", licence.number, moment, order=agreement.order.number)
        else:
            packages.make_later(delivery.prepare(licence, master, moment))
    if given:
        job = agreement_documents.JOB
        jobs.enqueue(job, {"agreement_id": agreement.id}, key=f"{job}:{agreement.id}")


def _confirm(order: Order) -> None:
    mail.send("order_paid", order.buyer_email, order.lang, order=_for_mail(order))


def _vat_label(order: Order, share: TaxShare) -> str:
    with speaking(order.lang):
        return wording.vat_label(share.tax.bp, share.tax.code)


def _for_mail(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "name": order.buyer_name,
        "title": order.lines[0].title,
        "lines": [
            {
                "title": line.title,
                "summary": line.summary,
                "is_licence": line.kind is LineKind.LICENCE_FEE,
                "net": line.net.show(order.lang),
            }
            for line in order.lines
        ],
        "taxes": [
            {"label": _vat_label(order, share), "vat": share.vat.show(order.lang)} for share in order.taxed
        ],
        "gross": order.gross.show(order.lang),
        "consent": order.consent["text"],
        "token": orders.link_token(order),
    }
