"""The page of results: cards, filters, order, pages, and what to know of the answer."""

from dataclasses import dataclass
from datetime import date

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue.pages import cards, filters, hints, names, paging, pieces, questions, years
from catalogue.pages.cards import Card
from catalogue.pages.filters import Chosen, Facet
from catalogue.pages.hints import Hints
from catalogue.pages.paging import PageLink
from catalogue.pages.years import Years
from catalogue.search.index import SearchResult
from catalogue.search.query import MAX_PAGE, PAGE_SIZE, SORTS, SearchQuery

SORT_LABELS = {
    "relevance": _l("Best match"),
    "added": _l("New in the register"),
    "oldest": _l("Oldest first"),
    "newest": _l("Newest first"),
    "price": _l("Lowest price"),
}


@dataclass(frozen=True)
class Results:
    """Numbers of the answer."""

    total: int
    page: int
    pages: int
    took_ms: int


@dataclass(frozen=True)
class Sort:
    """One order that can be chosen."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Divider:
    """Where, among the cards of this page, those begin whose date may lie outside the range of years."""

    place: int
    text: str


@dataclass(frozen=True)
class Page:
    """All that the page of results shows."""

    query: SearchQuery
    results: Results
    heading: str
    hints: Hints
    cards: list[Card]
    divider: Divider | None
    facets: list[Facet | Years]
    chosen: list[Chosen]
    clear_url: str
    sorts: list[Sort]
    pager: list[PageLink]
    robots: str | None


def last_page(total: int) -> int:
    """Return the number of the last page that is shown; 1 if there is nothing."""
    return min(MAX_PAGE, max(1, -(-total // PAGE_SIZE)))


def make(query: SearchQuery, result: SearchResult, took_ms: int, lang: str, today: date) -> Page:
    """Make the page from an answer."""
    known = names.of(filters.shown_values(query, result), lang, today)
    pages = last_page(result.total)
    shown = cards.make(pieces.with_pids(result.pids), lang, dict(result.highlights))
    return Page(
        query=query,
        results=Results(result.total, query.page, pages, took_ms),
        heading=_heading(query, result.total),
        hints=hints.make(query, result, today),
        cards=shown,
        divider=_divider(query, result, len(shown)),
        facets=filters.make(query, result, known),
        chosen=filters.chosen(query, known),
        clear_url=questions.url(query.without_filters()),
        sorts=_sorts(query),
        pager=paging.links(query.page, pages, lambda number: questions.url(query.on_page(number))),
        robots=questions.robots(query),
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


def _divider(query: SearchQuery, result: SearchResult, shown: int) -> Divider | None:
    if result.certain is None or not query.has_years:
        return None
    # On later pages everything is doubtful, and what is said on top of them says so.
    place = max(0, result.certain - (query.page - 1) * PAGE_SIZE)
    return Divider(place, years.doubt(query)) if place < shown else None


def _sorts(query: SearchQuery) -> list[Sort]:
    offered = [sort for sort in SORTS if sort != "relevance" or query.q]
    return [Sort(sort, str(SORT_LABELS[sort]), sort == query.sort) for sort in offered]
