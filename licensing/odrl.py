"""A licence as an ODRL 2.2 policy (W3C Recommendations odrl-model and vocab-odrl, 2018), for other programs.

Pure: from the facts of a licence to JSON-LD. No deprecated term is used; mining of the content is prohibited in the
words of the TDM Reservation Protocol. Without a licensee's name the policy may be read by anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

CONTEXT: list[Any] = [
    "http://www.w3.org/ns/odrl.jsonld",
    {"dcterms": "http://purl.org/dc/terms/", "tdm": "http://www.w3.org/ns/tdmrep#"},
]
MEDIA_TYPE = "application/ld+json"
CURRENCIES = {"EUR": "http://dbpedia.org/resource/Euro"}
EVERYWHERE = ["WW"]
PROHIBITED = ("sell", "transfer", "tdm:mine")

# What may be done, by use and kind of asset.
_SOUND = {
    "documentary": "synchronize",
    "advertising": "synchronize",
    "podcast": "include",
    "exhibition": "present",
    "education": "present",
    "book": "include",
}
_IMAGE = {
    "documentary": "include",
    "advertising": "display",
    "web": "display",
    "exhibition": "present",
    "education": "present",
    "book": "print",
}


@dataclass(frozen=True)
class Grant:
    """What the policy is about. Addresses are absolute; `territory` are ISO 3166 codes, or WW.

    `count` is the greatest number of copies or people (None: no limit); `ask` are layers not granted; `fee` is
    without VAT in major units, with its currency, and None where it is nobody's business.
    """

    address: str
    licensor: str
    licensor_name: str
    asset: str
    is_image: bool
    use: str
    territory: Sequence[str]
    first_day: date
    last_day: date | None
    production: str
    credit_line: str
    ask: Sequence[str]
    is_exclusive: bool
    count: int | None = None
    licensee_name: str | None = None
    fee: tuple[Decimal, str] | None = None


def policy(grant: Grant) -> dict[str, Any]:
    """Write a licence as an ODRL Agreement."""
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Agreement",
        "uid": grant.address,
        "profile": "http://www.w3.org/ns/tdmrep",
        "conflict": "prohibit",
        "assigner": {
            "@type": ["Party", "schema:Organization"],
            "uid": grant.licensor,
            "dcterms:title": grant.licensor_name,
        },
        "assignee": _assignee(grant),
        "target": grant.asset,
        "permission": [_permission(grant)],
        "prohibition": [{"action": action} for action in PROHIBITED],
        "obligation": [_at_the_end(grant)] if grant.last_day else [],
    }
    if grant.is_exclusive:
        said["obligation"].append(
            {
                "action": "ensureExclusivity",
                "assigner": f"{grant.address}#licensee",
                "assignee": grant.licensor,
            }
        )
    return {name: value for name, value in said.items() if value}


def fragment(address: str, item: dict[str, Any] | None) -> str:
    """Point to a part of a piece in its address (W3C Media Fragments 1.0): seconds of sound, per cent of a picture."""
    if item and item.get("out_ms") is not None:
        return f"{address}#t={_seconds(item.get('in_ms') or 0)},{_seconds(item['out_ms'])}"
    if item and item.get("crop"):
        sides = (str(round(item["crop"][side] * 100)) for side in ("x", "y", "width", "height"))
        return f"{address}#xywh=percent:{','.join(sides)}"
    return address


def _assignee(grant: Grant) -> dict[str, Any]:
    party: dict[str, Any] = {"@type": "Party", "uid": f"{grant.address}#licensee"}
    return party | ({"dcterms:title": grant.licensee_name} if grant.licensee_name else {})


def _permission(grant: Grant) -> dict[str, Any]:
    action = (_IMAGE if grant.is_image else _SOUND).get(grant.use, "include")
    return {"action": action, "constraint": _constraints(grant), "duty": _duties(grant)}


def _constraints(grant: Grant) -> list[dict[str, Any]]:
    found = [
        _constraint("purpose", "eq", f"{grant.address}#production"),
        _constraint("media", "eq", grant.use),
        _constraint("dateTime", "gteq", _on(grant.first_day)),
    ]
    if grant.last_day is not None:
        found.append(_constraint("dateTime", "lteq", _on(grant.last_day)))
    if list(grant.territory) != EVERYWHERE:
        found.append(_constraint("spatial", "isAnyOf", list(grant.territory)))
    if grant.count is not None:
        number = {"@value": str(grant.count), "@type": "xsd:integer"}
        found.append(_constraint("count", "lteq", number))
    found[0]["dcterms:title"] = grant.production
    return found


def _duties(grant: Grant) -> list[dict[str, Any]]:
    attribute = {
        "action": "attribute",
        "attributedParty": grant.licensor,
        "dcterms:description": grant.credit_line,
    }
    inform = {"action": "inform", "informedParty": grant.licensor}
    consents = [{"action": "obtainConsent", "dcterms:subject": layer} for layer in grant.ask]
    return [_compensate(grant), attribute, inform, *consents]


def _compensate(grant: Grant) -> dict[str, Any]:
    if grant.fee is None:
        return {"action": "compensate", "compensatedParty": grant.licensor}
    amount, currency = grant.fee
    paid = _constraint("payAmount", "eq", {"@value": str(amount), "@type": "xsd:decimal"})
    refinement = paid | {"unit": CURRENCIES.get(currency, f"urn:iso:std:iso:4217:{currency}")}
    return {
        "action": [{"rdf:value": {"@id": "odrl:compensate"}, "refinement": [refinement]}],
        "compensatedParty": grant.licensor,
    }


def _at_the_end(grant: Grant) -> dict[str, Any]:
    day = grant.last_day or grant.first_day
    return {
        "action": "delete",
        "assigner": grant.licensor,
        "assignee": f"{grant.address}#licensee",
        "constraint": [_constraint("dateTime", "gt", _on(day))],
    }


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _on(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _seconds(milliseconds: int) -> str:
    return f"{Decimal(milliseconds) / 1000:f}"
