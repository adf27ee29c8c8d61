"""Licences: what moves them, who and why, and that their history stays."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from archive import accounts
from archive.accounts import Role
from archive.audit import AuditEntry
from archive.db import db
from archive.errors import Gone, Invalid, Refused
from licensing import delivery, licences
from licensing.licences import Licence, LicenceEvent, LicenceStatus, Standing
from tests.licensing import sales
from tests.licensing.sales import NOW, line_for

TODAY = NOW.date()


@pytest.fixture
def licence(app: Flask) -> Licence:
    """A licence that has been paid for."""
    order = sales.paid([line_for(sales.entry_for_sale())])
    return licences.of_order(order.id)[0]


def test_each_move_is_written_down_with_moment_and_reason(licence: Licence) -> None:
    licences.suspend(licence, "de betaling wordt betwist", NOW, None)
    licences.resume(licence, "geschil gewonnen", NOW, None)
    licences.revoke(licence, "gebruikt in reclame", NOW, None)

    moves = [(event.before, event.after, event.why) for event in licences.events_of(licence.id)]
    assert moves[0] == (None, LicenceStatus.PENDING, "issued")
    assert moves[2:] == [
        (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED, "de betaling wordt betwist"),
        (LicenceStatus.SUSPENDED, LicenceStatus.ACTIVE, "geschil gewonnen"),
        (LicenceStatus.ACTIVE, LicenceStatus.REVOKED, "gebruikt in reclame"),
    ]
    assert licence.revoked_reason == "gebruikt in reclame"


def test_a_move_needs_a_reason(licence: Licence) -> None:
    with pytest.raises(Invalid):
        licences.suspend(licence, "  ", NOW, None)

    assert licence.status is LicenceStatus.ACTIVE


def test_a_revoked_licence_stays_revoked(licence: Licence) -> None:
    licences.revoke(licence, "gebruikt in reclame", NOW, None)

    with pytest.raises(Refused):
        licences.resume(licence, "vergissing", NOW, None)
    assert licences.standing(licence, TODAY) is Standing.REVOKED


@pytest.mark.parametrize("statement", [update(LicenceEvent).values(why="niets"), delete(LicenceEvent)])
def test_the_history_of_a_licence_cannot_be_changed(licence: Licence, statement) -> None:
    with pytest.raises(DatabaseError):
        db.session.execute(statement)


def test_a_suspended_licence_stops_its_download_until_it_is_resumed(licence: Licence) -> None:
    ready = delivery.of_licence(licence.id)
    assert ready is not None
    token = delivery.link_token(ready)

    licences.suspend(licence, "de betaling wordt betwist", NOW, None)
    with pytest.raises(Gone):
        delivery.redeem(token, NOW, is_continued=False)

    licences.resume(licence, "geschil gewonnen", NOW, None)
    assert delivery.redeem(token, NOW, is_continued=False).id == ready.id


def test_a_licence_that_is_not_paid_for_is_not_valid_yet() -> None:
    licence = Licence(status=LicenceStatus.PENDING, starts_on=date(2026, 1, 1), ends_on=None)

    assert licences.standing(licence, TODAY) is Standing.NOT_YET


def test_staff_leave_a_trace_in_the_audit_log(licence: Licence) -> None:
    tess = accounts.add("tess@archief.example", "Tess", Role.LICENSING, "een lang wachtwoord", NOW)

    licences.revoke(licence, "gebruikt in reclame", NOW, tess.id)

    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "licence.revoked"))
    assert (entry.object_id, entry.account_id) == (licence.number, tess.id)
    assert licences.events_of(licence.id)[-1].account_id == tess.id
