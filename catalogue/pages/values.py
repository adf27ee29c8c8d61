"""The page with all values of one filter among the answers to a question, each a link that adds it or takes it off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from archive.errors import NotFound, Unavailable
from catalogue import folding
from catalogue.pages import filters, names, paging, questions
from catalogue.pages.filters import Chosen
from catalogue.pages.paging import PageLink
from catalogue.search import index
from catalogue.search.index import DamagedIndexError
from catalogue.search.query import SearchQuery

PAGE_SIZE = 100
MAX_STARTS = 100  # characters to look for in labels
LISTED = (
    "kind",
    "reuse",
    "place",
    "instrument",
    "person",
    "leader",
    "plays",
    "label",
    "decade",
    "collection",
)

_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Value:
    """One value, with the number of its answers, and the question with it, or without it if it is on."""

    value: str
    label: str
    count: int
    is_on: bool
    url: str


@dataclass(frozen=True)
class Listing:
    """One page of the values of a filter, those that are on first."""

    name: str
    label: str
    total: int
    page: int
    pages: int
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Page:
    """All that the page shows."""

    query: SearchQuery
    listing: Listing
    starts: str
    fields: list[tuple[str, str]]  # that carry the question along when values are looked for
    back_url: str
    chosen: list[Chosen]
    clear_url: str
    pager: list[PageLink]


def find(query: SearchQuery, name: str, starts: str, lang: str, today: date) -> Listing:
    """List the values of a filter whose labels have words that begin so; raise NotFound, Unavailable.

    The page of the question is that of the list.
    """
    counted = dict(_counted(query, name, today))
    on = query.values(name)
    offered = [*on, *(value for value in counted if value not in on)]
    known = None
    if words := _words(starts):
        known = names.of({name: tuple(offered)}, lang, today)
        offered = [v for v in offered if v in on or _begins(filters.label(name, v, known), words)]
    pages = max(1, -(-len(offered) // PAGE_SIZE))
    page = min(query.page, pages)
    shown = offered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    known = known or names.of({name: tuple(shown)}, lang, today)
    return Listing(
        name=name,
        label=str(filters.LABELS[name]),
        total=len(offered),
        page=page,
        pages=pages,
        values=tuple(_value(query, name, value, counted.get(value, 0), known) for value in shown),
    )


def make(query: SearchQuery, name: str, starts: str, lang: str, today: date) -> Page:
    """Make the page; raise NotFound, Unavailable."""
    listing = find(query, name, starts, lang, today)
    first = query.on_page(1)
    return Page(
        query=first,
        listing=listing,
        starts=starts,
        fields=questions.fields(first),
        back_url=questions.url(first),
        chosen=filters.chosen(first, names.of(dict(query.filters), lang, today)),
        clear_url=questions.url(query.without_filters()),
        pager=paging.links(
            listing.page,
            listing.pages,
            lambda number: questions.values_url(query.on_page(number), name, starts),
        ),
    )


def _counted(query: SearchQuery, name: str, today: date) -> tuple[tuple[str, int], ...]:
    if name not in LISTED:
        raise NotFound("There is no such filter.")
    try:
        return index.current().values(query, name, today)
    except DamagedIndexError as error:
        raise Unavailable(
            "The search does not work in full at the moment. Please try again in a few minutes."
        ) from error


def _value(query: SearchQuery, name: str, value: str, count: int, known: names.Names) -> Value:
    is_on = value in query.values(name)
    other = query.without(name, value) if is_on else query.with_value(name, value)
    return Value(value, filters.label(name, value, known), count, is_on, questions.url(other))


def _words(text: str) -> list[str]:
    return _key(text[:MAX_STARTS]).split()


def _begins(label: str, words: Iterable[str]) -> bool:
    key = _key(label)
    return all(f" {word}" in key for word in words)


@lru_cache(maxsize=50_000)
def _key(label: str) -> str:
    """Give the folded words of a label, each after a space."""
    return f" {_BETWEEN_WORDS.sub(' ', folding.fold(label)).strip()}"
