"""The filters beside the results: the most frequent values to tick, the way to all others, what is on already."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue.entries import EntryKind, Reuse
from catalogue.pages import labels, questions, years
from catalogue.pages.names import Names
from catalogue.pages.years import Years
from catalogue.search.index import SearchResult
from catalogue.search.query import KINDS, REUSES, SearchQuery, Values

SHOWN = 10  # values of a filter beside the results
OPEN = frozenset({"kind", "reuse", "place"})

LABELS = {
    "kind": _l("Kind"),
    "reuse": _l("Use"),
    "place": _l("Place"),
    "instrument": _l("Instrument"),
    "person": _l("Person"),
    "with": _l("Together with"),
    "leader": _l("Leader"),
    "plays": _l("Who plays what"),
    "label": _l("Label or broadcaster"),
    "decade": _l("Decade"),
    "collection": _l("Collection"),
    "years": _l("Year"),
}
_BEFORE_YEARS = ("kind",)
_AFTER_YEARS = ("reuse", "place", "instrument", "person", "leader", "label", "collection")
_FIXED_ORDER = {"kind": KINDS, "reuse": REUSES}
# A name alone would not say what it is chosen as.
_SAID_OF = ("with", "leader", "label")


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
    """One filter with values to tick."""

    name: str
    label: str
    open: bool
    values: tuple[FacetValue, ...]
    size: int  # of all values
    all_url: str | None  # of the list of all values, if not all are here
    kind: str = "check"


@dataclass(frozen=True)
class Chosen:
    """A filter that is on, and the address without it."""

    label: str
    remove_url: str


def shown_values(query: SearchQuery, result: SearchResult, most: int = SHOWN) -> dict[str, Values]:
    """List the values that need a name: those to be offered, at most so many, and those that are on, by filter."""
    offered = {name: tuple(value for value, _ in counts[:most]) for name, counts in result.facets.items()}
    return offered | {name: (*offered.get(name, ()), *values) for name, values in query.filters}


def make(query: SearchQuery, result: SearchResult, names: Names) -> list[Facet | Years]:
    """Make the filters that there is something to choose in."""
    before, after = (
        [facet for name in group if (facet := _ticked(name, query, result, names)).values]
        for group in (_BEFORE_YEARS, _AFTER_YEARS)
    )
    return [*before, years.make(query, result), *after]


def chosen(query: SearchQuery, names: Names) -> list[Chosen]:
    """List the filters that are on, each with the way to take it off."""
    found = [
        Chosen(chosen_label(name, value, names), questions.url(query.without(name, value)))
        for name, values in query.filters
        for value in values
    ]
    if query.has_years:
        found.append(Chosen(years.label(query), questions.url(query.without_filter("years"))))
    return found


def chosen_label(name: str, value: str, names: Names) -> str:
    """Name a value of a filter where its filter is not named beside it."""
    said = label(name, value, names)
    return str(_("%(filter)s: %(value)s", filter=LABELS[name], value=said)) if name in _SAID_OF else said


def label(name: str, value: str, names: Mapping[tuple[str, str], str]) -> str:
    """Name a value of a filter in the reader's language; its code where it has no name."""
    if name == "kind":
        return str(labels.KINDS_MANY[EntryKind(value)])
    if name == "reuse":
        return str(labels.REUSES[Reuse(value)])
    if name == "decade":
        return labels.decade_label(value)
    return names.get((name, value), value)


def _ticked(name: str, query: SearchQuery, result: SearchResult, names: Names) -> Facet:
    on, counts = query.values(name), dict(result.facets.get(name, ()))
    offered = _offered(name, counts, on)
    size = result.sizes.get(name, len(counts))
    return Facet(
        name=name,
        label=str(LABELS[name]),
        open=name in OPEN or bool(on),
        values=tuple(
            FacetValue(
                value, label(name, value, names), counts.get(value, 0), value in on, _reuse(name, value)
            )
            for value in offered
        ),
        size=size,
        all_url=questions.values_url(query.on_page(1), name) if size > len(offered) else None,
    )


def _offered(name: str, counts: dict[str, int], on: Values) -> list[str]:
    if name in _FIXED_ORDER:
        return [value for value in _FIXED_ORDER[name] if value in counts or value in on]
    most = list(counts)[:SHOWN]
    return [*most, *(value for value in on if value not in most)]


def _reuse(name: str, value: str) -> str | None:
    return value if name == "reuse" else None
