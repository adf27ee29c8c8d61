"""A whole answer from one state of the index.

The ladder from exact to lenient, filters, counts, order, and why each entry answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from catalogue.search import analysis, marking, matching, syntax
from catalogue.search.facets import Mask
from catalogue.search.index import ANY, EXACT, FUZZY, PREFIX, Found, SearchResult
from catalogue.search.matching import Match, Matcher
from catalogue.search.query import PAGE_SIZE, SearchQuery
from catalogue.search.syntax import Question
from catalogue.search.whoosh_reader import Snapshot


@dataclass(frozen=True)
class _Rung:
    """How far a question had to be widened to be answered, and by what."""

    name: str
    match: Match
    did_you_mean: str | None = None


def answer(snapshot: Snapshot, query: SearchQuery, today: date) -> SearchResult:
    """Answer a question with what is public on a day."""
    columns, public = snapshot.columns, snapshot.columns.public(today)
    rung = _climb(snapshot, query.q, public)
    answering = public & rung.match.mask
    filters = columns.filters(query)
    rows = np.flatnonzero(_through(answering, filters.values()))
    start = (query.page - 1) * PAGE_SIZE
    page = columns.ordered(rows, query.sort, rung.match.scores)[start : start + PAGE_SIZE]
    among = {name: _through(answering, _others(filters, name)) for name in (*columns.facets, "years")}
    return SearchResult(
        pids=tuple(columns.pids[row] for row in page),
        total=len(rows),
        facets={name: column.count(among[name]) for name, column in columns.facets.items()},
        years=columns.dates.years(among["years"]),
        rung=rung.name,
        highlights=_highlights(snapshot, query.q, rung.match, [int(row) for row in page]),
        did_you_mean=rung.did_you_mean,
    )


def digests(snapshot: Snapshot) -> dict[str, str]:
    """Return the digest of each document by pid."""
    columns = snapshot.columns
    return {columns.pids[row]: columns.digests[row] for row in np.flatnonzero(columns.live)}


def _climb(snapshot: Snapshot, q: str, public: Mask) -> _Rung:
    """Widen the question until something answers: exact, last word begun, words spelt alike, any word."""
    question, matcher = syntax.parse(q), Matcher(snapshot)
    exact = matcher.match(question, q)
    if q and question.is_empty:
        return _Rung(EXACT, replace(exact, mask=np.zeros_like(exact.mask)))  # only signs: nothing has those
    if not q or (exact.mask & public).any():
        return _Rung(EXACT, exact)
    begun = syntax.last_as_beginning(question)
    if begun is not None:
        match = matcher.match(begun, q)
        if (match.mask & public).any():
            return _Rung(PREFIX, match)
    hint = _did_you_mean(matcher, question, public)
    lenient = Matcher(snapshot, is_lenient=True)
    match = lenient.match(question, q)
    if (match.mask & public).any():
        return _Rung(FUZZY, match, hint)
    any_word = matcher.match_any(question, q)
    if not (any_word.mask & public).any():
        any_word = lenient.match_any(question, q)
    return _Rung(ANY, any_word, hint)


def _did_you_mean(matcher: Matcher, question: Question, public: Mask) -> str | None:
    """Return the question with words that nobody has replaced by near ones, if that is answered exactly."""
    items = [item for clause in question.clauses for item in clause]
    words = {way[0] for item in items for ways in item.readings for way in ways[:1] if len(way) == 1}
    better = {word: near for word in sorted(words) if (near := _nearest(matcher.snapshot, word, public))}
    corrected = syntax.with_words(question, better) if better else ""
    if not corrected:
        return None
    match = matcher.match(syntax.parse(corrected), corrected)
    return corrected if (match.mask & public).any() else None


def _nearest(snapshot: Snapshot, word: str, public: Mask) -> str | None:
    """Return the most frequent of the nearest words, for a word that no public document has."""
    if any(public[snapshot.postings(name, word)[0]].any() for name in analysis.WORD_FIELDS):
        return None
    ranked = [
        (slips, -int(public[snapshot.postings(name, other)[0]].sum()), other)
        for name in matching.NAMED_FIELDS
        for other, slips in matching.alike(snapshot, name, word)
    ]
    return next((other for _, negative_count, other in sorted(ranked) if negative_count), None)


def _others(filters: dict[str, Mask], name: str) -> list[Mask]:
    # A filter does not take part in its own counts, or nothing beside what is ticked could be ticked.
    return [mask for other, mask in filters.items() if other != name]


def _through(answering: Mask, masks: Iterable[Mask]) -> Mask:
    for mask in masks:
        answering = answering & mask
    return answering


def _highlights(snapshot: Snapshot, q: str, match: Match, rows: list[int]) -> dict[str, Found]:
    if not match.words:
        return {}
    asked = [
        way[0]
        for clause in syntax.parse(q).clauses
        for item in clause
        for ways in item.readings
        for way in ways[:1]
    ]
    is_wanted = marking.wanted(match.words, match.stems)
    found = ((row, marking.find(snapshot.texts(row), asked, is_wanted)) for row in rows)
    return {snapshot.columns.pids[row]: reason for row, reason in found if reason is not None}
