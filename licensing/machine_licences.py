"""Licences for programs: the public check as JSON, and the terms as ODRL, with or without the licensee."""

from datetime import date
from decimal import Decimal
from typing import Any

from archive import addresses
from archive.config import current
from catalogue.entries import Entry, EntryKind
from catalogue.pages import pieces
from licensing import agreement_documents, circulation, licences, money, odrl
from licensing.agreements import Agreement
from licensing.licences import Licence, Standing
from licensing.odrl import Grant


def standing_on(licence: Licence, today: date) -> tuple[Standing, Licence | None]:
    """Say what a licence is worth on a day, and which other one has taken its place."""
    standing, successor = licences.standing(licence, today), licences.successor_of(licence.id)
    if successor is not None and standing is Standing.EXPIRED:
        standing = Standing.REPLACED
    return standing, successor


def check(licence: Licence, today: date) -> dict[str, Any]:
    """Give the answer of the public check; nothing in it tells whose the licence is."""
    standing, successor = standing_on(licence, today)
    return {
        "number": licence.number,
        "code": licence.code,
        "standing": standing.value,
        "on": today.isoformat(),
        "entry": _address("catalogue_open.permalink", pid=licence.entry.pid),
        "title": licence.line.title,
        "use": licence.grant["choice"],
        "starts_on": licence.starts_on.isoformat(),
        "ends_on": licence.ends_on.isoformat() if licence.ends_on else None,
        "replaced_by": successor.number if successor else None,
        "terms": _address("licensing_open.licence_terms", code=licence.code),
    }


def public_terms(licence: Licence) -> dict[str, Any]:
    """Give the terms of a licence as ODRL, without licensee, production and fee."""
    return odrl.policy(_grant(licence, "", None, None))


def full_terms(agreement: Agreement, parts: list[Licence]) -> list[dict[str, Any]]:
    """Give the terms of the licences of an agreement as ODRL, for the licensee."""
    order = agreement.order
    unit = 10 ** money.exponent_of(order.currency)
    return [
        odrl.policy(
            _grant(
                part,
                order.project,
                agreement.licensee,
                (Decimal(part.line.net_minor) / unit, order.currency),
            )
        )
        for part in parts
    ]


def _grant(licence: Licence, production: str, licensee: str | None, fee: tuple[Decimal, str] | None) -> Grant:
    entry, choice = licence.entry, licence.grant["choice"]
    piece = pieces.find(Entry.id == entry.id)[0]
    asset = _address("catalogue_open.permalink", pid=entry.pid)
    return Grant(
        address=_address("licensing_open.licence", code=licence.code),
        licensor=current().base_url,
        licensor_name=current().site_name,
        asset=odrl.fragment(asset, licence.line.item),
        is_image=entry.kind is EntryKind.IMAGE,
        use=licence.use_code,
        territory=licence.territory,
        first_day=licence.starts_on,
        last_day=licence.ends_on,
        production=production,
        credit_line=agreement_documents.credit_line(piece),
        ask=licence.grant.get("layers", {}).get("not_granted", []),
        is_exclusive=licence.is_exclusive,
        count=circulation.limit(choice),
        licensee_name=licensee,
        fee=fee,
    )


def _address(endpoint: str, **values: str) -> str:
    # None of these pages has a language of its own.
    return addresses.absolute(endpoint, lang=current().default_language, **values)
