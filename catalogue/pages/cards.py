"""Cards: one entry each, as the results, the home page and the pages of other entries show it."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from catalogue.credits import Role
from catalogue.entries import EntryKind
from catalogue.pages import labels, links
from catalogue.pages.pieces import Piece
from catalogue.search.index import Found

PLATES = 4
MAX_NAMES = 2  # performers named on a card that has no leader

_MARKED = Markup("<mark>{}</mark>")
_FOUND = {
    "name": _l("Found as %(text)s"),
    "title": _l("Also called %(text)s"),
    "number": _l("Number %(text)s"),
    "text": "%(text)s",
}


@dataclass(frozen=True)
class Card:
    """One entry in a grid, in the reader's language."""

    pid: str
    kind: str
    type_label: str
    url: str
    title: str
    who: str
    where_when: str
    reuse: str | None
    price_label: str | None
    duration_label: str | None
    sleeve_url: str | None
    picture_url: str | None
    picture_alt: str
    picture_width: int | None
    picture_height: int | None
    plate: str
    fragment_url: str | None
    found: Markup | None


def make(pieces: Iterable[Piece], lang: str, found: dict[str, Found] | None = None) -> list[Card]:
    """Make the cards of some pieces, in their order."""
    return [_card(piece, lang, (found or {}).get(piece.entry.pid)) for piece in pieces]


def plate(pid: str) -> str:
    """Choose the colour of the paper under a picture: always the same for an entry."""
    return f"p{zlib.crc32(pid.encode()) % PLATES + 1}"


def type_label(piece: Piece) -> str:
    """Name what sort of thing it is, as precisely as is known."""
    if piece.image is not None:
        return str(labels.IMAGES[piece.image.image_type])
    if piece.session is not None and piece.entry.kind in (EntryKind.RECORDING, EntryKind.SESSION):
        names = labels.RECORDINGS if piece.entry.kind is EntryKind.RECORDING else labels.SESSIONS
        return str(names[piece.session.session_type])
    return str(labels.KINDS[piece.entry.kind])


def who(piece: Piece) -> str:
    """Name whose it is: the group as announced, the leader, the first players, the maker."""
    if piece.image is not None:
        return _maker(piece)
    if piece.session is not None and piece.session.leader_text:
        return piece.session.leader_text
    if piece.entry.kind is EntryKind.COLLECTION:
        return piece.entry.extent or ""
    agents = piece.agents(Role.PERFORMER, Role.CONDUCTOR, leaders_only=True)
    agents = (
        agents or piece.agents(Role.PERFORMER, Role.INTERVIEWEE)[:MAX_NAMES] or piece.agents(Role.COMPOSER)
    )
    return ", ".join(agent.name for agent in agents)


def where_when(piece: Piece, lang: str) -> str:
    """Name the city and the date."""
    city = piece.place.city.name if piece.place else None
    return ", ".join(part for part in (city, labels.date_label(piece.dated, lang)) if part)


def picture_url(piece: Piece, size: str) -> str:
    """Return the address of the picture in a size (thumbnail or preview)."""
    return links.to_entry("catalogue_open.picture", piece.entry.pid, size=size)


def fragment_url(piece: Piece) -> str | None:
    """Return the address of the part that everybody may hear, if there is one."""
    if piece.files.fragment is None or not piece.may_be_heard:
        return None
    return links.to_entry("catalogue_open.fragment", piece.entry.pid)


def _card(piece: Piece, lang: str, found: Found | None) -> Card:
    entry = piece.entry
    picture = (piece.files.thumbnail or piece.files.preview) if piece.may_be_heard else None
    size = "thumbnail" if piece.files.thumbnail else "preview"
    duration = piece.recording.duration_ms if piece.recording else None
    return Card(
        pid=entry.pid,
        kind=entry.kind.value,
        type_label=type_label(piece),
        url=links.to_entry("catalogue.entry", entry.pid),
        title=labels.title(entry, lang),
        who=who(piece),
        where_when=where_when(piece, lang),
        reuse=entry.shown_reuse.value if entry.shown_reuse else None,
        price_label=labels.price_label(entry.price_from_minor, lang),
        duration_label=labels.duration_label(duration) if duration else None,
        sleeve_url=links.to_entry("catalogue_open.sleeve", entry.pid) if piece.recording else None,
        picture_url=picture_url(piece, size) if picture else None,
        picture_alt=(piece.image.alt(lang) if piece.image else "") or labels.title(entry, lang),
        picture_width=picture.width if picture else None,
        picture_height=picture.height if picture else None,
        plate=plate(entry.pid),
        fragment_url=fragment_url(piece),
        found=_found(found) if found else None,
    )


def _maker(piece: Piece) -> str:
    photographers, designers = piece.agents(Role.PHOTOGRAPHER), piece.agents(Role.DESIGNER)
    if photographers:
        return str(_("Photo: %(name)s", name=", ".join(agent.name for agent in photographers)))
    if designers:
        return str(_("Design: %(name)s", name=", ".join(agent.name for agent in designers)))
    return ", ".join(agent.name for agent in piece.agents(Role.DEPICTED)[:MAX_NAMES])


def _found(found: Found) -> Markup:
    pieces = (_MARKED.format(piece) if is_marked else escape(piece) for piece, is_marked in found.pieces)
    return escape(str(_FOUND[found.kind])) % {"text": Markup("").join(pieces)}
