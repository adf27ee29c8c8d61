"""Releases of Discogs: label, tracks and everybody on the sleeve, as printed and as one person; nothing gets lost."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.db import db
from catalogue import releases
from catalogue.agents import Agent, AgentKind, AgentName
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.identifiers import Identifier
from catalogue.importing import agent_kinds, discogs, discogs_roles, import_rows
from catalogue.importing.discogs_roles import Part
from catalogue.importing.import_rows import ImportRow
from catalogue.importing.publications import PlannedPart, PlannedRelease
from catalogue.importing.remarks import Look
from catalogue.releases import Release, Track
from catalogue.sources import EntrySource
from tests.catalogue import importing_xml
from tests.catalogue.importing_tables import counts, dry, imported
from tests.catalogue.importing_xml import remarks, written

ARTIST = (
    "<artist><id>{id}</id><name>{name}</name><anv>{anv}</anv><join>{join}</join>"
    "<role>{role}</role><tracks>{on}</tracks></artist>"
)
SLEEVE = """
<artists>{main}</artists><title>Dance Hall</title>
<labels><label catno="JTR 8606-1" id="40153" name="Justin Time"/>
<label catno="N 1" id="9" name="Nettwerk (2)"/></labels>
<extraartists>{extra}</extraartists>
<formats><format name="Vinyl" qty="2" text="180 g">
<descriptions><description>LP</description></descriptions></format></formats>
<genres><genre>Jazz</genre></genres><styles><style>Free Jazz</style></styles><country>Canada</country>
<released>1961-05-00</released><notes>Recorded live.</notes><data_quality>Correct</data_quality>
<master_id is_main_release="true">77</master_id>
<tracklist>{tracks}</tracklist>
<identifiers><identifier type="Barcode" value="4006381333931"/>
<identifier type="Matrix / Runout" value="AA 1" description="Side A"/></identifiers>
<companies><company><id>5</id><name>Armoury</name><catno>C1</catno>
<entity_type>23</entity_type><entity_type_name>Recorded At</entity_type_name><resource_url/></company></companies>
"""
TRACKS = """
<track><position></position><title>First set</title><duration></duration></track>
<track><position>A1</position><title>Django</title><duration>5:47</duration><extraartists>{writer}</extraartists></track>
<track><position>B1</position><title>Medley</title><duration></duration><sub_tracks>
<track><position>B1.a</position><title>One</title><duration>1:02:03</duration></track></sub_tracks></track>
"""


def artist(name: str, role: str = "", number: str = "1", anv: str = "", join: str = "", on: str = "") -> str:
    return ARTIST.format(id=number, name=name, anv=anv, join=join, role=role, on=on)


def sleeve(*extra: str, main: str = "", tracks: str = "") -> str:
    return importing_xml.releases(SLEEVE.format(main=main, extra="".join(extra), tracks=tracks))


def release(folder: Path, text: str) -> PlannedRelease:
    planned = importing_xml.first(folder, text)
    assert isinstance(planned, PlannedRelease)
    return planned


def parts(folder: Path, *extra: str, **rest: str) -> list[PlannedPart]:
    credits = release(folder, sleeve(*extra, **rest)).credits
    return [
        credit for credit in credits if isinstance(credit, PlannedPart) and credit.role_text != "Label (N 1)"
    ][:-1]


def test_a_release_has_its_title_label_number_format_country_date_and_notes(tmp_path: Path) -> None:
    said = release(tmp_path, sleeve())

    assert (said.title, said.date_text, said.country) == ("Dance Hall", "1961-05-00", "Canada")
    assert said.label is not None
    assert (said.label.name, said.label.identifiers) == ("Justin Time", (("discogs_label", "40153"),))
    assert (said.catalogue_no, said.format_text) == ("JTR 8606-1", "2 × Vinyl, LP, 180 g")
    assert said.format is not None
    assert said.format.code == "lp"
    assert said.description == "Recorded live."
    assert [term.code for term in said.terms] == ["jazz", "free_jazz"]


def test_numbers_are_identifiers_and_stand_as_printed_beside(tmp_path: Path) -> None:
    said = release(tmp_path, sleeve())

    assert said.identifiers == (
        ("discogs", "1"),
        ("discogs_master", "77"),
        ("ean", "4006381333931"),
        ("matrix", "AA 1"),
    )
    notes = {source.field: source.note for source in said.sources}
    assert notes["identifiers"] == "Barcode: 4006381333931\nMatrix / Runout (Side A): AA 1"


def test_tracks_have_side_number_length_and_parts_of_a_medley(tmp_path: Path) -> None:
    said = release(tmp_path, sleeve(tracks=TRACKS.format(writer="")))

    lines = [
        (track.side, track.number, track.printed_title, track.duration_ms, track.is_part)
        for track in said.tracks
    ]
    assert lines == [
        (None, None, "First set", None, False),
        ("A", "A1", "Django", 347_000, False),
        ("B", "B1", "Medley", None, False),
        ("B", "B1.a", "One", 3_723_000, True),
    ]


@pytest.mark.parametrize(
    ("number", "side"),
    [
        ("A1", "A"),
        ("AA", "AA"),
        ("B-2", "B"),
        ("2-03", "2"),
        ("1 - 2", "1"),
        ("7", None),
        ("А1", "А"),
        ("1.2.3", None),
        ("Video 1", None),
    ],
)
def test_the_side_or_disc_is_read_from_the_number(tmp_path: Path, number: str, side: str | None) -> None:
    track = f"<track><position>{number}</position><title>T</title><duration/></track>"

    assert release(tmp_path, sleeve(tracks=track)).tracks[0].side == side


def test_a_name_as_printed_stays_beside_the_one_it_goes_by(tmp_path: Path) -> None:
    (played,) = parts(tmp_path, artist("Joe Burke (3)", "Drums", "12", anv="J. Burke"))

    assert (played.name, played.credited_as, played.identifiers) == (
        "Joe Burke",
        "J. Burke",
        (("discogs_artist", "12"),),
    )
    assert (played.role, played.instrument) == (Role.PERFORMER, "drums")


def test_several_words_are_several_parts_and_commas_in_brackets_are_none(tmp_path: Path) -> None:
    played = parts(tmp_path, artist("Lee", "Tenor Saxophone, Arranged By [Horns, Strings], Tea By"))

    assert [(part.role, part.instrument, part.role_text) for part in played] == [
        (Role.PERFORMER, "tenor_saxophone", None),
        (Role.ARRANGER, None, "Arranged By [Horns, Strings]"),
        (Role.OTHER, None, "Tea By"),
    ]


def test_words_that_are_not_understood_are_told(tmp_path: Path) -> None:
    text = sleeve(artist("Lee", "Tea By"), artist("Wu", "Sheng"), artist("Ali", "Oud"))

    assert remarks(tmp_path, text, Look.ROLE) == [("role", "Tea By"), ("role", "Sheng")]
    assert remarks(tmp_path, text, Look.INSTRUMENT) == [("role", "Oud")]


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("Written-By", Part(Role.COMPOSER, "Written-By")),
        (
            "electric piano [Fender Rhodes]",
            Part(Role.PERFORMER, "electric piano [Fender Rhodes]", "electric_piano", plays=True),
        ),
        ("Orchestra", Part(Role.PERFORMER, "Orchestra", plays=True, is_group=True)),
        ("Leader", Part(Role.PERFORMER, "Leader", plays=True, leads=True)),
        ("Oud", Part(Role.PERFORMER, "Oud", plays=True, is_listed=False)),
    ],
)
def test_words_of_discogs_mean_roles_and_instruments(written: str, part: Part) -> None:
    assert discogs_roles.parts(written) == [part]


def test_parts_say_for_which_tracks_they_hold(tmp_path: Path) -> None:
    tracks = TRACKS.format(writer=artist("Lewis", "Composed By", "3"))
    on_some, wrote = parts(tmp_path, artist("Lee", "Flute", on="A1 to B1"), tracks=tracks)

    assert (on_some.tracks_text, wrote.tracks_text, wrote.role) == ("A1 to B1", "A1", Role.COMPOSER)


def test_whose_it_is_leads_and_the_line_as_printed_is_kept(tmp_path: Path) -> None:
    main = artist("Ann Burton", join="Met", number="4") + artist("Louis van Dyke Trio", number="5")
    said = release(tmp_path, sleeve(main=main))

    assert [(part.name, part.leader, part.agent_kind) for part in said.credits[:2]] == [
        ("Ann Burton", True, AgentKind.PERSON),
        ("Louis van Dyke Trio", True, AgentKind.ENSEMBLE),
    ]
    assert {source.field: source.note for source in said.sources}[
        "credits"
    ] == "Ann Burton Met Louis van Dyke Trio"


def test_various_is_nobody(tmp_path: Path) -> None:
    said = release(tmp_path, sleeve(main=artist("Various", number="194")))

    assert (said.credits[0].agent_kind, said.credits[0].credited_as, said.credits[0].leader) == (
        None,
        "Various",
        False,
    )


def test_companies_and_more_labels_have_their_parts_in_their_own_words(tmp_path: Path) -> None:
    *_, company, label = (
        credit for credit in release(tmp_path, sleeve()).credits if isinstance(credit, PlannedPart)
    )

    assert (company.name, company.role, company.role_text) == (
        "Armoury",
        Role.RECORDING_ENGINEER,
        "Recorded At (C1)",
    )
    assert (label.name, label.role, label.role_text) == ("Nettwerk", Role.PUBLISHER, "Label (N 1)")


def test_what_has_no_place_is_told(tmp_path: Path) -> None:
    text = importing_xml.releases(
        "<title>Een</title><title>Twee</title><weight unit='g'>180</weight><images><image/></images>"
    )

    assert remarks(tmp_path, text, Look.ELEMENT) == [("title", "Twee"), ("weight", "g | 180")]


def test_doubtful_lengths_bar_codes_and_dates_are_told(tmp_path: Path) -> None:
    track = "<track><position>1</position><title>T</title><duration>4:83</duration></track>"
    text = importing_xml.releases(
        f"<title>Een</title><released>soon</released><tracklist>{track}</tracklist>"
        '<identifiers><identifier type="Barcode" value="none"/></identifiers>'
    )

    assert remarks(tmp_path, text, Look.TIME) == [("duration", "4:83")]
    assert remarks(tmp_path, text, Look.VALUE) == [("identifiers", "none")]
    assert remarks(tmp_path, text, Look.DATE) == [("released", "soon")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Thelonious Monk", AgentKind.PERSON),
        ("The Thad Jones / Mel Lewis Orchestra", AgentKind.ENSEMBLE),
        ("Bill Haley And His Comets", AgentKind.ENSEMBLE),
        ("Modern Jazz Quartet", AgentKind.ENSEMBLE),
        ("Louisiana Public Broadcasting", AgentKind.ORGANISATION),
        ("WGBH", AgentKind.ORGANISATION),
    ],
)
def test_what_a_name_stands_for_is_guessed_by_its_words(name: str, kind: AgentKind) -> None:
    assert agent_kinds.guess(name) is kind


def test_an_import_makes_releases_and_a_second_one_nothing(app: Flask, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        sleeve(artist("Joe Burke (3)", "Drums", "12", anv="J. Burke"), tracks=TRACKS.format(writer="")),
    )
    imported(path)
    before = counts()

    report = imported(path)

    assert (report["totals"]["unchanged"], counts()) == (1, before)
    made = db.session.scalars(select(Entry).where(Entry.kind == EntryKind.RELEASE)).one()
    found = releases.find(made.id)
    assert found is not None
    assert found.label is not None
    assert found.format is not None
    assert (made.date_edtf, found.label.name, found.format.code, len(releases.tracks(made.id))) == (
        "1961-05",
        "Justin Time",
        "lp",
        4,
    )
    assert db.session.scalars(select(AgentName.name)).all() == ["J. Burke"]


def test_a_release_that_changed_at_the_source_changes_whole(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, sleeve(artist("Lee", "Flute"), tracks=TRACKS.format(writer=""))))

    report = imported(
        written(tmp_path, sleeve(artist("Lee", "Flute", anv="L."), artist("Ann", "Vocals", "2")))
    )

    assert (report["totals"]["changed"], report["totals"]["tracks"]) == (1, 0)
    made = db.session.scalars(select(Entry).where(Entry.kind == EntryKind.RELEASE)).one()
    assert (made.version, releases.tracks(made.id)) == (2, [])
    names = db.session.scalars(
        select(Agent.name).join(Credit, Credit.agent_id == Agent.id).order_by(Credit.position)
    ).all()
    assert names == ["Lee", "Ann", "Armoury", "Nettwerk"]


def test_an_import_that_was_cut_short_ends_where_an_undisturbed_one_would(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, importing_xml.releases(*[f"<title>Record {at}</title>" for at in range(250)]))
    keep_row, seen = import_rows.keep_row, []

    def fail(*said: object) -> None:
        seen.append(said)
        if len(seen) == 230:
            raise RuntimeError("the power went off")
        keep_row(*said)  # type: ignore[arg-type]

    monkeypatch.setattr(import_rows, "keep_row", fail)
    with pytest.raises(RuntimeError):
        imported(path)
    db.session.rollback()
    monkeypatch.undo()

    report = imported(path)

    assert (report["totals"]["unchanged"], report["totals"]["new"]) == (200, 50)
    assert db.session.scalar(select(func.count()).select_from(Release)) == 250


def test_all_releases_come_in_with_all_tracks_and_credits(real_data: Path, app: Flask) -> None:
    path = real_data / "recordings" / "discogs_jazz_releases_cb.xml"
    source = ET.parse(path).getroot()  # noqa: S314 (our own file; another parser than the one that is tested)
    extra = [each for credits in source.iter("extraartists") for each in credits]

    report = imported(path)

    assert (len(extra), len(list(source.iter("track")))) == (9_678, 8_228)
    totals = report["totals"]
    assert (totals["rows"], totals["accepted"], totals["new"], totals["rejected"]) == (930, 930, 930, 0)
    assert (totals["tracks"], totals["credits"]) == (8_228, 15_054)
    # Nothing is without a place: there are no remarks of that kind.
    assert {kind: len(said) for kind, said in report["to_look_at"].items() if said} == {
        "unknown_instrument": 31,
        "time_doubtful": 1,
        "value_doubtful": 31,
    }
    _check_the_database(extra)


def _check_the_database(extra: list[ET.Element]) -> None:
    def count(table: type, *conditions: object) -> int:
        return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]

    assert (count(Release), count(Track), count(Credit), count(ImportRow)) == (930, 8_228, 15_054, 930)
    assert count(Credit, Credit.role == Role.OTHER) == 36
    assert count(Entry, Entry.kind == EntryKind.RELEASE, Entry.date_edtf.is_(None)) == 159
    assert count(Identifier, Identifier.scheme == "discogs") == 930
    assert count(EntrySource) > 930
    # Every way in which somebody is printed is one of their names.
    printed = {(each.findtext("id"), each.findtext("anv")) for each in extra if each.findtext("anv")}
    printed = {(number, name) for number, name in printed if number not in discogs.NOBODY}
    known = set(
        db.session.execute(
            select(Identifier.value, AgentName.name)
            .join(AgentName, AgentName.agent_id == Identifier.agent_id)
            .where(Identifier.scheme == "discogs_artist")
        )
    ) | set(
        db.session.execute(
            select(Identifier.value, Agent.name)
            .join(Agent, Agent.id == Identifier.agent_id)
            .where(Identifier.scheme == "discogs_artist")
        )
    )
    assert len(printed) > 1_000
    assert {(number, name.strip()) for number, name in printed if number and name} - {
        tuple(row) for row in known
    } == set()


def test_a_dry_run_says_the_same_and_writes_nothing(real_data: Path, app: Flask) -> None:
    path = real_data / "recordings" / "discogs_jazz_releases_cb.xml"
    before = counts()

    report = dry(path)

    assert (report["totals"]["new"], report["totals"]["tracks"], report["totals"]["credits"]) == (
        930,
        8_228,
        15_054,
    )
    assert counts() == before
