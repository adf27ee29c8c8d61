"""The page about the ledger says what is so: every account and booking is named, its example worked out again."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive.db import db
from licensing import (
    dispute_handling,
    fulfilment,
    invoice_documents,
    ledger_days,
    orders,
    proofs,
    provider_payouts,
    refund_sending,
)
from licensing.fulfilment import Receipt
from licensing.gateways.books import DisputeReport, DisputeStanding, Movement, PayoutReport, PayoutStanding
from licensing.gateways.gateway import RefundOutcome, RefundReport
from licensing.ledger import AccountKind, LedgerTransaction
from licensing.money import Money, parse
from licensing.orders import Order, OrderStatus
from licensing.parties import Party
from licensing.payments import Payment, PaymentStatus
from tests.licensing import royalties, sales

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
NOW = sales.NOW
Row = tuple[str, str, int]


def tables() -> list[list[Row]]:
    """Read the tables of the worked example: account, owner, cents."""
    example = PAGE[PAGE.index("## A worked example") : PAGE.index("## Days")]
    blocks = re.findall(r"\| Account \| Of \| Amount \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", example)
    return [[_row(line) for line in block.splitlines()] for block in blocks]


def _row(line: str) -> Row:
    account, owner, amount = (cell.strip() for cell in line.strip("|").split("|"))
    return account, owner, parse(amount, "EUR").minor


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.fixture
def wim(app: Flask) -> str:
    """Wim, of whom the page speaks, by the name that the ledger has for him."""
    party = royalties.holder("Wim")
    royalties.agree(party)
    return str(party.id)


def sold(wim: str) -> tuple[Order, Payment]:
    """Order a licence of a recording on which Wim played, and begin its payment."""
    entry = royalties.played_by(db.session.get_one(Party, int(wim)))
    order = sales.placed([sales.line_for(entry)])
    orders.move(order, OrderStatus.AWAITING_PAYMENT, NOW, "payment begun")
    payment = Payment(
        reference="pay_1",
        order=order,
        provider="stripe",
        amount_minor=order.gross_minor,
        currency=order.currency,
        status=PaymentStatus.SUCCEEDED,
        idempotency_key="checkout-pay_1",
        created_at=NOW,
        expires_at=NOW,
        intent_id="pi_1",
        charge_id="ch_1",
    )
    db.session.add(payment)
    db.session.flush()
    return order, payment


def booked_since(known: set[int], names: dict[str, str]) -> list[Row]:
    """Return what was booked since, and remember it."""
    rows = []
    for transaction in db.session.scalars(select(LedgerTransaction).order_by(LedgerTransaction.id)):
        if transaction.id not in known:
            known.add(transaction.id)
            rows += [
                (
                    entry.account.kind.value,
                    names.get(entry.account.owner, entry.account.owner),
                    entry.amount_minor,
                )
                for entry in transaction.entries
            ]
    return rows


def test_the_worked_example_is_worked_out_again(wim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoice_documents, "print_later", lambda _invoice: None)
    order, payment = sold(wim)
    names = {wim: "Wim", order.number: "the order", payment.reference: "the payment"}
    known: set[int] = set()
    said = tables()
    found = []

    fulfilment.complete(order, Receipt(payment.reference, "pi_1", "ch_1", 353, "EUR"), NOW)
    both = booked_since(known, names)
    found += [both[:3], both[3:]]
    fulfilment.book_fee(Receipt(payment.reference, "pi_1", "ch_1", 353, "EUR"), NOW)
    found.append(booked_since(known, names))
    paid = PayoutReport("po_1", euro(10000), PayoutStanding.PAID, NOW.date(), "", is_live=False)
    provider_payouts.apply(paid, NOW)
    found.append(booked_since(known, names))
    back = RefundReport("re_1", None, euro(6050), RefundOutcome.SUCCEEDED, "")
    refund_sending.apply(payment.id, [back], NOW)
    found.append(booked_since(known, names))
    dispute_handling.apply(payment, dispute(DisputeStanding.NEEDS_RESPONSE), NOW)
    found.append(booked_since(known, names))
    dispute_handling.apply(payment, dispute(DisputeStanding.LOST), NOW)
    found.append(booked_since(known, names))
    standing = ledger_days.balance_on(NOW.date())
    found.append(
        [(kind, names.get(owner, owner), minor) for (kind, owner, _), minor in standing.items() if minor]
    )

    assert [sorted(rows) for rows in found] == [sorted(rows) for rows in said]
    assert [sum(minor for _kind, _owner, minor in rows) for rows in said] == [0] * 8
    assert order.status is OrderStatus.PAID
    assert [each for outcome in proofs.run() for each in outcome.found] == []


def dispute(standing: DisputeStanding) -> DisputeReport:
    taken = Movement("txn_1", euro(-12100), euro(2000))
    return DisputeReport(
        "dp_1",
        None,
        "pi_1",
        "ch_1",
        euro(12100),
        "fraudulent",
        standing,
        None,
        is_live=False,
        movements=(taken,),
    )


def test_every_account_is_explained() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE[: PAGE.index("## Bookings")], re.MULTILINE))

    assert named == {kind.value for kind in AccountKind}


def test_every_booking_is_explained() -> None:
    table = PAGE[PAGE.index("## Bookings") : PAGE.index("## A worked example")]
    named = {
        name
        for line in table.splitlines()
        for name in re.findall(r"`(\w+)`", line.split("|")[1] if "|" in line else "")
    }
    pattern = r'ledger\.(?:post|reverse)\(\s*(?:[\w.()]+,\s*)?"(\w+)"'
    written = {
        kind
        for path in (ROOT / "licensing").glob("*.py")
        for kind in re.findall(pattern, path.read_text(encoding="utf-8"))
    }

    assert written <= named
    assert len(written) > 10
