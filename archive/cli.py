"""Commands of the house: the web server, the job runner, accounts, the audit log, the tables.

A refusal is one clear sentence and exit status 1, never a traceback.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from archive import accounts, audit, clock, job_runner, schema, serving
from archive.accounts import Role
from archive.errors import DomainError
from archive.jobs import Lane
from archive.transactions import transaction

P = ParamSpec("P")

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

jobs_group = AppGroup("jobs", help="Do the work that follows changes.")
accounts_group = AppGroup("accounts", help="Who may sign in.")
audit_group = AppGroup("audit", help="The audit log.")
database_group = AppGroup("database", help="The tables.")


def plainly(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command say a refusal as one sentence and end with status 1."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal

    return said


@click.command("serve", help="Serve the site until told to stop.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@with_appcontext
def serve(port: int, host: str) -> None:
    """Run the web server."""
    _log_to_stderr()
    try:
        serving.serve(_site(), host, port)
    except serving.PortTakenError as error:
        raise click.ClickException(str(error)) from error


@jobs_group.command("run", help="Do jobs as they come; --once: those that are due, then stop.")
@click.option("--once", is_flag=True)
@click.option(
    "--only",
    type=click.Choice([Lane.SHORT.value, Lane.LONG.value]),
    help="Leave the long ones (imports, batches) to a second runner, or do nothing but those.",
)
def run_jobs(once: bool, only: str | None) -> None:
    """Run the job runner."""
    lane = Lane(only) if only else Lane.ALL
    _log_to_stderr()
    if once:
        click.echo(f"{job_runner.run_due(lane)} jobs done.")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    job_runner.run(stop, lane)


@accounts_group.command("add", help="Add an account; the password is read from standard input.")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="", help="As others see it; the address unless given.")
@plainly
def add_account(email: str, role: str, name: str) -> None:
    """Add an account."""
    password = sys.stdin.readline().rstrip("\r\n")
    with transaction():
        account = accounts.add(email, name, Role(role), password, clock.now())
        audit.record("account.added", "account", str(account.id), None, role=role)
    click.echo(f"Added {account.email} as {role}.")


@audit_group.command(
    "verify", help="Re-read the audit log; status 1 when an entry was changed, removed or moved."
)
def verify_audit() -> None:
    """Verify the chain of the audit log."""
    broken = audit.first_broken()
    if broken is not None:
        raise click.ClickException(f"The audit log is broken at entry {broken}.")
    count, head = audit.head()
    click.echo(f"The audit log is whole: {count} entries, the last is {head or 'none'}.")


@database_group.command("upgrade", help="Bring the tables to the newest revision.")
def upgrade_database() -> None:
    """Run the migrations."""
    schema.upgrade()
    click.echo("The tables are up to date.")


@database_group.command("check", help="Say whether the tables are up to date; status 1 when not.")
def check_database() -> None:
    """Compare the database with the newest revision."""
    if not schema.is_current():
        raise click.ClickException("The tables are not up to date: run `flask database upgrade`.")
    click.echo("The tables are up to date.")


@database_group.command(
    "revision", help="Write the migration from the database as it is to the models as they are."
)
@click.argument("message")
def write_revision(message: str) -> None:
    """Write the next migration."""
    for path in schema.write_revision(message):
        click.echo(f"Wrote {path}. Read it before you commit it.")


def _site() -> Flask:
    # The server outlives this command's context, so it needs the site itself, not the name for the present
    # one.
    site: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return site


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("alembic").setLevel(logging.WARNING)
