"""Commands of the catalogue: bring other people's tables in."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from archive import clock
from archive.cli import plainly
from archive.errors import DomainError
from catalogue.importing import run

SECONDS_BETWEEN_LINES = 10.0

catalogue_group = AppGroup("catalogue", help="What the archive holds: import descriptions.")


@catalogue_group.command(
    "import", help="Import a table, a workbook or a set of descriptions. What is in stays."
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    help="What the columns mean: a file of mappings, or one saved at the desk; found from the header unless named.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write all findings as JSON.")
@plainly
def import_file(file: Path, mapping: str | None, dry_run: bool, report: Path | None) -> None:
    """Import a file and say in a few lines what came of it."""
    _write(
        report, {}
    )  # before the work: a report that cannot be written must not come as a surprise after it
    try:
        found = _run(file, mapping, is_dry=dry_run)
    except DomainError as refusal:
        _write(report, {"file": file.name, "refused": str(refusal)})
        raise
    _write(report, found)
    click.echo("\n".join(summary(found)))


def summary(found: dict[str, Any]) -> list[str]:
    """Say in a few lines what a report says in full."""
    totals, entries = found["totals"], found["entries"]
    counts_of = {kind: sum(look["count"] for look in said) for kind, said in found["to_look_at"].items()}
    looks = [f"{kind.replace('_', ' ')} {count}" for kind, count in counts_of.items() if count]
    lines = [
        f"{found['file']} ({found['encoding']}, {found['separator']}) by the mapping {found['mapping']}",
        f"Rows: {totals['rows']:,} read, {totals['rejected']:,} rejected; {_outcomes(totals)}.",
        *(
            f"{kind.capitalize()}: {counts['all']:,}; {_outcomes(counts)}."
            for kind, counts in entries.items()
        ),
        f"Line-ups: {totals['line_up_credits']:,} credits, {totals['name_strings']:,} spellings of names.",
        *(
            f"Rejected: line {each['line']}, {each['column']}: {each['message']}."
            for each in found["rejected"][:10]
        ),
        *([f"To look at: {'; '.join(looks)}."] if looks else []),
        f"Kept with the row: {len(found['kept_columns'])} columns.",
        f"{found['seconds']} s, {found['peak_memory_mb']} MB.",
    ]
    return [*lines, "A dry run: nothing was written."] if found["dry_run"] else lines


def _run(file: Path, mapping: str | None, *, is_dry: bool) -> dict[str, Any]:
    progress = _Progress()
    try:
        if is_dry:
            return run.dry(file, mapping, progress).as_json()
        return run.write(file, mapping, progress, clock.now()).as_json()
    finally:
        progress.end()


def _outcomes(counts: dict[str, int]) -> str:
    words = {"new": "new", "changed": "changed", "unchanged": "unchanged", "held_back": "held back"}
    return ", ".join(f"{counts[key]:,} {word}" for key, word in words.items())


def _write(path: Path | None, content: dict[str, Any]) -> None:
    if path is None:
        return
    try:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"The report {path} cannot be written: {error.strerror}.") from error


class _Progress:
    """How far an import is: one line that changes on a terminal, now and then a line in a log."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._said_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if self._is_terminal:
            click.echo(f"\r{done:,} of {total:,} rows", nl=False, err=True)
        elif time.monotonic() - self._said_at > SECONDS_BETWEEN_LINES:
            click.echo(f"{done:,} of {total:,} rows", err=True)
            self._said_at = time.monotonic()

    def end(self) -> None:
        """Leave the line that changes."""
        if self._is_terminal:
            click.echo(err=True)
