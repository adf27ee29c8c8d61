"""Payment by bank transfer: what the bank says came is the truth, be it right, short, too much, double or late."""

from datetime import timedelta

import pytest
import segno
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import accounts, clock, job_runner
from archive.accounts import Role
from archive.db import db
from archive.errors import Invalid, Refused
from licensing import (
    anomalies,
    bank_entries,
    bank_imports,
    bank_matching,
    bank_money,
    bank_returns,
    creditor_references,
    epc_codes,
    ledger,
    orders,
    payments,
    transfer_letters,
)
from licensing.bank_entries import EntryStatus
from licensing.bank_matching import Reason, Waiting
from licensing.bank_returns import ReturnStatus
from licensing.gateways.gateway import STRIPE, TRANSFER, Outcome, gateway_of
from licensing.gateways.transfer_gateway import GRACE, TransferGateway
from licensing.ledger import AccountKind
from licensing.licences import Licence
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.transfer_letters import TransferLetter
from tests.licensing import bank, sales, shop
from tests.licensing.bank import Booked
from tests.licensing.shop import Shop

PAGE = "http://localhost/nl/orders/x"


@pytest.fixture
def staff(app: Flask) -> int:
    account = accounts.add("desk@example.org", "Desk", Role.LICENSING, "a long enough one 12", clock.now())
    db.session.commit()
    return account.id


@pytest.fixture
def order(app: Flask) -> Order:
    """An order of 218.41 that waits for a transfer."""
    placed = sales.placed([sales.line_for(sales.entry_for_sale())], moment=clock.now())
    payments.begin(placed, clock.now(), return_url=PAGE, cancel_url=PAGE, provider=TRANSFER)
    db.session.commit()
    return placed


def transfer_of(order: Order) -> Payment:
    found = bank_money.latest_transfer(order)
    assert found is not None
    return found


def reference_of(order: Order) -> str:
    return str(transfer_of(order).session_id)


def read(*lines: Booked, **said: str) -> bank_imports.Taken:
    taken = bank_imports.take(bank.statement(lines, **said), "statement.xml", clock.now(), None)
    work()
    return taken


def work() -> None:
    db.session.commit()
    job_runner.run_due()
    db.session.rollback()


def balance(kind: AccountKind, owner: str | None = None) -> int:
    return ledger.balance(kind, "EUR", owner).minor


def filed() -> list[str]:
    return [one.kind for one in anomalies.open_ones()]


def test_money_with_its_reference_pays_the_order(order: Order) -> None:
    read(Booked(reference=reference_of(order)))

    assert order.status is OrderStatus.PAID
    assert transfer_of(order).status is PaymentStatus.SUCCEEDED
    assert db.session.scalar(select(func.count()).select_from(Licence)) == 1
    assert (balance(AccountKind.BANK), balance(AccountKind.SUSPENSE)) == (21841, 0)
    assert balance(AccountKind.REVENUE) == -18050
    assert (ledger.unbalanced_transactions(), filed()) == ([], [])


def test_the_reference_is_found_in_what_the_payer_typed(order: Order) -> None:
    read(Booked(text=f"tnv Slotscene {creditor_references.show(reference_of(order)).lower()}"))

    assert order.status is OrderStatus.PAID


def test_a_statement_read_twice_changes_nothing(order: Order) -> None:
    line = Booked(reference=reference_of(order), bank_reference="A1")
    read(line)

    again = read(line)
    longer = read(line, Booked(amount="5.00", text="gift"), number="2026-231")

    assert (again.new, longer.new) == (0, 1)
    assert balance(AccountKind.BANK) == 21841
    assert filed() == ["transfer_unplaced"]


def test_too_little_is_kept_and_the_rest_completes_it(order: Order) -> None:
    read(Booked(amount="200.00", reference=reference_of(order)))

    assert order.status is OrderStatus.AWAITING_PAYMENT
    assert bank_money.missing(transfer_of(order)) == Money(1841, "EUR")
    assert (balance(AccountKind.BANK), balance(AccountKind.SUSPENSE, order.number)) == (20000, -20000)
    assert filed() == ["transfer_short"]
    assert [one.missing for one in bank_money.waiting_orders()] == [Money(1841, "EUR")]

    read(Booked(amount="18.41", reference=reference_of(order)), number="2026-231")

    assert order.status is OrderStatus.PAID
    assert (balance(AccountKind.BANK), balance(AccountKind.SUSPENSE), filed()) == (21841, 0, [])


def test_what_banks_on_the_way_kept_can_be_let_go(order: Order, staff: int) -> None:
    read(Booked(amount="203.41", reference=reference_of(order)))
    payment = transfer_of(order)

    bank_money.waive(payment, "costs of the bank in Oslo", clock.now(), staff)
    work()

    assert order.status is OrderStatus.PAID
    assert balance(AccountKind.FEES_EXPENSE, "bank") == 1500
    assert (balance(AccountKind.SUSPENSE), filed()) == (0, [])
    with pytest.raises(Refused):
        bank_money.waive(transfer_of(order), "again", clock.now(), staff)


