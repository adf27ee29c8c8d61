"""Photographs: a picture each, with carrier, size, shelfmark and photographer; no picture file is fetched."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.assets import Asset
from archive.db import db
from catalogue import dates
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Reuse, Status
from catalogue.entry_files import Holding
from catalogue.importing import mapping as mappings
from catalogue.importing import plan
from catalogue.importing.records import PlannedPhotograph
from catalogue.importing.remarks import Look
from catalogue.importing.rows import SourceRow
from catalogue.pictures import Image
from tests.catalogue.importing_tables import content, counts, imported

HARRIS = mappings.load("teenie_harris")
ROW: dict[str, Any] = {
    "title": "Lena Horne and Duke Ellington in the Hurricane Club",
    "creation_date": "c. 1940-1950",
    "creation_date_earliest": "1940-01-01",
    "medium": "black and white: Ansco Safety Film",
    "accession_number": "2001.35.33247",
    "id": "cmoa:things/1",
    "credit_line": "Heinz Family Fund",
    "item_width": 5.0,
    "item_height": 2.25,
    "images": [{"image_url": "http://example.org/1"}],
    "creator": [{"full_name": "Charles Harris", "artist_id": "cmoa:parties/1"}],
}


def planned(**changes: Any) -> PlannedPhotograph:
    head = plan.group(HARRIS, [SourceRow(1, "1", {**ROW, **changes})]).head
    assert isinstance(head, PlannedPhotograph)
    return head


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "photographs.jsonl"
    path.write_text("".join(json.dumps({**ROW, **row}) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_row_is_a_photograph_on_a_carrier_of_a_size() -> None:
    photograph = planned()

    assert (photograph.title, photograph.title_lang) == (ROW["title"], "en")
    assert (photograph.date_text, photograph.shelfmark) == ("c. 1940-1950", "2001.35.33247")
    assert (photograph.width_mm, photograph.height_mm) == (127, 57)
    assert photograph.carrier_en == "Negative, black and white: Ansco Safety Film"
    assert "Heinz Family Fund" in photograph.credit_line
    (credit,) = photograph.credits
    assert (credit.role, credit.name) == (Role.PHOTOGRAPHER, "Charles Harris")


def test_a_size_of_nothing_is_not_known_and_remarked() -> None:
    group = plan.group(HARRIS, [SourceRow(1, "1", {**ROW, "item_width": 0.0})])

    assert isinstance(group.head, PlannedPhotograph)
    assert group.head.width_mm is None
    assert [remark.kind for remark in group.remarks] == [Look.UNREADABLE]


def test_without_carrier_date_and_maker_it_comes_in_all_the_same() -> None:
    photograph = planned(medium=None, creation_date="", creator=[])

    assert (photograph.carrier_en, photograph.date_text, photograph.credits) == ("", None, ())


def test_one_title_on_two_negatives_is_two_photographs(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, {}, {"id": "cmoa:things/2", "accession_number": "2001.35.33248"})
    report = imported(path)
    before = counts(), content()

    assert {kind: each["new"] for kind, each in report["entries"].items()} == {"collection": 1, "image": 2}
    marks = select(Entry.shelfmark).where(Entry.kind == EntryKind.IMAGE).order_by(Entry.shelfmark)
    assert list(db.session.scalars(marks)) == ["2001.35.33247", "2001.35.33248"]
    assert imported(path)["totals"]["unchanged"] == 2
    assert (counts(), content()) == before


def test_a_changed_row_changes_picture_and_carrier(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, {}))
    imported(written(tmp_path, {"item_width": 4.0, "medium": "glass"}))

    assert list(
        db.session.execute(
            select(Image.width_mm, Holding.carrier_nl).join_from(
                Image, Holding, Image.entry_id == Holding.entry_id
            )
        )
    ) == [(102, "Negatief, glass")]


def test_a_row_that_is_no_object_is_told_and_the_others_come_in(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, {}, {"id": "cmoa:things/2", "title": " "})
    path.write_text(path.read_text() + '{"id": \n', encoding="utf-8")

    report = imported(path)

    assert (report["totals"]["accepted"], report["totals"]["rejected"]) == (1, 2)
    assert [(each["line"], each["column"]) for each in report["rejected"]] == [(2, "title"), (3, "")]


@pytest.mark.real_data
def test_the_photographs_of_musicians_come_in_as_they_are(
    app: Flask, tmp_path: Path, real_data: Path
) -> None:
    source = real_data / "photographs" / "teenie_harris_music.jsonl"
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]

    report = imported(source)

    assert (report["totals"]["new"], report["totals"]["rejected"]) == (len(rows), 0)
    made = select(Entry).where(Entry.kind == EntryKind.IMAGE)
    entries = {entry.shelfmark: entry for entry in db.session.scalars(made)}
    assert {(entry.status, entry.reuse) for entry in entries.values()} == {
        (Status.PUBLISHED, Reuse.ON_REQUEST)
    }
    for row in rows:
        entry = entries[row["accession_number"]]
        assert entry.title == row["title"].strip()
        assert entry.date_edtf == dates.read(row["creation_date"]).edtf
    assert report["to_look_at"]["date_doubtful"] == []
    assert db.session.scalar(select(func.count()).select_from(Asset)) == 0
    by_maker = (
        select(Agent.name, func.count()).join(Credit).group_by(Agent.name).order_by(func.count().desc())
    )
    assert db.session.execute(by_maker).first() == ('Charles "Teenie" Harris', len(rows))
