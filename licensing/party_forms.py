"""What staff type about a party, read into columns, or messages by field."""

import re
from collections.abc import Mapping
from typing import Any

from archive import mail
from archive.errors import DomainError, Invalid, NotFound
from catalogue import identifier_rules
from licensing import parties
from licensing.countries import COUNTRIES
from licensing.parties import Party, PartyKind, Payout, TaxProfile

LONGEST = 300
_NUMBER = re.compile(r"(?:.* · )?(\d{1,9})")
_VAT_ID = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")  # Directive 2006/112/EC art. 215: begins with the country

Form = Mapping[str, str]


def read(form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the columns of a party, and what is wrong with some of them."""
    faults: dict[str, str] = {}
    details: dict[str, Any] = {}
    for name, reader in _READERS.items():
        text = " ".join(form.get(name, "").split())[:LONGEST]
        try:
            details[name] = reader(text)
        except DomainError as fault:
            faults[name] = fault.sentence()
    return details, faults


def typed(party: Party) -> dict[str, str]:
    """Give a party as its form holds it."""
    values = {name: getattr(party, name) for name in _READERS}
    return {name: str(getattr(value, "value", value) or "") for name, value in values.items()}


def version(form: Form) -> int:
    """Give the version that somebody saw; what is no number was never seen."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def other(form: Form) -> Party:
    """Find the party that is named by its number. Raise Invalid."""
    found = _NUMBER.fullmatch(form.get("other", "").strip()[:LONGEST])
    if found is None:
        raise Invalid("Choose a party from the list: a name with its number.")
    try:
        return parties.get(int(found[1]))
    except NotFound:
        raise Invalid("There is no party with this number. Choose one from the list.") from None


def _name(text: str) -> str:
    if not text:
        raise Invalid("Fill in the name.")
    return text


def _kind(text: str) -> PartyKind:
    return PartyKind(_one_of(text, [kind.value for kind in PartyKind]))


def _tax_profile(text: str) -> TaxProfile:
    return TaxProfile(_one_of(text or TaxProfile.PRIVATE.value, [profile.value for profile in TaxProfile]))


def _payout(text: str) -> Payout:
    return Payout(_one_of(text or Payout.NONE.value, [payout.value for payout in Payout]))


def _email(text: str) -> str | None:
    return mail.read_address(text) if text else None


def _country(text: str) -> str | None:
    return _one_of(text, COUNTRIES) if text else None


def _vat_id(text: str) -> str | None:
    compact = re.sub(r"[\s.-]", "", text.upper())
    if compact and not _VAT_ID.fullmatch(compact):
        raise Invalid("A VAT number begins with two letters, such as NL123456789B01.")
    return compact or None


def _ipi(text: str) -> str | None:
    value = _checked("ipi", text) if text else None
    if value is not None and not value.isdigit():
        raise Invalid("This is a base number. Fill in the IPI name number: eleven digits.")
    return value


def _isni(text: str) -> str | None:
    return _checked("isni", text) if text else None


def _checked(scheme: str, text: str) -> str:
    try:
        return identifier_rules.check(scheme, text)
    except identifier_rules.BadIdentifier:
        raise Invalid("This number cannot be right: its check digits say otherwise. Compare it.") from None


def _one_of(text: str, known: Any) -> str:
    if text not in known:
        raise Invalid("Choose from the list.")
    return text


def _plain(text: str) -> str | None:
    return text or None


_READERS: dict[str, Any] = {
    "name": _name,
    "kind": _kind,
    "email": _email,
    "country": _country,
    "vat_id": _vat_id,
    "reg_no": _plain,
    "ipi": _ipi,
    "isni": _isni,
    "tax_profile": _tax_profile,
    "payout": _payout,
}
