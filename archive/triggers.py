"""Triggers that hold what a constraint cannot say, on SQLite and PostgreSQL alike.

`append_only` is used by the audit log, the ledger and the histories of states: rows are added, never changed
or deleted. `freeze` is for what may change until it is in force. What they refuse is an IntegrityError on both, as what
a constraint refuses: PostgreSQL must be told so.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, create_mock_engine, text
from sqlalchemy.sql.elements import TextClause

DIALECTS = ("sqlite", "postgresql")

_SQLITE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""

_POSTGRES = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON "{table}"
FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()
"""

_SQLITE_WHEN = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {refused}
BEGIN SELECT RAISE(ABORT, '{why}'); END
"""
# PostgreSQL allows no subquery in WHEN, so the condition stands in the function.
_POSTGRES_FUNCTION_WHEN = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {refused} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN {row}; END $$
"""
_POSTGRES_WHEN = "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def append_only(table: str) -> Callable[..., None]:
    """Return a listener for "after_create" of `table` that makes its rows permanent."""

    def listener(_target: Any, connection: Connection, **_: Any) -> None:
        create(connection, table)

    return listener


def create(connection: Connection, table: str) -> None:
    """Create the triggers."""
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.execute(text(_POSTGRES_FUNCTION.format(table=table)))
    for verb in ("UPDATE", "DELETE"):
        connection.execute(text((_SQLITE if on_sqlite else _POSTGRES).format(table=table, verb=verb)))


def freeze(connection: Connection, table: str, refused: Mapping[str, str], why: str) -> None:
    """Create triggers that refuse a verb (INSERT, UPDATE, DELETE) on a table's rows when its condition holds."""
    on_sqlite = connection.dialect.name == "sqlite"
    for verb, condition in refused.items():
        words = {
            "name": f"{table}_frozen_{verb.lower()}",
            "verb": verb,
            "table": table,
            "refused": condition,
            "why": why,
        }
        if on_sqlite:
            connection.execute(text(_SQLITE_WHEN.format(**words)))
        else:
            row = "OLD" if verb == "DELETE" else "NEW"
            connection.execute(text(_POSTGRES_FUNCTION_WHEN.format(row=row, **words)))
            connection.execute(text(_POSTGRES_WHEN.format(**words)))


def statements(table: Table, dialect: str) -> list[str]:
    """Return what a table's "after_create" listeners would execute: its triggers, whichever module made them.

    Migrations keep these texts, so that an old revision does the same whatever the models say later.
    """
    said: list[str] = []

    def keep(statement: Any, *_: Any, **__: Any) -> None:
        if isinstance(statement, TextClause):
            said.append(statement.text.strip())

    table.create(create_mock_engine(f"{dialect}://", keep), checkfirst=False)
    return said


def names(statements: list[str]) -> set[str]:
    """Return the names of the triggers that these statements create."""
    found = (re.match(r"CREATE TRIGGER (\w+)", statement) for statement in statements)
    return {match[1] for match in found if match}
