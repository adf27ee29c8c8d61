"""A whole answer from one state of the index: the ladder, filters, counts, order, and why each entry answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from catalogue.search import ladder, marking, parsing, wanting
from catalogue.search.engine import counting, filtering, halving, hinting, hits, near_names, ranking, spans
from catalogue.search.engine.filtering import YEARS, Filter
from catalogue.search.engine.hits import EVERYTHING, NOTHING, Hits
from catalogue.search.engine.matching import Matcher
from catalogue.search.engine.near_names import Name
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import DECADE
from catalogue.search.engine.snapshot import Snapshot, Visible
from catalogue.search.engine.tables import SPAN
from catalogue.search.index import EXACT, NONE, TOP_VALUES, Found, SearchResult
from catalogue.search.ladder import Attempt
from catalogue.search.query import PAGE_SIZE, UNDATED, SearchQuery
from catalogue.search.question import Group

# The second person that `with` asks for is looked up among the same values as the first.
_COLUMNS = {"with": "person"}

POSSIBLE = 2  # class of what may lie in the years asked for; one more for a name spelt nearly so

Values = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Part:
    """What answers a question in one segment, before any filter, and how many of these the words name exactly."""

    segment: Segment
    visible: Visible
    found: Hits
    near: Array | None = None  # marks those that only a near spelling brought, among all documents

    @property
    def count(self) -> int:
        """How many answer."""
        return self.visible.count if self.found.docs is None else len(self.found.docs)


@dataclass(frozen=True)
class Answers:
    """What answers a question in all segments, and how it was read."""

    snapshot: Snapshot
    query: SearchQuery
    parts: list[Part]
    attempt: Attempt
    ignored: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many answer, before any filter."""
        return sum(part.count for part in self.parts)

    @property
    def has_near(self) -> bool:
        """Whether a near spelling brought some of them."""
        return any(part.near is not None for part in self.parts)

    @cached_property
    def filters(self) -> list[Filter]:
        """The filters that are on."""
        on = [Filter(name, _COLUMNS.get(name, name), values) for name, values in self.query.filters]
        if self.query.has_years:
            on.append(Filter(YEARS, YEARS, (), self.query.from_year, self.query.to_year))
        return on

    def passing(self, part: Part, but: str | None = None) -> Hits:
        """Return the answers in a segment that pass all filters, but for one perhaps."""
        filters = [one for one in self.filters if one.name != but]
        found = filtering.through(self.snapshot, part.segment, part.found, filters)
        # What answers to no words has not been looked at yet.
        return hits.through(found, part.visible.mask) if part.found.docs is None and filters else found

    def total(self, but: str | None = None) -> int:
        """Count the answers that pass all filters, but for one perhaps."""
        found = [(part, self.passing(part, but)) for part in self.parts]
        return sum(part.visible.count if one.docs is None else len(one.docs) for part, one in found)


def answer(snapshot: Snapshot, query: SearchQuery, today: date) -> SearchResult:
    """Answer a question with what is public on a day."""
    answers = climb(snapshot, query, today)
    passing = [answers.passing(part) for part in answers.parts]
    total = sum(
        part.visible.count if found.docs is None else len(found.docs)
        for part, found in zip(answers.parts, passing, strict=True)
    )
    page = _page(answers, passing)
    counts, span_counts = _counts(answers, passing)
    hints = hinting.of(answers, total, today)
    shown = {
        name: counting.top(snapshot, name, counts[name], TOP_VALUES, query.values(name)) for name in counts
    }
    years = spans.added(span_counts[YEARS])
    return SearchResult(
        pids=tuple(segment.pid(doc) for segment, doc in page),
        total=total,
        facets={**shown, DECADE: spans.decades(spans.added(span_counts[DECADE]), UNDATED)},
        sizes={name: int((values > 0).sum()) for name, values in counts.items()},
        years=spans.years(years),
        undated=sum(count for (lo, hi), count in years.items() if lo > hi),
        certain=_certain(answers, passing),
        rung=answers.attempt.rung if answers.count else NONE,
        understood=(answers.attempt.understood,) if answers.attempt.understood else (),
        ignored=answers.ignored,
        highlights=_highlights(answers, page),
        did_you_mean=hints.did_you_mean,
        words=hints.words,
        without=hints.without,
        unfiltered={} if total else {one.name: answers.total(but=one.name) for one in answers.filters},
    )


def values(snapshot: Snapshot, query: SearchQuery, name: str, today: date) -> Values:
    """Count all values of one filter among the answers, most frequent first."""
    answers = climb(snapshot, query, today)
    column = _COLUMNS.get(name, name)
    found = [answers.passing(part, but=name) for part in answers.parts]
    if column == DECADE:
        total = spans.added(
            spans.counts(part.segment, _counted(part, one, (SPAN,))[SPAN])
            for part, one in zip(answers.parts, found, strict=True)
        )
        return spans.decades(total, UNDATED)
    parts = [
        (part.segment, _counted(part, one, (column,))[column])
        for part, one in zip(answers.parts, found, strict=True)
    ]
    counts = counting.merged(snapshot, column, parts)
    return counting.top(snapshot, column, counts, len(counts) or 1, ())


def climb(snapshot: Snapshot, query: SearchQuery, today: date) -> Answers:
    """Widen the question until something answers."""
    visible = snapshot.visible(today)
    parsed = parsing.parse(query.q)
    narrower = () if query.is_plain else parsed.narrower
    parsed = replace(parsed, question=halving.halved(snapshot, parsed.question), narrower=narrower)
    if not query.q or parsed.question.is_empty:
        found = NOTHING if query.q else EVERYTHING  # nothing answers to signs alone
        parts = [Part(one.segment, seen, found) for one, seen in zip(snapshot.segments, visible, strict=True)]
        return Answers(snapshot, query, parts, Attempt(EXACT, Group()), parsed.ignored)
    tried = (
        Answers(snapshot, query, _attempted(snapshot, query.q, attempt, visible), attempt, parsed.ignored)
        for attempt in ladder.attempts(parsed)
    )
    for answers in tried:
        if answers.count:
            break
    return answers


