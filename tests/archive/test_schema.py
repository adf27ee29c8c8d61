"""Migrations can be written and run: types, names, checks and triggers come out as the models have them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from archive import audit, schema
from archive.db import db
from archive.transactions import transaction
from tests import databases
from tests.archive.conftest import build


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A ground floor with no tables, and a folder of migrations of its own that holds none yet."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    schema.newest.cache_clear()
    made = build(databases.settings({"DATA_DIR": str(tmp_path / "data")}))
    with made.app_context():
        databases.make_empty(made)
        yield made
        databases.close(made)


def tables() -> set[str]:
    db.session.rollback()
    return set(inspect(db.engine).get_table_names())


def test_a_revision_makes_every_table_and_can_be_taken_back(site: Flask) -> None:
    with site.app_context():
        schema.write_revision("create the tables")
        schema.upgrade()
        assert tables() >= set(db.metadata.tables)

        command.downgrade(schema._config(), "base")
        assert tables() == {"alembic_version"}


def test_a_revision_needs_no_class_of_ours(site: Flask) -> None:
    with site.app_context():
        (path,) = schema.write_revision("create the tables")

    assert "archive." not in path.read_text(encoding="utf-8")


def test_a_revision_makes_the_triggers_that_refuse(site: Flask) -> None:
    with site.app_context():
        schema.write_revision("create the tables")
        schema.upgrade()
        with transaction():
            audit.record("test", "thing", "1", None)

        with pytest.raises(IntegrityError, match="append-only"), transaction():
            db.session.execute(text("DELETE FROM audit_entry"))


def test_after_an_upgrade_there_is_nothing_left_to_write(site: Flask) -> None:
    with site.app_context():
        schema.write_revision("create the tables")
        schema.upgrade()
        (path,) = schema.write_revision("nothing")

    assert path.read_text(encoding="utf-8").count("pass\n") == 2


def test_a_database_behind_the_newest_revision_is_not_current(site: Flask) -> None:
    with site.app_context():
        schema.write_revision("create the tables")
        schema.upgrade()
        assert schema.is_current()
        db.session.rollback()
        schema.write_revision("something more")
        schema.newest.cache_clear()

        assert not schema.is_current()


def test_an_empty_database_is_not_current(site: Flask) -> None:
    with site.app_context():
        assert not schema.is_current()


@pytest.mark.sqlite
def test_foreign_keys_are_on_again_after_a_migration(site: Flask) -> None:
    with site.app_context():
        schema.write_revision("create the tables")
        schema.upgrade()

        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
