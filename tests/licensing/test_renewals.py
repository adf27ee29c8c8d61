"""Renewals and extensions: at the price of the day, joined to the end or in place, refused with the reason."""

from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive import job_runner
from archive.db import db
from archive.errors import NotFound, Refused
from licensing import agreements, licences, parties, pricing, rates, reminders, renewals, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.licences import Licence, LicenceStatus, Standing
from licensing.money import Money
from licensing.orders import Order
from licensing.parties import PartyKind
from licensing.pricing import Step
from licensing.rights import RightsClaim
from tests.licensing import sales, shop
from tests.licensing.sales import NOW, line_for

TODAY = NOW.date()
CHOICE = shop.CHOICE | {"territory": "netherlands", "term": "1_year"}
CONSENT = {"text": "Lever meteen.", "at": NOW.isoformat()}


@pytest.fixture
def licence(app: Flask) -> Licence:
    """A licence for a year in the Netherlands, for what the list says."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    entry = sales.entry_for_sale()
    return sold(entry, CHOICE, 10000)


def sold(entry, choice: dict[str, str], minor: int, **changes) -> Licence:
    order = sales.paid([line_for(entry, minor, choice=choice, **changes)])
    return licences.of_order(order.id)[0]


def ordered(following: renewals.Following) -> Order:
    return renewals.place(following, consent=CONSENT, terms="2026-1", lang="nl", moment=NOW)


def test_a_renewal_costs_what_the_use_costs_today_and_runs_on_from_the_end(licence: Licence) -> None:
    renewal = renewals.renewal_of(licence, TODAY)

    assert licence.ends_on is not None
    assert renewal.first_day == licence.ends_on + timedelta(days=1)
    assert renewal.last_day == date(2028, 11, 21)
    assert renewal.offer.price is not None
    assert renewal.taxed.net == renewal.offer.price.net


def test_a_paid_renewal_is_a_new_licence_that_follows_and_the_old_one_runs_to_its_end(
    licence: Licence,
) -> None:
    order = ordered(renewals.renewal_of(licence, TODAY))

    sales.pay(order)

    (after,) = licences.of_order(order.id)
    assert after.supersedes_id == licence.id
    assert licences.standing(licence, TODAY) is Standing.VALID
    assert licences.standing(after, TODAY) is Standing.NOT_YET
    assert licences.standing(after, after.starts_on) is Standing.VALID


def test_a_renewal_ordered_twice_at_the_same_price_is_one_order(licence: Licence) -> None:
    first, second = (ordered(renewals.renewal_of(licence, TODAY)) for _ in range(2))

    assert first is second


def test_what_has_been_renewed_is_not_renewed_again(licence: Licence) -> None:
    sales.pay(ordered(renewals.renewal_of(licence, TODAY)))

    with pytest.raises(Refused, match="followed by"):
        renewals.renewal_of(licence, TODAY)


def test_a_late_renewal_begins_on_the_day_it_is_paid(licence: Licence) -> None:
    late = date(2028, 3, 1)

    assert renewals.renewal_of(licence, late).first_day == late


def test_an_extension_costs_the_difference_and_takes_the_place_at_once(licence: Licence) -> None:
    extension = renewals.extension_of(licence, {"territory": "world"}, TODAY)

    assert extension.offer.price is not None
    assert extension.taxed.net == extension.offer.price.net - Money(10000, "EUR")
    assert pricing.recompute(extension.trace, "EUR") == extension.taxed.net

    order = ordered(extension)
    sales.pay(order)

    (after,) = licences.of_order(order.id)
    assert after.territory == ["WW"]
    assert after.ends_on == licence.ends_on
    assert licence.status is LicenceStatus.SUPERSEDED
    assert licences.standing(licence, TODAY) is Standing.REPLACED


def test_a_longer_term_counts_from_the_first_day_of_the_licence(licence: Licence) -> None:
    cheap = sold(licence.entry, CHOICE, 3000)

    extension = renewals.extension_of(cheap, {"term": "5_years"}, TODAY)

    assert extension.last_day == cheap.starts_on.replace(year=2031) - timedelta(days=1)


@pytest.mark.parametrize(
    "changes", [{}, {"territory": "netherlands"}, {"territory": "nowhere"}, {"term": "forever"}]
)
def test_an_extension_must_make_it_wider(licence: Licence, changes: dict[str, str]) -> None:
    with pytest.raises(Refused):
        renewals.extension_of(licence, changes, TODAY)


def test_a_licence_is_not_narrowed(licence: Licence) -> None:
    wide = sold(licence.entry, CHOICE | {"territory": "world", "term": "5_years"}, 50000)

    for changes in ({"territory": "europe"}, {"term": "1_year"}):
        with pytest.raises(Refused, match="narrowed"):
            renewals.extension_of(wide, changes, TODAY)


def test_a_renewal_is_refused_with_the_reason_when_the_rights_have_changed(licence: Licence) -> None:
    db.session.execute(
        RightsClaim.__table__.update()
        .where(RightsClaim.layer == Layer.MASTER)
        .values(status=ClaimStatus.DISPUTED)
    )
    db.session.expire_all()

    with pytest.raises(Refused) as refused:
        renewals.renewal_of(licence, TODAY)
    assert "Opname (master): Meer dan één partij" in str(refused.value)


def test_a_renewal_is_refused_when_a_mandate_ends_before_it_begins(licence: Licence) -> None:
    db.session.execute(
        RightsClaim.__table__.update()
        .where(RightsClaim.layer == Layer.PERFORMANCE)
        .values(status=ClaimStatus.SUPERSEDED)
    )
    heirs = {"party": parties.ensure(PartyKind.ESTATE, "de erven"), "valid_to": licence.ends_on}
    rights.record(licence.entry, Layer.PERFORMANCE, Basis.REPRESENTED, ClaimStatus.CONFIRMED, NOW, **heirs)
    db.session.expire_all()

    with pytest.raises(Refused, match="Uitvoerenden: De afspraak over dit recht liep tot"):
        renewals.renewal_of(licence, TODAY)


def test_a_renewal_is_refused_when_somebody_else_has_the_use_for_himself(licence: Licence) -> None:
    exclusive = CHOICE | {"term": "5_years", "exclusivity": "from_now"}
    sold(licence.entry, exclusive, 90000, is_exclusive=True)

    with pytest.raises(Refused, match="alleenrecht"):
        renewals.renewal_of(licence, TODAY)


@pytest.mark.parametrize("stop", [licences.suspend, licences.revoke])
def test_what_is_not_in_force_cannot_be_renewed_or_extended(licence: Licence, stop) -> None:
    stop(licence, "gebruikt in reclame", NOW, None)

    with pytest.raises(Refused):
        renewals.renewal_of(licence, TODAY)
    with pytest.raises(Refused):
        renewals.extension_of(licence, {"territory": "world"}, TODAY)


def test_a_renewal_keeps_the_parties_of_the_agreement(licence: Licence) -> None:
    order = ordered(renewals.renewal_of(licence, TODAY))

    agreement = agreements.of_order(order.id)

    assert agreement is not None
    assert agreement.licensee == "Studio Lek"
    line = order.lines[0]
    assert pricing.recompute([Step(**step) for step in line.trace], "EUR") == line.net


def test_the_link_to_renew_cannot_be_made_from_the_public_code(licence: Licence) -> None:
    assert renewals.get_by_token(renewals.link_token(licence)) is licence
    for token in (licence.code, f'"{licence.code}".x', ""):
        with pytest.raises(NotFound):
            renewals.get_by_token(token)


def letters(app: Flask) -> list[str]:
    folder = Path(app.config["SETTINGS"].data_dir) / "mail"
    found = (message_from_bytes(f.read_bytes(), policy=policy.default) for f in sorted(folder.glob("*.eml")))
    return [
        str(letter["Subject"])
        for letter in found
        if "loopt af" in str(letter["Subject"]) or "ends" in str(letter["Subject"])
    ]


def test_the_licensee_is_reminded_sixty_and_fourteen_days_before_and_once_each(
    app: Flask, licence: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert licence.ends_on is not None
    ends_on = licence.ends_on
    db.session.commit()
    job_runner.run_due()
    counted = []
    for days in (61, 60, 59, 14, 13, 0):
        at = NOW.replace(year=ends_on.year, month=ends_on.month, day=ends_on.day) - timedelta(days=days)
        monkeypatch.setattr("archive.clock.now", lambda at=at: at)
        for _ in range(2):
            reminders.remind({})
        db.session.rollback()
        counted.append(len(db.session.scalars(select(reminders.LicenceReminder)).all()))
    db.session.rollback()
    job_runner.run_due()

    assert counted == [0, 1, 1, 2, 2, 2]
    assert len(letters(app)) == 2


def test_nobody_is_reminded_of_what_has_been_renewed_or_revoked(
    licence: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sold(licence.entry, CHOICE, 10000)
    licences.revoke(other, "gebruikt in reclame", NOW, None)
    sales.pay(ordered(renewals.renewal_of(licence, TODAY)))
    assert licence.ends_on is not None
    at = NOW + timedelta(days=360)
    db.session.commit()
    monkeypatch.setattr("archive.clock.now", lambda: at)

    reminders.remind({})

    assert db.session.scalars(select(reminders.LicenceReminder)).all() == []
