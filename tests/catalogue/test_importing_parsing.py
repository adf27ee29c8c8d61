"""The cells of a table as values."""

import csv
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import instruments
from catalogue.credits import Role
from catalogue.importing import parsing
from catalogue.importing.parsing import Player, Span


def test_a_line_up_gives_players_in_the_order_of_the_source() -> None:
    line_up = parsing.lineup("Art Pepper (as, cl); Charlie Haden (b);")

    assert line_up.players == (Player("Art Pepper", ("as", "cl")), Player("Charlie Haden", ("b",)))
    assert line_up.names == ("Art Pepper", "Charlie Haden")
    assert not line_up.notes


@pytest.mark.parametrize(
    ("written", "players", "note"),
    [
        ("Chick Corea, Joe Zawinul (p)", ["Chick Corea", "Joe Zawinul"], "names 2 people"),
        ("Carl Brown (b). Billy Higgins (dr)", ["Carl Brown", "Billy Higgins"], "a semicolon is missing"),
        ("Abrams Quebec-Tom Archia (ts)", ["Abrams Quebec-Tom Archia"], None),
        ("Adams, Pepper (bs)", ["Adams, Pepper"], None),
        ("Lester Young", ["Lester Young"], "names no instrument"),
    ],
)
def test_people_are_taken_apart_only_when_each_has_a_full_name(
    written: str, players: list[str], note: str | None
) -> None:
    line_up = parsing.lineup(written)

    assert [player.name for player in line_up.players] == players
    assert len(line_up.names) == 1
    assert len(line_up.notes) == (1 if note else 0)
    assert (note or "") in "".join(line_up.notes)


@pytest.mark.parametrize(
    ("written", "names", "is_group"),
    [
        ("Sonny Rollins", ("Sonny Rollins",), False),
        ("Parker", ("Parker",), False),
        ("Andy Razaf, Eubie Blake", ("Andy Razaf", "Eubie Blake"), False),
        ("Mitchel Parish / Cliff Burwell", ("Mitchel Parish", "Cliff Burwell"), False),
        ("Richard Rogers & Oscar Hammerstein", ("Richard Rogers", "Oscar Hammerstein"), False),
        ("O. Brown Jr./B. Timmons", ("O. Brown Jr.", "B. Timmons"), False),
        ("Parker, Gillespie", ("Parker, Gillespie",), True),
        ("C. & S. Williams", ("C. & S. Williams",), True),
        ("Basie-Young", ("Basie-Young",), True),
        ("Turk - Ahlert", ("Turk - Ahlert",), True),
        ("Thelonious\n Monk", ("Thelonious Monk",), False),
    ],
)
def test_composers_are_taken_apart_only_when_each_has_a_full_name(
    written: str, names: tuple[str, ...], is_group: bool
) -> None:
    people = parsing.composers(written)

    assert (people.names, people.is_group) == (names, is_group)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("00:51-03:21", Span(51_000, 201_000)),
        ("0:33-1:32", Span(33_000, 92_000)),
        ("00.54-01:25", Span(54_000, 85_000)),
        ("00:10-00:45;", Span(10_000, 45_000)),
        ("1:02:03-1:02:04", Span(3_723_000, 3_724_000)),
        ("00:30-14:00", Span(30_000, 840_000)),
        ("02:34-??", Span(154_000, None, "the end is not known")),
        ("10:00-02:17", Span(600_000, None, "the end, 02:17, comes before the start; left open")),
    ],
)
def test_times_are_read_in_milliseconds(written: str, span: Span) -> None:
    assert parsing.time_range(written) == span


@pytest.mark.parametrize("written", ["soon", "00:51", "??-03:21", "00:71-03:21"])
def test_what_is_no_time_says_what_it_should_be(written: str) -> None:
    with pytest.raises(parsing.UnreadableError, match="00:51-03:21"):
        parsing.time_range(written)


def test_seconds_are_read_and_a_negative_start_is_not_known() -> None:
    assert parsing.seconds("49.0728") == 49_073
    for written in ("-1.0", "nan", "inf", "soon"):
        with pytest.raises(parsing.UnreadableError):
            parsing.seconds(written)


def test_a_musicbrainz_identifier_said_twice_is_one() -> None:
    mbid = "553a8e19-68c9-4a8b-886c-8ae34a8f34e5"

    assert parsing.mbid(f"{mbid}\n{mbid}") == mbid
    with pytest.raises(parsing.UnreadableError):
        parsing.mbid(mbid[1:])


@given(st.text(max_size=60), st.sampled_from(sorted(parsing.READERS)))
def test_no_cell_breaks_a_reader(cell: str, name: str) -> None:
    with suppress(parsing.UnreadableError):
        parsing.READERS[name](cell)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("tp", "trumpet"),
        ("trp", "trumpet"),
        ("p-tp", "pocket_trumpet"),
        ("ts-c", "c_melody_saxophone"),
        ("bc", "bass_clarinet"),
        ("Vc", "cello"),
        ("vcl", "vocals"),
        ("B", "double_bass"),
        ("eb", "electric_bass"),
        ("electric p", "electric_piano"),
        ("cn", "cornet"),
        ("double_bass", "double_bass"),
        ("Tenorsaxofoon", "tenor_saxophone"),
        ("alto saxophone", "alto_saxophone"),
    ],
)
def test_every_spelling_finds_its_instrument(spelling: str, code: str) -> None:
    found = instruments.find(spelling)

    assert found is not None
    assert found.code == code


def test_arranging_is_a_role_and_no_instrument() -> None:
    assert instruments.find("arr") is None
    assert instruments.find_role("arr") is Role.ARRANGER


def test_every_instrument_of_the_weimar_jazz_database_is_known(real_data: Path) -> None:
    with (real_data / "recordings" / "wjd_solos.csv").open(encoding="utf-8", newline="") as file:
        line_ups = [parsing.lineup(row["lineup"]) for row in csv.DictReader(file)]

    words = {word for line_up in line_ups for player in line_up.players for word in player.instruments}

    assert len(words) > 35
    assert not [word for word in words if not instruments.find(word) and not instruments.find_role(word)]
