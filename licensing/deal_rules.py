"""What a deal with artists comes to: costs first, a guarantee, and a share of the rest. Pure.

Income is without VAT. What payment providers keep is the archive's own cost, unless it is agreed as one of the costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from licensing.money import Money


class Basis(str, Enum):
    """How guarantee and share go together."""

    VERSUS = "versus"  # the share, but never less than the guarantee
    PLUS = "plus"  # the guarantee, and a share of what is left after it


@dataclass(frozen=True)
class Terms:
    """What was agreed; `share_bp` is in basis points of what is left."""

    basis: Basis
    guarantee: Money
    share_bp: int


@dataclass(frozen=True)
class Outcome:
    """What a deal comes to, step by step."""

    income: Money
    costs: Money
    rest: Money  # that the share is taken of; never below zero
    share: Money
    due: Money


def work_out(income: Money, costs: Money, terms: Terms) -> Outcome:
    """Work out what the artists get: what costs and guarantee leave uncovered is the archive's loss, not theirs."""
    nothing = Money(0, income.currency)
    first = costs + terms.guarantee if terms.basis is Basis.PLUS else costs
    rest = max(income - first, nothing)
    share = rest.percent_of(terms.share_bp)
    due = terms.guarantee + share if terms.basis is Basis.PLUS else max(terms.guarantee, share)
    return Outcome(income, costs, rest, share, due)


def divide(due: Money, weights: Sequence[int], before: Sequence[Money]) -> list[Money]:
    """Divide what is due over the artists and take off what each was told before; to the cent."""
    return [total - told for total, told in zip(due.allocate(weights), before, strict=True)]
