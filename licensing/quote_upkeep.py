"""The clock's part in quotes: what nobody answered expires, and the buyer is told a few days before."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from archive import clock, mail
from archive.db import db
from archive.transactions import transaction
from licensing import quotes, reuse_requests
from licensing.quotes import Quote, QuoteStatus
from licensing.reuse_requests import RequestStatus

EXPIRE_JOB = "quotes.expire"
EXPIRE_EVERY = timedelta(hours=1)
WARN_BEFORE = timedelta(days=3)  # enough to get a signature, short enough to be acted on
BATCH = 100  # quotes in one transaction


def run_expiry(_payload: dict[str, Any]) -> None:
    """Job: expire what is due, and warn of what soon will be."""
    moment = clock.now()
    while expire_some(moment) or warn_some(moment):
        pass


def expire_some(moment: datetime) -> int:
    """Expire a batch of quotes whose last day is over; return how many."""
    with transaction():
        return expire_due(moment)


def warn_some(moment: datetime) -> int:
    """Warn the buyers of a batch of quotes that end soon; return how many."""
    with transaction():
        return warn_due(moment)


def expire_due(moment: datetime) -> int:
    """Expire up to BATCH sent quotes whose last day is over; return how many."""
    due = (Quote.status == QuoteStatus.SENT) & (Quote.valid_until < clock.day_here(moment))
    found = list(db.session.scalars(select(Quote).where(due).order_by(Quote.id).limit(BATCH)))
    for quote in found:
        quotes.move(quote, QuoteStatus.EXPIRED, moment, None, "not answered in time")
        if quote.request.status is RequestStatus.QUOTED:
            reuse_requests.move(quote.request, RequestStatus.EXPIRED, moment, None, "the quote has expired")
            reuse_requests.move(quote.request, RequestStatus.QUOTABLE, moment, None, "can be quoted again")
    return len(found)


def warn_due(moment: datetime) -> int:
    """Warn the buyers of up to BATCH quotes that end soon, once; return how many."""
    soon = (
        (Quote.status == QuoteStatus.SENT)
        & Quote.warned_at.is_(None)
        & (Quote.valid_until >= clock.day_here(moment))
        & (Quote.valid_until <= (moment + WARN_BEFORE).date())
    )
    found = list(db.session.scalars(select(Quote).where(soon).order_by(Quote.id).limit(BATCH)))
    for quote in found:
        quote.warned_at = moment
        if quote.request.status is RequestStatus.QUOTED:
            _warn(quote)
    db.session.flush()
    return len(found)


def _warn(quote: Quote) -> None:
    request = quote.request
    mail.send(
        "quote_expiring",
        request.requester_email,
        quote.lang,
        name=request.requester_name,
        number=quote.number,
        project=request.project.title,
        gross=quote.gross.show(quote.lang),
        valid_until=quote.valid_until,
        token=quotes.link_token(quote),
    )
