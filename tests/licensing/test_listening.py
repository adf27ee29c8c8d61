"""A use is charged once and opens for a while; what is not allowed, not here or not paid opens nothing."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from archive import storage
from archive.db import db
from archive.errors import Invalid, Refused, Unavailable
from archive.jobs import Job
from archive.transactions import transaction
from catalogue.entries import Access, Entry
from licensing import (
    accruals,
    dividing,
    grants,
    ledger,
    listening,
    rights,
    royalty_accounts,
    royalty_checks,
    royalty_rules,
    taxes,
    use_prices,
)
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.dividing import Holder as Whose
from licensing.dividing import Stake
from licensing.grants import Grant, GrantEvent, GrantStatus, Holder
from licensing.ledger import AccountKind
from licensing.listening import Wish
from licensing.place_of_supply import Category
from licensing.small_prices import GrantKind
from licensing.supply_consents import SupplyConsent
from licensing.use_prices import FreeReason, PriceMode
from licensing.wallet import NotEnough, Wallet
from licensing.wallet_moves import WalletMove
from tests.licensing import hearing, royalties, wallets
from tests.licensing.hearing import TICKED, TODAY, hear
from tests.licensing.wallets import NOW, euro

LATER = NOW + timedelta(hours=23, minutes=59)
TOO_LATE = NOW + timedelta(hours=24)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_listen_costs_credit_once_and_opens_for_a_day(app: Flask) -> None:
    owner, entry = wallets.guest(500), hearing.recording()

    first, again = hear(owner, entry), hear(owner, entry, LATER)

    assert again.id == first.id
    assert (first.gross, first.net, first.vat) == (euro(25), euro(21), euro(4))
    assert first.ends_at == TOO_LATE
    assert owner.balance == euro(475)
    assert not first.is_in_force(TOO_LATE)


def test_a_listen_after_its_day_is_charged_anew(app: Flask) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    first = hear(owner, entry)
    grants.mark_started(first.id, NOW)

    second = hear(owner, entry, TOO_LATE)

    assert (second.id != first.id, first.status) == (True, GrantStatus.ENDED)
    assert owner.balance == euro(450)


# Lesson 17
def test_twenty_presses_at_once_on_two_devices_charge_one_listen(app: Flask) -> None:
    owner_id, entry_id = wallets.guest(500).id, hearing.recording().id
    db.session.commit()
    together = Barrier(20)

    def press(_device: int) -> int:
        with app.app_context():
            together.wait(60)
            try:
                with transaction():
                    owner, entry = db.session.get_one(Wallet, owner_id), db.session.get_one(Entry, entry_id)
                    return hear(owner, entry).id
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        opened = {pool.submit(copy_context().run, press, device) for device in range(20)}
        given = {each.result() for each in opened}

    db.session.expire_all()
    assert len(given) == 1
    assert db.session.get_one(Wallet, owner_id).balance == euro(475)
    assert ledger.unbalanced_transactions() == []


def test_twenty_recordings_at_once_never_cost_more_than_the_credit(app: Flask) -> None:
    owner_id = wallets.guest(100).id
    ids = [hearing.recording(f"Take {number}", f"NR-{number}").id for number in range(20)]
    db.session.commit()
    together = Barrier(20)

    def press(entry_id: int) -> bool:
        with app.app_context():
            together.wait(60)
            try:
                with transaction():
                    hear(db.session.get_one(Wallet, owner_id), db.session.get_one(Entry, entry_id))
            except NotEnough:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(20) as pool:
        heard = [each.result() for each in [pool.submit(copy_context().run, press, entry) for entry in ids]]

    db.session.expire_all()
    assert sum(heard) == count(Grant) == 4
    assert db.session.get_one(Wallet, owner_id).balance == euro(0)
    assert royalty_checks.differences() == []


def test_the_database_refuses_a_second_open_grant_for_one_use(app: Flask) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    known = hear(owner, entry)
    columns = {
        column.name: getattr(known, column.name)
        for column in Grant.__table__.columns
        if column.name not in ("id", "key", "charge", "status", "starts_at", "used", "started_at")
    }

    with pytest.raises(IntegrityError):
        grants.add(NOW, "a second one", **columns)


def test_too_little_credit_opens_nothing_and_says_what_is_missing(app: Flask) -> None:
    owner, entry = wallets.guest(20), hearing.recording()
    db.session.commit()

    with pytest.raises(NotEnough) as refused, transaction():
        hear(owner, entry)

    assert refused.value.missing == euro(5)
    assert (count(Grant), count(royalty_accounts.Accrual)) == (0, 0)


def test_without_credit_at_all_one_is_led_to_it(app: Flask) -> None:
    entry = hearing.recording()

    with pytest.raises(Refused, match="Add credit first"):
        listening.take(GrantKind.LISTEN, entry, Holder(), None, TICKED, NOW)


@pytest.mark.parametrize(
    ("basis", "status"),
    [
        (Basis.UNKNOWN, ClaimStatus.ASSERTED),
        (Basis.OUT_OF_COMMERCE, ClaimStatus.CONFIRMED),
        (Basis.EXCEPTION, ClaimStatus.CONFIRMED),
        (Basis.OWNED, ClaimStatus.DISPUTED),
    ],
)
def test_what_the_rights_do_not_allow_is_not_sold(app: Flask, basis: Basis, status: ClaimStatus) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    rights.record(entry, Layer.LYRICS, basis, status, NOW)

    with pytest.raises(Refused):
        hear(owner, entry)

    assert owner.balance == euro(500)


@pytest.mark.parametrize("access", [Access.OPEN, Access.ON_SITE, Access.CLOSED])
def test_what_is_open_or_closed_to_all_is_not_sold(app: Flask, access: Access) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    entry.access = access

    with pytest.raises(Refused):
        hear(owner, entry)


def test_the_reasons_of_the_decision_are_kept_with_the_grant(app: Flask) -> None:
    granted = hear(wallets.guest(500), hearing.recording())

    assert {layer for layer, _why in granted.decided} == {"composition", "performance", "master"}


def test_sound_that_is_not_here_costs_nothing(app: Flask) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    sound = listening.sound_of(entry.id)
    assert sound is not None
    storage.vault().delete(sound.storage_key)

    with pytest.raises(Unavailable):
        hear(owner, entry)

    assert owner.balance == euro(500)


def test_a_listen_that_never_began_is_given_back_at_its_end(app: Flask) -> None:
    performers = royalties.holder()
    owner, entry = wallets.guest(500), hearing.recording_of(performers)
    granted = hear(owner, entry)
    assert (royalties.owed(performers), owner.balance) == (8, euro(475))

    listening.finish(granted, TOO_LATE)

    assert granted.status is GrantStatus.REVERSED
    assert owner.balance == euro(500) == wallets.owed(owner)
    assert royalties.owed(performers) == 0
    assert hearing.balance(AccountKind.REVENUE) == hearing.balance(AccountKind.VAT_PAYABLE) == 0
    assert royalty_checks.differences() == []


def test_a_listen_is_given_back_once(app: Flask) -> None:
    owner = wallets.guest(500)
    granted = hear(owner, hearing.recording())

    for _ in range(2):
        listening.reverse(granted, "the file was gone", NOW)

    assert owner.balance == euro(500)
    assert [move.kind.value for move in db.session.scalars(select(WalletMove))][-2:] == [
        "spent",
        "given_back",
    ]


def test_a_listen_that_began_is_not_given_back(app: Flask) -> None:
    owner = wallets.guest(500)
    granted = hear(owner, hearing.recording())
    grants.mark_started(granted.id, NOW)

    listening.finish(granted, TOO_LATE)

    assert (granted.status, owner.balance) == (GrantStatus.ENDED, euro(475))


def test_each_move_of_a_grant_is_written_down(app: Flask) -> None:
    granted = hear(wallets.guest(500), hearing.recording())
    listening.reverse(granted, "the file was gone", NOW)

    moves = db.session.scalars(select(GrantEvent).order_by(GrantEvent.id)).all()

    assert [(move.before, move.after, move.why) for move in moves] == [
        (None, GrantStatus.OPEN, "charged to credit"),
        (GrantStatus.OPEN, GrantStatus.REVERSED, "the file was gone"),
    ]
    with pytest.raises(Refused):
        grants.move(granted, GrantStatus.OPEN, NOW, "again")


def test_price_vat_royalties_and_credit_are_one_transaction_of_the_ledger(app: Flask) -> None:
    performers = royalties.holder()
    granted = hear(wallets.guest(500), hearing.recording_of(performers))

    booked = db.session.scalars(
        select(ledger.LedgerTransaction).where(ledger.LedgerTransaction.reference == granted.charge)
    ).one()

    lines = {(entry.account.kind, entry.amount_minor) for entry in booked.entries}
    assert lines == {
        (AccountKind.WALLET_LIABILITY, 25),
        (AccountKind.REVENUE, -21),
        (AccountKind.VAT_PAYABLE, -4),
        (AccountKind.ROYALTY_EXPENSE, 8),
        (AccountKind.ROYALTY_PAYABLE, -8),
    }


@given(price=st.integers(1, 10_000), share=st.integers(1, 9_999))
def test_the_parts_of_a_use_sum_to_its_price_whatever_the_shares(price: int, share: int) -> None:
    taxed = taxes.included_in(euro(price), taxes.rate_for("NL", Category.STANDARD, TODAY))
    held = [
        Stake(Layer.PERFORMANCE, Basis.REPRESENTED, ClaimStatus.CONFIRMED, share, 1),
        Stake(Layer.PERFORMANCE, Basis.REPRESENTED, ClaimStatus.CONFIRMED, 10_000 - share, 2),
        Stake(Layer.MASTER, Basis.OWNED, ClaimStatus.CONFIRMED, 10_000, None),
    ]

    parts = dividing.divide(taxed.net, held, [Layer.COMPOSITION], royalty_rules.on(TODAY).weights)

    assert taxed.net + taxed.vat == euro(price)
    assert sum(part.base.minor for part in parts) == taxed.net.minor
    assert {part.holder for part in parts} == {Whose.PARTY, Whose.ARCHIVE, Whose.RESERVE}


def test_a_use_without_ticked_consent_is_refused(app: Flask) -> None:
    owner, entry = wallets.guest(500), hearing.recording()

    with pytest.raises(Invalid, match="Tick the box"):
        hear(owner, entry, wish=Wish("nl"))

    assert count(SupplyConsent) == 0


def test_consent_is_kept_with_its_text_and_not_asked_for_again(app: Flask) -> None:
    owner = wallets.guest(500)
    hear(owner, hearing.recording())

    second = hear(owner, hearing.recording("Tweede", "NR-2"), wish=Wish("nl"))

    given = db.session.scalars(select(SupplyConsent)).one()
    assert (given.text_version, given.given_at, second.consent_id) == ("2026-1", NOW, given.id)
    assert "niet meer kan herroepen" in given.text


def test_consent_is_confirmed_by_mail_once(app: Flask) -> None:
    owner = wallets.guest(500)
    hear(owner, hearing.recording())
    hear(owner, hearing.recording("Tweede", "NR-2"))

    posted = db.session.scalars(select(Job).where(Job.name == "mail.deliver")).all()

    confirmed = [job for job in posted if "niet meer kan herroepen" in str(job.payload)]
    assert len(confirmed) == 1
    assert wallets.GUEST in str(confirmed[0].payload)


def test_another_text_is_consented_to_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = wallets.guest(500)
    hear(owner, hearing.recording())
    monkeypatch.setattr("licensing.supply_consents.VERSION", "2027-1")

    with pytest.raises(Invalid):
        hear(owner, hearing.recording("Tweede", "NR-2"), wish=Wish("nl"))

    hear(owner, hearing.recording("Derde", "NR-3"))
    assert count(SupplyConsent) == 2


def test_a_price_that_has_changed_since_the_page_was_opened_is_not_charged(app: Flask) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    use_prices.set_price(entry, GrantKind.LISTEN, PriceMode.FIXED, euro(40), None, NOW, None)

    with pytest.raises(listening.PriceChanged) as changed:
        hear(owner, entry, wish=Wish("nl", seen=euro(25), is_ticked=True))

    assert changed.value.price == euro(40)
    assert hear(owner, entry, wish=Wish("nl", seen=euro(40), is_ticked=True)).gross == euro(40)


@pytest.mark.parametrize(("offered", "charged"), [(100, 100), (250, 250), (None, 100)])
def test_one_pays_what_one_wants_above_the_floor(app: Flask, offered: int | None, charged: int) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    use_prices.set_price(entry, GrantKind.LISTEN, PriceMode.OPEN, euro(100), None, NOW, None)

    wish = Wish("nl", offered=euro(offered) if offered else None, is_ticked=True)

    assert hear(owner, entry, wish=wish).gross == euro(charged)


@pytest.mark.parametrize("offered", [99, 0, -500, 10_001])
def test_below_the_floor_and_above_all_sense_nothing_is_charged(app: Flask, offered: int) -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    use_prices.set_price(entry, GrantKind.LISTEN, PriceMode.OPEN, euro(100), None, NOW, None)

    with pytest.raises(Invalid, match="Choose an amount from"):
        hear(owner, entry, wish=Wish("nl", offered=euro(offered), is_ticked=True))


def test_nothing_costs_nothing_without_a_reason(app: Flask) -> None:
    entry = hearing.recording()

    for mode, amount, reason in (
        (PriceMode.FREE, 0, None),
        (PriceMode.FREE, 0, FreeReason.PASS),
        (PriceMode.FIXED, 0, None),
        (PriceMode.OPEN, 0, None),
        (PriceMode.FIXED, 25, FreeReason.FUNDED),
        (PriceMode.LISTED, 25, None),
    ):
        with pytest.raises(Invalid):
            use_prices.set_price(entry, GrantKind.LISTEN, mode, euro(amount), reason, NOW, None)


def test_the_database_refuses_a_free_grant_without_a_reason(app: Flask) -> None:
    granted = hear(wallets.guest(500), hearing.recording())
    granted.gross_minor = granted.net_minor = granted.vat_minor = 0

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_day_pass_opens_every_recording_at_no_further_cost(app: Flask) -> None:
    owner = wallets.guest(600)
    bought = hearing.day_pass(owner)

    heard = [hear(owner, hearing.recording(f"Take {number}", f"NR-{number}"), LATER) for number in range(3)]

    assert owner.balance == euro(100)
    assert {(each.pass_id, each.gross_minor, each.free_reason) for each in heard} == {
        (bought.id, 0, FreeReason.PASS)
    }
    assert {each.ends_at for each in heard} == {bought.ends_at}
    assert hearing.day_pass(owner, LATER).id == bought.id


def test_a_day_pass_does_not_open_what_the_rights_keep_closed(app: Flask) -> None:
    owner, entry = wallets.guest(600), hearing.recording()
    rights.record(entry, Layer.LYRICS, Basis.UNKNOWN, ClaimStatus.ASSERTED, NOW)
    hearing.day_pass(owner)

    with pytest.raises(Refused):
        hear(owner, entry)


def test_what_a_wallet_without_credit_left_has_paid_for_stays_open(app: Flask) -> None:
    owner, entry = wallets.guest(25), hearing.recording()
    first = hear(owner, entry)

    assert owner.balance == euro(0)
    assert hear(owner, entry, LATER).id == first.id


def test_somebody_elses_grant_opens_nothing(app: Flask) -> None:
    one, other, entry = wallets.guest(500), wallets.guest(500), hearing.recording()
    first = hear(one, entry)

    assert grants.find_open(Holder(other.id), GrantKind.LISTEN, entry.id) is None
    assert hear(other, entry).id != first.id


def test_listeners_abroad_are_taxed_and_counted_there(app: Flask) -> None:
    owner = wallets.guest(500)
    owner.country = "BE"

    granted = hear(owner, hearing.recording())

    accrual = accruals.of_grant(granted.id)
    assert accrual is not None
    assert (granted.country, accrual.country, accrual.use, accrual.number) == ("BE", "BE", "listen", "")
