"""What archive and buyer say to each other by a quote: sent, declined, or answered with a counter-offer."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from archive import audit, clock, mail
from archive.db import db, lock_row
from archive.errors import Invalid, Refused
from licensing import (
    clearance_needs,
    clearances,
    conversation,
    exclusivity,
    orders,
    quotes,
    request_notices,
    reuse_requests,
)
from licensing.clearances import GIVEN
from licensing.conversation import Voice
from licensing.money import Money
from licensing.orders import LineKind
from licensing.quotes import CounterOffer, Quote, QuoteLine, QuoteStatus
from licensing.reasons import Verdict
from licensing.reuse_requests import RequestStatus, ReuseRequest
from licensing.vocabulary import COUNTRIES, N_, last_day

MAX_WORDS = 2_000

DECLINED = N_("The buyer has declined quote %(number)s.")
COUNTERED = N_("The buyer offers %(amount)s without VAT instead of %(net)s (quote %(number)s): %(words)s")


def send(quote: Quote, moment: datetime, by: int) -> None:
    """Send a draft to the buyer: from now on it is frozen, and takes the place of the version before it.

    It holds no longer than the consents it rests on. Raise Refused while anything is unsettled or unpriced.
    """
    quotes.lock(quote)
    request, today = quote.request, clock.day_here(moment)
    if quote.status is not QuoteStatus.DRAFT:
        raise Refused("Quote %(number)s was sent already.", number=quote.number)
    _check_lines(quote)
    _check_rights(quote, moment)
    _make_quotable(request, moment, by)
    before = quotes.find_sent(request.id)
    if before is not None:
        quotes.move(before, QuoteStatus.SUPERSEDED, moment, by, f"version {quote.version} takes its place")
    consents = [found.valid_to for found in clearances.of_request(request.id) if found.status in GIVEN]
    ends = [today + timedelta(days=quote.valid_days), *(day for day in consents if day is not None)]
    quote.sent_at, quote.valid_until, quote.terms_version = moment, min(ends), orders.TERMS_VERSION
    quotes.move(quote, QuoteStatus.SENT, moment, by, "sent to the buyer")
    reuse_requests.move(request, RequestStatus.QUOTED, moment, by, f"quote {quote.number} sent")
    audit.record(
        "quote.sent", "request", request.number, by, quote=quote.number, gross_minor=quote.gross_minor
    )
    _mail(quote)


def decline(quote: Quote, why: str, moment: datetime) -> None:
    """Let the buyer decline; that closes the request. Raise Refused when the quote no longer waits for an answer."""
    check_waiting(quote, moment)
    quote.answered_at, quote.answer = moment, _words(why) or None
    quotes.move(quote, QuoteStatus.DECLINED, moment, None, "declined by the buyer")
    request = quote.request
    reuse_requests.move(request, RequestStatus.DECLINED, moment, None, f"quote {quote.number} declined")
    reuse_requests.move(request, RequestStatus.CLOSED_LOST, moment, None, f"quote {quote.number} declined")
    if quote.answer:
        conversation.say(request, Voice.BUYER, quote.answer, moment, author_name=request.requester_name)
    request_notices.tell_staff(request, DECLINED, moment, number=quote.number)


def counter(quote: Quote, offered_minor: int, words: str, moment: datetime) -> CounterOffer:
    """Take in a counter-offer, without VAT; staff answer it with another version, and the quote holds meanwhile.

    There is one for each version: sent twice, the first one counts. Raise Invalid, Refused.
    """
    check_waiting(quote, moment)
    known = quotes.counter_of(quote.id)
    if known is not None:
        return known
    if not 0 < offered_minor < quote.net_minor:
        raise Invalid("Offer an amount below the price of the quote, without VAT.")
    made = CounterOffer(quote_id=quote.id, offered_minor=offered_minor, words=_words(words), at=moment)
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refused("Your counter-offer is with the archive already.") from error
    _tell_of_counter(quote, made, moment)
    return made


def check_waiting(quote: Quote, moment: datetime) -> None:
    """Hold a quote and raise Refused, with what to do, unless it waits for the buyer's answer."""
    quotes.lock(quote)
    over = quote.valid_until is not None and quote.valid_until < clock.day_here(moment)
    if quote.status is QuoteStatus.SUPERSEDED:
        raise Refused("A newer version has taken the place of this quote. Look for it in your mail.")
    if quote.status is QuoteStatus.EXPIRED or (quote.status is QuoteStatus.SENT and over):
        raise Refused("This quote has expired. Ask the archive for a new one.")
    if quote.status is not QuoteStatus.SENT:
        raise Refused("This quote has been answered already.")
    lock_row(quote.request, ["status"])
    if quote.request.status is not RequestStatus.QUOTED:
        raise Refused("The request behind this quote is closed or looked at again. Ask the archive.")


