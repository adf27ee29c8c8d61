"""Small tables of solos for the tests of imports, and all that a catalogue says, for comparing two of them."""

import csv
import json
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from archive import clock
from archive.audit import AuditEntry
from archive.db import Model, db
from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.entries import Entry
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.importing import mapping, run
from catalogue.importing.import_rows import ImportedEntry, ImportRow
from catalogue.outbox import IndexChange
from catalogue.pictures import Image
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import Recording, Segment
from catalogue.revisions import Revision
from catalogue.sources import EntrySource, Source

WJD = mapping.load("wjd_solos")
HEADER = [*WJD.columns, *WJD.keep]
TABLES: list[type[Model]] = [
    Entry,
    Agent,
    Credit,
    Segment,
    Revision,
    AuditEntry,
    IndexChange,
    ImportRow,
    ImportedEntry,
]

Rows = list[dict[str, str]]


def a_row(at: int, **changes: str) -> dict[str, str]:
    """Make row `at`: two solos to a take, two takes to a session, the rows of a session far apart."""
    session, take = at % 6, at % 12
    return {
        **dict.fromkeys(HEADER, ""),
        "id": f"row-{at}",
        "title": f"Piece {take}",
        "performer": f"Soloist {session}",
        "instrument": "ts",
        "composer": f"Composer {take % 4}",
        "label": "Prestige",
        "recordtitle": f"Record {session}",
        "recordingdate": f"195{session}-06-22",
        "recordingyear": f"195{session}",
        "lineup": f"Soloist {session} (ts, fl); Bassist {session % 2} (b)",
        "solo_time": f"0{at // 12}:10-0{at // 12}:50",
        "key": "Bb-maj",
        **changes,
    }


def some_rows(count: int = 24) -> Rows:
    return [a_row(at) for at in range(count)]


def written(folder: Path, rows: Rows, name: str = "solos.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, HEADER)
        table.writeheader()
        table.writerows(rows)
    return path


def imported(path: Path) -> dict[str, Any]:
    report = run.write(path, None, quiet, clock.now()).as_json()
    db.session.rollback()
    return report


def dry(path: Path) -> dict[str, Any]:
    return run.dry(path, None, quiet).as_json()


def counts() -> dict[str, int]:
    db.session.rollback()
    return {
        table.__name__: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES
    }


def content() -> list[str]:
    """Say all that the catalogue says, without the numbers and times that differ from run to run."""
    db.session.rollback()
    titles = {entry.id: f"{entry.title} {entry.date_text}" for entry in db.session.scalars(select(Entry))}
    agents = {agent.id: f"{agent.kind.value} {agent.name}" for agent in db.session.scalars(select(Agent))}
    sources = {source.id: source.citation for source in db.session.scalars(select(Source))}
    said: list[tuple[Any, ...]] = []
    for entry in db.session.scalars(select(Entry)):
        said.append(
            (
                titles[entry.id],
                entry.kind,
                entry.status,
                entry.version,
                entry.date_edtf,
                entry.parent_id and 1,
            )
        )
    for credit in db.session.scalars(select(Credit)):
        who = agents.get(credit.agent_id or 0)
        said.append((titles[credit.entry_id], credit.role, who, credit.instrument_text, credit.position))
    for made in db.session.scalars(select(Recording)):
        said.append((titles[made.entry_id], titles[made.session_id or 0], made.position, made.take_status))
    for session in db.session.scalars(select(RecordingSession)):
        said.append((titles[session.entry_id], session.session_type, agents.get(session.label_id or 0)))
    for solo in db.session.scalars(select(Segment)):
        said.append((titles[solo.recording_id], solo.start_ms, solo.end_ms, solo.label_nl, solo.who))
    for cited in db.session.scalars(select(EntrySource)):
        said.append((titles[cited.entry_id], sources[cited.source_id], cited.field, cited.note))
    for revision in db.session.scalars(select(Revision)):
        said.append((titles[revision.entry_id], revision.version, len(revision.snapshot["credits"])))
    for row in db.session.scalars(select(ImportRow)):
        said.append((row.key, row.digest, titles[row.entry_id], titles[row.session_id], json.dumps(row.raw)))
    for identifier in db.session.scalars(select(Identifier)):
        owner = titles.get(identifier.entry_id or 0) or agents[identifier.agent_id or 0]
        said.append((owner, identifier.scheme, identifier.value))
    for image in db.session.scalars(select(Image)):
        said.append((titles[image.entry_id], image.width_mm, image.height_mm))
    for holding in db.session.scalars(select(Holding)):
        said.append((titles[holding.entry_id], holding.carrier_nl, holding.carrier_en))
    return sorted(repr(each) for each in [*said, *agents.values(), *sources.values()])


def quiet(_done: int, _total: int) -> None:
    pass
