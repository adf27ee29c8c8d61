"""What the payment provider knows and what the site says, compared: every difference is a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import ColumnElement, Select, func, select

from archive import storage
from archive.audit import AuditEntry
from archive.db import Model, db
from archive.jobs import Job, JobState
from licensing import anomalies, ledger, refunds
from licensing.agreements import Agreement
from licensing.delivery import Delivery
from licensing.disputes import DisputeStatus
from licensing.invoices import Invoice, InvoiceKind
from licensing.ledger import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from licensing.licences import Licence
from licensing.orders import Order, OrderEvent, OrderLine, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.payouts import Payout
from licensing.refunds import OVER, Refund, RefundStatus

CURRENCY = "EUR"
ARRIVED = (RefundStatus.SUCCEEDED,)
# Not faults: what a person must know of, although all is booked.
FOR_A_PERSON = (
    "refunded_at_provider",
    "payout_failed",
    *(f"dispute_{status.value}" for status in DisputeStatus),
)


# How credit that had been spent goes back, and the VAT that was in it.
GONE = ("charge_back", "wallet_refund", "wallet_refund_failed", "wallet_vat")


@dataclass(frozen=True)
class AtProvider:
    """The provider's side: its sessions by our reference, which of them are paid, and what it took in and kept."""

    sessions: Counter[str]
    paid: frozenset[str]
    taken: int  # minor units
    fees: int  # minor units
    paid_out: int  # minor units
    refunds: dict[str, tuple[int, str]]  # by its name there: minor units, state


def at_provider(address: str) -> AtProvider:
    """Read what the sandbox knows."""
    sessions = listed(address, "checkout/sessions")
    balance = listed(address, "balance_transactions")
    payouts = [entry for entry in balance if entry["type"].startswith("payout")]
    return AtProvider(
        Counter(session["client_reference_id"] for session in sessions),
        frozenset(each["client_reference_id"] for each in sessions if each["payment_status"] == "paid"),
        sum(entry["amount"] for entry in balance),
        sum(entry["fee"] for entry in balance),
        -sum(entry["amount"] for entry in payouts),
        {each["id"]: (each["amount"], each["status"]) for each in listed(address, "refunds")},
    )


def differences(provider: AtProvider, mail: Path) -> list[str]:
    """Say all that is lost, doubled or wrong. Within the site's application context."""
    return [
        *_wrong_payments(provider),
        *_wrong_orders(_letters(mail)),
        *wrong_money(provider),
        *(
            f"an anomaly: {found.kind} {found.detail}"
            for found in anomalies.open_ones()
            if found.kind not in FOR_A_PERSON
        ),
        *(f"a job was given up: {job.name} {job.error}" for job in _given_up()),
    ]


def _wrong_payments(provider: AtProvider) -> Iterator[str]:
    ours = {payment.reference: payment for payment in db.session.scalars(select(Payment))}
    for reference, count in provider.sessions.items():
        if count != 1:
            yield f"{count} sessions at the provider for {reference}"
        if reference not in ours:
            yield f"the provider has {reference}, we do not"
    for reference, payment in ours.items():
        is_paid = payment.status is PaymentStatus.SUCCEEDED
        if is_paid != (reference in provider.paid):
            yield f"{reference} of {payment.order.number} is {payment.status.value} here, paid there: {not is_paid}"
    paying = Counter(ours[reference].order.number for reference in provider.paid if reference in ours)
    yield from (f"{number} was paid {count} times" for number, count in paying.items() if count > 1)
    for order in db.session.scalars(select(Order)):
        if (order.status is OrderStatus.PAID) != (paying[order.number] == 1):
            yield f"{order.number} is {order.status.value} and has {paying[order.number]} payments"


def _wrong_orders(letters: Counter[str]) -> Iterator[str]:
    for order in db.session.scalars(select(Order)):
        due = 1 if order.status is OrderStatus.PAID else 0
        found = _done_for(order)
        if order.is_by_agreement:
            found |= _given_by_agreement(order)
            # The first letter said that it was ordered; each refund that arrived has one of its own.
            others = 1 + len([one for one in refunds.of_order(order.id) if one.status in ARRIVED])
            found["letters with the licence"] = letters[order.buyer_email] - others
        yield from (f"{order.number} has {count} {what}" for what, count in found.items() if count != due)
    for agreement in db.session.scalars(select(Agreement).where(Agreement.storage_key.is_not(None))):
        if storage.vault().size(agreement.storage_key or "") != agreement.size:
            yield f"the document {agreement.number} is not in the vault as it was printed"


def _done_for(order: Order) -> dict[str, int]:
    """What is done exactly once for every order that is paid."""
    moved = OrderEvent.order_id == order.id, OrderEvent.after == OrderStatus.PAID
    sold = LedgerTransaction.reference == order.number, LedgerTransaction.kind == "sale"
    noted = AuditEntry.action == "order.paid", AuditEntry.object_id == order.number
    return {
        "moves to paid": _count(OrderEvent, *moved),
        "sales": _count(LedgerTransaction, *sold),
        "notes in the audit log": _count(AuditEntry, *noted),
    }


def _given_by_agreement(order: Order) -> dict[str, int]:
    """What is given exactly once for every order of a licence."""
    of_order = Agreement.order_id == order.id
    lines = select(OrderLine.id).where(OrderLine.order_id == order.id)
    return {
        "licences": _count(Licence, Licence.order_line_id.in_(lines)),
        "deliveries": _count(Delivery, Delivery.licence_id.in_(_licences(order))),
        "agreements in force": _count(Agreement, of_order, Agreement.status == "in_force"),
        "documents": _count(Agreement, of_order, Agreement.storage_key.is_not(None)),
        "invoices": _count(Invoice, Invoice.order_id == order.id, Invoice.kind == InvoiceKind.INVOICE),
    }


def wrong_money(provider: AtProvider) -> list[str]:
    """Say where our accounts and refunds differ from what the provider holds."""
    return [*_wrong_accounts(provider), *_wrong_refunds(provider)]


def _wrong_accounts(provider: AtProvider) -> Iterator[str]:
    yield from (f"transaction {number} does not balance" for number in ledger.unbalanced_transactions())
    clearing = ledger.balance(AccountKind.STRIPE_CLEARING, CURRENCY).minor
    if clearing != provider.taken - provider.fees:
        yield f"clearing has {clearing}, the provider holds {provider.taken} - {provider.fees}"
    fees = ledger.balance(AccountKind.FEES_EXPENSE, CURRENCY).minor - _credit_lost()
    if fees != provider.fees:
        yield f"fees of {fees} are booked, the provider kept {provider.fees}"

    bank = ledger.balance(AccountKind.BANK, CURRENCY).minor + _paid_to_holders()
    if bank != provider.paid_out:
        yield f"{bank} went to the bank, the provider says {provider.paid_out}"


def _paid_to_holders() -> int:
    """Add up what the bank paid to holders of rights, which the provider knows nothing of."""
    return int(db.session.scalar(select(func.coalesce(func.sum(Payout.amount_minor), 0))) or 0)


def _credit_lost() -> int:
    """Add up what went back of credit that had been spent: an expense, and no fee of the provider."""
    query = (
        select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerTransaction.kind.in_(GONE), LedgerAccount.kind == AccountKind.FEES_EXPENSE)
    )
    return int(db.session.scalar(query) or 0)


def _wrong_refunds(provider: AtProvider) -> Iterator[str]:
    ours = {
        str(refund.provider_ref): (refund.amount_minor, refund.status.value)
        for refund in db.session.scalars(select(Refund).where(Refund.status.not_in(OVER)))
    }
    theirs = {name: made for name, made in provider.refunds.items() if made[1] != "failed"}
    for name in sorted({*ours, *theirs}):
        if ours.get(name) != theirs.get(name):
            yield f"refund {name}: {ours.get(name)} here, {theirs.get(name)} there"


def _given_up() -> Sequence[Job]:
    return list(db.session.scalars(select(Job).where(Job.state == JobState.FAILED)))


def _licences(order: Order) -> Select[tuple[int]]:
    return select(Licence.id).join(OrderLine).where(OrderLine.order_id == order.id)


def _letters(folder: Path) -> Counter[str]:
    read = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml"))
    return Counter(str(letter["To"]) for letter in read)


def _count(table: type[Model], *conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def listed(address: str, what: str) -> list[dict[str, Any]]:
    """Read a list of the sandbox whole, newest first."""
    found: list[dict[str, Any]] = []
    with requests.Session() as http:
        http.headers["Authorization"] = "Bearer sk_test_books"
        after: dict[str, str] = {}
        while True:
            answer = http.get(f"{address}/v1/{what}", params={"limit": "100"} | after, timeout=30)
            answer.raise_for_status()
            page = answer.json()
            found += page["data"]
            if not page["has_more"]:
                return found
            after = {"starting_after": found[-1]["id"]}
