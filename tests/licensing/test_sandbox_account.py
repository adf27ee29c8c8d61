"""The account behind the sandbox: disputes, refunds made in the dashboard, payouts, the balance."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop
from tests.licensing.test_sandbox_shapes import faults


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with sandbox_shop.opened(tmp_path) as shop:
        yield shop


def act(shop: Shop, path: str, expected: int = 200, **given: Any) -> dict[str, Any]:
    answer = shop.http.post(f"{shop.sandbox.base_url}/_sandbox/{path}", json=given)
    assert answer.status_code == expected, answer.text
    return dict(answer.json())


def intent_of(session: stripe.checkout.Session) -> str:
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    return session.payment_intent.id


def entries(shop: Shop) -> list[tuple[str, int, int]]:
    found = shop.client.v1.balance_transactions.list().data
    return [(entry.type, entry.amount, entry.fee) for entry in reversed(found)]


def total(shop: Shop) -> int:
    balance = shop.client.v1.balance.retrieve()
    return sum(part.amount for part in (*balance.available, *balance.pending))


def test_a_dispute_takes_amount_and_fee_and_tells_so(shop: Shop) -> None:
    intent = intent_of(shop.paid_session("card", cents=10_000))

    made = act(shop, "disputes", payment_intent=intent, amount=4_000, reason="product_not_received")

    assert entries(shop) == [("charge", 10_000, 175), ("adjustment", -4_000, 2_000)]
    withdrawn = shop.await_webhook("charge.dispute.funds_withdrawn").event["data"]["object"]
    assert (withdrawn["id"], withdrawn["status"], withdrawn["reason"]) == (
        made["id"],
        "needs_response",
        "product_not_received",
    )
    assert [entry["net"] for entry in withdrawn["balance_transactions"]] == [-6_000]
    [listed] = shop.client.v1.disputes.list({"payment_intent": intent}).data
    assert listed.id == made["id"]
    assert shop.client.v1.charges.retrieve(made["charge"]).disputed


def test_a_won_dispute_gives_the_amount_back_and_keeps_the_fee(shop: Shop) -> None:
    made = act(shop, "disputes", payment_intent=intent_of(shop.paid_session("card", cents=5_000)))

    act(shop, f"disputes/{made['id']}", status="under_review")
    act(shop, f"disputes/{made['id']}", status="won")

    shop.await_webhook("charge.dispute.funds_reinstated")
    shop.await_webhook("charge.dispute.closed")
    shop.await_webhook("charge.dispute.updated")
    assert entries(shop)[1:] == [("adjustment", -5_000, 2_000), ("adjustment", 5_000, 0)]
    assert total(shop) == 5_000 - 100 - 2_000


def test_a_disputed_direct_debit_is_lost_at_once(shop: Shop) -> None:
    shop.script(settle_seconds=0)
    intent = intent_of(shop.paid_session("sepa_debit"))
    shop.await_webhook("charge.succeeded")

    made = act(shop, "disputes", payment_intent=intent)

    assert made["status"] == "lost"
    shop.await_webhook("charge.dispute.closed")
    act(shop, f"disputes/{made['id']}", 400, status="won")


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(shop: Shop) -> None:
    made = act(shop, "disputes", payment_intent=intent_of(shop.paid_session("card")), inquiry=True)
    assert [kind for kind, _, _ in entries(shop)] == ["charge"]

    act(shop, f"disputes/{made['id']}", status="needs_response")

    assert [kind for kind, _, _ in entries(shop)] == ["charge", "adjustment"]


def test_what_was_charged_back_cannot_be_refunded(shop: Shop) -> None:
    intent = intent_of(shop.paid_session("card"))
    act(shop, "disputes", payment_intent=intent, amount=100)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.client.v1.refunds.create({"payment_intent": intent, "amount": 100})

    assert refusal.value.code == "charge_disputed"


def test_an_inquiry_cannot_take_what_another_dispute_has_taken(shop: Shop) -> None:
    intent = intent_of(shop.paid_session("card"))
    asked = act(shop, "disputes", payment_intent=intent, inquiry=True)
    act(shop, "disputes", payment_intent=intent)

    act(shop, f"disputes/{asked['id']}", 400, status="needs_response")

    act(shop, f"disputes/{asked['id']}", status="warning_closed")


def test_more_than_is_left_of_a_charge_cannot_be_disputed(shop: Shop) -> None:
    intent = intent_of(shop.paid_session("card", cents=500))
    shop.client.v1.refunds.create({"payment_intent": intent, "amount": 300})

    act(shop, "disputes", 400, payment_intent=intent, amount=201)
    act(shop, "disputes", payment_intent=intent, amount=200)


def test_a_refund_in_the_dashboard_is_told_without_a_request_of_ours(shop: Shop) -> None:
    made = act(shop, "refunds", payment_intent=intent_of(shop.paid_session("card")), amount=300)

    event = shop.await_webhook("charge.refunded").event
    assert event["request"] == {"id": None, "idempotency_key": None}
    assert event["data"]["object"]["amount_refunded"] == 300
    assert made["metadata"] == {}


def test_a_refund_that_the_bank_sends_back_can_be_made_again(shop: Shop) -> None:
    shop.script(refunds_fail=True, settle_seconds=0)
    intent = intent_of(shop.paid_session("ideal", cents=500))
    made = shop.client.v1.refunds.create({"payment_intent": intent})

    failed = shop.await_webhook("refund.failed").event["data"]["object"]

    assert (failed["id"], failed["status"]) == (made.id, "failed")
    assert entries(shop)[1:] == [("payment_refund", -500, 0), ("payment_failure_refund", 500, 0)]
    again = shop.client.v1.refunds.create({"payment_intent": intent})
    assert again.status == "pending"


def test_a_payout_of_everything_empties_the_balance_and_names_what_it_carried(shop: Shop) -> None:
    shop.paid_session("card", cents=10_000)
    shop.paid_session("bancontact", cents=5_000)

    made = act(shop, "payouts")

    assert (made["amount"], made["status"], total(shop)) == (10_000 - 175 + 5_000 - 35, "paid", 0)
    shop.await_webhook("payout.created")
    shop.await_webhook("payout.paid")
    carried = shop.client.v1.balance_transactions.list({"payout": made["id"]}).data
    assert [entry.type for entry in carried] == ["payout", "payment", "charge"]
    assert {entry.status for entry in carried} == {"available"}
    assert shop.client.v1.payouts.list({"status": "paid"}).data[0].id == made["id"]


def test_a_payout_that_fails_comes_back_to_the_balance(shop: Shop) -> None:
    shop.paid_session("card", cents=10_000)
    made = act(shop, "payouts", in_transit=True, amount=5_000)

    act(shop, f"payouts/{made['id']}", status="failed")

    failed = shop.await_webhook("payout.failed").event["data"]["object"]
    assert failed["failure_code"] == "account_closed"
    assert [kind for kind, _, _ in entries(shop)] == ["charge", "payout", "payout_failure"]
    assert total(shop) == 9_825


def test_more_than_the_balance_cannot_be_paid_out(shop: Shop) -> None:
    act(shop, "payouts", 400, amount=1)


@pytest.mark.parametrize("given", [{"amount": "1"}, {"sum": 1}, {"in_transit": 1}])
def test_an_act_that_is_not_understood_is_refused(shop: Shop, given: dict[str, Any]) -> None:
    act(shop, "payouts", 400, **given)


def test_money_on_its_way_is_pending_for_some_days(shop: Shop) -> None:
    shop.paid_session("card", cents=10_000)
    before = shop.client.v1.balance.retrieve()

    shop.clock.advance(days=4)

    after = shop.client.v1.balance.retrieve()
    assert (before.available[0].amount, before.pending[0].amount) == (0, 9_825)
    assert (after.available[0].amount, after.pending[0].amount) == (9_825, 0)


def test_everything_of_the_account_has_stripes_fields(shop: Shop) -> None:
    session = shop.paid_session("card")
    dispute = act(shop, "disputes", payment_intent=intent_of(session))
    shop.paid_session("bancontact")
    payout = act(shop, "payouts", amount=1)

    found = faults(stripe.Dispute, shop.client.v1.disputes.retrieve(dispute["id"]).to_dict())
    found += faults(stripe.Payout, shop.client.v1.payouts.retrieve(payout["id"]).to_dict())
    found += faults(stripe.Balance, shop.client.v1.balance.retrieve().to_dict())
    for entry in shop.client.v1.balance_transactions.list({"expand": ["data.source"]}).data:
        found += faults(stripe.BalanceTransaction, entry.to_dict())
    for charge in shop.client.v1.charges.list({"payment_intent": intent_of(session)}).data:
        found += faults(stripe.Charge, charge.to_dict())

    assert found == []
