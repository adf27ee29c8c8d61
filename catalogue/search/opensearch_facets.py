"""Filters, counts and orders in the query language of OpenSearch, and the counts read from its answers. Pure.

A filter does not take part in its own counts, or nothing beside what is ticked could be ticked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from catalogue.search.index import TOP_VALUES
from catalogue.search.opensearch_query import EVERYTHING, inside, overlap
from catalogue.search.query import FILTERS, SearchQuery

Json = dict[str, Any]
Counts = tuple[tuple[str, int], ...]
Ask = Callable[[Json], Json]

FACETS = tuple(name for name in FILTERS if name not in ("with", "plays"))
DECADE = "decade"
MAX_DECADES = 1_000
MAX_SPANS = 20_000  # pairs of a first and a last year
EXACT_BELOW = 40_000  # up to so many values are told apart for sure
PAGE_OF_BUCKETS = 10_000

YEARS = "years"


def public(today: date) -> Json:
    """Let through what everybody may see on a day."""
    return {"range": {"embargo": {"lte": today.year * 10_000 + today.month * 100 + today.day}}}


def field(name: str) -> str:
    """Return the field of a filter; the second person that `with` asks for is looked up like the first."""
    return f"value.{'person' if name == 'with' else name}"


def filters(query: SearchQuery) -> dict[str, Json]:
    """Return, for each filter that is on, what it lets through; the range of years goes by "years"."""
    found: dict[str, Json] = {name: {"terms": {field(name): list(values)}} for name, values in query.filters}
    if query.has_years:
        found[YEARS] = overlap(query.from_year, query.to_year)
    return found


def through(filtered: Mapping[str, Json], but: str = "") -> Json:
    """Let through what all filters do, but one."""
    return {"bool": {"filter": [one for name, one in filtered.items() if name != but]}}


def counts(query: SearchQuery) -> Json:
    """Ask for all that is counted: the answers, the values of each filter, the years."""
    filtered = filters(query)
    asked = {name: _facet(name, query, through(filtered, but=name)) for name in FACETS}
    asked[YEARS] = {
        "filter": through(filtered, but=YEARS),
        "aggs": {
            "spans": {"terms": {"field": "span", "size": MAX_SPANS}},
            "undated": {"missing": {"field": "span"}},
        },
    }
    asked["passing"] = {"filter": through(filtered)}
    asked |= {f"without {name}": {"filter": through(filtered, but=name)} for name in filtered}
    return asked | answers()


def counts_of_classes(query: SearchQuery, classes: Sequence[Json]) -> Json:
    """Ask how many answers that pass all filters are of each class, and how many are of the years for sure."""
    filtered = filters(query)
    asked = {
        f"class {number}": {"filter": through({**filtered, "class": one})}
        for number, one in enumerate(classes)
    }
    certain = inside(query.from_year, query.to_year)
    return asked | {"certain": {"filter": through({**filtered, "certain": certain})}}


def answers() -> Json:
    """Ask how many entries answer before any filter."""
    return {"answers": {"filter": EVERYTHING}}


def read_facets(found: Json) -> dict[str, Counts]:
    """Return the values of each filter from an answer, most frequent first, with those that are chosen."""
    return {name: _values(found[name]) for name in FACETS}


def read_sizes(found: Json) -> dict[str, int]:
    """Return how many values each filter has; decades are all there."""
    return {name: int(found[name]["size"]["value"]) for name in FACETS if name != DECADE}


def read_years(found: Json) -> dict[int, float]:
    """Return the entries of each year; one that spans n years counts 1/n in each."""
    shares: dict[int, float] = {}
    for bucket in found[YEARS]["spans"]["buckets"]:
        first, last = map(int, bucket["key"].split("-"))
        for year in range(first, last + 1):
            shares[year] = shares.get(year, 0.0) + bucket["doc_count"] / (last - first + 1)
    return dict(sorted(shares.items()))


def read_unfiltered(found: Json) -> dict[str, int]:
    """Return how many answers there are without each filter."""
    without = {
        name.removeprefix("without "): one for name, one in found.items() if name.startswith("without ")
    }
    return {name: int(one["doc_count"]) for name, one in without.items()}


def order(sort: str) -> list[Json]:
    """Write an order; equals newest in the register first, then by pid."""
    keys: dict[str, list[Json]] = {
        "relevance": [{"_score": "desc"}],
        "added": [],
        "oldest": [{"day": {"order": "asc", "missing": "_last"}}],
        "newest": [{"day": {"order": "desc", "missing": "_last"}}],
        "price": [{"price": {"order": "asc", "missing": "_last"}}],
    }
    return [*keys[sort], {"added": "desc"}, {"pid": "asc"}]


def all_buckets(ask: Ask, body: Json, fields: Mapping[str, str], more: Json | None = None) -> Iterator[Json]:
    """Give each combination of values of some fields with its entries, however many there are, in their order."""
    sources = [{name: {"terms": {"field": value}}} for name, value in fields.items()]
    after: Json = {}
    while True:
        composite = {"sources": sources, "size": PAGE_OF_BUCKETS, **after}
        pages: Json = {"composite": composite} | ({"aggs": more} if more else {})
        found = ask({**body, "aggs": {"pages": pages}})["aggregations"]["pages"]
        yield from found["buckets"]
        if len(found["buckets"]) < PAGE_OF_BUCKETS:
            return
        after = {"after": found["after_key"]}


def _facet(name: str, query: SearchQuery, among: Json) -> Json:
    values: Json = {
        "top": {"terms": {"field": field(name), "size": MAX_DECADES if name == DECADE else TOP_VALUES}},
        "size": {"cardinality": {"field": field(name), "precision_threshold": EXACT_BELOW}},
    }
    if chosen := query.values(name):
        values["chosen"] = {"terms": {"field": field(name), "include": list(chosen), "size": len(chosen)}}
    return {"filter": among, "aggs": values}


def _values(found: Json) -> Counts:
    top = {bucket["key"]: bucket["doc_count"] for bucket in found["top"]["buckets"]}
    chosen = found.get("chosen", {"buckets": []})["buckets"]
    return tuple((top | {bucket["key"]: bucket["doc_count"] for bucket in chosen}).items())
