"""The job runner's loop: do what is due, sleep a little when there is nothing, keep house, stop between two
jobs.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from archive import clock, jobs, rate_limits, sign_in, sign_in_links
from archive.db import db
from archive.jobs import Lane
from archive.transactions import transaction

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
TROUBLE_SECONDS = 2.0
KEEP_DONE = timedelta(days=30)


def run(stop: threading.Event, lane: Lane = Lane.ALL) -> None:
    """Do the jobs of a lane until `stop` is set; the job in hand is finished first."""
    chores_at = dict.fromkeys(CHORES, clock.now())
    while not stop.is_set():
        try:
            _do_chores(chores_at, clock.now())
            if not jobs.run_next(lane):
                stop.wait(IDLE_SECONDS)
        except DBAPIError:
            # A full disk or a database that is away: the runner waits until it is back, its jobs lose
            # nothing.
            log.exception("the database cannot be used")
            db.session.remove()
            stop.wait(TROUBLE_SECONDS)


def run_due(lane: Lane = Lane.ALL) -> int:
    """Do all jobs of a lane that are due and return their number."""
    count = 0
    while jobs.run_next(lane):
        count += 1
    return count


def keep_house(moment: datetime) -> None:
    """Remove what has ended: sign-in sessions and links, counters, jobs done long ago."""
    with transaction():
        sign_in.remove_ended(moment)
        sign_in_links.remove_old(moment)
        rate_limits.remove_old(moment)
        jobs.remove_done(moment - KEEP_DONE)


CHORES: dict[Callable[[datetime], None], timedelta] = {
    keep_house: timedelta(hours=1),
    lambda _moment: jobs.enqueue_recurring(): timedelta(seconds=30),
    lambda _moment: jobs.take_back(): timedelta(seconds=10),
}


def _do_chores(due: dict[Callable[[datetime], None], datetime], moment: datetime) -> None:
    for chore, interval in CHORES.items():
        if moment >= due[chore]:
            chore(moment)
            due[chore] = moment + interval
