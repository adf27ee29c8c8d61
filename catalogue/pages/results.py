"""The page of results: cards, filters, order, pages, and what to try when there is nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue.pages import cards, filters, names, pieces
from catalogue.pages.cards import Card
from catalogue.pages.filters import Chosen, Facet
from catalogue.search.index import SearchResult
from catalogue.search.query import MAX_PAGE, PAGE_SIZE, SORTS, SearchQuery

MAX_WORDS = 6  # of a question without answer, counted one by one
NEAR = 2  # pages beside the present one that are linked

SORT_LABELS = {
    "relevance": _l("Best match"),
    "added": _l("New in the register"),
    "oldest": _l("Oldest first"),
    "newest": _l("Newest first"),
    "price": _l("Lowest price"),
}

Count = Callable[[SearchQuery], int]


@dataclass(frozen=True)
class Link:
    """Another question to ask, with the number of its answers where that is known."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True)
class Results:
    """Numbers of the answer."""

    total: int
    page: int
    pages: int
    took_ms: int
    rung: str
    did_you_mean: Link | None


@dataclass(frozen=True)
class Sort:
    """One order that can be chosen."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class PageLink:
    """A page of results; without a number a gap."""

    number: int | None
    url: str


@dataclass(frozen=True)
class Nothing:
    """Ways on from an empty answer: each word by itself, and the question without one of its filters."""

    words: tuple[Link, ...]
    filters: tuple[Link, ...]


@dataclass(frozen=True)
class Page:
    """All that the page of results shows."""

    query: SearchQuery
    results: Results
    heading: str
    cards: list[Card]
    facets: list[Facet]
    chosen: list[Chosen]
    clear_url: str
    sorts: list[Sort]
    pager: list[PageLink]
    empty: Nothing | None


def last_page(total: int) -> int:
    """Return the number of the last page that is shown; 1 if there is nothing."""
    return min(MAX_PAGE, max(1, -(-total // PAGE_SIZE)))


def make(
    query: SearchQuery, result: SearchResult, took_ms: int, lang: str, today: date, count: Count
) -> Page:
    """Make the page from an answer; `count` counts the answers to another question."""
    known = names.of(filters.shown_values(query, result), lang, today)
    pages = last_page(result.total)
    return Page(
        query=query,
        results=Results(
            result.total, query.page, pages, took_ms, result.rung, _did_you_mean(query, result.did_you_mean)
        ),
        heading=_heading(query, result.total),
        cards=cards.make(pieces.with_pids(result.pids), lang, dict(result.highlights)),
        facets=filters.make(query, result, known),
        chosen=filters.chosen(query, known),
        clear_url=filters.search_url(query.without_filters()),
        sorts=_sorts(query),
        pager=_pager(query, pages),
        empty=None if result.total else _nothing(query, count),
    )


def _heading(query: SearchQuery, total: int) -> str:
    if not total:
        return str(_("Nothing found"))
    number = format_decimal(total)
    if query.q:
        sentence = ngettext(
            "%(number)s result for %(question)s",
            "%(number)s results for %(question)s",
            total,
            number=number,
            question=query.q,
        )
    else:
        sentence = ngettext("%(number)s piece", "%(number)s pieces", total, number=number)
    return str(sentence)


def _did_you_mean(query: SearchQuery, words: str | None) -> Link | None:
    if words is None:
        return None
    return Link(words, filters.search_url(query.with_words(words)))


def _sorts(query: SearchQuery) -> list[Sort]:
    offered = [sort for sort in SORTS if sort != "relevance" or query.q]
    return [Sort(sort, str(SORT_LABELS[sort]), sort == query.sort) for sort in offered]


def _pager(query: SearchQuery, pages: int) -> list[PageLink]:
    near = range(query.page - NEAR, query.page + NEAR + 1)
    links: list[PageLink] = []
    for number in sorted({1, pages, *(number for number in near if 1 <= number <= pages)}):
        if links and number - (links[-1].number or 0) > 1:
            links.append(PageLink(None, ""))
        links.append(PageLink(number, filters.search_url(query.on_page(number))))
    return links


def _nothing(query: SearchQuery, count: Count) -> Nothing:
    words = list(dict.fromkeys(query.q.split()))
    alone = [(word, query.with_words(word)) for word in words[:MAX_WORDS]] if len(words) > 1 else []
    on = [*(name for name, _values in query.filters), *(["years"] if query.has_years else [])]
    fewer = [(str(filters.LABELS[name]), query.without_filter(name)) for name in on]
    return Nothing(words=_counted(alone, count), filters=_counted(fewer, count))


def _counted(questions: list[tuple[str, SearchQuery]], count: Count) -> tuple[Link, ...]:
    return tuple(Link(label, filters.search_url(query), count(query)) for label, query in questions)
