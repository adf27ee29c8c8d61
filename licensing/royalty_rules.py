"""The rules by which a fee is divided, pure: dated, from `data/royalty_rules.toml`. An accrual names its version."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path

from licensing.claims import Layer

_FILE = Path(__file__).with_name("data") / "royalty_rules.toml"


class Fees(str, Enum):
    """Who bears what the payment provider keeps."""

    ARCHIVE = "archive"
    SHARED = "shared"  # the holder too, in proportion to the holder's part of the price


@dataclass(frozen=True)
class Rules:
    """Weights per layer, and what holds for a party without terms of its own."""

    version: str
    valid_from: date
    valid_to: date | None
    commission_bp: int
    minimum_minor: int
    fees: Fees
    objection_days: int
    weights: Mapping[Layer, int]


def on(day: date) -> Rules:
    """Give the rules of a day; the first ones hold for all days before them too."""
    found = [rules for rules in _all() if rules.valid_from <= day]
    return found[-1] if found else _all()[0]


@cache
def _all() -> tuple[Rules, ...]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(sorted((_read(row) for row in data["rules"]), key=lambda rules: rules.valid_from))


def _read(row: dict[str, object]) -> Rules:
    weights = row["weights"]
    if not isinstance(weights, dict):
        raise TypeError(f"{_FILE.name}: weights must be a table")
    return Rules(
        version=str(row["version"]),
        valid_from=date.fromisoformat(str(row["from"])),
        valid_to=date.fromisoformat(str(row["until"])) if "until" in row else None,
        commission_bp=int(str(row["commission_bp"])),
        minimum_minor=int(str(row["minimum_minor"])),
        fees=Fees(row["fees"]),
        objection_days=int(str(row["objection_days"])),
        weights={layer: int(weights[layer.value]) for layer in Layer},
    )
