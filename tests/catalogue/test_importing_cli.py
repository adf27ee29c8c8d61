"""`flask catalogue import`: what a person reads, and the exit status a script reads."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from archive.db import db
from catalogue.cli import catalogue_group
from catalogue.entries import Entry
from catalogue.importing.import_runs import ImportRun
from tests.catalogue.importing_tables import HEADER, some_rows, written


def told(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(catalogue_group, ["import", *map(str, arguments)])


def test_an_import_tells_in_a_few_lines_what_came_of_it(app: Flask, tmp_path: Path) -> None:
    result = told(app, written(tmp_path, some_rows()), "--report", tmp_path / "report.json")

    assert result.exit_code == 0
    assert "Rows: 24 read, 0 rejected; 24 new, 0 changed, 0 unchanged, 0 held back." in result.output
    assert "Recording: 12; 12 new" in result.output
    assert json.loads((tmp_path / "report.json").read_text())["totals"]["new"] == 24
    assert len(result.output.splitlines()) < 20


def test_a_dry_run_says_so_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    result = told(app, written(tmp_path, some_rows()), "--dry-run")

    assert result.exit_code == 0
    assert "nothing was written" in result.output
    assert db.session.scalar(select(Entry.id)) is None
    assert db.session.scalar(select(ImportRun.id)) is None


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (b"", [], "empty"),
        (b"\x89PNG\r\n\x1a\n", [], "PNG"),
        (b"name,year\nOleo,1954\n", [], "No mapping knows"),
        (
            b"name,year\nOleo,1954\n",
            ["--mapping", "wjd_solos"],
            "needs columns that the table has not: id, recordingdate",
        ),
        (b"name,year\nOleo,1954\n", ["--mapping", "mine"], "Choose one of: "),
        ((",".join(HEADER) + "\n").encode(), [], "a header and no rows"),
        ((",".join(HEADER) + "\n\0").encode(), [], "NUL"),
    ],
)
def test_a_refusal_is_one_sentence_exit_status_1_and_nothing_written(
    app: Flask, tmp_path: Path, content: bytes, arguments: list[str], says: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)

    result = told(app, path, *arguments, "--report", tmp_path / "report.json")

    assert result.exit_code == 1
    assert says in result.output
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
    assert says in json.loads((tmp_path / "report.json").read_text())["refused"]
    assert db.session.scalar(select(Entry.id)) is None


def test_a_missing_file_is_a_refusal(app: Flask, tmp_path: Path) -> None:
    result = told(app, tmp_path / "nothing.csv")

    assert (result.exit_code, "Check the name" in result.output) == (1, True)


def test_a_report_that_cannot_be_written_stops_the_import(app: Flask, tmp_path: Path) -> None:
    result = told(app, written(tmp_path, some_rows()), "--report", tmp_path / "no" / "report.json")

    assert result.exit_code == 1
    assert "cannot be written" in result.output
    assert db.session.scalar(select(Entry.id)) is None


def test_the_awkward_tables_are_refused_with_a_reason(app: Flask, real_data: Path) -> None:
    for path in sorted((real_data / "awkward_tables").iterdir()):
        result = told(app, path)

        assert (path.name, result.exit_code) == (path.name, 1)
        assert result.output.startswith("Error: ")
