"""What follows from a refund: the books, the credit note, the shares of others, and what was given for the money.

Two bookings, keyed by the provider's object: when the money leaves our balance it goes through refund clearing; when
it has arrived, refund clearing is made good by what it was taken from. Money that comes back stays in refund clearing:
it is still the buyer's.
"""

from datetime import datetime

from licensing import (
    anomalies,
    credit_notes,
    fulfilment,
    invoice_documents,
    invoices,
    ledger,
    licences,
    listening,
    refund_letters,
    refund_parts,
    shares_back,
    tickets,
)
from licensing.invoices import Invoice, TaxTotal
from licensing.ledger import AccountKind, Posting
from licensing.licences import Licence, LicenceStatus
from licensing.refunds import Refund, Source
from licensing.returning import Part

KEPT_ASIDE = ("paid_twice", "promised_elsewhere", "out_of_commerce", fulfilment.NOT_FULFILLABLE)


def leave(refund: Refund, moment: datetime) -> None:
    """Book that the money left our balance, once."""
    number = refund.payment.order.number
    clearing = Posting(AccountKind.REFUND_CLEARING, refund.amount, number)
    postings = [clearing, Posting(_cash(refund), -refund.amount)]
    if ledger.post("refund_sent", number, _sent_key(refund), postings, moment) is not None:
        _hold(refund, moment)
        refund_letters.tell(refund)


def come_back(refund: Refund, moment: datetime) -> None:
    """Book that money that had left came back, and put it before a person: it is the buyer's still."""
    number = refund.payment.order.number
    if ledger.find(_sent_key(refund)) is not None:
        ledger.reverse(_sent_key(refund), "refund_failed", f"{_sent_key(refund)}:back", moment)
    _release(refund, moment)
    if (
        refund.source is not Source.PROMISED or refund.form_key is None
    ):  # credit goes back to its wallet by itself
        anomalies.file("refund_failed", refund.reference, moment, order=number)


def arrive(refund: Refund, moment: datetime) -> None:
    """Book what the refund was taken from, once it has arrived, and let follow what follows."""
    order = refund.payment.order
    if refund.source is Source.SALE:
        parts = refund_parts.split(order, refund.line, refund.amount)
        refund_parts.keep(refund.id, parts)
        _book_sale(refund, parts, moment)
        _credit(refund, parts, moment)
        nets = {part.line: part.net for part in parts}
        shares_back.take_back(order, nets, refund.reason, f"refund:{refund.id}", moment, refund.asked_by_id)
        _stop(refund, moment)
    elif refund.source is Source.SURPLUS:
        surplus = Posting(AccountKind.SUSPENSE, refund.amount, order.number)
        _book("refund_of_surplus", refund, [surplus], moment)
        for kind in KEPT_ASIDE:
            anomalies.settle(kind, refund.payment.reference, "the money went back", moment)


def _cash(refund: Refund) -> AccountKind:
    return AccountKind.BANK if refund.payment.is_by_hand else AccountKind.STRIPE_CLEARING


def _sent_key(refund: Refund) -> str:
    return f"refund:{refund.provider_ref}"


def _book_sale(refund: Refund, parts: list[Part], moment: datetime) -> None:
    lines = {line.id: line for line in refund.payment.order.lines}
    postings = []
    for part in parts:
        line = lines[part.line]
        kind, owner = fulfilment.counterpart(line)
        postings.append(Posting(kind, part.net, owner))
        postings.append(Posting(AccountKind.VAT_PAYABLE, part.vat, f"{line.tax.country}:{line.tax.bp}"))
    _book("refund", refund, postings, moment)


def _book(kind: str, refund: Refund, postings: list[Posting], moment: datetime) -> None:
    number = refund.payment.order.number
    clearing = Posting(AccountKind.REFUND_CLEARING, -refund.amount, number)
    ledger.post(kind, number, f"{_sent_key(refund)}:arrived", [*postings, clearing], moment)


def _credit(refund: Refund, parts: list[Part], moment: datetime) -> None:
    order = refund.payment.order
    invoice = invoices.of_order(order.id)
    positions = {line.id: position for position, line in enumerate(order.lines, start=1)}
    nets = {positions[part.line]: part.net.minor for part in parts if part.net}
    if invoice is None or not nets:
        return
    taxes = _taxes(invoice, [(positions[part.line], part) for part in parts])
    note = credit_notes.credit_part(invoice, nets, taxes, refund.reason, moment)
    refund.credit_note_id = note.id
    invoice_documents.print_later(note)


def _taxes(invoice: Invoice, parts: list[tuple[int, Part]]) -> list[TaxTotal]:
    # By the invoice and not by the order: an invoice that stands for another one has other rates.
    lines = {line.position: line for line in invoice.lines}
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    for position, part in parts:
        line = lines[position]
        net, vat = sums.get((line.vat_code, line.vat_bp), (0, 0))
        sums[line.vat_code, line.vat_bp] = net + part.net.minor, vat + part.vat.minor
    return [TaxTotal(code, bp, net, vat) for (code, bp), (net, vat) in sums.items()]


def _hold(refund: Refund, moment: datetime) -> None:
    """Suspend what was given for lines that a refund takes wholly, while it is on its way."""
    if refund.source is not Source.SALE:
        return
    parts = {part.line: part for part in refund_parts.split(refund.payment.order, refund.line, refund.amount)}
    for left in refund_parts.left_of(refund.payment.order):
        part = parts.get(left.line)
        if part is not None and part.net + part.vat == left.gross:
            for licence in _licences(refund, {left.line}, LicenceStatus.ACTIVE):
                licences.suspend(licence, _on_its_way(refund), moment, None)


def _release(refund: Refund, moment: datetime) -> None:
    """Put in force again what was suspended for this refund, and for nothing else since."""
    lines = {line.id for line in refund.payment.order.lines}
    for licence in _licences(refund, lines, LicenceStatus.SUSPENDED):
        if licences.events_of(licence.id)[-1].why == _on_its_way(refund):
            licences.resume(licence, f"refund {refund.id} did not arrive", moment, None)


def _stop(refund: Refund, moment: datetime) -> None:
    """End what was given for lines of which nothing is left; deliveries stop with their licence."""
    gone = {left.line for left in refund_parts.left_of(refund.payment.order) if not left.gross}
    held = (LicenceStatus.PENDING, LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED)
    order, why = refund.payment.order, f"refunded: {refund.reason}"
    for licence in _licences(refund, gone, *held):
        licences.revoke(licence, why, moment, refund.asked_by_id)
    for ticket in tickets.of_order(order.id):
        if ticket.line is not None and ticket.line.id in gone:
            tickets.revoke(ticket, moment, why)
    if gone == {line.id for line in order.lines}:
        listening.revoke_of_order(order, why, moment, refund.asked_by_id)


def _licences(refund: Refund, lines: set[int], *statuses: LicenceStatus) -> list[Licence]:
    found = licences.of_order(refund.payment.order_id)
    return [licence for licence in found if licence.order_line_id in lines and licence.status in statuses]


def _on_its_way(refund: Refund) -> str:
    return f"refund {refund.id} is on its way"
