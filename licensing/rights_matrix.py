"""The matrix of an entry, pure: for each use, what each layer says and what it comes to, with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from licensing import permissions
from licensing.claims import Claim, ClaimStatus, Layer, Part, Use
from licensing.permissions import Decision, Facts
from licensing.reasons import Reason, Verdict

WHOLE = ""  # the column of what is about no layer: no file, nothing researched


@dataclass(frozen=True)
class Cell:
    """What one layer says to one use: the verdict and the reasons that lead to it."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Row:
    """One use: what it comes to, and a cell by layer; no cell: the layer has nothing to say."""

    use: Use
    verdict: Verdict
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Matrix:
    """Uses by layers."""

    layers: tuple[str, ...]
    rows: tuple[Row, ...]


def of(
    claims: Sequence[Claim],
    facts: Facts,
    on: date,
    territory: frozenset[str],
    part: Part | None = None,
) -> Matrix:
    """Decide about every use on a day in a territory."""
    uses = [use for use in Use if use is not Use.VIEW_META]
    decisions = {use: permissions.may_use(claims, facts, use, on, territory, part) for use in uses}
    present = {claim.layer.value for claim in claims if claim.status is not ClaimStatus.SUPERSEDED}
    known = present | {layer.value for layer in facts.layers}
    layers = tuple(layer.value for layer in Layer if layer.value in known)
    rows = tuple(_row(use, decision, layers) for use, decision in decisions.items())
    used = any(WHOLE in row.cells for row in rows)
    return Matrix((*layers, WHOLE) if used else layers, rows)


def _row(use: Use, decision: Decision, layers: Sequence[str]) -> Row:
    found = {
        layer: [reason for reason in decision.reasons if reason.layer == layer] for layer in (*layers, WHOLE)
    }
    cells = {layer: _cell(said) for layer, said in found.items() if said}
    return Row(use, decision.verdict, cells)


def _cell(said: Sequence[Reason]) -> Cell:
    # Reasons come worst first.
    worst = said[0].verdict
    return Cell(worst, tuple(reason for reason in said if reason.verdict is worst))
