"""Which order a transfer is for: by its reference for certain; by number, amount and name as proposals for a person.

Pure: the caller brings the orders that wait for money.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from catalogue import folding
from licensing.money import Money

MOST = 3  # proposals; more would be a list to search, not a proposal
_ORDER_NUMBER = re.compile(r"B\s?(20\d\d)[\s-]?(\d{5,9})", re.IGNORECASE)
_SHORTEST_WORD = 4
_SAY_NOTHING = frozenset({"stichting", "vereniging", "holding", "foundation", "limited", "gmbh"})


class Reason(str, Enum):
    """What speaks for a proposal, the strongest first."""

    NUMBER = "number"
    AMOUNT = "amount"
    NAME = "name"


_WEIGHTS = {Reason.NUMBER: 4, Reason.AMOUNT: 2, Reason.NAME: 1}


@dataclass(frozen=True)
class Waiting:
    """An order that waits for money: what is missing, and who ordered."""

    number: str
    missing: Money
    names: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """An order that a transfer may be for, and why."""

    number: str
    missing: Money
    reasons: tuple[Reason, ...]


def proposals(amount: Money, name: str, said: str, waiting: Sequence[Waiting]) -> list[Proposal]:
    """Give the orders that a transfer may be for, the likeliest first; a name alone is too little to propose."""
    numbers, words = order_numbers(said), _words(name)
    found = [
        Proposal(order.number, order.missing, reasons)
        for order in waiting
        if (reasons := _reasons(order, amount, numbers, words)) and reasons != (Reason.NAME,)
    ]
    found.sort(key=lambda proposal: (-sum(_WEIGHTS[reason] for reason in proposal.reasons), proposal.number))
    return found[:MOST]


def order_numbers(said: str) -> set[str]:
    """Find the numbers of orders that a payer wrote."""
    return {f"B{year}-{number}" for year, number in _ORDER_NUMBER.findall(said)}


def _reasons(order: Waiting, amount: Money, numbers: set[str], words: set[str]) -> tuple[Reason, ...]:
    holds = {
        Reason.NUMBER: order.number in numbers,
        Reason.AMOUNT: order.missing == amount,
        Reason.NAME: any(words & _words(name) for name in order.names),
    }
    return tuple(reason for reason, is_so in holds.items() if is_so)


def _words(name: str) -> set[str]:
    words = re.findall(r"\w+", folding.fold(name))
    return {word for word in words if len(word) >= _SHORTEST_WORD and word not in _SAY_NOTHING}
