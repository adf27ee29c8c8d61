"""The page of an entry: its heading, what it is, who made it, what is known of it, how to refer to it."""

import re
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from catalogue import entries, hierarchy
from catalogue.citing import shown
from catalogue.citing.shown import Citations
from catalogue.credits import Role
from catalogue.entries import EntryKind
from catalogue.pages import cards, facts, labels, lineup, pieces, references, relatives, sound, tracks
from catalogue.pages.facts import Fact
from catalogue.pages.lineup import Group
from catalogue.pages.pieces import Piece, Row
from catalogue.pages.references import Crumb
from catalogue.pages.relatives import Cards
from catalogue.pages.sound import Chapter, Player
from catalogue.pages.tracks import Issue, Side

_BLANK_LINES = re.compile(r"\n\s*\n")

TEMPLATES = {
    EntryKind.RECORDING: "catalogue/entry_recording.html",
    EntryKind.IMAGE: "catalogue/entry_image.html",
    EntryKind.RELEASE: "catalogue/entry_release.html",
    EntryKind.PERFORMANCE: "catalogue/entry_performance.html",
}
OTHER_TEMPLATE = "catalogue/entry_other.html"


@dataclass(frozen=True)
class Who:
    """Whose it is, with the way to more of theirs if it is one person or group."""

    label: str
    url: str | None


@dataclass(frozen=True)
class Description:
    """What it is, in the reader's language or else in the other one."""

    paragraphs: list[str]
    lang: str
    is_other_language: bool


@dataclass(frozen=True)
class Heading:
    """The entry itself, as all parts of its page refer to it."""

    pid: str
    kind: str
    title: str
    title_lang: str | None
    poster_title: str
    type_label: str
    who: Who | None
    summary: str
    reference: str
    citations: Citations
    permalink: str
    status: str
    is_draft: bool
    plate: str
    description: Description | None


@dataclass(frozen=True)
class Picture:
    """The picture of an entry, whole."""

    preview_url: str
    full_url: str
    width: int | None
    height: int | None
    alt: str


@dataclass(frozen=True)
class Page:
    """All that the page of an entry shows, but what licensing adds."""

    template: str
    entry: Heading
    crumbs: list[Crumb]
    player: Player | None
    chapters: list[Chapter]
    credits: list[Group]
    facts: list[Fact]
    sources: list[str | Markup]
    picture: Picture | None
    sides: list[Side]
    issues: list[Issue]
    children: list[Cards]
    related: Cards | None
    from_price: str | None


def read(row: Row, lang: str, today: date, results_url: str | None = None) -> Page:
    """Read all that belongs to a piece and make its page; `results_url` leads back to where somebody comes from."""
    parts, neighbours = relatives.around(row, today)
    piece, *others = pieces.complete([row, *parts, *neighbours])
    entry = piece.entry
    above = [other for other in hierarchy.above([entry.id])[entry.id] if entries.is_public(other, today)]
    parent = above[0] if above else None
    children = relatives.below(piece, others[: len(parts)], lang)
    sides = tracks.sides(piece, lang, today)
    return Page(
        template=TEMPLATES.get(entry.kind, OTHER_TEMPLATE),
        entry=_heading(piece, lang, today),
        crumbs=references.crumbs(piece, above, lang, results_url),
        player=sound.player(piece),
        chapters=sound.chapters(piece, lang),
        credits=lineup.groups(tracks.of_whole(piece, sides), lang),
        facts=facts.make(piece, lang),
        sources=references.sources(entry.id),
        picture=picture(piece, lang),
        sides=sides,
        issues=tracks.issues(piece, lang, today),
        children=children,
        related=None if children else relatives.beside(piece, others, parent, lang, today),
        from_price=labels.price_label(entry.price_from_minor, lang),
    )


def _heading(piece: Piece, lang: str, today: date) -> Heading:
    entry, title = piece.entry, labels.title(piece.entry, lang)
    return Heading(
        pid=entry.pid,
        kind=entry.kind.value,
        title=title,
        title_lang=entry.title_lang if title == entry.title else lang,
        # Titles of this size stand in lower case, as on the posters; titles in text keep their capitals.
        poster_title=title.lower(),
        type_label=cards.type_label(piece),
        who=_who(piece),
        summary=_summary(piece, lang),
        reference=references.reference(entry),
        citations=shown.make(piece, lang, today),
        permalink=references.permalink(entry),
        status=entry.status.value,
        is_draft=not entries.is_public(entry, today),
        plate=cards.plate(entry.pid),
        description=_description(piece, lang),
    )


def _who(piece: Piece) -> Who | None:
    label = cards.who(piece)
    if not label or piece.entry.kind is EntryKind.COLLECTION:
        return None
    leaders = piece.agents(Role.PERFORMER, Role.CONDUCTOR, leaders_only=True)
    makers = piece.agents(Role.PHOTOGRAPHER, Role.DESIGNER) if piece.image else leaders
    return Who(label, lineup.person_url(makers[0].pid) if len(makers) == 1 else None)


def _summary(piece: Piece, lang: str) -> str:
    what = [cards.type_label(piece), piece.place.line if piece.place else piece.entry.extent]
    when = labels.date_label(piece.dated, lang) or ""
    sentences = (", ".join(part for part in what if part), when[:1].upper() + when[1:])
    return " ".join(f"{sentence.removesuffix('.')}." for sentence in sentences if sentence)


def _description(piece: Piece, lang: str) -> Description | None:
    found = piece.entry.description(lang)
    if found is None:
        return None
    text, written_in = found
    paragraphs = [paragraph.strip() for paragraph in _BLANK_LINES.split(text) if paragraph.strip()]
    return Description(paragraphs, written_in, written_in != lang)


def picture(piece: Piece, lang: str) -> Picture | None:
    """Show the picture of a piece, if everybody may see it."""
    shown = (piece.files.preview or piece.files.thumbnail) if piece.may_be_heard else None
    if shown is None:
        return None
    url = cards.picture_url(piece, "preview" if piece.files.preview else "thumbnail")
    alt = (piece.image.alt(lang) if piece.image else "") or labels.title(piece.entry, lang)
    return Picture(url, url, shown.width, shown.height, alt)
