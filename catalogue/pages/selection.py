"""The page of a selection, and a selection as a file. What was withdrawn or merged since is shown as such."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from archive import addresses, spreadsheets
from archive.config import current
from catalogue import entries, pids, redirects, selections
from catalogue.citing import items, shown
from catalogue.entries import Entry, Status
from catalogue.pages import cards, labels, pieces, references
from catalogue.pages.cards import Card
from catalogue.pages.pieces import Piece
from catalogue.selections import Selection, SelectionItem

PUBLIC, WITHDRAWN, MERGED, HIDDEN = "public", "withdrawn", "merged", "hidden"
STATES = {
    PUBLIC: _l("public"),
    WITHDRAWN: _l("withdrawn"),
    MERGED: _l("merged with another entry"),
    HIDDEN: _l("not public at the moment"),
}


@dataclass(frozen=True)
class Item:
    """One thing that is kept. `card` is what can be seen of it now: of the entry it was merged into, if it was."""

    id: int
    state: str
    pid: str
    title: str  # as it was last public; empty where nobody may know it
    card: Card | None
    reason: str
    note: str


@dataclass(frozen=True)
class Page:
    """A selection, for its owner or for whoever has its link."""

    number: int
    name: str
    title: str
    note: str
    items: list[Item]
    share_url: str | None
    is_of_account: bool
    files: list[tuple[str, str]]  # label and address


@dataclass(frozen=True)
class _Kept:
    item: SelectionItem
    state: str
    piece: Piece | None


def name_of(selection: Selection) -> str:
    """Name a selection; the first has no title until it is given one."""
    return selection.title or str(_("Selection"))


def read(selection: Selection, lang: str, today: date, token: str | None = None) -> Page:
    """Make the page of a selection; `token` is that of its secret link, when that is how it is read."""
    return Page(
        number=selection.id,
        name=name_of(selection),
        title=selection.title,
        note=selection.note,
        items=[_item(kept, lang) for kept in _kept(selection, today)],
        share_url=_share_url(selection, lang),
        is_of_account=selection.account_id is not None,
        files=_files(selection, token),
    )


def items_of(selection: Selection, lang: str, today: date) -> list[dict[str, Any]]:
    """Cite what can be seen of a selection, each once."""
    found = {kept.piece.entry.pid: kept.piece for kept in _kept(selection, today) if kept.piece}
    return [items.make(piece, lang, today) for piece in found.values()]


def as_csv(selection: Selection, lang: str, today: date) -> str:
    """Write a selection as a table, with a row for everything in it."""
    heads = ("pid", "ark", "state", "kind", "title", "who", "date", "place", "reference", "address", "note")
    rows = ([spreadsheets.harmless(value) for value in _row(kept, lang)] for kept in _kept(selection, today))
    return spreadsheets.MARK + spreadsheets.table([heads, *rows])


def _kept(selection: Selection, today: date) -> list[_Kept]:
    """Look up what is kept, all in a few queries."""
    ends = {item.id: redirects.survivor(item.entry) for item in selection.items}
    public = [entry.pid for entry in ends.values() if entries.is_public(entry, today)]
    found = {piece.entry.pid: piece for piece in pieces.with_pids(list(dict.fromkeys(public)))}
    return [_Kept(item, _state(item.entry, today), found.get(ends[item.id].pid)) for item in selection.items]


def _state(entry: Entry, today: date) -> str:
    if entry.merged_into_id is not None:
        return MERGED
    if entry.status is Status.WITHDRAWN:
        return WITHDRAWN
    return PUBLIC if entries.is_public(entry, today) else HIDDEN


def _item(kept: _Kept, lang: str) -> Item:
    entry = kept.item.entry
    return Item(
        id=kept.item.id,
        state=kept.state,
        pid=entry.pid,
        title="" if kept.state == HIDDEN else labels.title(entry, lang),
        card=cards.make([kept.piece], lang)[0] if kept.piece else None,
        reason=(entry.withdrawn_reason or "") if kept.state == WITHDRAWN else "",
        note=kept.item.note,
    )


def _row(kept: _Kept, lang: str) -> list[str]:
    entry, piece = kept.item.entry, kept.piece
    title = "" if kept.state == HIDDEN else labels.title(entry, lang)
    address = current().base_url + url_for("catalogue_open.permalink", pid=entry.pid)
    start = [entry.pid, pids.ark(entry.pid, current().naan), str(STATES[kept.state])]
    if piece is None:
        return [*start, "", title, "", "", "", "", address, kept.item.note]
    return [
        *start,
        cards.type_label(piece),
        title,
        cards.who(piece),
        labels.date_label(piece.dated, lang) or "",
        piece.place.line if piece.place else "",
        references.reference(piece.entry),
        address,
        kept.item.note,
    ]


def _share_url(selection: Selection, lang: str) -> str | None:
    if selection.share_key is None:
        return None
    return addresses.absolute("catalogue.shared_selection", lang=lang, token=selections.link_token(selection))


def _files(selection: Selection, token: str | None) -> list[tuple[str, str]]:
    formats = {"csv": "CSV", **{each.name: each.label for each in shown.FORMATS.values()}}
    if token is not None:
        return [
            (label, url_for("catalogue.shared_file", token=token, format=name))
            for name, label in formats.items()
        ]
    return [
        (label, url_for("catalogue.selection_file", number=selection.id, format=name))
        for name, label in formats.items()
    ]
