"""What every search engine must do, asked of each: what it finds and in which order, what it counts, what it hides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import pids
from catalogue.search import query
from catalogue.search.document import Document
from catalogue.search.index import TOP_VALUES, Companion, DamagedIndexError, SearchIndex, SearchResult
from catalogue.search.query import PAGE_SIZE, SearchQuery
from tests.opensearch import collection, engines
from tests.opensearch.collection import (
    BAKER,
    BLUE_HOUR,
    BLUE_TRAIN,
    COLLECTION,
    HOGENDOORN,
    OPEN,
    PHOTO,
    STATION,
    TODAY,
    WEBSTER,
    WIJNGAARDE,
    document,
    person,
)

HOUR, TRAIN, BEHIND, BOOM = (one.titles[0] for one in (BLUE_HOUR, BLUE_TRAIN, STATION, OPEN))
DRAWN = collection.drawn(240)


@pytest.fixture(scope="module", params=engines.BOTH)
def known(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of the small collection, which nobody changes."""
    with engines.opened(request.param, tmp_path_factory.mktemp("index")) as index:
        index.rebuild([COLLECTION], lambda _done: None)
        yield index


@pytest.fixture(scope="module", params=engines.BOTH)
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of the collection drawn by chance, written in several batches, which nobody changes."""
    with engines.opened(request.param, tmp_path_factory.mktemp("index")) as index:
        index.rebuild([DRAWN[start : start + 60] for start in range(0, 180, 60)], lambda _done: None)
        index.apply(DRAWN[180:], ())
        yield index


@pytest.fixture(params=engines.BOTH)
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An engine without an index."""
    with engines.opened(request.param, tmp_path_factory.mktemp("index")) as index:
        yield index


def read(q: str, parameters: str = "") -> SearchQuery:
    return query.read([("q", q), *parse_qsl(parameters)])


def ask(index: SearchIndex, q: str, parameters: str = "", today: date = TODAY) -> SearchResult:
    return index.search(read(q, parameters), today)


def titles(result: SearchResult) -> list[str]:
    by_pid = {one.pid: one.titles[0] for one in COLLECTION}
    return [by_pid[pid] for pid in result.pids]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("blauw uur", [HOUR]),
        ("BLÄUW", [HOUR]),
        ("behind station", [BEHIND]),
        ("joop terwindt", [HOUR]),
        ("trumpet rotterdam", [HOUR]),
        ("tp hogendoorn 1958", [HOUR]),
        ("mboom", [BOOM]),
        ("m'boom", [BOOM]),
        ("bigband", [BOOM]),
        ("kwintetten", [HOUR]),
        ('"blauw uur"', [HOUR]),
        ('"live in de big band"', [BOOM]),
        ('"m boom live"', [BOOM]),
        ("uur -trein", [HOUR]),
        ("uur NOT trein", [HOUR]),
        ("station OR middernacht", [BEHIND, HOUR]),
        ("(station OR middernacht) -kwintet", [BEHIND]),
        ("wijng*", [BEHIND, TRAIN]),
        ("the station", [BEHIND]),
        ("de", [BOOM, HOUR, TRAIN]),
        ("person:webster", [HOUR, TRAIN]),
        ("person:(webster ben)", [HOUR, TRAIN]),
        ("person:wijng*", [BEHIND, TRAIN]),
        ("leader:terwindt", [HOUR]),
        ("label:rijnmond", [HOUR]),
        ("place:katendrecht", [HOUR]),
        ("title:trein", [TRAIN]),
        ("instrument:trumpet", [HOUR, TRAIN]),
        ("instrument:trompetten", [HOUR, TRAIN]),
        ("year:1956", [BEHIND, TRAIN]),
        ("year:1970..", [BOOM]),
        ("year:..1956 person:wijngaarde", [BEHIND, TRAIN]),
        ("id:8714012", [HOUR]),
        ("id:nr04*", [HOUR]),
    ],
)
def test_a_question_is_answered_as_it_is_asked(known: SearchIndex, q: str, expected: list[str]):
    result = ask(known, q)

    assert (sorted(titles(result)), result.rung, result.total) == (sorted(expected), "exact", len(expected))


@pytest.mark.parametrize(
    "q",
    ['"uur blauw"', "person:blauw", "title:terwindt", "leader:hogendoorn", "label:webster", "place:webster",
     "person:(lies terwindt)",
        "leader:(lies hogendoorn)",
        "person:(webster trumpet)",
        'title:"na middernacht"', "instrument:blauw", "year:1930", "id:nr041", '"uur kwintet"'],
)  # fmt: skip
def test_a_question_is_not_answered_by_what_it_does_not_mean(known: SearchIndex, q: str):
    assert ask(known, q).rung != "exact"


