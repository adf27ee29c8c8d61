"""Credit comes in by a paid order, goes out once per use, and is never more than the ledger owes."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from archive.db import db
from archive.errors import Refused
from licensing import ledger, top_ups, wallet, wallet_expiry, wallet_refunds, wallet_uses
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import LineKind
from licensing.wallet import NotEnough, VatMode
from licensing.wallet_moves import MoveKind, WalletMove
from tests.licensing import wallets
from tests.licensing.wallets import NOW, euro


def moves_of(wallet_id: int) -> list[WalletMove]:
    query = db.select(WalletMove).where(WalletMove.wallet_id == wallet_id).order_by(WalletMove.id)
    return list(db.session.scalars(query))


def test_a_paid_top_up_is_credit_and_not_yet_revenue(app: Flask) -> None:
    topped = wallets.guest(1000)

    assert topped.balance == euro(1000) == wallets.owed(topped)
    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == euro(1000)
    assert ledger.balance(AccountKind.REVENUE, "EUR") == euro(0)
    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR") == euro(0)


def test_a_top_up_that_is_handed_over_twice_is_credited_once(app: Flask) -> None:
    topped = wallets.guest(0)
    order = wallets.top_up(topped, 500)

    top_ups.credit(order, NOW)

    assert topped.balance == euro(500)


def test_a_use_takes_credit_and_books_revenue_and_vat(app: Flask) -> None:
    spender = wallets.guest(500)

    move = wallets.listen(spender, "one")

    assert (move.kind, move.amount_minor, move.balance_minor) == (MoveKind.SPENT, -25, 475)
    assert spender.balance == euro(475) == wallets.owed(spender)
    assert ledger.balance(AccountKind.REVENUE, "EUR", "listen") == euro(-21)
    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR", "NL:2100") == euro(-4)


def test_the_same_use_is_charged_once(app: Flask) -> None:
    spender = wallets.guest(500)

    moves = {wallets.listen(spender, "one").id for _ in range(3)}

    assert len(moves) == 1
    assert spender.balance == euro(475)


def test_the_same_key_in_two_wallets_is_two_uses(app: Flask) -> None:
    first, second = wallets.guest(500), wallets.guest(500)

    wallets.listen(first, "one")
    wallets.listen(second, "one")

    assert (first.balance, second.balance) == (euro(475), euro(475))


def test_too_little_credit_is_refused_and_says_how_much_is_missing(app: Flask) -> None:
    spender = wallets.guest(500)
    wallets.listen(spender, "much", 490)

    with pytest.raises(NotEnough) as refused:
        wallets.listen(spender, "more", 25)

    assert refused.value.missing == euro(15)
    assert "€0.15" in str(refused.value) or "0,15" in str(refused.value)
    assert spender.balance == euro(10) == wallets.owed(spender)


def test_what_is_given_back_can_be_spent_again_under_a_new_key(app: Flask) -> None:
    spender = wallets.guest(500)
    wallets.listen(spender, "failed")

    for _ in range(2):
        wallet_uses.give_back(spender, "failed", "the sound did not start", NOW)

    assert spender.balance == euro(500) == wallets.owed(spender)
    assert [move.kind for move in moves_of(spender.id)] == [
        MoveKind.TOP_UP,
        MoveKind.SPENT,
        MoveKind.GIVEN_BACK,
    ]
    with pytest.raises(Refused):
        wallets.listen(spender, "failed")
    wallets.listen(spender, "again")
    assert spender.balance == euro(475)


def test_nothing_comes_back_of_what_was_not_spent(app: Flask) -> None:
    spender = wallets.guest(500)

    assert wallet_uses.give_back(spender, "never", "by mistake", NOW) is None
    assert spender.balance == euro(500)


def test_the_database_refuses_a_balance_below_zero(app: Flask) -> None:
    spender = wallets.guest(500)

    spender.balance_minor = -1

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_use_must_be_booked_to_the_cent(app: Flask) -> None:
    spender = wallets.guest(500)

    with pytest.raises(ledger.Unbalanced):
        wallet_uses.spend(spender, euro(25), LineKind.LISTEN, "crooked", "grant:1", [], NOW)

    assert spender.balance == euro(500)


def test_every_use_puts_off_the_day_on_which_credit_ends(app: Flask) -> None:
    spender = wallets.guest(500)
    later = NOW + wallet.LASTS / 2

    wallets.listen(spender, "late", moment=later)

    assert spender.expires_at == later + wallet.LASTS


def vat_of(kind: AccountKind) -> Money:
    return ledger.balance(kind, "EUR")


def test_where_vat_is_due_at_the_top_up_a_use_takes_it_from_what_was_paid_ahead(app: Flask) -> None:
    spender = wallets.guest(500, vat_mode=VatMode.SINGLE)
    assert (vat_of(AccountKind.VAT_PAYABLE), vat_of(AccountKind.WALLET_VAT)) == (euro(-87), euro(87))

    wallets.listen(spender, "one")

    assert (vat_of(AccountKind.VAT_PAYABLE), vat_of(AccountKind.WALLET_VAT)) == (euro(-87), euro(83))
    assert spender.balance == euro(475) == wallets.owed(spender)


def test_vat_that_was_paid_ahead_is_kept_back_from_credit_that_ends(app: Flask) -> None:
    ending = wallets.guest(500, vat_mode=VatMode.SINGLE)

    wallet_expiry.end(ending, NOW)

    assert vat_of(AccountKind.WALLET_VAT) == euro(0)
    assert vat_of(AccountKind.VAT_PAYABLE) == euro(-87)
    assert ledger.balance(AccountKind.EXPIRED_CREDIT, "EUR") == euro(-413)


def test_the_page_for_staff_names_the_figures_that_hold() -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "licensing" / "wallet.md").read_text().split())
    steps = "{}, {} or {}".format(*(step // 100 for step in top_ups.STEPS))

    assert f"with {steps} euro" in page
    assert f"at most {top_ups.MOST // 100} euro" in page
    assert f"two years ({wallet.LASTS.days} days)" in page
    assert "{} and {} days before".format(*wallet_expiry.DAYS_BEFORE) in page
    assert timedelta(minutes=10) == wallet_refunds.FOLLOW_EVERY
    assert "within ten minutes" in page