def test_no_more_is_let_go_than_banks_keep(order: Order, staff: int) -> None:
    read(Booked(amount="150.00", reference=reference_of(order)))

    with pytest.raises(Refused, match="More is missing"):
        bank_money.waive(transfer_of(order), "a friend", clock.now(), staff)


# Lesson 4
def test_too_much_pays_and_what_is_over_goes_back_once(order: Order, staff: int) -> None:
    read(Booked(amount="220.00", reference=reference_of(order)))
    (entry,) = bank_entries.of_order(order.id)

    assert order.status is OrderStatus.PAID
    assert bank_money.kept_for(order) == Money(159, "EUR")
    assert filed() == ["transfer_over"]

    made = bank_returns.ask(entry, "too much", clock.now(), staff)
    with pytest.raises(Refused, match="Nothing"):
        bank_returns.ask(entry, "too much", clock.now(), staff)
    assert made.amount == Money(159, "EUR")
    assert balance(AccountKind.REFUND_CLEARING, order.number) == -159

    read(Booked(amount="1.59", is_credit=False, text=f"terug {made.reference}"), number="2026-232")

    assert made.status is ReturnStatus.SENT
    assert (balance(AccountKind.BANK), balance(AccountKind.REFUND_CLEARING)) == (21841, 0)
    assert (ledger.unbalanced_transactions(), filed()) == ([], [])


def test_a_return_that_differs_at_the_bank_is_for_a_person(order: Order, staff: int) -> None:
    read(Booked(amount="220.00", reference=reference_of(order)))
    made = bank_returns.ask(bank_entries.of_order(order.id)[0], "too much", clock.now(), staff)

    read(Booked(amount="1.95", is_credit=False, end_to_end=made.reference), number="2026-232")

    assert made.status is ReturnStatus.TO_SEND
    assert "transfer_return_differs" in filed()


def test_a_return_that_was_not_sent_is_the_buyers_money_again(order: Order, staff: int) -> None:
    read(Booked(amount="220.00", reference=reference_of(order)))
    made = bank_returns.ask(bank_entries.of_order(order.id)[0], "too much", clock.now(), staff)

    bank_returns.withdraw(made, "the buyer gives it", clock.now(), staff)

    assert bank_money.kept_for(order) == Money(159, "EUR")
    with pytest.raises(Refused):
        bank_returns.withdraw(made, "again", clock.now(), staff)


def test_a_second_transfer_of_a_paid_order_is_the_buyers_money(order: Order, staff: int) -> None:
    reference = reference_of(order)
    read(Booked(reference=reference, bank_reference="A1"), Booked(reference=reference, bank_reference="A2"))

    assert order.status is OrderStatus.PAID
    assert db.session.scalar(select(func.count()).select_from(Licence)) == 1
    assert balance(AccountKind.SUSPENSE, order.number) == -21841
    assert filed() == ["transfer_over"]
    second = bank_entries.of_order(order.id)[1]
    assert bank_returns.ask(second, "paid twice", clock.now(), staff).amount == Money(21841, "EUR")


# Lesson 28
def test_late_money_of_a_cancelled_order_is_recorded_and_never_lost(order: Order, staff: int) -> None:
    reference = reference_of(order)
    payment = transfer_of(order)
    payments.close({"payment_id": payment.id})
    orders.move(order, OrderStatus.AWAITING_PAYMENT, clock.now(), "again")
    orders.move(order, OrderStatus.CANCELLED, clock.now(), "given up")
    db.session.commit()

    read(Booked(amount="100.00", reference=reference))

    assert order.status is OrderStatus.CANCELLED
    assert filed() == ["transfer_short"]
    assert bank_money.with_too_much() == [(order, Money(10000, "EUR"))]
    made = bank_returns.ask(bank_entries.of_order(order.id)[0], "too late", clock.now(), staff)
    assert made.amount == Money(10000, "EUR")


def test_late_money_of_a_lapsed_order_serves_the_buyer(order: Order) -> None:
    reference = reference_of(order)
    payments.close({"payment_id": transfer_of(order).id})
    assert order.status is OrderStatus.EXPIRED

    read(Booked(reference=reference))

    assert order.status is OrderStatus.PAID
    assert balance(AccountKind.SUSPENSE) == 0


