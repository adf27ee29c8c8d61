"""What people, banks, staff and the provider do with payments, in a story of the books."""

import json

import requests
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from archive import clock, jobs
from archive.db import db
from archive.transactions import transaction
from licensing import refunds
from licensing.money import Money
from licensing.orders import LineKind, Order, PricedLine
from licensing.payments import Payment, PaymentStatus
from licensing.provider_events import ProviderEvent
from licensing.wallet import Wallet
from tests.licensing import sales, wallets
from tests.licensing.stories import CUTS, NTH, Story, count, killed_after

ENDS = ("ideal", "card", "bancontact", "sepa_debit", "sepa_debit_fails", "fail")
KINDS = (*["tip"] * 4, *["credit"] * 2, "more credit", "licence", "copy", "pass")
STEPS = ("under_review", "won", "lost", "needs_response", "warning_closed")


class Payments(Story):
    """Orders, payment pages, events in any order and number, refunds, disputes, payouts of the provider."""

    @rule(minor=st.integers(200, 5_000), kind=st.sampled_from(KINDS), piece=st.integers(0, 1), cut=CUTS)
    def somebody_orders(self, minor: int, kind: str, piece: int, cut: int | None) -> None:
        with killed_after(cut), transaction():
            self.attempt(lambda: self.order([self._line(kind, minor, piece)]))

    @rule(nth=NTH, cut=CUTS)
    def somebody_clicks_pay_again(self, nth: int, cut: int | None) -> None:
        unpaid = select(Order.id).where(Order.paid_at.is_(None)).order_by(Order.id.desc())
        order_id = self.nth(unpaid, nth)
        if order_id is not None:
            with killed_after(cut), transaction():
                order = db.session.get_one(Order, order_id)
                self.attempt(lambda: self.pages.append(self.begin(order)))

    @rule(nth=NTH, end=st.sampled_from(ENDS), is_told=st.booleans(), cut=CUTS)
    def somebody_pays(self, nth: int, end: str, is_told: bool, cut: int | None) -> None:
        page = self.pages[-1 - nth % len(self.pages)]
        requests.post(page, data={"outcome": end}, allow_redirects=False, timeout=60)
        if is_told:
            self.events_come(nth=0, many=6, times=1, cut=None)
            self.jobs_are_done(cut=cut)

    @rule(nth=st.integers(0, 30), many=st.integers(1, 6), times=st.integers(1, 3), cut=CUTS)
    def events_come(self, nth: int, many: int, times: int, cut: int | None) -> None:
        newest_first = self.shop.events()[::-1]
        for told in newest_first[nth % len(newest_first) :][:many] * times:
            with killed_after(cut):
                self.shop.deliver(told)

    @rule(nth=st.integers(0, 30))
    def an_event_of_real_money_comes(self, nth: int) -> None:
        told = self.shop.events()
        before = count(ProviderEvent)
        body = json.dumps(told[-1 - nth % len(told)] | {"livemode": True, "id": "evt_live"}).encode()
        assert self.shop.deliver(body) == 400
        assert count(ProviderEvent) == before

    @rule(cut=CUTS)
    def jobs_are_done(self, cut: int | None) -> None:
        jobs.take_back()
        with killed_after(cut):
            for _ in range(10):
                jobs.run_next()

    @rule(nth=NTH, share=st.sampled_from((1, 33, 50, 99, 100, 100)), by_line=st.booleans(), cut=CUTS)
    def staff_give_money_back(self, nth: int, share: int, by_line: bool, cut: int | None) -> None:
        succeeded = select(Payment.id).where(Payment.status == PaymentStatus.SUCCEEDED)
        payment_id = self.nth(succeeded.order_by(Payment.id.desc()), nth)
        if payment_id is not None:
            with killed_after(cut), transaction():
                self.attempt(lambda: self._give_back(payment_id, share, by_line))

    @rule(nth=NTH, share=st.integers(1, 100))
    def money_goes_back_in_the_dashboard(self, nth: int, share: int) -> None:
        charge = self._charge(nth)
        self.act("refunds", charge=charge["id"], amount=max(1, charge["amount"] * share // 100))

    @rule(nth=NTH, inquiry=st.booleans())
    def a_bank_disputes(self, nth: int, inquiry: bool) -> None:
        self.act("disputes", charge=self._charge(nth)["id"], inquiry=inquiry)

    @rule(nth=NTH, status=st.sampled_from(STEPS))
    def a_bank_decides(self, nth: int, status: str) -> None:
        found = self.listed("disputes")
        if found:
            self.act(f"disputes/{found[nth % len(found)]['id']}", status=status)

    @rule(amount=st.integers(1, 3_000), status=st.sampled_from(("paid", "failed")))
    def the_provider_pays_out(self, amount: int, status: str) -> None:
        made = self.act("payouts", amount=amount, in_transit=True)
        if "id" in made:
            self.act(f"payouts/{made['id']}", status=status)

    def _line(self, kind: str, minor: int, piece: int) -> PricedLine:
        if kind == "licence":
            return sales.line_for(self.piece(piece), minor)
        if kind == "copy":
            return sales.line_for(self.piece(piece), minor, kind=LineKind.DOWNLOAD, choice={})
        if kind == "pass":
            return sales.line_for(None, minor, kind=LineKind.PASS, choice={})
        if kind == "credit":
            return wallets.top_up_line(wallets.guest(0, clock.now()), minor)
        if kind == "more credit":
            return wallets.top_up_line(db.session.get_one(Wallet, 1), minor)
        return sales.line_for(None, minor, kind=LineKind.TIP, choice={}, vat_bp=0, vat_code="O")

    def _give_back(self, payment_id: int, share: int, by_line: bool) -> None:
        payment = db.session.get_one(Payment, payment_id)
        line = payment.order.lines[-1] if by_line else None
        left = refunds.left_of_sale(payment.order, line)
        key = f"story-{payment.id}-{len(refunds.of_payment(payment.id))}"
        amount = Money(max(1, left.minor * share // 100), left.currency)
        refund = refunds.ask(payment, amount, "Te veel", key=key, moment=clock.now(), line=line)
        refunds.approve(refund, clock.now())

    def _charge(self, nth: int) -> dict[str, str]:
        found = [charge for charge in self.listed("charges") if charge["status"] == "succeeded"][:10]
        return found[nth % len(found)]
