"""Imports that fail or are killed: the next one ends where an undisturbed one would have."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.db import db
from catalogue.importing import run, writing
from catalogue.importing.import_rows import ImportRow
from catalogue.importing.import_runs import ImportRun, RunState
from tests.catalogue.importing_tables import content, imported, some_rows, written

# Runs in a process of its own that is killed in the middle of the work: no clean-up, no rollback, no goodbye.
KILLED = """
import os, signal, sys
from pathlib import Path
from archive import app, clock
from catalogue.importing import run, writing
from tests import databases
after, write = int(sys.argv[3]), writing.Writer.write
def killing(*args):
    global after
    after -= 1
    if after < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(*args)
writing.Writer.write = killing
run.BATCH = 5
site = app.create_app(databases.settings({"DATA_DIR": sys.argv[1], "BASE_URL": "http://localhost"}))
with site.app_context():
    run.write(Path(sys.argv[2]), None, lambda done, total: None, clock.now())
"""


UNDISTURBED: list[str] = []  # filled by the first test that needs it


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 5)


@pytest.fixture
def undisturbed(app: Flask, tmp_path: Path) -> list[str]:
    """What the catalogue says after an import that nothing disturbs; the tables are empty again."""
    if not UNDISTURBED:
        imported(written(tmp_path, some_rows()))
        UNDISTURBED.extend(content())
        db.drop_all()
        db.create_all()
        db.session.commit()
    return UNDISTURBED


@pytest.mark.parametrize("after", [0, 4, 9, 18])
def test_an_import_that_fails_anywhere_goes_on_where_it_was(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, undisturbed: list[str]
) -> None:
    path = written(tmp_path, some_rows())
    with monkeypatch.context() as broken:
        broken.setattr(writing.Writer, "write", _failing(after))
        with pytest.raises(OSError, match="disk"):
            imported(path)
    states = set(db.session.scalars(select(ImportRun.state)))

    imported(path)

    assert states <= {RunState.FAILED}
    assert content() == undisturbed


@pytest.mark.parametrize("after", [3, 13])
def test_an_import_that_is_killed_anywhere_goes_on_where_it_was(
    app: Flask, tmp_path: Path, after: int, undisturbed: list[str]
) -> None:
    path = written(tmp_path, some_rows())
    db.session.rollback()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "data"), str(path), str(after)], capture_output=True
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert list(db.session.scalars(select(ImportRun.state))) == [RunState.RUNNING]

    imported(path)

    assert content() == undisturbed
    assert set(db.session.scalars(select(ImportRun.state))) == {RunState.INTERRUPTED, RunState.FINISHED}


def test_a_session_is_never_split_between_transactions(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing.Writer, "write", _failing(9))
    with pytest.raises(OSError, match="disk"):
        imported(written(tmp_path, some_rows()))
    db.session.rollback()

    by_session = select(func.count()).select_from(ImportRow).group_by(ImportRow.session_id)

    assert set(db.session.scalars(by_session)) <= {4}


def _failing(after: int) -> Callable[..., Any]:
    write, left = writing.Writer.write, [after]

    def failing(*args: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("the disk is full")
        return write(*args)

    return failing
