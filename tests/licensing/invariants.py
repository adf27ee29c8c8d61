"""What must be true of the rows at every moment, whatever happens in whatever order; broken ones as sentences.

Which invariant each of them holds is the table in docs/ledger.md. What can only be seen when nothing is under way
any more (the provider's books against ours) stands in `tests.journeys.books`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from sqlalchemy import func, select

from archive import clock
from archive.db import db
from licensing import disputes, ledger, royalty_checks, settlements
from licensing.disputes import Dispute, DisputeStatus
from licensing.grants import Grant, GrantStatus
from licensing.invoices import Invoice, InvoiceKind
from licensing.ledger import AccountKind, LedgerTransaction
from licensing.licences import Licence
from licensing.orders import LineKind, Order, OrderLine, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import OVER, Refund
from licensing.wallet import Wallet
from licensing.wallet_moves import MoveKind, WalletMove
from tests.licensing import share_invariants, use_invariants

MONEY_IN = ("sale", "double_payment", "late_payment")


def broken() -> list[str]:
    """Say all that is broken; there must be nothing. Within an application context."""
    return [f"{check.__name__}: {said}" for check in CHECKS for said in check()]


def every_transaction_balances() -> Iterator[str]:
    yield from (f"transaction {number} does not balance" for number in ledger.unbalanced_transactions())
    reversing = select(LedgerTransaction).where(LedgerTransaction.reverses_id.is_not(None))
    for reversal in db.session.scalars(reversing):
        original = db.session.get_one(LedgerTransaction, reversal.reverses_id)
        if _by_account(reversal) != {account: -minor for account, minor in _by_account(original).items()}:
            yield f"transaction {reversal.id} does not undo {original.id}"


def wallets_are_what_the_ledger_owes() -> Iterator[str]:
    owed = ledger.balances(AccountKind.WALLET_LIABILITY, "EUR")
    for wallet in db.session.scalars(select(Wallet)):
        moves = list(
            db.session.scalars(
                select(WalletMove).where(WalletMove.wallet_id == wallet.id).order_by(WalletMove.id)
            )
        )
        booked = -owed[wallet.owner].minor if wallet.owner in owed else 0
        if not wallet.balance_minor == booked == sum(move.amount_minor for move in moves):
            yield f"wallet {wallet.id} has {wallet.balance_minor}, the ledger owes it {booked}"
        run = 0
        for move in moves:
            run += move.amount_minor
            if run < 0 or run != move.balance_minor:
                yield f"wallet {wallet.id} stood at {run} after move {move.id}"


def all_accounts_sum_to_zero() -> Iterator[str]:
    total = sum(ledger.trial_balance(clock.now()).values())
    if total:
        yield f"all accounts together hold {total}"


def provider_objects_are_booked_once() -> Iterator[str]:
    taken = Counter(
        key
        for key, kind in db.session.execute(select(LedgerTransaction.key, LedgerTransaction.kind))
        if kind in MONEY_IN
    )
    yield from (f"{key} came in {count} times" for key, count in taken.items() if count > 1)
    sold = Counter(
        db.session.scalars(select(LedgerTransaction.reference).where(LedgerTransaction.kind == "sale"))
    )
    yield from (f"{number} was sold {count} times" for number, count in sold.items() if count > 1)


def paid_is_what_was_received() -> Iterator[str]:
    for order in db.session.scalars(select(Order)):
        settlement = settlements.of_order(order)
        received = db.session.scalars(
            select(Payment.id).where(Payment.order_id == order.id, Payment.status == PaymentStatus.SUCCEEDED)
        ).all()
        is_paid = order.status is OrderStatus.PAID
        if is_paid != (order.paid_at is not None) or (is_paid and not received):
            yield f"{order.number} is {order.status.value} and has {len(received)} payments"
        if is_paid and settlement.received < order.gross:
            yield f"{order.number} is paid, and {settlement.received.minor} of {order.gross_minor} came in"


def no_payment_gives_back_more_than_came() -> Iterator[str]:
    for payment in db.session.scalars(select(Payment)):
        back = db.session.scalar(
            select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
                Refund.payment_id == payment.id, Refund.status.not_in(OVER)
            )
        )
        gone = int(back or 0) + disputes.taken_of(payment).minor
        received = payment.amount_minor if payment.status is PaymentStatus.SUCCEEDED else 0
        if gone > received:
            yield f"of {payment.reference} came {received} and went {gone}"


def nothing_is_given_for_nothing() -> Iterator[str]:
    for licence in db.session.scalars(select(Licence)):
        order = licence.line.order
        if order.status is not OrderStatus.PAID:
            yield f"{licence.number} was given for {order.number}, which is {order.status.value}"
    lines = select(Grant, OrderLine).join(OrderLine, OrderLine.id == Grant.order_line_id)
    for grant, line in db.session.execute(lines):
        if grant.status is GrantStatus.OPEN and line.order.status is not OrderStatus.PAID:
            yield f"grant {grant.id} is open for {line.order.number}, which is {line.order.status.value}"


def a_grant_is_charged_once() -> Iterator[str]:
    open_ones = select(Grant).where(Grant.status == GrantStatus.OPEN, Grant.wallet_id.is_not(None))
    held = Counter((grant.wallet_id, grant.entry_id, grant.kind) for grant in db.session.scalars(open_ones))
    yield from (f"{holder} has {count} open grants" for holder, count in held.items() if count > 1)
    charged = select(WalletMove.wallet_id, WalletMove.reference, func.count()).where(
        WalletMove.kind == MoveKind.SPENT, WalletMove.sold != LineKind.TIP
    )
    for wallet_id, reference, count in db.session.execute(
        charged.group_by(WalletMove.wallet_id, WalletMove.reference)
    ):
        if count > 1:
            yield f"wallet {wallet_id} was charged {count} times for {reference}"


def documents_add_up() -> Iterator[str]:
    for invoice in db.session.scalars(select(Invoice)):
        per_rate = invoice.tax_totals
        if sum(total.net_minor for total in per_rate) != invoice.net_minor:
            yield f"{invoice.number}: the rates do not add up to the net amount"
        if sum(total.vat_minor for total in per_rate) != invoice.vat_minor:
            yield f"{invoice.number}: the rates do not add up to the VAT"
        if sum(line.net_minor for line in invoice.lines) != invoice.net_minor:
            yield f"{invoice.number}: the lines do not add up to the net amount"
        if invoice.kind is InvoiceKind.INVOICE and invoice.gross_minor != invoice.order.gross_minor:
            yield f"{invoice.number} is about {invoice.gross_minor}, {invoice.order.gross_minor} were charged"


def royalties_are_what_was_earned() -> Iterator[str]:
    yield from royalty_checks.differences()


def numbers_are_consecutive() -> Iterator[str]:
    issued: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for invoice in db.session.scalars(select(Invoice).order_by(Invoice.issue_date, Invoice.no)):
        issued[invoice.series, invoice.year].append(invoice.no)
    for (series, year), numbers in issued.items():
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"series {series}{year} runs {numbers}"


def nothing_is_free_by_accident() -> Iterator[str]:
    for line in db.session.scalars(select(OrderLine).where(OrderLine.net_minor <= 0)):
        yield f"line {line.id} of {line.order.number} costs {line.net_minor}"
    for grant in db.session.scalars(select(Grant).where(Grant.gross_minor == 0)):
        if grant.free_reason is None:
            yield f"grant {grant.id} costs nothing, and nobody said why"


def disputed_money_is_held() -> Iterator[str]:
    held = {
        owner: money.minor for owner, money in ledger.balances(AccountKind.DISPUTE_RESERVE, "EUR").items()
    }
    open_ones = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)
    for dispute in db.session.scalars(select(Dispute)):
        reserve = held.get(dispute.payment.reference, 0)
        if dispute.status in open_ones and reserve != disputes.taken_of(dispute.payment).minor:
            yield f"of {dispute.provider_ref} {reserve} is held"


def _by_account(transaction: LedgerTransaction) -> dict[int, int]:
    sums: defaultdict[int, int] = defaultdict(int)
    for entry in transaction.entries:
        sums[entry.account_id] += entry.amount_minor
    return dict(sums)


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    every_transaction_balances,
    wallets_are_what_the_ledger_owes,
    all_accounts_sum_to_zero,
    provider_objects_are_booked_once,
    paid_is_what_was_received,
    no_payment_gives_back_more_than_came,
    nothing_is_given_for_nothing,
    a_grant_is_charged_once,
    documents_add_up,
    royalties_are_what_was_earned,
    disputed_money_is_held,
    numbers_are_consecutive,
    nothing_is_free_by_accident,
    *use_invariants.CHECKS,
    *share_invariants.CHECKS,
)
