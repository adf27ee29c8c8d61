"""Filters, counts and companions worked out the slow way: by looking at every document. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from catalogue.search.document import Document, year_span
from catalogue.search.query import SearchQuery

FACETS = ("kind", "reuse", "place", "instrument", "person", "leader", "label", "collection", "decade")

FIRST_DAY, LAST_DAY = 0, 99_999_999


def values(one: Document, name: str) -> Sequence[str]:
    """The values by which a document is filtered."""
    return {
        "kind": (one.kind,),
        "reuse": (one.reuse,) if one.reuse else (),
        "place": one.place_pids,
        "instrument": one.instruments,
        "person": one.persons,
        "with": one.persons,
        "leader": one.leaders,
        "plays": one.plays,
        "label": one.labels,
        "collection": one.collections,
        "decade": one.decades,
    }[name]


def passing(documents: Iterable[Document], query: SearchQuery, but: str = "") -> list[Document]:
    """What passes all filters, but for one perhaps: one value of each will do, and each must let it through."""
    return [
        one
        for one in documents
        if (but == "years" or may_be_of(one, query))
        and all(set(wanted) & set(values(one, name)) for name, wanted in query.filters if name != but)
    ]


def may_be_of(one: Document, query: SearchQuery) -> bool:
    """Whether a document may be of the years asked for; without a date it may not."""
    if not query.has_years:
        return True
    if one.lo is None and one.hi is None:
        return False
    first, last = _days(query)
    return _lo(one) <= last and _hi(one) >= first


def must_be_of(one: Document, query: SearchQuery) -> bool:
    """Whether a document lies wholly in the years asked for."""
    first, last = _days(query)
    return first <= _lo(one) and _hi(one) <= last


def counted(documents: Iterable[Document], query: SearchQuery, name: str) -> dict[str, int]:
    """Count the values of a filter among what passes all others."""
    return dict(
        Counter(value for one in passing(documents, query, but=name) for value in set(values(one, name)))
    )


def years(documents: Iterable[Document], query: SearchQuery) -> dict[int, float]:
    """Count by year among what passes all filters but that of years; what may be of n years counts 1/n in each."""
    shares: defaultdict[int, float] = defaultdict(float)
    for one in passing(documents, query, but="years"):
        if span := year_span(one.lo, one.hi):
            for year in range(span[0], span[1] + 1):
                shares[year] += 1 / (span[1] - span[0] + 1)
    return dict(shares)


def companions(documents: Iterable[Document], person: str) -> dict[str, int]:
    """Count the occasions on which others were there with a person."""
    occasions: defaultdict[str, set[str]] = defaultdict(set)
    for one in documents:
        if person in one.players:
            for other in one.players:
                if other != person:
                    occasions[other].add(one.occasion)
    return {other: len(met) for other, met in occasions.items()}


def _days(query: SearchQuery) -> tuple[int, int]:
    first = FIRST_DAY if query.from_year is None else query.from_year * 10_000
    last = LAST_DAY if query.to_year is None else query.to_year * 10_000 + 9_999
    return first, last


def _lo(one: Document) -> int:
    return FIRST_DAY if one.lo is None else one.lo


def _hi(one: Document) -> int:
    return LAST_DAY if one.hi is None else one.hi
