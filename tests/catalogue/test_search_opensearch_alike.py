"""Both engines find the same for questions of all kinds, drawn by chance."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from catalogue.search import query
from catalogue.search.index import SearchIndex, SearchResult
from catalogue.search.query import MAX_PAGE
from tests.opensearch import collection, engines
from tests.opensearch.collection import TODAY

DRAWN = collection.drawn(160, seed=3)
NAMES = (*collection.FIRST, *collection.LAST)
SLIPS = ("webstr", "bakker", "hogendorn", "trompeet", "nachtt", "kwinted", "terwint")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SearchIndex, SearchIndex]]:
    """The embedded engine and OpenSearch, with the same documents."""
    folder = tmp_path_factory.mktemp("index")
    with (
        engines.opened(engines.OPENSEARCH, folder) as other,
        engines.opened(engines.EMBEDDED, folder) as embedded,
    ):
        for index in (embedded, other):
            index.rebuild([DRAWN], lambda _done: None)
        yield embedded, other


words = st.sampled_from((*collection.WORDS, *NAMES, *SLIPS, "de", "lampen", "trom*", "nr-0007", "1955"))
names = st.tuples(st.sampled_from(collection.FIRST), st.sampled_from(collection.LAST)).map(" ".join)
fields = st.builds(
    "{}:({})".format,
    st.sampled_from(("person", "leader", "title", "instrument", "place", "label")),
    words | names,
)
phrases = st.lists(st.sampled_from(collection.WORDS), min_size=2, max_size=3).map(
    lambda few: f'"{" ".join(few)}"'
)
years = st.sampled_from(("year:1950..1960", "year:1962", "1950s"))
terms = st.one_of(words, words, names, phrases, fields, years, words.map("-{}".format))
played = st.builds("{} on {}".format, names, st.sampled_from(collection.INSTRUMENTS))
questions = st.one_of(
    st.lists(terms, min_size=1, max_size=4).map(" ".join),
    st.builds("{} OR {} {}".format, terms, terms, terms),
    st.builds("({} OR {}) NOT {}".format, terms, terms, words),
    st.builds("{} {}".format, names, names),
    played,
)


def everything(index: SearchIndex, q: str) -> tuple[SearchResult, set[str]]:
    asked = query.read([("q", q), ("sort", "added")])
    result = index.search(asked, TODAY)
    pages = range(2, min(MAX_PAGE, result.total // query.PAGE_SIZE + 2))
    others = [index.search(asked.on_page(page), TODAY).pids for page in pages]
    return result, {*result.pids, *(pid for page in others for pid in page)}


# Making a failing question smaller would ask a cluster thousands of times.
@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
@given(q=questions)
def test_both_find_the_same(both: tuple[SearchIndex, SearchIndex], q: str):
    (one, found), (other, others) = (everything(index, q) for index in both)

    assert (one.rung, one.total, one.understood) == (other.rung, other.total, other.understood)
    assert found == others
    assert one.pids == other.pids
    assert dict(one.facets["instrument"]) == dict(other.facets["instrument"])
    assert (one.words, one.without, one.did_you_mean) == (other.words, other.without, other.did_you_mean)
    assert one.highlights == other.highlights