def test_the_first_answers_are_those_of_the_page_without_widening(known: SearchIndex):
    asked = SearchQuery(q="title:(blue*)")

    assert known.first(asked, TODAY, 1) == known.search(asked, TODAY).pids[:1]
    assert known.first(asked, TODAY, 24) == known.search(asked, TODAY).pids
    assert known.search(SearchQuery(q="hogendorn"), TODAY).pids
    assert known.first(SearchQuery(q="hogendorn"), TODAY, 5) == ()
    assert known.first(replace(asked, filters=(("kind", ("image",)),)), TODAY, 5) == ()


def test_only_signs_find_nothing(known: SearchIndex):
    assert (ask(known, "!!").total, ask(known, "!!").rung) == (0, "none")


@pytest.mark.parametrize("q", ["NR-0412", "nr 0412", "NR0412", "nr-0412", "87 14 012"])
def test_an_identifier_is_found_however_it_is_written(known: SearchIndex, q: str):
    result = ask(known, q)

    assert (titles(result), result.did_you_mean) == ([HOUR], None)


def test_an_identifier_comes_before_entries_with_the_same_words(empty: SearchIndex):
    named = document("Blue 7", person("Blue Seven"), titles=("Blue 7", "Blue 7 Blue 7"))
    numbered = document("Take three", marks=("BLUE-7",))
    empty.rebuild([[named, numbered]], lambda _done: None)

    assert ask(empty, "blue 7").pids == (numbered.pid, named.pid)


def test_a_title_comes_before_a_name_and_a_name_before_a_description(empty: SearchIndex):
    in_prose = document("One", prose=("With a rondo at the end.",), added=9)
    in_name = document("Two", person("Rondo Band"), added=8)
    in_title = document("Rondo for three", added=7)
    whole = document("Rondo", added=6)
    others = [document(f"Another {word}") for word in collection.WORDS]
    empty.rebuild([[in_prose, in_name, in_title, whole, *others]], lambda _done: None)

    assert ask(empty, "rondo").pids == (whole.pid, in_title.pid, in_name.pid, in_prose.pid)


def test_who_played_what_is_asked_of_one_person(known: SearchIndex):
    result = ask(known, "ben webster on tenor")

    assert (titles(result), result.understood) == ([TRAIN], ("ben webster · tenor",))


@pytest.mark.parametrize(
    ("q", "rung", "expected", "meant"),
    [
        ("kwintet terw", "prefix", [HOUR], None),
        ("hogendorn", "fuzzy", [HOUR], "hogendoorn"),
        ("blauw hogendorn", "fuzzy", [HOUR], "blauw hogendoorn"),
        ("station xylofoonspel", "any", [BEHIND], None),
        ("quetzalcoatl", "none", [], None),
    ],
)
def test_a_question_without_answer_is_widened_step_by_step(
    known: SearchIndex, q: str, rung: str, expected: list[str], meant: str | None
):
    result = ask(known, q)

    assert (result.rung, titles(result), result.did_you_mean) == (rung, expected, meant)


def test_among_answers_to_any_word_those_with_more_of_the_words_come_first(known: SearchIndex):
    assert titles(ask(known, "middernacht katendrecht station xylofoonspel")) == [HOUR, BEHIND]


def test_a_wider_answer_says_which_word_is_where_and_what_is_found_without_it(known: SearchIndex):
    result = ask(known, "station xylofoonspel")

    assert result.words == (("station", 1), ("xylofoonspel", 0))
    assert result.without == (("station", 1),)


def test_names_spelt_nearly_so_come_behind_those_spelt_as_asked(empty: SearchIndex):
    exactly = document("One", person("Coleman Hawkins"), added=1)
    nearly = document("Two", person("Colman Hawkins"), added=9)
    other = document("Three", person("Colman Andrews"), added=5)
    empty.rebuild([[nearly, exactly, other]], lambda _done: None)

    assert ask(empty, "coleman hawkins").pids == (exactly.pid, nearly.pid)
    assert ask(empty, "coleman hawkins", "sort=added").pids == (exactly.pid, nearly.pid)


@pytest.mark.parametrize("hidden", ["kleedkamer", "theo aalst", "foto", "title:trompet", ""])
def test_what_is_under_embargo_is_in_no_answer_count_or_suggestion(known: SearchIndex, hidden: str):
    result = ask(known, hidden)

    assert PHOTO.pid not in result.pids
    assert "image" not in dict(result.facets["kind"])
    assert dict(result.words).get("kleedkamer", 0) == 0
    assert ask(known, "kleedkamr").did_you_mean is None
    assert "image" not in dict(known.values(SearchQuery(), "kind", TODAY))


