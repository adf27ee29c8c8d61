"""Days of the ledger: the trial balance at the end of one, and closing it, so that it never changes again.

A closed day keeps a checksum of what was booked on it, chained to the day before: who changes the past must change all
that follows. Days are those of the archive's town.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import ledger
from licensing.ledger import LedgerDay, LedgerTransaction

CLOSE_JOB = "ledger.close_days"
CLOSE_EVERY = timedelta(hours=1)
# What began before midnight must have been booked before the day is closed; what comes later belongs to the next.
GRACE = timedelta(hours=2)


def end_of(day: date) -> datetime:
    """Return the first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time(), clock.HERE).astimezone(UTC)


def balance_on(day: date) -> dict[tuple[str, str, str], int]:
    """Return the balance of each account (kind, owner, currency) at the end of a day, in minor units."""
    return ledger.trial_balance(end_of(day) - timedelta.resolution)


def run_closing(_payload: dict[str, Any]) -> None:
    """Job: close every day that is over."""
    with transaction():
        close(clock.now())


def close(moment: datetime) -> int:
    """Close the days that ended long enough before a moment; return how many."""
    last, closed = latest(), 0
    day = last.day + timedelta(days=1) if last else first()
    while day is not None and end_of(day) + GRACE <= moment:
        last = _close(day, last, moment)
        day, closed = day + timedelta(days=1), closed + 1
    return closed


def first() -> date | None:
    """Return the day of the first transaction."""
    moment = db.session.scalar(select(func.min(LedgerTransaction.occurred_at)))
    return None if moment is None else clock.day_here(moment)


def latest() -> LedgerDay | None:
    """Return the last day that is closed."""
    return db.session.scalar(select(LedgerDay).order_by(LedgerDay.day.desc()).limit(1))


def differences() -> Iterator[str]:
    """Say of which closed days the checksum or the number of transactions is not what was kept."""
    previous: LedgerDay | None = None
    for kept in db.session.scalars(select(LedgerDay).order_by(LedgerDay.day)):
        begins_at = previous.ends_at if previous else None
        before = previous.sha256 if previous else ""
        if _checksum(before, begins_at, kept.ends_at) != kept.sha256:
            yield f"{kept.day} is not as it was when it was closed"
        previous = kept
    if previous is not None and _count(previous.ends_at) != previous.transactions:
        yield f"there are {_count(previous.ends_at)} transactions up to {previous.day}, not {previous.transactions}"


def _close(day: date, last: LedgerDay | None, moment: datetime) -> LedgerDay:
    ends_at = end_of(day)
    checksum = _checksum(last.sha256 if last else "", last.ends_at if last else None, ends_at)
    closed = LedgerDay(
        day=day, ends_at=ends_at, transactions=_count(ends_at), sha256=checksum, closed_at=moment
    )
    db.session.add(closed)
    db.session.flush()
    return closed


def _checksum(before: str, begins_at: datetime | None, ends_at: datetime) -> str:
    """Chain the checksum of the day before with what was booked on each account since."""
    during = [LedgerTransaction.occurred_at < ends_at]
    if begins_at is not None:
        during.append(LedgerTransaction.occurred_at >= begins_at)
    rows = sorted((*account, minor) for account, minor in ledger.sums_by_account(*during).items())
    text = "\n".join([before, *("\t".join(map(str, row)) for row in rows)])
    return hashlib.sha256(text.encode()).hexdigest()


def _count(ends_at: datetime) -> int:
    query = select(func.count()).select_from(LedgerTransaction)
    return db.session.scalar(query.where(LedgerTransaction.occurred_at < ends_at)) or 0
