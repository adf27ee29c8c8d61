"""The pieces of a request as the desk checks them: picture, excerpt, and layer by layer what this use needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from archive.db import db
from catalogue import entry_files
from catalogue.entries import Entry
from catalogue.entry_files import Files
from licensing import clearance_needs, clearance_words, clearances, clearing, reasons, request_terms, wording
from licensing.clearance_needs import Standing
from licensing.clearance_sheet import STATUSES
from licensing.clearances import Clearance, ClearanceStatus
from licensing.projects import Project, ProjectItem
from licensing.reasons import Reason, Verdict
from licensing.reuse_requests import ReuseRequest
from licensing.vocabulary import LAYERS, N_

SHOWN = 12  # a page beside a list; whoever wants the rest asks for it

VERDICTS = {
    Verdict.ALLOW: N_("May be licensed"),
    Verdict.ASK: N_("Not cleared yet"),
    Verdict.DENY: N_("Not possible"),
}
# What the buyer sees to is neither ours nor missing.
_ELSEWHERE = frozenset({reasons.REPORT_YOURSELF, clearing.LEFT_OUT})


@dataclass(frozen=True)
class Check:
    """One layer: `state` is ok, half (for the buyer to arrange) or no."""

    state: str
    text: str


@dataclass(frozen=True)
class Consent:
    """A clearance in words."""

    clearance: Clearance
    layer: str
    holder: str
    state: str
    may_ask: bool


@dataclass(frozen=True)
class Piece:
    """One entry of a request with its parts, the verdict in words, the layers behind it, and who was asked."""

    entry: Entry
    files: Files
    parts: list[str]
    note: str
    use: str
    verdict: Verdict
    words: str
    checks: list[Check]
    consents: list[Consent]


@dataclass(frozen=True)
class Pieces:
    """The first pieces, or all, and how many there are."""

    shown: list[Piece]
    total: int


def of(request: ReuseRequest, on: date, lang: str, *, everything: bool = False) -> Pieces:
    """Check the pieces of a request on a day, in the reader's language; at most SHOWN unless all are asked for."""
    _read_items(request)
    terms = request_terms.of(request, on)
    wanted = terms if everything else terms[:SHOWN]
    standings = clearance_needs.standings_of(wanted, clearances.of_request(request.id))
    files = entry_files.of(*(found.terms.entry.id for found in standings))
    return Pieces([_piece(found, files[found.terms.entry.id], lang) for found in standings], len(terms))


def _read_items(request: ReuseRequest) -> None:
    """Read all items with their entries at once, and not each when it is looked at."""
    items = selectinload(Project.items).options(joinedload(ProjectItem.entry))
    query = select(Project).where(Project.id == request.project_id).options(items)
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def _piece(standing: Standing, files: Files, lang: str) -> Piece:
    terms, decision = standing.terms, standing.decision
    return Piece(
        entry=terms.entry,
        files=files,
        parts=[words for item in terms.items if (words := _part(item))],
        note=" ".join(item.note for item in terms.items if item.note),
        use=wording.summary(terms.choice, lang),
        verdict=decision.verdict,
        words=_(VERDICTS[decision.verdict]),
        checks=_checks(decision.reasons),
        consents=[_consent(found) for found in standing.clearances],
    )


def _part(item: ProjectItem) -> str:
    return clearance_words.part_in_words({"in_ms": item.in_ms, "out_ms": item.out_ms, "crop": item.crop})


def _checks(found: Sequence[Reason]) -> list[Check]:
    return [Check(_state(reason), wording.reason_with_layer(reason)) for reason in found]


def _state(reason: Reason) -> str:
    if reason.text in _ELSEWHERE:
        return "half"
    return "ok" if reason.verdict is Verdict.ALLOW else "no"


def _consent(clearance: Clearance) -> Consent:
    return Consent(
        clearance=clearance,
        layer=_(LAYERS[clearance.layer.value]),
        holder=clearance.holder or _("nobody is known"),
        state=_(STATUSES[clearance.status]),
        may_ask=clearance.status in (ClearanceStatus.OPEN, ClearanceStatus.LAPSED)
        and clearance.party is not None
        and clearance.party.email is not None,
    )
