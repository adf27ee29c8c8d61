"""Counters: they count together, begin anew with each window, and stand for accounts and networks."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from archive import rate_limits
from archive.db import db
from archive.errors import TooMany
from archive.rate_limits import RateCount
from archive.transactions import transaction

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
WINDOW = timedelta(minutes=5)


def check(moment: datetime = NOON, key: str = "k", limit: int = 3) -> None:
    with transaction():
        rate_limits.check(key, limit, WINDOW, moment)


def test_as_many_as_the_limit_are_let_through(house: Flask) -> None:
    for _ in range(3):
        check()

    with pytest.raises(TooMany) as refusal:
        check()
    assert refusal.value.details == {"retry_after": 270}


def test_an_attempt_that_was_rightful_is_taken_off_again(house: Flask) -> None:
    for _ in range(5):
        check()
        with transaction():
            rate_limits.give_back("k", WINDOW, NOON)

    check()
    check()


def test_the_next_window_begins_anew(house: Flask) -> None:
    for _ in range(3):
        check()

    check(NOON + timedelta(seconds=270))


def test_keys_do_not_count_for_each_other(house: Flask) -> None:
    for number in range(5):
        check(key=str(number), limit=1)


def test_one_who_is_refused_waits_for_the_window_and_no_longer(house: Flask) -> None:
    check(limit=1)
    with pytest.raises(TooMany):
        check(limit=1)

    check(NOON + WINDOW, limit=1)


@pytest.mark.parametrize("seconds", [0, 1, 299])
def test_the_wait_is_never_nothing(house: Flask, seconds: int) -> None:
    moment = NOON.replace(second=0) + timedelta(seconds=seconds, milliseconds=999)
    check(moment, limit=1)

    with pytest.raises(TooMany) as refusal:
        check(moment, limit=1)
    assert refusal.value.details["retry_after"] == 300 - seconds


def test_threads_count_together(house: Flask) -> None:
    let_through: list[int] = []

    def attempt() -> None:
        with house.app_context():
            for _ in range(5):
                try:
                    check(limit=12)
                except TooMany:
                    continue
                let_through.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(let_through) == 12


def test_counters_of_the_past_are_removed(house: Flask) -> None:
    check()
    check(NOON + WINDOW)
    with transaction():
        rate_limits.remove_old(NOON + WINDOW)

    assert db.session.scalar(select(func.count()).select_from(RateCount)) == 1


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_an_address_counts_by_what_its_holder_cannot_change(address: str | None, key: str) -> None:
    assert rate_limits.address_key(address) == key


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_subscriber_are_one(address: object, other: int) -> None:
    neighbour = type(address)((int(address) >> 64 << 64) + other)  # type: ignore[call-overload]
    if address.ipv4_mapped is None and neighbour.ipv4_mapped is None:  # type: ignore[attr-defined]
        assert rate_limits.address_key(str(address)) == rate_limits.address_key(str(neighbour))


def test_an_account_is_one_in_any_case_and_cannot_be_read() -> None:
    key = rate_limits.secret_key(" Anna@Example.org")

    assert key == rate_limits.secret_key("anna@example.org")
    assert "anna" not in key
