"""Numbers of documents: consecutive in a series and year, none twice and none left out, whoever takes them at once."""

import threading

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.db import db
from archive.transactions import transaction
from licensing import number_series


def test_a_series_begins_at_one_each_year(app: Flask) -> None:
    taken = [number_series.take("F", 2026) for _ in range(3)]

    assert taken == [1, 2, 3]
    assert number_series.take("F", 2027) == 1
    assert number_series.take("C", 2026) == 1
    assert number_series.taken("F", 2026) == 3
    assert number_series.taken("F", 2028) == 0


# Lesson 24
def test_what_is_rolled_back_gives_its_number_back(app: Flask) -> None:
    with transaction():
        number_series.take("F", 2026)
    number_series.take("F", 2026)
    db.session.rollback()

    assert number_series.take("F", 2026) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.booleans(), max_size=12))
def test_no_number_is_left_out_whatever_fails(app: Flask, outcomes: list[bool]) -> None:
    before, kept = number_series.taken("X", 2026), []
    db.session.rollback()
    for is_kept in outcomes:
        number = number_series.take("X", 2026)
        if is_kept:
            db.session.commit()
            kept.append(number)
        else:
            db.session.rollback()

    assert kept == list(range(before + 1, before + 1 + sum(outcomes)))


# Lesson 23
def test_fifty_at_once_get_fifty_consecutive_numbers(app: Flask) -> None:
    taken: list[int] = []
    together = threading.Barrier(10)

    def work() -> None:
        with app.app_context():
            together.wait()
            for _ in range(5):
                with transaction():
                    taken.append(number_series.take("F", 2026))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == list(range(1, 51))