# Lesson 2
def test_a_transfer_that_never_comes_lapses_by_our_own_timer(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = clock.now()
    for days, status in ((14, OrderStatus.AWAITING_PAYMENT), (19, OrderStatus.EXPIRED)):
        monkeypatch.setattr(clock, "now", lambda days=days: begun + timedelta(days=days))
        gateway_of(TRANSFER)._clock = clock.now  # type: ignore[attr-defined]
        payments.reconcile({})
        work()

        assert order.status is status


def test_a_transfer_of_which_a_part_came_does_not_lapse(order: Order) -> None:
    read(Booked(amount="10.00", reference=reference_of(order)))
    later = TransferGateway(is_live=False, clock=lambda: clock.now() + timedelta(days=14) + GRACE * 2)

    assert later.read(reference_of(order)).outcome is Outcome.OPEN
    assert later.expire(reference_of(order)).outcome is Outcome.OPEN


def test_the_buyer_is_reminded_once_before_each_day(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, written = clock.now(), []
    for days in (1, 8, 8.5, 11, 13, 13.5):
        monkeypatch.setattr(clock, "now", lambda days=days: begun + timedelta(days=days))
        transfer_letters.remind({})
        written.append(list(db.session.scalars(select(TransferLetter.kind).order_by(TransferLetter.id))))
        db.session.rollback()

    assert written == [[], ["7"], ["7"], ["7"], ["7", "2"], ["7", "2"]]


def test_the_rest_is_asked_for_once_an_hour(order: Order, staff: int) -> None:
    payment = transfer_of(order)
    with pytest.raises(Refused, match="Nothing is missing"):
        transfer_letters.ask_for_rest(payment, clock.now(), staff)
    read(Booked(amount="200.00", reference=reference_of(order)))

    transfer_letters.ask_for_rest(payment, clock.now(), staff)

    with pytest.raises(Refused, match="less than an hour"):
        transfer_letters.ask_for_rest(payment, clock.now(), staff)


def test_money_without_a_reference_waits_for_a_person(order: Order, staff: int) -> None:
    read(Booked(text="Slotscène"))
    (entry,) = bank_entries.to_place()

    assert (order.status, balance(AccountKind.BANK)) == (OrderStatus.AWAITING_PAYMENT, 0)
    (proposal,) = bank_matching.proposals(entry.amount, entry.name, entry.said, bank_money.waiting_orders())
    assert proposal.number == order.number
    bank_money.place(entry, order, "by hand", clock.now(), staff)
    work()

    assert (order.status, filed()) == (OrderStatus.PAID, [])
    with pytest.raises(Refused, match="dealt with"):
        bank_money.place(entry, order, "by hand", clock.now(), staff)


def test_what_is_for_no_order_is_set_aside_with_a_reason_and_not_booked(order: Order, staff: int) -> None:
    read(Booked(text="subsidy"))
    (entry,) = bank_entries.to_place()

    with pytest.raises(Invalid):
        bank_money.set_aside(entry, " ", clock.now(), staff)
    bank_money.set_aside(entry, "subsidy of the town", clock.now(), staff)

    assert (entry.status, balance(AccountKind.BANK), filed()) == (EntryStatus.ASIDE, 0, [])


def test_a_statement_of_another_account_is_refused(app: Flask) -> None:
    with pytest.raises(Invalid, match="not of the archive's own"):
        read(Booked(), iban="DE89370400440532013000")


def test_a_statement_with_a_hole_in_it_is_refused(app: Flask) -> None:
    content = bank.statement([Booked()]).replace(b">1218.41<", b">1300.00<")

    with pytest.raises(Invalid, match="do not fit"):
        bank_imports.take(content, "x.xml", clock.now(), None)


def test_money_in_another_currency_is_not_taken_for_euro(order: Order, staff: int) -> None:
    content = bank.statement([Booked(reference=reference_of(order))], opening=100_000)
    dollars = content.replace(b'Ccy="EUR">218.41', b'Ccy="USD">218.41')
    bank_imports.take(dollars, "x.xml", clock.now(), None)

    (entry,) = bank_entries.to_place()
    with pytest.raises(Invalid, match="another currency"):
        bank_money.place(entry, order, "by hand", clock.now(), staff)
    assert order.status is OrderStatus.AWAITING_PAYMENT


@pytest.mark.parametrize(
    "change",
    ["UPDATE bank_entry SET amount_minor = 1", "DELETE FROM bank_entry", "DELETE FROM bank_statement"],
)
def test_what_the_bank_said_can_not_be_changed(app: Flask, change: str) -> None:
    read(Booked(text="x"))

    with pytest.raises((IntegrityError, OperationalError)):
        db.session.execute(text(change))


def test_proposals_come_by_number_then_amount_then_name() -> None:
    price = Money(21841, "EUR")
    waiting = [
        Waiting("B2026-00001", price, ("Studio Lek",)),
        Waiting("B2026-00002", price, ("Omroep Zuid",)),
        Waiting("B2026-00003", Money(100, "EUR"), ("Uitgeverij Kade",)),
        Waiting("B2026-00004", Money(100, "EUR"), ("Stichting Studio Lek",)),
    ]

    found = bank_matching.proposals(price, "STUDIO LEK BV", "order b2026 00003", waiting)

    assert [(one.number, one.reasons) for one in found] == [
        ("B2026-00003", (Reason.NUMBER,)),
        ("B2026-00001", (Reason.AMOUNT, Reason.NAME)),
        ("B2026-00002", (Reason.AMOUNT,)),
    ]


@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=6))
def test_a_transfer_is_enough_exactly_when_its_parts_are(parts: list[int]) -> None:
    lines = [Booked(amount=f"{cents / 100:.2f}", text=str(n)) for n, cents in enumerate(parts)]

    (found,) = bank_imports.camt.read(bank.statement(lines))

    assert found.adds_up
    assert sum(line.amount.minor for line in found.lines) == sum(parts)


