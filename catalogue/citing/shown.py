"""Citations on the page of an entry, and as files: one name for each format, its media type and how it is written."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from catalogue.citing import bibtex, items, ris, styles
from catalogue.pages import links
from catalogue.pages.pieces import Piece

Item = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """One format of a file: its name in addresses and for people, and what it is."""

    name: str
    label: str
    media_type: str
    write: Callable[[Iterable[Item]], str]


@dataclass(frozen=True)
class Style:
    """A citation in one style, for reading."""

    id: str
    label: str
    text: Markup


@dataclass(frozen=True)
class Citations:
    """All ways in which a page offers to cite its entry; `files` are pairs of label and address."""

    styles: list[Style]
    files: list[tuple[str, str]]


def csl(listed: Iterable[Item]) -> str:
    """Write items as CSL JSON, which is always a list."""
    return json.dumps(list(listed), ensure_ascii=False, indent=1) + "\n"


FORMATS = {
    "bib": Format("bib", "BibTeX", "application/x-bibtex", bibtex.write),
    "ris": Format("ris", "RIS", "application/x-research-info-systems", ris.write),
    "json": Format("json", "CSL JSON", "application/vnd.citationstyles.csl+json", csl),
}


def make(piece: Piece, lang: str, today: date) -> Citations:
    """Cite a piece in all ways."""
    item = items.make(piece, lang, today)
    return Citations(
        styles=[
            Style("citation", "APA", styles.apa(item, lang)),
            Style("citation-chicago", str(_("Chicago, bibliography")), styles.chicago(item, lang)),
            Style("citation-note", str(_("Chicago, footnote")), styles.chicago_note(item, lang)),
        ],
        files=[
            (each.label, links.to_entry("catalogue.cite", piece.entry.pid, format=each.name))
            for each in FORMATS.values()
        ],
    )
