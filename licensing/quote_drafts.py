"""Drafts of quotes: made from what was asked, then mended by staff until they are sent."""

from dataclasses import asdict
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from archive import audit, clock
from archive.db import db
from archive.errors import Invalid, NotFound, Refused
from archive.language import speaking
from licensing import (
    clearance_links,
    clearance_needs,
    offers,
    orders,
    quotes,
    rates,
    reasons,
    request_terms,
    tax_shares,
    taxes,
    vat_numbers,
    wording,
)
from licensing.choices import Choice
from licensing.clearance_needs import Standing
from licensing.clearances import CURRENCY, GIVEN, Clearance
from licensing.money import Money
from licensing.orders import LineKind
from licensing.place_of_supply import Customer
from licensing.pricing import Price, Step
from licensing.projects import ProjectItem
from licensing.quotes import Quote, QuoteLine, QuoteStatus
from licensing.reasons import Verdict
from licensing.reuse_requests import ReuseRequest
from licensing.tax_shares import Tax
from licensing.vocabulary import ASSET_TYPES, LAYERS, N_

VALID_DAYS = 30  # long enough for a production's own approval, short enough that prices and rights still hold
MOST_DAYS = 180
MAX_WORDS = 2_000
MAX_MINOR = 100_000_000
BY_HAND = frozenset(
    {LineKind.RESEARCH_FEE, LineKind.TECHNICAL_FEE, LineKind.CLEARANCE_FEE, LineKind.ACCESS_FEE}
)

AGREED = N_("Price by arrangement")
DISCOUNT = N_("Discount")
FEE = N_("%(holder)s, for consent: %(layer)s")
FEE_OF_SOMEBODY = N_("for consent: %(layer)s")


def draft(request: ReuseRequest, moment: datetime, by: int) -> Quote:
    """Draft the next version of the offer to a request from what it asks; a draft that is there stays as it is.

    Raise Refused when the request is past that. What cannot be licensed is left out with the reason.
    """
    known = quotes.find_draft(request.id)
    if known is not None:
        return known
    if request.status not in clearance_links.ASKABLE:
        raise Refused("Request %(number)s is not waiting for a quote.", number=request.number)
    today = clock.day_here(moment)
    quote = _new(request, moment)
    db.session.add(quote)
    with speaking(quote.lang):
        for standing in clearance_needs.standings(request, today):
            _offer(quote, standing, today)
    _add_up(quote)
    quotes.note(quote, None, moment, by, "drafted from the request")
    _audit("drafted", quote, by)
    return quote


def add_line(
    quote: Quote, kind: LineKind, entry_id: int, description: str, net: Money, moment: datetime, by: int
) -> QuoteLine:
    """Add a fee that staff name themselves, about one of the request's entries; raise Invalid, Refused."""
    _check_draft(quote)
    item = next((item for item in quote.request.project.items if item.entry_id == entry_id), None)
    if kind not in BY_HAND or item is None:
        raise Invalid("Choose what kind of fee it is and which piece it is about.")
    if not description.strip() or len(description) > MAX_WORDS:
        raise Invalid("Say in a line what the fee is for; the buyer reads it.")
    line = _line(quote, item, kind, description.strip(), {}, clock.day_here(moment))
    _agree(line, _checked(net))
    _add_up(quote)
    _audit("line_added", quote, by, line=line.id, fee=kind.value, net_minor=net.minor)
    return line


def set_price(line: QuoteLine, net: Money | None, reason: str, by: int) -> None:
    """Give a line another price, with the reason that the buyer reads; None gives it its price by the rate card again.

    Raise Invalid without a reason where the rate card has a price, Refused when the quote was sent.
    """
    quote = line.quote
    _check_draft(quote)
    line.trace = [step for step in line.trace if step["code"] not in ("discount", "agreed")]
    if line.list_minor is None or net is None or net.minor == line.list_minor:
        line.discount_reason = None
        if net is not None and line.list_minor is None:
            _agree(line, _checked(net))
        else:
            line.net_minor = line.list_minor
    else:
        _discount(line, _checked(net), reason.strip())
    _add_up(quote)
    _audit("line_changed", quote, by, line=line.id, net_minor=line.net_minor, why=reason.strip())