def _attempted(snapshot: Snapshot, q: str, attempt: Attempt, visible: Sequence[Visible]) -> list[Part]:
    matcher = Matcher(snapshot, attempt.is_lenient)
    match = matcher.match_any if attempt.is_any else matcher.match
    parts = [
        Part(one.segment, seen, hits.through(match(one.segment, attempt.group, q), seen.mask))
        for one, seen in zip(snapshot.segments, visible, strict=True)
    ]
    name = near_names.asked(snapshot, attempt) if attempt.rung == EXACT else None
    return [_with_near(part, name, matcher) for part in parts] if name else parts


def _with_near(part: Part, name: Name, matcher: Matcher) -> Part:
    """Add what bears nearly the name that was asked for."""
    near = hits.through(Hits(near_names.docs(part.segment, name)), part.visible.mask)
    for node in name.others:
        near = hits.common([near, matcher.match(part.segment, Group((node,)), "")], part.segment.size)
    near = hits.without(Hits(near.docs), Hits(part.found.docs), part.segment.size)
    if near.docs is None or not len(near.docs):
        return part
    mask = np.zeros(part.segment.size, np.bool_)
    mask[near.docs] = True
    found = hits.any_of(
        [part.found, Hits(near.docs, np.zeros(len(near.docs), np.float32))], part.segment.size
    )
    return replace(part, found=found, near=mask)


def _page(answers: Answers, passing: Sequence[Hits]) -> list[tuple[Segment, int]]:
    query = answers.query
    start = (query.page - 1) * PAGE_SIZE
    ranked = [
        ranking.first(
            part.segment, found, part.visible.mask, query.sort, start + PAGE_SIZE, _classes(answers, part)
        )
        for part, found in zip(answers.parts, passing, strict=True)
    ]
    return ranking.page(ranked, start, start + PAGE_SIZE) if ranked else []


def _classes(answers: Answers, part: Part) -> Array | None:
    """Tell documents apart that come one after another: in the years asked for, or perhaps; named so, or nearly."""
    near = None if part.near is None else part.near.astype(np.int8)
    if not answers.query.has_years:
        return near
    key = ("classes", part.segment.name, answers.query.from_year, answers.query.to_year)
    dated = answers.snapshot.memory.get(
        key, lambda: np.where(_surely_dated(answers, part), 0, POSSIBLE).astype(np.int8)
    )
    return dated if near is None else dated + near


def _surely_dated(answers: Answers, part: Part) -> Array:
    query = answers.query
    key = ("sure", part.segment.name, query.from_year, query.to_year)
    return answers.snapshot.memory.get(
        key, lambda: spans.within(part.segment, query.from_year, query.to_year)[1].take(part.segment.span)
    )


def _certain(answers: Answers, passing: Sequence[Hits]) -> int | None:
    if not answers.query.has_years:
        return None
    pairs = zip(answers.parts, passing, strict=True)
    return sum(
        int(_surely_dated(answers, part).take(found.docs).sum())
        for part, found in pairs
        if found.docs is not None
    )


def _counts(
    answers: Answers, passing: Sequence[Hits]
) -> tuple[dict[str, Array], dict[str, list[spans.Counts]]]:
    """Count each column among what passes all other filters; a filter does not take part in its own counts."""
    names = answers.snapshot.shape.counted
    own = {SPAN if one.name in (YEARS, DECADE) else one.name: one.name for one in answers.filters}
    by_name: dict[str, list[tuple[Segment, Array]]] = {name: [] for name in names}
    by_span: dict[str, list[spans.Counts]] = {YEARS: [], DECADE: []}
    for part, found in zip(answers.parts, passing, strict=True):
        shared = _counted(part, found, [name for name in (*names, SPAN) if name not in own])
        for name in names:
            counts = shared[name] if name in shared else _excluding(answers, part, own[name], name)
            by_name[name].append((part.segment, counts))
        for name in by_span:
            is_on = any(one.name == name for one in answers.filters)
            counts = _excluding(answers, part, name, SPAN) if is_on else _spans(part, found, shared)
            by_span[name].append(spans.counts(part.segment, counts))
    return {name: counting.merged(answers.snapshot, name, parts) for name, parts in by_name.items()}, by_span


def _spans(part: Part, found: Hits, shared: dict[str, Array]) -> Array:
    return shared[SPAN] if SPAN in shared else _counted(part, found, (SPAN,))[SPAN]


def _excluding(answers: Answers, part: Part, but: str, column: str) -> Array:
    return _counted(part, answers.passing(part, but), (column,))[column]


def _counted(part: Part, found: Hits, names: Sequence[str]) -> dict[str, Array]:
    counts = counting.count(part.segment, found.docs, names)
    if found.docs is None and len(part.visible.hidden):
        return counting.less(counts, counting.count(part.segment, part.visible.hidden, names))
    return counts


def _highlights(answers: Answers, page: Sequence[tuple[Segment, int]]) -> dict[str, Found]:
    if not answers.query.q:
        return {}
    attempt = answers.attempt
    asked = wanting.asked_words(attempt.group)
    wanted = wanting.Wanted(attempt.group, answers.query.q, attempt.is_lenient or answers.has_near)
    found = {}
    for segment, doc in page:
        reason = marking.find(segment.texts(doc), asked, wanted)
        if reason is not None:
            found[segment.pid(doc)] = reason
    return found
