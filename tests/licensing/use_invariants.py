"""What must be true of uses, tickets, credit and the VAT in them at every moment; broken ones as sentences."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select

from archive.db import db
from licensing import disputes, reservations
from licensing.agreements import Agreement
from licensing.box_offices import BoxOffice
from licensing.disputes import Dispute, DisputeStatus
from licensing.grants import Grant
from licensing.invoices import Invoice, InvoiceKind
from licensing.ledger import LedgerTransaction
from licensing.licences import Licence
from licensing.orders import LineKind, Order, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import OVER, Origin, Refund, Source
from licensing.reservations import TAKES_A_PLACE, Reservation
from licensing.tickets import Ticket, TicketStatus
from licensing.wallet_moves import MoveKind, WalletMove


def agreements_stand_behind_licences() -> Iterator[str]:
    """Find licences whose order has no agreement in force."""
    for licence in db.session.scalars(select(Licence)):
        agreed = select(Agreement.id).where(
            Agreement.order_id == licence.line.order_id, Agreement.status == "in_force"
        )
        if db.session.scalar(agreed) is None:
            yield f"{licence.number} was given without an agreement"


def uses_were_allowed_and_consented_to() -> Iterator[str]:
    """Find uses of credit without a decision of the rights, or without the consent of who began at once."""
    for grant in db.session.scalars(select(Grant).where(Grant.wallet_id.is_not(None))):
        if grant.entry_id is not None and not grant.decided:
            yield f"grant {grant.id} was given, and nobody decided that it may be"
        if grant.pass_id is None and grant.consent_id is None:
            yield f"grant {grant.id} was given without consent"


def places_are_counted_and_never_too_many() -> Iterator[str]:
    """Count the places of each performance three ways: by its box office, by what holds them, by its tickets."""
    yield from (f"the places of {number} are miscounted" for number in reservations.miscounted())
    for office in db.session.scalars(select(BoxOffice).where(BoxOffice.quota.is_not(None))):
        if office.taken > (office.quota or 0):
            yield f"{office.taken} of the {office.quota} places of {office.entry_id} are taken"
        valid = Ticket.entry_id == office.entry_id, Ticket.status == TicketStatus.VALID
        holding = Reservation.entry_id == office.entry_id, Reservation.status.in_(TAKES_A_PLACE)
        tickets, places = _count(Ticket, *valid), _count(Reservation, *holding)
        if tickets > places:
            yield f"{tickets} tickets of {office.entry_id} are valid, for {places} places"


def tickets_are_paid_for_or_free_for_a_reason() -> Iterator[str]:
    """Find valid tickets of orders that are not paid, gone back or lost, and free ones without a reason."""
    for ticket in db.session.scalars(select(Ticket)):
        if ticket.line is None:
            if ticket.free_reason is None:
                yield f"ticket {ticket.id} costs nothing, and nobody said why"
            continue
        order = ticket.line.order
        if order.status is not OrderStatus.PAID:
            yield f"ticket {ticket.id} was given for {order.number}, which is {order.status.value}"
        lost = [each for each in disputes.of_order(order.id) if _is_taken_back(each)]
        if ticket.status is TicketStatus.VALID and lost:
            yield f"ticket {ticket.id} is valid, and a bank took back what was paid for it"


def one_order_has_one_ticket_a_line() -> Iterator[str]:
    """Find paid lines of tickets without just one ticket."""
    for order in db.session.scalars(select(Order).where(Order.status == OrderStatus.PAID)):
        for line in order.lines:
            given = _count(Ticket, Ticket.line_id == line.id)
            if line.kind is LineKind.TICKET and given != 1:
                yield f"line {line.id} of {order.number} gave {given} tickets"


def uses_hold_the_tax_of_their_price() -> Iterator[str]:
    """Work the VAT in each use out again, and compare what was charged with what it costs."""
    for grant in db.session.scalars(select(Grant)):
        vat = _rounded(Decimal(grant.gross_minor) * grant.vat_bp / (10_000 + grant.vat_bp))
        if grant.order_line_id is None and vat != grant.vat_minor:
            yield f"in the {grant.gross_minor} of grant {grant.id} are {grant.vat_minor} VAT, and not {vat}"
        if grant.wallet_id is None or not grant.gross_minor:
            continue
        charged = select(WalletMove.amount_minor).where(
            WalletMove.wallet_id == grant.wallet_id,
            WalletMove.reference == grant.charge,
            WalletMove.kind == MoveKind.SPENT,
        )
        if list(db.session.scalars(charged)) != [-grant.gross_minor]:
            yield f"grant {grant.id} costs {grant.gross_minor}, and something else was charged"


def invoices_tax_what_they_say() -> Iterator[str]:
    """Work the VAT of each rate of an invoice out again: on its net amount, or in its price, to the cent."""
    for invoice in db.session.scalars(select(Invoice).where(Invoice.kind == InvoiceKind.INVOICE)):
        for total in invoice.tax_totals:
            gross = total.net_minor + total.vat_minor
            on_top = _rounded(Decimal(total.net_minor) * total.bp / 10_000)
            inside = _rounded(Decimal(gross) * total.bp / (10_000 + total.bp))
            if total.vat_minor not in (on_top, inside):
                yield f"{invoice.number} has {total.vat_minor} VAT on {total.net_minor} at {total.bp}"


def no_credit_goes_back_that_was_spent() -> Iterator[str]:
    """Compare what each wallet promised back with what was put into it and never spent."""
    sums: defaultdict[int, Counter[MoveKind]] = defaultdict(Counter)
    moves = select(WalletMove.wallet_id, WalletMove.kind, func.sum(WalletMove.amount_minor))
    for wallet_id, kind, minor in db.session.execute(moves.group_by(WalletMove.wallet_id, WalletMove.kind)):
        sums[wallet_id][kind] = int(minor)
    for wallet_id, by_kind in sums.items():
        back = -by_kind[MoveKind.REFUNDED] - by_kind[MoveKind.REFUND_FAILED]
        unspent = by_kind[MoveKind.TOP_UP] + by_kind[MoveKind.SPENT] + by_kind[MoveKind.GIVEN_BACK]
        if not 0 <= back <= unspent + by_kind[MoveKind.EXPIRED]:
            yield f"{back} went back of wallet {wallet_id}, of which {unspent} was not spent"
    promised = (
        select(Refund.payment_id, func.sum(Refund.amount_minor), Payment.amount_minor)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.source == Source.PROMISED, Refund.origin == Origin.HERE, Refund.status.not_in(OVER))
        .group_by(Refund.payment_id, Payment.amount_minor)
    )
    for payment_id, back, paid in db.session.execute(promised):
        if back > paid:
            yield f"{back} of the {paid} of payment {payment_id} are promised back"


def money_was_taken_in_once() -> Iterator[str]:
    """Find payments that came in and are not booked just once, by the name that the provider gives them."""
    for payment in db.session.scalars(select(Payment).where(Payment.status == PaymentStatus.SUCCEEDED)):
        booked = _count(LedgerTransaction, LedgerTransaction.key == f"payment:{payment.intent_id}")
        if booked != 1:
            yield f"{payment.reference} came in and is booked {booked} times"


def _is_taken_back(dispute: Dispute) -> bool:
    return dispute.status is DisputeStatus.LOST and bool(disputes.held_for(dispute))


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _count(table: type, *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    agreements_stand_behind_licences,
    uses_were_allowed_and_consented_to,
    places_are_counted_and_never_too_many,
    tickets_are_paid_for_or_free_for_a_reason,
    one_order_has_one_ticket_a_line,
    uses_hold_the_tax_of_their_price,
    invoices_tax_what_they_say,
    no_credit_goes_back_that_was_spent,
    money_was_taken_in_once,
)
