"""VAT: the rate of the day, taxed once per rate, and each zero with its own reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import taxes
from licensing.money import Money
from licensing.taxes import Category, NoRate

TODAY = date(2026, 11, 22)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(
    ("country", "day", "bp"),
    [
        ("NL", date(2000, 12, 31), 1750),
        ("NL", date(2001, 1, 1), 1900),
        ("NL", date(2012, 9, 30), 1900),
        ("NL", date(2012, 10, 1), 2100),
        ("NL", TODAY, 2100),
        ("DE", date(2020, 12, 31), 1600),
        ("DE", date(2021, 1, 1), 1900),
        ("FI", TODAY, 2550),
        ("EE", TODAY, 2400),
    ],
)
def test_the_standard_rate_is_that_of_the_day(country: str, day: date, bp: int) -> None:
    assert taxes.rate_for(country, Category.STANDARD, day).bp == bp


def test_the_reduced_dutch_rate_rose_with_the_year_2019() -> None:
    assert taxes.rate_for("NL", Category.REDUCED, date(2018, 12, 31)).bp == 600
    assert taxes.rate_for("NL", Category.REDUCED, date(2019, 1, 1)).bp == 900


def test_all_27_countries_of_the_union_have_exactly_one_standard_rate_each_day_since_2017() -> None:
    standard = [rate for rate in taxes._rates() if rate.category is Category.STANDARD]

    for day in (date(2017, 1, 1) + timedelta(days=n) for n in range(0, 3650, 5)):
        valid = [rate.country for rate in standard if rate.is_valid_on(day)]
        assert len(valid) == len(set(valid)) == 27, day


@pytest.mark.parametrize(
    ("category", "code"),
    [(Category.ZERO, "Z"), (Category.EXEMPT, "E"), (Category.REVERSE, "AE"), (Category.OUTSIDE, "O")],
)
def test_each_zero_says_why_it_is_zero(category: Category, code: str) -> None:
    rate = taxes.rate_for("NL", category, TODAY)

    assert (rate.bp, rate.un_code) == (0, code)
    assert rate.text_nl
    assert rate.text_en


def test_a_rate_that_is_not_on_record_is_an_error_and_never_zero() -> None:
    with pytest.raises(NoRate):
        taxes.rate_for("US", Category.STANDARD, TODAY)
    with pytest.raises(NoRate):
        taxes.rate_for("NL", Category.STANDARD, date(1950, 1, 1))


def test_what_we_sell_carries_the_home_rate() -> None:
    rate = taxes.rate_of_sale(TODAY)

    assert (rate.country, rate.bp, rate.un_code, rate.text_nl) == ("NL", 2100, "S", "btw")


def test_the_design_example_is_taxed_to_the_cent() -> None:
    line = taxes.vat_on(euro(18050), taxes.rate_of_sale(TODAY))

    assert (line.vat, line.gross) == (euro(3791), euro(21841))


def test_tax_is_worked_out_once_per_rate_and_not_per_line() -> None:
    rate = taxes.rate_of_sale(TODAY)

    (line,) = taxes.per_rate([(euro(12), rate)] * 3)

    assert line.vat == euro(8)  # 21 % of 0.36 is 7.56; per line it would be 3 x 3 = 9


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=20), st.lists(st.integers(1, 10**7), max_size=20))
def test_a_document_with_two_rates_keeps_every_cent(first: list[int], second: list[int]) -> None:
    standard = taxes.rate_for("NL", Category.STANDARD, TODAY)
    reduced = taxes.rate_for("NL", Category.REDUCED, TODAY)

    lines = taxes.per_rate([(euro(n), standard) for n in first] + [(euro(n), reduced) for n in second])

    assert sum(line.net.minor for line in lines) == sum(first) + sum(second)
    assert all(line.gross - line.vat == line.net for line in lines)
    assert all(abs(line.vat.minor * 10_000 - line.net.minor * line.rate.bp) <= 5_000 for line in lines)
