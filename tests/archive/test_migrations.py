"""The tables that the migrations make are the tables that the models describe, to the last constraint and
trigger.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text

import wsgi
from archive import schema
from archive.db import db
from tests import databases


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Flask]:
    """A site whose tables were made by the migrations alone."""
    site = wsgi.create_app(databases.settings({"DATA_DIR": str(tmp_path / "migrated")}))
    with site.app_context():
        databases.make_empty(site)
        schema.upgrade()
        yield site
        databases.close(site)


@pytest.fixture
def modelled(tmp_path: Path) -> Iterator[Engine]:
    """A database whose tables were made from the models."""
    site = wsgi.create_app(databases.settings({"DATA_DIR": str(tmp_path / "modelled")}))
    with site.app_context():
        databases.make_empty(site)
        db.create_all()
        yield db.engine
        databases.close(site)


def described(engine: Engine) -> dict[str, Any]:
    """Describe all tables by reflection, in a form that can be compared."""
    inspector = inspect(engine)
    tables = set(inspector.get_table_names()) - {"alembic_version"}
    return {table: _table(inspector, table) for table in tables}


def _table(inspector: Any, table: str) -> dict[str, Any]:
    columns = inspector.get_columns(table)
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"]) for column in columns
        },
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": _sorted(inspector.get_foreign_keys(table)),
        "unique": _sorted(inspector.get_unique_constraints(table)),
        "checks": _sorted(inspector.get_check_constraints(table)),
        "indexes": _sorted(inspector.get_indexes(table)),
    }


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted((name, _plain(value)) for name, value in row.items())) for row in rows)


def _plain(value: Any) -> str:
    # The condition of a partial index is an expression, which prints as its address.
    return str({key: str(part) for key, part in value.items()} if isinstance(value, dict) else value)


# The statements that a database keeps, by name.
KEPT = {
    ("sqlite", "trigger"): "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    ("sqlite", "index"): "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    ("postgresql", "trigger"): """
        SELECT tgname, pg_get_triggerdef(pg_trigger.oid) || pg_get_functiondef(tgfoid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    ("postgresql", "index"): "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def texts(engine: Engine, kind: str) -> dict[str, str]:
    """Return the statements that the database keeps, white space apart."""
    with engine.connect() as connection:
        rows = connection.execute(text(KEPT[engine.dialect.name, kind]))
        return {name: re.sub(r"\s+", " ", sql).strip() for name, sql in rows if name != "alembic_version_pkc"}


def test_the_migrations_make_the_tables_of_the_models(migrated: Flask, modelled: Engine) -> None:
    made, wanted = described(db.engine), described(modelled)

    assert made.keys() == wanted.keys()
    for table in wanted:
        assert made[table] == wanted[table], table


@pytest.mark.parametrize("kind", ["trigger", "index"])
def test_the_migrations_make_the_triggers_and_indexes_of_the_models(
    migrated: Flask, modelled: Engine, kind: str
) -> None:
    assert texts(db.engine, kind) == texts(modelled, kind)


def test_nothing_is_left_to_migrate(migrated: Flask, tmp_path: Path) -> None:
    assert schema.is_current()
    assert schema.difference() == []
