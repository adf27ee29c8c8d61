"""Many hands in one wallet: with real connections at once, and in any order that Hypothesis can think of."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import ledger, tips, wallet_checks, wallet_expiry, wallet_lots, wallet_uses
from licensing.money import Money
from licensing.tips import Tip
from licensing.wallet import NotEnough, Wallet
from tests.licensing import wallets
from tests.licensing.wallets import NOW, euro


# Lesson 17
def test_twenty_spenders_at_once_never_spend_more_than_there_is(app: Flask) -> None:
    with transaction():
        wallet_id = wallets.guest(200).id
    outcomes = at_once(app, 20, lambda number: spend(wallet_id, f"listen-{number}"))

    assert outcomes == Counter({"spent": 8, "refused": 12})
    left = db.session.get_one(Wallet, wallet_id)
    assert left.balance == euro(0) == wallets.owed(left)
    assert wallet_checks.differences() == []
    assert ledger.unbalanced_transactions() == []


# Lesson 17
def test_two_tabs_that_pay_for_the_same_thing_at_once_pay_once(app: Flask) -> None:
    with transaction():
        wallet_id = wallets.guest(500).id

    at_once(app, 8, lambda _number: spend(wallet_id, "the same"))

    assert db.session.get_one(Wallet, wallet_id).balance == euro(475)


# Lesson 13
def test_what_is_taken_of_several_top_ups_is_what_was_due(app: Flask) -> None:
    spender = wallets.guest(500)
    wallets.top_up(spender, 1000)

    wallets.listen(spender, "dear", 700)

    assert spender.balance == euro(800) == wallets.owed(spender)
    assert wallet_lots.shares(spender.balance, [euro(500), euro(1000)]) == [euro(0), euro(800)]


# Lesson 19
def test_no_purchase_is_ever_left_half_paid_in_credit(app: Flask) -> None:
    spender = wallets.guest(500)
    wallets.listen(spender, "most of it", 330)

    with pytest.raises(NotEnough) as refused:
        tips.from_credit(spender, Tip(euro(200), "k" * 22), NOW)

    assert refused.value.missing == euro(30)
    assert spender.balance == euro(170)


def spend(wallet_id: int, key: str) -> str:
    try:
        with transaction():
            wallets.listen(db.session.get_one(Wallet, wallet_id), key)
    except NotEnough:
        return "refused"
    return "spent"


def at_once(app: Flask, hands: int, act: object) -> Counter[str]:
    """Let so many threads, each with a connection of its own, do something at the same moment."""
    outcomes: list[str] = []
    together = threading.Barrier(hands)

    def work(number: int) -> None:
        with app.app_context():
            together.wait()
            outcomes.append(act(number))  # type: ignore[operator]
            db.session.remove()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return Counter(outcomes)


AMOUNTS = st.sampled_from([25, 50, 99, 250, 500, 1000])
KEYS = st.sampled_from(["one", "two", "three", "four", "five"])


class Wallets(RuleBasedStateMachine):
    """A wallet and a plain account of what should be in it: top-ups, uses, what comes back, what ends."""

    def __init__(self) -> None:
        super().__init__()
        self.wallet = wallets.guest(0)
        self.balance = 0
        self.used: dict[str, int] = {}
        self.given_back: set[str] = set()
        self.moment = NOW

    @rule(minor=st.sampled_from([500, 1000, 2000]))
    def top_up(self, minor: int) -> None:
        wallets.top_up(self.wallet, minor, self.moment)
        self.balance += minor

    @rule(key=KEYS, minor=AMOUNTS)
    def use(self, key: str, minor: int) -> None:
        if key in self.given_back:
            with pytest.raises(Refused):
                wallets.listen(self.wallet, key, minor, self.moment)
        elif key not in self.used and minor > self.balance:
            with pytest.raises(NotEnough) as refused:
                wallets.listen(self.wallet, key, minor, self.moment)
            assert refused.value.missing == euro(minor - self.balance)
        else:
            wallets.listen(self.wallet, key, minor, self.moment)
            self.balance -= 0 if key in self.used else minor
            self.used.setdefault(key, minor)

    @rule(key=KEYS)
    def give_back(self, key: str) -> None:
        move = wallet_uses.give_back(self.wallet, key, "it did not start", self.moment)
        comes_back = key in self.used and key not in self.given_back
        assert (move is not None) == comes_back
        if comes_back:
            self.balance += self.used[key]
            self.given_back.add(key)

    @rule(days=st.integers(1, 800))
    def let_time_pass(self, days: int) -> None:
        self.moment += timedelta(days=days)
        for _ in range(4):  # two reminders, the wait after the last, and the end
            wallet_expiry.follow(self.wallet, self.moment)
            self.moment += timedelta(days=15)
        if self.wallet.balance_minor == 0:
            self.balance = 0

    @rule()
    def look_at_what_could_go_back(self) -> None:
        left = [Money(minor, "EUR") for minor in (500, 1000)]
        parts = wallet_lots.shares(self.wallet.balance, left)
        assert all(euro(0) <= part <= paid for part, paid in zip(parts, left, strict=True))
        assert sum((part.minor for part in parts), 0) <= self.balance

    @invariant()
    def the_balance_is_what_it_should_be_and_what_is_owed(self) -> None:
        assert self.wallet.balance_minor == self.balance >= 0
        assert wallets.owed(self.wallet) == euro(self.balance)

    @invariant()
    def the_books_agree(self) -> None:
        assert wallet_checks.differences() == []
        assert ledger.unbalanced_transactions() == []

    def teardown(self) -> None:
        db.session.rollback()


# Invariant 2
def test_a_wallet_holds_what_the_ledger_owes_it_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Wallets, settings=settings(settings.default, max_examples=15, stateful_step_count=20)
    )
