"""While a payment is disputed nothing of it is given, and nobody is paid of it; the books follow the money."""

from typing import Any

import pytest
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from licensing import anomalies, dispute_handling, disputes, ledger, licences, orders, payments
from licensing.delivery import Delivery
from licensing.disputes import Dispute, DisputeStatus
from licensing.ledger import AccountKind, LedgerTransaction
from licensing.licences import Licence, LicenceStatus
from licensing.money import Money
from tests.licensing.shop import Shop

GROSS = Money(21841, "EUR")
FEE = Money(2000, "EUR")


@pytest.fixture
def sold(open_shop: Shop) -> Shop:
    """A shop with one order, paid by card."""
    open_shop.pay(open_shop.order(), "card")
    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()
    return open_shop


def dispute(sold: Shop, **given: Any) -> str:
    """Let the buyer's bank dispute the payment; return the dispute's name."""
    return str(sold.act("disputes", charge=sold.the_payment().charge_id, **given)["id"])


def tell_all(sold: Shop, *, backwards: bool = False, times: int = 1) -> None:
    """Deliver every event about disputes, and work."""
    told = [event for event in sold.events() if event["type"].startswith("charge.dispute.")]
    for event in reversed(told) if backwards else told:
        for _ in range(times):
            assert sold.deliver(event) == 200
    db.session.rollback()
    sold.work()


def the_licence() -> Licence:
    db.session.rollback()
    return db.session.scalars(select(Licence)).one()


def balance(kind: AccountKind) -> Money:
    return ledger.balance(kind, "EUR")


def kinds() -> list[str]:
    db.session.rollback()
    return [found.kind for found in anomalies.open_ones()]


# Lesson 20
def test_lesson_20_a_dispute_is_a_task_and_holds_money_licence_and_download(sold: Shop) -> None:
    dispute(sold)
    tell_all(sold)

    assert kinds() == ["dispute_needs_response"]
    assert the_licence().status is LicenceStatus.SUSPENDED
    assert disputes.is_order_frozen(sold.the_order().id)
    assert balance(AccountKind.DISPUTE_RESERVE) == GROSS
    assert ledger.balance(AccountKind.FEES_EXPENSE, "EUR", "disputes") == FEE
    assert disputes.taken_of(sold.the_payment()) == GROSS


# Lesson 20
def test_lesson_20_a_disputed_direct_debit_is_final(open_shop: Shop) -> None:
    open_shop.script(settle_seconds=0)
    open_shop.pay(open_shop.order(), "sepa_debit")
    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()
    payments.sync({"payment_id": open_shop.the_payment().id})
    dispute(open_shop)

    tell_all(open_shop)

    found = db.session.scalars(select(Dispute)).one()
    assert (found.status, found.is_final, kinds()) == (DisputeStatus.LOST, True, ["dispute_lost"])
    assert balance(AccountKind.DISPUTE_RESERVE) == Money(0, "EUR")
    assert -balance(AccountKind.REVENUE) == Money(0, "EUR")
    assert balance(AccountKind.VAT_PAYABLE) == Money(0, "EUR")


# Lesson 31
def test_lesson_31_a_dispute_that_is_told_of_before_its_payment_reads_the_payment_first(
    open_shop: Shop,
) -> None:
    open_shop.pay(open_shop.order(), "card")
    charge = open_shop.event("charge.succeeded")["data"]["object"]["id"]
    name = open_shop.act("disputes", charge=charge)["id"]
    open_shop.act(f"disputes/{name}", status="won")

    tell_all(open_shop, backwards=True)

    assert db.session.scalars(select(Dispute)).one().status is DisputeStatus.WON
    assert the_licence().status is LicenceStatus.ACTIVE
    assert -balance(AccountKind.REVENUE) == Money(18050, "EUR")


# Lesson 31
def test_lesson_31_a_dispute_that_is_won_restores_what_was(sold: Shop) -> None:
    before = {account: minor for account, minor in ledger.trial_balance(clock.now()).items() if minor}
    name = dispute(sold)
    tell_all(sold)

    sold.act(f"disputes/{name}", status="won")
    tell_all(sold)

    after = {account: minor for account, minor in ledger.trial_balance(clock.now()).items() if minor}
    assert after[("fees_expense", "disputes", "EUR")] == FEE.minor
    del after[("fees_expense", "disputes", "EUR")]
    cash = ("stripe_clearing", "", "EUR")
    assert after | {cash: after[cash] + FEE.minor} == before
    assert the_licence().status is LicenceStatus.ACTIVE
    assert not disputes.is_order_frozen(sold.the_order().id)


