"""Terms hold from a day on and never touch what was before; an account number is checked, and shown masked."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, OperationalError

from archive.db import db
from archive.errors import Invalid
from licensing import payout_terms
from licensing.parties import Payout
from licensing.payout_terms import PayoutTerms, Terms
from licensing.royalty_rules import Fees
from tests.licensing.royalties import IBAN, NOON, agree, holder

TODAY = NOON.date()


def test_each_day_has_the_terms_that_held_then(app: Flask) -> None:
    wim = holder()
    agree(wim, NOON, commission_bp=2000)
    agree(wim, NOON + timedelta(days=10), commission_bp=1000)

    found = [
        payout_terms.on_day({wim.id}, TODAY + timedelta(days=after))[wim.id].commission_bp
        for after in (-1, 0, 9, 10)
    ]

    assert found == [3000, 2000, 2000, 1000]


def test_the_last_word_on_a_day_counts(app: Flask) -> None:
    wim = holder()
    agree(wim, commission_bp=2000)
    agree(wim, commission_bp=2500)

    assert payout_terms.on_day({wim.id}, TODAY)[wim.id].commission_bp == 2500


def test_terms_do_not_begin_in_the_past(app: Flask) -> None:
    with pytest.raises(Invalid):
        payout_terms.set_terms(holder(), payout_terms.of_house(TODAY), TODAY - timedelta(days=1), NOON, None)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(10_001, 2500, Fees.ARCHIVE),
        Terms(-1, 2500, Fees.ARCHIVE),
        Terms(2000, -1, Fees.ARCHIVE),
        Terms(2000, 2500, Fees.ARCHIVE, method=Payout.BANK),
        Terms(2000, 2500, Fees.ARCHIVE, iban=IBAN),
        Terms(2000, 2500, Fees.ARCHIVE, currency="XXX"),
    ],
)
def test_terms_that_cannot_be_are_refused(app: Flask, terms: Terms) -> None:
    with pytest.raises(Invalid):
        payout_terms.set_terms(holder(), terms, TODAY, NOON, None)


@pytest.mark.parametrize(
    "text",
    ["NL91ABNA0417164300", "nl91 abna 0417 1643 00", "BE68 5390 0754 7034", "DE89-3704-0044-0532-0130-00"],
)
def test_an_account_number_is_read_as_people_write_it(text: str) -> None:
    assert payout_terms.read_iban(text)[:2] in ("NL", "BE", "DE")


@pytest.mark.parametrize(
    "text", ["", "NL91ABNA0417164301", "0417164300", "NL91", "NL91ABNA0417164300" * 3, "é"]
)
def test_a_mistyped_account_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        payout_terms.read_iban(text)


def test_of_an_account_number_the_end_is_shown_only() -> None:
    assert payout_terms.masked(IBAN) == "NL•• •••• 4300"
    assert payout_terms.masked(None) == ""


def test_terms_are_never_taken_away(app: Flask) -> None:
    agree(holder())
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(delete(PayoutTerms))
    db.session.rollback()


def test_terms_may_begin_later(app: Flask) -> None:
    wim = holder()
    payout_terms.set_terms(wim, Terms(500, 0, Fees.ARCHIVE), date(2027, 1, 1), NOON, None)

    assert payout_terms.on_day({wim.id}, date(2027, 1, 1))[wim.id].commission_bp == 500
