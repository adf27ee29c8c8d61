"""MARC 21: records of sound, film and printed music become releases; fields without a place are told."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.db import db
from catalogue import releases
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Role
from catalogue.entries import Entry, EntryKind
from catalogue.importing import marc_fields, marc_names, readers
from catalogue.importing.publications import PlannedPart, PlannedRelease
from catalogue.importing.remarks import Look
from catalogue.releases import Release, Track
from tests.catalogue import importing_xml
from tests.catalogue.importing_tables import counts, imported
from tests.catalogue.importing_xml import marc, remarks, written

FIXED = '<controlfield tag="008">{}</controlfield>'


def said(folder: Path, *fields: str, **rest: str) -> PlannedRelease:
    planned = importing_xml.first(folder, marc(*fields, **rest))
    assert isinstance(planned, PlannedRelease)
    return planned


def test_the_real_records_come_in_once_with_titles_labels_and_contents(real_data: Path, app: Flask) -> None:
    path = real_data / "interchange" / "marc" / "oclc_100.xml"

    report, again = imported(path), imported(path)

    totals = report["totals"]
    # The file is named for 100 records and holds 99; 8 of them describe books.
    assert (totals["rows"], totals["accepted"], totals["rejected"], totals["new"]) == (99, 91, 8, 91)
    assert (totals["tracks"], totals["credits"]) == (245, 305)
    assert (again["totals"]["unchanged"], again["totals"]["new"]) == (91, 0)
    assert {said["message"] for said in report["rejected"]} == {
        "the record describes a printed text; only sound, film and printed music come in as releases"
    }
    assert report["to_look_at"]["element_without_place"] == []
    with_label = select(func.count()).select_from(Release).where(Release.label_id.is_not(None))
    with_number = select(func.count()).select_from(Release).where(Release.catalogue_no.is_not(None))
    assert (db.session.scalar(with_label), db.session.scalar(with_number)) == (91, 65)


def test_a_real_jazz_record_reads_as_its_sleeve_does(real_data: Path, app: Flask) -> None:
    imported(real_data / "interchange" / "marc" / "oclc_100.xml")

    entry = db.session.scalars(select(Entry).where(Entry.title == "Plastic dreams")).one()
    release = releases.find(entry.id)
    assert release is not None
    assert release.label is not None
    assert release.format is not None
    assert (release.label.name, release.catalogue_no, release.format.code) == (
        "Atlantic",
        "M 51589",
        "cassette",
    )
    assert (entry.date_text, entry.date_edtf, entry.description_en) == (
        "[197-?]",
        "197X?",
        "By The Modern Jazz Quartet.",
    )
    group = db.session.scalars(select(Agent).where(Agent.name == "Modern Jazz Quartet")).one()
    assert group.kind is AgentKind.ENSEMBLE


def test_a_second_import_of_the_real_file_writes_nothing(real_data: Path, app: Flask) -> None:
    path = real_data / "interchange" / "marc" / "oclc_100.xml"
    imported(path)
    before = counts()

    imported(path)

    assert counts() == before


def test_title_and_subtitle_are_one_title_without_the_punctuation(tmp_path: Path) -> None:
    planned = said(
        tmp_path, "245 10 $aMusic from the court : $bfive songs $h[sound recording] / $cedited by Wim."
    )

    assert planned.title == "Music from the court: five songs"
    assert planned.format_text == "sound recording"
    assert {source.field: source.note for source in planned.sources}["credits"] == "edited by Wim"


def test_names_turn_round_and_years_of_life_are_kept(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, marc("245 00 $aT", "100 1  $aMahler, Gustav, $d1860-1911.")))

    composer = db.session.scalars(select(Agent).where(Agent.name == "Gustav Mahler")).one()
    assert (composer.born_edtf, composer.died_edtf, composer.sort_name) == ("1860", "1911", "Mahler, Gustav")


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Mahler, Gustav", "Gustav Mahler"),
        ("Monk, Thelonious, Jr.", "Thelonious Monk Jr."),
        ("Sun Ra", "Sun Ra"),
        ("Wert, Giaches de", "Giaches de Wert"),
    ],
)
def test_a_heading_becomes_a_name_in_its_natural_order(heading: str, name: str) -> None:
    assert marc_names.natural(heading) == name


def test_what_stands_beside_a_name_is_no_part_of_it_and_is_kept(tmp_path: Path) -> None:
    planned = said(tmp_path, "245 00 $aT", "100 1  $aHill, William H., $cmusician, $d1923-")

    assert planned.credits[0].name == "William H. Hill"
    assert {source.field: source.note for source in planned.sources}[
        "names"
    ] == "Hill, William H., musician, 1923-"


def test_codes_and_words_give_the_parts(tmp_path: Path) -> None:
    planned = said(
        tmp_path,
        "245 00 $aT",
        "700 1  $aKarajan, Herbert von. $4cnd",
        "700 1  $aVaughan, Sarah, $evocalist.",
        "700 1  $aX, Y. $ezither player $4xyz",
        "710 2  $aGroup (Musical group) $4prf",
        "700 12 $aWert, Giaches de. $tMadrigals.",
    )

    parts = [credit for credit in planned.credits if isinstance(credit, PlannedPart)]
    assert [(part.name, part.role, part.instrument, part.role_text, part.tracks_text) for part in parts] == [
        ("Herbert von Karajan", Role.CONDUCTOR, None, None, None),
        ("Sarah Vaughan", Role.PERFORMER, "vocals", None, None),
        ("Y. X", Role.OTHER, None, "xyz", None),
        ("Group", Role.PERFORMER, None, None, None),
        ("Giaches de Wert", Role.COMPOSER, None, None, "Madrigals"),
    ]


def test_contents_are_tracks_with_their_lengths(tmp_path: Path) -> None:
    planned = said(
        tmp_path,
        "245 00 $aT",
        '505 0  $aToccata and fugue (8:25) -- Fugue (The "Little") (4:05) -- Last one.',
    )

    assert [(track.printed_title, track.duration_ms) for track in planned.tracks] == [
        ("Toccata and fugue", 505_000),
        ('Fugue (The "Little")', 245_000),
        ("Last one", None),
    ]


def test_the_year_of_rights_is_a_year_and_stays_as_printed(tmp_path: Path) -> None:
    planned = said(tmp_path, "245 00 $aT", "260    $aLondon : $bDecca, $cp1971.")

    assert planned.date_text == "1971"
    assert {source.field: source.note for source in planned.sources}["date"] == "p1971"


def test_numbers_are_checked_and_kept(tmp_path: Path) -> None:
    text = marc(
        "245 00 $aT",
        "024 1  $a4006381333931",
        "024 3  $a123",
        "028 02 $aVCS 10083 $bVanguard",
        "028 10 $aXLP 1 $bVanguard",
    )

    planned = importing_xml.first(tmp_path, text)

    assert isinstance(planned, PlannedRelease)
    assert (planned.catalogue_no, planned.label and planned.label.name) == ("VCS 10083", "Vanguard")
    assert planned.identifiers == (("marc", "1"), ("ean", "4006381333931"), ("matrix", "XLP 1"))
    assert remarks(tmp_path, text, Look.VALUE) == [("024", "123")]


def test_fields_without_a_place_are_told(tmp_path: Path) -> None:
    text = marc("245 00 $aT", "263    $a202612", "040    $aMRC")

    assert remarks(tmp_path, text, Look.ELEMENT) == [("263", "202612")]


def test_records_of_books_are_rejected_with_the_reason(tmp_path: Path) -> None:
    path = written(tmp_path, marc("245 00 $aT", leader="00000cam a2200000I  450 "))

    (row,) = readers.rows(readers.look(path))

    assert row.problem.startswith("the record describes a printed text")


def test_subjects_keep_their_subdivisions(tmp_path: Path) -> None:
    planned = said(tmp_path, "245 00 $aT", "650  0 $aJazz $y1961-1970.", "655  7 $aBig band music. $2lcgft")

    assert [(term.scheme.value, term.label_en) for term in planned.terms] == [
        ("subject", "Jazz – 1961-1970"),
        ("genre", "Big band music"),
    ]


@pytest.mark.parametrize(
    ("written_", "tidy"),
    [
        ("Title :", "Title"),
        ("New York,", "New York"),
        ("Evans, Bill W.", "Evans, Bill W."),
        ("1970.", "1970"),
    ],
)
def test_the_punctuation_between_fields_is_taken_off(written_: str, tidy: str) -> None:
    assert marc_fields.tidy(written_) == tidy


def test_tracks_of_a_film_are_no_less_tracks(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, marc("245 00 $aT", "505 0  $aOne -- Two", leader="00000cgm a2200000I  450 ")))

    assert db.session.scalar(select(func.count()).select_from(Track)) == 2
    assert db.session.scalar(select(func.count()).where(Entry.kind == EntryKind.RELEASE)) == 1