def remove_line(line: QuoteLine, by: int) -> None:
    """Take a line out of a draft."""
    quote = line.quote
    _check_draft(quote)
    _audit("line_removed", quote, by, line=line.id, title=line.title)
    quote.lines.remove(line)
    _add_up(quote)


def write(quote: Quote, message: str, valid_days: int) -> None:
    """Set what stands above the lines, and for how long the quote holds once it is sent; raise Invalid, Refused."""
    _check_draft(quote)
    if not 1 <= valid_days <= MOST_DAYS:
        raise Invalid("Let the quote hold from 1 to %(days)s days.", days=MOST_DAYS)
    if len(message) > MAX_WORDS:
        raise Invalid("Use at most %(limit)s characters.", limit=MAX_WORDS)
    quote.message, quote.valid_days = message.strip() or None, valid_days
    db.session.flush()


def line_of(quote: Quote, line_id: int) -> QuoteLine:
    """Get a line of a quote; raise NotFound for another one's."""
    for line in quote.lines:
        if line.id == line_id:
            return line
    raise NotFound("This line is no longer in the quote.")


def _new(request: ReuseRequest, moment: datetime) -> Quote:
    card, version = rates.active_on(clock.day_here(moment)), quotes.next_version(request.id)
    before = quotes.of_request(request.id)
    return Quote(
        key=quotes.new_key(),
        number=f"O{request.number[1:]}-{version}",
        request_id=request.id,
        request=request,
        version=version,
        status=QuoteStatus.DRAFT,
        lang=request.lang,
        card_version=card.version if card else "",
        valid_days=VALID_DAYS,
        currency=card.currency if card else CURRENCY,
        net_minor=0,
        vat_minor=0,
        gross_minor=0,
        terms_version=orders.TERMS_VERSION,
        message=before[0].message if before else None,
        left_out=[],
        drafted_at=moment,
    )


def _offer(quote: Quote, standing: Standing, today: date) -> None:
    entry = standing.terms.entry
    if standing.decision.verdict is Verdict.DENY:
        deciding = [found for found in standing.decision.reasons if found.verdict is Verdict.DENY]
        why = " ".join(wording.reason_with_layer(found) for found in deciding)
        quote.left_out = [*quote.left_out, {"entry_id": entry.id, "title": entry.title, "why": why}]
        return
    for item in standing.terms.items:
        choice = request_terms.for_item(item, quote.request, today)
        line = _line(quote, item, LineKind.LICENCE_FEE, wording.summary(choice, quote.lang), choice, today)
        line.layers_excluded = sorted({found.layer.value for found in standing.excluded})
        line.withheld = _withheld(standing)
        _price(line, item, today)
    for cleared in standing.clearances:
        if cleared.status in GIVEN and cleared.fee_minor is not None:
            _charge_fee(quote, standing.terms.items[0], cleared, today)


def _price(line: QuoteLine, item: ProjectItem, today: date) -> None:
    card, asset_type = rates.active_on(today), ASSET_TYPES.get(item.entry.kind.value)
    if card is None or asset_type is None:
        return
    found = offers.price_of(card, asset_type, Choice(tuple(line.choice.items())))
    if isinstance(found, Price):
        line.list_minor = line.net_minor = found.net.minor
        line.trace = [asdict(step) for step in found.trace]
        line.rate_card = card.version


