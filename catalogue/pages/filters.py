"""The filters beside the results: values to tick with their counts, the years, and what is on already."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue import histograms
from catalogue.entries import EntryKind, Reuse
from catalogue.histograms import Histogram
from catalogue.pages import labels
from catalogue.pages.names import Names
from catalogue.search.index import SearchResult
from catalogue.search.query import KINDS, REUSES, SearchQuery, Values

SHOWN = 6  # values of a filter before "more"
MOST = 36  # values offered at all
OPEN = frozenset({"kind", "reuse", "place"})
MAX_COLUMNS = 40  # of the histogram; above that, columns of ten years

LABELS = {
    "kind": _l("Kind"),
    "reuse": _l("Use"),
    "place": _l("Place"),
    "instrument": _l("Instrument"),
    "person": _l("Person"),
    "with": _l("Together with"),
    "decade": _l("Decade"),
    "collection": _l("Collection"),
    "years": _l("Year"),
}
_TICKED = ("kind", "years", "reuse", "place", "instrument", "person", "collection")
_FIXED_ORDER = {"kind": KINDS, "reuse": REUSES}


@dataclass(frozen=True)
class FacetValue:
    """One box to tick."""

    value: str
    label: str
    count: int
    checked: bool
    tag_reuse: str | None  # shown as a mark of re-use instead of its label


@dataclass(frozen=True)
class Facet:
    """One filter."""

    name: str
    label: str
    kind: str  # check or years
    open: bool
    values: tuple[FacetValue, ...] = ()
    more: tuple[FacetValue, ...] = ()
    histogram: Histogram | None = None
    summary: str = ""
    from_year: int | None = None
    to_year: int | None = None


@dataclass(frozen=True)
class Chosen:
    """A filter that is on, and the address without it."""

    label: str
    remove_url: str


def shown_values(query: SearchQuery, result: SearchResult) -> dict[str, Values]:
    """List the values that need a name: those to be offered and those that are on, by filter."""
    offered = {name: tuple(value for value, _ in counts[:MOST]) for name, counts in result.facets.items()}
    return offered | {name: (*offered.get(name, ()), *values) for name, values in query.filters}


def make(query: SearchQuery, result: SearchResult, names: Names) -> list[Facet]:
    """Make the filters that there is something to choose in."""
    facets = [
        _years(query, result) if name == "years" else _ticked(name, query, result, names) for name in _TICKED
    ]
    return [facet for facet in facets if facet.kind == "years" or facet.values]


def chosen(query: SearchQuery, names: Names) -> list[Chosen]:
    """List the filters that are on, each with the way to take it off."""
    found = [
        Chosen(label(name, value, names), search_url(query.without(name, value)))
        for name, values in query.filters
        for value in values
    ]
    if query.has_years:
        found.append(Chosen(_range(query), search_url(query.without_filter("years"))))
    return found


def search_url(query: SearchQuery) -> str:
    """Return the address of the page that answers a question."""
    return url_for("catalogue.search", **query.url_args())


def label(name: str, value: str, names: Names) -> str:
    """Name a value of a filter in the reader's language; its code where it has no name."""
    if name == "kind":
        return str(labels.KINDS_MANY[EntryKind(value)])
    if name == "reuse":
        return str(labels.REUSES[Reuse(value)])
    if name == "decade":
        return labels.decade_label(value)
    return names.get((name, value), value)


def _ticked(name: str, query: SearchQuery, result: SearchResult, names: Names) -> Facet:
    on = query.values(name)
    counts = dict(result.facets.get(name, ()))
    rows = [
        FacetValue(value, label(name, value, names), counts.get(value, 0), value in on, _reuse(name, value))
        for value in _in_order(name, counts, on)
    ]
    shown = [row for place, row in enumerate(rows) if place < SHOWN or row.checked]
    more = [row for row in rows if row not in shown]
    is_open = name in OPEN or bool(on)
    return Facet(name, str(LABELS[name]), "check", is_open, tuple(shown), tuple(more))


def _in_order(name: str, counts: dict[str, int], on: Values) -> list[str]:
    if name in _FIXED_ORDER:
        return [value for value in _FIXED_ORDER[name] if value in counts or value in on]
    most = list(counts)[:MOST]
    return [*most, *(value for value in on if value not in most)]


def _reuse(name: str, value: str) -> str | None:
    return value if name == "reuse" else None


def _range(query: SearchQuery) -> str:
    if query.from_year is None:
        return str(_("up to %(year)s", year=query.to_year))
    if query.to_year is None:
        return str(_("from %(year)s", year=query.from_year))
    if query.from_year == query.to_year:
        return str(query.from_year)
    return str(_("%(first)s to %(last)s", first=query.from_year, last=query.to_year))


def _years(query: SearchQuery, result: SearchResult) -> Facet:
    histogram, summary = _histogram(query, result) if len(result.years) > 1 else (None, "")
    return Facet(
        name="years",
        label=str(LABELS["years"]),
        kind="years",
        open=True,
        histogram=histogram,
        summary=summary,
        from_year=query.from_year,
        to_year=query.to_year,
    )


def _histogram(query: SearchQuery, result: SearchResult) -> tuple[Histogram, str]:
    first, last = min(result.years), max(result.years)
    step = 1 if last - first < MAX_COLUMNS else 5 if last - first < 5 * MAX_COLUMNS else 10
    starts = range(first // step * step, last + 1, step)
    counts = [sum(result.years.get(year, 0.0) for year in range(start, start + step)) for start in starts]
    inside = [place for place, start in enumerate(starts) if _overlaps(query, start, start + step - 1)]
    columns = range(inside[0], inside[-1] + 1) if inside else range(0)
    busiest = starts[counts.index(max(counts))]
    summary = _("From %(first)s to %(last)s, most in %(busiest)s", first=first, last=last, busiest=busiest)
    # In hundredths, as a picture of circa 1950 counts for a part in each of several years.
    return histograms.draw([round(100 * count) for count in counts], columns), str(summary)


def _overlaps(query: SearchQuery, first: int, last: int) -> bool:
    after = query.from_year is None or last >= query.from_year
    return after and (query.to_year is None or first <= query.to_year)
