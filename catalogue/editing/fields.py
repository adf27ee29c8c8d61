"""The fields of the editor: what they are called, how they are typed, and where in the model they belong.

A field is typed as one text; a pick is a text with, beside it, the thing that was chosen; a table has a row of fields
for each person, identifier, carrier and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

MAX_ROWS = 300  # of a table


class Control(str, Enum):
    """How a field is typed."""

    LINE = "line"
    AREA = "area"
    DATE = "date"  # as the source writes it
    EDTF = "edtf"  # a date of which only what was understood is kept
    DAY = "day"
    NUMBER = "number"
    DURATION = "duration"
    CHOICE = "choice"
    CHECK = "check"  # in tables only
    REGION = "region"  # x, y, width, height in percent
    AGENT = "agent"  # picks, from here on
    PLACE = "place"
    ENTRY = "entry"
    TERM = "term"


PICKS = frozenset({Control.AGENT, Control.PLACE, Control.ENTRY, Control.TERM})


@dataclass(frozen=True)
class Field:
    """One field; `label` and `hint` are translated when they are shown."""

    name: str
    label: Any
    control: Control = Control.LINE
    hint: Any = None
    longest: int = 500  # characters
    choices: tuple[tuple[str, Any], ...] = ()  # value and label
    is_required: bool = False
    of: str = ""  # of a pick: the kind of entry, or the vocabulary
    column: str = ""  # in the model, where it is not the name
    lang: str | None = None  # of what is typed
    width: int = 1  # of a column, in twelfths of the line

    @property
    def is_pick(self) -> bool:
        """Whether a thing is chosen."""
        return self.control in PICKS

    @property
    def target(self) -> str:
        """The column that it sets."""
        return self.column or (f"{self.name}_id" if self.is_pick else self.name)


@dataclass(frozen=True)
class Table:
    """Rows of fields. `spare` empty rows stand at the end."""

    name: str
    label: Any
    columns: tuple[Field, ...]
    hint: Any = None
    spare: int = 2
    keys: tuple[str, ...] = ()  # a row is empty when all of these are

    @property
    def is_stacked(self) -> bool:
        """Whether a row takes several lines."""
        return sum(column.width for column in self.columns) > 12

    def posted(self, column: Field) -> str:
        """The name under which a column is sent."""
        return f"{self.name}.{column.name}"

    def is_empty(self, row: dict[str, str]) -> bool:
        """Whether nobody has typed anything in a row."""
        return not any(row.get(key, "").strip() for key in self.keys)


@dataclass(frozen=True)
class Group:
    """Fields that fold together."""

    name: str
    label: Any
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    part_fields: tuple[Field, ...] = ()  # of the subtype's own table
    is_open: bool = False

    @property
    def every(self) -> tuple[Field, ...]:
        """All its single fields."""
        return (*self.part_fields, *self.fields)


Groups = Sequence[Group]


def translated(group: Group) -> Group:
    """Return a group with all its words in the language of the request."""
    return replace(
        group,
        label=str(group.label),
        fields=tuple(map(_translated, group.fields)),
        part_fields=tuple(map(_translated, group.part_fields)),
        tables=tuple(
            replace(
                table,
                label=str(table.label),
                hint=_text(table.hint),
                columns=tuple(map(_translated, table.columns)),
            )
            for table in group.tables
        ),
    )


def single(groups: Groups) -> list[Field]:
    """List the single fields of some groups."""
    return [field for group in groups for field in group.every]


def tables(groups: Groups) -> list[Table]:
    """List the tables of some groups."""
    return [table for group in groups for table in group.tables]


def _translated(one: Field) -> Field:
    choices = tuple((value, str(label)) for value, label in one.choices)
    return replace(one, label=str(one.label), hint=_text(one.hint), choices=choices)


def _text(words: Any) -> str | None:
    return None if words is None else str(words)