def test_an_embargo_ends_on_its_day_without_a_new_index(known: SearchIndex):
    assert titles(ask(known, "kleedkamer", today=date(2027, 1, 1))) == [PHOTO.titles[0]]


def test_the_reason_is_given_where_the_card_does_not_show_it(known: SearchIndex):
    by_variant = ask(known, "eddy").highlights[STATION.pid]
    by_passage = ask(known, "havenploeg").highlights[BLUE_HOUR.pid]
    by_number = ask(known, "nr 0412").highlights[BLUE_HOUR.pid]

    assert (by_variant.kind, by_variant.pieces) == ("name", (("Eddy", True), (" Wijngaard", False)))
    assert [text for text, is_marked in by_passage.pieces if is_marked] == ["havenploeg"]
    assert by_number.pieces == (("NR-0412", True),)
    assert ask(known, "blauw uur").highlights == {}


def test_what_lies_in_the_years_for_sure_comes_before_what_may(known: SearchIndex):
    result = ask(known, "", "from=1956&to=1957")

    assert (titles(result), result.certain, result.total) == ([BEHIND, TRAIN], 1, 2)
    assert titles(ask(known, "", "from=1956&to=1957&sort=price")) == [BEHIND, TRAIN]


def test_when_no_answer_passes_the_filters_it_says_which_one_is_in_the_way(known: SearchIndex):
    result = ask(known, "blauw uur", "kind=image&reuse=direct")

    assert (result.rung, result.total, result.unfiltered) == ("exact", 0, {"kind": 1, "reuse": 0})


def test_companions_are_counted_by_occasion(known: SearchIndex):
    assert known.companions(WIJNGAARDE, TODAY) == tuple(
        Companion(pid, 1, 1955, 1958) for pid in sorted((BAKER, WEBSTER))
    )
    assert [one.occasions for one in known.companions(WEBSTER, TODAY)] == [1, 1, 1]
    assert known.companions(HOGENDOORN, TODAY) == (Companion(WEBSTER, 1, 1958, 1958),)
    assert known.companions(pids.derive("nobody"), TODAY) == ()


FILTERS = {
    "kind": ("recording", "image", "session"),
    "reuse": ("direct", "on_request", "none"),
    "person": tuple(pids.derive(f"{first} {last}") for first in ("Ben", "Rita") for last in collection.LAST),
    "with": tuple(pids.derive(f"Lies {last}") for last in collection.LAST),
    "leader": tuple(pids.derive(f"Chet {last}") for last in collection.LAST),
    "instrument": collection.INSTRUMENTS,
    "place": (pids.derive("Rotterdam"), pids.derive("Utrecht")),
    "plays": tuple(f"{pids.derive('Ben Webster')}/{code}" for code in collection.INSTRUMENTS),
    "decade": ("1940", "1950", "1980", "undated"),
    "collection": (pids.derive("collection"),),
}


@st.composite
def filtered(draw: st.DrawFn) -> SearchQuery:
    names = draw(st.lists(st.sampled_from(sorted(FILTERS)), max_size=2, unique=True))
    values = [
        (name, value) for name in names for value in draw(st.sets(st.sampled_from(FILTERS[name]), min_size=1))
    ]
    years = draw(
        st.sampled_from([(), (("from", "1955"),), (("from", "1950"), ("to", "1961")), (("to", "1948"),)])
    )
    sort = draw(st.sampled_from(("added", "oldest", "newest", "price")))
    return query.read([*values, *years, ("sort", sort)])


@settings(max_examples=30)
@given(asked=filtered())
def test_filters_counts_years_and_orders_are_exact(large: SearchIndex, asked: SearchQuery):
    everything = collection.public(DRAWN)
    answers = [one for one in everything if collection.passes(one, asked)]

    result = large.search(asked, TODAY)

    assert result.total == len(answers)
    assert list(result.pids) == collection.ordered(answers, asked)[:PAGE_SIZE]
    for name in ("kind", "reuse", "place", "instrument", "person", "leader", "collection", "decade"):
        among = collection.counted(
            [one for one in everything if collection.passes(one, asked, but=name)], name
        )
        offered = result.facets[name]
        assert dict(large.values(asked, name, TODAY)) == among, name
        assert dict(offered).items() <= among.items(), name
        assert [count for _value, count in offered[:TOP_VALUES]] == sorted(among.values(), reverse=True)[
            :TOP_VALUES
        ]
        assert set(asked.values(name)) & among.keys() <= dict(offered).keys()
    persons = collection.counted(
        [one for one in everything if collection.passes(one, asked, but="person")], "person"
    )
    assert result.sizes["person"] == len(persons)
    dated = [one for one in everything if collection.passes(one, asked, but="years")]
    assert result.years == pytest.approx(collection.years(dated))
    assert result.undated == sum(one.lo is None and one.hi is None for one in dated)
    if asked.has_years:
        assert result.certain == sum(collection.is_certain(one, asked) for one in answers)
    assert not result.unfiltered or not answers


