"""Rate cards: read from a file, put in force from a day, frozen from then on, in code and in the database."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from archive import accounts, clock, job_runner
from archive.accounts import Role
from archive.audit import AuditEntry
from archive.db import db
from archive.errors import Invalid, Refused
from licensing import rate_files, rates, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.rates import CARD_OF_2026, CardStatus, RateCard, RateFactor, RateRow
from tests.licensing.test_offers import published

TEXT = CARD_OF_2026.read_text(encoding="utf-8")


@pytest.fixture
def card(app: Flask) -> Iterator[RateCard]:
    """The card of 2026, in force and committed."""
    stored = rates.load(CARD_OF_2026)
    rates.activate(stored)
    db.session.commit()
    yield stored
    db.session.rollback()


def next_card(tmp_path: Path, **changes: str) -> Path:
    file = tmp_path / "card.toml"
    changed = TEXT.replace('"2026-2"', '"2027-1"').replace("2026-07-01", "2027-01-01")
    for old, new in changes.items():
        changed = changed.replace(old, new)
    file.write_text(changed, encoding="utf-8")
    return file


def test_a_card_comes_back_from_the_database_as_it_was_read(card: RateCard) -> None:
    db.session.expire_all()

    assert rates.active_on(date(2026, 11, 22)) == rate_files.read(TEXT)


def test_no_card_is_in_force_before_its_first_day_or_while_it_is_a_draft(app: Flask) -> None:
    stored = rates.load(CARD_OF_2026)
    assert rates.active_on(date(2026, 6, 1)) is None

    rates.activate(stored)

    assert rates.active_on(date(2026, 6, 30)) is None
    assert rates.active_on(date(2026, 7, 1)) is not None


def test_a_new_card_takes_over_on_its_first_day_and_the_old_one_stays_for_the_days_before(
    card: RateCard, tmp_path: Path
) -> None:
    rates.activate(rates.load(next_card(tmp_path)))

    assert (card.status, card.valid_to) == (CardStatus.RETIRED, date(2026, 12, 31))
    versions = [rates.active_on(day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [found.version for found in versions if found] == ["2026-2", "2027-1"]


def test_a_version_in_force_is_not_loaded_again(card: RateCard) -> None:
    with pytest.raises(Refused, match="2026-2 is frozen"):
        rates.load(CARD_OF_2026)


def test_a_draft_is_replaced_when_its_file_is_loaded_again(app: Flask, tmp_path: Path) -> None:
    rates.load(next_card(tmp_path))
    rates.load(next_card(tmp_path, **{'"95.00"': '"99.00"'}))

    (stored,) = db.session.scalars(select(RateCard))
    assert max(row.base_minor for row in stored.rows) == 9900
    assert len(list(db.session.scalars(select(RateRow)))) == len(stored.rows)


def test_a_card_is_put_in_force_once(card: RateCard) -> None:
    with pytest.raises(Refused, match="frozen"):
        rates.activate(card)


def test_a_retired_card_does_not_come_back(card: RateCard) -> None:
    rates.retire(card, date(2026, 12, 31))

    with pytest.raises(Refused):
        rates.activate(card)
    with pytest.raises(Refused):
        rates.retire(card, date(2027, 12, 31))


def test_a_card_cannot_end_before_it_begins(card: RateCard) -> None:
    with pytest.raises(Refused, match="2026-07-01"):
        rates.retire(card, date(2025, 12, 31))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rate_row SET base_minor = 1",
        "DELETE FROM rate_row",
        "INSERT INTO rate_row (card_id, asset_type, use_code, base_minor, min_minor, included)"
        " SELECT id, 'sound', 'advertising', 1, 1, '{}' FROM rate_card",
        "UPDATE rate_factor SET factor_bp = 1",
        "DELETE FROM rate_factor",
        "INSERT INTO rate_factor (card_id, dimension, code, factor_bp, position)"
        " SELECT id, 'territory', 'moon', 1, 0 FROM rate_card",
        "UPDATE rate_package SET price_minor = 1",
        "DELETE FROM rate_package",
        "INSERT INTO rate_package (card_id, code, asset_type, answers, price_minor)"
        " SELECT id, 'gift', 'sound', '{}', 1 FROM rate_card",
        "UPDATE rate_card SET currency = 'USD'",
        "UPDATE rate_card SET valid_from = '2020-01-01'",
        "UPDATE rate_card SET defaults = '{}'",
        "UPDATE rate_card SET status = 'draft'",
        "DELETE FROM rate_card",
    ],
)
def test_the_database_refuses_to_change_a_card_in_force(card: RateCard, statement: str) -> None:
    with pytest.raises(DBAPIError, match="frozen"):
        db.session.execute(text(statement))


def test_the_database_refuses_a_change_through_the_mapped_rows(card: RateCard) -> None:
    card.rows[0].base_minor = 1

    with pytest.raises(DBAPIError, match="frozen"):
        db.session.flush()


def test_a_draft_may_still_be_mended(app: Flask) -> None:
    stored = rates.load(CARD_OF_2026)
    stored.rows[0].base_minor = 9900
    db.session.delete(stored.factors[0])
    db.session.flush()

    assert db.session.scalar(select(RateRow.base_minor).where(RateRow.id == stored.rows[0].id)) == 9900


def test_a_draft_is_put_in_force_from_a_chosen_day_and_never_in_the_past(
    card: RateCard, tmp_path: Path
) -> None:
    draft = rates.load(next_card(tmp_path))
    clerk = accounts.add(
        "prijzen@nachtregister.example", "Prijzen", Role.LICENSING, "een lang wachtwoord", clock.now()
    )
    with pytest.raises(Invalid, match="past"):
        rates.put_in_force(draft, date(2026, 11, 21), date(2026, 11, 22), clerk.id)

    rates.put_in_force(draft, date(2026, 12, 1), date(2026, 11, 22), clerk.id)

    assert (draft.valid_from, card.valid_to) == (date(2026, 12, 1), date(2026, 11, 30))


def test_every_move_of_a_card_is_in_the_audit_log(card: RateCard) -> None:
    rates.retire(card, date(2026, 12, 31))

    said = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "rate_card"))
    assert list(said) == ["rates.loaded", "rates.activated", "rates.retired"]


def test_a_factor_of_a_card_in_force_is_unique(app: Flask) -> None:
    stored = rates.load(CARD_OF_2026)
    db.session.add(RateFactor(card_id=stored.id, dimension="term", code="1_year", factor_bp=1, position=1))

    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        db.session.flush()


def test_searches_show_the_lowest_price_of_the_card_that_came_into_force(
    card: RateCard, tmp_path: Path
) -> None:
    entry = published()
    for layer in (Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER):
        rights.record(entry, layer, Basis.OWNED, ClaimStatus.CONFIRMED, clock.now())
    rights.refresh(entry, clock.now().date())
    assert entry.price_from_minor == 1200
    draft = rates.load(
        next_card(tmp_path, **{'education = { price = "12.00"': 'education = { price = "13.00"'})
    )
    rates.activate(draft, clock.now().date())
    db.session.commit()

    job_runner.run_due()

    db.session.rollback()
    assert entry.price_from_minor == 1300
