"""Entries: the spine of the catalogue. Everything with a public page that describes content or holdings is
a row here; the subtypes add what is theirs.

`save` is the one door for changes: it counts versions, keeps history and audit, and queues the entry for
the index.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, clock
from archive.audit import Action
from archive.config import current
from archive.db import Model, db, enum_column
from archive.errors import Gone, NotFound, Refused
from catalogue import dates, outbox, pids, redirects, revisions
from catalogue.places import Place


class EntryKind(str, Enum):
    """What an entry describes."""

    COLLECTION = "collection"
    SESSION = "session"
    RECORDING = "recording"
    IMAGE = "image"
    WORK = "work"
    RELEASE = "release"
    PERFORMANCE = "performance"


class Status(str, Enum):
    """How far an entry is on its way to the public."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.REVIEW, Status.PUBLISHED}),
    Status.REVIEW: frozenset({Status.DRAFT, Status.PUBLISHED}),
    Status.PUBLISHED: frozenset({Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset({Status.PUBLISHED}),
}


class Reuse(str, Enum):
    """What one may do with an entry, in one word; licensing decides (see `licensing.rights`)."""

    DIRECT = "direct"
    ON_REQUEST = "on_request"
    LISTEN_ONLY = "listen_only"
    NONE = "none"


# What a use can be licensed of; of the others the word means nothing.
LICENSABLE = frozenset({EntryKind.RECORDING, EntryKind.IMAGE})


class Access(str, Enum):
    """How much of the files everybody gets."""

    OPEN = "open"
    PREVIEW = "preview"
    ON_SITE = "on_site"
    CLOSED = "closed"


class Entry(Model):
    """One described thing."""

    __table_args__ = (
        CheckConstraint("date_lo IS NULL OR date_hi IS NULL OR date_lo <= date_hi", "dates_in_order"),
        CheckConstraint("price_from_minor IS NULL OR price_from_minor > 0", "price_is_positive"),
        CheckConstraint("status != 'published' OR first_public_at IS NOT NULL", "published_once"),
        CheckConstraint("merged_into_id != id", "merged_into_another"),
        CheckConstraint("merged_into_id IS NULL OR status = 'withdrawn'", "withdrawn_when_merged"),
        Index(None, "status", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind))
    title: Mapped[str]
    title_lang: Mapped[str | None]
    alt_titles: Mapped[list[Any]] = mapped_column(JSON, default=list)  # {text, lang, kind}
    description_nl: Mapped[str | None]
    description_en: Mapped[str | None]
    date_text: Mapped[str | None]  # as the source writes it
    date_edtf: Mapped[str | None]
    date_lo: Mapped[int | None]  # yyyymmdd, computed from date_edtf; None is open
    date_hi: Mapped[int | None]
    language: Mapped[str | None]  # of what is said or sung
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)  # archival hierarchy
    level: Mapped[str | None]  # fonds, series, file or item, of a collection
    shelfmark: Mapped[str | None] = mapped_column(index=True)
    extent: Mapped[str | None]  # how much a collection holds, in words
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    rights_uri: Mapped[str | None]  # RightsStatements.org or Creative Commons; set by licensing
    reuse: Mapped[Reuse] = mapped_column(enum_column(Reuse), default=Reuse.ON_REQUEST)  # set by licensing
    price_from_minor: Mapped[
        int | None
    ]  # lowest price in minor units of the rate card's currency; set by licensing
    credit_line: Mapped[str | None]
    access: Mapped[Access] = mapped_column(enum_column(Access), default=Access.PREVIEW)
    embargo_until: Mapped[date | None]
    status: Mapped[Status] = mapped_column(enum_column(Status), default=Status.DRAFT)
    withdrawn_reason: Mapped[str | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)  # made up, to show how the site works
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    first_public_at: Mapped[datetime | None] = mapped_column(index=True)
    public_at: Mapped[datetime | None]  # last change that the public can see

    parent: Mapped["Entry | None"] = relationship(remote_side="Entry.id", foreign_keys=[parent_id])
    place: Mapped[Place | None] = relationship()

    @property
    def shown_reuse(self) -> Reuse | None:
        """What one may do with it; None where that is no question: a session or a collection is not licensed."""
        return self.reuse if self.kind in LICENSABLE else None

    def description(self, lang: str) -> tuple[str, str] | None:
        """Return (text, its language): in the language asked for, else in the other one, else None."""
        texts = {"nl": self.description_nl, "en": self.description_en}
        other = "en" if lang == "nl" else "nl"
        return next(((text, code) for code in (lang, other) if (text := texts[code])), None)


