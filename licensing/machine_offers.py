"""What an entry says to machines about licences: in its JSON, and in schema.org on its page.

`license`, `acquireLicensePage`, `creditText` and `copyrightNotice` are the names of schema.org's CreativeWork that
search engines read for their "licensable" mark (developers.google.com/search: image-license-metadata).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from archive import addresses, clock
from archive.config import current
from archive.language import language
from catalogue import entries
from catalogue.entries import Entry
from licensing import offers, offers_on_pages
from licensing.choices import PACKAGE, Choice
from licensing.claims import Basis, Claim, ClaimStatus, Layer
from licensing.offers_on_pages import ReadyOffer
from licensing.vocabulary import ASSET_TYPES, IMAGE, SOUND

# Layers whose holders a copyright notice names.
_NOTED = (Layer.MASTER, Layer.PHOTOGRAPH, Layer.ARTWORK_SHOWN, Layer.FILM, Layer.BROADCAST)
_OURS = frozenset({Basis.OWNED, Basis.ASSIGNED})
_TYPES = {SOUND: "MusicRecording", IMAGE: "ImageObject"}
_FREE = frozenset({Basis.PUBLIC_DOMAIN, Basis.UNKNOWN})

Data = dict[str, Any]


def for_interface(entry: Entry, today: date, lang: str) -> Data:
    """Describe the licences of an entry for its JSON: terms, page, credit, and the offers by package."""
    offer = offers.offer_for(entry, Choice(()), today)
    ready = offers_on_pages.ready_offers(entry, today, lang)
    return {
        **_terms(entry, offer.ground.claims, lang, is_for_sale=offer.state != "refused"),
        "state": offer.state,
        "price": addresses.absolute("licensing_api.price", lang=lang, pid=entry.pid),
        "offers": [_package(entry, found, lang) for found in ready],
    }


def markup(pid: str, maker: str | None = None, picture_url: str | None = None) -> Data:
    """Describe an entry's licences in schema.org, for its page; in the reader's language."""
    entry, today, lang = offers_on_pages.entry_at_hand(pid), clock.now().date(), language()
    offer = offers.offer_for(entry, Choice(()), today)
    data: Data = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(offer.asset_type, "CreativeWork"),
        "@id": f"{current().base_url}/id/{entry.pid}",
        "name": entry.title,
        "url": addresses.absolute("catalogue.entry", lang=lang, pid=entry.pid),
        **_terms(entry, offer.ground.claims, lang, is_for_sale=offer.state != "refused"),
    }
    if maker:
        data["creator"] = {"@type": "Thing", "name": maker}
    if picture_url:
        data["contentUrl"] = current().base_url + picture_url
    ready = offers_on_pages.ready_offers(entry, today, lang)
    if ready:
        data["offers"] = [_schema_offer(entry, found, lang) for found in ready]
    return data


def of_entry(pid: str) -> Data:
    """Describe the licences of a public entry, for the catalogue's JSON, in the reader's language."""
    return for_interface(entries.get(pid), clock.now().date(), language())


def _terms(entry: Entry, claims: Sequence[Claim], lang: str, *, is_for_sale: bool) -> Data:
    terms = {
        "license": entry.rights_uri,
        "acquireLicensePage": _page(entry, lang) if is_for_sale and entry.kind.value in ASSET_TYPES else None,
        "creditText": entry.credit_line or f"{current().site_name}, {entry.shelfmark or entry.pid}",
        "copyrightNotice": _notice(claims),
    }
    return {name: value for name, value in terms.items() if value}


def _notice(claims: Sequence[Claim]) -> str:
    present = [
        claim
        for claim in claims
        if claim.layer in _NOTED and claim.status is not ClaimStatus.SUPERSEDED and claim.basis not in _FREE
    ]
    ours = current().site_name
    names = [claim.holder or (ours if claim.basis in _OURS else "") for claim in present]
    return "© " + ", ".join(dict.fromkeys(filter(None, names))) if any(names) else ""


def _page(entry: Entry, lang: str, **choice: str) -> str:
    return addresses.absolute("catalogue.entry", lang=lang, pid=entry.pid, **choice) + "#licence"


def _package(entry: Entry, ready: ReadyOffer, lang: str) -> Data:
    total = ready.offer.vat
    return {
        "package": ready.code,
        "name": ready.name,
        "description": ready.purpose,
        "covers": ready.covers,
        "choice": ready.offer.choice.answers(),
        "currency": total.net.currency,
        "net_minor": total.net.minor,
        "vat_minor": total.vat.minor,
        "total_minor": total.gross.minor,
        "url": _page(entry, lang, **{PACKAGE: ready.code}),
    }


def _schema_offer(entry: Entry, ready: ReadyOffer, lang: str) -> Data:
    gross = ready.offer.total
    return {
        "@type": "Offer",
        "name": ready.name,
        "description": f"{ready.purpose} {ready.covers}.",
        "price": gross.plain(),
        "priceCurrency": gross.currency,
        "priceSpecification": {
            "@type": "PriceSpecification",
            "price": gross.plain(),
            "priceCurrency": gross.currency,
            "valueAddedTaxIncluded": True,
        },
        "availability": "https://schema.org/InStock",
        "url": _page(entry, lang, **{PACKAGE: ready.code}),
    }
