"""The page of all places that anything public was made at, by first letter, each with how much there is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.db import db
from catalogue import folding
from catalogue.pages import authorities, paging, questions
from catalogue.pages.paging import PageLink
from catalogue.places import Place
from catalogue.search import finding
from catalogue.search.query import SearchQuery

PAGE_SIZE = 300
DIGITS = "0–9"


@dataclass(frozen=True)
class Row:
    """One place, with what was made at it or at the venues of the town that it is."""

    name: str
    note: str
    count: int
    url: str


@dataclass(frozen=True)
class Letter:
    """A first letter that there are places with."""

    sign: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Page:
    """One page of the list: of all letters, or of one."""

    total: int
    letters: list[Letter]
    groups: list[tuple[str, list[Row]]]
    everything_url: str
    is_whole: bool
    page: int
    pager: list[PageLink]


def make(letter: str, page: int, today: date) -> Page:
    """Make a page, numbered from 1; a letter that no place has shows all of them."""
    counted = dict(finding.values(SearchQuery(), "place", today))
    listed = _listed(counted)
    signs = list(dict.fromkeys(_sign(place) for place in listed))
    chosen = letter if letter in signs else ""
    meant = [place for place in listed if not chosen or _sign(place) == chosen]
    pages = max(1, -(-len(meant) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = meant[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page(
        total=len(listed),
        letters=[Letter(sign, url(sign), sign == chosen) for sign in signs],
        groups=[(sign, _rows(places, counted)) for sign, places in groupby(shown, _sign)],
        everything_url=url(),
        is_whole=not chosen,
        page=page,
        pager=paging.links(page, pages, lambda number: url(chosen, number)) if pages > 1 else [],
    )


def url(letter: str = "", page: int = 1) -> str:
    """Return the address of a page of the list."""
    return url_for("catalogue.places", letter=letter or None, page=page if page > 1 else None)


def _listed(pids: Iterable[str]) -> list[Place]:
    query = select(Place).options(joinedload(Place.parent)).where(Place.pid.in_(list(pids)))
    return sorted(db.session.scalars(query), key=lambda place: (_order(place), place.line, place.id))


def _order(place: Place) -> tuple[bool, str]:
    key = folding.fold(place.name).lstrip("'\"([ ")
    return not key[:1].isdigit(), key


def _sign(place: Place) -> str:
    is_word, key = _order(place)
    return (key[:1] or "?").upper() if is_word else DIGITS


def _rows(places: Iterable[Place], counted: dict[str, int]) -> list[Row]:
    return [
        Row(
            name=place.name,
            note=place.parent.name if place.parent else str(authorities.PLACE_KINDS[place.kind]),
            count=counted[place.pid],
            url=questions.url(SearchQuery().with_value("place", place.pid)),
        )
        for place in places
    ]
