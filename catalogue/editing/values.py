"""What a form says: texts by the names of fields, as typed and as an entry's present state would be typed.

Kept as they are in drafts; compared here, so that a space too many is no difference.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalogue.editing.fields import Control, Field, Groups, Table, single, tables

Values = dict[str, list[str]]
Row = dict[str, str]

KEY, ID, PICK = "key", "id", ".pick"  # what rows and picks send along


def first(values: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the text of a single field."""
    found = values.get(name)
    return found[0] if found else ""


def rows(values: Mapping[str, Sequence[str]], table: Table) -> list[Row]:
    """Return the rows of a table that somebody has typed anything in; each field by its name, picks beside."""
    found = []
    for at in range(max((len(values.get(name, ())) for name in _lists(table)), default=0)):
        row = _row(values, table, at)
        if not table.is_empty(row):
            found.append(row)
    return found


def of_rows(table: Table, found: Iterable[Row]) -> Values:
    """Write rows as a form sends them: a list for each column."""
    values: Values = {name: [] for name in _names(table)}
    for at, row in enumerate(found):
        key = row.get(KEY) or str(at)
        for name in _lists(table):
            values[name].append(key if name == f"{table.name}.{KEY}" else row.get(_inside(table, name), ""))
        for column in _checks(table):
            if row.get(column.name):
                values[table.posted(column)].append(key)
    return values


def names(part: Field | Table) -> list[str]:
    """List the names under which a field or table is sent."""
    if isinstance(part, Table):
        return _names(part)
    return [part.name, part.name + PICK] if part.is_pick else [part.name]


def parts(groups: Groups) -> list[Field | Table]:
    """List what is compared as one: each single field, each table."""
    return [*single(groups), *tables(groups)]


def said(values: Mapping[str, Sequence[str]], part: Field | Table) -> list[list[str]]:
    """Return what is said of a part, without what makes no difference: a list of texts for each row."""
    if isinstance(part, Table):
        columns = [column.name for column in part.columns]
        return [[_tidy(row.get(column, "")) for column in columns] for row in rows(values, part)]
    text = _tidy(first(values, part.name))
    return [[text]] if text else []


def is_same(
    one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]], part: Field | Table
) -> bool:
    """Say whether a part says the same in two forms."""
    return said(one, part) == said(other, part) and _picked(one, part) == _picked(other, part)


def digests(values: Mapping[str, Sequence[str]], groups: Groups) -> str:
    """Sum up each part of what an entry said when somebody began to change it; goes along with the form."""
    return json.dumps({part.name: _digest(values, part) for part in parts(groups)})


def differs(values: Mapping[str, Sequence[str]], part: Field | Table, seen: Mapping[str, str]) -> bool:
    """Say whether a part is another than when it was summed up; what was not summed up is taken to be."""
    return seen.get(part.name) != _digest(values, part)


def _digest(values: Mapping[str, Sequence[str]], part: Field | Table) -> str:
    text = json.dumps([said(values, part), _picked(values, part)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _picked(values: Mapping[str, Sequence[str]], part: Field | Table) -> list[str]:
    """Two people of one name are two people."""
    if isinstance(part, Table):
        picks = [column.name + PICK for column in part.columns if column.is_pick]
        return [row.get(pick, "").lstrip("=") for row in rows(values, part) for pick in picks]
    return [first(values, part.name + PICK).lstrip("=")] if part.is_pick and first(values, part.name) else []


def _row(values: Mapping[str, Sequence[str]], table: Table, at: int) -> Row:
    row = {}
    for name in _lists(table):
        column = values.get(name, ())
        row[_inside(table, name)] = column[at] if at < len(column) else ""
    for check in _checks(table):
        row[check.name] = "1" if row[KEY] and row[KEY] in values.get(table.posted(check), ()) else ""
    return row


def _lists(table: Table) -> Iterator[str]:
    """Name what every row sends once."""
    yield f"{table.name}.{KEY}"
    yield f"{table.name}.{ID}"
    for column in table.columns:
        if column.control is not Control.CHECK:
            yield table.posted(column)
            if column.is_pick:
                yield table.posted(column) + PICK


def _checks(table: Table) -> list[Field]:
    return [column for column in table.columns if column.control is Control.CHECK]


def _names(table: Table) -> list[str]:
    return [*_lists(table), *(table.posted(column) for column in _checks(table))]


def _inside(table: Table, name: str) -> str:
    return name.removeprefix(f"{table.name}.")


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
