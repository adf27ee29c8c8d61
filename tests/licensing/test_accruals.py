"""What is owed to whom when a licence is given, and what becomes of it when money goes back or a holder is found."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from archive.db import db
from archive.errors import Invalid, Refused
from licensing import accruals, ledger, reserves
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.dividing import Holder
from licensing.ledger import AccountKind
from licensing.orders import LineKind
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement
from licensing.royalty_rules import Fees
from tests.licensing import royalties
from tests.licensing.royalties import NOON, agree, claim, euro, holder, owed, played_by, sell


def reserve(layer: Layer = Layer.PERFORMANCE) -> int:
    return -royalties.balance(AccountKind.ROYALTY_RESERVE, layer.value)


def passed_on() -> int:
    return royalties.balance(AccountKind.ROYALTY_EXPENSE)


def test_a_holder_is_owed_its_part_less_the_commission_of_the_day(app: Flask) -> None:
    wim = holder()
    agree(wim)

    sell(played_by(wim), 18050)

    assert owed(wim) == 7220  # half of € 180.50, less 20 %
    assert passed_on() == 7220
    assert ledger.unbalanced_transactions() == []


def test_without_terms_those_of_the_house_hold(app: Flask) -> None:
    wim = holder()

    sell(played_by(wim), 20000)

    assert owed(wim) == 7000


def test_later_terms_do_not_touch_what_was_sold_before(app: Flask) -> None:
    wim = holder()
    agree(wim)
    accrual = sell(played_by(wim), 20000)

    agree(wim, commission_bp=9000)
    accruals.take_back(accrual, euro(10000), "refund", "refund:1", NOON)

    assert owed(wim) == 4000


def test_a_later_claim_does_not_touch_what_was_sold_before(app: Flask) -> None:
    wim, entry = holder(), royalties.recording()
    claim(entry, Layer.MASTER, Basis.OWNED)
    claim(entry, Layer.COMPOSITION, Basis.PUBLIC_DOMAIN)
    accrual = sell(entry, 20000)

    claim(entry, Layer.PERFORMANCE, Basis.REPRESENTED, wim)

    assert royalties.parts(accrual) == [
        ("performance", Holder.RESERVE, 10000),
        ("master", Holder.ARCHIVE, 10000),
    ]


def test_what_nobody_is_known_for_is_kept_on_an_account_of_its_own(app: Flask) -> None:
    sell(played_by(None), 20000)

    assert reserve() == 7000
    assert [(found.layer, found.amount, found.sales) for found in reserves.standing()] == [
        (Layer.PERFORMANCE, euro(7000), 1)
    ]


def test_a_licence_is_divided_once(app: Flask) -> None:
    wim = holder()
    licence = royalties.licence_of(played_by(wim), 20000)

    first, second = accruals.book(licence, NOON), accruals.book(licence, NOON)

    assert first is second
    assert owed(wim) == 7000


def test_the_database_refuses_a_second_division(app: Flask) -> None:
    accrual = sell(played_by(None), 20000)
    columns = {
        column.key: getattr(accrual, column.key) for column in Accrual.__table__.columns if column.key != "id"
    }

    db.session.add(Accrual(**columns))

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_layer_that_was_left_out_takes_no_part(app: Flask) -> None:
    wim = holder()
    licence = royalties.licence_of(played_by(wim), 20000, layers_excluded=("performance",))

    accruals.book(licence, NOON)

    assert owed(wim) == 0


def test_a_technical_fee_is_the_archives(app: Flask) -> None:
    licence = royalties.licence_of(played_by(holder()), 20000, kind=LineKind.TECHNICAL_FEE)

    assert accruals.book(licence, NOON) is None
    assert passed_on() == 0


@pytest.mark.parametrize("table", [Accrual, AccrualPart, RoyaltyMovement])
@pytest.mark.parametrize("verb", [update, delete])
def test_what_is_booked_is_never_changed(app: Flask, table: type, verb: object) -> None:
    sell(played_by(holder()), 20000)
    db.session.commit()
    statement = verb(table)  # type: ignore[operator]

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(statement.values(id=99) if verb is update else statement)
    db.session.rollback()


def test_money_that_goes_back_is_reversed_and_nothing_is_deleted(app: Flask) -> None:
    wim = holder()
    accrual = sell(played_by(wim), 20000)
    before = db.session.scalar(select(func.count()).select_from(RoyaltyMovement)) or 0

    accruals.take_back(accrual, None, "charge-back", "dispute:1", NOON)

    assert (owed(wim), passed_on()) == (0, 0)
    assert db.session.scalar(select(func.count()).select_from(RoyaltyMovement)) == before + 1
    assert ledger.unbalanced_transactions() == []


def test_the_same_refund_is_taken_back_once(app: Flask) -> None:
    wim = holder()
    accrual = sell(played_by(wim), 20000)

    for _ in range(3):
        accruals.take_back(accrual, euro(5000), "refund", "refund:1", NOON)

    assert owed(wim) == 5250


def test_refunds_in_pieces_end_at_nothing(app: Flask) -> None:
    wim = holder()
    accrual = sell(played_by(wim), 10001)

    for at, piece in enumerate((3333, 3333, 3335)):
        accruals.take_back(accrual, euro(piece), "refund", f"refund:{at}", NOON)

    assert (owed(wim), passed_on()) == (0, 0)


@pytest.mark.parametrize("minor", [0, -1, 20001])
def test_no_more_goes_back_than_there_is(app: Flask, minor: int) -> None:
    accrual = sell(played_by(holder()), 20000)

    with pytest.raises(Invalid):
        accruals.take_back(accrual, euro(minor), "refund", "refund:1", NOON)


def test_the_archive_bears_the_providers_fee_unless_terms_share_it(app: Flask) -> None:
    alone, sharing = holder("Alleen"), holder("Samen")
    agree(alone)
    agree(sharing, fees=Fees.SHARED)
    for party in (alone, sharing):
        accrual = sell(played_by(party), 10000)
        accruals.share_fees(accrual.licence.line.order, euro(200), f"fees:{party.id}", NOON)

    assert owed(alone) == 4000
    assert owed(sharing) == 3920  # (€ 50.00 less half of € 2.00) less 20 %


def test_a_fee_is_shared_once_however_often_it_is_read(app: Flask) -> None:
    wim = holder()
    agree(wim, fees=Fees.SHARED)
    accrual = sell(played_by(wim), 10000)

    for _ in range(3):
        accruals.share_fees(accrual.licence.line.order, euro(200), "fees:B1", NOON)

    assert owed(wim) == 3920


@pytest.mark.parametrize("fee_first", [True, False])
def test_fee_and_refund_come_to_the_same_in_any_order(app: Flask, fee_first: bool) -> None:
    wim = holder()
    agree(wim, fees=Fees.SHARED)
    accrual = sell(played_by(wim), 10000)
    order = accrual.licence.line.order

    if fee_first:
        accruals.share_fees(order, euro(200), "fees", NOON)
    accruals.take_back(accrual, euro(5000), "refund", "refund", NOON)
    if not fee_first:
        accruals.share_fees(order, euro(200), "fees", NOON)

    assert owed(wim) == 1960


def test_a_holder_that_is_found_gets_what_was_kept(app: Flask) -> None:
    entry = played_by(None)
    sell(entry, 20000)
    sell(entry, 10001)
    wim = holder()

    released = reserves.release(entry, Layer.PERFORMANCE, wim, 10_000, "contract found, file 12", NOON)

    assert released == euro(owed(wim))
    assert (owed(wim), reserve()) == (10501, 0)
    assert reserves.standing() == []
    assert ledger.unbalanced_transactions() == []


def test_a_holder_of_half_gets_half_and_the_next_one_the_rest(app: Flask) -> None:
    entry = played_by(None)
    sell(entry, 10001)
    first, second = holder("Eerste"), holder("Tweede")

    reserves.release(entry, Layer.PERFORMANCE, first, 5000, "letter", NOON)
    assert reserve() > 0
    reserves.release(entry, Layer.PERFORMANCE, second, 5000, "letter", NOON)

    assert owed(first) + owed(second) == passed_on()
    assert reserve() == 0


def test_a_holder_is_given_its_part_once(app: Flask) -> None:
    entry, wim = played_by(None), holder()
    sell(entry, 20000)
    reserves.release(entry, Layer.PERFORMANCE, wim, 5000, "letter", NOON)

    with pytest.raises(Refused):
        reserves.release(entry, Layer.PERFORMANCE, wim, 5000, "letter", NOON)

    assert owed(wim) == 3500


def test_no_more_is_released_than_was_kept(app: Flask) -> None:
    entry = played_by(None)
    sell(entry, 20000)
    reserves.release(entry, Layer.PERFORMANCE, holder("Eerste"), 6000, "letter", NOON)

    with pytest.raises(Refused):
        reserves.release(entry, Layer.PERFORMANCE, holder("Tweede"), 5000, "letter", NOON)


@pytest.mark.parametrize(("part", "why"), [(0, "letter"), (10_001, "letter"), (5000, "  ")])
def test_a_release_needs_a_part_and_a_reason(app: Flask, part: int, why: str) -> None:
    entry = played_by(None)
    sell(entry, 20000)

    with pytest.raises(Invalid):
        reserves.release(entry, Layer.PERFORMANCE, holder(), part, why, NOON)


def test_money_that_goes_back_is_taken_from_whoever_has_it_now(app: Flask) -> None:
    entry, wim = played_by(None), holder()
    accrual = sell(entry, 20000)
    reserves.release(entry, Layer.PERFORMANCE, wim, 5000, "letter", NOON)

    accruals.take_back(accrual, None, "refund", "refund:1", NOON)

    assert (owed(wim), reserve(), passed_on()) == (0, 0, 0)


def test_what_is_disputed_is_kept_and_named_for_who_claims_it(app: Flask) -> None:
    wim, entry = holder(), royalties.recording()
    claim(entry, Layer.MASTER, Basis.REPRESENTED, wim, status=ClaimStatus.DISPUTED)
    claim(entry, Layer.PERFORMANCE, Basis.OWNED)
    claim(entry, Layer.COMPOSITION, Basis.PUBLIC_DOMAIN)
    sell(entry, 20000)

    assert reserves.withheld_from(wim.id, "EUR") == euro(7000)
    assert owed(wim) == 0
