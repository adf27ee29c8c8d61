"""The twenty invariants of the books as a state machine: people, banks, staff and crashes do as they like, and
after each step all that must be true is asked of the rows. Profile `ci` takes 500 steps, `nightly` 10,000.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event, func, select

from archive import clock, job_runner, jobs
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import ledger, orders, payments, reconciliation, refunds
from licensing.money import Money
from licensing.orders import LineKind, Order, PricedLine
from licensing.payments import Payment, PaymentStatus
from licensing.provider_events import ProviderEvent
from licensing.wallet import NotEnough, Wallet
from tests.journeys import books
from tests.licensing import invariants, sales, shop, wallets

STEPS = 50  # of one story
STORIES = {"nightly": 200}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 10)
ENDS = ("ideal", "card", "bancontact", "sepa_debit", "sepa_debit_fails", "fail")
MINORS = st.integers(200, 5_000)
# What any step may be cut off after: so many statements to the database, or none.
CUTS = st.one_of(st.none(), st.none(), st.integers(1, 40))


class Killed(BaseException):
    """The process has died here: nothing may catch it."""


@contextmanager
def killed_after(statements: int | None) -> Iterator[None]:
    """Die before the next statement once so many have been made; what was not committed is lost."""
    left = statements

    def count(*_: Any) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left < 0:
                raise Killed

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield
    except Killed:
        left = None
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
        db.session.rollback()


class Books(RuleBasedStateMachine):
    """One story, on a site and a provider of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = ExitStack()
        folder = self.ends.enter_context(TemporaryDirectory())
        self.shop = self.ends.enter_context(shop.opened(Path(folder)))
        self.past: dict[datetime, dict[tuple[str, str, str], int]] = {}
        self.pages: list[str] = []
        self.shop.script(settle_seconds=0)

    @rule(minor=MINORS, kind=st.sampled_from((*["tip"] * 5, *["credit"] * 3, "licence")), cut=CUTS)
    def somebody_orders(self, minor: int, kind: str, cut: int | None) -> None:
        with killed_after(cut), transaction():
            order = sales.placed([self._line(kind, minor)], moment=clock.now())
            order.buyer_email = f"{order.number}@buyers.example"
            self.pages.append(self._begin(order))

    @rule(nth=st.integers(0, 9), cut=CUTS)
    def somebody_clicks_pay_again(self, nth: int, cut: int | None) -> None:
        found = db.session.scalars(select(Order.id).order_by(Order.id.desc()).limit(10)).all()
        db.session.rollback()
        if found:
            with killed_after(cut), transaction():
                order = db.session.get_one(Order, found[nth % len(found)])
                if order.paid_at is None:
                    self._attempt(lambda: self.pages.append(self._begin(order)))

    @rule(nth=st.integers(0, 9), end=st.sampled_from(ENDS))
    def somebody_pays(self, nth: int, end: str) -> None:
        if self.pages:
            page = self.pages[-1 - nth % len(self.pages)]
            requests.post(page, data={"outcome": end}, allow_redirects=False, timeout=60)

    @rule(nth=st.integers(0, 30), times=st.integers(1, 3), cut=CUTS)
    def an_event_comes(self, nth: int, times: int, cut: int | None) -> None:
        told = self.shop.events()
        if told:
            for _ in range(times):
                with killed_after(cut):
                    self.shop.deliver(told[-1 - nth % len(told)])

    @rule(nth=st.integers(0, 30))
    def an_event_of_real_money_comes(self, nth: int) -> None:
        told = self.shop.events()
        before = count(ProviderEvent)
        if told:
            body = json.dumps(told[-1 - nth % len(told)] | {"livemode": True, "id": "evt_live"}).encode()
            assert self.shop.deliver(body) == 400
            assert count(ProviderEvent) == before

    @rule(cut=CUTS)
    def jobs_are_done(self, cut: int | None) -> None:
        jobs.take_back()
        with killed_after(cut):
            for _ in range(5):
                jobs.run_next()

    @rule(nth=st.integers(0, 9), share=st.integers(1, 100), cut=CUTS)
    def staff_give_money_back(self, nth: int, share: int, cut: int | None) -> None:
        payment = self._paid(nth)
        if payment is not None:
            with killed_after(cut), transaction():
                self._attempt(lambda: self._give_back(payment.id, share))

    @rule(nth=st.integers(0, 9), share=st.integers(1, 100))
    def money_goes_back_in_the_dashboard(self, nth: int, share: int) -> None:
        charge = self._charge(nth)
        if charge is not None:
            self._act("refunds", charge=charge["id"], amount=max(1, charge["amount"] * share // 100))

    @rule(nth=st.integers(0, 9), inquiry=st.booleans())
    def a_bank_disputes(self, nth: int, inquiry: bool) -> None:
        charge = self._charge(nth)
        if charge is not None:
            self._act("disputes", charge=charge["id"], inquiry=inquiry)

    @rule(
        nth=st.integers(0, 9),
        status=st.sampled_from(("under_review", "won", "lost", "needs_response", "warning_closed")),
    )
    def a_bank_decides(self, nth: int, status: str) -> None:
        found = self._listed("disputes")
        if found:
            self._act(f"disputes/{found[nth % len(found)]['id']}", status=status)

    @rule(amount=st.integers(1, 3_000), status=st.sampled_from(("paid", "failed")))
    def the_provider_pays_out(self, amount: int, status: str) -> None:
        made = self._act("payouts", amount=amount, in_transit=True)
        if "id" in made:
            self._act(f"payouts/{made['id']}", status=status)

    @rule(nth=st.integers(0, 9), minor=st.integers(1, 700), key=st.sampled_from("abcde"), cut=CUTS)
    def somebody_spends_credit(self, nth: int, minor: int, key: str, cut: int | None) -> None:
        found = db.session.scalars(select(Wallet.id).order_by(Wallet.id.desc()).limit(10)).all()
        db.session.rollback()
        if found:
            with killed_after(cut), transaction():
                spender = db.session.get_one(Wallet, found[nth % len(found)])
                self._attempt(lambda: wallets.listen(spender, key, minor, clock.now()))

    @invariant()
    def all_that_must_be_true_is(self) -> None:
        assert invariants.broken() == []
        db.session.rollback()

    @rule()
    def a_day_is_closed(self) -> None:
        moment = clock.now()
        self.past[moment] = ledger.trial_balance(moment)
        db.session.rollback()

    @invariant()
    def past_balances_never_change(self) -> None:
        for moment, balance in self.past.items():
            assert ledger.trial_balance(moment) == balance
        db.session.rollback()

    def teardown(self) -> None:
        """Let everything come to its end: in whatever order events came, the books are now those of the provider."""
        try:
            self._end()
        finally:
            self.ends.close()

    def _end(self) -> None:
        for story in (self._tell_all, self._compare, self._compare):
            story()
            jobs.take_back()
            job_runner.run_due()
            db.session.rollback()
        provider = books.at_provider(self.shop.sandbox.base_url)
        assert books.wrong_money(provider) == []
        self.all_that_must_be_true_is()
        self.past_balances_never_change()

    def _tell_all(self) -> None:
        for told in self.shop.events():
            assert self.shop.deliver(told) == 200

    def _compare(self) -> None:
        reconciliation.compare_fully({})
        db.session.rollback()

    def _line(self, kind: str, minor: int) -> PricedLine:
        if kind == "licence":
            return sales.line_for(self.shop.entry, minor)
        if kind == "credit":
            return wallets.top_up_line(wallets.guest(0, clock.now()), minor)
        return sales.line_for(None, minor, kind=LineKind.TIP, choice={}, vat_bp=0, vat_code="O")

    def _begin(self, order: Order) -> str:
        page = f"http://localhost/orders/{orders.link_token(order)}"
        return payments.begin(order, clock.now(), return_url=page, cancel_url=page)

    def _give_back(self, payment_id: int, share: int) -> None:
        payment = db.session.get_one(Payment, payment_id)
        left = refunds.left_of_sale(payment.order)
        key = f"story-{payment.id}-{len(refunds.of_payment(payment.id))}"
        amount = Money(max(1, left.minor * share // 100), left.currency)
        refund = refunds.ask(payment, amount, "Te veel", key=key, moment=clock.now())
        refunds.approve(refund, clock.now())

    def _attempt(self, act: Callable[[], Any]) -> None:
        """Do what the rules may refuse."""
        try:
            act()
        except (NotEnough, Refused):
            db.session.rollback()

    def _paid(self, nth: int) -> Payment | None:
        query = select(Payment).where(Payment.status == PaymentStatus.SUCCEEDED)
        found = db.session.scalars(query.order_by(Payment.id.desc()).limit(10)).all()
        db.session.rollback()
        return found[nth % len(found)] if found else None

    def _charge(self, nth: int) -> dict[str, Any] | None:
        found = [charge for charge in self._listed("charges") if charge["status"] == "succeeded"][:10]
        return found[nth % len(found)] if found else None

    def _listed(self, what: str) -> list[dict[str, Any]]:
        return books.listed(self.shop.sandbox.base_url, what)

    def _act(self, path: str, **given: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.shop.sandbox.base_url}/_sandbox/{path}", json=given, timeout=60)
        return dict(answer.json())


def count(table: type) -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.rollback()
    return found


# Lesson 4, lesson 11, lesson 13, lesson 15, lesson 18
def test_whatever_happens_in_whatever_order_with_crashes_the_books_stay_right() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to make a story shorter takes many sites; the first that fails is told
            suppress_health_check=list(HealthCheck),
        ),
    )


# Invariants that only many at once can break stand elsewhere; this table says where each of the twenty is held.
HELD_BY = {
    **dict.fromkeys(invariants.CHECKS, "all_that_must_be_true_is"),
    3: "past_balances_never_change",
    9: "tests/licensing/test_wallet_spenders.py",
    12: "all_that_must_be_true_is",
    15: "teardown",
    16: "an_event_of_real_money_comes",
    17: "teardown",
    19: "tests/licensing/test_wallet_pages.py",
    20: "killed_after",
}


def test_each_of_the_twenty_invariants_is_held_somewhere() -> None:
    assert sorted(HELD_BY) == list(range(1, 21))
    root = Path(__file__).parents[2]
    for where in HELD_BY.values():
        assert hasattr(Books, where) or where in globals() or (root / where).is_file(), where
