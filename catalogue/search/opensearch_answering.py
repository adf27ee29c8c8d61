"""A whole answer from an OpenSearch index: the ladder, one page in order, counts, and why each entry answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from catalogue.search import (
    ladder,
    marking,
    opensearch_compounds,
    opensearch_facets,
    opensearch_hints,
    opensearch_names,
    opensearch_query,
    parsing,
    wanting,
)
from catalogue.search.index import EXACT, NONE, Companion, Found, SearchResult
from catalogue.search.ladder import Attempt
from catalogue.search.marking import Shown
from catalogue.search.opensearch_query import EVERYTHING, NOTHING
from catalogue.search.opensearch_words import Json
from catalogue.search.query import PAGE_SIZE, SearchQuery
from catalogue.search.question import Group, Parsed

Ask = Callable[[Json], Json]
Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Asked:
    """One attempt at a question: how it was put to the index, and what that answered."""

    attempt: Attempt
    clause: Json
    found: Json
    classes: list[Json]  # what those must pass that come first, then second, and so on

    @property
    def counted(self) -> Json:
        """What was counted by the way."""
        counted: Json = self.found["aggregations"]
        return counted

    @property
    def answers(self) -> int:
        """How many answer, before any filter."""
        return int(self.counted["answers"]["doc_count"])

    @property
    def has_near(self) -> bool:
        """Whether a near spelling brought some of them."""
        return int(self.counted["exactly"]["doc_count"]) < self.answers


def answer(ask: Ask, query: SearchQuery, today: date) -> SearchResult:
    """Answer a question with what is public on a day."""
    parsed = _parsed(query)
    asked = _climb(ask, query, parsed, today, opensearch_facets.counts(query), PAGE_SIZE)
    counted, attempt = asked.counted, asked.attempt
    total = int(counted["passing"]["doc_count"])
    hits = _hits(ask, query, asked)
    hints = opensearch_hints.of(ask, query.q, today, attempt.rung, asked.answers, total)
    return SearchResult(
        pids=tuple(hit["_id"] for hit in hits),
        total=total,
        facets=opensearch_facets.read_facets(counted),
        sizes=opensearch_facets.read_sizes(counted),
        years=opensearch_facets.read_years(counted),
        undated=int(counted["years"]["undated"]["doc_count"]),
        certain=int(counted["certain"]["doc_count"]) if query.has_years else None,
        rung=attempt.rung if asked.answers else NONE,
        understood=(attempt.understood,) if attempt.understood else (),
        ignored=parsed.ignored,
        highlights=_highlights(query, asked, hits),
        did_you_mean=hints.did_you_mean,
        words=hints.words,
        without=hints.without,
        unfiltered={} if total else opensearch_facets.read_unfiltered(counted),
    )


def values(ask: Ask, query: SearchQuery, name: str, today: date) -> Counts:
    """Count all values of one filter among the answers, most frequent first."""
    parsed = _parsed(query)
    asked = _climb(ask, query, parsed, today, opensearch_facets.answers(), size=0)
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


def _parsed(query: SearchQuery) -> Parsed:
    parsed = parsing.parse(query.q)
    return replace(parsed, narrower=()) if query.is_plain else parsed


def _climb(ask: Ask, query: SearchQuery, parsed: Parsed, today: date, counts: Json, size: int) -> _Asked:
    """Widen the question until something answers; the last attempt if nothing does."""
    for asked in _attempts(ask, query, parsed, today, counts, size):
        if asked.answers:
            return asked
        if asked.attempt.group == parsed.question and asked.attempt.rung == EXACT:
            halved = opensearch_compounds.halved(parsed.question, opensearch_hints.Counts(ask, today).of)
            if halved != parsed.question:
                return _climb(ask, query, Parsed(halved, (), parsed.ignored), today, counts, size)
    return asked


def _attempts(
    ask: Ask, query: SearchQuery, parsed: Parsed, today: date, counts: Json, size: int
) -> Iterator[_Asked]:
    is_simple = not query.q or parsed.question.is_empty
    for attempt in [Attempt(EXACT, Group())] if is_simple else ladder.attempts(parsed):
        exactly, clause = _clauses(query.q, attempt)
        public = {"bool": {"must": [clause], "filter": [opensearch_facets.public(today)]}}
        classes = _classes(query, exactly)
        counted = opensearch_facets.counts_of_classes(query, classes) | {
            "exactly": {"filter": exactly or EVERYTHING}
        }
        page = _page(query, classes[0], (query.page - 1) * PAGE_SIZE, size)
        found = ask(page | {"query": public, "aggs": counts | counted})
        yield _Asked(attempt, public, found, classes)


def _clauses(q: str, attempt: Attempt) -> tuple[Json | None, Json]:
    """Return what is asked to the letter, if something nearly so will do as well, and what is asked."""
    if attempt.group.is_empty:
        return None, NOTHING if q else EVERYTHING  # nothing answers to signs alone
    exactly = opensearch_query.question(attempt.group, q, attempt.is_lenient)
    near = opensearch_names.near(attempt)
    if near is None:
        return None, exactly
    return exactly, {"bool": {"should": [exactly, near], "minimum_should_match": 1}}


def _classes(query: SearchQuery, exactly: Json | None) -> list[Json]:
    """Tell apart what comes one after another: in the years asked for, or perhaps; spelt as asked, or nearly."""
    inside = [opensearch_query.inside(query.from_year, query.to_year)] if query.has_years else []
    dated, spelt = _with_opposite(inside), _with_opposite([exactly] if exactly else [])
    return [{"bool": {"filter": [one, other]}} for one, other in product(dated, spelt)]


def _with_opposite(conditions: list[Json]) -> list[Json]:
    return [*conditions, {"bool": {"must_not": conditions}}] if conditions else [EVERYTHING]


def _page(query: SearchQuery, of_class: Json, start: int, size: int) -> Json:
    return {
        "from": start,
        "size": size,
        "track_total_hits": False,
        "post_filter": opensearch_facets.through({**opensearch_facets.filters(query), "class": of_class}),
        "sort": opensearch_facets.order(query.sort),
        "_source": ["texts"],
    }


def _hits(ask: Ask, query: SearchQuery, asked: _Asked) -> list[Json]:
    """Return the answers of the page, one class behind the other, as if it were one answer."""
    hits: list[Json] = asked.found["hits"]["hits"]
    start = (query.page - 1) * PAGE_SIZE
    for number, of_class in enumerate(asked.classes):
        size = int(asked.counted[f"class {number}"]["doc_count"])
        if number and start < size and len(hits) < PAGE_SIZE:
            page = _page(query, of_class, start, PAGE_SIZE - len(hits))
            hits = [*hits, *ask(page | {"query": asked.clause})["hits"]["hits"]]
        start = max(0, start - size)
    return hits


def _highlights(query: SearchQuery, asked: _Asked, hits: list[Json]) -> dict[str, Found]:
    if not query.q:
        return {}
    attempt = asked.attempt
    words = wanting.asked_words(attempt.group)
    wanted = wanting.Wanted(attempt.group, query.q, attempt.is_lenient or asked.has_near)
    found = ((hit["_id"], marking.find(Shown(hit["_source"]["texts"]), words, wanted)) for hit in hits)
    return {pid: reason for pid, reason in found if reason is not None}


def _companion(pid: str, buckets: list[Json]) -> Companion:
    first = [bucket["first"]["value"] for bucket in buckets if bucket["first"]["value"] is not None]
    last = [bucket["last"]["value"] for bucket in buckets if bucket["last"]["value"] is not None]
    return Companion(pid, len(buckets), int(min(first)) if first else None, int(max(last)) if last else None)
