"""The price of a use of an entry, for the ticket's script and for other programs."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.language import LANGUAGES, language, speaking
from catalogue import entries
from licensing import offers, wording
from licensing.choices import Choice
from licensing.offers import Offer


def register(api: Blueprint) -> None:
    """Put this view on the floor's interface for programs."""
    api.add_url_rule("/entries/<pid>/price", "price", price)


def price(pid: str) -> ResponseReturnValue:
    """Answer a choice with the decision, the price and its trace; texts in the language `lang`."""
    today = clock.now().date()
    offer = offers.offer_for(entries.get_public(pid, today), Choice.read(request.args), today)
    # The page says in which language it is; a browser may well prefer another one.
    lang = asked if (asked := request.args.get("lang")) in LANGUAGES else language()
    with speaking(lang):
        answer = jsonify(_facts(offer) | {"reasons": _reasons(offer), "ticket": ticket(offer, lang)})
    answer.headers["Cache-Control"] = "no-store"  # a price holds when it is shown, and not later
    return answer


def ticket(offer: Offer, lang: str) -> dict[str, Any]:
    """Write an offer as the texts of the ticket, ready to show."""
    texts = {
        "state": offer.state,
        "message": " ".join([*offer.notices, offer.message]).strip(),
        "summary": offer.summary(lang),
        "trace": [{"label": label, "amount": amount} for label, amount in offer.trace_shown(lang)],
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
        "rate_card": offer.card_version or None,
        "trace": offer.trace_for_storage(),
        "net_minor": None,
    }
    if offer.price is not None:
        facts |= {
            "currency": offer.price.net.currency,
            "net_minor": offer.price.net.minor,
            "vat_bp": offer.vat.rate.bp,
            "vat_code": offer.vat.rate.un_code,
            "vat_minor": offer.vat.vat.minor,
            "total_minor": offer.total.minor,
        }
    return facts


def _reasons(offer: Offer) -> list[dict[str, str]]:
    return [
        {"verdict": found.verdict.value, "layer": found.layer, "text": wording.reason(found)}
        for found in offer.decision.reasons
    ]
