"""A card whose bank asks first (3-D Secure): nothing is paid before the answer, and a refusal can be tried again."""

import pytest

from archive.db import db
from licensing.orders import OrderStatus
from licensing.payments import PaymentStatus
from tests.licensing.shop import Shop


def follow(open_shop: Shop) -> None:
    """Deliver all that the provider has to tell, and let the jobs run."""
    db.session.rollback()  # what the test has looked at must not hide what happens now
    for event in open_shop.events():
        assert open_shop.deliver(event) == 200
    open_shop.work()


def test_a_payment_that_the_payer_confirms_is_paid_once(open_shop: Shop) -> None:
    page = open_shop.order()

    open_shop.pay(page, "card_asks")
    follow(open_shop)
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT
    assert open_shop.the_payment().status is PaymentStatus.SESSION_OPEN

    open_shop.pay(page, "confirmed")
    follow(open_shop)
    assert open_shop.the_order().status is OrderStatus.PAID
    assert open_shop.the_payment().method == "card"


def test_a_payment_that_the_payer_refuses_can_be_tried_again(open_shop: Shop) -> None:
    page = open_shop.order()
    open_shop.pay(page, "card_asks")

    open_shop.pay(page, "refused")
    follow(open_shop)
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT

    open_shop.pay(page, "ideal")
    follow(open_shop)
    assert open_shop.the_order().status is OrderStatus.PAID


def test_what_the_bank_asks_cannot_be_answered_before_it_asks(open_shop: Shop) -> None:
    page = open_shop.order()

    with pytest.raises(KeyError):  # the sandbox answers 400, which leads nowhere
        open_shop.pay(page, "confirmed")

    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT
