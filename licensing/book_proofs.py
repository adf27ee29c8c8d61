"""What must hold between the ledger and the rows that it speaks of. Each function yields what contradicts it."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import and_, case, func, literal, or_, select

from archive.db import db
from licensing.anomalies import Anomaly
from licensing.disputes import Dispute, DisputeMovement, DisputeStatus
from licensing.gateways.gateway import gateway
from licensing.grants import Grant
from licensing.invoices import Invoice
from licensing.ledger import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from licensing.licences import Licence, LicenceStatus
from licensing.number_series import NumberSeries
from licensing.orders import Order, OrderLine, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.payouts import Payout
from licensing.provider_events import ProviderEvent
from licensing.refunds import Refund, RefundStatus
from licensing.royalty_statements import RoyaltyStatement
from licensing.wallet import Wallet

# A bank transfer waits in suspense before it pays its order.
CASH = (AccountKind.STRIPE_CLEARING, AccountKind.BANK, AccountKind.SUSPENSE)
IN_FORCE = (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED)


def wallets() -> Iterator[str]:
    """Compare each wallet's balance with what the ledger owes it."""
    owed = _balances(AccountKind.WALLET_LIABILITY)
    for number, currency, minor in db.session.execute(
        select(Wallet.id, Wallet.currency, Wallet.balance_minor)
    ):
        said = -owed.pop((str(number), currency), 0)
        if said != minor:
            yield f"wallet {number} holds {minor}, the ledger owes it {said} {currency}"
    yield from (
        f"the ledger owes {-minor} to wallet {name}, which is not there"
        for (name, _), minor in owed.items()
        if minor
    )


def payments_not_booked() -> Iterator[str]:
    """Find payments that came in and whose money is not booked, or not as much."""
    key = literal("payment:") + func.coalesce(Payment.intent_id, Payment.reference)
    received = func.coalesce(
        func.sum(case((LedgerEntry.amount_minor > 0, LedgerEntry.amount_minor), else_=0)), 0
    )
    query = (
        select(Payment.reference, Payment.amount_minor, received)
        .outerjoin(LedgerTransaction, LedgerTransaction.key == key)
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(Payment.status == PaymentStatus.SUCCEEDED)
        .group_by(Payment.id)
        .having(received != Payment.amount_minor)
    )
    for reference, wanted, found in db.session.execute(query):
        yield f"payment {reference} of {wanted} came in, and {found} is booked"


def orders_and_sales() -> Iterator[str]:
    """Find paid orders without a sale of their amount, and sales of orders that are not paid."""
    is_cash = and_(LedgerAccount.kind.in_(CASH), LedgerEntry.amount_minor > 0)
    sold = (
        select(
            LedgerTransaction.reference,
            func.sum(case((is_cash, LedgerEntry.amount_minor), else_=0)).label("minor"),
        )
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerTransaction.kind == "sale")
        .group_by(LedgerTransaction.reference)
        .subquery()
    )
    is_paid = Order.status == OrderStatus.PAID
    wrong = or_(
        and_(is_paid, func.coalesce(sold.c.minor, 0) != Order.gross_minor),
        and_(~is_paid, sold.c.minor.is_not(None)),
    )
    query = select(Order.number, Order.status, Order.gross_minor, sold.c.minor)
    for number, status, gross, minor in db.session.execute(
        query.outerjoin(sold, sold.c.reference == Order.number).where(wrong)
    ):
        yield f"order {number} is {status.value} and costs {gross}; its sale is booked for {minor or 0}"


def given_back_too_much() -> Iterator[str]:
    """Find payments of which refunds and disputes took more than came in."""
    refunded = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.payment_id == Payment.id, Refund.status == RefundStatus.SUCCEEDED)
        .scalar_subquery()
    )
    taken = (
        select(func.coalesce(func.sum(-DisputeMovement.amount_minor), 0))
        .join(Dispute, Dispute.id == DisputeMovement.dispute_id)
        .where(Dispute.payment_id == Payment.id)
        .scalar_subquery()
    )
    query = select(Payment.reference, Payment.amount_minor, refunded + taken)
    for reference, minor, gone in db.session.execute(query.where(refunded + taken > Payment.amount_minor)):
        yield f"of payment {reference} of {minor}, {gone} went back"


def licences_not_paid() -> Iterator[str]:
    """Find licences in force whose order is not paid."""
    query = (
        select(Licence.number, Order.number)
        .join(OrderLine, OrderLine.id == Licence.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Licence.status.in_(IN_FORCE), Order.status != OrderStatus.PAID)
    )
    for licence, order in db.session.execute(query):
        yield f"licence {licence} is in force, and order {order} is not paid"


def uses_not_charged() -> Iterator[str]:
    """Find uses that were neither charged to credit or an order, nor free for a reason."""
    is_charged = select(LedgerTransaction.id).where(LedgerTransaction.reference == Grant.charge)
    query = select(Grant.id).where(
        Grant.gross_minor > 0,
        Grant.order_line_id.is_(None),
        Grant.pass_id.is_(None),
        Grant.charge.is_not(None),
        ~is_charged.exists(),
    )
    for number in db.session.scalars(query):
        yield f"use {number} has a price and was not charged"


