"""A whole answer from one state of the index: the ladder, filters, counts, order, and why each entry answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

import numpy as np

from catalogue.search import ladder, marking, names, parsing, wanting
from catalogue.search.engine import counting, halving, hinting, hits, near_names, ranking, spans
from catalogue.search.engine.answers import Answers, Part, column_of
from catalogue.search.engine.filtering import YEARS
from catalogue.search.engine.hits import EVERYTHING, NOTHING, Hits
from catalogue.search.engine.matching import Matcher
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import DECADE
from catalogue.search.engine.snapshot import Snapshot, Visible
from catalogue.search.engine.tables import SPAN
from catalogue.search.index import EXACT, NONE, TOP_VALUES, Found, SearchResult
from catalogue.search.ladder import Attempt
from catalogue.search.names import Name
from catalogue.search.query import PAGE_SIZE, UNDATED, SearchQuery
from catalogue.search.question import Group

POSSIBLE = 2  # class of what may lie in the years asked for; one more for a name spelt nearly so

Values = tuple[tuple[str, int], ...]


def answer(snapshot: Snapshot, query: SearchQuery, today: date) -> SearchResult:
    """Answer a question with what is public on a day."""
    answers = climb(snapshot, query, today)
    passing = [answers.passing(part) for part in answers.parts]
    total = sum(
        part.visible.number_of(found.docs) for part, found in zip(answers.parts, passing, strict=True)
    )
    start = (query.page - 1) * PAGE_SIZE
    page = _page(answers, passing, start, start + PAGE_SIZE)
    counts, years, decades = _counts(answers, passing)
    ranges = snapshot.ranges
    hints = hinting.of(answers, total, today)
    shown = {
        name: counting.top(snapshot, name, counts[name], TOP_VALUES, query.values(name)) for name in counts
    }
    return SearchResult(
        pids=tuple(segment.pid(doc) for segment, doc in page),
        total=total,
        facets={**shown, DECADE: ranges.decades(decades, UNDATED)},
        sizes={name: int((values > 0).sum()) for name, values in counts.items()},
        years=ranges.years(years),
        undated=ranges.undated(years),
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


def first(snapshot: Snapshot, query: SearchQuery, today: date, most: int) -> tuple[str, ...]:
    """Return the pids of the first answers to a question as it was asked."""
    answers = climb(snapshot, query, today, is_narrow=True)
    page = _page(answers, [answers.passing(part) for part in answers.parts], 0, most)
    return tuple(segment.pid(doc) for segment, doc in page)


def values(snapshot: Snapshot, query: SearchQuery, name: str, today: date) -> Values:
    """Count all values of one filter among the answers, most frequent first."""
    answers = climb(snapshot, query, today)
    column = SPAN if name == DECADE else column_of(name)
    parts = [
        (part.segment, _counted(part, answers.passing(part, but=name), (column,))[column])
        for part in answers.parts
    ]
    counts = counting.merged(snapshot, column, parts)
    if column == SPAN:
        return snapshot.ranges.decades(counts, UNDATED)
    return counting.top(snapshot, column, counts, len(counts) or 1, ())


def climb(snapshot: Snapshot, query: SearchQuery, today: date, is_narrow: bool = False) -> Answers:
    """Widen the question until something answers; a narrow one not further than what was asked."""
    visible = snapshot.visible(today)
    parsed = parsing.parse(query.q)
    narrower = () if query.is_plain else parsed.narrower
    parsed = replace(parsed, question=halving.halved(snapshot, parsed.question), narrower=narrower)
    if not query.q or parsed.question.is_empty:
        found = NOTHING if query.q else EVERYTHING  # nothing answers to signs alone
        parts = [Part(one.segment, seen, found) for one, seen in zip(snapshot.segments, visible, strict=True)]
        return Answers(snapshot, query, parts, Attempt(EXACT, Group()), parsed.ignored)
    attempts = ladder.attempts(parsed)
    if is_narrow:
        attempts = takewhile(lambda attempt: attempt.rung == EXACT, attempts)
    tried = (
        Answers(snapshot, query, _attempted(snapshot, query.q, attempt, visible), attempt, parsed.ignored)
        for attempt in attempts
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
    name = names.asked(attempt) if snapshot.shape.near_names else None
    return [_with_near(part, name, matcher) for part in parts] if name else parts


def _with_near(part: Part, name: Name, matcher: Matcher) -> Part:
    """Add what bears nearly the name that was asked for."""
    near = hits.through(Hits(near_names.docs(matcher.snapshot, part.segment, name)), part.visible.mask)
    for node in name.others:
        near = hits.common([near, matcher.match(part.segment, Group((node,)), "")], part.segment.size)
    if near.docs is None or not len(near.docs):
        return part
    near = hits.without(Hits(near.docs), Hits(part.found.docs), part.segment.size)
    if near.docs is None or not len(near.docs):
        return part
    mask = np.zeros(part.segment.size, np.bool_)
    mask[near.docs] = True
    found = hits.any_of(
        [part.found, Hits(near.docs, np.zeros(len(near.docs), np.float32))], part.segment.size
    )
    return replace(part, found=found, near=mask)


def _page(answers: Answers, passing: Sequence[Hits], start: int, end: int) -> list[tuple[Segment, int]]:
    """Return the answers from one place to another, in the order asked for."""
    sort = answers.query.sort
    ranked = [
        ranking.first(part.segment, found, part.visible.mask, sort, end, _classes(answers, part))
        for part, found in zip(answers.parts, passing, strict=True)
    ]
    return ranking.page(ranked, start, end) if ranked else []


def _classes(answers: Answers, part: Part) -> Array | None:
    """Tell documents apart that come one after another: in the years asked for, or perhaps; named so, or nearly."""
    near = None if part.near is None else part.near.astype(np.int8)
    if not answers.query.has_years:
        return near
    dated = _dated(answers, part)
    return dated if near is None else dated + near


def _dated(answers: Answers, part: Part) -> Array:
    """Tell documents that lie in the years asked for, class 0, from those that may."""
    segment, first, last = part.segment, answers.query.from_year, answers.query.to_year

    def classes() -> Array:
        is_sure = spans.within(segment, first, last)[1]
        return np.where(is_sure, 0, POSSIBLE).astype(np.int8).take(segment.span)

    return answers.snapshot.memory.get(("dated", segment.name, first, last), classes)


def _certain(answers: Answers, passing: Sequence[Hits]) -> int | None:
    if not answers.query.has_years:
        return None
    pairs = zip(answers.parts, passing, strict=True)
    return sum(
        int(np.count_nonzero(_dated(answers, part).take(found.docs) == 0))
        for part, found in pairs
        if found.docs is not None
    )


def _counts(answers: Answers, passing: Sequence[Hits]) -> tuple[dict[str, Array], Array, Array]:
    """Count each column, the years and the decades among what passes all other filters than their own."""
    names = answers.snapshot.shape.counted
    on = {one.name for one in answers.filters}
    found: dict[str, list[tuple[Segment, Array]]] = {name: [] for name in (*names, YEARS, DECADE)}
    for part, hits_there in zip(answers.parts, passing, strict=True):
        shared = _counted(part, hits_there, [name for name in (*names, SPAN) if name not in on])
        for name, counted in found.items():
            column = SPAN if name in (YEARS, DECADE) else name
            counts = _excluding(answers, part, name, column) if name in on else shared[column]
            counted.append((part.segment, counts))
    snapshot = answers.snapshot
    by_name = {name: counting.merged(snapshot, name, found[name]) for name in names}
    years, decades = (counting.merged(snapshot, SPAN, found[name]) for name in (YEARS, DECADE))
    return by_name, years, decades


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
