"""Commands: they say what they did, and a refusal is one sentence and status 1."""

from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from archive import audit, jobs, schema
from archive.accounts import Account, Role
from archive.db import db
from archive.transactions import transaction
from tests import databases
from tests.archive.conftest import PASSWORD


def run(house: Flask, *arguments: str, said: str = "") -> Result:
    return house.test_cli_runner().invoke(args=arguments, input=said)


def test_an_account_is_added_with_a_password_from_standard_input(house: Flask) -> None:
    result = run(house, "accounts", "add", "Anna@example.org", "--role", "cataloguer", said=f"{PASSWORD}\n")

    assert (result.output, result.exit_code) == ("Added anna@example.org as cataloguer.\n", 0)
    account = db.session.scalars(select(Account)).one()
    assert account.role is Role.CATALOGUER
    assert PASSWORD not in str(account.password_hash)


def test_adding_an_account_is_written_into_the_audit_log(house: Flask) -> None:
    run(house, "accounts", "add", "anna@example.org", "--role", "admin", said=f"{PASSWORD}\n")

    assert db.session.scalars(select(audit.AuditEntry.action)).all() == ["account.added"]


@pytest.mark.parametrize(
    ("email", "said", "reason"),
    [("anna@example.org", "short\n", "at least 12"), ("anna", f"{PASSWORD}\n", "looks like")],
)
def test_a_refused_account_is_told_in_a_sentence(house: Flask, email: str, said: str, reason: str) -> None:
    result = run(house, "accounts", "add", email, "--role", "buyer", said=said)

    assert result.exit_code == 1
    assert reason in result.output
    assert "Traceback" not in result.output


def test_an_unknown_role_is_refused(house: Flask) -> None:
    assert run(house, "accounts", "add", "anna@example.org", "--role", "king", said=PASSWORD).exit_code == 2


def test_the_audit_log_is_verified(house: Flask) -> None:
    with transaction():
        entry = audit.record("test", "thing", "1", None)

    result = run(house, "audit", "verify")

    assert result.exit_code == 0
    assert "1 entries" in result.output
    assert entry.hash in result.output


def test_a_broken_audit_log_is_told_with_the_place(house: Flask) -> None:
    with transaction():
        audit.record("test", "thing", "1", None)
        databases.disarm()
        db.session.execute(text("UPDATE audit_entry SET action = 'x'"))

    result = run(house, "audit", "verify")

    assert (result.exit_code, result.output) == (1, "Error: The audit log is broken at entry 1.\n")


def test_jobs_that_are_due_are_done_once(house: Flask) -> None:
    done: list[Any] = []
    jobs.init_app(house, {"note": done.append})
    with transaction():
        jobs.enqueue("note", {})

    assert run(house, "jobs", "run", "--once").output.endswith("1 jobs done.\n")
    assert len(done) == 1


def test_a_runner_is_told_which_jobs_to_take(house: Flask) -> None:
    done: list[Any] = []
    jobs.init_app(house, {"note": done.append}, are_long=True)
    with transaction():
        jobs.enqueue("note", {})

    assert run(house, "jobs", "run", "--once", "--only", "short").output.endswith("0 jobs done.\n")
    assert run(house, "jobs", "run", "--once", "--only", "long").output.endswith("1 jobs done.\n")


def test_the_tables_are_checked(house: Flask) -> None:
    assert run(house, "database", "check").exit_code == 0

    db.session.rollback()
    db.drop_all()
    assert run(house, "database", "check").exit_code == 1


def test_the_tables_are_brought_up_to_date(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(schema, "upgrade", lambda: called.append("upgrade"))

    assert run(house, "database", "upgrade").output == "The tables are up to date.\n"
    assert called == ["upgrade"]
