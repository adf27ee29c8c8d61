"""Prices: the card's arithmetic in one order, a floor, one rounding, a trace that recomputes, never zero."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import pricing, rate_files, rates, taxes
from licensing.money import Money
from licensing.pricing import Card, Factor, Line, OnRequest, Package, Price, Row
from licensing.vocabulary import DIMENSIONS_OF, OPTIONS, ORDINARY, SOUND, USES_OF

CARD = rate_files.read(rates.CARD_OF_2026.read_bytes())

CODES = {
    "territory": ["netherlands", "europe"],
    "term": ["1_year", "5_years"],
    "audience": ["ordinary", "large"],
    "exclusivity": ["none", "exclusive"],
    "placement": ["inside", "prominent"],
    "user_class": ["editorial", "academic", "commercial"],
    "duration": ["30s", "whole"],
}
MAIN = ("territory", "term", "duration")
factors_bp = st.integers(1, 100_000)
answers = st.fixed_dictionaries({dimension: st.sampled_from(codes) for dimension, codes in CODES.items()})
included = st.fixed_dictionaries({dimension: st.sampled_from(CODES[dimension]) for dimension in MAIN})


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def documentary(**chosen: str) -> Line:
    return Line(
        SOUND, "documentary", {"territory": "netherlands", "term": "5_years", "duration": "30s"} | chosen
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    base = draw(st.integers(1, 10**7))
    row = Row(SOUND, "documentary", euro(base), euro(draw(st.integers(1, 10**7))), draw(included))
    factors = [
        Factor(dimension, code, draw(factors_bp), position)
        for position, (dimension, codes) in enumerate(CODES.items())
        for code in codes
    ]
    return Card("Any", "1", "EUR", date(2026, 1, 1), None, (row,), tuple(factors), {})


def priced(card: Card, line: Line) -> Price:
    offer = pricing.price(card, line)
    assert isinstance(offer, Price)
    return offer


def test_the_design_example_comes_out_to_the_cent() -> None:
    price = priced(CARD, documentary(territory="europe"))

    vat = taxes.vat_on(price.net, taxes.rate_for("NL", taxes.Category.STANDARD, date(2026, 11, 22)))
    assert [amount.show("nl") for amount in (price.net, vat.vat, vat.gross)] == [
        "€ 180,50",
        "€ 37,91",
        "€ 218,41",
    ]


@pytest.mark.parametrize(
    ("use", "answers", "amount"),
    [
        ("podcast", {}, "€ 18,00"),
        ("podcast", {"duration": "2min"}, "€ 28,80"),
        ("podcast", {"territory": "netherlands"}, "€ 18,00"),
        ("book", {}, "€ 35,00"),
        ("book", {"territory": "europe"}, "€ 47,50"),
        ("exhibition", {}, "€ 60,00"),
        ("exhibition", {"term": "5_years"}, "€ 85,71"),
        ("documentary", {}, "€ 95,00"),
        ("documentary", {"term": "perpetual", "territory": "world", "duration": "whole"}, "€ 1.067,04"),
        ("education", {"term": "perpetual"}, "€ 21,60"),
    ],
)
def test_what_a_package_includes_is_its_price_and_factors_count_from_there(
    use: str, answers: dict[str, str], amount: str
) -> None:
    assert priced(CARD, Line(SOUND, use, answers)).net.show("nl") == amount


def test_a_use_without_a_row_is_on_request() -> None:
    assert pricing.price(CARD, Line(SOUND, "advertising", {})) == OnRequest(pricing.NO_ROW)


def test_a_choice_without_a_factor_is_on_request() -> None:
    assert pricing.price(CARD, documentary(territory="moon")) == OnRequest(pricing.NO_FACTOR)


@pytest.mark.parametrize("minor", [0, -100])
def test_a_row_cannot_cost_nothing(minor: int) -> None:
    with pytest.raises(ValueError, match="price of nothing"):
        Row(SOUND, "podcast", euro(minor), euro(100), {})
    with pytest.raises(ValueError, match="price of nothing"):
        Row(SOUND, "podcast", euro(100), euro(minor), {})


def test_a_factor_cannot_make_it_free() -> None:
    with pytest.raises(ValueError, match="positive"):
        Factor("territory", "netherlands", 0, 0)


@given(cards(), answers, st.integers(1, 50))
def test_a_price_is_never_zero_and_never_below_the_minimum(
    card: Card, chosen: dict[str, str], units: int
) -> None:
    price = priced(card, Line(SOUND, "documentary", chosen, units))

    assert price.net >= card.rows[0].minimum
    assert price.net.minor > 0


@given(cards(), answers, st.integers(1, 50))
def test_the_trace_recomputes_the_price(card: Card, chosen: dict[str, str], units: int) -> None:
    price = priced(card, Line(SOUND, "documentary", chosen, units))

    assert pricing.recompute(price.trace, card.currency) == price.net


@given(cards(), answers, st.data())
def test_a_trace_that_was_tampered_with_does_not_recompute(
    card: Card, chosen: dict[str, str], data: st.DataObject
) -> None:
    trace = list(priced(card, Line(SOUND, "documentary", chosen)).trace)
    at = data.draw(st.integers(0, len(trace) - 1))
    trace[at] = replace(trace[at], result=str(Fraction(trace[at].result) + 1))

    with pytest.raises(ValueError, match="gives"):
        pricing.recompute(trace, card.currency)


@given(cards(), answers, st.randoms())
def test_the_order_of_steps_is_the_cards_whatever_the_order_of_answers(card: Card, chosen, random) -> None:
    shuffled = list(chosen.items())
    random.shuffle(shuffled)
    mixed = replace(card, factors=tuple(random.sample(card.factors, len(card.factors))))

    price = priced(mixed, Line(SOUND, "documentary", dict(shuffled)))

    assert price == priced(card, Line(SOUND, "documentary", chosen))
    steps = [step.code for step in price.trace if step.code not in ("base", "minimum")]
    said = [code for code in CODES if code in MAIN or chosen[code] != ORDINARY[code]]
    assert steps == said


@given(cards(), answers, st.sampled_from(sorted(CODES)), st.integers(1, 50_000))
def test_a_higher_factor_never_makes_it_cheaper(
    card: Card, chosen: dict[str, str], dimension: str, more: int
) -> None:
    if chosen[dimension] == (ORDINARY | card.rows[0].included)[dimension]:
        return  # what is included is the base whatever its factor
    dearer = tuple(
        replace(f, bp=f.bp + more) if (f.dimension, f.code) == (dimension, chosen[dimension]) else f
        for f in card.factors
    )
    line = Line(SOUND, "documentary", chosen)

    assert priced(replace(card, factors=dearer), line).net >= priced(card, line).net


@given(cards(), answers, st.integers(1, 50))
def test_one_more_item_never_makes_it_cheaper(card: Card, chosen: dict[str, str], units: int) -> None:
    fewer, more = (priced(card, Line(SOUND, "documentary", chosen, n)).net for n in (units, units + 1))

    assert fewer <= more


@given(cards(), answers)
def test_it_is_rounded_once_at_the_end(card: Card, chosen: dict[str, str]) -> None:
    row = card.rows[0]
    exact = Fraction(row.base.minor)
    for dimension, code in chosen.items():
        start = (ORDINARY | row.included)[dimension]
        now, then = card.factor(dimension, code), card.factor(dimension, start)
        assert now is not None
        assert then is not None
        exact *= Fraction(now.bp, then.bp)

    net = priced(card, Line(SOUND, "documentary", chosen)).net

    assert abs(net.minor - max(exact, Fraction(row.minimum.minor))) <= Fraction(1, 2)


@given(cards(), answers, st.sampled_from(sorted(CODES)))
def test_a_factor_of_one_changes_nothing(card: Card, chosen: dict[str, str], dimension: str) -> None:
    start = (ORDINARY | card.rows[0].included)[dimension]
    level = tuple(replace(f, bp=10_000) if f.dimension == dimension else f for f in card.factors)
    card = replace(card, factors=level)

    net = priced(card, Line(SOUND, "documentary", chosen)).net

    assert net == priced(card, Line(SOUND, "documentary", chosen | {dimension: start})).net


@given(cards(), answers, st.integers(1, 10**7))
def test_a_package_costs_its_price_or_what_its_parts_cost_and_tells_the_difference(
    card: Card, chosen: dict[str, str], minor: int
) -> None:
    answers = {"use": "documentary", **chosen}
    parts = priced(card, Line(SOUND, "documentary", chosen))
    package = Package("film", SOUND, answers, euro(min(minor, parts.net.minor)))

    price = pricing.price_of_package(card, package)

    assert isinstance(price, Price)
    assert price.net == package.price
    assert pricing.recompute(price.trace, "EUR") == price.net
    assert price.net + (price.saving or euro(0)) == parts.net


@pytest.mark.parametrize("package", CARD.packages, ids=lambda package: package.code)
def test_each_package_of_the_card_costs_what_its_parts_cost_or_less(package: Package) -> None:
    parts = pricing.price(CARD, Line(package.asset_type, package.answers["use"], package.answers))
    price = pricing.price_of_package(CARD, package)

    assert isinstance(parts, Price)
    assert isinstance(price, Price)
    assert price.net + (price.saving or euro(0)) == parts.net
    assert price.saving is None or price.saving.minor > 0


def test_an_unusual_circumstance_that_the_card_does_not_know_is_on_request() -> None:
    old = rate_files.read(rates.CARDS[0].read_bytes())

    assert isinstance(pricing.price(old, documentary(user_class="editorial")), Price)
    assert pricing.price(old, documentary(user_class="commercial")) == OnRequest(pricing.NO_FACTOR)


def test_exclusive_and_without_end_is_always_a_quote() -> None:
    asked = documentary(exclusivity="exclusive", term="perpetual")

    assert pricing.price(CARD, asked) == OnRequest(pricing.NOT_FOR_EVER)


def test_no_items_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="at least one"):
        pricing.price(CARD, replace(documentary(), units=0))


@pytest.mark.parametrize("asset_type", sorted(USES_OF))
def test_the_lowest_price_is_that_of_some_choice_and_no_choice_is_cheaper(asset_type: str) -> None:
    dimensions = DIMENSIONS_OF[asset_type]
    nets = [
        offer.net
        for use in USES_OF[asset_type]
        for codes in product(*(OPTIONS[dimension] for dimension in dimensions))
        if isinstance(
            offer := pricing.price(CARD, Line(asset_type, use, dict(zip(dimensions, codes, strict=True)))),
            Price,
        )
    ]

    assert pricing.lowest(CARD, asset_type, USES_OF[asset_type]) == min(nets)


def test_what_is_only_on_request_has_no_lowest_price() -> None:
    assert pricing.lowest(CARD, SOUND, ["advertising"]) is None


def test_every_label_of_a_trace_is_a_text_and_not_a_code() -> None:
    trace = priced(CARD, documentary(territory="europe")).trace

    assert [step.label for step in trace] == ["Documentary", "Europe", "5 years", "Up to 30 seconds"]
