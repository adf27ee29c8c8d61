"""Commands of the search index: make it anew, or compare it with the database and mend it."""

import click
from flask.cli import AppGroup

from catalogue.search import upkeep
from catalogue.search.index import BusyIndexError, DamagedIndexError

group = AppGroup("search", help="The search index.")


@group.command("rebuild", help="Make the index anew beside the old one and put it in its place.")
def rebuild() -> None:
    """Make the index anew, showing how far it is."""
    done = 0

    def show(count: int) -> None:
        nonlocal done
        done = count
        click.echo(f"\r{count} entries", nl=False, err=True)

    try:
        upkeep.make_anew(show)
    except BusyIndexError as error:
        raise click.ClickException(f"{error}. Try again when it has finished.") from error
    click.echo(f"\rThe index holds {done} entries.")


@group.command("check", help="Compare the index with the database and mend it.")
def check() -> None:
    """Compare and mend; make the index anew when it cannot be read."""
    try:
        found = upkeep.check()
    except BusyIndexError as error:
        raise click.ClickException(f"{error}. Try again when it has finished.") from error
    except DamagedIndexError as error:
        click.echo(f"The index cannot be used ({error}); making it anew.")
        upkeep.make_anew(lambda _done: None)
        click.echo("The index has been made anew.")
        return
    if found.count:
        click.echo(f"Mended: {found.missing} missing, {found.outdated} outdated, {found.surplus} too many.")
    else:
        click.echo("The index says what the database says.")
