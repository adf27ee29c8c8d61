"""Credit that is not used ends, after two reminders; credit moves into an account, and is erased with it."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from archive import accounts, clock, job_runner
from archive.accounts import Account, Role
from archive.db import db
from catalogue import own_data
from licensing import ledger, wallet_checks, wallet_claims, wallet_expiry, wallet_links, wallet_uses
from licensing.ledger import AccountKind
from licensing.wallet import LASTS, VatMode, Wallet
from licensing.wallet_expiry import WalletReminder
from licensing.wallet_moves import MoveKind, WalletMove
from tests.licensing import wallets
from tests.licensing.wallets import NOW, euro


def researcher(email: str = "noor@studio.example") -> Account:
    return accounts.add(email, "Noor", Role.RESEARCHER, "paard batterij nietje", NOW)


def kinds_of(of: Wallet) -> list[MoveKind]:
    query = select(WalletMove.kind).where(WalletMove.wallet_id == of.id).order_by(WalletMove.id)
    return list(db.session.scalars(query))


def reminders(of: Wallet) -> list[int]:
    query = select(WalletReminder.days_before).where(WalletReminder.wallet_id == of.id)
    return list(db.session.scalars(query.order_by(WalletReminder.id)))


def test_credit_ends_two_years_after_its_last_use_and_two_reminders(app: Flask) -> None:
    due = wallets.guest(475)
    ends = NOW + LASTS

    wallet_expiry.follow(due, ends - timedelta(days=61))
    assert reminders(due) == []
    wallet_expiry.follow(due, ends - timedelta(days=60))
    wallet_expiry.follow(due, ends - timedelta(days=59))
    assert reminders(due) == [60]
    wallet_expiry.follow(due, ends - timedelta(days=14))
    assert reminders(due) == [60, 14]
    wallet_expiry.follow(due, ends - timedelta(seconds=1))
    assert due.balance == euro(475)
    wallet_expiry.follow(due, ends)

    assert due.balance == euro(0) == wallets.owed(due)
    assert ledger.balance(AccountKind.EXPIRED_CREDIT, "EUR") == euro(-475)
    assert kinds_of(due) == [MoveKind.TOP_UP, MoveKind.EXPIRED]


def test_after_a_long_silence_of_the_site_people_still_get_both_reminders_and_two_weeks(app: Flask) -> None:
    due = wallets.guest(475)
    late = NOW + LASTS + timedelta(days=90)

    for hours in (0, 6, 12):
        wallet_expiry.follow(due, late + timedelta(hours=hours))

    assert reminders(due) == [60, 14]
    assert due.balance == euro(475)
    wallet_expiry.follow(due, late + timedelta(days=15))
    assert due.balance == euro(0)


def test_a_use_puts_the_end_off_and_the_reminders_begin_anew(app: Flask) -> None:
    due = wallets.guest(500)
    soon = NOW + LASTS - timedelta(days=10)
    wallet_expiry.follow(due, soon)

    wallets.listen(due, "at last", moment=soon)

    wallet_expiry.follow(due, soon + timedelta(days=20))
    assert reminders(due) == [60]
    assert due.expires_at == soon + LASTS


def test_the_reminder_goes_to_the_guest_with_the_link(app: Flask) -> None:
    due = wallets.guest(475, moment=clock.now() - LASTS + timedelta(days=30))
    key = wallet_links.key_of(due)
    wallet_expiry.follow(due, clock.now())
    db.session.commit()

    job_runner.run_due()

    folder = app.config["SETTINGS"].data_dir / "mail"
    texts = [path.read_text().replace("=\n", "") for path in folder.glob("*.eml")]
    assert any(key in text and "4,75" in text for text in texts)


def test_a_guests_wallet_becomes_the_accounts_and_its_link_ends(app: Flask) -> None:
    guest, noor = wallets.guest(500), researcher()
    key = wallet_links.key_of(guest)

    own = wallet_claims.claim(guest, noor, NOW)

    assert own.id == guest.id
    assert (own.account_id, own.email) == (noor.id, None)
    assert wallet_links.find(key) is None


def test_credit_of_a_guest_moves_into_the_wallet_that_an_account_has(app: Flask) -> None:
    noor = researcher()
    own, guest = wallets.of_account(noor.id, 1000), wallets.guest(500)
    wallets.listen(guest, "before")

    for _ in range(2):
        wallet_claims.claim(guest, noor, NOW)

    assert (own.balance, guest.balance) == (euro(1475), euro(0))
    assert wallets.owed(own) == euro(1475)
    assert wallet_checks.differences() == []


def test_what_comes_back_or_in_late_for_a_claimed_wallet_reaches_the_account(app: Flask) -> None:
    noor = researcher()
    own, guest = wallets.of_account(noor.id, 1000), wallets.guest(500)
    wallets.listen(guest, "failed")
    wallet_claims.claim(guest, noor, NOW)

    wallet_uses.give_back(guest, "failed", "it did not start", NOW)
    wallets.top_up(guest, 2000)

    assert own.balance == euro(1000 + 500 + 2000) == wallets.owed(own)
    assert wallet_checks.differences() == []


def test_staff_take_no_credit_along(app: Flask) -> None:
    guest = wallets.guest(500)
    desk = accounts.add("licenties@example.org", "Licenties", Role.LICENSING, "paard batterij nietje", NOW)

    wallet_claims.claim(guest, desk, NOW)

    assert guest.account_id is None
    assert wallet_links.find(wallet_links.key_of(guest)) is not None


def test_ones_own_data_tell_the_credit_and_its_moves(app: Flask) -> None:
    noor = researcher()
    own = wallets.of_account(noor.id, 1000)
    wallets.listen(own, "one")

    told = own_data.of(noor, "nl")["wallet"]

    assert told["balance_minor"] == 975
    assert [move["amount_minor"] for move in told["moves"]] == [1000, -25]


def test_erasing_an_account_ends_its_credit_and_forgets_its_address(app: Flask) -> None:
    noor = researcher()
    own, guest = wallets.of_account(noor.id, 1000), wallets.guest(500)

    own_data.erase(noor, NOW)

    assert own.balance == euro(0) == wallets.owed(own)
    assert ledger.balance(AccountKind.EXPIRED_CREDIT, "EUR") == euro(-1000)
    assert guest.email is None
    assert wallet_checks.differences() == []


def test_the_proof_finds_a_balance_that_nobody_booked(app: Flask) -> None:
    made = wallets.guest(500)

    made.balance_minor = 501
    db.session.flush()

    assert wallet_checks.differences() == [
        f"wallet {made.id}: it holds 501, and the ledger owes 500",
        f"wallet {made.id}: it holds 501, and its moves sum to 500",
        f"wallet {made.id}: it holds 501, and its statement ends at 500",
    ]


def test_credit_taxed_another_way_stays_apart(app: Flask) -> None:
    noor = researcher()
    own, guest = wallets.of_account(noor.id, 1000), wallets.guest(500, vat_mode=VatMode.SINGLE)

    assert wallet_claims.claim(guest, noor, NOW).id == own.id
    assert (own.balance, guest.balance) == (euro(1000), euro(500))