def _check_lines(quote: Quote) -> None:
    if not any(line.kind is LineKind.LICENCE_FEE for line in quote.lines):
        raise Refused("There is nothing in this quote that can be licensed.")
    if any(line.net_minor is None for line in quote.lines):
        raise Refused("Fill in a price for every line first: a missing price is never nothing.")


def _check_rights(quote: Quote, moment: datetime) -> None:
    today = clock.day_here(moment)
    if not clearance_needs.is_settled(quote.request, today):
        raise Refused("Not every layer is settled yet. Ask, leave out or waive what is open.")
    standings = clearance_needs.standings(quote.request, today)
    allowed = {found.terms.entry.id for found in standings if found.decision.verdict is Verdict.ALLOW}
    for line in quote.lines:
        if line.kind is LineKind.LICENCE_FEE:
            if line.entry_id not in allowed:
                raise Refused("“%(title)s” cannot be licensed for this. Remove its line.", title=line.title)
            _check_exclusive(line, moment)


def _check_exclusive(line: QuoteLine, moment: datetime) -> None:
    today = clock.day_here(moment)
    sold = exclusivity.conflicts(
        line.entry_id,
        line.choice["use"],
        COUNTRIES[line.choice["territory"]],
        today,
        last_day(line.choice["term"], today),
    )
    if any(grant.is_exclusive for grant in sold):
        raise Refused(
            "Somebody else has the exclusive right to this use of “%(title)s”. Remove its line.",
            title=line.title,
        )


def _make_quotable(request: ReuseRequest, moment: datetime, by: int) -> None:
    if request.status is RequestStatus.TRIAGE:
        reuse_requests.move(request, RequestStatus.CLEARING, moment, by, "nothing to ask")
    if request.status in (RequestStatus.CLEARING, RequestStatus.EXPIRED):
        reuse_requests.move(request, RequestStatus.QUOTABLE, moment, by, "every layer is settled")


def _words(text: str) -> str:
    if len(text) > MAX_WORDS:
        raise Invalid("Use at most %(limit)s characters.", limit=MAX_WORDS)
    return text.strip()


def _mail(quote: Quote) -> None:
    request = quote.request
    mail.send(
        "quote_sent",
        request.requester_email,
        quote.lang,
        name=request.requester_name,
        number=quote.number,
        project=request.project.title,
        words=quote.message,
        gross=quote.gross.show(quote.lang),
        valid_until=quote.valid_until,
        token=quotes.link_token(quote),
    )


def _tell_of_counter(quote: Quote, made: CounterOffer, moment: datetime) -> None:
    request, offered = quote.request, Money(made.offered_minor, quote.currency)
    if made.words:
        conversation.say(request, Voice.BUYER, made.words, moment, author_name=request.requester_name)
    request_notices.tell_staff(
        request,
        COUNTERED,
        moment,
        amount=offered.show("nl"),
        net=quote.net.show("nl"),
        number=quote.number,
        words=made.words,
    )
