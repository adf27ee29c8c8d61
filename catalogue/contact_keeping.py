"""Forgetting in time: names and addresses of those who sent corrections, and what browsers collected long ago."""

from datetime import timedelta

from archive import clock, jobs
from archive.transactions import transaction
from catalogue import corrections, selections

JOB = "public.forget"
EVERY = timedelta(hours=6)


def run(_payload: jobs.Payload) -> None:
    """Forget what has been kept as long as is stated."""
    moment = clock.now()
    with transaction():
        corrections.forget_old_contacts(moment)
    while True:
        with transaction():
            if not selections.remove_abandoned(moment):
                return
