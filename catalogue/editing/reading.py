"""From the form to what is to be changed: only what differs from the present state is read, so that what was left
alone stays as it is, however it came to be. All that is wrong is told at once, by the id of the field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from catalogue import hierarchy
from catalogue.editing import checking, forms, picking, typed, values
from catalogue.editing.fields import MAX_ROWS, Control, Field, Table, single, tables
from catalogue.editing.picking import Asked, Choice, Unclear
from catalogue.editing.present import Described
from catalogue.editing.typed import Unreadable
from catalogue.editing.values import ID, PICK, Row
from catalogue.entries import EntryKind
from catalogue.terms import TermScheme

MAX_COMMENT = 500

Form = Mapping[str, Sequence[str]]


@dataclass
class Change:
    """What differs, as values of the model; people, places and words may still have to be added."""

    entry: dict[str, Any] = field(default_factory=dict)  # by column
    part: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    comment: str = ""
    seen_version: int = -1

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.entry or self.part or self.tables)


@dataclass
class Problems:
    """What is wrong, by the id of its field, and for a name that may be several things, which ones."""

    messages: dict[str, str] = field(default_factory=dict)
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def add(self, name: str, problem: Unclear | Unreadable) -> None:
        """Note what is wrong with a field."""
        self.messages[name] = problem.message if isinstance(problem, Unclear) else str(problem)
        if isinstance(problem, Unclear) and problem.choices:
            self.choices[name] = problem.choices


def read(form: Form, described: Described, now: Form) -> tuple[Change, Problems]:
    """Read a form against the present state, which is given as it would be typed."""
    groups = forms.groups_of(described.entry.kind)
    reader = _Reader(form, described, now, single(groups), tables(groups))
    change = Change(comment=_line(form, "comment")[:MAX_COMMENT], seen_version=version_of(form))
    for group in groups:
        change.entry |= reader.fields(group.fields)
        change.part |= reader.fields(group.part_fields)
        for table in group.tables:
            if reader.is_changed(table):
                change.tables[table.name] = reader.table(table)
    reader.check_parent(change.entry)
    return change, reader.problems


def version_of(form: Form) -> int:
    """Return the version of the entry that was being changed; none that there ever was if it does not say."""
    text = values.first(form, "version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def field_id(table: Table, row: int, column: Field | str) -> str:
    """Return the id of a field in a table, which is not its name: every row sends the same names."""
    return f"{table.name}-{row}-{column if isinstance(column, str) else column.name}"


class _Reader:
    """Reads one form and gathers what is wrong."""

    def __init__(
        self, form: Form, described: Described, now: Form, fields: Sequence[Field], listed: Sequence[Table]
    ) -> None:
        self._form, self._described, self._now = form, described, now
        self._rows = {table.name: values.rows(form, table)[: MAX_ROWS + 1] for table in listed}
        self.problems = Problems()
        self._agents = self._find_agents(fields, listed)

    def is_changed(self, part: Field | Table) -> bool:
        """Say whether a part was sent and differs from the present state."""
        if not any(name in self._form for name in values.names(part)):
            return False
        return not values.is_same(self._form, self._now, part)

    def fields(self, fields: Sequence[Field]) -> dict[str, Any]:
        """Read those single fields that differ."""
        found = {}
        for one in fields:
            if self.is_changed(one) or (one.is_required and not _line(self._form, one.name)):
                asked = _asked(values.first(self._form, one.name), values.first(self._form, one.name + PICK))
                found[one.target] = self._value(one, one.name, one.name, asked)
        return found

    def table(self, table: Table) -> list[dict[str, Any]]:
        """Read all rows of a table."""
        rows = self._rows[table.name]
        if len(rows) > MAX_ROWS:
            self.problems.messages[table.name] = _("At most %(limit)s lines fit here.", limit=MAX_ROWS)
            return []
        found = [self._row(table, at, row) for at, row in enumerate(rows)]
        known = values.rows(self._now, table)
        for at, row in enumerate(found):
            if rows[at] not in known:
                for column, message in checking.row(table.name, row).items():
                    self.problems.messages.setdefault(field_id(table, at, column), message)
        return found

    def check_parent(self, changed: Mapping[str, Any]) -> None:
        """Refuse to put a collection into itself."""
        entry, parent = self._described.entry, changed.get("parent_id")
        if entry.kind is EntryKind.COLLECTION and parent is not None:
            above = hierarchy.above([parent.id])[parent.id]
            if entry.id in {one.id for one in above}:
                self.problems.messages["parent"] = _("That collection lies inside this one.")

    def _row(self, table: Table, at: int, row: Row) -> dict[str, Any]:
        found: dict[str, Any] = {ID: int(row[ID]) if row[ID].isascii() and row[ID].isdigit() else None}
        for column in table.columns:
            asked = _asked(row[column.name], row.get(column.name + PICK, ""))
            if column.name == "instrument" and self._is_old_spelling(row):
                found[column.name] = None
            else:
                found[column.name] = self._value(
                    column, table.posted(column), field_id(table, at, column), asked
                )
        return found

    def _is_old_spelling(self, row: Row) -> bool:
        """Say whether an instrument is one that no list knows, as the source wrote it."""
        return any(
            str(credit.id) == row[ID]
            and credit.instrument is None
            and credit.instrument_text == row["instrument"]
            for credit in self._described.people
            if row["instrument"]
        )

    def _value(self, one: Field, posted: str, name: str, asked: Asked) -> Any:
        try:
            found = self._picked(one, asked) if one.is_pick else self._typed(one, posted, asked.text)
        except Unreadable as wrong:
            self.problems.add(name, wrong)
            return None
        if isinstance(found, Unclear):
            self.problems.add(name, found)
            return None
        return found

    def _typed(self, one: Field, posted: str, text: str) -> Any:
        if one.control is Control.CHECK:
            return bool(text)
        if one.control is Control.CHOICE and text and text in self._now.get(posted, ()):
            return text  # an import may have kept what this list does not offer
        value = typed.read(one, text)
        if value is None and one.control is Control.CHOICE and "" not in dict(one.choices):
            raise Unreadable(_("Choose one of the list."))
        return value

    def _picked(self, one: Field, asked: Asked) -> Any:
        if len(asked.text) > one.longest:
            raise Unreadable(_("At most %(limit)s characters fit here.", limit=one.longest))
        if one.control is Control.AGENT:
            return self._agents[asked]
        if one.control is Control.PLACE:
            return picking.place(asked)
        if one.control is Control.ENTRY:
            return picking.entry(asked, one.of, self._described.entry.id)
        scheme = TermScheme(one.of)
        return picking.term(
            asked, scheme, [word for word in self._described.vocabulary if word.scheme is scheme]
        )

    def _find_agents(self, fields: Sequence[Field], listed: Sequence[Table]) -> dict[Asked, Any]:
        """Find all agents of the form at once."""
        asked = [
            _asked(values.first(self._form, one.name), values.first(self._form, one.name + PICK))
            for one in fields
            if one.control is Control.AGENT
        ]
        for table in listed:
            columns = [column for column in table.columns if column.control is Control.AGENT]
            if columns and self.is_changed(table):
                asked += [
                    _asked(row[column.name], row[column.name + PICK])
                    for row in self._rows[table.name]
                    for column in columns
                ]
        wanted = list(dict.fromkeys(asked))
        return dict(zip(wanted, picking.agents(wanted), strict=True))


def _asked(text: str, pick: str) -> Asked:
    return Asked(text.strip() if "\n" in text else " ".join(text.split()), pick.strip())


def _line(form: Form, name: str) -> str:
    return " ".join(values.first(form, name).split())
