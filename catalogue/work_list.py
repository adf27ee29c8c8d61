"""The work list of archive staff: what is to be done, by status, and what an entry still lacks before it
can be published.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from archive.db import db
from catalogue import credits, entry_files
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.entry_files import Files
from catalogue.pages import labels

PAGE = 50

# The tabs, in the order in which work flows.
TABS = (Status.REVIEW, Status.DRAFT, Status.PUBLISHED, Status.WITHDRAWN)

STATUSES = {
    Status.DRAFT: _l("Draft"),
    Status.REVIEW: _l("To review"),
    Status.PUBLISHED: _l("Published"),
    Status.WITHDRAWN: _l("Withdrawn"),
}


@dataclass(frozen=True)
class Check:
    """One thing that an entry should have; state is ok, half (good enough to publish) or no."""

    state: str
    text: str


@dataclass(frozen=True)
class Row:
    """One entry in the list with what is shown beside it."""

    entry: Entry
    people: list[Credit]
    files: Files


@dataclass(frozen=True)
class Place:
    """Where somebody stands in the work list. `moment` and `number` are those of the entry when it was opened: saving
    puts it on top, and the way on would be lost.
    """

    status: Status
    words: str
    page: int
    moment: datetime
    number: int

    @property
    def near(self) -> str:
        """Moment and number as an address carries them."""
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1)}-{self.number}"


@dataclass(frozen=True)
class WorkList:
    """One page of a tab."""

    status: Status
    counts: dict[Status, int]
    rows: list[Row]
    page: int
    pages: int
    total: int  # of all pages


def read(status: Status, words: str, page: int) -> WorkList:
    """Return a page of the entries with one status, last changed first; `words` must all be in the title."""
    conditions = wanted(status, words)
    total = db.session.scalar(select(func.count()).select_from(Entry).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    query = (
        select(Entry)
        .options(joinedload(Entry.place))
        .where(*conditions)
        .order_by(Entry.updated_at.desc(), Entry.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    found = list(db.session.scalars(query))
    return WorkList(status, _counts(), _rows(found), page, pages, total)


def place(status: Status, words: str, page: int, near: str, entry: Entry) -> Place:
    """Say where in the list an entry stands; `near` says where it stood when it was opened."""
    moment, _dash, number = near.partition("-")
    if moment.isascii() and moment.isdigit() and len(moment) < 18 and number.isascii() and number.isdigit():
        since = timedelta(microseconds=int(moment))
        return Place(status, words, page, _EPOCH + since, min(int(number[:18]), 10**15))
    return Place(status, words, page, entry.updated_at, entry.id)


def neighbours(place: Place, entry: Entry) -> tuple[str | None, str | None]:
    """Return the pids of the entries before and after an entry in its list."""
    others = select(Entry.pid).where(*wanted(place.status, place.words), Entry.id != entry.id).limit(1)
    same = Entry.updated_at == place.moment
    before = or_(Entry.updated_at > place.moment, and_(same, Entry.id > place.number))
    after = or_(Entry.updated_at < place.moment, and_(same, Entry.id < place.number))
    upwards = others.where(before).order_by(Entry.updated_at, Entry.id)
    downwards = others.where(after).order_by(Entry.updated_at.desc(), Entry.id.desc())
    return db.session.scalar(upwards), db.session.scalar(downwards)


def checks(row: Row, lang: str) -> list[Check]:
    """Say what an entry has and lacks."""
    entry = row.entry
    found = [_check_date(entry), _check_text(entry)]
    if entry.kind in (EntryKind.SESSION, EntryKind.RECORDING):
        found.append(_check_line_up(row.people, lang))
    if entry.kind in (EntryKind.IMAGE, EntryKind.RECORDING):
        has_file = row.files.master is not None
        found.append(
            Check("ok", _("A master file is in the vault"))
            if has_file
            else Check("half", _("No file yet: it can be asked for, not bought"))
        )
    return found


def template_globals() -> dict[str, Callable[[str], str]]:
    """Name what the desk's templates call: the words for kinds, roles and statuses, by their values."""
    return {
        "kind_label": lambda value: str(labels.KINDS[EntryKind(value)]),
        "role_label": lambda value: str(labels.ROLES[Role(value)]),
        "status_label": lambda value: str(STATUSES[Status(value)]),
    }


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wanted(status: Status, words: str) -> list[ColumnElement[bool]]:
    """Say which entries are in the list of a status, if their titles must hold all of `words`. What was merged is no
    work any more.
    """
    in_title = [
        func.lower(Entry.title).contains(word, autoescape=True) for word in words.lower().split()[:10]
    ]
    return [Entry.status == status, Entry.merged_into_id.is_(None), *in_title]


def _counts() -> dict[Status, int]:
    query = select(Entry.status, func.count()).where(Entry.merged_into_id.is_(None)).group_by(Entry.status)
    known = {status: total for status, total in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy
    return {status: known.get(status, 0) for status in TABS}


def _rows(found: list[Entry]) -> list[Row]:
    ids = [entry.id for entry in found]
    people, files = credits.of(*ids), entry_files.of(*ids)
    return [Row(entry, people[entry.id], files[entry.id]) for entry in found]


def _check_date(entry: Entry) -> Check:
    if entry.date_lo is not None or entry.date_hi is not None:
        return Check("ok", _("The date is understood"))
    if entry.date_text:
        return Check("no", _("The date is not understood: %(text)s", text=entry.date_text))
    return Check("half", _("No date: it will be found under undated"))


def _check_text(entry: Entry) -> Check:
    if entry.description_nl and entry.description_en:
        return Check("ok", _("Described in Dutch and English"))
    if entry.description_nl or entry.description_en:
        return Check("half", _("Described in one language"))
    return Check("no", _("No description"))


def _check_line_up(people: list[Credit], lang: str) -> Check:
    unknown = [credit for credit in people if credit.agent is None]
    if unknown:
        what = ", ".join(credit.instrument.label(lang) for credit in unknown if credit.instrument)
        return Check("half", _("Somebody is unknown: %(instruments)s", instruments=what))
    if any(credit.role in (Role.PERFORMER, Role.INTERVIEWEE) for credit in people):
        return Check("ok", _("The line-up is complete"))
    return Check("half", _("No people of its own; a recording takes those of its session"))
