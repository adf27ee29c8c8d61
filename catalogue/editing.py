"""What staff change on an entry: read from a form into typed values, then applied in one go. Nothing is
applied when anything is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import gettext as _

from catalogue import agents, credits, dates, entries
from catalogue.agents import AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Entry

MAX_TITLE = 500
MAX_TEXT = 20_000
MAX_PEOPLE = 300


class Form(Protocol):
    """What a posted form offers (werkzeug's MultiDict)."""

    def get(self, key: str, default: str) -> str:
        """Return the first value of a field."""

    def getlist(self, key: str) -> Sequence[str]:
        """Return all values of a field."""


@dataclass(frozen=True)
class PersonRow:
    """One line of the people on the form; `credit_id` is the credit it was, if any."""

    credit_id: int | None
    name: str
    role: Role
    instrument_id: int | None
    leader: bool


@dataclass(frozen=True)
class Change:
    """All that the form says."""

    title: str
    date_text: str | None
    description_nl: str | None
    description_en: str | None
    people: tuple[PersonRow, ...]
    comment: str
    seen_version: int


def read(form: Form, instrument_ids: frozenset[int]) -> tuple[Change, dict[str, str]]:
    """Read a form; return what it says and what is wrong with it (field -> message)."""
    errors: dict[str, str] = {}
    title = " ".join(form.get("title", "").split())
    if not title:
        errors["title"] = _("Every entry has a title. Put one you made up yourself in square brackets.")
    elif len(title) > MAX_TITLE:
        errors["title"] = _("A title has at most %(limit)s characters.", limit=MAX_TITLE)
    texts = {
        name: form.get(name, "").strip().replace("\r\n", "\n")
        for name in ("description_nl", "description_en")
    }
    for name, text in texts.items():
        if len(text) > MAX_TEXT:
            errors[name] = _("A description has at most %(limit)s characters.", limit=MAX_TEXT)
    version = form.get("version", "")
    change = Change(
        title=title,
        date_text=form.get("date", "").strip() or None,
        description_nl=texts["description_nl"] or None,
        description_en=texts["description_en"] or None,
        people=tuple(_people(form, instrument_ids, errors)),
        comment=" ".join(form.get("comment", "").split())[:MAX_TITLE],
        seen_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1,
    )
    return change, errors


def apply(entry: Entry, change: Change, account_id: int) -> None:
    """Apply a change and save; raise Refused when somebody else saved in the meantime (nothing is changed
    then).
    """
    entries.require_version(entry, change.seen_version)
    entry.title = change.title
    entry.description_nl, entry.description_en = change.description_nl, change.description_en
    if change.date_text != entry.date_text:
        entries.set_date(entry, change.date_text)
    credits.replace(entry.id, _as_credits(entry, change.people))
    entries.save(entry, account_id, change.comment)


def understood(text: str | None, lang: str) -> str | None:
    """Say in words how a date was understood, or None when it was not."""
    if not text:
        return None
    reading = dates.read(text)
    return dates.show(reading, lang) if reading.edtf else None


def _people(form: Form, instrument_ids: frozenset[int], errors: dict[str, str]) -> list[PersonRow]:
    names = form.getlist("person_name")
    if len(names) > MAX_PEOPLE:
        errors["people"] = _("An entry has at most %(limit)s people.", limit=MAX_PEOPLE)
        return []
    columns = {name: form.getlist(f"person_{name}") for name in ("credit", "role", "instrument")}
    leaders = set(form.getlist("person_leader"))
    rows = []
    for at, name in enumerate(names):
        values = {key: column[at] if at < len(column) else "" for key, column in columns.items()}
        row = _person(" ".join(name.split()), values, str(at) in leaders, instrument_ids)
        if row is not None:
            rows.append(row)
    return rows


def _person(
    name: str, values: Mapping[str, str], leader: bool, instrument_ids: frozenset[int]
) -> PersonRow | None:
    instrument_id = _number(values["instrument"])
    if instrument_id not in instrument_ids:
        instrument_id = None
    if not name and instrument_id is None:
        return None  # an empty line: somebody taken off, or a line nobody used
    role = Role(values["role"]) if values["role"] in {role.value for role in Role} else Role.PERFORMER
    return PersonRow(_number(values["credit"]), name, role, instrument_id, leader)


def _as_credits(entry: Entry, people: Sequence[PersonRow]) -> list[Credit]:
    """Turn the lines into credits; a line whose name was left alone keeps its person, spelling and
    certainty.
    """
    before = {credit.id: credit for credit in credits.of(entry.id)[entry.id]}
    made = []
    for row in people:
        old = before.get(row.credit_id) if row.credit_id is not None else None
        kept = old is not None and old.agent is not None and old.agent.name == row.name
        agent = (
            old.agent if kept and old else (agents.ensure(AgentKind.PERSON, row.name) if row.name else None)
        )
        made.append(
            Credit(
                agent_id=agent.id if agent else None,
                role=row.role,
                instrument_id=row.instrument_id,
                instrument_text=old.instrument_text
                if old and old.instrument_id == row.instrument_id
                else None,
                leader=row.leader,
                credited_as=old.credited_as if kept and old else None,
                certainty=old.certainty if kept and old else Certainty.CERTAIN,
                region=old.region if kept and old else None,
            )
        )
    return made


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
