"""The index: what is found, in which order and how far the question is widened; what stays hidden; that it survives."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from catalogue import pids
from catalogue.search import query
from catalogue.search.document import Bearer, Document, Part
from catalogue.search.engine.segment import Segment
from catalogue.search.index import DamagedIndexError, SearchResult
from catalogue.search.whoosh_index import WhooshIndex

TODAY = date(2026, 11, 22)


def document(title: str, *names: str, **facts: object) -> Document:
    people = tuple(Bearer(Part.PERSON, name, (name,)) for name in names)
    return replace(
        Document(pid=pids.derive(title), kind="recording", titles=(title,), bearers=people), **facts
    )  # type: ignore[arg-type]


BLUE_HOUR = document(
    "Blauw uur",
    "Kwintet Joop Terwindt",
    "Lies Hogendoorn",
    subjects=("opname", "recording", "Trompet", "Trumpet", "tp", "1958"),
    places=("Zaal Katendrecht", "Rotterdam"),
    prose=("Het kwintet speelt na middernacht, als de havenploeg van de late dienst binnenkomt.",),
    marks=("NR-0412",),
    lo=19580314,
    hi=19580314,
    added=3,
)
BLUE_TRAIN = document(
    "De blauwe trein", "Edgar Wijngaarde", "Coba van Rhijn", prose=("Een uur later.",), added=2
)
STATION = document(
    "Achter het station",
    "Edgar Wijngaarde",
    titles=("Achter het station", "Behind the Station"),
    bearers=(Bearer(Part.PERSON, "Edgar Wijngaarde", ("Edgar Wijngaarde", "Eddy Wijngaard")),),
    subjects=("opname", "recording", "Tenorsaxofoon", "Tenor saxophone", "1956"),
    lo=19550101,
    hi=19571231,
    added=1,
)
PHOTO = document(
    "Trompet van Terwindt, kleedkamer",
    "Theo van Aalst",
    kind="image",
    subjects=("beeld", "foto", "photo", "photograph"),
    embargo=20270101,
)
ALL = (BLUE_HOUR, BLUE_TRAIN, STATION, PHOTO)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    whoosh = WhooshIndex(tmp_path)
    whoosh.rebuild([ALL], lambda _done: None)
    yield whoosh
    whoosh.close()


def ask(index: WhooshIndex, q: str, parameters: str = "", today: date = TODAY) -> SearchResult:
    return index.search(query.read([("q", q), *parse_qsl(parameters)]), today)


def titles(result: SearchResult) -> list[str]:
    by_pid = {document.pid: document.titles[0] for document in ALL}
    return [by_pid[pid] for pid in result.pids]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("blauw uur", ["Blauw uur"]),
        ("BLAUW", ["Blauw uur"]),
        ("behind station", ["Achter het station"]),
        ("achter het station", ["Achter het station"]),
        ("terwindt joop", ["Blauw uur"]),
        ("trumpet rotterdam", ["Blauw uur"]),
        ("tp 1958", ["Blauw uur"]),
        ('"blauw uur"', ["Blauw uur"]),
        ('"Joop Terwindt"', ["Blauw uur"]),
        ("wijngaarde -station", ["De blauwe trein"]),
        ("uur OR station", ["Blauw uur", "Achter het station", "De blauwe trein"]),
        ("wijng*", ["De blauwe trein", "Achter het station"]),
    ],
)
def test_a_question_is_answered_exactly(index: WhooshIndex, q: str, expected: list[str]):
    result = ask(index, q)

    assert sorted(titles(result)) == sorted(expected)
    assert not expected or result.rung == "exact"


@pytest.mark.parametrize("q", ['"uur blauw"', '"Terwindt Lies"'])
def test_words_in_quotes_that_nothing_has_side_by_side_are_looked_for_one_by_one(index: WhooshIndex, q: str):
    result = ask(index, q)

    assert result.rung == "any"
    assert titles(result)[0] == "Blauw uur"


@pytest.mark.parametrize("q", ["NR-0412", "nr 0412", "NR0412", "nr-0412"])
def test_an_identifier_is_found_however_it_is_written_and_comes_first(index: WhooshIndex, q: str):
    result = ask(index, q)

    assert titles(result) == ["Blauw uur"]
    assert result.did_you_mean is None


def test_an_identifier_comes_before_entries_with_the_same_words(tmp_path: Path):
    index = WhooshIndex(tmp_path)
    named = document("Blue 7", "Blue Seven", titles=("Blue 7", "Blue 7 Blue 7"))
    numbered = document("Take three", marks=("BLUE-7",))
    index.rebuild([[named, numbered]], lambda _done: None)

    assert index.search(query.read([("q", "blue 7")]), TODAY).pids == (numbered.pid, named.pid)
    index.close()


def test_a_title_comes_before_a_name_and_a_name_before_a_description(tmp_path: Path):
    index = WhooshIndex(tmp_path)
    in_prose = document("One", prose=("With a rondo at the end.",), added=9)
    in_name = document("Two", "Rondo Band", added=8)
    in_title = document("Rondo for three", added=7)
    whole = document("Rondo", added=6)
    index.rebuild([[in_prose, in_name, in_title, whole]], lambda _done: None)

    assert index.search(query.read([("q", "rondo")]), TODAY).pids == (
        whole.pid, in_title.pid, in_name.pid, in_prose.pid,
    )  # fmt: skip
    index.close()


@pytest.mark.parametrize(
    ("q", "rung", "expected", "meant"),
    [
        ("kwintet terw", "prefix", ["Blauw uur"], None),
        ("wijngarde", "fuzzy", ["Achter het station", "De blauwe trein"], "wijngaarde"),
        ("blauw hogendorn", "fuzzy", ["Blauw uur"], "blauw hogendoorn"),
        ("blauw xylofoonspel", "any", ["Blauw uur"], None),
        ("quetzalcoatl", "none", [], None),
    ],
)
def test_a_question_without_answer_is_widened_step_by_step(
    index: WhooshIndex, q: str, rung: str, expected: list[str], meant: str | None
):
    result = ask(index, q)

    assert (result.rung, sorted(titles(result)), result.did_you_mean) == (rung, expected, meant)


def test_prose_is_found_by_its_stems_and_names_are_not(index: WhooshIndex):
    assert titles(ask(index, "kwintetten")) == ["Blauw uur"]
    assert ask(index, "wijngaarden").rung == "fuzzy"


@pytest.mark.parametrize("hidden", ["kleedkamer", "theo aalst", "foto", ""])
def test_what_is_under_embargo_is_in_no_answer_count_or_suggestion(index: WhooshIndex, hidden: str):
    result = ask(index, hidden)

    assert PHOTO.pid not in result.pids
    assert dict(result.facets["kind"]).get("image") is None
    assert ask(index, "kleedkamr").did_you_mean is None


def test_an_embargo_ends_on_its_day_without_a_new_index(index: WhooshIndex):
    assert titles(ask(index, "kleedkamer", today=date(2027, 1, 1))) == [PHOTO.titles[0]]


def test_the_reason_is_given_where_the_card_does_not_show_it(index: WhooshIndex):
    by_variant = ask(index, "eddy").highlights[STATION.pid]
    by_other_title = ask(index, "behind").highlights[STATION.pid]
    by_passage = ask(index, "havenploeg").highlights[BLUE_HOUR.pid]
    by_number = ask(index, "nr 0412").highlights[BLUE_HOUR.pid]

    assert (by_variant.kind, by_variant.pieces) == ("name", (("Eddy", True), (" Wijngaard", False)))
    assert (by_other_title.kind, by_other_title.pieces[0]) == ("title", ("Behind", True))
    assert (by_passage.kind, [text for text, is_marked in by_passage.pieces if is_marked]) == (
        "text",
        ["havenploeg"],
    )
    assert (by_number.kind, by_number.pieces) == ("number", (("NR-0412", True),))
    assert ask(index, "blauw uur").highlights == {}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("added", ["Blauw uur", "De blauwe trein", "Achter het station"]),
        ("oldest", ["Achter het station", "Blauw uur", "De blauwe trein"]),
        ("newest", ["Blauw uur", "Achter het station", "De blauwe trein"]),
    ],
)
def test_answers_can_be_put_in_order_with_the_undated_last(
    index: WhooshIndex, sort: str, expected: list[str]
):
    assert titles(ask(index, "", f"sort={sort}")) == expected


def test_a_change_is_seen_without_opening_the_index_again(index: WhooshIndex):
    before = index.version()
    assert ask(index, "groen").total == 0

    index.apply([replace(BLUE_HOUR, titles=("Groen uur",))], [STATION.pid])

    assert index.version() != before
    assert ask(index, "groen").pids == (BLUE_HOUR.pid,)
    assert ask(index, '"blauw uur"').rung != "exact"
    assert ask(index, "").total == 2


def test_a_new_index_takes_the_place_of_the_old_one_for_readers_that_are_open(
    index: WhooshIndex, tmp_path: Path
):
    assert ask(index, "").total == 3

    other_process = WhooshIndex(tmp_path)
    other_process.rebuild([[BLUE_TRAIN]], lambda _done: None)

    assert ask(index, "").pids == (BLUE_TRAIN.pid,)


def test_the_digests_tell_which_documents_there_are(index: WhooshIndex):
    assert index.digests() == {document.pid: document.digest for document in ALL}


def test_without_an_index_there_is_an_error_and_no_empty_answer(tmp_path: Path):
    with pytest.raises(DamagedIndexError):
        ask(WhooshIndex(tmp_path / "nothing"), "blauw")


def test_a_rebuild_that_fails_leaves_the_old_index(index: WhooshIndex):
    def broken() -> Iterator[tuple[Document, ...]]:
        yield (BLUE_TRAIN,)
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(broken(), lambda _done: None)

    assert ask(index, "").total == 3


def test_one_that_only_writes_lets_go_of_segments_that_are_no_more(tmp_path: Path):
    index = WhooshIndex(tmp_path)
    index.rebuild([], lambda _done: None)

    gc.collect()
    before = sum(isinstance(one, Segment) for one in gc.get_objects())
    for number in range(30):
        index.apply([replace(BLUE_HOUR, pid=pids.derive(f"take {number}"))], ())
    gc.collect()

    assert sum(isinstance(one, Segment) for one in gc.get_objects()) <= before + 2
