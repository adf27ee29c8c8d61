"""What uses of entries cost, for the ticket's script and for other programs: one at a time, or many at once."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import bodies, clock, transactions
from archive.language import LANGUAGES, language, speaking
from archive.web_security import csrf
from catalogue import entries
from catalogue.entries import Entry
from licensing import estimates, machine_buyers, missed, offers, offers_on_pages
from licensing.choices import Choice
from licensing.estimates import Estimate
from licensing.offers import Offer

LARGEST_BODY = 512 * 1024  # bytes


def register(api: Blueprint) -> None:
    """Put these views on the floor's interface for programs."""
    api.add_url_rule("/entries/<pid>/price", "price", price)
    api.add_url_rule("/quotes", "quotes", csrf.exempt(quotes), methods=["POST"])


def price(pid: str) -> ResponseReturnValue:
    """Answer a choice with the decision, the price and its trace; texts in the language `lang`. Raises Invalid.

    The tax is that of `country` and `vat_number`, without them that of a consumer at home.
    """
    today = clock.now().date()
    entry = entries.get_public(pid, today)
    buyer = machine_buyers.read(request.args, today)
    offer = offers.offer_for(entry, Choice.read(request.args), today, buyer.customer)
    if "use" in request.args:
        missed.count(entry.id, offer, today)
    lang = _language()
    with speaking(lang):
        body = _facts(offer) | {
            "buyer": buyer.told(),
            "packages": {found.code: found.offer.vat.net.minor for found in _ready(entry, lang)},
            "ticket": ticket(offer, lang),
        }
    return _of_today(body)


@bodies.takes(LARGEST_BODY)
@transactions.reads
def quotes() -> ResponseReturnValue:
    """Price several items at once: {"items": [{"pid", "choice", "in_ms", "out_ms"}], "buyer": {"country",
    "vat_number"}}, of which the buyer may be left out. Raises Invalid.

    Nothing is kept and nobody is bound; it is a POST because what is asked does not fit an address.
    """
    lang = _language()
    with speaking(lang):
        body, today = request.get_json(silent=True), clock.now().date()
        items = estimates.read(body)
        buyer = machine_buyers.read(estimates.buyer_of(body), today)
        found = estimates.make(items, today, buyer.customer)
        return _of_today(_estimate(found, lang) | {"buyer": buyer.told()})


def ticket(offer: Offer, lang: str) -> dict[str, Any]:
    """Write an offer as the texts of the ticket, ready to show."""
    texts = {
        "state": offer.state,
        "message": " ".join([*offer.notices, offer.message]).strip(),
        "summary": offer.summary(lang),
        "trace": [{"label": label, "amount": amount} for label, amount in offer.trace_shown(lang)],
        "package": offer.choice.package,
    }
    if offer.price is not None:
        texts |= {
            "net": offer.price.net.show(lang),
            "vat_label": offer.vat_label(lang),
            "vat": offer.vat.vat.show(lang),
            "total": offer.total.show(lang),
            "button": _("Order this licence"),
        }
    return texts


def _facts(offer: Offer) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "decision": offer.decision.verdict.value,
        "state": offer.state,
        "choice": offer.choice.answers(),
        "questions": {asked.code: [option.code for option in asked.options] for asked in offer.questions},
        "user_class": offer.choice.user_class,
        "rate_card": offer.card_version or None,
        "reasons": estimates.reasons_of(offer),
        "trace": offer.trace_for_storage(),
        "net_minor": None,
    }
    if offer.price is not None:
        facts |= {
            "currency": offer.price.net.currency,
            "net_minor": offer.price.net.minor,
            "vat_country": offer.vat.rate.country,
            "vat_bp": offer.vat.rate.bp,
            "vat_code": offer.vat.rate.un_code,
            "vat_minor": offer.vat.vat.minor,
            "total_minor": offer.total.minor,
        }
    return facts


def _estimate(found: Estimate, lang: str) -> dict[str, Any]:
    return {
        "lines": [
            {"pid": entry.pid, "title": entry.title, "summary": offer.summary(lang), **_facts(offer)}
            for entry, offer in found.lines
        ],
        "currency": found.net.currency if found.net else None,
        "net_minor": found.net.minor if found.net else None,
        "vat": [
            {
                "country": part.rate.country,
                "code": part.rate.un_code,
                "bp": part.rate.bp,
                "net_minor": part.net.minor,
                "vat_minor": part.vat.minor,
            }
            for part in found.vat
        ],
        "vat_minor": found.tax.minor if found.tax else None,
        "total_minor": found.total.minor if found.total else None,
        "is_complete": all(offer.price is not None for _entry, offer in found.lines),
    }


def _ready(entry: Entry, lang: str) -> list[offers_on_pages.ReadyOffer]:
    return offers_on_pages.ready_offers(entry, clock.now().date(), lang)


def _language() -> str:
    # The page says in which language it is; a browser may well prefer another one.
    return asked if (asked := request.args.get("lang")) in LANGUAGES else language()


def _of_today(body: dict[str, Any]) -> Response:
    answer = jsonify(body)
    answer.headers["Cache-Control"] = "no-store"  # a price holds when it is shown, and not later
    return answer
