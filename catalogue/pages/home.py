"""The home page: how much there is, what is new, the years as torn bars, and some of the collections."""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import distinct, func, select
from sqlalchemy.orm import aliased

from archive.db import db
from catalogue import histograms
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind
from catalogue.pages import cards, labels, names, pieces, questions
from catalogue.pages.cards import Card
from catalogue.pages.pieces import Piece
from catalogue.search.index import SearchResult
from catalogue.search.query import UNDATED, SearchQuery

NEWEST = 4
NEWEST_SOUNDS = 3  # of them, if there are as many
COLLECTIONS = 4
SPANS = (5, 10, 20, 50)  # years of one bar
MAX_BARS = 12
INKS = 3


@dataclass(frozen=True)
class Counts:
    """How much everybody can see."""

    recordings: int
    images: int
    sessions: int
    people: int


@dataclass(frozen=True)
class YearBar:
    """Some years together, as a bar to click on."""

    label: str
    count: int
    url: str
    path: str
    ink: int


@dataclass(frozen=True)
class Undated:
    """What has no date."""

    count: int
    url: str


@dataclass(frozen=True)
class Collection:
    """A collection with a picture from it, or a sleeve of its own."""

    title: str
    url: str
    extent_label: str
    picture_url: str | None
    picture_alt: str
    picture_width: int | None
    picture_height: int | None
    sleeve_url: str | None


@dataclass(frozen=True)
class Example:
    """A question to begin with."""

    label: str
    url: str


@dataclass(frozen=True)
class Page:
    """All that the home page shows, but the rates."""

    counts: Counts
    newest: list[Card]
    years: list[YearBar]
    undated: Undated
    collections: list[Collection]
    collections_total: int
    examples: list[Example]


@dataclass(frozen=True)
class _Shown:
    """A collection chosen for the page: its id, how much it holds, and a picture in it."""

    entry_id: int
    size: int
    cover_id: int | None


def make(everything: SearchResult, lang: str, today: date) -> Page:
    """Make the page; `everything` answers the empty question."""
    by_kind = _count_by_kind(today)
    newest, shown = _newest(today), _collections(today)
    wanted = [
        *newest,
        *(chosen.entry_id for chosen in shown),
        *(chosen.cover_id for chosen in shown if chosen.cover_id),
    ]
    found = {piece.entry.id: piece for piece in pieces.find(Entry.id.in_(wanted))} if wanted else {}
    return Page(
        counts=Counts(
            recordings=by_kind.get(EntryKind.RECORDING, 0),
            images=by_kind.get(EntryKind.IMAGE, 0),
            sessions=by_kind.get(EntryKind.SESSION, 0),
            people=_count_people(today),
        ),
        newest=cards.make([found[entry_id] for entry_id in newest], lang),
        years=_years(everything),
        undated=_undated(everything),
        collections=[_collection(chosen, found, lang) for chosen in shown],
        collections_total=by_kind.get(EntryKind.COLLECTION, 0),
        examples=_examples(everything, lang, today),
    )


def _count_by_kind(today: date) -> dict[EntryKind, int]:
    query = select(Entry.kind, func.count()).where(pieces.is_public(Entry, today)).group_by(Entry.kind)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _count_people(today: date) -> int:
    query = (
        select(func.count(distinct(Credit.agent_id)))
        .join(Agent, Agent.id == Credit.agent_id)
        .join(Entry, Entry.id == Credit.entry_id)
        .where(Agent.kind == AgentKind.PERSON, pieces.is_public(Entry, today))
    )
    return db.session.scalar(query) or 0


def _newest(today: date) -> list[int]:
    """Choose the newest entries: sound first, then pictures."""

    def of_kind(kind: EntryKind) -> list[int]:
        query = select(Entry.id).where(Entry.kind == kind, pieces.is_public(Entry, today))
        return list(
            db.session.scalars(query.order_by(Entry.first_public_at.desc(), Entry.id.desc()).limit(NEWEST))
        )

    sounds, pictures = of_kind(EntryKind.RECORDING), of_kind(EntryKind.IMAGE)
    number = max(NEWEST_SOUNDS, NEWEST - len(pictures))
    return [*sounds[:number], *pictures][:NEWEST]


def _collections(today: date) -> list[_Shown]:
    """Choose the largest collections."""
    child, picture = aliased(Entry), aliased(Entry)
    size = func.count(child.id)
    cover = func.min(picture.id)
    query = (
        select(Entry.id, size, cover)
        .outerjoin(child, (child.parent_id == Entry.id) & pieces.is_public(child, today))
        .outerjoin(picture, (picture.id == child.id) & (picture.kind == EntryKind.IMAGE))
        .where(Entry.kind == EntryKind.COLLECTION, pieces.is_public(Entry, today))
        .group_by(Entry.id)
        .order_by(size.desc(), Entry.id)
        .limit(COLLECTIONS)
    )
    return [_Shown(*row) for row in db.session.execute(query)]


def _collection(chosen: _Shown, found: dict[int, Piece], lang: str) -> Collection:
    entry = found[chosen.entry_id].entry
    cover = cards.make([found[chosen.cover_id]], lang)[0] if chosen.cover_id else None
    has_picture = cover is not None and cover.picture_url is not None
    return Collection(
        title=labels.title(entry, lang),
        url=url_for("catalogue.entry", pid=entry.pid),
        extent_label=entry.extent or str(ngettext("%(num)s piece", "%(num)s pieces", chosen.size)),
        picture_url=cover.picture_url if cover else None,
        picture_alt=cover.picture_alt if cover else "",
        picture_width=cover.picture_width if cover else None,
        picture_height=cover.picture_height if cover else None,
        sleeve_url=None if has_picture else url_for("catalogue_open.sleeve", pid=entry.pid),
    )


def _years(everything: SearchResult) -> list[YearBar]:
    if not everything.years:
        return []
    first, last = min(everything.years), max(everything.years)
    span = next((span for span in SPANS if (last - first) // span < MAX_BARS), SPANS[-1])
    starts = range(first // span * span, last + 1, span)
    counts = {
        start: sum(everything.years.get(year, 0.0) for year in range(start, start + span)) for start in starts
    }
    highest = max(counts.values())
    filled = [(start, count) for start, count in counts.items() if round(count)]
    return [
        YearBar(
            label=f"’{start % 100:02}" if 1900 <= start < 2000 else str(start),
            count=round(count),
            url=questions.url(SearchQuery(from_year=start, to_year=start + span - 1, sort="oldest")),
            path=histograms.torn_bar(str(start), count / highest),
            ink=place % INKS + 1,
        )
        for place, (start, count) in enumerate(filled)
    ]


def _undated(everything: SearchResult) -> Undated:
    count = dict(everything.facets.get("decade", ())).get(UNDATED, 0)
    return Undated(count, questions.url(SearchQuery(sort="added").with_value("decade", UNDATED)))


def _examples(everything: SearchResult, lang: str, today: date) -> list[Example]:
    """Ask about what there is most of, so that no example finds nothing."""
    most = {name: counts[0][0] for name, counts in everything.facets.items() if counts}
    decades = [value for value, _count in everything.facets.get("decade", ()) if value != UNDATED]
    known = names.of({name: (most[name],) for name in ("instrument", "place") if name in most}, lang, today)
    empty = SearchQuery(sort="added")
    examples = []
    if "instrument" in most and decades:
        label = _(
            "%(what)s, %(when)s",
            what=known[("instrument", most["instrument"])],
            when=labels.decade_label(decades[0]),
        )
        examples.append(
            (label, empty.with_value("instrument", most["instrument"]).with_value("decade", decades[0]))
        )
    if "place" in most:
        examples.append((known[("place", most["place"])], empty.with_value("place", most["place"])))
    kinds, reuses = (dict(everything.facets.get(name, ())) for name in ("kind", "reuse"))
    if "image" in kinds:
        examples.append((_("photographs and posters"), empty.with_value("kind", "image")))
    if "direct" in reuses:
        examples.append((_("ready to license"), empty.with_value("reuse", "direct")))
    return [Example(str(label), questions.url(query)) for label, query in examples]
