"""The work of one import, session by session: plan, compare with what is in, and write if there is a writer.

A dry run is the same without one, so it cannot say other numbers.
"""

from collections import defaultdict
from collections.abc import Iterable

from catalogue.importing import import_changes, import_rows, matching, plan
from catalogue.importing.import_changes import Change
from catalogue.importing.import_rows import Known
from catalogue.importing.records import GroupPlan, PlannedEntry
from catalogue.importing.remarks import Look
from catalogue.importing.report import Outcome, Report
from catalogue.importing.rows import SourceRow
from catalogue.importing.survey import Survey
from catalogue.importing.writing import Writer

MOST_MISSING = 100  # named in the report: a file with a part of the rows is no mistake


class Work:
    """The state of one run: what the table holds, what earlier runs have made, what this one has done."""

    def __init__(self, surveyed: Survey, known: Known, writer: Writer | None = None, run_id: int = 0) -> None:
        self.surveyed = surveyed
        self.run_id = run_id
        self.rows_done = 0
        self.report = Report(surveyed, is_dry=writer is None)
        self._mapping = surveyed.mapping
        self._known = known
        self._writer = writer
        self._entry_of = _matches(surveyed, known)  # entry by key of collection, session or recording
        self._rows_in = _rows_by_session(known)
        self._collection_id: int | None = None
        self._changes: list[Change] = []

    def collection(self) -> None:
        """Make or mend the collection; first of all, as the others hang under it."""
        planned = plan.collection(self._mapping)
        self._prepare([planned])
        self._collection_id, _ = self._entry(planned, None)
        self._complete()

    def sessions(self, keys: Iterable[str]) -> None:
        """Bring some sessions with their recordings and rows up to what the table says."""
        planned = [(source, plan.group(self._mapping, source)) for source in map(self._source, keys)]
        self._prepare([entry for _, group in planned for entry in group.entries])
        for source, group in planned:
            self._session(source, group)
        self._complete()

    def finish(self) -> None:
        """Say which rows and entries of earlier imports the table no longer speaks of."""
        if self._mapping.in_parts:
            return
        gone = sorted(self._known.rows.keys() - self.surveyed.lines.keys())
        for key in gone[:MOST_MISSING]:
            self.report.remark(Look.MISSING, key, "an earlier import had this row; its entry stays as it is")
        described = {*self._entry_of.values(), *(self._known.rows[key].entry_id for key in gone)}
        described |= {self._known.rows[key].session_id for key in gone}
        for name in import_rows.names_of(sorted(self._known.entries.keys() - described)[:MOST_MISSING]):
            self.report.remark(
                Look.MISSING, name, "no row describes this entry any more; withdraw it by hand"
            )

    def _complete(self) -> None:
        if self._writer:
            self._writer.complete()
            import_changes.keep(self.run_id, self._changes)
        self._changes.clear()

    def _prepare(self, planned: Iterable[PlannedEntry]) -> None:
        if self._writer is None:
            return
        outcomes = [(entry, self._outcome(entry)) for entry in planned]
        due = [entry for entry, outcome in outcomes if outcome in (Outcome.NEW, Outcome.CHANGED)]
        new = {entry.key for entry, outcome in outcomes if outcome is Outcome.NEW}
        self._writer.prepare(due, new, self._collection_id)

    def _source(self, key: str) -> list[SourceRow]:
        """Return the rows of a session: those of earlier imports first, in the order in which they came."""
        present = {row.key: row for row in self.surveyed.rows_of(key)}
        earlier = self._rows_in.get(self._entry_of.get(key, 0), {})
        absent = import_rows.kept([row for key, row in earlier.items() if key not in self.surveyed.lines])
        found = {**present, **{row.key: row for row in absent}}
        known = [row for row in sorted(found, key=self._row_id) if row in self._known.rows]
        return [found[row] for row in dict.fromkeys([*known, *found])]

    def _row_id(self, key: str) -> int:
        known = self._known.rows.get(key)
        return known.id if known else 0

    def _session(self, source: list[SourceRow], group: GroupPlan) -> None:
        self.report.group(group)
        head = self._entry(group.head, None)
        session_id, _ = head
        made = {group.head.key: head, **{part.key: self._entry(part, session_id) for part in group.parts}}
        for row in source:
            entry_id, is_held = made[group.entry_of[row.key]]
            if row.line:
                self._row(row, entry_id, session_id, is_held=is_held)

    def _entry(self, planned: PlannedEntry, session_id: int | None) -> tuple[int | None, bool]:
        """Write an entry if it is new or changed; return its id and whether it was held back.

        In a dry run a new entry has no id.
        """
        entry_id = self._entry_of.get(planned.key)
        outcome = self._outcome(planned)
        self.report.entry(planned, outcome)
        if outcome is Outcome.HELD:
            self._remark_staff(entry_id)
        elif outcome is not Outcome.UNCHANGED and self._writer:
            before = self._known.entries[entry_id].version if entry_id is not None else 0
            entry = self._writer.write(planned, entry_id, session_id)
            self._changes.append(Change(entry.id, before, entry.version))
            import_rows.keep_entry(self._mapping.name, planned, entry, is_new=entry_id is None)
            entry_id = entry.id
        return entry_id, outcome is Outcome.HELD

    def _remark_staff(self, entry_id: int | None) -> None:
        for name in import_rows.names_of([entry_id] if entry_id else []):
            self.report.remark(Look.STAFF, name, "changed here and at the source; compare them by hand")

    def _outcome(self, planned: PlannedEntry) -> Outcome:
        entry_id = self._entry_of.get(planned.key)
        if entry_id is None:
            return Outcome.NEW
        known = self._known.entries[entry_id]
        if known.digest == planned.digest:
            return Outcome.UNCHANGED
        return Outcome.CHANGED if import_rows.version_now(entry_id) == known.version else Outcome.HELD

    def _row(self, row: SourceRow, entry_id: int | None, session_id: int | None, *, is_held: bool) -> None:
        known = self._known.rows.get(row.key)
        said = (row.digest, entry_id, session_id)
        if known and (known.digest, known.entry_id, known.session_id) == said:
            outcome = Outcome.UNCHANGED
        elif is_held:
            outcome = Outcome.HELD
        else:
            outcome = Outcome.CHANGED if known else Outcome.NEW
            if entry_id is not None and session_id is not None and self._writer:
                import_rows.keep_row(self._mapping.name, row, known, (entry_id, session_id, self.run_id))
        self.report.row(outcome)
        self.rows_done += 1


def _matches(surveyed: Survey, known: Known) -> dict[str, int]:
    """Find the entries of earlier runs that the sessions and recordings of the table are."""
    sessions: dict[str, list[str]] = defaultdict(list)
    recordings: dict[str, list[str]] = defaultdict(list)
    for key, places in surveyed.sessions.items():
        sessions[key] = [place.key for place in places]
    for row, key in surveyed.recording_of.items():
        recordings[key].append(row)
    # Rows that only earlier tables had still belong to their entries, and have a claim on them.
    key_of = {entry_id: key for key, entry_id in known.ids.items()}
    for row in sorted(known.rows.keys() - surveyed.lines.keys()):
        sessions[key_of[known.rows[row].session_id]].append(row)
        recordings[key_of[known.rows[row].entry_id]].append(row)
    return {
        **matching.match({plan.COLLECTION_KEY: ()}, known.ids, {}),
        **matching.match(sessions, known.ids, {row: said.session_id for row, said in known.rows.items()}),
        **matching.match(recordings, known.ids, {row: said.entry_id for row, said in known.rows.items()}),
    }


def _rows_by_session(known: Known) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for key, row in known.rows.items():
        found[row.session_id][key] = row.id
    return found
