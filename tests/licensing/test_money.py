"""Money: no cent is lost or made, currencies do not mix, amounts read as people write them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import money
from licensing.money import EXPONENTS, MixedCurrencies, Money, NotAnAmount, UnknownCurrency

minors = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(sorted(EXPONENTS))
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


@given(minors, minors, currencies)
def test_adding_and_taking_away_again_gives_the_same_amount(a: int, b: int, currency: str) -> None:
    assert Money(a, currency) + Money(b, currency) - Money(b, currency) == Money(a, currency)


@given(minors, minors)
def test_amounts_are_ordered_as_their_cents(a: int, b: int) -> None:
    assert (euro(a) < euro(b)) is (a < b)
    assert max(euro(a), euro(b)) == euro(max(a, b))


@pytest.mark.parametrize(
    "act",
    [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b, lambda a, b: max(a, b)],
)
def test_two_currencies_do_not_mix(act) -> None:
    with pytest.raises(MixedCurrencies):
        act(euro(100), Money(100, "USD"))


def test_a_euro_is_not_a_dollar() -> None:
    assert euro(100) != Money(100, "USD")


def test_a_currency_without_a_known_minor_unit_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        Money(100, "XXX")


@given(minors, weights, currencies)
def test_splitting_never_loses_or_makes_a_cent(minor: int, shares: list[int], currency: str) -> None:
    parts = Money(minor, currency).allocate(shares)

    assert sum((part.minor for part in parts), 0) == minor


@given(minors, weights)
def test_each_part_is_less_than_a_cent_from_its_exact_share(minor: int, shares: list[int]) -> None:
    for part, weight in zip(euro(minor).allocate(shares), shares, strict=True):
        assert abs(Fraction(minor * weight, sum(shares)) - part.minor) < 1


@given(minors, weights)
def test_a_part_without_weight_gets_nothing(minor: int, shares: list[int]) -> None:
    assert euro(minor).allocate([*shares, 0])[-1] == euro(0)


@given(minors, weights)
def test_a_refund_splits_as_the_charge_did(minor: int, shares: list[int]) -> None:
    assert euro(-minor).allocate(shares) == [-part for part in euro(minor).allocate(shares)]


def test_what_is_over_goes_to_the_largest_remainders_earliest_first() -> None:
    assert euro(100).allocate([1, 1, 1]) == [euro(34), euro(33), euro(33)]
    assert euro(5).allocate([70, 30]) == [euro(4), euro(1)]


@pytest.mark.parametrize("bad", [[], [0, 0], [3, -1]])
def test_weights_that_cannot_be_shared_by_are_refused(bad: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        euro(100).allocate(bad)


@pytest.mark.parametrize(
    ("exact", "whole"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1), ("-2.5", -3), ("0", 0)],
)
def test_a_half_is_rounded_up_away_from_zero(exact: str, whole: int) -> None:
    assert money.rounded(Fraction(exact)) == whole


@given(minors, st.fractions(-100, 100, max_denominator=10_000))
def test_a_product_is_at_most_half_a_cent_from_the_exact_one(minor: int, factor: Fraction) -> None:
    assert abs(euro(minor).times(factor).minor - minor * factor) <= Fraction(1, 2)


def test_percentages_are_in_basis_points() -> None:
    assert euro(18050).percent_of(2100) == euro(3791)
    assert euro(18050).times(Decimal("0.21")) == euro(3791)


@pytest.mark.parametrize(
    ("minor", "currency", "dutch", "english"),
    [
        (21841, "EUR", "€ 218,41", "€218.41"),
        (123456789, "EUR", "€ 1.234.567,89", "€1,234,567.89"),
        (-5, "EUR", "€ -0,05", "-€0.05"),
        (1800, "JPY", "¥ 1.800", "¥1,800"),
        (1500, "KWD", "KWD 1,500", "KWD 1.500"),
        (1200, "SEK", "SEK 12,00", "SEK 12.00"),
    ],
)
def test_amounts_are_written_as_readers_expect(minor: int, currency: str, dutch: str, english: str) -> None:
    assert (Money(minor, currency).show("nl"), Money(minor, currency).show("en")) == (dutch, english)


def test_a_whole_price_is_shown_without_zeros_and_a_broken_one_with_its_cents() -> None:
    assert euro(1800).show("nl", whole=True) == "€ 18"
    assert euro(1850).show("nl", whole=True) == "€ 18,50"


@given(minors, currencies, st.sampled_from(["nl", "en"]))
def test_what_is_shown_can_be_read_back(minor: int, currency: str, lang: str) -> None:
    amount = Money(minor, currency)

    assert money.parse(amount.show(lang).replace("-", ""), currency) == Money(abs(minor), currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("18", "EUR", 1800),
        ("18,5", "EUR", 1850),
        ("18.50", "EUR", 1850),
        (" € 1.234,56 ", "EUR", 123456),
        ("1,234.56", "EUR", 123456),
        ("1.234", "EUR", 123400),
        ("12.345,6", "EUR", 1234560),
        ("1 234,00", "EUR", 123400),
        ("-3,10", "EUR", -310),
        ("EUR 12", "EUR", 1200),
        ("1.234", "JPY", 1234),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, currency: str, minor: int) -> None:
    assert money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", "€", "tien", "1,2,3", "1.23.456", "12,345,6", "18,5055", "--3", "1e3", "12.34 USD"]
)
def test_what_is_not_an_amount_in_the_currency_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        money.parse(text, "EUR")


def test_a_yen_has_no_cents() -> None:
    with pytest.raises(NotAnAmount):
        money.parse("12,5", "JPY")