def _charge_fee(quote: Quote, item: ProjectItem, cleared: Clearance, today: date) -> None:
    sentence = FEE if cleared.holder else FEE_OF_SOMEBODY
    words = _(sentence, holder=cleared.holder, layer=_(LAYERS[cleared.layer.value]))
    line = _line(quote, item, LineKind.CLEARANCE_FEE, words, {}, today)
    _agree(line, Money(cleared.fee_minor or 0, quote.currency))


def _line(
    quote: Quote, item: ProjectItem, kind: LineKind, description: str, choice: dict[str, str], today: date
) -> QuoteLine:
    rate = taxes.rate_to(kind, _customer(quote), today)
    line = QuoteLine(
        position=len(quote.lines) + 1,
        entry_id=item.entry_id,
        entry=item.entry,
        item=_part(item) if kind is LineKind.LICENCE_FEE else None,
        kind=kind,
        title=item.entry.title,
        description=description,
        choice=choice,
        user_class=quote.request.user_class,
        vat_code=rate.un_code,
        vat_bp=rate.bp,
        vat_country=rate.country,
        trace=[],
        rate_card="",
        layers_excluded=[],
        withheld=[],
    )
    quote.lines.append(line)
    return line


def _customer(quote: Quote) -> Customer:
    request = quote.request
    return vat_numbers.customer(
        request.country, request.organisation, request.vat_number, quote.drafted_at.date()
    )


def _part(item: ProjectItem) -> dict[str, Any] | None:
    if item.in_ms is not None:
        return {"in_ms": item.in_ms, "out_ms": item.out_ms}
    return {"crop": item.crop} if item.crop is not None else None


def _withheld(standing: Standing) -> list[dict[str, str]]:
    """List the layers that the licence will not cover, with whom the buyer is to ask."""
    excluded = {found.layer.value: found.holder or "" for found in standing.excluded}
    reported = {
        reason.layer: dict(reason.values).get("holder", "")
        for reason in standing.decision.reasons
        if reason.text == reasons.REPORT_YOURSELF
    }
    return [{"layer": layer, "holder": holder} for layer, holder in (reported | excluded).items()]


def _agree(line: QuoteLine, net: Money) -> None:
    line.net_minor = net.minor
    line.trace = [asdict(Step("base", AGREED, str(net.minor), "1", str(net.minor)))]
    db.session.flush()


def _discount(line: QuoteLine, net: Money, reason: str) -> None:
    if not reason or len(reason) > MAX_WORDS:
        raise Invalid("Say why the price differs from the rate card; the buyer reads it.")
    exact = Fraction(line.trace[-1]["result"]) if line.trace else Fraction(line.list_minor or net.minor)
    label = DISCOUNT if net.minor < exact else AGREED
    step = Step("discount", label, reason, str(Fraction(net.minor) / exact), str(net.minor))
    line.trace = [*line.trace, asdict(step)]
    line.net_minor, line.discount_reason = net.minor, reason


def _checked(net: Money) -> Money:
    if not 0 < net.minor <= MAX_MINOR:
        raise Invalid("Fill in an amount in euros without VAT, such as 75 or 75,00.")
    return net


def _add_up(quote: Quote) -> None:
    nothing = Money(0, quote.currency)
    priced = [(Tax(line.vat_country, line.vat_code, line.vat_bp), line.net) for line in quote.lines]
    shares = tax_shares.per_rate([(tax, net, None) for tax, net in priced if net is not None])
    quote.net_minor = sum((share.net for share in shares), nothing).minor
    quote.vat_minor = sum((share.vat for share in shares), nothing).minor
    quote.gross_minor = quote.net_minor + quote.vat_minor
    db.session.flush()


def _check_draft(quote: Quote) -> None:
    if quote.status is not QuoteStatus.DRAFT:
        raise Refused(
            "Quote %(number)s was sent, so it is frozen. Draft the next version.", number=quote.number
        )


def _audit(what: str, quote: Quote, by: int, **detail: Any) -> None:
    audit.record(f"quote.{what}", "request", quote.request.number, by, quote=quote.number, **detail)
