"""The figures above the queue of requests: what came in, what is late, how long an answer takes, what is offered."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from archive.db import db
from licensing.money import Money
from licensing.quotes import Quote, QuoteStatus
from licensing.request_queue import HERE, SEEN, Tab
from licensing.reuse_requests import ReuseRequest

CURRENCY = "EUR"
MEASURED_OVER = timedelta(days=90)
MOST_MEASURED = 1_000  # answers: the newest of the period, so that the page stays quick in a busy quarter


@dataclass(frozen=True)
class Figures:
    """The numbers above the queue; `median` is the time to the first answer."""

    today: int
    overdue: int
    waiting: int  # for the archive
    median: timedelta | None
    quoted: Money  # without VAT, of the quotes that wait for an answer


def of(counts: Mapping[Tab, int], moment: datetime) -> Figures:
    """Work out the numbers above the queue from the counts of its tabs."""
    midnight = moment.astimezone(HERE).replace(hour=0, minute=0, second=0, microsecond=0)
    today = select(func.count()).where(ReuseRequest.submitted_at >= midnight, ReuseRequest.status.in_(SEEN))
    waiting = sum(counts[tab] for tab in (Tab.NEW, Tab.CLEARING, Tab.TO_QUOTE))
    return Figures(
        db.session.scalar(today) or 0, counts[Tab.OVERDUE], waiting, median_answer(moment), _quoted()
    )


def median_answer(moment: datetime) -> timedelta | None:
    """Give the median time from a request to the first answer by staff, over what was answered lately."""
    query = (
        select(ReuseRequest.submitted_at, ReuseRequest.answered_at)
        .where(ReuseRequest.answered_at >= moment - MEASURED_OVER, ReuseRequest.submitted_at.is_not(None))
        .order_by(ReuseRequest.answered_at.desc())
        .limit(MOST_MEASURED)
    )
    taken = [answered - sent for sent, answered in db.session.execute(query)]
    return statistics.median(taken) if taken else None


def _quoted() -> Money:
    sent = select(func.sum(Quote.net_minor)).where(
        Quote.status == QuoteStatus.SENT, Quote.currency == CURRENCY
    )
    return Money(db.session.scalar(sent) or 0, CURRENCY)
