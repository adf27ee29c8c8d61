"""Accepting a quote: decided anew, once, and then it is an order that waits for its payment."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive import clock, mail
from archive.db import db
from archive.errors import Invalid, Refused
from archive.language import speaking
from licensing import (
    agreements,
    clearance_needs,
    exclusivity,
    location_evidence,
    orders,
    quote_exchange,
    quotes,
    request_notices,
    reuse_requests,
    wording,
)
from licensing.agreements import Particulars
from licensing.clearance_needs import Standing
from licensing.clearances import GIVEN
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.quotes import Quote, QuoteLine, QuoteStatus
from licensing.reasons import Verdict
from licensing.reuse_requests import RequestStatus
from licensing.vocabulary import N_

MAX_NAME = 200

REFUSED = N_("The buyer could not accept quote %(number)s: %(reason)s")
ACCEPTED = N_("The buyer has accepted quote %(number)s: order %(order)s.")


@dataclass(frozen=True)
class Acceptance:
    """What the buyer agreed to: the name under it, and the words on the page, button included."""

    name: str
    consent: str
    button: str
    terms_version: str


def accept(quote: Quote, acceptance: Acceptance, moment: datetime) -> Order:
    """Turn a quote into an order, once: accepted again, it is the same order.

    Raise Invalid without a name; Refused when it has expired, was replaced or answered, the request was closed, the
    terms or the rights have changed for the worse, or somebody has the exclusive right.
    """
    quotes.lock(quote)
    if quote.order is not None:
        return quote.order
    if not acceptance.name.strip() or len(acceptance.name) > MAX_NAME:
        raise Invalid("Fill in your name.")
    quote_exchange.check_waiting(quote, moment)
    if quote.terms_version != orders.TERMS_VERSION or acceptance.terms_version != quote.terms_version:
        raise Refused("The terms of licence have changed since this quote. Ask the archive for a new one.")
    standings = _decide_again(quote, moment)
    order = _place(quote, acceptance, moment)
    location_evidence.note_vat_number(order, moment)
    exclusivity.reserve(order, moment)
    _store(quote, acceptance, order, moment)
    agreements.generate(order, moment, _particulars(quote, standings))
    _tell(quote, order, moment)
    return order


def close_request(order: Order, moment: datetime) -> None:
    """End the request behind a paid order as won; an order that came of no quote is no matter."""
    quote = quotes.find_by_order(order.id)
    if quote is not None and quote.request.status is RequestStatus.ACCEPTED:
        why = f"order {order.number} is paid"
        reuse_requests.move(quote.request, RequestStatus.CLOSED_WON, moment, None, why)


def follow_refusal(quote: Quote, refusal: Refused, moment: datetime) -> None:
    """Let staff know that a buyer wanted to accept and could not, while the quote still waited for that.

    Where consents are missing since it was sent, they are opened and the request goes back to be cleared.
    """
    request = quote.request
    if quote.status is not QuoteStatus.SENT or request.status is not RequestStatus.QUOTED:
        return
    request_notices.tell_staff(request, REFUSED, moment, number=quote.number, reason=refusal.sentence())
    if clearance_needs.open_for(request, moment) or _verdicts(quote, moment) == {Verdict.ASK}:
        reuse_requests.move(request, RequestStatus.CLEARING, moment, None, "the rights have changed")


def content_hash(quote: Quote) -> str:
    """Work out the hash (sha256) of what a quote offers: its amounts, terms and lines."""
    said = {
        "number": quote.number,
        "gross_minor": quote.gross_minor,
        "vat_minor": quote.vat_minor,
        "currency": quote.currency,
        "terms": quote.terms_version,
        "valid_until": str(quote.valid_until),
        "message": quote.message,
        "left_out": quote.left_out,
        "lines": [_said(line) for line in quote.lines],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _decide_again(quote: Quote, moment: datetime) -> list[Standing]:
    """Say how the entries of the quote stand now; raise Refused for one that is denied or must be asked for."""
    standings = _standings(quote, moment)
    for found in standings:
        if found.decision.verdict is Verdict.DENY:
            raise Refused(
                "“%(title)s” can no longer be licensed for this. %(reason)s The archive has been told.",
                title=found.terms.entry.title,
                reason=_reasons(found, quote.lang),
            )
        if found.decision.verdict is Verdict.ASK:
            raise Refused(
                "“%(title)s” needs a consent that it did not need before. %(reason)s You get a new quote.",
                title=found.terms.entry.title,
                reason=_reasons(found, quote.lang),
            )
    return standings


def _standings(quote: Quote, moment: datetime) -> list[Standing]:
    entries = {line.entry_id for line in quote.lines if line.kind is LineKind.LICENCE_FEE}
    return [
        found
        for found in clearance_needs.standings(quote.request, clock.day_here(moment))
        if found.terms.entry.id in entries
    ]


def _verdicts(quote: Quote, moment: datetime) -> set[Verdict]:
    return {found.decision.verdict for found in _standings(quote, moment)} - {Verdict.ALLOW}


def _particulars(quote: Quote, standings: list[Standing]) -> Particulars:
    request = quote.request
    return Particulars(
        licensee=request.licensee,
        end_user=request.end_user,
        production_type=request.project.production_type,
        conditions={
            (cleared.entry_id, cleared.layer.value): cleared.conditions
            for found in standings
            for cleared in found.clearances
            if cleared.conditions and cleared.status in GIVEN
        },
        decisions={found.terms.entry.id: found.decision for found in standings},
    )


def _reasons(standing: Standing, lang: str) -> str:
    deciding = [found for found in standing.decision.reasons if found.verdict is standing.decision.verdict]
    with speaking(lang):
        return " ".join(wording.reason_with_layer(found) for found in deciding)


def _place(quote: Quote, acceptance: Acceptance, moment: datetime) -> Order:
    request = quote.request
    buyer = Buyer(
        name=request.requester_name,
        email=request.requester_email,
        organisation=request.licensee if request.licensee != request.requester_name else None,
        country=request.country,
        project=request.project.title,
        lang=quote.lang,
        vat_number=request.vat_number,
    )
    order = orders.place(
        buyer,
        [_priced(line) for line in quote.lines],
        form_key=quote.key,
        consent={"text": acceptance.consent, "at": moment.isoformat()},
        terms=quote.terms_version,
        moment=moment,
    )
    if order.gross_minor != quote.gross_minor:
        raise ValueError(f"order {order.number} costs {order.gross_minor}, quote {quote.number} does not")
    return order


def _priced(line: QuoteLine) -> PricedLine:
    net = Money(line.net_minor or 0, line.quote.currency)
    return PricedLine(
        entry_id=line.entry_id,
        title=line.title,
        kind=line.kind,
        choice=line.choice,
        summary=line.description,
        net=net,
        vat=net.percent_of(line.vat_bp),
        vat_code=line.vat_code,
        vat_bp=line.vat_bp,
        vat_country=line.vat_country,
        trace=line.trace,
        rate_card=line.rate_card,
        item=line.item,
        user_class=line.user_class,
        is_exclusive=line.kind is LineKind.LICENCE_FEE and exclusivity.is_exclusive(line.choice),
        layers_excluded=tuple(line.layers_excluded),
    )


def _store(quote: Quote, acceptance: Acceptance, order: Order, moment: datetime) -> None:
    token = quotes.link_token(quote)
    quote.order, quote.order_id = order, order.id
    quote.answered_at, quote.accepted_by = moment, acceptance.name.strip()
    quote.accepted_evidence = {
        "name": acceptance.name.strip(),
        "at": moment.isoformat(),
        "button": acceptance.button,
        "consent": acceptance.consent,
        "terms_version": acceptance.terms_version,
        "link_sha256": hashlib.sha256(token.encode()).hexdigest(),
        "quote_sha256": content_hash(quote),
    }
    with db.session.no_autoflush:
        quotes.move(quote, QuoteStatus.ACCEPTED, moment, None, f"accepted by {acceptance.name.strip()}")
    reuse_requests.move(quote.request, RequestStatus.ACCEPTED, moment, None, f"quote {quote.number} accepted")


def _tell(quote: Quote, order: Order, moment: datetime) -> None:
    request = quote.request
    mail.send(
        "quote_accepted",
        request.requester_email,
        quote.lang,
        name=request.requester_name,
        number=quote.number,
        order=order.number,
        gross=quote.gross.show(quote.lang),
        evidence=quote.accepted_evidence,
        token=orders.link_token(order),
    )
    request_notices.tell_staff(request, ACCEPTED, moment, number=quote.number, order=order.number)


def _said(line: QuoteLine) -> dict[str, Any]:
    return {
        "entry": line.entry_id,
        "kind": line.kind.value,
        "item": line.item,
        "description": line.description,
        "choice": line.choice,
        "net_minor": line.net_minor,
        "vat": [line.vat_country, line.vat_code, line.vat_bp],
        "trace": line.trace,
        "withheld": line.withheld,
    }
