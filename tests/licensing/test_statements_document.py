"""The page about statements says what is so: its weights and its worked example are worked out again."""

import re
from pathlib import Path

import pytest
from flask import Flask

from licensing import accruals, royalty_accounts, royalty_rules
from licensing.claims import Basis, Layer
from licensing.dividing import Holder
from licensing.money import parse
from licensing.royalty_accounts import Accrual
from licensing.royalty_rules import Fees
from licensing.vocabulary import LAYERS
from tests.licensing import royalties
from tests.licensing.royalties import NOON, agree, claim, euro, holder, sell

PAGE = (Path(__file__).parents[2] / "docs" / "licensing" / "statements.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """Read the rows below the first table head that begins with this."""
    lines = PAGE[PAGE.index(f"| {heading} ") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def cents(cell: str) -> int:
    return parse(cell, "EUR").minor


@pytest.fixture
def sale(app: Flask) -> Accrual:
    first, second = holder("First"), holder("Second")
    agree(first)
    agree(second, fees=Fees.SHARED)
    entry = royalties.recording()
    claim(entry, Layer.PERFORMANCE, Basis.REPRESENTED, first, share_bp=6000)
    claim(entry, Layer.PERFORMANCE, Basis.REPRESENTED, second, share_bp=3000)
    claim(entry, Layer.MASTER, Basis.OWNED)
    claim(entry, Layer.COMPOSITION, Basis.COLLECTIVE, holder("Society"))
    sold = sell(entry, 18050)
    accruals.share_fees(sold.licence.line.order, euro(349), "fees", NOON)
    return sold


def rows_of(sale: Accrual) -> dict[str, list[int]]:
    """Say of each holder: part of the fee, fee of the provider, what the archive keeps, what is owed."""
    parts = royalty_accounts.parts_of(sale.id)
    booked = royalty_accounts.booked([part.id for part in parts])
    return {
        part.party.name if part.party else "Reserve": [
            part.base_minor,
            booked[part.id].fees,
            part.base_minor - booked[part.id].fees - booked[part.id].amount,
            booked[part.id].amount,
        ]
        for part in parts
        if part.holder is not Holder.ARCHIVE
    }


def test_the_weights_are_those_of_the_rules() -> None:
    said = {label: int(weight) for label, weight in table("Layer | Weight")}

    assert said == {
        LAYERS[layer.value]: weight for layer, weight in royalty_rules.on(NOON.date()).weights.items()
    }


def test_the_worked_example_is_worked_out_again(sale: Accrual) -> None:
    said = {row[1]: [cents(cell) for cell in row[3:] if cell] for row in table("Layer | Whose")}
    own = [part.base_minor for part in royalty_accounts.parts_of(sale.id) if part.holder is Holder.ARCHIVE]

    assert said.pop("The archive") == own * 2
    assert said == rows_of(sale)
    assert sum(amounts[0] for amounts in said.values()) + sum(own) == sale.net_minor


def test_the_refund_of_the_example_is_worked_out_again(sale: Accrual) -> None:
    sentence = PAGE[PAGE.index("A quarter of a year later") :].split("`tests/")[0]
    refund, first, second, reserve = (cents(found) for found in re.findall(r"€ [\d,]*\d", sentence))

    accruals.take_back(sale, euro(refund), "refund", "refund", NOON)

    owed = {name: amounts[-1] for name, amounts in rows_of(sale).items()}
    assert owed == {"First": first, "Second": second, "Reserve": reserve}
