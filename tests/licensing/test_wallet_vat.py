"""VAT on credit: at each use, or at the top-up; what is owed is the VAT of what was finally sold, to the cent."""

from datetime import date

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db
from licensing import (
    disputes,
    ledger,
    refunds,
    taxes,
    wallet_claims,
    wallet_expiry,
    wallet_refunds,
    wallet_uses,
)
from licensing.gateways.books import DisputeStanding
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import LineKind
from licensing.payments import Payment
from licensing.place_of_supply import Category
from licensing.refunds import RefundStatus
from licensing.wallet import VatMode, Wallet
from tests.licensing import wallets
from tests.licensing.disputing import payment_of, told
from tests.licensing.wallets import NOW, euro

ON = date(2026, 11, 22)


def owed() -> Money:
    """The VAT that the archive owes."""
    return -ledger.balance(AccountKind.VAT_PAYABLE, "EUR")


def waiting() -> Money:
    """The VAT that was paid ahead of a use."""
    return ledger.balance(AccountKind.WALLET_VAT, "EUR")


def inside(minor: int) -> Money:
    """The VAT in a price at 21 %."""
    return taxes.included_in(euro(minor), taxes.tax_of_sale(LineKind.LISTEN, "NL", ON)).vat


def topped(minor: int, mode: VatMode = VatMode.SINGLE) -> tuple[Wallet, Payment]:
    made = wallets.guest(0, vat_mode=mode)
    return made, payment_of(wallets.top_up(made, minor))


@pytest.mark.parametrize(("is_single", "category"), [(True, Category.STANDARD), (False, Category.OUTSIDE)])
def test_credit_is_taxed_when_it_is_bought_only_where_all_it_buys_is_taxed_alike(
    app: Flask, is_single: bool, category: Category
) -> None:
    assert taxes.tax_of_credit("NL", ON, is_single_purpose=is_single).category is category
    assert taxes.tax_of_credit("US", ON, is_single_purpose=is_single).category is Category.OUTSIDE


def test_credit_that_is_used_up_leaves_no_vat_waiting(app: Flask) -> None:
    owner, _payment = topped(500)

    for number in range(20):
        wallets.listen(owner, str(number))

    assert (owed(), waiting()) == (euro(87), euro(0))
    assert ledger.balance(AccountKind.REVENUE, "EUR") == euro(-413)


def test_a_tip_from_credit_that_was_taxed_arrives_without_that_tax(app: Flask) -> None:
    owner, _payment = topped(500)
    gift = [Posting(AccountKind.REVENUE, euro(-500), "tip")]

    wallet_uses.spend(owner, euro(500), LineKind.TIP, "tip", "tip", gift, NOW)

    assert ledger.balance(AccountKind.REVENUE, "EUR", "tip") == euro(-413)
    assert waiting() == euro(0)


def test_credit_that_is_paid_back_undoes_its_vat_and_a_refund_that_fails_brings_it_back(app: Flask) -> None:
    owner, payment = topped(500)
    wallets.listen(owner, "one", 25)
    wallet_refunds.ask(owner, "k" * 22, NOW)
    assert (owed(), waiting()) == (inside(25), euro(0))

    (refund,) = refunds.of_payment(payment.id)
    refunds.move(refund, RefundStatus.CANCELLED, NOW, "the bank refused")
    wallet_refunds.settle(refund, NOW)

    assert owed() == euro(87)
    assert owner.balance == euro(475)


# Directive 2006/112/EC, art. 90: also the VAT of what was used of it, which makes the loss smaller.
@pytest.mark.parametrize(("spent", "loss"), [(0, 0), (200, 165), (500, 413)])
def test_a_lost_dispute_undoes_the_vat_of_the_top_up(app: Flask, spent: int, loss: int) -> None:
    owner, payment = topped(500)
    if spent:
        wallets.listen(owner, "one", spent)

    told(payment, DisputeStanding.LOST)

    assert (owed(), waiting(), owner.balance) == (euro(0), euro(0), euro(0))
    assert ledger.balance(AccountKind.FEES_EXPENSE, "EUR", "disputes") == euro(2000 + loss)