def test_a_dispute_that_is_lost_takes_the_sale_back_with_vat_and_royalties(sold: Shop) -> None:
    name = dispute(sold)
    sold.act(f"disputes/{name}", status="lost")
    tell_all(sold)

    assert kinds() == ["dispute_lost"]
    assert the_licence().status is LicenceStatus.SUSPENDED
    for kind in (AccountKind.REVENUE, AccountKind.VAT_PAYABLE, AccountKind.DISPUTE_RESERVE):
        assert balance(kind) == Money(0, "EUR")
    for kind in (AccountKind.ROYALTY_PAYABLE, AccountKind.ROYALTY_RESERVE, AccountKind.ROYALTY_EXPENSE):
        assert balance(kind) == Money(0, "EUR")


def test_a_part_that_is_lost_is_taken_back_to_the_cent(sold: Shop) -> None:
    name = dispute(sold, amount=1001)
    sold.act(f"disputes/{name}", status="lost")
    tell_all(sold)

    revenue, vat = -balance(AccountKind.REVENUE), -balance(AccountKind.VAT_PAYABLE)
    assert revenue + vat == GROSS - Money(1001, "EUR")
    assert revenue == Money(18050 - 827, "EUR")
    assert balance(AccountKind.DISPUTE_RESERVE) == Money(0, "EUR")


# Lesson 26
@pytest.mark.parametrize("backwards", [False, True])
def test_lesson_26_events_of_a_dispute_in_any_order_and_number_end_the_same(
    sold: Shop, *, backwards: bool
) -> None:
    name = dispute(sold)
    sold.act(f"disputes/{name}", status="under_review")
    sold.act(f"disputes/{name}", status="won")

    tell_all(sold, backwards=backwards, times=3)
    for _ in range(2):
        dispute_handling.sync({"provider_ref": name})

    assert db.session.scalars(select(Dispute)).one().status is DisputeStatus.WON
    assert balance(AccountKind.DISPUTE_RESERVE) == Money(0, "EUR")
    assert balance(AccountKind.STRIPE_CLEARING) == GROSS - FEE - Money(
        sold.the_payment().fee_minor or 0, "EUR"
    )
    taken = select(func.count()).select_from(LedgerTransaction).where(LedgerTransaction.kind.like("dispute%"))
    assert db.session.scalar(taken) == 2


def test_a_warning_freezes_and_takes_no_money(sold: Shop) -> None:
    name = dispute(sold, inquiry=True)
    tell_all(sold)
    assert (kinds(), the_licence().status) == (["dispute_warning"], LicenceStatus.SUSPENDED)
    assert balance(AccountKind.DISPUTE_RESERVE) == Money(0, "EUR")

    sold.act(f"disputes/{name}", status="warning_closed")
    tell_all(sold)

    assert (kinds(), the_licence().status) == (["dispute_won"], LicenceStatus.ACTIVE)


def test_a_suspension_that_staff_made_is_not_lifted_by_a_won_dispute(sold: Shop) -> None:
    name = dispute(sold)
    tell_all(sold)
    licence = the_licence()
    licences.resume(licence, "the buyer called", clock.now(), None)
    licences.suspend(licence, "used in another film", clock.now(), None)
    db.session.commit()

    sold.act(f"disputes/{name}", status="won")
    tell_all(sold)

    assert the_licence().status is LicenceStatus.SUSPENDED


def test_a_download_stops_while_a_payment_is_disputed(sold: Shop) -> None:
    page = sold.browser.get(f"/nl/orders/{shop_token(sold)}").get_data(as_text=True)
    dispute(sold)
    tell_all(sold)

    assert "/downloads/" in page
    address = page.partition("/downloads/")[2].partition('"')[0]
    assert sold.fetch(f"/downloads/{address}").status_code == 410
    db.session.rollback()
    assert db.session.scalars(select(Delivery)).one().used == 0


def test_a_dispute_of_a_payment_that_is_not_ours_is_a_task(sold: Shop) -> None:
    name = dispute(sold)
    payment = sold.the_payment()
    payment.reference, payment.intent_id = "pay_another", "pi_another"
    db.session.commit()

    tell_all(sold)

    assert kinds() == ["unknown_dispute"]
    assert db.session.scalar(select(func.count()).select_from(Dispute)) == 0
    assert disputes.find(name) is None


# Lesson 38
def test_lesson_38_a_dispute_that_does_not_fit_its_payment_goes_to_a_person(sold: Shop) -> None:
    dispute(sold)
    payment = sold.the_payment()
    payment.amount_minor = 100
    db.session.commit()

    tell_all(sold)

    assert kinds() == ["dispute_differs"]
    assert balance(AccountKind.DISPUTE_RESERVE) == Money(0, "EUR")


def shop_token(sold: Shop) -> str:
    return orders.link_token(sold.the_order())
