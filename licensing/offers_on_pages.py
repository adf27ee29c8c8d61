"""What pages ask about offers: the ticket of an entry, its ready packages and rights, the public list of rates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from archive import clock
from archive.db import db
from archive.language import language, speaking
from catalogue import entries
from catalogue.entries import Entry
from licensing import offers, taxes, wording
from licensing.choices import PACKAGE, Choice
from licensing.money import Money
from licensing.offers import Offer
from licensing.pricing import Card
from licensing.vocabulary import ASSET_TYPES, PACKAGES, SCOPES, SOUND, USES, USES_OF


@dataclass(frozen=True)
class ReadyOffer:
    """A ready package for one entry, in the reader's language; `saving` is on what its parts cost, with VAT."""

    code: str
    name: str
    purpose: str
    covers: str
    offer: Offer
    saving: Money | None


@dataclass(frozen=True)
class RateLine:
    """One line of the public list of rates, in the reader's language."""

    use: str
    included: str
    from_label: str


def template_globals() -> dict[str, Callable[..., object]]:
    """Name what templates may call: the offer of an entry's page, its packages and rights, the list of rates."""
    return {
        "licence_offer": _offer_on_page,
        "licence_packages": _packages_on_page,
        "rights_lines": _rights_on_page,
        "licence_rates": _rates_on_page,
        "vat_label": wording.vat_label,
    }


def ready_offers(entry: Entry, on: date, lang: str) -> list[ReadyOffer]:
    """List the ready packages that can be ordered for an entry on a day, cheapest first."""
    card = offers.card_on(on)
    packages = card.packages_of(ASSET_TYPES.get(entry.kind.value, "")) if card else {}
    asked = [(entry, Choice(((PACKAGE, code),))) for code in packages]
    priced = [offer for offer in offers.offers_for(asked, on) if offer.price is not None]
    with speaking(lang):
        return [_ready(offer) for offer in sorted(priced, key=lambda offer: offer.total)]


def rate_list(on: date, lang: str) -> list[RateLine]:
    """List what each use of a recording costs from, and what that includes."""
    card = offers.card_on(on)
    if card is None:
        return []
    with speaking(lang):
        return [_rate_line(card, use, lang) for use in USES_OF[SOUND]]


def _ready(offer: Offer) -> ReadyOffer:
    name, purpose = PACKAGES[offer.choice.package]
    covers = wording.capital(wording.in_one_line(offer.choice.answers()))
    return ReadyOffer(offer.choice.package, _(name), _(purpose), covers, offer, _saving(offer))


def _saving(offer: Offer) -> Money | None:
    # The price that is shown includes VAT, so what is saved does too.
    if offer.price is None or offer.price.saving is None:
        return None
    return taxes.vat_on(offer.vat.net + offer.price.saving, offer.vat.rate).gross - offer.total


def _rate_line(card: Card, use: str, lang: str) -> RateLine:
    row = card.row(SOUND, use)
    included = [_(SCOPES[use])]
    if row is not None:
        included += [
            wording.in_a_line(question, row.included[question]) for question in ("territory", "term")
        ]
    from_label = row.base.show(lang, whole=True) if row else _("on request")
    return RateLine(_(USES[use]), wording.capital(", ".join(included)), from_label)


def _offer_on_page(pid: str, args: Mapping[str, str]) -> Offer:
    return offers.offer_for(entry_at_hand(pid), Choice.read(args), clock.now().date())


def _packages_on_page(pid: str) -> list[ReadyOffer]:
    return ready_offers(entry_at_hand(pid), clock.now().date(), language())


def _rights_on_page(pid: str) -> list[wording.RightsLine]:
    ground = offers.ground_of(entry_at_hand(pid))
    return wording.layers_shown(ground.claims, ground.facts, language(), clock.now().date())


def _rates_on_page() -> list[RateLine]:
    return rate_list(clock.now().date(), language())


def entry_at_hand(pid: str) -> Entry:
    """Get the entry that the page in hand has read; raise NotFound."""
    # A page asks for the offer and for the rights of the same entry, and has read it itself: once is enough.
    for known in db.session.identity_map.values():
        if isinstance(known, Entry) and known.pid == pid:
            return known
    return entries.get(pid)
