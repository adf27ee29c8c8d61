"""Prices of small uses, pure: dated, from `data/small_prices.toml` or the archive's own file. VAT is in them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path

from licensing.money import Money

SHIPPED = Path(__file__).with_name("data") / "small_prices.toml"


class GrantKind(str, Enum):
    """What may be done for a while; the values are those of `orders.LineKind`."""

    LISTEN = "listen"  # one recording, whole
    DOWNLOAD = "download"  # one recording, to keep
    PASS = "pass"  # noqa: S105 - every recording


@dataclass(frozen=True)
class Prices:
    """A list: what each kind costs, how long it lasts, and how often a file can be fetched."""

    version: str
    valid_from: date
    price: Mapping[GrantKind, Money]
    lasts: Mapping[GrantKind, timedelta]
    download_times: int


class NoPrices(LookupError):
    """No list is in force on this day."""


def on(day: date, file: Path = SHIPPED) -> Prices:
    """Give the list of a day; raise NoPrices."""
    found = [prices for prices in _all(file) if prices.valid_from <= day]
    if not found:
        raise NoPrices(f"no prices of small uses on {day}: add them to {file.name}")
    return found[-1]


@cache
def _all(file: Path) -> tuple[Prices, ...]:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(sorted((_read(row) for row in data["prices"]), key=lambda prices: prices.valid_from))


def _read(row: Mapping[str, object]) -> Prices:
    def number(name: str) -> int:
        value = row[name]
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"{name} must be a whole number above 0, not {value!r}")
        return value

    return Prices(
        version=str(row["version"]),
        valid_from=date.fromisoformat(str(row["from"])),
        price={kind: Money(number(kind.value), str(row["currency"])) for kind in GrantKind},
        lasts={
            GrantKind.LISTEN: timedelta(hours=number("listen_hours")),
            GrantKind.DOWNLOAD: timedelta(days=number("download_days")),
            GrantKind.PASS: timedelta(hours=number("pass_hours")),
        },
        download_times=number("download_times"),
    )
