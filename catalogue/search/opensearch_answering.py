"""A whole answer from an OpenSearch index: the ladder, one page in order, counts, and why each entry answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from catalogue.search import (
    ladder,
    marking,
    opensearch_facets,
    opensearch_hints,
    opensearch_marking,
    opensearch_query,
    syntax,
)
from catalogue.search.index import EXACT, NONE, Companion, Found, SearchResult
from catalogue.search.ladder import Attempt
from catalogue.search.opensearch_hints import Hints
from catalogue.search.opensearch_query import EVERYTHING, NOTHING, Json
from catalogue.search.query import PAGE_SIZE, SearchQuery
from catalogue.search.question import Parsed

Ask = Callable[[Json], Json]
Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Asked:
    """One attempt at a question: how it was put to the index, and what that answered."""

    attempt: Attempt
    clause: Json
    found: Json

    @property
    def counted(self) -> Json:
        """What was counted by the way."""
        counted: Json = self.found["aggregations"]
        return counted

    @property
    def has_answers(self) -> bool:
        """Whether anything answers, before any filter."""
        return bool(self.counted["answers"]["doc_count"])


def answer(ask: Ask, query: SearchQuery, today: date) -> SearchResult:
    """Answer a question with what is public on a day."""
    parsed = syntax.parse(query.q)
    page = _first_page(query) | {"aggs": opensearch_facets.counts(query)}
    asked = _climb(ask, query, parsed, today, page)
    counted, attempt = asked.counted, asked.attempt
    hits = _hits(ask, query, asked)
    is_as_asked = attempt.rung == EXACT and asked.has_answers
    hints = Hints() if is_as_asked else opensearch_hints.of(ask, query, parsed, today)
    total = int(counted["passing"]["doc_count"])
    return SearchResult(
        pids=tuple(hit["_id"] for hit in hits),
        total=total,
        facets=opensearch_facets.read_facets(counted),
        sizes=opensearch_facets.read_sizes(counted),
        years=opensearch_facets.read_years(counted),
        undated=int(counted["years"]["undated"]["doc_count"]),
        certain=int(counted["certain"]["doc_count"]) if query.has_years else None,
        rung=attempt.rung if asked.has_answers else NONE,
        understood=attempt.understood,
        ignored=parsed.ignored,
        highlights=_highlights(query, attempt, hits),
        did_you_mean=hints.did_you_mean,
        words=hints.words,
        without=hints.without,
        unfiltered={} if total else opensearch_facets.read_unfiltered(counted),
    )


def values(ask: Ask, query: SearchQuery, name: str, today: date) -> Counts:
    """Count all values of one filter among the answers, most frequent first."""
    parsed = syntax.parse(query.q)
    asked = _climb(ask, query, parsed, today, {"size": 0, "aggs": opensearch_facets.answers()})
    among = opensearch_facets.through(opensearch_facets.filters(query), but=name)
    body = {"size": 0, "query": {"bool": {"filter": [asked.clause, among]}}}
    pages = opensearch_facets.all_buckets(ask, body, {"value": opensearch_facets.field(name)})
    counts = [(bucket["key"]["value"], int(bucket["doc_count"])) for bucket in pages]
    return tuple(sorted(counts, key=lambda one: (-one[1], one[0])))


def companions(ask: Ask, person: str, today: date) -> tuple[Companion, ...]:
    """List who was there with a person; each of their occasions counts once, however many entries tell of it."""
    shared = [opensearch_facets.public(today), {"term": {"value.player": person}}]
    years = {"first": {"min": {"field": "first_year"}}, "last": {"max": {"field": "last_year"}}}
    pairs = {"player": "value.player", "occasion": "value.occasion"}
    body = {"size": 0, "query": {"bool": {"filter": shared}}}
    together: dict[str, list[Json]] = {}
    for bucket in opensearch_facets.all_buckets(ask, body, pairs, years):
        together.setdefault(bucket["key"]["player"], []).append(bucket)
    together.pop(person, None)
    found = (_companion(pid, buckets) for pid, buckets in together.items())
    return tuple(sorted(found, key=lambda one: (-one.occasions, one.pid)))


def _climb(ask: Ask, query: SearchQuery, parsed: Parsed, today: date, body: Json) -> _Asked:
    """Widen the question until something answers; the last attempt if nothing does."""
    for asked in _attempts(ask, query, parsed, today, body):
        if asked.has_answers:
            return asked
    return asked


def _attempts(ask: Ask, query: SearchQuery, parsed: Parsed, today: date, body: Json) -> Iterator[_Asked]:
    for attempt in ladder.attempts(parsed):
        clause = _clause(query.q, attempt)
        public = {"bool": {"must": [clause], "filter": [opensearch_facets.public(today)]}}
        yield _Asked(attempt, public, ask({**body, "query": public}))


def _clause(q: str, attempt: Attempt) -> Json:
    if not q:
        return EVERYTHING
    if attempt.group.is_empty:
        return NOTHING  # only signs: nothing has those
    return opensearch_query.question(attempt.group, q, attempt.is_lenient)


def _first_page(query: SearchQuery) -> Json:
    """Ask for the page that is wanted; with a range of years, for what lies in it for sure and comes first."""
    passing = opensearch_facets.filters(query)
    if query.has_years:
        passing["certain"] = opensearch_facets.certain(query)
    return {
        "from": (query.page - 1) * PAGE_SIZE,
        "size": PAGE_SIZE,
        "track_total_hits": True,
        "post_filter": opensearch_facets.through(passing),
        "sort": opensearch_facets.order(query.sort),
        "_source": ["texts"],
    }


def _hits(ask: Ask, query: SearchQuery, asked: _Asked) -> list[Json]:
    hits: list[Json] = asked.found["hits"]["hits"]
    if not query.has_years or len(hits) == PAGE_SIZE:
        return hits
    certain = asked.counted["certain"]["doc_count"]
    possible = {
        **opensearch_facets.filters(query),
        "possible": {"bool": {"must_not": [opensearch_facets.certain(query)]}},
    }
    rest = _first_page(query) | {
        "query": asked.clause,
        "from": max(0, (query.page - 1) * PAGE_SIZE - certain),
        "size": PAGE_SIZE - len(hits),
        "post_filter": opensearch_facets.through(possible),
    }
    return [*hits, *ask(rest)["hits"]["hits"]]


def _highlights(query: SearchQuery, attempt: Attempt, hits: list[Json]) -> dict[str, Found]:
    words = opensearch_marking.asked_words(attempt.group)
    if not words:
        return {}
    is_wanted = opensearch_marking.wanted(attempt.group, query.q, attempt.is_lenient)
    found = ((hit["_id"], marking.find(hit["_source"]["texts"], words, is_wanted)) for hit in hits)
    return {pid: reason for pid, reason in found if reason is not None}


def _companion(pid: str, buckets: list[Json]) -> Companion:
    first = [bucket["first"]["value"] for bucket in buckets if bucket["first"]["value"] is not None]
    last = [bucket["last"]["value"] for bucket in buckets if bucket["last"]["value"] is not None]
    return Companion(pid, len(buckets), int(min(first)) if first else None, int(max(last)) if last else None)