def test_the_code_for_banking_apps_is_the_one_of_epc069_12() -> None:
    drawn = epc_codes.drawn("Nachtregister", bank.OURS, Money(21841, "EUR"), "RF18539007547034")

    said = f"BCD\n002\n2\nSCT\n\nNachtregister\n{bank.OURS}\nEUR218.41\n\nRF18539007547034"
    code = segno.make_qr(said.encode("latin-1"), error="m", boost_error=False)
    assert drawn == code.svg_inline(scale=5, border=4, dark="#000", light="#fff")
    assert "style=" not in drawn


def begin(order: Order, provider: str) -> str:
    address = payments.begin(order, clock.now(), return_url=PAGE, cancel_url=PAGE, provider=provider)
    db.session.commit()
    return address


def states(order: Order) -> list[tuple[str, str]]:
    found = db.session.scalars(select(Payment).where(Payment.order_id == order.id).order_by(Payment.id))
    return [(payment.provider, payment.status.value) for payment in found]


# Lesson 12, Lesson 29
def test_choosing_transfer_closes_the_open_payment_page_first(open_shop: Shop) -> None:
    page = open_shop.order()
    order = open_shop.the_order()

    assert begin(order, TRANSFER) == PAGE

    assert states(order) == [(STRIPE, "expired"), (TRANSFER, "session_open")]
    assert order.status is OrderStatus.AWAITING_PAYMENT
    assert shop.requests.get(page, timeout=60).status_code == 410


def test_a_payment_page_that_was_paid_meanwhile_counts_as_paid(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())
    order = open_shop.the_order()

    begin(order, TRANSFER)

    assert states(order) == [(STRIPE, "succeeded")]
    assert order.status is OrderStatus.PAID


def test_choosing_to_pay_at_once_gives_the_transfer_up(open_shop: Shop) -> None:
    open_shop.order()
    order = open_shop.the_order()
    begin(order, TRANSFER)

    page = begin(order, STRIPE)

    assert states(order) == [(STRIPE, "expired"), (TRANSFER, "expired"), (STRIPE, "session_open")]
    open_shop.pay(page)
    payments.reconcile({})
    open_shop.work()
    assert open_shop.the_order().status is OrderStatus.PAID


def test_who_has_paid_a_part_by_transfer_is_not_asked_for_the_whole_elsewhere(open_shop: Shop) -> None:
    open_shop.order()
    order = open_shop.the_order()
    begin(order, TRANSFER)
    read(Booked(amount="5.00", reference=reference_of(order)))

    assert begin(order, STRIPE) == PAGE
    assert states(order)[-1] == (TRANSFER, "session_open")


def test_late_transfer_money_closes_the_payment_page_that_is_open(open_shop: Shop) -> None:
    open_shop.order()
    order = open_shop.the_order()
    begin(order, TRANSFER)
    reference = reference_of(order)
    page = begin(order, STRIPE)

    read(Booked(reference=reference))
    open_shop.work()

    assert states(order) == [(STRIPE, "expired"), (TRANSFER, "succeeded"), (STRIPE, "expired")]
    assert order.status is OrderStatus.PAID
    assert shop.requests.get(page, timeout=60).status_code == 410


def test_an_order_paid_by_card_and_by_transfer_is_sold_once(open_shop: Shop) -> None:
    open_shop.order()
    order = open_shop.the_order()
    begin(order, TRANSFER)
    reference = reference_of(order)
    open_shop.pay(begin(order, STRIPE))
    payments.reconcile({})
    open_shop.work()

    read(Booked(reference=reference))

    assert db.session.scalar(select(func.count()).select_from(Licence)) == 1
    assert balance(AccountKind.SUSPENSE, order.number) == -21841
    assert bank_money.with_too_much() == [(order, Money(21841, "EUR"))]
    assert ledger.unbalanced_transactions() == []
