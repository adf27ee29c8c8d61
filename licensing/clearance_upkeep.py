"""The clock's part in clearances: a reminder, the end of waiting, the lapse of a consent, and a second look at the
rights of requests that are under way.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import clearance_links, clearance_needs, clearances, request_notices
from licensing.clearances import GIVEN, Clearance, ClearanceStatus
from licensing.reasons import Verdict
from licensing.reuse_requests import RequestStatus, ReuseRequest
from licensing.vocabulary import LAYERS, N_

FOLLOW_JOB = "clearances.follow_up"
FOLLOW_EVERY = timedelta(hours=1)
RECHECK_JOB = "clearances.recheck"
RECHECK_EVERY = timedelta(hours=6)

REMIND_AFTER = timedelta(days=10)  # half of the time to answer: a mail is forgotten after a week
ESCALATE_AFTER = timedelta(days=7)  # after the time to answer: then somebody should take up the telephone
BATCH = 100  # rows in one transaction

# Where a right that changes still makes a difference.
UNDER_WAY = frozenset({RequestStatus.CLEARING, RequestStatus.QUOTABLE, RequestStatus.QUOTED})

NO_ANSWER = N_("%(holder)s has not answered about “%(title)s” (%(layer)s) within the time we asked for.")
ESCALATED = N_(
    "Still no answer of %(holder)s about “%(title)s” (%(layer)s). Telephone, leave the layer out, or do without it."
)
LAPSED = N_("The consent of %(holder)s for “%(title)s” (%(layer)s) has lapsed. Ask again before you go on.")
NEWLY_NEEDED = N_("The rights have changed: “%(title)s” now needs a consent too (%(layer)s).")
NOW_DENIED = N_("The rights have changed: “%(title)s” can no longer be used for this. Make a new quote.")


def follow_up(_payload: dict[str, Any]) -> None:
    """Job: remind, give up waiting, escalate, let consents lapse. Run again, it finds nothing left to do."""
    moment = clock.now()
    for step in (remind, stop_waiting, escalate, lapse):
        while _in_a_transaction(step, moment):
            pass


def remind(moment: datetime) -> int:
    """Remind the parties that have not answered for a while, once; return how many."""
    found = _some(
        (Clearance.status == ClearanceStatus.ASKED)
        & Clearance.reminded_at.is_(None)
        & (Clearance.asked_at <= moment - REMIND_AFTER)
        & (Clearance.due_at > moment)
    )
    for clearance in found:
        clearance.reminded_at = moment
        if clearance_links.is_wanted(clearance):
            clearance_links.post(clearance, "clearance_reminded")
    db.session.flush()
    return len(found)


def stop_waiting(moment: datetime) -> int:
    """Write down that no answer came in time; return how many."""
    found = _some((Clearance.status == ClearanceStatus.ASKED) & (Clearance.due_at <= moment))
    for clearance in found:
        clearances.move(clearance, ClearanceStatus.NO_ANSWER, moment, None, "not answered in time")
        _tell(clearance, NO_ANSWER, moment)
    return len(found)


def escalate(moment: datetime) -> int:
    """Hand over to staff what stays without an answer; return how many."""
    late = Clearance.due_at <= moment - ESCALATE_AFTER
    found = _some((Clearance.status == ClearanceStatus.NO_ANSWER) & late)
    for clearance in found:
        clearances.move(clearance, ClearanceStatus.ESCALATED, moment, None, "still not answered")
        _tell(clearance, ESCALATED, moment)
    return len(found)


def lapse(moment: datetime) -> int:
    """End the consents whose last day is over while they were not taken up; return how many."""
    over = Clearance.status.in_(GIVEN) & (Clearance.valid_to < clock.day_here(moment))
    query = select(Clearance).join(ReuseRequest).where(over, ReuseRequest.status.in_(UNDER_WAY)).limit(BATCH)
    found = list(db.session.scalars(query))
    for clearance in found:
        clearances.move(clearance, ClearanceStatus.LAPSED, moment, None, "not taken up in time")
        _tell(clearance, LAPSED, moment)
    return len(found)


def recheck(_payload: dict[str, Any]) -> None:
    """Job: look again at the rights of every request under way, and tell staff what has become narrower."""
    ids = list(db.session.scalars(select(ReuseRequest.id).where(ReuseRequest.status.in_(UNDER_WAY))))
    db.session.rollback()
    moment = clock.now()
    for request_id in ids:
        with transaction():
            request = db.session.get(ReuseRequest, request_id)
            if request is not None and request.status in UNDER_WAY:
                recheck_one(request, moment)


def recheck_one(request: ReuseRequest, moment: datetime) -> None:
    """Open what a request lacks since its rights have changed, and tell staff of that and of what is denied now."""
    for opened in clearance_needs.open_for(request, moment):
        _tell(opened, NEWLY_NEEDED, moment)
    for standing in clearance_needs.standings(request, clock.day_here(moment)):
        if standing.decision.verdict is Verdict.DENY and request.status is RequestStatus.QUOTED:
            request_notices.tell_staff(request, NOW_DENIED, moment, title=standing.terms.entry.title)


def _in_a_transaction(step: Callable[[datetime], int], moment: datetime) -> int:
    with transaction():
        return step(moment)


def _some(condition: ColumnElement[bool]) -> list[Clearance]:
    return list(db.session.scalars(select(Clearance).where(condition).order_by(Clearance.id).limit(BATCH)))


def _tell(clearance: Clearance, sentence: str, moment: datetime) -> None:
    request_notices.tell_staff(
        clearance.request,
        sentence,
        moment,
        holder=clearance.holder or "",
        title=clearance.entry.title,
        layer=_l(LAYERS[clearance.layer.value]),
    )
