"""One request as the desk shows it: what is asked, the conversation, the time line, what can be done next."""

from dataclasses import dataclass
from datetime import datetime

from archive import clock
from licensing import (
    clearance_links,
    conversation,
    desk_actions,
    desk_replies,
    quotes,
    request_history,
    request_pieces,
    request_queue,
    request_rows,
)
from licensing.conversation import Message
from licensing.desk_actions import STEPS
from licensing.money import Money
from licensing.quotes import CounterOffer, Quote
from licensing.request_history import Happening
from licensing.request_pieces import Pieces
from licensing.reuse_requests import MOVES, RequestStatus, ReuseRequest


@dataclass(frozen=True)
class Sheet:
    """A request with what stands beside it; `stamp` and `heard` say what a form was filled in upon."""

    request: ReuseRequest
    use: str
    is_late: bool
    pieces: Pieces
    quotes: list[Quote]  # the newest version first
    counter: CounterOffer | None  # to the newest version
    may_draft: bool
    quote_seen: str
    messages: list[Message]
    happened: list[Happening]
    steps: list[RequestStatus]
    may_reject: bool
    may_ask: bool
    stamp: str
    heard: int

    @property
    def counter_offer(self) -> Money | None:
        """What the buyer offers instead of the newest version, without VAT."""
        return Money(self.counter.offered_minor, self.quotes[0].currency) if self.counter else None


def of(request: ReuseRequest, moment: datetime, lang: str, *, everything: bool = False) -> Sheet:
    """Read the sheet of a request in a language, with its first pieces or with everything."""
    onwards, offered = MOVES[request.status], quotes.of_request(request.id)
    return Sheet(
        request=request,
        use=request_rows.use_of(request),
        is_late=request_queue.is_late(request, moment),
        pieces=request_pieces.of(request, clock.day_here(moment), lang, everything=everything),
        quotes=offered,
        counter=quotes.counter_of(offered[0].id) if offered else None,
        may_draft=request.status in clearance_links.ASKABLE,
        quote_seen=quotes.stamp(offered[0]) if offered else "",
        messages=conversation.of(request),
        happened=request_history.of(request),
        steps=[step for step in STEPS if step in onwards],
        may_reject=RequestStatus.REJECTED in onwards,
        may_ask=RequestStatus.NEEDS_INFO in onwards,
        stamp=desk_actions.stamp(request),
        heard=desk_replies.last_heard(request),
    )
