"""Counters of attempts, kept in the database so that every thread, process and machine counts together.

Fixed windows: a counter begins anew at each multiple of the window. Keys are accounts and network addresses,
never what a browser calls itself, for that costs nothing to change.
"""

import hashlib
import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CheckConstraint, CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.errors import TooMany


class RateCount(Model):
    """How often one key was seen in one window."""

    __table_args__ = (CheckConstraint("count > 0", "is_positive"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)  # its end
    count: Mapped[int]


def check(key: str, limit: int, window: timedelta, moment: datetime) -> None:
    """Count one attempt in the caller's transaction; raise TooMany after `limit` attempts in this window.

    For unsafe requests and jobs, whose transactions write. A view that refuses must call `keep_work`, or
    nothing is counted.
    """
    ends = _end(window, moment)
    if not (_count_one_more(key, ends, limit) or _begin(key, ends) or _count_one_more(key, ends, limit)):
        wait = max(1, -int((moment - ends).total_seconds() // 1))
        raise TooMany("Too many attempts. Wait a few minutes and try again.", retry_after=wait)


def give_back(key: str, window: timedelta, moment: datetime) -> None:
    """Take one attempt off again, because it was rightful: what counts is how often somebody was wrong."""
    db.session.execute(
        update(RateCount)
        .where(RateCount.key == key, RateCount.window == _end(window, moment), RateCount.count > 1)
        .values(count=RateCount.count - 1)
        .execution_options(synchronize_session=False)
    )


def remove_old(moment: datetime) -> None:
    """Delete the counters of windows that have ended."""
    db.session.execute(delete(RateCount).where(RateCount.window < moment))


def address_key(address: str | None) -> str:
    """Return what stands for a network address: IPv4 as it is, IPv6 by its /64, which is one subscriber's."""
    try:
        number = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped is not None:
            return str(number.ipv4_mapped)
        return str(ipaddress.ip_network((int(number), 64), strict=False))
    return str(number)


def secret_key(text: str) -> str:
    """Return what stands for a text that need not be readable in the database, such as an e-mail address."""
    return hashlib.sha256(text.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]


def _end(window: timedelta, moment: datetime) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp((int(moment.timestamp()) // seconds + 1) * seconds, UTC)


def _count_one_more(key: str, ends: datetime, limit: int) -> bool:
    counted = db.session.execute(
        update(RateCount)
        .where(RateCount.key == key, RateCount.window == ends, RateCount.count < limit)
        .values(count=RateCount.count + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", counted).rowcount == 1


def _begin(key: str, ends: datetime) -> bool:
    if (
        db.session.scalar(select(RateCount.count).where(RateCount.key == key, RateCount.window == ends))
        is not None
    ):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(RateCount(key=key, window=ends, count=1))
    except IntegrityError:
        return False  # another process was first; its counter is ours
    return True
