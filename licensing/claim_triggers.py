"""Triggers on rights claims, on SQLite and PostgreSQL alike: what a claim says never changes, and no more than the
whole of a layer is claimed on any day in any country.

Code refuses first and says more (see `shares`); this refuses what goes around the code. On PostgreSQL the entry's
row is locked, so that two who claim at once wait for one another; on SQLite who writes is alone.
"""

from typing import Any

from sqlalchemy import Connection, Table, text

# Its status moves, and its holder may turn out to be another party.
_SAID = (
    *("id", "entry_id", "layer", "share_bp", "basis", "territory", "valid_from", "valid_to", "limits"),
    *("notified_on", "opted_out_on", "statement_uri", "note_nl", "note_en", "evidence", "in_ms", "out_ms"),
    *("supersedes_id", "recorded_at", "recorded_by_id"),
)
_CHANGED = " OR ".join(
    f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')"
    for column in _SAID
)
_COUNTS = (
    "NEW.status IN ('asserted', 'confirmed')"
    " AND NEW.layer NOT IN ('portrait', 'artwork_shown', 'deposit_contract')"  # claims.STAND_ALONE
)
_GROUP = (
    "{row}.entry_id = NEW.entry_id AND {row}.layer = NEW.layer AND {row}.status IN ('asserted', 'confirmed')"
    " AND COALESCE({row}.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE({row}.out_ms, -1) = COALESCE(NEW.out_ms, -1)"
)
# Most is claimed on a first day of some claim, in a country that some claim names.
_TOO_MUCH = f"""EXISTS (
  SELECT 1 FROM rights_claim began, rights_claim named, {{elements}}(named.territory) AS place
  WHERE {_GROUP.format(row="began")} AND {_GROUP.format(row="named")} AND 10000 < (
    SELECT SUM(held.share_bp) FROM rights_claim held WHERE {_GROUP.format(row="held")}
    AND COALESCE(held.valid_from, {{first}}) <= COALESCE(began.valid_from, {{first}})
    AND COALESCE(held.valid_to, {{last}}) >= COALESCE(began.valid_from, {{first}})
    AND EXISTS (SELECT 1 FROM {{elements}}(held.territory) AS part WHERE part.value IN ('WW', place.value))))"""  # noqa: S608 - of our own names only
_ON_SQLITE = {"elements": "json_each", "first": "'0001-01-01'", "last": "'9999-12-31'"}
_ON_POSTGRES = {
    "elements": "json_array_elements_text",
    "first": "CAST('-infinity' AS date)",
    "last": "CAST('infinity' AS date)",
}
_AS_CONSTRAINT = "USING ERRCODE = 'integrity_constraint_violation'"
FROZEN, FULL = "what a claim says is never changed", "more than the whole of a layer is claimed"

_SQLITE = f"""
CREATE TRIGGER rights_claim_frozen_update BEFORE UPDATE ON rights_claim WHEN {_CHANGED}
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END;
CREATE TRIGGER rights_claim_frozen_delete BEFORE DELETE ON rights_claim
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END;
CREATE TRIGGER rights_claim_shares_insert AFTER INSERT ON rights_claim WHEN {_COUNTS}
BEGIN SELECT RAISE(ABORT, '{FULL}') WHERE {_TOO_MUCH.format(**_ON_SQLITE)}; END;
CREATE TRIGGER rights_claim_shares_update AFTER UPDATE OF status ON rights_claim WHEN {_COUNTS}
BEGIN SELECT RAISE(ABORT, '{FULL}') WHERE {_TOO_MUCH.format(**_ON_SQLITE)}; END
"""
_POSTGRES = f"""
CREATE OR REPLACE FUNCTION rights_claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{FROZEN}' {_AS_CONSTRAINT}; END IF;
IF {_CHANGED} THEN RAISE EXCEPTION '{FROZEN}' {_AS_CONSTRAINT}; END IF;
RETURN NEW; END $$;;
CREATE OR REPLACE FUNCTION rights_claim_shares() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {_COUNTS} THEN
PERFORM 1 FROM entry WHERE id = NEW.entry_id FOR UPDATE;
IF {_TOO_MUCH.format(**_ON_POSTGRES)} THEN RAISE EXCEPTION '{FULL}' USING ERRCODE = 'check_violation'; END IF;
END IF;
RETURN NULL; END $$;;
CREATE TRIGGER rights_claim_frozen_update BEFORE UPDATE ON rights_claim
FOR EACH ROW EXECUTE FUNCTION rights_claim_stays();;
CREATE TRIGGER rights_claim_frozen_delete BEFORE DELETE ON rights_claim
FOR EACH ROW EXECUTE FUNCTION rights_claim_stays();;
CREATE TRIGGER rights_claim_shares_insert AFTER INSERT ON rights_claim
FOR EACH ROW EXECUTE FUNCTION rights_claim_shares();;
CREATE TRIGGER rights_claim_shares_update AFTER UPDATE OF status ON rights_claim
FOR EACH ROW EXECUTE FUNCTION rights_claim_shares()
"""


def on_create(_target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of the table."""
    on_sqlite = connection.dialect.name == "sqlite"
    statements = _SQLITE.replace("END;\n", "END;;\n").split(";;") if on_sqlite else _POSTGRES.split(";;")
    for statement in statements:
        connection.execute(text(statement.strip()))
