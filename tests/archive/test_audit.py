"""The audit log: nothing in it can be changed without showing, and the database itself refuses the attempt."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from archive import audit
from archive.db import db
from archive.transactions import transaction
from tests import databases


@pytest.fixture
def five_entries(house: Flask) -> None:
    for number in range(1, 6):
        with transaction():
            audit.record("entry.changed", "entry", f"e{number}", None, before=number, after="café")


def behind_the_triggers(*statements: str) -> None:
    """Do what somebody with the file in hand could do."""
    with transaction():
        databases.disarm()
        for statement in statements:
            db.session.execute(text(statement))


@pytest.mark.usefixtures("house")
def test_an_empty_log_is_whole() -> None:
    assert audit.first_broken() is None
    assert audit.head() == (0, None)


@pytest.mark.usefixtures("five_entries")
def test_a_log_as_written_is_whole() -> None:
    assert audit.first_broken() is None
    assert audit.head()[0] == 5


@pytest.mark.usefixtures("five_entries")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x' WHERE id = 2", "DELETE FROM audit_entry WHERE id = 2"]
)
def test_the_database_refuses_changes_and_deletions(statement: str) -> None:
    with pytest.raises(IntegrityError, match="audit_entry is append-only"):
        db.session.execute(text(statement))


EDITS = {
    "at": "'2020-01-01 00:00:00.000000'",
    "action": "'x'",
    "object_kind": "'x'",
    "object_id": "'x'",
    "detail": "'{}'",
    "hash": "'x'",
}


@pytest.mark.usefixtures("five_entries")
@pytest.mark.parametrize("column", EDITS)
def test_an_edit_shows(column: str) -> None:
    behind_the_triggers(f"UPDATE audit_entry SET {column} = {EDITS[column]} WHERE id = 3")  # noqa: S608 - our own

    assert audit.first_broken() == 3


@pytest.mark.usefixtures("five_entries")
@pytest.mark.parametrize(("number", "broken"), [(1, 2), (3, 4), (4, 5)])
def test_a_deletion_shows(number: int, broken: int) -> None:
    behind_the_triggers(f"DELETE FROM audit_entry WHERE id = {number}")  # noqa: S608 - our own

    assert audit.first_broken() == broken


@pytest.mark.usefixtures("five_entries")
def test_a_swap_shows() -> None:
    behind_the_triggers(
        "UPDATE audit_entry SET id = 99 WHERE id = 2",
        "UPDATE audit_entry SET id = 2 WHERE id = 3",
        "UPDATE audit_entry SET id = 3 WHERE id = 99",
    )

    assert audit.first_broken() == 2


@pytest.mark.usefixtures("five_entries")
def test_a_cut_tail_shows_against_a_head_kept_elsewhere() -> None:
    kept = audit.head()
    behind_the_triggers("DELETE FROM audit_entry WHERE id = 5")

    assert audit.first_broken() is None
    assert audit.head() != kept


def test_an_action_that_is_rolled_back_leaves_no_entry(house: Flask) -> None:
    def act(then: Callable[[], None]) -> None:
        with transaction():
            audit.record("entry.changed", "entry", "e1", None)
            then()

    with pytest.raises(ZeroDivisionError):
        act(lambda: print(1 / 0))

    assert audit.head() == (0, None)
