"""Files on their way in: sent in pieces to an entry, then looked at by a job, and accepted, refused or set aside.

A piece may be sent again and a file may be begun again: what lies on the disk says how far it is. A file that
claims to be of a good kind and cannot be opened is set aside with the reason until somebody has looked at it.
"""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import IO, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, jobs
from archive.accounts import Account
from archive.assets import Asset
from archive.config import current
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused, Unavailable
from catalogue.entries import Entry

TAKE_IN = "arrivals.take_in"
PIECE = 1 << 20  # bytes that are sent at once
KEPT_BEGUN = timedelta(days=3)  # a file of which no more came
KEPT_TOLD = timedelta(days=30)  # the line that says what became of one
MAX_NAME = 250
SPARE = 256 << 20  # bytes that must stay free on the disk


class ArrivalState(str, Enum):
    """How far a file is."""

    ARRIVING = "arriving"  # more of it is to come
    WAITING = "waiting"  # all here; a job looks at it
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # the vault has these bytes already
    REFUSED = "refused"  # not a file that can be taken; nothing of it was kept
    QUARANTINED = "quarantined"  # could not be opened; kept until somebody has looked


class Arrival(Model):
    """One file that was sent, or is being sent, to an entry."""

    __table_args__ = (
        CheckConstraint("size > 0", "is_not_empty"),
        Index(None, "entry_id", "state"),
        Index(None, "state", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)  # names it in addresses and on the disk
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    filename: Mapped[str]  # as the sender calls it
    size: Mapped[int]  # bytes, as announced
    state: Mapped[ArrivalState] = mapped_column(enum_column(ArrivalState))
    sha256: Mapped[str | None]
    reason: Mapped[str | None]  # why it was refused or set aside: a sentence with gaps for `details`
    details: Mapped[dict[str, Any] | None]
    asset_id: Mapped[int | None] = mapped_column(
        ForeignKey("asset.id"), index=True
    )  # what it became, or is already
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()
    account: Mapped[Account] = relationship()
    asset: Mapped[Asset | None] = relationship()

    @property
    def is_under_way(self) -> bool:
        """Whether the answer is still to come."""
        return self.state is ArrivalState.WAITING

    def sentence(self) -> str:
        """Say why it was not taken, in the reader's language; "" when it was."""
        return Invalid(self.reason, **(self.details or {})).sentence() if self.reason else ""


def announce(entry: Entry, account_id: int, filename: str, size: int, moment: datetime) -> Arrival:
    """Begin a file, or go on with the same one that the sender had begun.

    Raise Invalid for an empty or too large file, Unavailable when the disk has no room for it.
    """
    name = clean_name(filename)
    _check_size(size)
    known = db.session.scalar(
        select(Arrival).where(
            Arrival.entry_id == entry.id,
            Arrival.account_id == account_id,
            Arrival.state == ArrivalState.ARRIVING,
            Arrival.filename == name,
            Arrival.size == size,
        )
    )
    if known is not None:
        return known
    arrival = Arrival(
        token=secrets.token_urlsafe(16),
        entry_id=entry.id,
        account_id=account_id,
        filename=name,
        size=size,
        state=ArrivalState.ARRIVING,
        created_at=moment,
        updated_at=moment,
    )
    db.session.add(arrival)
    db.session.flush()
    return arrival


def clean_name(filename: str) -> str:
    """Return the last part of a name without signs that do not print; a name is shown, never used as a path."""
    name = "".join(sign for sign in filename.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    return name.strip()[-MAX_NAME:] or "file"


def received(arrival: Arrival) -> int:
    """Count the bytes that are here."""
    try:
        return path_of(arrival).stat().st_size
    except FileNotFoundError:
        return 0


def append(arrival: Arrival, offset: int, piece: bytes, moment: datetime) -> int:
    """Add a piece that begins at `offset` and return how much is here; with the last one the file waits its turn.

    Raise Refused with `received` when the piece does not join on or would make the file too long.
    """
    if arrival.state is not ArrivalState.ARRIVING:
        raise Refused("This file is complete already. Reload the page to see what became of it.")
    path = path_of(arrival)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        here = _join_on(path, offset, piece, arrival.size)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise _no_room() from error
    arrival.updated_at = moment
    if here == arrival.size:
        wait(arrival, moment)
    return here


def _join_on(path: Path, offset: int, piece: bytes, most: int) -> int:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two tabs may send the same piece
        here = file.seek(0, 2)
        if offset != here or here + len(piece) > most:
            raise Refused("This piece does not join on to what is here. Send the file again.", received=here)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return here + len(piece)


def receive(entry: Entry, account_id: int, filename: str, source: IO[bytes], moment: datetime) -> Arrival:
    """Take a file that came in one go; raise as `announce` does."""
    size = source.seek(0, 2)
    source.seek(0)
    arrival = announce(entry, account_id, filename, size, moment)
    path_of(arrival).unlink(missing_ok=True)
    offset = 0
    while piece := source.read(PIECE):
        offset = append(arrival, offset, piece, moment)
    return arrival


def wait(arrival: Arrival, moment: datetime) -> None:
    """Let a complete file be looked at."""
    arrival.state, arrival.updated_at = ArrivalState.WAITING, moment
    arrival.reason = arrival.details = None
    db.session.flush()
    jobs.enqueue(TAKE_IN, {"arrival_id": arrival.id})


def find(token: str) -> Arrival:
    """Get an arrival by its token; raise NotFound."""
    arrival = db.session.scalar(select(Arrival).where(Arrival.token == token))
    if arrival is None:
        raise NotFound("This file is not here any more. Send it again.")
    return arrival


def of_entry(entry_id: int) -> list[Arrival]:
    """Return what was sent to an entry and is not an accepted file yet, newest first."""
    shown = select(Arrival).where(Arrival.entry_id == entry_id, Arrival.state != ArrivalState.ACCEPTED)
    return list(db.session.scalars(shown.order_by(Arrival.id.desc()).limit(200)))


def quarantined() -> list[Arrival]:
    """Return what was set aside, newest first."""
    shown = select(Arrival).where(Arrival.state == ArrivalState.QUARANTINED)
    return list(db.session.scalars(shown.order_by(Arrival.id.desc()).limit(500)))


def remove(arrival: Arrival, account_id: int) -> None:
    """Forget an arrival and what was kept of it; raise Refused while it is being looked at."""
    if arrival.is_under_way:
        raise Refused("This file is being looked at. Wait a moment and try again.")
    path_of(arrival).unlink(missing_ok=True)
    audit.record(
        "arrival.removed",
        "entry",
        arrival.entry.pid,
        account_id,
        file=arrival.filename,
        state=arrival.state.value,
    )
    db.session.delete(arrival)
    db.session.flush()


def path_of(arrival: Arrival) -> Path:
    """Return where its bytes lie until they are in the vault."""
    return folder() / arrival.token


def folder() -> Path:
    """Return the folder of files on their way in."""
    return current().data_dir / "incoming"


def overdue(moment: datetime) -> Iterator[Arrival]:
    """Give the arrivals of which no more came, and those whose outcome has been told long enough."""
    begun = (Arrival.state == ArrivalState.ARRIVING) & (Arrival.updated_at < moment - KEPT_BEGUN)
    over = Arrival.state.in_([ArrivalState.ACCEPTED, ArrivalState.DUPLICATE, ArrivalState.REFUSED])
    told = over & (Arrival.updated_at < moment - KEPT_TOLD)
    yield from db.session.scalars(select(Arrival).where(begun | told))


def is_known(token: str) -> bool:
    """Say whether there is such an arrival."""
    return db.session.scalar(select(Arrival.id).where(Arrival.token == token)) is not None


def _check_size(size: int) -> None:
    most = current().max_upload_mb
    if size <= 0:
        raise Invalid("This file is empty. Send it again.")
    if size > most << 20:
        raise Invalid(
            "This file is larger than %(limit)s MB. Ask the administrator to bring it in.", limit=most
        )
    where = current().data_dir
    if shutil.disk_usage(where).free < 2 * size + SPARE:  # once here, once in the vault
        raise _no_room()


def _no_room() -> Unavailable:
    return Unavailable("The disk has no room for this file. Tell the administrator.")
