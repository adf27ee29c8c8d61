"""The editor's page: the form as it is or was typed, what is wrong with it, and where one stands in the work list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from archive.language import language
from catalogue import credits, dates
from catalogue.credits import Credit
from catalogue.dates import Note
from catalogue.editing import forms, present, values
from catalogue.editing.fields import Control, Group, single, tables
from catalogue.editing.present import Described
from catalogue.editing.reading import Problems
from catalogue.editing.values import Row, Values
from catalogue.recordings import LineUp, Recording
from catalogue.terms import Term

Form = Mapping[str, Sequence[str]]

_REMARKS = {
    Note.MONTH_FIRST: _l("The month was read first, as the other order has no such month."),
    Note.DAY_FIRST: _l("The day was read first."),
    Note.SEASON: _l("It may also mean years: write both in four figures then."),
    Note.DECADE: _l("Read as ten years, not as a century."),
    Note.UNDATED: _l("It will be found under undated."),
    Note.NO_YEAR: _l("There is no year in it. It is kept as you write it."),
    Note.NO_SUCH_DAY: _l("There is no such day. It is kept as you write it."),
    Note.TWO_DIGIT_YEAR: _l("Write the year in four figures, or it cannot be found by year."),
    Note.BACKWARDS: _l("It ends before it begins. It is kept as you write it."),
    Note.NOT_UNDERSTOOD: _l("Not understood. It is kept as you write it, and found under undated."),
}


@dataclass(frozen=True)
class Understood:
    """How a date was understood, in words; `remark` says what was assumed, or why it was not."""

    words: str
    remark: str


@dataclass(frozen=True)
class Page:
    """What the template needs to show a form; `filled` counts by group what is in it."""

    groups: Sequence[Group]
    form: Form
    rows: dict[str, list[Row]]
    problems: Problems
    understood: dict[str, Understood]
    filled: dict[str, int]
    open_groups: frozenset[str]
    words: dict[str, list[Term]]  # by vocabulary
    inherited: list[Credit]  # the line-up of the session, where it is the recording's too


def make(described: Described, form: Form, problems: Problems) -> Page:
    """Make the page of a form."""
    groups = forms.groups_of(described.entry.kind)
    rows = {table.name: values.rows(form, table) for table in tables(groups)}
    wrong = frozenset(group.name for group in groups if _is_wrong(group, problems))
    return Page(
        groups=groups,
        form=form,
        rows=rows,
        problems=problems,
        understood=_understood(groups, form),
        filled={group.name: _filled(group, form, rows) for group in groups},
        open_groups=wrong | {group.name for group in groups if group.is_open},
        words=_words(groups, described),
        inherited=_inherited(described, form),
    )


def understand(text: str, lang: str) -> Understood | None:
    """Say how a date is understood; None for no text."""
    if not text.strip():
        return None
    reading = dates.read(text)
    words = dates.show(reading, lang) if reading.edtf else ""
    return Understood(words, str(_REMARKS.get(reading.note, "")) if reading.note else "")


def with_line_up_of_session(described: Described, form: Form) -> Values:
    """Copy the line-up of the session into a recording's form, to be changed there; it is then complete by itself."""
    changed = {name: list(texts) for name, texts in form.items()}
    table = next(table for table in tables(forms.groups_of(described.entry.kind)) if table.name == "people")
    part = described.part
    people = credits.of(part.session_id)[part.session_id] if part is not None and part.session_id else []
    copied = present.people_rows(table, people, with_ids=False)
    own = [row | {values.KEY: ""} for row in values.rows(form, table)]
    changed |= values.of_rows(table, [*copied, *own])
    changed["lineup"] = [LineUp.OWN.value]
    return changed


def _understood(groups: Sequence[Group], form: Form) -> dict[str, Understood]:
    found = {}
    for one in single(groups):
        if one.control in (Control.DATE, Control.EDTF):
            said = understand(values.first(form, one.name), language())
            if said is not None:
                found[one.name] = said
    return found


def _filled(group: Group, form: Form, rows: Mapping[str, list[Row]]) -> int:
    return sum(1 for one in group.every if values.first(form, one.name)) + sum(
        len(rows[table.name]) for table in group.tables
    )


def _is_wrong(group: Group, problems: Problems) -> bool:
    names = {one.name for one in group.every} | {table.name for table in group.tables}
    return any(name.partition("-")[0] in names for name in problems.messages)


def _words(groups: Sequence[Group], described: Described) -> dict[str, list[Term]]:
    """List the words that fields offer, by vocabulary, in the order of the alphabet."""
    columns = [column for table in tables(groups) for column in table.columns]
    schemes = {one.of for one in (*single(groups), *columns) if one.control is Control.TERM}
    found: dict[str, list[Term]] = {scheme: [] for scheme in schemes}
    for word in sorted(described.vocabulary, key=lambda word: word.label(language()).casefold()):
        if word.scheme.value in found:
            found[word.scheme.value].append(word)
    return found


def _inherited(described: Described, form: Form) -> list[Credit]:
    part = described.part
    if (
        not isinstance(part, Recording)
        or part.session_id is None
        or values.first(form, "lineup") != "session"
    ):
        return []
    return credits.of(part.session_id)[part.session_id]
