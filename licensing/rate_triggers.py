"""Triggers that freeze a rate card once it is no longer a draft, on SQLite and PostgreSQL alike.

Its rows and factors cannot be added to, changed or deleted; of the card itself only status and last day move,
and only forwards. Code refuses first (see `rates`); this refuses what goes around the code.
"""

from typing import Any

from sqlalchemy import Connection, Table, text

_CARD_IS_FROZEN = "(SELECT status FROM rate_card WHERE id = {row}.card_id) <> 'draft'"
_PART = {
    "INSERT": _CARD_IS_FROZEN.format(row="NEW"),
    "UPDATE": f"{_CARD_IS_FROZEN.format(row='OLD')} OR {_CARD_IS_FROZEN.format(row='NEW')}",
    "DELETE": _CARD_IS_FROZEN.format(row="OLD"),
}
_SAME = ("id", "name", "version", "currency", "valid_from", "defaults")
_CARD = {
    "UPDATE": "OLD.status <> 'draft' AND ("
    + " OR ".join(f"CAST(NEW.{column} AS TEXT) <> CAST(OLD.{column} AS TEXT)" for column in _SAME)
    + " OR NEW.status = 'draft' OR (OLD.status = 'retired' AND NEW.status <> 'retired'))",
    "DELETE": "OLD.status <> 'draft'",
}
_REFUSED = {"rate_card": _CARD, "rate_row": _PART, "rate_factor": _PART}

_SQLITE = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {refused}
BEGIN SELECT RAISE(ABORT, 'a rate card in force is frozen'); END
"""
# PostgreSQL allows no subquery in WHEN, so the condition stands in the function.
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {refused} THEN RAISE EXCEPTION 'a rate card in force is frozen'; END IF;
RETURN {row}; END $$
"""
_POSTGRES = "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def on_create(target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of one of the three tables."""
    create(connection, target.name)


def create(connection: Connection, table: str) -> None:
    """Create the triggers of one of the three tables; migrations call this too."""
    on_sqlite = connection.dialect.name == "sqlite"
    for verb, refused in _REFUSED[table].items():
        words = {"name": f"{table}_frozen_{verb.lower()}", "verb": verb, "table": table, "refused": refused}
        if on_sqlite:
            connection.execute(text(_SQLITE.format(**words)))
        else:
            row = "OLD" if verb == "DELETE" else "NEW"
            connection.execute(text(_POSTGRES_FUNCTION.format(row=row, **words)))
            connection.execute(text(_POSTGRES.format(**words)))
