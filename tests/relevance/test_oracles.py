"""Counts, filters and companions against the slow way: whatever is asked, the numbers are exact."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import or_, select

from archive.db import db
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, Status
from catalogue.recordings import LineUp, Recording
from catalogue.search import query
from catalogue.search.document import Document
from catalogue.search.index import TOP_VALUES, SearchResult
from catalogue.search.query import FILTERS, SearchQuery
from tests.relevance import brute_force
from tests.relevance.corpora import TODAY, Corpus

COLLECTIONS = ["demo", pytest.param("solos", marks=pytest.mark.real_data)]
WORDS = ("", "blues", "concert", "de", "trompet", "1958", "quartet", "opname -studio", "night OR nacht")
PRESENT = (Role.PERFORMER, Role.CONDUCTOR, Role.INTERVIEWEE, Role.INTERVIEWER)


@pytest.fixture
def corpus(request: pytest.FixtureRequest) -> Corpus:
    made: Corpus = request.getfixturevalue(request.param)
    return made


def questions(corpus: Corpus) -> st.SearchStrategy[SearchQuery]:
    """Questions with a few filters, of values that the collection has, and perhaps years."""
    known = {
        name: sorted({value for one in corpus.documents for value in brute_force.values(one, name)})
        for name in FILTERS
    }
    filters = st.lists(st.sampled_from([name for name in FILTERS if known[name]]), max_size=2, unique=True)
    chosen = filters.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: st.lists(st.sampled_from(known[name]), min_size=1, max_size=3) for name in names}
        )
    )
    years = st.one_of(st.none(), st.integers(1920, 2012))
    return st.builds(_question, st.sampled_from(WORDS), chosen, years, years)


def _question(q: str, chosen: dict[str, list[str]], first: int | None, last: int | None) -> SearchQuery:
    parameters = [("q", q), *((name, value) for name, values in chosen.items() for value in values)]
    parameters += [(name, str(year)) for name, year in (("from", first), ("to", last)) if year is not None]
    return query.read(parameters)


@pytest.mark.parametrize("corpus", COLLECTIONS, indirect=True)
def test_totals_counts_and_years_are_those_of_the_documents(corpus: Corpus) -> None:
    @settings(max_examples=60)
    @given(questions(corpus))
    def check(asked: SearchQuery) -> None:
        answering = _answering(corpus, asked.q)

        result = corpus.index.search(asked, TODAY)

        assert result.total == len(brute_force.passing(answering, asked))
        for name in brute_force.FACETS:
            _check_facet(result, name, brute_force.counted(answering, asked, name), asked.values(name))
        assert result.years == pytest.approx(brute_force.years(answering, asked))

    check()


@cache
def _answering(corpus: Corpus, q: str) -> list[Document]:
    """All that answers words alone."""
    return [corpus.by_pid[pid] for pid in corpus.find_all(q)]


def _check_facet(result: SearchResult, name: str, counts: dict[str, int], chosen: Sequence[str]) -> None:
    """The most frequent values are shown, and those that are chosen, even where nothing has them."""
    shown = dict(result.facets.get(name, ()))
    assert {value: count for value, count in shown.items() if count} == {
        value: count for value, count in counts.items() if value in shown
    }
    left_out = [count for value, count in counts.items() if value not in shown]
    frequent = [count for value, count in shown.items() if value not in chosen]
    assert not left_out or (len(shown) >= TOP_VALUES and max(left_out) <= min(frequent))
    assert {value for value in chosen if counts.get(value)} <= shown.keys()


@pytest.mark.parametrize("corpus", COLLECTIONS, indirect=True)
def test_all_values_of_a_filter_are_counted(corpus: Corpus) -> None:
    for name in ("person", "place", "instrument", "label", "decade"):
        for q in ("", "blues"):
            answering = _answering(corpus, q)
            asked = query.read([("q", q)])

            found = corpus.index.values(asked, name, TODAY)

            assert dict(found) == brute_force.counted(answering, asked, name)
            assert [count for _value, count in found] == sorted(dict(found).values(), reverse=True)


@pytest.mark.parametrize("corpus", COLLECTIONS, indirect=True)
def test_what_lies_in_the_years_for_sure_comes_before_what_only_may(corpus: Corpus) -> None:
    @settings(max_examples=40)
    @given(st.sampled_from(WORDS), st.integers(1930, 2000), st.integers(0, 15))
    def check(q: str, first: int, more: int) -> None:
        asked = _question(q, {}, first, first + more)
        found = corpus.find_all(q, ("from", str(first)), ("to", str(first + more)))

        is_certain = [brute_force.must_be_of(corpus.by_pid[pid], asked) for pid in found]

        assert all(brute_force.may_be_of(corpus.by_pid[pid], asked) for pid in found)
        assert is_certain == sorted(is_certain, reverse=True)
        assert corpus.index.search(asked, TODAY).certain == sum(is_certain)

    check()


@pytest.mark.parametrize("corpus", COLLECTIONS, indirect=True)
def test_companions_are_those_of_the_documents(corpus: Corpus) -> None:
    persons = sorted({pid for one in corpus.documents for pid in one.players})

    for person in persons[:: max(1, len(persons) // 60)]:
        found = corpus.index.companions(person, TODAY)

        assert {one.pid: one.occasions for one in found} == brute_force.companions(corpus.documents, person)
        assert [one.occasions for one in found] == sorted((one.occasions for one in found), reverse=True)


@pytest.mark.parametrize("corpus", COLLECTIONS, indirect=True)
def test_companions_are_those_of_the_database(corpus: Corpus) -> None:
    with corpus.site.app_context():
        line_ups, pids = _line_ups(), dict(db.session.execute(select(Agent.id, Agent.pid)).tuples().all())
    for agent_id in sorted(set().union(*(who for _occasion, who in line_ups)))[::7]:
        met = {
            (occasion, other) for occasion, who in line_ups if agent_id in who for other in who - {agent_id}
        }

        found = corpus.index.companions(pids[agent_id], TODAY)

        assert sum(one.occasions for one in found) == len(met)
        assert {one.pid for one in found} == {pids[other] for _occasion, other in met}


def _line_ups() -> list[tuple[int, set[int]]]:
    """Read who was there, for each public session and recording, with the occasion: straight from the tables."""
    is_public = (
        Entry.status == Status.PUBLISHED,
        or_(Entry.embargo_until.is_(None), Entry.embargo_until <= TODAY),
    )
    there: dict[int, set[int]] = {}
    rows = select(Credit.entry_id, Credit.agent_id).where(
        Credit.role.in_(PRESENT), Credit.agent_id.is_not(None)
    )
    for entry_id, agent_id in db.session.execute(rows).tuples():
        there.setdefault(entry_id, set()).add(agent_id or 0)
    takes = {one.entry_id: one for one in db.session.scalars(select(Recording))}
    found = []
    for entry_id in db.session.scalars(select(Entry.id).where(*is_public)):
        take, who = takes.get(entry_id), there.get(entry_id, set())
        session_id = take.session_id if take else None
        if take and session_id and take.lineup is not LineUp.OWN:
            who = who | there.get(session_id, set())
        found.append((session_id or entry_id, who))
    return found
