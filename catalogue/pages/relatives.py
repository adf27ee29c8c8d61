"""What belongs together: the takes and pictures of a session, what a collection holds, more from the same night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, or_

from catalogue import entries
from catalogue.entries import Entry, EntryKind
from catalogue.pages import cards, labels, pieces, questions
from catalogue.pages.cards import Card
from catalogue.pages.pieces import Piece, Row
from catalogue.pictures import Image
from catalogue.recordings import Recording
from catalogue.search.query import SearchQuery

BESIDE = 4  # cards under a page
BELOW = 48  # cards on the page of a session or collection
OF_A_KIND = 12  # of them, of one kind in a collection
OF_A_WORK = 300  # its recordings: all of them, even of a standard


@dataclass(frozen=True)
class Cards:
    """A row of cards under a heading, and where there are more."""

    heading: str
    url: str | None
    cards: list[Card]


def around(row: Row, today: date) -> tuple[list[Row], list[Row]]:
    """Read the parts of a session, collection or work; where there are none, what lies beside an entry instead."""
    parts = _parts(row.entry, today)
    return parts, [] if parts else _neighbours(row, today)


def beside(
    piece: Piece, neighbours: Sequence[Piece], parent: Entry | None, lang: str, today: date
) -> Cards | None:
    """Show what was made at the same session, else what lies in the same collection."""
    at = piece.session_entry
    together = [other for other in neighbours if at is not None and other.session_entry is at]
    if together and at is not None:
        url = url_for("catalogue.entry", pid=at.pid) if entries.is_public(at, today) else None
        return Cards(str(_("From the same session")), url, cards.make(together, lang))
    if not neighbours or parent is None:
        return None
    return Cards(str(_("From the same collection")), _collection_url(parent), cards.make(neighbours, lang))


def below(piece: Piece, parts: Sequence[Piece], lang: str) -> list[Cards]:
    """Show what a session, collection or work is made up of, by kind."""
    if piece.entry.kind is EntryKind.WORK:
        parts = sorted(parts, key=lambda part: (part.dated.date_lo is None, part.dated.date_lo or 0))
    groups: dict[EntryKind, list[Piece]] = {}
    for part in parts:
        groups.setdefault(part.entry.kind, []).append(part)
    return [_group(piece.entry, kind, groups[kind], lang) for kind in labels.KINDS_MANY if kind in groups]


def _parts(entry: Entry, today: date) -> list[Row]:
    condition = _part_of(entry)
    if condition is None:
        return []
    takes_first = case((Entry.kind == EntryKind.RECORDING, 0), else_=1)
    order = (takes_first, Recording.position, Entry.shelfmark, Entry.title, Entry.id)
    public = pieces.is_public(Entry, today)
    if entry.kind is EntryKind.WORK:
        by_date = (Entry.date_lo.is_(None), Entry.date_lo, Entry.title, Entry.id)
        return pieces.rows(public, condition, order=by_date, limit=OF_A_WORK)
    return pieces.rows(public, condition, order=order, limit=BELOW)


def _neighbours(row: Row, today: date) -> list[Row]:
    entry, at = row.entry, row.session_entry
    conditions = [_of_session(at.id)] if at is not None else []
    conditions += [Entry.parent_id == entry.parent_id] if entry.parent_id is not None else []
    if not conditions:
        return []
    return pieces.rows(
        pieces.is_public(Entry, today),
        Entry.id.not_in([entry.id, *([at.id] if at else [])]),
        or_(*conditions),
        order=(
            case((conditions[0], 0), else_=1),
            case((Entry.kind == entry.kind, 0), else_=1),
            Recording.position,
            Entry.id,
        ),
        limit=BESIDE,
    )


def _of_session(session_id: int) -> ColumnElement[bool]:
    return or_(Recording.session_id == session_id, Image.session_id == session_id)


def _part_of(entry: Entry) -> ColumnElement[bool] | None:
    if entry.kind is EntryKind.SESSION:
        return _of_session(entry.id)
    if entry.kind is EntryKind.COLLECTION:
        return Entry.parent_id == entry.id
    if entry.kind is EntryKind.WORK:
        return Recording.work_id == entry.id
    return None


def _group(whole: Entry, kind: EntryKind, parts: Sequence[Piece], lang: str) -> Cards:
    heading = str(labels.KINDS_MANY[kind])
    if whole.kind is not EntryKind.COLLECTION:
        return Cards(heading, None, cards.make(parts, lang))
    return Cards(heading, _collection_url(whole, kind), cards.make(parts[:OF_A_KIND], lang))


def _collection_url(collection: Entry, kind: EntryKind | None = None) -> str:
    query = SearchQuery(sort="added").with_value("collection", collection.pid)
    return questions.url(query.with_value("kind", kind.value) if kind else query)
