"""VAT numbers: valid, invalid and unknown are three answers, and only the first lets a sale go without tax."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, OperationalError

from archive.db import db
from archive.errors import Invalid
from archive.transactions import transaction
from licensing import vat_corrections, vat_numbers, vies
from licensing.vat_numbers import VatCheck, VatNumber
from licensing.vies import Answer, Standing
from tests.licensing import vies_service
from tests.licensing.sales import NOW
from tests.licensing.vies_service import BELGIAN, GERMAN, GREEK, UNREACHABLE, Service, said


@pytest.fixture
def service(app: Flask) -> Iterator[Service]:
    with vies_service.running(app) as running:
        yield running


def standing(number: str) -> Standing:
    db.session.rollback()
    return db.session.get_one(VatNumber, number).standing


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("DE 136 695 976", "DE", GERMAN),
        ("be-0403.170.701", "BE", BELGIAN),
        ("GR094259216", "GR", GREEK),
        (GREEK, "GR", GREEK),
        ("FR 83 404 833 048", "MC", "FR83404833048"),
        ("nl 1234 56782 b90", "NL", "NL123456782B90"),
    ],
)
def test_a_number_is_read_as_people_type_it(app: Flask, text: str, country: str, number: str) -> None:
    assert vat_numbers.read(text, country) == number


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("DE136695970", "DE", "not a VAT number"),  # a check digit off
        ("136695976", "DE", "such as DE"),
        (GERMAN, "BE", "another country"),
        (GERMAN, "GB", "Only countries of the European Union"),
        ("XI123456789", "GB", "Only countries of the European Union"),
        ("DE" + "9" * 500, "DE", "not a VAT number"),
        ("\x00';--", "DE", "not a VAT number"),
        ("ＤＥ１３６６９５９７６", "DE", "not a VAT number"),
    ],
)
def test_what_cannot_be_a_number_of_that_country_is_refused(
    app: Flask, text: str, country: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        vat_numbers.read(text, country)


def test_a_valid_number_keeps_the_proof_that_it_was_asked_for(app: Flask, service: Service) -> None:
    known = vat_numbers.confirm(GERMAN, NOW)

    assert (known.standing, known.consultation, known.holder) == (
        Standing.VALID,
        "WAPIAAAAY1",
        "STUDIO LEK GMBH",
    )
    assert vat_numbers.confirmed(GERMAN, NOW.date()) == GERMAN
    assert service.asked == [
        {
            "path": "/check-vat-number",
            "countryCode": "DE",
            "vatNumber": "136695976",
            "requesterMemberStateCode": "NL",
            "requesterNumber": "000099998B57",
        }
    ]


# Lesson 8
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, UNREACHABLE),
        (500, UNREACHABLE),
        (503, b"<html>Service Unavailable</html>"),
        (200, b""),
        (200, b"[]"),
        (200, b'{"valid": "true"}'),
        (200, b'{"errorWrappers": "x"}'),
        (302, b""),
        (200, b'{"valid": true, "filler": "' + b"x" * 100_000 + b'"}'),
        (200, b"[" * 50_000),
        (200, b"\xff\xfe{"),
    ],
)
def test_an_answer_that_is_not_clear_is_unknown_and_neither_valid_nor_invalid(
    app: Flask, service: Service, status: int, answer: bytes
) -> None:
    service.status, service.answer = status, answer

    known = vat_numbers.confirm(GERMAN, NOW)

    assert known.standing is Standing.UNKNOWN
    assert vat_numbers.confirmed(GERMAN, NOW.date()) is None
    assert known.next_try_at is not None


def test_a_service_that_is_not_there_is_unknown_too(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], vies_url="http://127.0.0.1:9")

    assert vies.ask(GERMAN) == Answer(Standing.UNKNOWN, why="ConnectionError")


def test_a_service_that_does_not_answer_in_time_is_unknown(
    app: Flask, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vies, "TIMEOUT_SECONDS", (0.2, 0.2))
    service.delay = 1

    assert vies.ask(GERMAN).standing is Standing.UNKNOWN


def test_without_an_address_nothing_is_asked(app: Flask) -> None:
    known = vat_numbers.confirm(GERMAN, NOW)

    assert (known.standing, known.tries) == (Standing.UNKNOWN, 1)
    assert vat_numbers.checks_of(GERMAN)[0].why == "not_asked"


def test_an_invalid_number_is_invalid(app: Flask, service: Service) -> None:
    service.answer = said(False)

    assert vat_numbers.confirm(GERMAN, NOW).standing is Standing.INVALID
    assert vat_numbers.due(NOW + timedelta(days=400)) == []


def test_a_clear_answer_holds_for_a_day_and_an_unclear_one_for_a_minute(app: Flask, service: Service) -> None:
    vat_numbers.confirm(GERMAN, NOW)
    vat_numbers.confirm(GERMAN, NOW + timedelta(hours=23))
    assert len(service.asked) == 1
    vat_numbers.confirm(GERMAN, NOW + timedelta(hours=25))
    assert len(service.asked) == 2

    service.answer = UNREACHABLE
    for seconds in (0, 30, 70):
        vat_numbers.confirm(BELGIAN, NOW + timedelta(seconds=seconds))
    assert len(service.asked) == 4


# Lesson 8
def test_a_number_that_was_valid_is_trusted_for_thirty_days_of_silence_and_then_no_more(
    app: Flask, service: Service
) -> None:
    vat_numbers.confirm(GERMAN, NOW)
    service.answer = UNREACHABLE

    vat_numbers.confirm(GERMAN, NOW + timedelta(days=29))
    assert vat_numbers.confirmed(GERMAN, (NOW + timedelta(days=29)).date()) == GERMAN
    assert vat_numbers.confirmed(GERMAN, (NOW + timedelta(days=31)).date()) is None


def test_a_number_that_is_no_longer_valid_is_not_sold_to_without_tax(app: Flask, service: Service) -> None:
    vat_numbers.confirm(GERMAN, NOW)
    service.answer = said(False)

    vat_numbers.confirm(GERMAN, NOW + timedelta(days=2))

    assert vat_numbers.confirmed(GERMAN, (NOW + timedelta(days=2)).date()) is None
    assert [check.standing for check in vat_numbers.checks_of(GERMAN)] == [Standing.VALID, Standing.INVALID]


def test_an_unknown_number_is_asked_for_again_at_growing_intervals(app: Flask) -> None:
    vat_numbers.register(GERMAN, NOW)
    moment, pauses = NOW, []
    for _ in range(8):
        known = vat_numbers.note(GERMAN, Answer(Standing.UNKNOWN), moment)
        assert known.next_try_at is not None
        pauses.append((known.next_try_at - moment) / timedelta(minutes=1))
        moment = known.next_try_at

    assert pauses == [15, 30, 60, 120, 240, 480, 720, 720]


def test_in_the_end_nobody_asks_any_more(app: Flask) -> None:
    vat_numbers.register(GERMAN, NOW)
    for _ in range(vat_numbers.MAX_TRIES + 1):
        known = vat_numbers.note(GERMAN, Answer(Standing.UNKNOWN), NOW)

    assert known.next_try_at is None


def test_the_job_asks_again_until_the_answer_is_clear(app: Flask, service: Service) -> None:
    service.answer = UNREACHABLE
    with transaction():
        vat_numbers.register(GERMAN, NOW)
    vat_corrections.follow({})
    assert standing(GERMAN) is Standing.UNKNOWN

    service.answer = said(True)
    with transaction():
        db.session.execute(update(VatNumber).values(next_try_at=NOW))
    vat_corrections.follow({})
    vat_corrections.follow({})

    assert standing(GERMAN) is Standing.VALID
    assert len(service.asked) == 2


def test_what_was_asked_and_answered_is_kept_for_ever(app: Flask) -> None:
    vat_numbers.confirm(GERMAN, NOW)
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(update(VatCheck).values(standing=Standing.VALID))
    db.session.rollback()