def totals() -> Iterator[str]:
    """Add up the lines of each order, and compare its invoice with it."""
    nets = select(OrderLine.order_id, func.sum(OrderLine.net_minor).label("net")).group_by(OrderLine.order_id)
    summed = nets.subquery()
    query = select(Order.number).outerjoin(summed, summed.c.order_id == Order.id)
    for number in db.session.scalars(query.where(func.coalesce(summed.c.net, 0) != Order.net_minor)):
        yield f"the lines of order {number} do not come to its price"
    differs = Invoice.gross_minor != Order.gross_minor
    issued = select(Invoice.series, Invoice.year, Invoice.no, Order.number).join(Order)
    for series, year, no, number in db.session.execute(issued.where(Invoice.refers_to_id.is_(None), differs)):
        yield f"invoice {series}{year}-{no:05d} differs from order {number}"


def paid_too_much() -> Iterator[str]:
    """Find statements on which more was paid than they close with."""
    total = func.sum(Payout.amount_minor)
    query = (
        select(RoyaltyStatement.number, RoyaltyStatement.closing_minor, total)
        .join(Payout, Payout.statement_id == RoyaltyStatement.id)
        .group_by(RoyaltyStatement.id)
        .having(total > RoyaltyStatement.closing_minor)
    )
    for number, closing, minor in db.session.execute(query):
        yield f"{minor} was paid on statement {number}, which closes with {closing}"


def gaps_in_numbers() -> Iterator[str]:
    """Find series of invoices with a gap, or that do not ascend with the day of issue."""
    query = (
        select(NumberSeries.series, NumberSeries.year, NumberSeries.next_no - 1, func.count(Invoice.id))
        .join(Invoice, and_(Invoice.series == NumberSeries.series, Invoice.year == NumberSeries.year))
        .group_by(NumberSeries.series, NumberSeries.year, NumberSeries.next_no)
        .having(func.count(Invoice.id) != NumberSeries.next_no - 1)
    )
    for series, year, taken, there in db.session.execute(query):
        yield f"of the {taken} numbers of {series}{year}, {there} are on a document"
    last: dict[tuple[str, int], tuple[date, int]] = {}
    rows = select(Invoice.series, Invoice.year, Invoice.no, Invoice.issue_date)
    for series, year, no, day in db.session.execute(rows.order_by(Invoice.series, Invoice.year, Invoice.no)):
        before = last.get((series, year))
        if before is not None and before[0] > day:
            yield f"{series}{year}-{no:05d} is dated before number {before[1]}"
        last[series, year] = (day, no)


def events_of_another_mode() -> Iterator[str]:
    """Find events of test payments on a live site, or the reverse."""
    query = select(ProviderEvent.event_id).where(ProviderEvent.is_live != gateway().is_live)
    yield from (f"event {name} is of another mode" for name in db.session.scalars(query))


def dispute_reserves() -> Iterator[str]:
    """Compare what lies in reserve for each payment with what its open disputes have taken."""
    held = _balances(AccountKind.DISPUTE_RESERVE)
    is_decided = Dispute.status.in_([DisputeStatus.WON, DisputeStatus.LOST])
    taken = -func.sum(DisputeMovement.amount_minor)
    query = (
        select(Payment.reference, Payment.currency, func.coalesce(taken, 0))
        .join(Dispute, Dispute.payment_id == Payment.id)
        .join(DisputeMovement, DisputeMovement.dispute_id == Dispute.id)
        .where(~is_decided)
        .group_by(Payment.id)
    )
    wanted = {(reference, currency): int(minor) for reference, currency, minor in db.session.execute(query)}
    for owner in sorted({*held, *wanted}):
        if held.get(owner, 0) != wanted.get(owner, 0):
            yield f"{held.get(owner, 0)} is held of payment {owner[0]}, its open disputes took {wanted.get(owner, 0)}"


def suspense_unseen() -> Iterator[str]:
    """Find money that waits to be placed and that nobody is told of."""
    told = {
        str(detail["order"])
        for detail in db.session.scalars(select(Anomaly.detail))
        if isinstance(detail, dict) and detail.get("order")
    }
    for (owner, currency), minor in _balances(AccountKind.SUSPENSE).items():
        if minor and owner not in told:
            yield f"{-minor} {currency} of {owner} waits to be placed, and is not in the inbox"


def _balances(kind: AccountKind) -> dict[tuple[str, str], int]:
    total = func.sum(LedgerEntry.amount_minor)
    query = (
        select(LedgerAccount.owner, LedgerAccount.currency, total)
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .where(LedgerAccount.kind == kind)
        .group_by(LedgerAccount.id)
    )
    return {(owner, currency): int(minor) for owner, currency, minor in db.session.execute(query)}