@pytest.mark.parametrize("parameters", ["", "sort=oldest", "from=1950&to=1960", "q=blauw+OR+nacht"])
def test_every_answer_is_on_one_page_only(large: SearchIndex, parameters: str):
    first = query.read(parse_qsl(parameters))
    total = large.search(first, TODAY).total

    pages = [large.search(first.on_page(number), TODAY).pids for number in range(1, total // PAGE_SIZE + 3)]

    found = [pid for page in pages for pid in page]
    assert (len(found), len(set(found)), pages[-1]) == (total, total, ())


def test_a_page_far_behind_the_last_is_empty(large: SearchIndex):
    assert large.search(SearchQuery(sort="added", page=query.MAX_PAGE), TODAY).pids == ()


def test_companions_of_many_are_exact(large: SearchIndex):
    shown = collection.public(DRAWN)
    for person_pid in FILTERS["person"]:
        together = [one for one in shown if person_pid in one.players]
        others = {pid for one in together for pid in one.players} - {person_pid}
        expected = {pid: len({one.occasion for one in together if pid in one.players}) for pid in others}

        found = large.companions(person_pid, TODAY)

        assert {one.pid: one.occasions for one in found} == expected
        assert [(-one.occasions, one.pid) for one in found] == sorted(
            (-one.occasions, one.pid) for one in found
        )


def test_a_change_is_seen_at_once(empty: SearchIndex):
    empty.rebuild([COLLECTION], lambda _done: None)
    before = empty.version()

    empty.apply([replace(BLUE_HOUR, titles=("Groen uur",))], [STATION.pid, "never-there"])

    assert empty.version() != before
    assert ask(empty, "groen").pids == (BLUE_HOUR.pid,)
    assert ask(empty, '"blauw uur"').rung != "exact"
    assert ask(empty, "").total == 3
    assert STATION.pid not in empty.digests()


def test_a_new_index_takes_the_place_of_the_old_one(empty: SearchIndex):
    told: list[int] = []
    empty.rebuild([COLLECTION], told.append)
    before = empty.version()

    empty.rebuild([[BLUE_TRAIN], [BLUE_HOUR]], told.append)

    assert told == [5, 1, 2]
    assert empty.version() != before
    assert empty.digests() == {one.pid: one.digest for one in (BLUE_TRAIN, BLUE_HOUR)}


def test_an_empty_index_answers_with_nothing(empty: SearchIndex):
    empty.rebuild([], lambda _done: None)

    assert (ask(empty, "").total, ask(empty, "blauw").rung, empty.digests()) == (0, "none", {})


def test_a_rebuild_that_fails_leaves_the_old_index(empty: SearchIndex):
    def broken() -> Iterator[tuple[Document, ...]]:
        yield (BLUE_TRAIN,)
        raise RuntimeError("the database went away")

    empty.rebuild([COLLECTION], lambda _done: None)
    with pytest.raises(RuntimeError):
        empty.rebuild(broken(), lambda _done: None)

    assert ask(empty, "").total == 4


def test_without_an_index_there_is_an_error_and_no_empty_answer(empty: SearchIndex):
    for question in (
        lambda: ask(empty, "blauw"),
        lambda: empty.values(SearchQuery(), "kind", TODAY),
        lambda: empty.companions(WEBSTER, TODAY),
        empty.digests,
        lambda: empty.apply([BLUE_HOUR], ()),
    ):
        with pytest.raises(DamagedIndexError):
            question()
    assert empty.version() == ""


def test_a_compound_is_found_by_either_half_and_its_halves_by_the_compound(empty: SearchIndex):
    played = document("One", subjects=("tenorsaxofonist",), prose=("Een tenor en een saxofonist.",))
    apart = document("Two", prose=("De saxofonist speelt tenor.", "Het station, het plein."))
    square = document("Three", prose=("Op het stationsplein.",))
    later = document("Four", prose=("Weer op het stationsplein.",))
    empty.rebuild([[played, apart, square]], lambda _done: None)
    empty.apply([later], ())

    assert set(ask(empty, "plein").pids) == {apart.pid, square.pid, later.pid}
    assert ask(empty, "stationstenor").pids == (apart.pid,)
    assert set(ask(empty, "pleinstation").pids) == {apart.pid, square.pid, later.pid}
