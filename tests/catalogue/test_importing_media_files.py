"""Folders and zip files of pictures and sound come in as drafts with their files, described by what is in these."""

import shutil
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive import clock, job_runner
from archive.assets import AssetRole
from archive.db import db
from archive.errors import Invalid
from catalogue import credits, masters
from catalogue.credits import Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.importing import readers, run
from catalogue.importing.report import Report
from tests.catalogue.sent_files import picture, tone


def brought_in(path: Path) -> Report:
    report = run.write(path, None, lambda *_: None, clock.now())
    job_runner.run_due()
    db.session.rollback()
    return report


def made(kind: EntryKind) -> dict[str, Entry]:
    return {entry.title: entry for entry in db.session.scalars(select(Entry).where(Entry.kind == kind))}


def totals(report: Report) -> dict[str, int]:
    said = report.as_json()["totals"]
    return {key: said[key] for key in ("rows", "rejected", "new", "changed", "unchanged")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one that is damaged, one of them twice, and what a file manager leaves behind."""
    made = tmp_path / "sent"
    (made / "deeper").mkdir(parents=True)
    (made / "één.jpg").write_bytes(picture(comment=b"no title"))
    (made / "deeper" / "twee.png").write_bytes(picture("PNG"))
    (made / "half.png").write_bytes(picture("PNG", (500, 500))[:-30])
    (made / "twice.png").write_bytes(picture("PNG"))
    (made / "page.html").write_bytes(b"<html>")
    (made / ".DS_Store").write_bytes(b"x")
    return made


def test_a_folder_of_pictures_becomes_drafts_with_their_files(app: Flask, folder: Path) -> None:
    report = brought_in(folder)

    assert totals(report) == {"rows": 5, "rejected": 3, "new": 2, "changed": 0, "unchanged": 0}
    images = made(EntryKind.IMAGE)
    assert set(images) == {"één", "twee"}
    assert {entry.status for entry in images.values()} == {Status.DRAFT}
    for entry in images.values():
        master = masters.of(entry.id)[0]
        assert set(masters.copies_of(master.id)[master.id]) == {AssetRole.PREVIEW, AssetRole.THUMBNAIL}


def test_a_dry_run_says_the_same_and_writes_nothing(app: Flask, folder: Path) -> None:
    dry = run.dry(folder, None, lambda *_: None)

    assert totals(dry) == {"rows": 5, "rejected": 3, "new": 2, "changed": 0, "unchanged": 0}
    assert made(EntryKind.IMAGE) == {}
    said = {rejected["message"] for rejected in dry.as_json()["rejected"]}
    assert any("half.png: This picture is damaged" in message for message in said)
    assert any("page.html: This is a file of another kind (HTML)" in message for message in said)


def test_a_second_import_changes_nothing_and_adds_what_is_missing(app: Flask, folder: Path) -> None:
    brought_in(folder)
    entry = made(EntryKind.IMAGE)["één"]
    masters.take_off(entry.id, masters.of(entry.id)[0])
    db.session.commit()

    report = brought_in(folder)

    assert totals(report) == {"rows": 5, "rejected": 3, "new": 0, "changed": 0, "unchanged": 2}
    assert len(masters.of(made(EntryKind.IMAGE)["één"].id)) == 1


def test_a_zip_file_is_taken_like_its_folder(app: Flask, folder: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))

    report = brought_in(packed)

    assert totals(report) == {"rows": 5, "rejected": 3, "new": 2, "changed": 0, "unchanged": 0}
    assert len(masters.of(made(EntryKind.IMAGE)["twee"].id)) == 1


def test_a_trap_in_a_zip_file_is_not_unpacked(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "trap.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("big.png", bytes(50 << 20))
        packed.writestr("good.png", picture("PNG"))

    report = run.dry(path, None, lambda *_: None).as_json()

    assert [rejected["message"] for rejected in report["rejected"]] == [
        "big.png: This file is empty. Send it again."
    ]


def test_sound_and_pictures_come_from_places_of_their_own(app: Flask, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.wav").write_bytes(tone(1 + number))
    (tmp_path / "cover.jpg").write_bytes(picture())

    report = run.dry(tmp_path, None, lambda *_: None).as_json()

    assert report["totals"]["new"] == 2
    assert "cover.jpg: it is no sound" in report["rejected"][0]["message"]


def test_a_folder_without_either_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")

    with pytest.raises(Invalid):
        readers.look(tmp_path)


@pytest.mark.real_data
def test_the_six_photographs_say_who_made_them_and_when(app: Flask, real_data: Path) -> None:
    report = brought_in(real_data / "photographs" / "images")

    assert totals(report) == {"rows": 6, "rejected": 0, "new": 6, "changed": 0, "unchanged": 0}
    images = made(EntryKind.IMAGE)
    makers = {
        title: [
            credit.agent.name
            for credit in credits.of(entry.id)[entry.id]
            if credit.role is Role.PHOTOGRAPHER and credit.agent
        ]
        for title, entry in images.items()
    }
    tatum = "Portrait of Art Tatum, Vogue Room, New York, N.Y., between 1946 and 1948"
    assert makers["Abdullah Ibrahim Oslo Jazzfestival"] == ["Tore Sætre"]
    assert makers[tatum] == ["William P. Gottlieb"]
    assert makers["Joe Sullivan, New York, N.Y., ca. Jan. 1947"] == ["William P. Gottlieb"]
    assert {title.split(",")[0]: entry.date_edtf for title, entry in images.items()} == {
        "Abdullah Ibrahim Oslo Jazzfestival": "2016-08-16",
        "Portrait of Art Tatum": "[1946..1948]",
        "Joe Sullivan": "1947-01~",
        "John Fedchock": "2019-02-01",
        "Jonah Jones": "1947-03",
        "Portrait of Ralph Burns": "1947-03~",
    }
    oslo = images["Abdullah Ibrahim Oslo Jazzfestival"]
    assert oslo.credit_line == (
        "Photo: Tore Sætre (CC BY-SA 4.0; (c) Tore Sætre, Some Rights Reserved;"
        " http://creativecommons.org/licenses/by-sa/4.0/"
    )
    assert (oslo.description_en or "").startswith("Abdullah Ibrahim at the stage of Universitetets Aula.")
    assert images[tatum].credit_line == "http://hdl.loc.gov/loc.music/gottlieb.08301"
    assert all(len(masters.of(entry.id)) == 1 for entry in images.values())


@pytest.mark.real_data
def test_real_sound_says_what_it_is(app: Flask, real_data: Path) -> None:
    report = brought_in(real_data / "audio")

    assert totals(report) == {"rows": 31, "rejected": 11, "new": 20, "changed": 0, "unchanged": 0}
    recordings = made(EntryKind.RECORDING)
    ace = recordings["Vibe Ace"]
    assert ace.date_edtf == "2011-07-19"
    assert [credit.agent.name for credit in credits.of(ace.id)[ace.id] if credit.agent] == ["Kevin MacLeod"]
    assert recordings["STE-000"].date_edtf == "2023-11-05"  # from the `bext` chunk
    assert all(len(masters.of(entry.id)) == 1 for entry in recordings.values())
