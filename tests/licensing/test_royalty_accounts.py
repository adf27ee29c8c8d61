"""Whatever happens in whatever order, the ledger sums to zero, each cent has one owner, and statements chain."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.db import db
from archive.errors import DomainError
from catalogue.entries import Entry
from licensing import (
    accruals,
    ledger,
    payouts,
    periods,
    reserves,
    royalty_approval,
    royalty_checks,
    royalty_closing,
    royalty_statements,
)
from licensing.claims import Layer
from licensing.ledger import AccountKind
from licensing.royalty_accounts import Accrual
from licensing.royalty_rules import Fees
from tests.licensing import royalties
from tests.licensing.royalties import agree, euro, holder, played_by, staff

BEGIN = datetime(2026, 1, 2, 9, tzinfo=UTC)
Step = tuple[str, int, int]


class World:
    """A shop with two holders, one of whom bears a part of the fees, and two recordings, one of nobody we know."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.parties = [holder("Eerste"), holder("Tweede")]
        agree(self.parties[0], BEGIN, fees=Fees.SHARED, minimum_minor=0)
        agree(self.parties[1], BEGIN, commission_bp=0, minimum_minor=5000)
        self.entries: list[Entry] = [played_by(self.parties[0]), played_by(None, "Wees")]
        self.sales: list[Accrual] = []
        self.count = 0

    def sell(self, which: int, cents: int) -> None:
        self.sales.append(royalties.sell(self.entries[which % 2], 1 + cents, self.now))

    def refund(self, which: int, cents: int) -> None:
        if not self.sales:
            return
        sale, amount = self.sales[which % len(self.sales)], euro(1 + cents) if cents % 3 else None
        accruals.take_back(sale, amount, "refund", f"refund:{self.count}", self.now)

    def learn_fee(self, which: int, cents: int) -> None:
        if not self.sales:
            return
        order = self.sales[which % len(self.sales)].licence.line.order
        accruals.share_fees(order, euro(cents % 300), f"fees:{order.number}", self.now)

    def find(self, which: int, part: int) -> None:
        party = self.parties[which % 2]
        reserves.release(self.entries[1], Layer.PERFORMANCE, party, 1 + part % 10_000, "found", self.now)

    def close(self, _which: int, _cents: int) -> None:
        period = periods.Period(self.now.date(), self.now.date())
        self.now += timedelta(days=1)
        asked = royalty_closing.ask(period, self.now, staff())
        for account in royalty_closing._waiting(asked):
            royalty_closing.close(asked, account, self.now)
        asked.closed_at = self.now
        royalty_approval.approve_all(asked.id, self.now, staff())

    def pay(self, which: int, cents: int) -> None:
        statement = royalty_statements.latest_of(self.parties[which % 2].id, "EUR")
        if statement is None:
            return
        amount = payouts.outstanding(statement) if cents % 2 else euro(1 + cents)
        payouts.record(statement.number, amount, self.now.date(), f"TRX-{self.count}", self.now, None)

    def do(self, step: Step) -> None:
        """Try one thing; a refusal changes nothing and is as good as any outcome."""
        name, which, cents = step
        self.count += 1
        act: Callable[[int, int], None] = getattr(self, name)
        try:
            with db.session.begin_nested():
                act(which, cents)
        except DomainError:
            db.session.expire_all()


steps = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "refund", "learn_fee", "find", "close", "pay"]),
        st.integers(0, 5),
        st.integers(0, 30_000),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=25)
@given(steps)
def test_whatever_happens_every_cent_has_one_owner(app: Flask, done: list[Step]) -> None:
    world = World()

    for step in done:
        world.do(step)

    assert ledger.unbalanced_transactions() == []
    assert royalty_checks.differences() == []
    passed_on = ledger.balance(AccountKind.ROYALTY_EXPENSE, "EUR")
    owed = -ledger.balance(AccountKind.ROYALTY_PAYABLE, "EUR")
    kept = -ledger.balance(AccountKind.ROYALTY_RESERVE, "EUR")
    paid = -ledger.balance(AccountKind.BANK, "EUR")
    assert passed_on == owed + kept + paid
    assert kept >= euro(0)
    assert euro(0) <= passed_on <= sum((sale.net for sale in world.sales), euro(0))
    db.session.rollback()


def test_the_world_of_these_tests_really_sells_closes_and_pays(app: Flask) -> None:
    world = World()

    for step in (("sell", 0, 19_999), ("sell", 1, 9_999), ("find", 1, 4_999), ("close", 0, 0), ("pay", 0, 1)):
        world.do(step)

    assert -ledger.balance(AccountKind.BANK, "EUR") == euro(8000)
    assert royalty_checks.differences() == []
