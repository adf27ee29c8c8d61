"""Batches as pages show them: what is done in words, and of each entry what it said and says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from archive.db import db
from catalogue import batches, operations
from catalogue.agents import Agent
from catalogue.batches import Batch, BatchEntry, BatchState, RowState
from catalogue.credits import Role
from catalogue.editing import words
from catalogue.entries import Access, Entry, Status
from catalogue.operations import Action, Operation, Reason
from catalogue.pages import changes, labels
from catalogue.pages.changes import Change
from catalogue.places import Place
from catalogue.terms import Term

PAGE = 50

STATES = {
    BatchState.GATHERING: _l("Being prepared"),
    BatchState.READY: _l("To be looked at"),
    BatchState.APPLYING: _l("Being done"),
    BatchState.APPLIED: _l("Done"),
    BatchState.UNDOING: _l("Being undone"),
    BatchState.UNDONE: _l("Undone"),
    BatchState.DROPPED: _l("Dropped"),
}
ROWS = {
    RowState.WAITING: _l("Waiting"),
    RowState.CHANGES: _l("Will change"),
    RowState.SAME: _l("Says so already"),
    RowState.REFUSED: _l("Cannot be changed"),
    RowState.OVERTAKEN: _l("Saved by somebody else"),
    RowState.APPLIED: _l("Changed"),
    RowState.UNDONE: _l("Changed back"),
    RowState.KEPT: _l("A later edit stands"),
}
REASONS = {
    Reason.NOT_OF_KIND: _l("This kind of entry does not have the field."),
    Reason.NEEDS_TITLE: _l("No title would be left, and every entry has one."),
    Reason.TOO_LONG: _l("The text would become too long."),
    Reason.WITHIN_ITSELF: _l("A collection cannot lie within itself."),
    Reason.NO_SUCH_MOVE: _l("This step cannot be taken from where the entry stands."),
    Reason.MERGED: _l("It was merged with another entry. Choose the one that stays."),
    Reason.GONE: _l("What it refers to is gone."),
    Reason.EDITED: _l(
        "Somebody saved it in the meantime. That edit stands; look at it and change it by hand."
    ),
    Reason.NOT_SAVED: _l("The database refused it. Change it by hand to see why."),
}
# What is worth looking at first.
ORDER = (
    RowState.CHANGES,
    RowState.REFUSED,
    RowState.OVERTAKEN,
    RowState.KEPT,
    RowState.APPLIED,
    RowState.UNDONE,
    RowState.SAME,
    RowState.WAITING,
)


@dataclass(frozen=True)
class Tab:
    """The entries of a batch that fare alike."""

    state: RowState
    label: str
    total: int


@dataclass(frozen=True)
class Line:
    """One entry of a batch, with what it said and says."""

    row: BatchEntry
    entry: Entry
    changes: list[Change]
    reason: str | None


@dataclass(frozen=True)
class Progress:
    """How far a batch at work is."""

    done: int
    total: int


def tabs(counts: Mapping[RowState, int]) -> list[Tab]:
    """List how the entries fare, what is to be looked at first."""
    return [Tab(state, str(ROWS[state]), counts[state]) for state in ORDER if counts.get(state)]


def progress(batch: Batch, counts: Mapping[RowState, int]) -> Progress | None:
    """Say how far a batch is that is at work."""
    left = {
        BatchState.GATHERING: RowState.WAITING,
        BatchState.APPLYING: RowState.CHANGES,
        BatchState.UNDOING: RowState.APPLIED,
    }.get(batch.state)
    if left is None:
        return None
    total = sum(counts.values())
    return Progress(total - counts.get(left, 0), total)


def lines(batch_id: int, state: RowState, page: int, lang: str) -> list[Line]:
    """Return a page of the entries that fare alike."""
    rows = batches.rows(batch_id, [state], PAGE, (page - 1) * PAGE)
    query = select(Entry).where(Entry.id.in_([row.entry_id for row in rows]))
    known = {entry.id: entry for entry in db.session.scalars(query)}
    shown = changes.between([_pair(row) for row in rows], lang)
    return [
        Line(row, known[row.entry_id], found, str(REASONS[row.reason]) if row.reason else None)
        for row, found in zip(rows, shown, strict=True)
    ]


def _pair(row: BatchEntry) -> tuple[dict[str, object], dict[str, object]]:
    before, after = row.before or {}, row.after or {}
    return (after, before) if row.state is RowState.UNDONE else (before, after)


def described(said: Sequence[Operation], lang: str) -> list[str]:
    """Say in words what operations do, with one query for each kind of thing they name."""
    names = _names(said, lang)
    return [_described(operation, names.get((operation.action, operation.target), "")) for operation in said]


def _described(operation: Operation, name: str) -> str:
    field = changes.field_label(operations.FIELDS[operation.field].name) if operation.field else ""
    text = operation.text
    if operation.action is Action.STATUS:
        text = str(labels.STATUSES[Status(text)])
    if operation.action is Action.ACCESS:
        text = str(words.ACCESSES[Access(text)])
    sentence = _SENTENCES[operation.action]
    if operation.action in _TAKEN_AWAY and not (operation.target or text):
        sentence = _TAKEN_AWAY[operation.action]
    role = str(labels.ROLES[Role(operation.role)]) if operation.role else str(_("any role"))
    return str(sentence) % {
        "field": field,
        "text": text if len(text) <= 80 else f"{text[:80]}…",
        "replacement": operation.replacement,
        "name": name,
        "role": role,
    }


_SENTENCES = {
    Action.SET: _l("%(field)s becomes “%(text)s”"),
    Action.CLEAR: _l("%(field)s is emptied"),
    Action.REPLACE: _l("%(field)s: “%(text)s” becomes “%(replacement)s”"),
    Action.ADD_TERM: _l("Term added: %(name)s"),
    Action.REMOVE_TERM: _l("Term taken off: %(name)s"),
    Action.ADD_CREDIT: _l("Credit added: %(name)s, %(role)s"),
    Action.REMOVE_CREDIT: _l("Credit taken off: %(name)s, %(role)s"),
    Action.PLACE: _l("The place becomes %(name)s"),
    Action.COLLECTION: _l("The collection becomes %(name)s"),
    Action.DATE: _l("The date becomes “%(text)s”"),
    Action.ACCESS: _l("Access becomes: %(text)s"),
    Action.STATUS: _l("The status becomes: %(text)s"),
}
_TAKEN_AWAY = {
    Action.PLACE: _l("The place is taken away"),
    Action.COLLECTION: _l("The entries are taken out of their collection"),
    Action.DATE: _l("The date is taken away"),
}


def _names(said: Sequence[Operation], lang: str) -> dict[tuple[Action, int | None], str]:
    columns = {
        (Action.ADD_TERM, Action.REMOVE_TERM): (Term.id, Term.label_nl if lang == "nl" else Term.label_en),
        (Action.ADD_CREDIT, Action.REMOVE_CREDIT): (Agent.id, Agent.name),
        (Action.PLACE,): (Place.id, Place.name),
        (Action.COLLECTION,): (Entry.id, Entry.title),
    }
    found: dict[tuple[Action, int | None], str] = {}
    for actions, (number, name) in columns.items():
        wanted = {each.target for each in said if each.action in actions and each.target is not None}
        if wanted:
            rows = db.session.execute(select(number, name).where(number.in_(wanted)))
            found |= {(action, target): text for target, text in rows for action in actions}
    return found
