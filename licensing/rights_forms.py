"""What staff type about rights, read into typed values, or messages by field."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import partial
from typing import TypeVar

from archive.errors import DomainError, Invalid, NotFound
from licensing import parties
from licensing.claiming import Said
from licensing.claims import Basis, ClaimStatus, Layer, Part, Use
from licensing.consents import ConsentKind, Given
from licensing.countries import COUNTRIES
from licensing.parties import Party, PartyKind
from licensing.reasons import Verdict
from licensing.searches import SearchSource
from licensing.vocabulary import COUNTRIES as PLACES
from licensing.vocabulary import WORLDWIDE

LONGEST = 2000  # characters of a text
_NUMBERED = re.compile(r" · (\d{1,9})$")  # how a party is offered: its name and number
_STRETCH = re.compile(r"^(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?$")

Form = Mapping[str, str]
Faults = dict[str, str]
Value = TypeVar("Value")
Code = TypeVar("Code", bound=Enum)


def claim(form: Form) -> tuple[Said | None, Faults]:
    """Read a claim."""
    faults: Faults = {}
    party = _try(faults, "party", lambda: read_party(form))
    said = {
        "layer": _try(faults, "layer", lambda: _code(Layer, form.get("layer", ""))),
        "basis": _try(faults, "basis", lambda: _code(Basis, form.get("basis", ""))),
        "status": _try(faults, "status", lambda: _status(form.get("status", ""))),
        "share_bp": _try(faults, "share", lambda: share(form.get("share", ""))),
        "territory": _try(faults, "territory", lambda: territory(form.get("territory", ""))),
        "part": _try(faults, "part_in", lambda: part(form.get("part_in", ""), form.get("part_out", ""))),
    }
    days = {name: _try(faults, name, partial(day, form.get(name, ""))) for name in _DAYS}
    texts = {name: form.get(name, "").strip()[:LONGEST] or None for name in _TEXTS}
    if faults:
        return None, faults
    return Said(**said, **days, **texts, party=party, limits=_limits(form)), {}  # type: ignore[arg-type]


def consent(form: Form, uses: list[str]) -> tuple[tuple[Party, Given] | None, Faults]:
    """Read a consent; `uses` are the codes that were ticked."""
    faults: Faults = {}
    party = _try(faults, "party", lambda: read_party(form))
    if party is None and "party" not in faults:
        faults["party"] = Invalid("Say who consents.").sentence()
    kind = _try(faults, "kind", lambda: _code(ConsentKind, form.get("kind", "")))
    places = _try(faults, "territory", lambda: territory(form.get("territory", "")))
    first = _try(faults, "valid_from", lambda: day(form.get("valid_from", "")))
    last = _try(faults, "valid_to", lambda: day(form.get("valid_to", "")))
    ticked = _try(faults, "uses", lambda: [_code(Use, use) for use in uses])
    if faults or party is None or kind is None or places is None:
        return None, faults
    note = form.get("note", "").strip()[:LONGEST] or None
    number = form.get("document_no", "").strip()[:LONGEST]
    return (party, Given(kind, ticked or [], places, number, first, last, note)), {}


def search(form: Form) -> tuple[Layer, SearchSource, date | None, tuple[str, str, str]]:
    """Read a search: layer, kind of source, day, and the words for source, question and result. Raise Invalid."""
    words = tuple(form.get(name, "")[:LONGEST] for name in ("source_name", "query", "result"))
    layer, source = _code(Layer, form.get("layer", "")), _code(SearchSource, form.get("source", ""))
    return layer, source, day(form.get("searched_on", "")), (words[0], words[1], words[2])


def read_party(form: Form) -> Party | None:
    """Find who is named, or add who is said to be new; None: nobody is named. Raise Invalid."""
    name = " ".join(form.get("party", "").split())[:LONGEST]
    if not name:
        return None
    if numbered := _NUMBERED.search(name):
        try:
            return parties.current(parties.get(int(numbered[1])))
        except NotFound:
            raise Invalid("There is no party with this number. Choose one from the list.") from None
    known = parties.named(name)
    if len(known) > 1:
        raise Invalid("There are several parties of this name. Choose the one with its number from the list.")
    if known:
        return known[0]
    if form.get("new_party") in {kind.value for kind in PartyKind}:
        return parties.add(PartyKind(form["new_party"]), name)
    raise Invalid("We do not know this party yet. Say below what sort of party it is to add it.")


def territory(text: str) -> list[str]:
    """Read codes of countries, such as "NL BE", or WW. Raise Invalid."""
    codes = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip().upper()[:LONGEST])))
    if codes == [""]:
        raise Invalid("Say in which countries: codes such as NL BE, or WW for the world.")
    for code in codes:
        if code != WORLDWIDE and code not in COUNTRIES:
            raise Invalid(
                "We do not know the country “%(code)s”. Use codes such as NL, BE or WW.", code=code[:10]
            )
    return [WORLDWIDE] if WORLDWIDE in codes else codes


def place(text: str) -> frozenset[str] | None:
    """Read one of our territories or a country, as it is chosen from a list; None: neither."""
    if text in PLACES:
        return PLACES[text]
    return frozenset({text}) if text in COUNTRIES else None


def share(text: str) -> int:
    """Read a share in per cent, with a comma or a point, into basis points. Raise Invalid."""
    try:
        points = Decimal(text.strip().rstrip("%").strip().replace(",", ".") or "100") * 100
        if not 1 <= points <= 10_000 or points != int(points):
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid("A share is a number above 0 and at most 100, with two decimals at most.") from None
    return int(points)


def day(text: str) -> date | None:
    """Read a day as a date field sends it, or nothing. Raise Invalid."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise Invalid("Write the day as 2026-11-22.") from None


def part(begins: str, ends: str) -> Part | None:
    """Read a stretch from two times such as 1:08 and 1:38, or nothing. Raise Invalid."""
    if not begins.strip() and not ends.strip():
        return None
    first, last = _milliseconds(begins), _milliseconds(ends)
    if first >= last:
        raise Invalid("The part has to end after it begins.")
    return Part(first, last)


def shown(part: Part | None) -> tuple[str, str]:
    """Write a stretch as it is typed."""
    if part is None:
        return "", ""
    begins, ends = (f"{ms // 60_000}:{ms // 1000 % 60:02}" for ms in (part.in_ms, part.out_ms))
    return begins, ends


_DAYS = ("valid_from", "valid_to", "notified_on", "opted_out_on")
_TEXTS = ("statement_uri", "note_nl", "note_en", "evidence")


def _milliseconds(text: str) -> int:
    found = _STRETCH.match(text.strip())
    if found is None:
        raise Invalid("Write both times as minutes and seconds, such as 1:08.")
    return (int(found[1]) * 60 + int(found[2])) * 1000 + int((found[3] or "0").ljust(3, "0"))


def _status(text: str) -> ClaimStatus:
    status = _code(ClaimStatus, text)
    if status is ClaimStatus.SUPERSEDED:
        raise Invalid("Choose from the list.")
    return status


def _limits(form: Form) -> dict[Use, Verdict]:
    kept_back = {Verdict.ASK.value, Verdict.DENY.value}
    return {use: Verdict(said) for use in Use if (said := form.get(f"limit_{use.value}", "")) in kept_back}


def _code(kind: type[Code], text: str) -> Code:
    try:
        return kind(text)
    except ValueError:
        raise Invalid("Choose from the list.") from None


def _try(faults: Faults, name: str, read: Callable[[], Value]) -> Value | None:
    try:
        return read()
    except DomainError as fault:
        faults[name] = fault.sentence()
        return None
