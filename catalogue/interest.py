"""What visitors look for and listen to, counted by day and never by person.

A process counts in memory and writes the counts now and then, after an answer is safe: a search must not wait for a
disk. What a process has not written when it is killed is lost; a mark is not worth an answer.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from flask import current_app
from sqlalchemy import CheckConstraint, UniqueConstraint, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive import clock
from archive.db import Model, db, enum_column
from archive.transactions import after_commit, transaction
from catalogue import folding

WRITE_AFTER = timedelta(minutes=1)
MOST_WAITING = 200  # different things counted in memory
LONGEST = 80  # characters of a question
KEPT = timedelta(days=400)
FORGET_JOB = "interest.forget"
FORGET_EVERY = timedelta(days=1)


class Sort(str, Enum):
    """What somebody did."""

    SEARCHED = "searched"  # the subject is the folded question
    NOT_FOUND = "not_found"  # the same, when nothing came of it
    HEARD = "heard"  # the subject is the pid of what began to play


class Interest(Model):
    """How often something was done on a day."""

    __table_args__ = (UniqueConstraint("day", "sort", "subject"), CheckConstraint("times > 0", "happened"))

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    sort: Mapped[Sort] = mapped_column(enum_column(Sort))
    subject: Mapped[str]
    times: Mapped[int]


Key = tuple[date, Sort, str]


@dataclass
class Tally:
    """The counts of one process that are not written yet."""

    counts: Counter[Key] = field(default_factory=Counter)
    since: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, key: Key, moment: datetime) -> bool:
        """Count once; say whether it is time to write."""
        with self.lock:
            self.counts[key] += 1
            self.since = self.since or moment
            return moment - self.since >= WRITE_AFTER or len(self.counts) >= MOST_WAITING

    def take(self) -> Mapping[Key, int]:
        """Hand over all counts and begin anew."""
        with self.lock:
            taken, self.counts, self.since = self.counts, Counter(), None
            return taken


def note(sort: Sort, subject: str, moment: datetime) -> None:
    """Count something that a visitor did; an empty subject is not counted."""
    subject = subject if sort is Sort.HEARD else folding.fold(subject)[:LONGEST].strip()
    tally: Tally = current_app.extensions["interest"]
    if subject and tally.add((moment.date(), sort, subject), moment):
        after_commit(lambda: write(tally.take()))


def write(counts: Mapping[Key, int]) -> None:
    """Add counts to what is there; in the caller's transaction."""
    for key, times in sorted(counts.items()):
        if not (_count_more(key, times) or _begin(key, times)):
            _count_more(key, times)


def forget(_payload: dict[str, object]) -> None:
    """Job: delete what is older than a report ever asks for."""
    with transaction():
        db.session.execute(delete(Interest).where(Interest.day < clock.now().date() - KEPT))


def _count_more(key: Key, times: int) -> bool:
    day, sort, subject = key
    counted = db.session.scalar(
        update(Interest)
        .where(Interest.day == day, Interest.sort == sort, Interest.subject == subject)
        .values(times=Interest.times + times)
        .returning(Interest.id)
        .execution_options(synchronize_session=False)
    )
    return counted is not None


def _begin(key: Key, times: int) -> bool:
    """Count something for the first time on a day; False when another process has just done so."""
    day, sort, subject = key
    try:
        with db.session.begin_nested():
            db.session.add(Interest(day=day, sort=sort, subject=subject, times=times))
    except IntegrityError:
        return False
    return True