def add(kind: EntryKind, title: str, moment: datetime, *, pid: str | None = None, **fields: Any) -> Entry:
    """Add a draft; call `save` when it is complete."""
    entry = Entry(
        pid=pid or pids.mint(current().naan, pids.SHOULDER),
        kind=kind,
        title=title,
        created_at=moment,
        updated_at=moment,
        status=Status.DRAFT,
        reuse=Reuse.ON_REQUEST,
        **fields,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def set_date(entry: Entry, text: str | None) -> None:
    """Keep the date as written and, beside it, what was understood."""
    reading = dates.read(text) if text else None
    entry.date_text = text or None
    entry.date_edtf = reading.edtf if reading else None
    entry.date_lo = reading.lo if reading else None
    entry.date_hi = reading.hi if reading else None


def require_version(entry: Entry, seen_version: int) -> None:
    """Raise Refused when somebody else has saved the entry since `seen_version`, Moved when it was merged; ask
    before changing anything.
    """
    redirects.require_unmerged(entry)
    if seen_version != entry.version:
        raise Refused(
            "Somebody else has saved this entry in the meantime. Compare with the present text and save again."
        )


def save(entry: Entry, account_id: int | None, comment: str = "") -> None:
    """Finish a change: version, history, audit, index."""
    save_all([entry], account_id, comment)


def save_all(changed: Sequence[Entry], account_id: int | None, comment: str = "") -> None:
    """Finish the changes of several entries as `save` does, in a few statements for all of them."""
    moment = clock.now()
    for entry in changed:
        entry.version += 1
        entry.updated_at = moment
        if entry.status in (Status.PUBLISHED, Status.WITHDRAWN):
            entry.public_at = moment
    db.session.flush()
    revisions.keep(changed, account_id, comment, moment)
    audit.record_all([_was_saved(entry, account_id, comment) for entry in changed])
    outbox.add_several([entry.id for entry in changed])


def move(entry: Entry, to: Status, account_id: int | None, reason: str = "") -> None:
    """Move an entry to another status; raise Refused for a move that is not allowed, Moved when it was merged."""
    redirects.require_unmerged(entry)
    before = entry.status
    step(entry, to, reason)
    save(entry, account_id, reason)
    audit.record_all([was_moved(entry, before, account_id, reason)])


def step(entry: Entry, to: Status, reason: str = "") -> None:
    """Set an entry to another status without saving it; raise Refused for a move that is not allowed."""
    if to not in MOVES[entry.status]:
        raise Refused(
            "This step cannot be taken from where the entry stands. Look at how it stands now.",
            before=entry.status.value,
            after=to.value,
        )
    if to is Status.WITHDRAWN and not reason.strip():
        raise Refused("Say why the entry is withdrawn; its page will show the reason.")
    entry.status = to
    entry.withdrawn_reason = reason.strip() if to is Status.WITHDRAWN else None
    if to is Status.PUBLISHED and entry.first_public_at is None:
        entry.first_public_at = clock.now()


def was_moved(entry: Entry, before: Status, account_id: int | None, reason: str) -> Action:
    """Say for the audit log that an entry was moved from a status to the one it has."""
    detail = {"before": before.value, "after": entry.status.value, "reason": reason}
    return Action("entry.moved", "entry", entry.pid, account_id, detail)


def _was_saved(entry: Entry, account_id: int | None, comment: str) -> Action:
    detail = {"version": entry.version, "comment": comment}
    return Action("entry.saved", "entry", entry.pid, account_id, detail)


def set_reuse(entry: Entry, reuse: Reuse, rights_uri: str | None, price_from: int | None) -> bool:
    """Take over what licensing decided; say whether it changed anything. Queues the entry for the index if
    so.
    """
    if (entry.reuse, entry.rights_uri, entry.price_from_minor) == (reuse, rights_uri, price_from):
        return False
    entry.reuse, entry.rights_uri, entry.price_from_minor = reuse, rights_uri, price_from
    db.session.flush()
    outbox.add(entry.id)
    return True


def find(pid: str) -> Entry | None:
    """Find an entry by its pid as stored, whatever its status."""
    return db.session.scalar(select(Entry).where(Entry.pid == pid))


def get(pid: str) -> Entry:
    """Get an entry, whatever its status; raise NotFound."""
    entry = find(pid)
    if entry is None:
        raise NotFound("There is no entry with this number. Check the number, or search for a name or title.")
    return entry


def get_public(pid: str, today: date) -> Entry:
    """Get an entry that the public may see; raise NotFound, Moved when it was merged, or Gone with the last
    public title and the reason.
    """
    entry = get(pid)
    redirects.require_unmerged(entry)
    if entry.status is Status.WITHDRAWN and entry.first_public_at is not None:
        raise Gone(
            "This entry has been withdrawn.",
            title=entry.title,
            reason=entry.withdrawn_reason or "",
            pid=entry.pid,
        )
    if not is_public(entry, today):
        raise NotFound("There is no entry with this number. Check the number, or search for a name or title.")
    return entry


def is_public(entry: Entry, today: date) -> bool:
    """Say whether everybody may see the entry today."""
    under_embargo = entry.embargo_until is not None and entry.embargo_until > today
    return entry.status is Status.PUBLISHED and not under_embargo
