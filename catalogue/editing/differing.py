"""How a form differs from what an entry says: for a last look before publishing, and when somebody else has saved in
the meantime.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue import word_difference
from catalogue.editing import forms, values
from catalogue.editing.fields import Control, Field, Table
from catalogue.editing.values import Values
from catalogue.entries import EntryKind
from catalogue.pages import changes
from catalogue.pages.changes import Change

MINE, THEIRS = "mine", "theirs"

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Clash:
    """One part that says different things in two forms; `suggested` is whose, where only one of them changed it."""

    name: str
    label: str
    mine: list[str]
    theirs: list[str]
    suggested: str


def differences(before: Form, after: Form, kind: EntryKind) -> list[Change]:
    """List what becomes different, in the order of the form."""
    return [
        _change(part, lines(before, part), lines(after, part))
        for part in values.parts(forms.groups_of(kind))
        if not values.is_same(before, after, part)
    ]


def clashes(mine: Form, theirs: Form, kind: EntryKind) -> list[Clash]:
    """List what somebody typed that is not what the entry says by now."""
    seen = _seen(mine)
    found = []
    for part in _sent(mine, kind):
        if not values.is_same(mine, theirs, part):
            is_mine, is_theirs = values.differs(mine, part, seen), values.differs(theirs, part, seen)
            suggested = "" if is_mine and is_theirs else MINE if is_mine else THEIRS
            label = str(part.label)
            found.append(Clash(part.name, label, lines(mine, part), lines(theirs, part), suggested))
    return found


def settle(mine: Form, theirs: Form, kind: EntryKind, choices: Mapping[str, str]) -> Values | None:
    """Make one form of two by what was chosen for each part; None while a choice is missing."""
    settled = {name: list(texts) for name, texts in mine.items()}
    parts = {part.name: part for part in values.parts(forms.groups_of(kind))}
    for clash in clashes(mine, theirs, kind):
        choice = choices.get(clash.name) or clash.suggested
        if choice not in (MINE, THEIRS):
            return None
        if choice == THEIRS:
            for name in values.names(parts[clash.name]):
                settled[name] = list(theirs.get(name, ()))
    return settled


def settle_alone(mine: Form, theirs: Form, kind: EntryKind) -> Values | None:
    """Return a form that overwrites nothing of anybody else's, though they saved; None if it would."""
    if any(clash.suggested != MINE for clash in clashes(mine, theirs, kind)):
        return None
    return {name: list(texts) for name, texts in mine.items()}


def lines(form: Form, part: Field | Table) -> list[str]:
    """Say in lines what a form says of a part, as people read it."""
    if isinstance(part, Table):
        return [_line(part, row) for row in values.said(form, part)]
    return [_shown(part, line) for row in values.said(form, part) for line in row[0].split("\n") if line]


def _line(table: Table, row: Sequence[str]) -> str:
    shown = (_shown(column, text) for column, text in zip(table.columns, row, strict=True))
    return ", ".join(text for text in shown if text)


def _shown(one: Field, text: str) -> str:
    if one.control is Control.CHECK:
        return str(one.label).lower() if text else ""
    return str(dict(one.choices).get(text, text)) if one.control is Control.CHOICE else text


def _change(part: Field | Table, before: list[str], after: list[str]) -> Change:
    label = str(part.label)
    if isinstance(part, Table):
        gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
        return Change(label, is_list=True, gone=tuple(gone.elements()), new=tuple(new.elements()))
    first, second = "\n".join(before), "\n".join(after)
    is_long = bool(first and second) and max(len(first), len(second)) > changes.LONG
    pieces = tuple(word_difference.compare(first, second)) if is_long else ()
    return Change(label, before=first, after=second, pieces=pieces)


def _sent(form: Form, kind: EntryKind) -> list[Field | Table]:
    parts = values.parts(forms.groups_of(kind))
    return [part for part in parts if any(name in form for name in values.names(part))]


def _seen(form: Form) -> Mapping[str, str]:
    try:
        found = json.loads(values.first(form, "seen") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
