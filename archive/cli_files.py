"""Commands for files: read the vault again, and say of a folder which files would be taken."""

from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import AppGroup

from archive import clock, decoding, fixity, judging
from archive.assets import VerifyState
from archive.cli import plainly
from archive.config import current
from archive.judging import Judged

group = AppGroup("files", help="The files of the vault.")

WORDS = {VerifyState.MISSING: "missing", VerifyState.ALTERED: "altered"}


@group.command("verify", help="Read every file again; status 1 when one is missing or altered.")
@click.option("--due", is_flag=True, help="Only those that one run of the recurring job would read.")
@plainly
def verify(due: bool) -> None:
    """Name each damaged file, and each file that nothing speaks of."""
    chosen = fixity.due(clock.now()) if due else fixity.everything()
    bad = fixity.verify(chosen)
    for found in bad:
        click.echo(f"{WORDS[found.state]}: {found.key} ({found.filename})")
    for key in fixity.strays():
        click.echo(f"stray: {key}")
    if bad:
        raise click.ClickException(
            f"{len(bad)} of {len(chosen)} files are damaged. Put them back from a backup."
        )
    click.echo(f"{len(chosen)} files are as they came in.")


@group.command(
    "judge", help="Say of each file in a folder whether it would be taken, as a table in Markdown."
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--table", type=click.Path(path_type=Path, dir_okay=False), help="Write it into this file.")
@plainly
def judge(folder: Path, table: Path | None) -> None:
    """Decode every file of a folder as if it were sent; nothing is kept."""
    limits = decoding.limits_of(current())
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    judged = ((path.relative_to(folder).as_posix(), judging.judge(path, path.name, limits)) for path in paths)
    text = "\n".join(_rows(judged)) + "\n"
    if table is None:
        click.echo(text, nl=False)
        return
    table.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {len(paths)} rows to {table}.")


def _rows(judged: Iterable[tuple[str, Judged]]) -> Iterable[str]:
    yield "| file | outcome | what it is, or why not |"
    yield "|---|---|---|"
    for name, found in judged:
        yield f"| `{name}` | {found.outcome.value} | {_what(found)} |"


def _what(found: Judged) -> str:
    if found.refusal is not None:
        return str(found.refusal)
    facts, kind = found.facts, found.kind.name if found.kind else ""
    if "width" in facts:
        return f"{kind}, {facts['width']} × {facts['height']}"
    depth = f", {facts['bit_depth']} bit" if facts["bit_depth"] else ""
    return f"{kind}, {facts['duration_ms'] / 1000:.2f} s, {facts['sample_rate']} Hz{depth}, {facts['channels']} ch."
