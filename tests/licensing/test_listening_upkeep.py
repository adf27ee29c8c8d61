"""What time does: grants end, a day pass is divided over what was heard, and who heard it is forgotten."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from archive.db import db
from licensing import (
    accruals,
    grants,
    ledger,
    listening,
    listening_upkeep,
    royalty_checks,
    royalty_pages,
    royalty_tables,
)
from licensing.gateways.books import DisputeStanding
from licensing.grants import Grant, GrantStatus
from licensing.ledger import LedgerTransaction
from licensing.orders import LineKind, PricedLine
from licensing.parties import Party
from licensing.payments import Payment
from licensing.royalty_accounts import Accrual
from licensing.royalty_statements import Shown
from tests.licensing import hearing, refunding, royalties, sales, wallets
from tests.licensing.hearing import hear
from tests.licensing.test_dispute_handling import told
from tests.licensing.wallets import NOW, euro

DAY = timedelta(days=1)
AFTER = NOW + DAY


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set the clock by `set_clock`."""
    return monkeypatch


def set_clock(now: pytest.MonkeyPatch, moment: object) -> None:
    now.setattr("archive.clock.now", lambda: moment)


def pass_line(net: int = 413) -> PricedLine:
    return PricedLine(
        entry_id=None,
        title="Dagpas",
        kind=LineKind.PASS,
        choice={},
        summary="",
        net=euro(net),
        vat=euro(net).percent_of(2100),
        vat_code="S",
        vat_bp=2100,
        vat_country="NL",
        trace=[],
        rate_card="2026-1",
    )


def begin(grant: Grant) -> None:
    grants.mark_started(grant.id, NOW)


def test_grants_end_by_themselves_and_what_never_began_is_given_back(
    app: Flask, now: pytest.MonkeyPatch
) -> None:
    owner = wallets.guest(500)
    heard = hear(owner, hearing.recording())
    hear(owner, hearing.recording("Tweede", "NR-2"))
    begin(heard)
    db.session.commit()
    set_clock(now, AFTER)

    for _ in range(2):
        listening_upkeep.finish_all({})

    states = db.session.scalars(select(Grant.status).order_by(Grant.id)).all()
    assert states == [GrantStatus.ENDED, GrantStatus.REVERSED]
    assert owner.balance == euro(475)


def test_grants_that_are_still_open_are_left_alone(app: Flask, now: pytest.MonkeyPatch) -> None:
    granted = hear(wallets.guest(500), hearing.recording())
    db.session.commit()
    set_clock(now, AFTER - timedelta(seconds=1))

    listening_upkeep.finish_all({})

    assert granted.status is GrantStatus.OPEN


def test_a_day_pass_is_divided_over_what_was_heard_with_it(app: Flask, now: pytest.MonkeyPatch) -> None:
    owner, wim = wallets.guest(500), royalties.holder()
    hearing.day_pass(owner)
    pieces = [hearing.recording_of(wim, f"Take {number}", f"NR-{number}") for number in range(3)]
    for piece in pieces[:2]:
        begin(hear(owner, piece))
    hear(owner, pieces[2])  # opened, and never begun
    db.session.commit()
    set_clock(now, AFTER)

    for _ in range(2):
        listening_upkeep.finish_all({})

    booked = db.session.scalars(select(Accrual).order_by(Accrual.id)).all()
    assert [(each.use, each.net_minor) for each in booked] == [("pass", 207), ("pass", 206)]
    assert sum(each.net_minor for each in booked) == 413
    # Half of each is the performance; of that the archive keeps its 30 %.
    assert royalties.owed(wim) == 73 + 72
    assert royalty_checks.differences() == []
    assert ledger.unbalanced_transactions() == []


@given(net=st.integers(1, 5000), heard=st.integers(1, 700))
def test_no_cent_of_a_pass_is_lost_however_much_was_heard(net: int, heard: int) -> None:
    shares = euro(net).allocate([1] * heard)

    assert sum(share.minor for share in shares) == net
    assert max(shares).minor - min(shares).minor <= 1


