"""How to refer to an entry and where its description comes from: citation, lasting address, sources, trail."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.config import current
from archive.db import db
from catalogue.agents import Agent
from catalogue.credits import Role
from catalogue.entries import Entry
from catalogue.pages import labels
from catalogue.pages.pieces import Piece
from catalogue.sources import EntrySource

_LINK = Markup('<a href="{}" rel="nofollow">{}</a>')


@dataclass(frozen=True)
class Crumb:
    """One step of the trail; the page itself has no address."""

    label: str
    url: str | None


def reference(entry: Entry) -> str:
    """Return the number by which people ask for an entry."""
    return entry.shelfmark or entry.pid


def permalink(entry: Entry) -> str:
    """Return the lasting address, whole."""
    return current().base_url + url_for("catalogue_open.permalink", pid=entry.pid)


def makers(piece: Piece) -> list[Agent]:
    """List whose work a piece is, as a citation names them."""
    if piece.image is not None:
        return piece.agents(Role.PHOTOGRAPHER, Role.DESIGNER)
    leaders = piece.agents(Role.PERFORMER, Role.CONDUCTOR, leaders_only=True)
    return leaders or piece.agents(Role.INTERVIEWEE) or piece.agents(Role.COMPOSER)


def sources(entry_id: int) -> list[str | Markup]:
    """List the sources of an entry."""
    query = (
        select(EntrySource)
        .options(joinedload(EntrySource.source))
        .where(EntrySource.entry_id == entry_id)
        .order_by(EntrySource.id)
    )
    return list(dict.fromkeys(_source(cited) for cited in db.session.scalars(query)))


def crumbs(piece: Piece, above: Sequence[Entry], lang: str, results_url: str | None) -> list[Crumb]:
    """Make the trail from the search, or the results somebody comes from, past what lies above (nearest first)."""
    start = Crumb(str(_("Back to the results")), results_url) if results_url else None
    return [
        start or Crumb(str(_("Search")), url_for("catalogue.search")),
        *(
            Crumb(labels.title(entry, lang), url_for("catalogue.entry", pid=entry.pid))
            for entry in reversed(above)
        ),
        Crumb(reference(piece.entry), None),
    ]


def _source(cited: EntrySource) -> str | Markup:
    text = ", ".join(part for part in (cited.source.citation, cited.locator) if part)
    url = cited.source.url or ""
    return _LINK.format(url, text) if url.startswith(("https://", "http://")) else text
