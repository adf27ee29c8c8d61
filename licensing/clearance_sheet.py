"""The clearances of a request as the desk sees them: each piece, how it stands and why, and what may be done next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from archive import clock
from licensing import clearance_links, clearance_needs, clearance_words, clearances, wording
from licensing.clearance_needs import Standing
from licensing.clearances import MOVES, Clearance, ClearanceEvent, ClearanceStatus
from licensing.reuse_requests import ReuseRequest
from licensing.vocabulary import LAYERS, N_

STATUSES = {
    ClearanceStatus.OPEN: N_("to be asked"),
    ClearanceStatus.ASKED: N_("asked"),
    ClearanceStatus.GRANTED: N_("granted"),
    ClearanceStatus.GRANTED_WITH_CONDITIONS: N_("granted with conditions"),
    ClearanceStatus.REFUSED: N_("refused"),
    ClearanceStatus.NO_ANSWER: N_("no answer"),
    ClearanceStatus.ESCALATED: N_("no answer, for you to take up"),
    ClearanceStatus.EXCLUDED: N_("left out of the licence"),
    ClearanceStatus.WAIVED: N_("done without"),
    ClearanceStatus.LAPSED: N_("lapsed"),
}


@dataclass(frozen=True)
class Row:
    """One clearance with what may be done about it."""

    clearance: Clearance
    layer: str
    holder: str
    status: str
    fee: str | None
    offered: str | None
    may_ask: bool
    may_record: bool
    may_exclude: bool
    may_waive: bool
    may_reopen: bool
    history: list[ClearanceEvent]


@dataclass(frozen=True)
class Piece:
    """One entry of a request: the verdict with its reasons, and its clearances."""

    pid: str
    title: str
    use: str
    verdict: str
    reasons: list[tuple[str, str]]  # verdict and sentence
    rows: list[Row]


@dataclass(frozen=True)
class Sheet:
    """All pieces of a request."""

    request: ReuseRequest
    pieces: list[Piece]
    is_settled: bool
    lacking: int  # consents that are needed and not opened yet


def of(request: ReuseRequest, moment: datetime, lang: str) -> Sheet:
    """Gather how a request stands, in the reader's language."""
    today = clock.day_here(moment)
    standings, history = clearance_needs.standings(request, today), clearances.history_of(request.id)
    known = {(row.entry_id, row.layer, row.party_id) for found in standings for row in found.clearances}
    wanted = {
        (want.terms.entry.id, want.layer, want.party.id if want.party else None)
        for want in clearance_needs.needed(request, today)
    }
    return Sheet(
        request,
        [_piece(found, history, moment, lang) for found in standings],
        clearance_needs.is_settled(request, today),
        len(wanted - known),
    )


def _piece(
    standing: Standing, history: Mapping[int, list[ClearanceEvent]], moment: datetime, lang: str
) -> Piece:
    entry, decision = standing.terms.entry, standing.decision
    return Piece(
        pid=entry.pid,
        title=entry.title,
        use=wording.summary(standing.terms.choice, lang),
        verdict=decision.verdict.value,
        reasons=[(reason.verdict.value, wording.reason_with_layer(reason)) for reason in decision.reasons],
        rows=[row(found, history.get(found.id, []), moment, lang) for found in standing.clearances],
    )


def row(clearance: Clearance, history: list[ClearanceEvent], moment: datetime, lang: str) -> Row:
    """Say of one clearance how it stands and what may be done next."""
    onwards, status = MOVES[clearance.status], clearance.status
    is_waiting = status is ClearanceStatus.ASKED and not clearance_links.has_expired(clearance, moment)
    can_write = clearance.party is not None and clearance.party.email is not None
    has_asked = status is ClearanceStatus.ASKED and clearance.link_wanted_at is not None
    may_ask = (
        ClearanceStatus.ASKED in onwards or has_asked or (status is ClearanceStatus.ASKED and not is_waiting)
    )
    return Row(
        clearance=clearance,
        layer=_(LAYERS[clearance.layer.value]),
        holder=clearance.holder or _("nobody is known"),
        status=_(STATUSES[status]),
        fee=clearance_words.amount(clearance.fee_minor, lang),
        offered=clearance_words.amount(clearance.offered_minor, lang),
        may_ask=may_ask and can_write,
        may_record=bool(onwards & {ClearanceStatus.GRANTED, ClearanceStatus.ASKED}),
        may_exclude=ClearanceStatus.EXCLUDED in onwards,
        may_waive=ClearanceStatus.WAIVED in onwards,
        may_reopen=ClearanceStatus.OPEN in onwards,
        history=history,
    )
