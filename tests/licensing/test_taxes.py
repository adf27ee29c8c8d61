"""VAT: the rate of the day, taxed once per rate, and each zero with its own reason."""

from dataclasses import replace
from datetime import date, timedelta
from math import gcd

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from licensing import taxes
from licensing.money import EXPONENTS, FULL, Money
from licensing.orders import LineKind
from licensing.taxes import Category, NoRate

TODAY = date(2026, 11, 22)
STANDARD = taxes.rate_for("NL", Category.STANDARD, TODAY)


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


def test_what_we_sell_to_anybody_carries_the_home_rate(app: Flask) -> None:
    rate = taxes.rate_to(LineKind.LICENCE_FEE, taxes.ANYBODY, TODAY)

    assert (rate.country, rate.bp, rate.un_code, rate.text_nl) == ("NL", 2100, "S", "btw")


def sold_from(app: Flask, day: date | None) -> None:
    """Let the One Stop Shop begin on a day."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], vat_oss_from=day)


@pytest.mark.parametrize(
    ("kind", "country", "number", "expected"),
    [
        (LineKind.LISTEN, "NL", None, ("NL", "S", 2100)),
        (LineKind.LISTEN, "BE", None, ("NL", "S", 2100)),  # below the threshold
        (LineKind.LICENCE_FEE, "DE", "DE136695976", ("DE", "AE", 0)),
        (LineKind.RESEARCH_FEE, "DE", "DE136695976", ("DE", "AE", 0)),
        (LineKind.LICENCE_FEE, "GR", "EL094259216", ("GR", "AE", 0)),
        (LineKind.LICENCE_FEE, "MC", "FR83404833048", ("FR", "AE", 0)),
        (LineKind.LICENCE_FEE, "NL", "NL123456782B90", ("NL", "S", 2100)),
        (LineKind.LICENCE_FEE, "BE", "DE136695976", ("NL", "S", 2100)),  # the number of another country
        (LineKind.LICENCE_FEE, "GB", None, ("GB", "O", 0)),
        (LineKind.TICKET, "US", None, ("US", "O", 0)),
        (LineKind.TOP_UP, "NL", None, ("NL", "O", 0)),
        (LineKind.TIP, "DE", None, ("NL", "O", 0)),
    ],
)
def test_the_tax_of_a_sale_is_that_of_kind_country_and_customer(
    app: Flask, kind: LineKind, country: str, number: str | None, expected: tuple[str, str, int]
) -> None:
    rate = taxes.tax_of_sale(kind, country, TODAY, is_business=number is not None, vat_number=number)

    assert (rate.country, rate.un_code, rate.bp) == expected


@pytest.mark.parametrize(
    ("kind", "country", "day", "expected"),
    [
        (LineKind.DOWNLOAD, "BE", date(2026, 12, 31), ("NL", 2100)),
        (LineKind.DOWNLOAD, "BE", date(2027, 1, 1), ("BE", 2100)),
        (LineKind.TICKET, "FI", date(2027, 1, 1), ("FI", 2550)),
        (LineKind.LICENCE_FEE, "HU", date(2027, 1, 1), ("HU", 2700)),
        (LineKind.PASS, "NL", date(2027, 1, 1), ("NL", 2100)),
        (LineKind.RESEARCH_FEE, "HU", date(2027, 1, 1), ("NL", 2100)),  # work of people: art. 45
    ],
)
def test_from_its_first_day_the_one_stop_shop_charges_the_rate_of_the_consumers_country(
    app: Flask, kind: LineKind, country: str, day: date, expected: tuple[str, int]
) -> None:
    sold_from(app, date(2027, 1, 1))

    rate = taxes.tax_of_sale(kind, country, day)

    assert (rate.country, rate.bp) == expected


# Lesson 8
def test_a_business_whose_number_is_not_confirmed_is_never_zero_rated_within_the_union(app: Flask) -> None:
    for oss_from in (None, TODAY):
        sold_from(app, oss_from)
        for country in taxes.member_states():
            for kind in set(LineKind) - {LineKind.TIP, LineKind.TOP_UP}:
                assert taxes.tax_of_sale(kind, country, TODAY, is_business=True).bp > 0


@pytest.mark.parametrize(
    ("gross", "net", "vat"), [(25, 21, 4), (250, 207, 43), (500, 413, 87), (1, 1, 0), (3, 2, 1)]
)
def test_the_tax_in_a_price_is_taken_out_and_the_price_stays(gross: int, net: int, vat: int) -> None:
    line = taxes.included_in(euro(gross), STANDARD)

    assert (line.net, line.vat, line.gross) == (euro(net), euro(vat), euro(gross))


RATES = sorted({rate.bp for rate in taxes._rates() if rate.bp})


# Lesson 7
@given(st.integers(-(10**9), 10**9), st.sampled_from(RATES))
def test_a_price_with_its_tax_on_top_has_just_that_tax_in_it(net: int, bp: int) -> None:
    rate = replace(STANDARD, bp=bp)

    on_top = taxes.vat_on(euro(net), rate)

    assert taxes.included_in(on_top.gross, rate) == on_top


# Lesson 39: one rounding for every currency, in its own minor unit
@given(st.integers(0, 10**9), st.sampled_from(RATES), st.sampled_from(sorted(EXPONENTS)))
def test_at_every_half_of_the_smallest_unit_tax_rounds_away_from_zero(
    whole: int, bp: int, currency: str
) -> None:
    # The smallest amount whose tax ends in exactly a half, and then every such amount after it.
    step = FULL // gcd(FULL, bp)
    halves = [net for net in range(2 * step) if (net * bp * 2) % (2 * FULL) == FULL]
    for net in (half + whole * step for half in halves):
        up = taxes.vat_on(Money(net, currency), replace(STANDARD, bp=bp)).vat
        down = taxes.vat_on(Money(-net, currency), replace(STANDARD, bp=bp)).vat

        assert up.minor == (net * bp * 2 + FULL) // (2 * FULL)
        assert down == -up


@given(st.integers(1, 10**9), st.sampled_from(RATES))
def test_no_cent_of_a_price_with_tax_is_lost(gross: int, bp: int) -> None:
    line = taxes.included_in(euro(gross), replace(STANDARD, bp=bp))

    assert line.net + line.vat == euro(gross)
    assert abs(line.vat.minor * (FULL + bp) - gross * bp) * 2 <= FULL + bp


def test_the_design_example_is_taxed_to_the_cent() -> None:
    line = taxes.vat_on(euro(18050), STANDARD)

    assert (line.vat, line.gross) == (euro(3791), euro(21841))


def test_tax_is_worked_out_once_per_rate_and_not_per_line() -> None:
    (line,) = taxes.per_rate([(euro(12), STANDARD)] * 3)

    assert line.vat == euro(8)  # 21 % of 0.36 is 7.56; per line it would be 3 x 3 = 9


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=20), st.lists(st.integers(1, 10**7), max_size=20))
def test_a_document_with_two_rates_keeps_every_cent(first: list[int], second: list[int]) -> None:
    standard = taxes.rate_for("NL", Category.STANDARD, TODAY)
    reduced = taxes.rate_for("NL", Category.REDUCED, TODAY)

    lines = taxes.per_rate([(euro(n), standard) for n in first] + [(euro(n), reduced) for n in second])

    assert sum(line.net.minor for line in lines) == sum(first) + sum(second)
    assert all(line.gross - line.vat == line.net for line in lines)
    assert all(abs(line.vat.minor * 10_000 - line.net.minor * line.rate.bp) <= 5_000 for line in lines)
