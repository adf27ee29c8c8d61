"""What is not public leaves no trace: not in answers, counts and years, nor in suggestions, spellings and hints."""

import json

import pytest
from sqlalchemy import or_, select

from archive.db import db
from catalogue.entries import Entry, Status
from catalogue.search import query
from catalogue.search.query import SearchQuery
from tests.relevance import spelling
from tests.relevance.corpora import TODAY, Corpus


@pytest.fixture(scope="module")
def hidden(demo: Corpus) -> list[tuple[str, str, str | None]]:
    """The drafts, entries in review, withdrawn and under embargo: pid, title and shelfmark."""
    is_hidden = or_(Entry.status != Status.PUBLISHED, Entry.embargo_until > TODAY)
    with demo.site.app_context():
        rows = db.session.execute(select(Entry.pid, Entry.title, Entry.shelfmark).where(is_hidden))
        return [(pid, title, shelfmark) for pid, title, shelfmark in rows.tuples()]


@pytest.fixture(scope="module")
def telling(demo: Corpus, hidden: list[tuple[str, str, str | None]]) -> list[str]:
    """Words of hidden titles that nothing public has, nor another of their stem."""
    public = {word for one in demo.documents for text in spelling.texts(one) for word in spelling.words(text)}
    words = {word for _pid, title, _shelfmark in hidden for word in spelling.words(title)}
    begun = {word[:5] for word in public}
    return sorted(word for word in words if len(word) >= 5 and word.isalpha() and word[:5] not in begun)


def test_there_is_something_to_hide(hidden: list[tuple[str, str, str | None]], telling: list[str]) -> None:
    assert len(hidden) >= 10
    assert telling


def test_no_question_brings_it(demo: Corpus, hidden: list[tuple[str, str, str | None]]) -> None:
    for pid, title, shelfmark in hidden:
        for q in filter(None, (title, shelfmark, pid, f"id:{shelfmark}", f'"{title}"')):
            assert pid not in demo.find_all(q), q


def test_it_is_not_counted(demo: Corpus, hidden: list[tuple[str, str, str | None]]) -> None:
    everything = demo.find("")

    assert everything.total == len(demo.documents)
    assert sum(count for _kind, count in everything.facets["kind"]) == len(demo.documents)
    assert sum(everything.years.values()) + everything.undated == pytest.approx(len(demo.documents))


def test_who_and_what_is_only_there_has_no_value(demo: Corpus) -> None:
    for name in ("person", "leader", "place", "label", "instrument"):
        public = {value for one in demo.documents for value in one.values()[name]}

        assert {value for value, _count in demo.index.values(_everything(), name, TODAY)} == public


def test_nobody_has_companions_only_there(demo: Corpus) -> None:
    public = {pid for one in demo.documents for pid in one.players}
    others = {pid for one in demo.everything for pid in one.persons} - public

    assert all(not demo.index.companions(pid, TODAY) for pid in others)
    assert all(one.pid in public for pid in public for one in demo.index.companions(pid, TODAY))


def test_its_words_are_not_offered_as_better_spellings(demo: Corpus, telling: list[str]) -> None:
    for word in telling:
        result = demo.find(f"{word[:-2]}{word[-1]}")

        assert word not in spelling.words(result.did_you_mean or "")


def test_its_words_are_counted_as_none(demo: Corpus, telling: list[str]) -> None:
    for word in telling:
        result = demo.find(f"{word} zzyzx")

        assert dict(result.words).get(word, 0) == 0
        assert not result.without


def test_it_is_not_suggested(demo: Corpus, hidden: list[tuple[str, str, str | None]]) -> None:
    public = {title for one in demo.documents for title in one.titles}
    client = demo.site.test_client()
    for pid, title, _shelfmark in hidden:
        for typed in (title[:6], title):
            said = client.get("/api/v1/suggest", query_string={"q": typed}).get_data(as_text=True)
            said = json.dumps(json.loads(said)["groups"], ensure_ascii=False)

            assert pid not in said
            assert title in public or title not in said


def _everything() -> SearchQuery:
    return query.read([])
