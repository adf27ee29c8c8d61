"""The time line of a request: who moved, assigned or dated it, when and why, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.db import db
from licensing import clearance_sheet, desk_actions, request_queue, request_rows, reuse_requests
from licensing.clearances import Clearance, ClearanceEvent
from licensing.desk_actions import ActionKind, DeskChange
from licensing.desk_words import QUOTE_STATES, STATUSES
from licensing.quotes import Quote, QuoteEvent
from licensing.reuse_requests import RequestEvent, ReuseRequest
from licensing.vocabulary import LAYERS


@dataclass(frozen=True)
class Happening:
    """One thing that happened; `who` is empty for the buyer and the clock."""

    at: datetime
    who: str
    what: str
    why: str = ""


def of(request: ReuseRequest) -> list[Happening]:
    """Return what happened to a request, the newest first."""
    moves, changes = reuse_requests.events_of(request), desk_actions.changes_of(request)
    asked, offered = _of_clearances(request.id), _of_quotes(request.id)
    ids = _in_changes(changes) | {move.account_id for move in moves}
    ids |= {event.account_id for event, _of in asked} | {event.account_id for event, _of in offered}
    names = request_rows.names_of({account_id for account_id in ids if account_id is not None})
    found = [_of_move(move, names) for move in moves]
    found += [happening for change in changes for happening in _of_change(change, names)]
    found += [_of_clearance(*row, names) for row in asked]
    found += [_of_quote(*row, names) for row in offered]
    return sorted(found, key=lambda happening: happening.at)[::-1]  # of one moment, the last said first


def _of_move(move: RequestEvent, names: dict[int, str]) -> Happening:
    who = names.get(move.account_id, "") if move.account_id else ""
    if move.before is None:
        return Happening(move.at, who, _("Begun"))
    # Reasons of ours are msgids, those of people are shown as they wrote them.
    return Happening(move.at, who, str(STATUSES[move.after]), _(move.why) if move.why else "")


def _of_change(change: DeskChange, names: dict[int, str]) -> list[Happening]:
    """Say what the moves do not say already: who it was given to, and until when."""
    before, after, action = change.before, change.after, change.action
    undone = _("Undone") if action.kind is ActionKind.UNDO else ""
    who, found = names.get(action.account_id, ""), []
    if before["assigned_to"] != after["assigned_to"]:
        to = names.get(after["assigned_to"], "")
        said = _("Assigned to %(name)s", name=to) if to else _("Assigned to nobody")
        found.append(Happening(action.at, who, said, undone))
    if before["due_at"] != after["due_at"]:
        found.append(Happening(action.at, who, _due(after["due_at"]), undone))
    return found


def _due(due_at: str | None) -> str:
    if due_at is None:
        return str(_("No due date"))
    day = request_queue.last_day(datetime.fromisoformat(due_at))
    return str(_("Due on %(day)s", day=format_date(day, "long")))


def _of_clearances(request_id: int) -> list[tuple[ClearanceEvent, Clearance]]:
    query = (
        select(ClearanceEvent, Clearance)
        .join(Clearance, Clearance.id == ClearanceEvent.clearance_id)
        .options(joinedload(Clearance.party), joinedload(Clearance.entry))
        .where(Clearance.request_id == request_id)
        .order_by(ClearanceEvent.id)
    )
    return [(event, clearance) for event, clearance in db.session.execute(query)]


def _of_clearance(event: ClearanceEvent, clearance: Clearance, names: dict[int, str]) -> Happening:
    what = _(
        "%(layer)s of “%(title)s”, %(holder)s: %(state)s",
        layer=_(LAYERS[clearance.layer.value]),
        title=clearance.entry.title,
        holder=clearance.holder or _("nobody is known"),
        state=_(clearance_sheet.STATUSES[event.after]),
    )
    return Happening(event.at, names.get(event.account_id or 0, ""), what, _(event.why) if event.why else "")


def _of_quotes(request_id: int) -> list[tuple[QuoteEvent, Quote]]:
    query = (
        select(QuoteEvent, Quote)
        .join(Quote, Quote.id == QuoteEvent.quote_id)
        .where(Quote.request_id == request_id)
        .order_by(QuoteEvent.id)
    )
    return [(event, quote) for event, quote in db.session.execute(query)]


def _of_quote(event: QuoteEvent, quote: Quote, names: dict[int, str]) -> Happening:
    what = _("Quote %(number)s: %(state)s", number=quote.number, state=QUOTE_STATES[event.after])
    return Happening(event.at, names.get(event.account_id or 0, ""), what, _(event.why) if event.why else "")


def _in_changes(changes: list[DeskChange]) -> set[int | None]:
    return {change.action.account_id for change in changes} | {
        change.after["assigned_to"] for change in changes
    }
