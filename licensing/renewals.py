"""Renewals and extensions: the licensee's own way to more time or more places, at the price of the day, by a link.

A renewal costs what the same use costs today. An extension costs what the wider use costs today, less all that was
paid for the licence it replaces. What the rights or somebody's exclusivity no longer allow is refused with the reason.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from archive.errors import NotFound, Refused
from licensing import (
    agreements,
    exclusivity,
    licences,
    offers,
    orders,
    pricing,
    successions,
    taxes,
    vat_numbers,
)
from licensing.agreements import Agreement, Particulars
from licensing.choices import Choice
from licensing.licences import Licence, Standing
from licensing.money import Money
from licensing.offers import Offer
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.pricing import Step
from licensing.successions import SuccessionKind
from licensing.taxes import VatLine
from licensing.vocabulary import COUNTRIES, N_, TERMS, WORLDWIDE

PAID_BEFORE = N_("Less what was paid for the licence that this one replaces")

WIDER = ("territory", "term")  # what an extension may change


@dataclass(frozen=True)
class Following:
    """What can follow a licence, and what it costs; `last_day` None means without end."""

    kind: SuccessionKind
    licence: Licence
    offer: Offer
    choice: dict[str, str]
    first_day: date
    last_day: date | None
    taxed: VatLine
    trace: tuple[Step, ...]


def renewal_of(licence: Licence, today: date) -> Following:
    """Offer the same use for another term, from the end of this one; raise Refused with the reason."""
    _require_open(licence, today)
    if licence.ends_on is None:
        raise Refused("This licence has no end, so there is nothing to renew.")
    choice = _choice_of(licence)
    first, last = successions.days(SuccessionKind.RENEWAL, licence, choice["term"], today)
    offer = _priced(licence, choice, today)
    _priced(licence, choice, first)  # the rights and other licences as they will stand then
    return _following(SuccessionKind.RENEWAL, licence, offer, (first, last), offer.vat.net, _trace(offer))


def extension_of(licence: Licence, changes: Mapping[str, str], today: date) -> Following:
    """Offer a wider territory or a longer term from today; raise Refused with the reason."""
    _require_open(licence, today)
    if licences.standing(licence, today) is not Standing.VALID:
        raise Refused("Only a licence that is valid today can be extended.")
    before = _choice_of(licence)
    choice = before | {name: changes[name] for name in WIDER if changes.get(name)}
    _require_wider(before, choice)
    offer = _priced(licence, choice, today)
    net, trace = _difference(offer, licence.line.net)
    days = successions.days(SuccessionKind.EXTENSION, licence, choice["term"], today)
    return _following(SuccessionKind.EXTENSION, licence, offer, days, net, trace)


def place(following: Following, *, consent: dict[str, Any], terms: str, lang: str, moment: datetime) -> Order:
    """Order what follows a licence, for the same licensee; ordered again at the same price, it is one order."""
    licence, before = following.licence, following.licence.line.order
    buyer = Buyer(
        before.buyer_name,
        before.buyer_email,
        before.organisation,
        before.country,
        before.project,
        lang,
        vat_number=before.vat_number,
    )
    order = orders.place(
        buyer,
        [_line(following, lang)],
        form_key=_form_key(following),
        consent=consent,
        terms=terms,
        moment=moment,
    )
    successions.add(order.lines[0], licence, following.kind)
    agreements.generate(order, moment, _particulars(agreements.of_order(before.id)))
    return order


def link_token(licence: Licence) -> str:
    """Make the signed part of the link by which the licensee renews; always the same."""
    return _signer().dumps(licence.code)


def get_by_token(token: str) -> Licence:
    """Get the licence behind a link; raise NotFound."""
    try:
        code = _signer().loads(token)
    except BadSignature:
        raise NotFound("There is no licence behind this link. Copy the whole link from the mail.") from None
    return licences.get_by_code(str(code))


def _require_open(licence: Licence, today: date) -> None:
    successor = licences.successor_of(licence.id)
    if successor is not None:
        raise Refused("This licence has been followed by %(number)s already.", number=successor.number)
    if licences.standing(licence, today) not in (Standing.VALID, Standing.EXPIRED):
        raise Refused("This licence is not in force, so it cannot be renewed. Write to the archive.")
    if licence.is_exclusive or licence.line.layers_excluded:
        raise Refused("This licence was made to measure. Ask the archive for a quote to go on with it.")


def _choice_of(licence: Licence) -> dict[str, str]:
    return dict(licence.grant["choice"])


def _require_wider(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    if dict(before) == dict(after):
        raise Refused("Choose a wider territory or a longer term.")
    terms = list(TERMS)
    known = after["territory"] in COUNTRIES and after["term"] in terms
    if (
        not known
        or terms.index(after["term"]) < terms.index(before["term"])
        or not _contains(COUNTRIES[after["territory"]], COUNTRIES[before["territory"]])
    ):
        raise Refused("A licence can be extended, not narrowed. Choose a wider territory or a longer term.")


def _contains(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return WORLDWIDE in wide or narrow <= wide


def _priced(licence: Licence, choice: Mapping[str, str], on: date) -> Offer:
    order = licence.line.order
    customer = vat_numbers.customer(order.country, order.organisation, order.vat_number, on)
    offer = offers.offer_for(licence.entry, Choice(tuple(choice.items())), on, customer)
    if offer.price is None:
        raise Refused("This licence cannot be continued as it is: %(reason)s", reason=offer.message)
    return offer


def _trace(offer: Offer) -> tuple[Step, ...]:
    return offer.price.trace if offer.price else ()


def _difference(offer: Offer, paid: Money) -> tuple[Money, tuple[Step, ...]]:
    left = offer.vat.net - paid
    if left.minor <= 0:
        raise Refused(
            "By the list of today this costs nothing more. Write to the archive to have it extended."
        )
    trace = _trace(offer)
    exact = Fraction(trace[-1].result)
    last = Step(
        "paid_before", PAID_BEFORE, str(paid.minor), str(Fraction(left.minor) / exact), str(left.minor)
    )
    return left, (*trace, last)


def _following(
    kind: SuccessionKind,
    licence: Licence,
    offer: Offer,
    days: tuple[date, date | None],
    net: Money,
    trace: tuple[Step, ...],
) -> Following:
    pricing.recompute(trace, net.currency)
    taxed = taxes.vat_on(net, offer.vat.rate)
    return Following(kind, licence, offer, offer.choice.answers(), *days, taxed, trace)


def _line(following: Following, lang: str) -> PricedLine:
    offer, taxed, before = following.offer, following.taxed, following.licence.line
    return PricedLine(
        entry_id=before.entry_id,
        title=following.licence.entry.title,
        kind=LineKind.LICENCE_FEE,
        choice=following.choice,
        summary=offer.summary(lang),
        net=taxed.net,
        vat=taxed.vat,
        vat_code=taxed.rate.un_code,
        vat_bp=taxed.rate.bp,
        vat_country=taxed.rate.country,
        trace=[asdict(step) for step in following.trace],
        rate_card=offer.card_version,
        item=before.item,
        user_class=before.user_class,
        is_exclusive=exclusivity.is_exclusive(following.choice),
    )


def _form_key(following: Following) -> str:
    # The order of the same thing at the same price is found again; its link is signed, so the key is no secret.
    parts = (
        following.kind.value,
        following.licence.number,
        following.choice["territory"],
        following.choice["term"],
        str(following.taxed.gross.minor),
    )
    return ":".join(parts)


def _particulars(agreement: Agreement | None) -> Particulars:
    said = Particulars()
    if agreement is None:
        return said
    return replace(
        said,
        licensee=agreement.licensee,
        end_user=agreement.end_user,
        production_type=agreement.production_type,
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="renewal")