def test_a_pass_of_an_order_opens_what_its_holder_hears(app: Flask) -> None:
    order = sales.paid([pass_line()])
    given_ = grants.of_lines([order.lines[0].id])[0]
    holder = grants.Holder(pass_keys=(given_.key,))
    piece = hearing.recording()

    granted = listening.take(listening.GrantKind.LISTEN, piece, holder, None, hearing.TICKED, NOW)
    again = listening.take(listening.GrantKind.LISTEN, piece, holder, None, hearing.TICKED, NOW)

    assert (granted.pass_id, again.id) == (given_.id, granted.id)
    assert given_.ends_at == NOW + DAY


def heard_with_a_pass(wim: Party, payment: Payment, pieces: int = 2) -> Grant:
    """Hear some pieces of Wim's with the pass that a payment bought."""
    day_pass = grants.of_lines([payment.order.lines[0].id])[0]
    holder = grants.Holder(pass_keys=(day_pass.key,))
    for number in range(pieces):
        piece = hearing.recording_of(wim, f"Take {number}", f"NR-{number}")
        begin(listening.take(listening.GrantKind.LISTEN, piece, holder, None, hearing.TICKED, NOW))
    db.session.commit()
    return day_pass


def finish(now: pytest.MonkeyPatch) -> None:
    set_clock(now, AFTER)
    for _ in range(2):
        listening_upkeep.finish_all({})


# Invariant 12
def test_a_pass_that_is_paid_back_after_it_was_divided_is_taken_back_from_the_holders(
    app: Flask, now: pytest.MonkeyPatch
) -> None:
    wim, payment = royalties.holder(), refunding.paid([pass_line()])
    heard_with_a_pass(wim, payment)
    finish(now)
    owed = [royalties.owed(wim)]

    for key, minor in (("a quarter", 125), ("the rest", 375)):
        refunding.given_back(payment, minor, key)
        owed.append(royalties.owed(wim))

    # 4.13 without VAT, half of it the performance, of which the archive keeps 30 %. Of 1.25 it is 1.03 that goes back:
    # 1.55 is left of each take, and 0.55 of that is Wim's.
    assert owed == [145, 110, 0]
    assert [accruals.left_of(each).minor for each in db.session.scalars(select(Accrual))] == [0, 0]
    assert royalty_checks.differences() == []
    assert ledger.unbalanced_transactions() == []


def test_what_went_back_of_a_pass_before_is_not_divided(app: Flask, now: pytest.MonkeyPatch) -> None:
    wim, payment = royalties.holder(), refunding.paid([pass_line()])
    heard_with_a_pass(wim, payment)

    refunding.given_back(payment, 250)
    db.session.commit()
    finish(now)

    booked = db.session.scalars(select(Accrual).order_by(Accrual.id)).all()
    assert [(each.net_minor, each.vat_minor) for each in booked] == [(104, 22), (103, 21)]


def test_a_pass_that_is_paid_back_whole_before_it_ends_is_never_divided(
    app: Flask, now: pytest.MonkeyPatch
) -> None:
    wim, payment = royalties.holder(), refunding.paid([pass_line()])
    day_pass = heard_with_a_pass(wim, payment)

    refunding.given_back(payment, 500)
    db.session.commit()
    finish(now)

    assert (day_pass.status, royalties.owed(wim)) == (GrantStatus.REVOKED, 0)
    assert db.session.scalars(select(Accrual)).all() == []


@pytest.mark.parametrize("is_divided", [True, False])
def test_what_a_bank_took_back_of_a_pass_is_taken_back_or_never_divided(
    app: Flask, now: pytest.MonkeyPatch, *, is_divided: bool
) -> None:
    payment = refunding.paid([pass_line()])
    heard_with_a_pass(royalties.holder(), payment)
    if is_divided:
        finish(now)

    told(payment, DisputeStanding.LOST, 250)
    db.session.commit()
    finish(now)

    left = [accruals.left_of(each).minor for each in db.session.scalars(select(Accrual))]
    assert sum(left) in (206, 207)  # half of 4.13
    assert royalty_checks.differences() == []
    assert ledger.unbalanced_transactions() == []


def test_a_copy_that_is_paid_back_is_taken_back_from_the_holders(app: Flask) -> None:
    wim = royalties.holder()
    line = sales.line_for(hearing.recording_of(wim), 207, kind=LineKind.DOWNLOAD, choice={})
    payment = refunding.paid([line])
    before = royalties.owed(wim)

    refunding.given_back(payment, payment.amount_minor)

    assert (before, royalties.owed(wim)) == (73, 0)
    assert grants.of_lines([payment.order.lines[0].id])[0].status is GrantStatus.REVOKED


