"""OpenSearch alone: a cluster that does not answer, writers that get in each other's way, and what is left behind."""

import time
from collections.abc import Iterator
from datetime import date

import pytest

from catalogue.search import opensearch_mapping, opensearch_writing, query
from catalogue.search.index import BusyIndexError, DamagedIndexError
from catalogue.search.opensearch_client import Cluster, ConflictError, UnreachableIndexError
from catalogue.search.opensearch_index import OpenSearchIndex
from catalogue.search.query import SearchQuery
from tests.opensearch import engines
from tests.opensearch.collection import BLUE_HOUR, COLLECTION, STATION

TODAY = date(2026, 11, 22)
NOBODY_THERE = "http://127.0.0.1:1"


@pytest.fixture
def url() -> Iterator[str]:
    with engines.names_of_its_own() as own:
        yield own


@pytest.fixture
def cluster(url: str) -> Iterator[Cluster]:
    opened = Cluster(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def known() -> Iterator[OpenSearchIndex]:
    """An index that nobody changes."""
    with engines.names_of_its_own() as own:
        opened = OpenSearchIndex(own)
        opened.rebuild([COLLECTION], lambda _done: None)
        yield opened
        opened.close()


@pytest.fixture
def index(url: str) -> Iterator[OpenSearchIndex]:
    opened = OpenSearchIndex(url)
    yield opened
    opened.close()


def test_a_cluster_that_does_not_answer_is_told_from_a_lost_index():
    index = OpenSearchIndex(NOBODY_THERE)

    for ask in (
        lambda: index.search(SearchQuery(q="blauw"), TODAY),
        lambda: index.values(SearchQuery(), "kind", TODAY),
        lambda: index.companions("nobody", TODAY),
        index.digests,
    ):
        with pytest.raises(UnreachableIndexError):
            ask()
    assert issubclass(UnreachableIndexError, DamagedIndexError)
    assert index.version() == ""


def test_what_is_to_be_written_waits_while_the_cluster_does_not_answer():
    index = OpenSearchIndex(NOBODY_THERE)

    with pytest.raises(BusyIndexError):
        index.apply([BLUE_HOUR], ())
    with pytest.raises(BusyIndexError):
        index.rebuild([COLLECTION], lambda _done: None)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1:9200", "nachtregister"),
        ("http://127.0.0.1:9200/", "nachtregister"),
        ("https://reader:p%40ss@search.example.org/other", "other"),
    ],
)
def test_the_address_says_how_its_indices_begin(url: str, name: str):
    assert Cluster(url).name == name


def test_two_indices_of_one_cluster_do_not_meet(index: OpenSearchIndex, url: str):
    other = OpenSearchIndex(f"{url}-other")
    index.rebuild([COLLECTION], lambda _done: None)
    other.rebuild([[BLUE_HOUR]], lambda _done: None)

    assert len(index.digests()) == len(COLLECTION)
    assert len(other.digests()) == 1


def test_only_one_index_is_left_after_it_was_made_anew(index: OpenSearchIndex, cluster: Cluster):
    for _ in range(3):
        index.rebuild([COLLECTION], lambda _done: None)

    names = cluster.named(f"{cluster.name}-{opensearch_mapping.FORMAT}-*")
    assert names == cluster.aliased(f"{cluster.name}-{opensearch_mapping.FORMAT}")


def test_nothing_is_left_of_a_rebuild_that_fails(index: OpenSearchIndex, cluster: Cluster):
    def broken() -> Iterator[list[object]]:
        raise RuntimeError("the database went away")
        yield []

    with pytest.raises(RuntimeError):
        index.rebuild(broken(), lambda _done: None)  # type: ignore[arg-type]

    assert cluster.named(f"{cluster.name}-{opensearch_mapping.FORMAT}-*") == []


def test_a_second_writer_waits_and_then_gives_up(
    index: OpenSearchIndex, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    index.rebuild([COLLECTION], lambda _done: None)
    monkeypatch.setattr("catalogue.search.opensearch_index.TURN_TIMEOUT", 0.3)

    with opensearch_writing.turn(cluster, f"{cluster.name}-writer", 1), pytest.raises(BusyIndexError):
        index.apply([], [STATION.pid])

    index.apply([], [STATION.pid])
    assert STATION.pid not in index.digests()


def test_a_writer_that_died_gives_way_when_its_time_is_over(cluster: Cluster):
    turns = f"{cluster.name}-writer"
    cluster.put(turns, "writer", {"writer": "dead", "until": time.time() - 1}, None)

    with opensearch_writing.turn(cluster, turns, 0) as turn:
        turn.extend()


def test_a_writer_that_was_overtaken_notices(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    turns = f"{cluster.name}-writer"
    monkeypatch.setattr(opensearch_writing, "LEASE", -1.0)

    with opensearch_writing.turn(cluster, turns, 1) as slow:
        monkeypatch.setattr(opensearch_writing, "LEASE", 120.0)
        with opensearch_writing.turn(cluster, turns, 1), pytest.raises(BusyIndexError):
            slow.extend()


def test_a_document_is_not_written_over_another_state_than_the_one_read(cluster: Cluster):
    name = f"{cluster.name}-writer"
    first = cluster.put(name, "one", {"n": 1}, None)
    cluster.put(name, "one", {"n": 2}, first)

    with pytest.raises(ConflictError):
        cluster.put(name, "one", {"n": 3}, first)
    with pytest.raises(ConflictError):
        cluster.put(name, "one", {"n": 3}, None)


def test_an_index_of_another_format_does_not_count(
    index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch, url: str
):
    index.rebuild([COLLECTION], lambda _done: None)
    monkeypatch.setattr(opensearch_mapping, "FORMAT", opensearch_mapping.FORMAT + 1)

    later = OpenSearchIndex(url)

    with pytest.raises(DamagedIndexError):
        later.search(SearchQuery(), TODAY)
    later.close()


@pytest.mark.parametrize(
    "q",
    [
        "\ud800",
        "a" * 1_000,
        "a-" * 400,
        '"' + "a b " * 200 + '"',
        "(" * 300,
        "* ? ~ ^ : \\ / { } [ ]",
        '-"x" -y',
        "naïve\u0000",
        "x OR " * 150,
        " ".join(f"woord{n}" for n in range(100)),
        "'76 '05 rock'n'roll AC/DC big band",
        "blau*",
        "person:* id:*",
        "𝄞 日本 ジャズ",
    ],
)
def test_whatever_is_typed_there_is_an_answer(known: OpenSearchIndex, q: str):
    result = known.search(query.read([("q", q)]), TODAY)

    assert result.total >= 0
