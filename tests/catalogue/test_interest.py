"""What visitors look for and hear: counted by day, in memory first, and never by person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from archive import clock
from archive.db import db
from catalogue import interest
from catalogue.interest import Interest, Sort, Tally

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = NOON.date()


def counted() -> dict[tuple[Sort, str], int]:
    db.session.rollback()
    return {(row.sort, row.subject): row.times for row in db.session.scalars(select(Interest))}


@pytest.fixture
def tally(app: Flask) -> Tally:
    found: Tally = app.extensions["interest"]
    return found


def test_counts_wait_in_memory_until_a_minute_is_over(tally: Tally) -> None:
    key = (DAY, Sort.HEARD, "aaaa-bbbb-c")

    assert not tally.add(key, NOON)
    assert not tally.add(key, NOON + timedelta(seconds=59))
    assert tally.add(key, NOON + timedelta(minutes=1))
    assert tally.take() == {key: 3}
    assert not tally.add(key, NOON + timedelta(minutes=2))


def test_many_different_things_are_written_before_a_minute_is_over(tally: Tally) -> None:
    times = [tally.add((DAY, Sort.SEARCHED, str(n)), NOON) for n in range(interest.MOST_WAITING)]

    assert times.index(True) == interest.MOST_WAITING - 1


def test_counts_are_added_to_those_of_the_same_day(app: Flask) -> None:
    with app.app_context():
        interest.write({(DAY, Sort.SEARCHED, "blauw uur"): 2})
        interest.write({(DAY, Sort.SEARCHED, "blauw uur"): 3, (DAY, Sort.NOT_FOUND, "blauw uur"): 1})
        db.session.commit()

        assert counted() == {(Sort.SEARCHED, "blauw uur"): 5, (Sort.NOT_FOUND, "blauw uur"): 1}


def test_a_search_is_counted_folded_with_whether_something_was_found(
    app: Flask, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    client.get("/nl/search?q=Éénzaam+Uur")
    client.get("/nl/search?q=Éénzaam+Uur&page=2")
    client.get("/nl/search")

    assert [(sort, subject) for _day, sort, subject in tally.counts] == [(Sort.NOT_FOUND, "eenzaam uur")]

    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.get("/nl/search?q=eenzaam+uur")
    assert counted() == {(Sort.NOT_FOUND, "eenzaam uur"): 2}


def test_old_counts_are_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    old, kept = DAY - interest.KEPT - timedelta(days=1), date(2026, 1, 1)
    interest.write({(old, Sort.HEARD, "a"): 1, (kept, Sort.HEARD, "b"): 1})
    db.session.commit()

    interest.forget({})

    assert counted() == {(Sort.HEARD, "b"): 1}
