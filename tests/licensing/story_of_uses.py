"""What is done with credit, in a story of the books: listens, copies, passes, tips, and the ways in which it ends."""

import threading
from datetime import timedelta

from flask import current_app
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import (
    grants,
    listening,
    listening_upkeep,
    orders,
    tips,
    wallet_expiry,
    wallet_refunds,
)
from licensing.grants import Grant, GrantStatus, Holder
from licensing.listening import Wish
from licensing.money import Money
from licensing.small_prices import GrantKind
from licensing.tips import Tip
from licensing.wallet import NotEnough, Wallet
from tests.licensing import wallets
from tests.licensing.stories import CUTS, NTH, Story, at, killed_after

USES = (*[GrantKind.LISTEN] * 3, GrantKind.DOWNLOAD, GrantKind.PASS)
RICHEST = select(Wallet.id).order_by(Wallet.balance_minor.desc(), Wallet.id)
OPEN = select(Grant.id).where(Grant.status == GrantStatus.OPEN).order_by(Grant.id)


class Uses(Story):
    """Credit is spent once for each use, and goes back, or ends, once."""

    @rule(nth=NTH, kind=st.sampled_from(USES), piece=st.integers(0, 1), offered=st.integers(5, 300), cut=CUTS)
    def somebody_buys_a_use(
        self, nth: int, kind: GrantKind, piece: int, offered: int, cut: int | None
    ) -> None:
        wallet_id = self.nth(RICHEST, nth % 2)
        assert wallet_id is not None
        wish = Wish("nl", offered=Money(offered, "EUR"), is_ticked=True)
        with killed_after(cut), transaction():
            owner = db.session.get_one(Wallet, wallet_id)
            self.attempt(lambda: self._take(kind, piece, Holder(wallet_id), owner, wish))

    @rule(nth=NTH, piece=st.integers(0, 1), cut=CUTS)
    def somebody_hears_with_a_pass_of_an_order(self, nth: int, piece: int, cut: int | None) -> None:
        pass_id = self.nth(OPEN.where(Grant.kind == GrantKind.PASS, Grant.order_line_id.is_not(None)), nth)
        if pass_id is not None:
            with killed_after(cut), transaction():
                holder = Holder(None, (db.session.get_one(Grant, pass_id).key,))
                self.attempt(lambda: self._take(GrantKind.LISTEN, piece, holder, None, Wish("nl")))

    @rule(nth=NTH)
    def sound_is_sent(self, nth: int) -> None:
        grant_id = self.nth(OPEN.where(Grant.kind != GrantKind.PASS), nth)
        if grant_id is not None:
            with transaction():
                grants.mark_started(grant_id, clock.now())

    @rule(nth=NTH, cut=CUTS)
    def a_stream_does_not_start(self, nth: int, cut: int | None) -> None:
        silent = OPEN.where(Grant.started_at.is_(None), Grant.wallet_id.is_not(None))
        grant_id = self.nth(silent.where(Grant.kind != GrantKind.PASS), nth)
        if grant_id is not None:
            for _ in range(2):
                with killed_after(cut), transaction():
                    listening.reverse(db.session.get_one(Grant, grant_id), "it did not start", clock.now())

    @rule(days=st.sampled_from((2, 40)), cut=CUTS)
    def uses_end(self, days: int, cut: int | None) -> None:
        with at(clock.now() + timedelta(days=days)), killed_after(cut):
            listening_upkeep.finish_all({})

    @rule(nth=NTH, minor=st.integers(200, 700), cut=CUTS)
    def somebody_tips_from_credit(self, nth: int, minor: int, cut: int | None) -> None:
        tip, wallet_id = Tip(Money(minor, "EUR"), orders.new_form_key()), self.nth(RICHEST, nth % 2)
        for _ in range(2):  # a form sent twice
            with killed_after(cut), transaction():
                giver = db.session.get_one(Wallet, wallet_id)
                self.attempt(lambda giver=giver: tips.from_credit(giver, tip, clock.now()))  # type: ignore[misc]

    @rule(minor=st.integers(1, 900), hands=st.integers(2, 4))
    def many_spend_at_once(self, minor: int, hands: int) -> None:
        wallet_id = self.nth(RICHEST, 0)
        spender = db.session.get_one(Wallet, wallet_id)
        before, spendable = spender.balance_minor, spender.spendable.minor
        db.session.rollback()

        spent = self._spend_at_once(wallet_id or 0, minor, hands)

        db.session.rollback()
        assert spent == min(hands, spendable // minor)
        assert db.session.get_one(Wallet, wallet_id).balance_minor == before - spent * minor
        db.session.rollback()

    @rule(nth=NTH, cut=CUTS)
    def somebody_wants_credit_back(self, nth: int, cut: int | None) -> None:
        wallet_id, key = self.nth(RICHEST, nth), orders.new_form_key()
        for _ in range(2):
            with killed_after(cut), transaction():
                owner = db.session.get_one(Wallet, wallet_id)
                self.attempt(lambda owner=owner: self._ask_back(owner, key))  # type: ignore[misc]

    @rule(cut=CUTS)
    def refunds_of_credit_are_followed(self, cut: int | None) -> None:
        with killed_after(cut):
            wallet_refunds.follow({})

    @rule(nth=NTH, cut=CUTS)
    def credit_is_forgotten_until_it_ends(self, nth: int, cut: int | None) -> None:
        wallet_id = self.nth(RICHEST, 3 + nth)
        ends_at = db.session.get_one(Wallet, wallet_id).expires_at
        db.session.rollback()
        for days in (-60, -14, 0):
            with killed_after(cut), transaction():
                wallet_expiry.follow(db.session.get_one(Wallet, wallet_id), ends_at + timedelta(days=days))

    def _take(self, kind: GrantKind, piece: int, holder: Holder, owner: Wallet | None, wish: Wish) -> None:
        """Press the button twice: the second press finds what the first one bought."""
        moment, entry = clock.now(), None if kind is GrantKind.PASS else self.piece(piece)
        bought = listening.take(kind, entry, holder, owner, wish, moment)
        left = owner.balance if owner else None
        assert listening.take(kind, entry, holder, owner, wish, moment) is bought
        assert left == (owner.balance if owner else None)

    def _ask_back(self, owner: Wallet, key: str) -> None:
        before = owner.balance
        back = wallet_refunds.ask(owner, key, clock.now())
        assert owner.balance == before - back

    def _spend_at_once(self, wallet_id: int, minor: int, hands: int) -> int:
        app, key, spent = current_app._get_current_object(), orders.new_form_key(), []  # type: ignore[attr-defined]

        def spend(number: int) -> None:
            with app.app_context():
                try:
                    with transaction():
                        spender = db.session.get_one(Wallet, wallet_id)
                        wallets.listen(spender, f"{key}-{number}", minor, clock.now())
                    spent.append(number)
                except NotEnough:
                    pass
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=spend, args=(number,)) for number in range(hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(spent)
