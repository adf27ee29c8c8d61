"""What a ticket may cost: above a floor, less for who is early, and a pass spread over its performances to the cent."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import ticket_rules
from licensing.money import Money
from licensing.ticket_rules import Tariff
from tests.licensing.stage import NOW

MOST = Money(50_000, "EUR")
EARLY = Tariff(Money(1000, "EUR"), Money(600, "EUR"), NOW)
PLAIN = Tariff(Money(1000, "EUR"))

PAID = [
    (PLAIN, timedelta(0), 1000, True),
    (PLAIN, timedelta(0), 999, False),
    (PLAIN, timedelta(0), 2500, True),
    (PLAIN, timedelta(0), 50_000, True),
    (PLAIN, timedelta(0), 50_001, False),
    (EARLY, timedelta(seconds=-1), 600, True),
    (EARLY, timedelta(seconds=-1), 599, False),
    (EARLY, timedelta(0), 600, False),
    (EARLY, timedelta(0), 1000, True),
]


@pytest.mark.parametrize(("tariff", "after", "minor", "is_enough"), PAID)
def test_one_pays_the_least_of_the_moment_or_more(
    tariff: Tariff, after: timedelta, minor: int, is_enough: bool
) -> None:
    assert tariff.accepts(Money(minor, "EUR"), NOW + after, MOST) is is_enough


@given(st.integers(1, 100_000), st.lists(st.integers(0, 5_000), min_size=1, max_size=12))
def test_a_pass_is_spread_to_the_cent_and_each_performance_gets_one(minor: int, floors: list[int]) -> None:
    asked = {number: Money(floor, "EUR") for number, floor in enumerate(floors)}
    if minor < len(floors):
        with pytest.raises(ValueError, match="a cent"):
            ticket_rules.spread(Money(minor, "EUR"), asked)
        return

    parts = ticket_rules.spread(Money(minor, "EUR"), asked)

    assert sum(part.minor for part in parts.values()) == minor
    assert all(part.minor > 0 for part in parts.values())


def test_where_a_performance_may_be_seen() -> None:
    assert ticket_rules.may_see("BR", [])
    assert ticket_rules.may_see("BE", ["NL", "BE"])
    assert not ticket_rules.may_see("DE", ["NL", "BE"])
