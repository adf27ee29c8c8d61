"""What became of an import: counts, rejected rows, what a person should look at, what was kept aside.

Plain values, for a JSON file and for a few lines on the screen.
"""

import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import Enum
from typing import Any

from catalogue import folding
from catalogue.importing.file_kinds import NAMES
from catalogue.importing.publications import PlannedProgramme, PlannedRelease
from catalogue.importing.records import (
    GroupPlan,
    PlannedCollection,
    PlannedConcert,
    PlannedEntry,
    PlannedPhotograph,
    PlannedRecording,
    PlannedSession,
)
from catalogue.importing.remarks import Look, Remark
from catalogue.importing.survey import Rejection, Survey
from catalogue.importing.tables import Row, row_number

MOST_LINES = 20  # of one remark: the rest is counted

KINDS = {
    PlannedCollection: "collection",
    PlannedSession: "session",
    PlannedConcert: "session",
    PlannedRecording: "recording",
    PlannedPhotograph: "image",
    PlannedRelease: "release",
    PlannedProgramme: "recording",
}


class Outcome(str, Enum):
    """What an import does with a row or an entry."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held_back"  # the staff has changed the entry since: it stays as it is


class Report:
    """Collects while an import runs; `as_json` is the whole."""

    def __init__(self, surveyed: Survey, *, is_dry: bool) -> None:
        self._surveyed = surveyed
        self._is_dry = is_dry
        self._began = time.monotonic()
        self._rows: Counter[Outcome] = Counter()
        self._entries: dict[str, Counter[Outcome]] = {kind: Counter() for kind in KINDS.values()}
        self._names: Counter[str] = Counter()
        self._solos = 0
        self._tracks = 0
        self._credits = 0
        self._labels: set[str] = set()
        self._recordings_of: dict[str, set[str]] = defaultdict(set)  # titles by identifier
        self._remarks: list[Remark] = []

    def row(self, outcome: Outcome) -> None:
        """Count a row."""
        self._rows[outcome] += 1

    def entry(self, planned: PlannedEntry, outcome: Outcome) -> None:
        """Count an entry."""
        self._entries[KINDS[type(planned)]][outcome] += 1

    def group(self, planned: GroupPlan) -> None:
        """Take over what the plan of a session says."""
        self._names.update(planned.names)
        self._remarks.extend(planned.remarks)
        self._credits += sum(len(entry.credits) for entry in planned.entries)
        if isinstance(planned.head, PlannedRelease):
            self._tracks += len(planned.head.tracks)
        self._labels.update(planned.labels)
        for recording in planned.parts:
            if not isinstance(recording, PlannedRecording):
                continue
            self._solos += len(recording.solos)
            for scheme, value in recording.identifiers:
                self._recordings_of[f"{scheme} {value}"].add(recording.key)

    def remark(self, kind: Look, value: str, message: str) -> None:
        """Note something that concerns more than one row."""
        self._remarks.append(Remark(kind, 0, "", value, message))

    @property
    def remarks(self) -> list[Remark]:
        """What a person should look at, as it was found."""
        return self._remarks

    def totals(self) -> dict[str, int]:
        """Return the counts."""
        rejected = {rejection.line for rejection in self._surveyed.rejected}
        return {
            "rows": self._surveyed.count,
            "accepted": len(self._surveyed.lines),
            "rejected": len(rejected),
            "left_out": self._surveyed.left_out,
            **{outcome.value: self._rows[outcome] for outcome in Outcome},
            "line_up_credits": self._names.total(),
            "name_strings": len(self._names),
            "solos": self._solos,
            "tracks": self._tracks,
            "credits": self._credits,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        surveyed = self._surveyed
        return {
            "mapping": surveyed.mapping.name,
            "file": surveyed.table.filename,
            "sha256": surveyed.table.sha256,
            "encoding": NAMES[surveyed.table.encoding],
            "separator": surveyed.table.separator,
            "dry_run": self._is_dry,
            "totals": self.totals(),
            "entries": {kind: _by_outcome(counts) for kind, counts in self._entries.items() if counts},
            "rejected": [_rejected(surveyed, rejection) for rejection in surveyed.rejected],
            "to_look_at": self._to_look_at(),
            "above_header": [_above(surveyed, row) for row in surveyed.above],
            "sheets": list(surveyed.table.sheets),
            "sheets_left_out": _sheets_left_out(surveyed),
            "filler_rows": len(surveyed.fillers),
            "kept_columns": {column: surveyed.filled[column] for column in surveyed.kept_columns},
            "unexpected_columns": surveyed.unexpected_columns,
            "seconds": round(time.monotonic() - self._began, 2),
            "peak_memory_mb": peak_memory_mb(),
        }

    def _to_look_at(self) -> dict[str, list[dict[str, Any]]]:
        alike = [*_names_alike(self._names), *_labels_alike(self._labels), *_shared(self._recordings_of)]
        found: dict[str, dict[tuple[str, str, str], list[int]]] = {kind.value: {} for kind in Look}
        for remark in [*self._remarks, *alike]:
            same = found[remark.kind.value].setdefault((remark.column, remark.value, remark.message), [])
            same.append(remark.line)
        return {
            kind: [_as_json(*said, lines) for said, lines in remarks.items()]
            for kind, remarks in found.items()
        }


def peak_memory_mb() -> int:
    """Return the most memory this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def _rejected(surveyed: Survey, rejection: Rejection) -> dict[str, Any]:
    sheet, line = surveyed.table.where(rejection.line)
    return {**({"sheet": sheet} if sheet else {}), **vars(rejection), "line": line}


def _above(surveyed: Survey, row: Row) -> dict[str, Any]:
    sheet, line = surveyed.table.where(row.line)
    said = " | ".join(str(cell) for cell in row.cells if str(cell).strip())
    return {**({"sheet": sheet} if sheet else {}), "line": line, "says": said}


def _sheets_left_out(surveyed: Survey) -> list[str]:
    table = surveyed.table
    return [name for at, name in enumerate(table.sheets) if at not in table.chosen]


def _by_outcome(counts: Counter[Outcome]) -> dict[str, int]:
    return {"all": counts.total(), **{outcome.value: counts[outcome] for outcome in Outcome}}


def _as_json(column: str, value: str, message: str, lines: list[int]) -> dict[str, Any]:
    numbered = [row_number(line) for line in lines if line][:MOST_LINES]
    said = {"column": column, "value": value, "message": message, "count": len(lines), "lines": numbered}
    return {key: content for key, content in said.items() if content not in ("", [])}


def _names_alike(names: Iterable[str]) -> Iterable[Remark]:
    for one, other, likeness in folding.suggest_pairs(names):
        yield Remark(Look.NAMES, 0, "", f"{one} / {other}", likeness.value)


def _labels_alike(labels: Iterable[str]) -> Iterable[Remark]:
    same: dict[str, list[str]] = defaultdict(list)
    for label in sorted(labels):
        same[re.sub(r"[\W_]+", "", folding.fold(label))].append(label)
    for spellings in same.values():
        if len(spellings) > 1:
            yield Remark(Look.LABELS, 0, "", " / ".join(spellings), "differ only in punctuation or capitals")


def _shared(recordings_of: dict[str, set[str]]) -> Iterable[Remark]:
    for identifier, keys in sorted(recordings_of.items()):
        if len(keys) > 1:
            yield Remark(Look.IDENTIFIER, 0, "", identifier, f"given to {len(keys)} different recordings")
