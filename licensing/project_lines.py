"""A project line by line: what each item is now, which part of it is meant, what that costs, and the sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.db import db
from catalogue import entries, redirects
from catalogue.entries import Entry, Status
from catalogue.pages import cards, labels, pieces
from catalogue.pages.cards import Card
from licensing import offers, part_forms, vocabulary
from licensing.choices import Choice
from licensing.money import Money
from licensing.offers import Offer
from licensing.projects import Content, Project, ProjectItem
from licensing.vocabulary import ASSET_TYPES, DURATIONS, SOUND, USES_OF

# The same use goes by another code for sound than for pictures.
TWINS = {"podcast": "web", "web": "podcast"}
PUBLIC, WITHDRAWN, MERGED, HIDDEN = "public", "withdrawn", "merged", "hidden"


@dataclass(frozen=True)
class Line:
    """One item. `card` and `offer` are of what it is now: of the entry it was merged into, if it was."""

    item: ProjectItem
    state: str
    pid: str
    title: str  # as it was last public; empty where nobody may know it
    reason: str  # of a withdrawal
    part: str  # which part is meant, in words; empty for a whole picture
    card: Card | None
    offer: Offer | None


@dataclass(frozen=True)
class Sum:
    """What all lines with a price come to, and how many have none; None where no line has a price."""

    net: Money | None
    vat: Money | None
    gross: Money | None
    unpriced: int


def read(project: Project, lang: str, on: date) -> list[Line]:
    """Read all lines of a project with their offers, in few queries however many there are."""
    items = _items(project)
    ends = {item.id: redirects.survivor(item.entry) for item in items}
    public = {entry.id: entry for entry in ends.values() if entries.is_public(entry, on)}
    shown = _cards(list(public.values()), lang)
    asked = [item for item in items if ends[item.id].id in public]
    answers = [_choice(item, project.answers) for item in asked]
    found = offers.offers_for(
        [(ends[item.id], choice) for item, choice in zip(asked, answers, strict=True)], on
    )
    offered = {item.id: offer for item, offer in zip(asked, found, strict=True)}
    return [_line(item, on, lang, shown.get(ends[item.id].pid), offered.get(item.id)) for item in items]


def total(lines: Sequence[Line]) -> Sum:
    """Add up the lines that have a price."""
    priced = [line.offer.vat for line in lines if line.offer is not None and line.offer.price is not None]
    if not priced:
        return Sum(None, None, None, len(lines))
    nothing = Money(0, priced[0].net.currency)
    return Sum(
        net=sum((each.net for each in priced), nothing),
        vat=sum((each.vat for each in priced), nothing),
        gross=sum((each.gross for each in priced), nothing),
        unpriced=len(lines) - len(priced),
    )


def contents(project: Project, on: date) -> list[Content]:
    """Return what of a project can still be asked for: what was merged leads on, what is not public is left out."""
    ends = [(item, redirects.survivor(item.entry)) for item in _items(project)]
    return [Content(entry.id, item.part, item.note) for item, entry in ends if entries.is_public(entry, on)]


def _choice(item: ProjectItem, answers: Mapping[str, str]) -> Choice:
    """Say what is asked of one item: an excerpt says by itself how much music it is."""
    asset_type, given = ASSET_TYPES.get(item.entry.kind.value, ""), dict(answers)
    if given["use"] not in USES_OF.get(asset_type, ()):
        given["use"] = TWINS.get(given["use"], given["use"])
    if asset_type == SOUND and item.in_ms is not None and item.out_ms is not None:
        given["duration"] = vocabulary.duration_of(item.out_ms - item.in_ms)
    return Choice(tuple(given.items()))


def _items(project: Project) -> list[ProjectItem]:
    query = (
        select(ProjectItem)
        .where(ProjectItem.project_id == project.id)
        .order_by(ProjectItem.position, ProjectItem.id)
        .options(joinedload(ProjectItem.entry))
    )
    return list(db.session.scalars(query))


def _cards(public: Sequence[Entry], lang: str) -> dict[str, Card]:
    pids = list(dict.fromkeys(entry.pid for entry in public))
    return {card.pid: card for card in cards.make(pieces.with_pids(pids), lang)}


def _line(item: ProjectItem, on: date, lang: str, card: Card | None, offer: Offer | None) -> Line:
    entry, state = item.entry, _state(item.entry, on)
    return Line(
        item=item,
        state=state,
        pid=entry.pid,
        title="" if state == HIDDEN else labels.title(entry, lang),
        reason=(entry.withdrawn_reason or "") if state == WITHDRAWN else "",
        part=_part(item),
        card=card,
        offer=offer,
    )


def _part(item: ProjectItem) -> str:
    # That all of a sound is meant is worth saying, as the ticket begins with 30 seconds of it.
    said = part_forms.label(item.part)
    is_sound = ASSET_TYPES.get(item.entry.kind.value) == SOUND
    return said or (str(_(DURATIONS["whole"])) if is_sound else "")


def _state(entry: Entry, on: date) -> str:
    if entry.merged_into_id is not None:
        return MERGED
    if entry.status is Status.WITHDRAWN:
        return WITHDRAWN
    return PUBLIC if entries.is_public(entry, on) else HIDDEN
