"""Commands of the search index: make it anew, or compare it with the database and mend it."""

import sys
import time

import click
from flask.cli import AppGroup

from archive.db import db
from catalogue.search import checking, upkeep
from catalogue.search.checking import Differences
from catalogue.search.index import BusyIndexError, DamagedIndexError

SECONDS_BETWEEN_LINES = 10.0

group = AppGroup("search", help="The search index.")


@group.command("rebuild", help="Make the index anew beside the old one and put it in its place.")
def rebuild() -> None:
    """Make the index anew, showing how far it is."""
    try:
        _make_anew()
    except BusyIndexError as error:
        raise click.ClickException(f"{error}. Try again when it has finished.") from error


@group.command("check", help="Compare the index with the database and mend it.")
@click.option("--dry-run", is_flag=True, help="Only say what differs; status 1 when something does.")
def check(dry_run: bool) -> None:
    """Compare and mend; make the index anew when it cannot be read."""
    try:
        found = checking.check(mends=not dry_run)
    except BusyIndexError as error:
        raise click.ClickException(f"{error}. Try again when it has finished.") from error
    except DamagedIndexError as error:
        if dry_run:
            raise click.ClickException(f"The index cannot be used: {error}.") from error
        click.echo(f"The index cannot be used ({error}); making it anew.")
        _make_anew()
        return
    _say(found, dry_run)


def _say(found: Differences, is_dry: bool) -> None:
    click.echo(f"{found.compared:,} entries compared.", err=True)
    said = f"{found.missing:,} missing, {found.outdated:,} outdated, {found.surplus:,} too many"
    if not found.count:
        click.echo("The index says what the database says.")
    elif is_dry:
        raise click.ClickException(f"The index differs: {said}.")
    else:
        click.echo(f"Mended: {said}.")


def _make_anew() -> None:
    progress = _Progress(upkeep.size())
    db.session.rollback()
    try:
        upkeep.make_anew(progress)
    finally:
        progress.end()
    click.echo(
        f"The index has been made anew and holds {progress.done:,} entries ({progress.seconds:.1f} s)."
    )


class _Progress:
    """How far it is: one line that changes on a terminal, now and then a line in a log."""

    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._is_terminal = sys.stderr.isatty()
        self._began_at = self._said_at = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began_at

    def __call__(self, done: int) -> None:
        self.done = done
        if self._is_terminal:
            click.echo(f"\r{done:,} of {self._total:,} entries", nl=False, err=True)
        elif time.monotonic() - self._said_at > SECONDS_BETWEEN_LINES:
            click.echo(f"{done:,} of {self._total:,} entries", err=True)
            self._said_at = time.monotonic()

    def end(self) -> None:
        """Leave the line that changes."""
        if self._is_terminal:
            click.echo(err=True)