def test_money_that_went_back_ends_a_pass_and_what_it_opened(app: Flask) -> None:
    order = sales.paid([pass_line()])
    day_pass = grants.of_lines([order.lines[0].id])[0]
    holder = grants.Holder(pass_keys=(day_pass.key,))
    heard = listening.take(listening.GrantKind.LISTEN, hearing.recording(), holder, None, hearing.TICKED, NOW)

    listening.revoke_of_order(order, "refunded", NOW)

    assert {day_pass.status, heard.status} == {GrantStatus.REVOKED}


def test_a_copy_that_was_ordered_is_given_once_and_divided(app: Flask) -> None:
    wim = royalties.holder()
    piece = hearing.recording_of(wim)
    line = sales.line_for(piece, 207, kind=LineKind.DOWNLOAD, choice={})
    order = sales.paid([line])

    again = listening.give(order.lines[0], order, NOW)

    accrual = accruals.of_grant(again.id)
    assert accrual is not None
    assert (accrual.order_id, accrual.use, accrual.net_minor) == (order.id, "download", 207)
    assert (again.max_uses, again.gross) == (5, euro(250))
    assert royalties.owed(wim) == 73


def test_the_link_between_listener_and_piece_is_dropped_after_its_days(
    app: Flask, now: pytest.MonkeyPatch
) -> None:
    owner = wallets.guest(500)
    granted = hear(owner, hearing.recording())
    begin(granted)
    charge = granted.charge
    db.session.commit()
    set_clock(now, AFTER)
    listening_upkeep.finish_all({})

    for days, is_known in ((90, True), (92, False)):
        set_clock(now, NOW + timedelta(days=days))
        listening_upkeep.forget_all({})
        db.session.expire_all()
        assert (granted.wallet_id == owner.id) is is_known

    assert (granted.charge, granted.consent_id) == (None, None)
    # What the ledger keeps leads to the wallet and to no piece.
    kept = db.session.scalars(select(LedgerTransaction).where(LedgerTransaction.reference == charge)).one()
    assert str(granted.piece.pid) not in kept.key + kept.reference


def test_nothing_is_forgotten_before_rights_holders_have_their_statement(
    app: Flask, now: pytest.MonkeyPatch
) -> None:
    wim = royalties.holder()
    royalties.agree(wim)
    granted = hear(wallets.guest(500), hearing.recording_of(wim))
    begin(granted)
    db.session.commit()
    long_after = NOW + timedelta(days=400)
    set_clock(now, long_after)
    listening_upkeep.finish_all({})

    listening_upkeep.forget_all({})
    db.session.expire_all()
    assert granted.wallet_id is not None

    royalties.close()
    listening_upkeep.forget_all({})
    db.session.expire_all()
    assert granted.wallet_id is None


def test_a_statement_counts_uses_by_piece_kind_and_country_and_names_nobody(app: Flask) -> None:
    wim = royalties.holder()
    royalties.agree(wim, commission_bp=0)
    piece = hearing.recording_of(wim)
    for country in ("NL", "NL", "BE"):
        begin(hear(wallets.guest(500, country=country), piece))
    hearing.fetch(wallets.guest(500), piece)

    royalties.close()

    statement = royalties.statement_of(wim)
    rows = royalty_tables.grouped(statement.lines)[Shown.BOOKED]
    assert [(row["pid"], row["use"], row["country"], row["units"]) for row in rows] == [
        (piece.pid, "listen", "NL", 2),
        (piece.pid, "listen", "BE", 1),
        (piece.pid, "download", "NL", 1),
    ]
    assert {line.reference for line in statement.lines} == {""}
    assert [row["use"] for group in royalty_pages.groups(statement) for row in group["rows"]]


def test_the_statement_for_machines_has_one_row_for_uses_of_a_kind(app: Flask) -> None:
    wim = royalties.holder()
    royalties.agree(wim, commission_bp=0)
    piece = hearing.recording_of(wim)
    for _ in range(3):
        begin(hear(wallets.guest(500), piece))

    royalties.close()

    table = royalty_tables.as_csv(royalties.statement_of(wim)).splitlines()
    assert len(table) == 2
    assert ",listen," in table[1]
    assert ",3,EUR," in table[1]
