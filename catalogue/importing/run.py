"""One import from file to report. Sessions go in whole, in transactions of about BATCH rows.

So a run that is killed anywhere leaves whole sessions, and the next run ends where an undisturbed one would
have. A dry run takes the same way and writes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from archive import clock
from archive.db import db
from archive.transactions import transaction
from catalogue.duplicates import refreshing
from catalogue.importing import import_rows, import_runs, media_files, readers, saved_mappings, survey
from catalogue.importing.headers import NOTHING, Choice
from catalogue.importing.import_runs import RunState
from catalogue.importing.report import Report
from catalogue.importing.survey import Survey
from catalogue.importing.tables import Table
from catalogue.importing.work import Work
from catalogue.importing.writing import Writer

BATCH = 100

Progress = Callable[[int, int], None]


def dry(path: Path, mapping_name: str | None, progress: Progress) -> Report:
    """Say what an import would do. Raise Invalid for a file that cannot be imported."""
    with checked(readers.look(path), mapping_name, _named(mapping_name), progress) as work:
        return work.report


def write(path: Path, mapping_name: str | None, progress: Progress, moment: datetime) -> Report:
    """Import a file, committing batch by batch.

    Raise Invalid, before anything is written, for a file that cannot be imported.
    """
    return write_table(readers.look(path), mapping_name, _named(mapping_name), progress, moment)


def _named(mapping_name: str | None) -> Choice:
    """Choose a mapping that staff have made, by its name; one of a file is found by its name later on."""
    return Choice(saved_mappings.find(mapping_name)) if mapping_name else NOTHING


@contextmanager
def checked(table: Table, mapping_name: str | None, choice: Choice, progress: Progress) -> Iterator[Work]:
    """Do all the work of an import but the writing, and give it with what it found while the table is open."""
    with survey.taken(table, mapping_name, choice) as surveyed:
        work = Work(surveyed, import_rows.known(surveyed.mapping.name))
        work.collection()
        for batch in _batches(surveyed):
            work.sessions(batch)
            progress(work.rows_done, len(surveyed.lines))
        work.finish()
        db.session.rollback()
        yield work


def write_table(
    table: Table,
    mapping_name: str | None,
    choice: Choice,
    progress: Progress,
    moment: datetime,
    intake_id: int | None = None,
) -> Report:
    """Import a table as it was chosen to be read, committing batch by batch."""
    with survey.taken(table, mapping_name, choice) as surveyed:
        with transaction():
            work = _begin(surveyed, moment, intake_id)
        try:
            _write_batches(work, progress)
            media_files.attach(table, surveyed.mapping.name, progress)
        except Exception:
            with transaction():
                import_runs.end(work.run_id, RunState.FAILED, clock.now(), None)
            raise
        work.finish()
        with transaction():
            import_runs.end(work.run_id, RunState.FINISHED, clock.now(), work.report.as_json())
            refreshing.call()  # a new name may be one that is known
        return work.report


def _begin(surveyed: Survey, moment: datetime, intake_id: int | None) -> Work:
    table, mapping = surveyed.table, surveyed.mapping
    run = import_runs.begin(mapping.name, table.filename, table.sha256, moment, intake_id)
    writer = Writer(moment, f"Imported from {table.filename}", publish=mapping.publish)
    work = Work(surveyed, import_rows.known(mapping.name), writer, run.id)
    work.collection()
    return work


def _write_batches(work: Work, progress: Progress) -> None:
    for batch in _batches(work.surveyed):
        with transaction():
            import_runs.go_on(work.run_id, work.rows_done)
            work.sessions(batch)
        progress(work.rows_done, len(work.surveyed.lines))


def _batches(surveyed: Survey) -> Iterator[list[str]]:
    """Give the keys of sessions in the order of the table, so many that their rows fill a batch."""
    batch: list[str] = []
    count = 0
    for key, places in surveyed.sessions.items():
        batch.append(key)
        count += len(places)
        if count >= BATCH:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch
