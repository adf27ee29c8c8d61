"""docs/pricing.md is true: every price in its tables is recomputed from the card."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from licensing import pricing, rate_files, rates, taxes
from licensing.money import FULL, Money
from licensing.pricing import Line, OnRequest
from licensing.vocabulary import DIMENSIONS_OF, OPTIONS, PACKAGES, QUESTIONS

CARD = rate_files.read(rates.CARD_OF_2026.read_bytes())
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "pricing.md"
DAY = date(2026, 11, 22)


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    text = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = text[text.index("|") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code(question: str, label: str) -> str:
    """The code behind a label."""
    return next(code for code, text in OPTIONS[question].items() if text == label)


def circumstances(cell: str) -> dict[str, str]:
    """What a cell such as "Audience: Up to 1 million people; Who you are: Company or brand" answers."""
    labels = [part.split(": ") for part in cell.split("; ") if part]
    questions = {text: question for question, text in QUESTIONS.items()}
    return {questions[question]: code(questions[question], answer) for question, answer in labels}


def shown(net: Money) -> list[str]:
    """Net, VAT and gross as they are written for Dutch readers."""
    taxed = taxes.vat_on(net, taxes.rate_for("NL", taxes.Category.STANDARD, DAY))
    return [amount.show("nl") for amount in (taxed.net, taxed.vat, taxed.gross)]


def line(asset: str, use: str, *answers: str) -> Line:
    dimensions = DIMENSIONS_OF[asset.lower()]
    chosen = {name: code(name, label) for name, label in zip(dimensions, answers, strict=True)}
    return Line(asset.lower(), code("use", use), chosen)


@pytest.mark.parametrize("row", table("Worked examples"), ids=lambda row: ", ".join(row[:5]))
def test_a_worked_example_comes_out(row: list[str]) -> None:
    asset, use, where, how_long, how_much, *amounts = row

    offer = pricing.price(CARD, line(asset, use, where, how_long, how_much))

    if isinstance(offer, OnRequest):
        assert amounts == ["on request", "", ""]
    else:
        assert amounts == shown(offer.net)


@pytest.mark.parametrize(
    "row", table("Worked examples with circumstances"), ids=lambda row: ", ".join(row[:6])
)
def test_a_worked_example_with_circumstances_comes_out(row: list[str]) -> None:
    asset, use, where, how_long, how_much, unusual, *amounts = row
    asked = line(asset, use, where, how_long, how_much)

    offer = pricing.price(CARD, replace(asked, answers={**asked.answers, **circumstances(unusual)}))

    assert circumstances(unusual)
    assert amounts == (["on request", "", ""] if isinstance(offer, OnRequest) else shown(offer.net))


def test_the_packages_are_those_of_the_card_with_what_their_parts_cost() -> None:
    listed = {}
    for name, asset, use, where, how_long, how_much, unusual, parts, price, total in table("Ready packages"):
        asked = line(asset, use, where, how_long, how_much)
        answers = {"use": asked.use, **asked.answers, **circumstances(unusual)}
        listed[name] = (asset.lower(), answers, parts, price, total)

    expected = {}
    for package in CARD.packages:
        parts = pricing.price(CARD, Line(package.asset_type, package.answers["use"], package.answers))
        assert not isinstance(parts, OnRequest)
        price, _vat, total = shown(package.price)
        name = PACKAGES[package.code][0]
        expected[name] = (package.asset_type, package.answers, parts.net.show("nl"), price, total)
    assert listed == expected


def test_the_base_prices_are_those_of_the_card() -> None:
    listed = {(asset.lower(), code("use", use)): rest for asset, use, *rest in table("Base prices")}

    assert listed == {
        (row.asset_type, row.use): [
            row.base.show("nl"),
            *(OPTIONS[name][row.included[name]] for name in DIMENSIONS_OF[row.asset_type]),
        ]
        for row in CARD.rows
    }


def test_the_factors_are_those_of_the_card_in_its_order() -> None:
    assert [(question, answer, Decimal(factor)) for question, answer, factor in table("Factors")] == [
        (QUESTIONS[f.dimension], OPTIONS[f.dimension][f.code], Decimal(f.bp) / FULL) for f in CARD.factors
    ]


def test_the_example_step_by_step_is_the_trace() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    steps = text[text.index("| Step |") :].split("\n\n")[0].splitlines()[2:]

    offer = pricing.price(CARD, line("Sound", "Documentary", "Europe", "5 years", "Up to 30 seconds"))

    assert not isinstance(offer, OnRequest)
    shown = [[cell.strip() for cell in row.strip("|").split("|")] for row in steps]
    factors = ["", *(f"{float(Fraction(step.factor)):g}" for step in offer.trace[1:])]
    amounts = [Money(int(step.result), "EUR").show("nl") for step in offer.trace]
    assert shown == [[step.label, *rest] for step, *rest in zip(offer.trace, factors, amounts, strict=True)]
