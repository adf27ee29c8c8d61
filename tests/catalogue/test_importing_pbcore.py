"""PBCore: a programme with its people and carriers; what is wrong comes in and is told."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.db import db
from catalogue.credits import Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.entry_files import Holding
from catalogue.importing.publications import PlannedPart, PlannedProgramme
from catalogue.importing.remarks import Look
from catalogue.recordings import LineUp, Recording
from tests.catalogue import importing_xml
from tests.catalogue.importing_tables import counts, imported
from tests.catalogue.importing_xml import programme, remarks

# Of each real file: credits, carriers, length in milliseconds, and what the report says of it.
EXPECTED = {
    "clean-MOCK": (
        4,
        3,
        5_025_000,
        {"time_doubtful": ["should be ignored!"] * 2, "role_not_understood": ["balding", "bald", "hair"]},
    ),
    "clean-audio-digitized": (1, 3, 2_448_000, {"time_doubtful": ["01:00:00?"]}),
    "clean-basic": (0, 1, 3_349_000, {}),
    "clean-desc-date-sort": (2, 12, 3_480_000, {"value_doubtful": ["22406", "other"]}),
    "clean-multiple-orgs": (
        4,
        3,
        663_000,
        {"time_doubtful": ["00:11:00?"], "role_not_understood": ["Release Agent"]},
    ),
    "clean-no-contributor": (0, 1, None, {"date_doubtful": ["1977-13-08"], "value_doubtful": ["unknown"]}),
    "dirty-no-fix-multi-aai-id": (2, 2, 1_666_000, {"value_doubtful": ["cpb-aacip/17-84zgnthc"]}),
    "dirty-yes-fix-bad-language": (
        0,
        1,
        1_800_000,
        {"value_doubtful": ["English", "Tape Number", "20010917.0"]},
    ),
    "dirty-yes-fix-bad-media-type": (0, 1, None, {"value_doubtful": ["Text"]}),
    "dirty-yes-fix-no-contributor": (
        0,
        1,
        None,
        {"date_doubtful": ["1977-13-08"], "value_doubtful": ["Conductor"]},
    ),
    "dirty-yes-fix-sorting": (0, 1, 600_000, {"value_doubtful": ['# "SORTING" Test: 2']}),
}


def said(folder: Path, inside: str) -> PlannedProgramme:
    planned = importing_xml.first(folder, programme(inside))
    assert isinstance(planned, PlannedProgramme)
    return planned


@pytest.mark.parametrize("name", EXPECTED)
def test_each_real_record_is_read_and_what_is_wrong_with_it_is_told(real_data: Path, name: str) -> None:
    (group,) = importing_xml.planned(real_data / "interchange" / "pbcore" / f"{name}.xml")

    planned = group.head
    assert isinstance(planned, PlannedProgramme)
    told: dict[str, list[str]] = {}
    for remark in group.remarks:
        told.setdefault(remark.kind.value, []).append(remark.value)
    assert (len(planned.credits), len(planned.carriers), planned.duration_ms, told) == EXPECTED[name]


def test_all_real_records_come_in_once(real_data: Path, app: Flask) -> None:
    paths = sorted((real_data / "interchange" / "pbcore").glob("*.xml"))
    reports = [imported(path) for path in paths]
    before = counts()

    again = [imported(path)["totals"] for path in reversed(paths) if path.stem != "clean-no-contributor"]

    assert [report["to_look_at"]["no_longer_in_the_file"] for report in reports] == [[]] * 11
    # Two of the eleven files are two states of one record, so that one of the 29 carriers is there once.
    assert sum(report["totals"]["new"] for report in reports) == 10
    assert sum(report["totals"]["changed"] for report in reports) == 1
    assert sum(totals["unchanged"] for totals in again) == 10
    assert counts() == before
    assert db.session.scalar(select(func.count()).select_from(Holding)) == 28
    made = db.session.scalars(select(Entry).where(Entry.kind == EntryKind.RECORDING)).all()
    assert {entry.status for entry in made} == {Status.DRAFT}
    assert {row.lineup for row in db.session.scalars(select(Recording))} == {LineUp.OWN}


def test_the_title_is_that_of_the_thing_and_the_others_stay(tmp_path: Path) -> None:
    planned = said(
        tmp_path,
        '<pbcoreTitle titleType="Series">Nova</pbcoreTitle><pbcoreTitle titleType="Episode">Kaboom!</pbcoreTitle>'
        "<pbcoreTitle>Bang</pbcoreTitle>",
    )

    assert (planned.title, planned.other_titles) == ("Kaboom!", (("Nova", "series"), ("Bang", "other")))


def test_a_record_without_a_title_comes_in_and_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, "").title == "[no title]"
    assert remarks(tmp_path, programme(""), Look.VALUE) == [("pbcoreTitle", "")]


def test_people_turn_round_and_keep_how_they_are_written(tmp_path: Path) -> None:
    planned = said(
        tmp_path,
        "<pbcoreTitle>T</pbcoreTitle><pbcoreContributor><contributor affiliation='VARA'>Brozman, bob</contributor>"
        "<contributorRole>Performer</contributorRole></pbcoreContributor>"
        "<pbcorePublisher><publisher>WGBH Educational Foundation</publisher></pbcorePublisher>",
    )

    player, publisher = (credit for credit in planned.credits if isinstance(credit, PlannedPart))
    assert (player.name, player.credited_as, player.role, player.role_text) == (
        "bob Brozman",
        "Brozman, bob",
        Role.PERFORMER,
        "VARA",
    )
    assert (publisher.name, publisher.role) == ("WGBH Educational Foundation", Role.PUBLISHER)


def test_a_carrier_keeps_every_fact(tmp_path: Path) -> None:
    planned = said(
        tmp_path,
        """<pbcoreTitle>T</pbcoreTitle><pbcoreInstantiation>
        <instantiationIdentifier source='Applied'>KUNI7425</instantiationIdentifier>
        <instantiationPhysical>1/4 inch audio tape</instantiationPhysical>
        <instantiationLocation>Shelf 2</instantiationLocation>
        <instantiationMediaType>Sound</instantiationMediaType><instantiationGenerations>Master</instantiationGenerations>
        <instantiationDuration>00:40:48</instantiationDuration>
        <instantiationFileSize unitsOfMeasure='MiB'>56</instantiationFileSize>
        <instantiationEssenceTrack>
        <essenceTrackSamplingRate>96.0 KHz</essenceTrackSamplingRate></instantiationEssenceTrack>
        </pbcoreInstantiation>""",
    )

    (carrier,) = planned.carriers
    assert (carrier.carrier, carrier.shelfmark, carrier.extent) == (
        "1/4 inch audio tape",
        "KUNI7425 (Applied)",
        "00:40:48",
    )
    assert (carrier.generation, carrier.location) == ("Master", "Shelf 2")
    assert carrier.note == "Media type: Sound\nSize: 56 MiB\nTrack: sampling rate: 96.0 KHz"
    assert planned.duration_ms == 2_448_000


def test_the_date_nearest_to_the_making_is_taken_and_all_are_kept(tmp_path: Path) -> None:
    planned = said(
        tmp_path,
        "<pbcoreTitle>T</pbcoreTitle><pbcoreAssetDate dateType='broadcast'>1961</pbcoreAssetDate>"
        "<pbcoreAssetDate dateType='created'>1960-12-31</pbcoreAssetDate>",
    )

    assert planned.date_text == "1960-12-31"
    assert {source.field: source.note for source in planned.sources}[
        "date"
    ] == "created: 1960-12-31\nbroadcast: 1961"


def test_what_has_no_place_is_told(tmp_path: Path) -> None:
    text = programme("<pbcoreTitle version='2'>T</pbcoreTitle><somethingElse>lost?</somethingElse>")

    assert remarks(tmp_path, text, Look.ELEMENT) == [("pbcoreTitle@version", "2"), ("somethingElse", "lost?")]


@pytest.mark.parametrize(
    ("day", "is_told"),
    [("1977-13-08", True), ("1977-02-30", True), ("1977-00-00", False), ("1977-12-08", False)],
)
def test_days_that_no_calendar_has_are_told(tmp_path: Path, day: str, is_told: bool) -> None:
    text = programme(f"<pbcoreTitle>T</pbcoreTitle><pbcoreAnnotation>{day}</pbcoreAnnotation>")

    assert bool(remarks(tmp_path, text, Look.DATE)) is is_told