def test_where_each_use_is_taxed_a_lost_dispute_leaves_the_vat_of_what_was_used(app: Flask) -> None:
    owner, payment = topped(500, VatMode.MULTI)
    wallets.listen(owner, "one", 200)

    told(payment, DisputeStanding.LOST)

    assert owed() == inside(200)


def test_vat_that_was_paid_ahead_goes_along_into_an_account(app: Flask) -> None:
    guest, _payment = topped(500)
    account = accounts.add("noor@studio.example", "Noor", Role.RESEARCHER, "paard batterij nietje", NOW)

    own = wallet_claims.claim(guest, account, NOW)
    wallets.listen(own, "all", 500)

    assert (owed(), waiting()) == (euro(87), euro(0))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("top up"), st.sampled_from([500, 1000, 2000])),
        st.tuples(st.just("use"), st.sampled_from([3, 25, 99, 333])),
        st.tuples(st.just("give back"), st.integers(0, 3)),
        st.tuples(st.just("refund"), st.booleans()),
        st.tuples(st.sampled_from(["dispute", "lose", "win"]), st.integers(0, 3)),
    ),
    max_size=10,
)


class Life:
    """A wallet, and a plain account of what was sold with it."""

    def __init__(self, mode: VatMode) -> None:
        self.mode, self.wallet = mode, wallets.guest(0, vat_mode=mode)
        self.payments: list[Payment] = []
        self.used: dict[str, int] = {}
        self.kept: list[int] = []  # of each payment, in cents
        self.disputed: dict[int, int] = {}

    def do(self, number: int, what: str, value: int) -> None:
        if what == "top up":
            self.payments.append(payment_of(wallets.top_up(self.wallet, value)))
            self.kept.append(value)
        elif what == "use" and value <= self.wallet.spendable.minor:
            wallets.listen(self.wallet, str(number), value, net=value - inside(value).minor)
            self.used[str(number)] = value
        elif what == "give back" and self.used:
            key = list(self.used)[value % len(self.used)]
            wallet_uses.give_back(self.wallet, key, "it did not start", NOW)
            del self.used[key]
        elif what == "refund" and wallet_refunds.unspent(self.wallet):
            self._refund(number, arrives=bool(value))
        elif what in STANDINGS and self.payments:
            self._dispute(value % len(self.payments), what)

    def _dispute(self, nth: int, what: str) -> None:
        payment = self.payments[nth]
        if not all(dispute.is_open for dispute in disputes.of_order(payment.order_id)) or not self.kept[nth]:
            return
        minor = self.disputed.setdefault(nth, self.kept[nth])
        told(payment, STANDINGS[what], minor)
        if what == "lose":
            self.kept[nth] -= minor

    def _refund(self, number: int, *, arrives: bool) -> None:
        parts = wallet_refunds.unspent(self.wallet)
        wallet_refunds.ask(self.wallet, f"{number:022}", NOW)
        if arrives:
            for part in parts:
                self.kept[self.payments.index(part.payment)] -= part.amount.minor
            return
        for payment in self.payments:
            refund = refunds.of_payment(payment.id)[-1:]
            if refund and refunds.move(refund[0], RefundStatus.CANCELLED, NOW, "the bank refused"):
                wallet_refunds.settle(refund[0], NOW)

    def due(self) -> Money:
        """The VAT of what was sold: the uses, or what was kept of each top-up."""
        if self.mode is VatMode.MULTI:
            return sum((inside(minor) for minor in self.used.values()), euro(0))
        return sum((inside(minor) for minor in self.kept), euro(0))


STANDINGS = {
    "dispute": DisputeStanding.NEEDS_RESPONSE,
    "lose": DisputeStanding.LOST,
    "win": DisputeStanding.WON,
}


@given(mode=st.sampled_from(VatMode), steps=STEPS)
@settings(max_examples=25)
def test_the_vat_that_is_owed_is_that_of_what_was_finally_sold(
    app: Flask, mode: VatMode, steps: list[tuple[str, int]]
) -> None:
    db.session.rollback()
    life = Life(mode)
    for number, step in enumerate(steps):
        life.do(number, *step)
        assert owed() == life.due()
        assert ledger.unbalanced_transactions() == []
        assert waiting() >= euro(0)
        if not life.wallet.balance_minor:
            assert waiting() == euro(0)
    wallet_expiry.end(life.wallet, clock.now())
    assert owed() == life.due()
