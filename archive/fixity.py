"""Fixity: every file of the vault is read again now and then and compared with what is known of it.

Each run is bounded and begins with the files that were not read for longest. A damage that was not known before is
written down, told to the administrators by mail, and named by /readyz until the file is whole again.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy import func, select

from archive import audit, clock, jobs, mail, storage
from archive.accounts import Account, Role
from archive.assets import Asset, VerifyState
from archive.config import current
from archive.db import db
from archive.transactions import transaction

log = logging.getLogger(__name__)

JOB = "fixity.verify"
NOW_JOB = "fixity.verify_now"
EVERY = timedelta(minutes=10)
AGAIN_AFTER = timedelta(days=30)
MAX_FILES = 500  # of one run
MAX_BYTES = 4 << 30
TOGETHER = 20  # files whose results are written at once
CHUNK = 1 << 20
MAX_NAMED = 50  # files that a mail names

BAD = (VerifyState.MISSING, VerifyState.ALTERED)


@dataclass(frozen=True)
class Found:
    """What reading one file found."""

    asset_id: int
    key: str
    filename: str
    before: VerifyState | None
    state: VerifyState

    @property
    def is_news(self) -> bool:
        """Whether this is a damage that was not known."""
        return self.state in BAD and self.before not in BAD


@dataclass(frozen=True)
class Figures:
    """How the vault stands."""

    files: int
    size: int  # bytes
    never: int  # files not read again yet
    bad: int
    oldest: datetime | None  # when the file was read that was not read for longest


def verify_some(payload: dict[str, Any]) -> None:
    """Read the files that are due, a bounded number of them (job)."""
    verify(due(clock.now()), job_id=payload.get("job_id"))


def verify_now(payload: dict[str, Any]) -> None:
    """Read the named files again, then what is due (job)."""
    verify([*payload["asset_ids"], *due(clock.now())], job_id=payload["job_id"])


def verify(asset_ids: Iterable[int], *, job_id: int | None = None) -> list[Found]:
    """Read files again, write down what is found, tell the administrators of what is newly damaged; return the bad."""
    bad: list[Found] = []
    news: list[Found] = []
    for part in _parts(asset_ids):
        found = [each for asset_id in part if (each := check(asset_id)) is not None]
        with transaction():
            _write_down(found, clock.now())
            if job_id is not None:
                jobs.extend_lease(job_id)
        bad += [each for each in found if each.state in BAD]
        news += [each for each in found if each.is_news]
    if news:
        with transaction():
            _alarm(news)
    return bad


def due(moment: datetime) -> list[int]:
    """Return the files to read now: never read or longest ago first, no more than one run may read."""
    wanted = (
        select(Asset.id, Asset.size)
        .where(Asset.verified_at.is_(None) | (Asset.verified_at < moment - AGAIN_AFTER))
        .order_by(Asset.verified_at.is_not(None), Asset.verified_at, Asset.id)
        .limit(MAX_FILES)
    )
    chosen: list[int] = []
    size = 0
    for asset_id, bytes_of_it in db.session.execute(wanted):
        size += bytes_of_it
        if chosen and size > MAX_BYTES:
            break
        chosen.append(asset_id)
    return chosen


def everything() -> list[int]:
    """Return all files, those not read for longest first."""
    wanted = select(Asset.id).order_by(Asset.verified_at.is_not(None), Asset.verified_at, Asset.id)
    return list(db.session.scalars(wanted))


def check(asset_id: int) -> Found | None:
    """Read one file and compare it with its row; None when the row is gone."""
    asset = db.session.get(Asset, asset_id)
    if asset is None:
        return None
    key, filename, sha256, before = asset.storage_key, asset.filename, asset.sha256, asset.verify_state
    db.session.rollback()
    try:
        with storage.vault().open(key) as file:
            state = VerifyState.OK if _digest(file) == sha256 else VerifyState.ALTERED
    except OSError:
        # Gone, or on a part of the disk that cannot be read: either way the bytes are not to be had.
        state = VerifyState.MISSING
    return Found(asset_id, key, filename, before, state)


def strays() -> Iterator[str]:
    """Give the keys of files that no row of any table speaks of."""
    columns = [table.c.storage_key for table in db.metadata.tables.values() if "storage_key" in table.c]
    known = {key for column in columns for key in db.session.scalars(select(column))}
    there = storage.vault().keys()
    yield from (key for key in there if key not in known)


def figures() -> Figures:
    """Count the files and how they were found."""
    row = db.session.execute(
        select(
            func.count(Asset.id),
            func.coalesce(func.sum(Asset.size), 0),
            func.count(Asset.id).filter(Asset.verified_at.is_(None)),
            func.count(Asset.id).filter(Asset.verify_state.in_(BAD)),
            func.min(Asset.verified_at),
        )
    ).one()
    return Figures(*row)


def damaged() -> list[Asset]:
    """Return the files that were found missing or altered."""
    wanted = select(Asset).where(Asset.verify_state.in_(BAD)).order_by(Asset.id).limit(500)
    return list(db.session.scalars(wanted))


def is_whole() -> bool:
    """Say whether no file is known to be damaged."""
    return db.session.scalar(select(Asset.id).where(Asset.verify_state.in_(BAD)).limit(1)) is None


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _parts(asset_ids: Iterable[int]) -> Iterator[list[int]]:
    part: list[int] = []
    for asset_id in asset_ids:
        part.append(asset_id)
        if len(part) == TOGETHER:
            yield part
            part = []
    if part:
        yield part


def _write_down(found: list[Found], moment: datetime) -> None:
    for each in found:
        asset = db.session.get(Asset, each.asset_id)
        # A copy may have been made anew while the old one was read.
        if asset is not None and asset.storage_key == each.key:
            asset.verified_at, asset.verify_state = moment, each.state
            if each.is_news:
                audit.record(
                    "file.damaged", "asset", str(asset.id), None, state=each.state.value, key=each.key
                )


def _alarm(news: list[Found]) -> None:
    for each in news:
        log.error("a file is damaged", extra={"key": each.key, "state": each.state.value})
    told = select(Account.email).where(Account.role == Role.ADMIN, Account.disabled_at.is_(None))
    for address in db.session.scalars(told):
        mail.send(
            "files_damaged", address, current().default_language, files=news[:MAX_NAMED], total=len(news)
        )
