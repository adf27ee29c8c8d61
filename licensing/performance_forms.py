"""Reading what staff type about a performance: its hours, its tickets, its deal; or what is wrong with it, by field."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from archive import clock, mail
from archive.errors import Invalid
from archive.language import LANGUAGES
from licensing import money, seasons
from licensing.box_offices import FreeReason
from licensing.countries import COUNTRIES
from licensing.deal_rules import Basis, Terms
from licensing.deals import Artist
from licensing.money import Money, NotAnAmount
from licensing.royalty_forms import percent
from licensing.seasons import Season

Form = Mapping[str, str]

CURRENCY = "EUR"
TIMES = ("starts_at", "ends_at", "opens_at", "viewing_until")
MAX_TITLE = 500
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def title(form: Form) -> str:
    """Read the title; raise Invalid."""
    text = " ".join(form.get("title", "").split())
    if not 0 < len(text) <= MAX_TITLE:
        raise Invalid(
            "A performance has a title, of at most %(limit)s characters.", field="title", limit=MAX_TITLE
        )
    return text


def times(form: Form) -> tuple[datetime, datetime, datetime, datetime]:
    """Read start, end, opening and last moment of viewing, in the archive's time; raise Invalid."""
    starts, ends, opens, until = (moment(form, name) for name in TIMES)
    if starts is None or ends is None or opens is None or until is None:
        raise Invalid("Fill in when it starts, ends, opens and can last be seen.", field="starts_at")
    return starts, ends, opens, until


def moment(form: Form, name: str) -> datetime | None:
    """Read a day and an hour of the archive's town, as browsers send them; raise Invalid."""
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        typed = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Write day and hour as 2026-12-12T20:30.", field=name) from error
    if typed.tzinfo is not None:
        raise Invalid("Write day and hour as 2026-12-12T20:30.", field=name)
    return typed.replace(tzinfo=clock.HERE)


def terms(form: Form) -> dict[str, Any]:
    """Read what tickets cost and how many there are, as columns of a box office; raise Invalid."""
    floor = amount(form, "floor") or Money(0, CURRENCY)
    suggested, early, early_until = (
        amount(form, "suggested"),
        amount(form, "early"),
        moment(form, "early_until"),
    )
    reason = _reason(form, floor)
    if suggested is not None and suggested < floor:
        raise Invalid("What you suggest is not below the least price.", field="suggested")
    if (early is None) != (early_until is None):
        raise Invalid("An early price holds until a moment. Fill in both, or neither.", field="early")
    if early is not None and not 0 < early.minor < floor.minor:
        raise Invalid("The early price is below the least price, and above nothing.", field="early")
    return {
        "currency": CURRENCY,
        "floor_minor": floor.minor,
        "suggested_minor": suggested.minor if suggested else None,
        "early_minor": early.minor if early else None,
        "early_until": early_until,
        "free_reason": reason,
        "quota": quota(form),
        "regions": regions(form),
        "stream_url": stream_url(form),
        "is_open": form.get("is_open") == "1",
        "season": season(form),
    }


def amount(form: Form, name: str) -> Money | None:
    """Read an amount; nothing typed is None. Raise Invalid."""
    text = form.get(name, "").strip()
    try:
        found = money.parse(text, CURRENCY) if text else None
    except NotAnAmount as error:
        raise Invalid("Write an amount as 10 or 12,50.", field=name) from error
    if found is not None and not 0 <= found.minor < 10**9:
        raise Invalid("Write an amount as 10 or 12,50.", field=name)
    return found


def quota(form: Form) -> int | None:
    """Read how many places there are; nothing typed is no end to them. Raise Invalid."""
    text = form.get("quota", "").strip()
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text[:9]) <= 1_000_000 or len(text) > 7:
        raise Invalid(
            "Write the number of places in figures, up to a million. Leave it empty for no limit.",
            field="quota",
        )
    return int(text)


def regions(form: Form) -> list[str]:
    """Read the countries where it may be seen; raise Invalid."""
    codes = [code.upper() for code in re.split(r"[\s,;]+", form.get("regions", "").strip()) if code]
    unknown = [code for code in codes if code not in COUNTRIES]
    if unknown:
        raise Invalid(
            "%(code)s is no country. Write codes of two letters, such as NL BE DE.",
            field="regions",
            code=unknown[0],
        )
    return list(dict.fromkeys(codes))


def stream_url(form: Form) -> str | None:
    """Read the address of the stream; raise Invalid for anything but a secure page."""
    text = form.get("stream_url", "").strip()
    if not text:
        return None
    try:
        address = urlsplit(text)
        is_page = address.scheme == "https" and bool(address.hostname) and not address.username
    except ValueError:
        is_page = False
    if not is_page or len(text) > 2000 or not text.isprintable():
        raise Invalid(
            "The address of a stream begins with https:// and is that of the venue's provider.",
            field="stream_url",
        )
    return text


def season(form: Form) -> Season | None:
    """Read the series that it is part of, and make or change its pass; raise Invalid."""
    code = form.get("season_code", "").strip().lower()
    if not code:
        return None
    if not _CODE.fullmatch(code) or len(code) > 60:
        raise Invalid(
            "The code of a series has small letters, figures and hyphens: winter-2026.", field="season_code"
        )
    known = seasons.find(code)
    name = " ".join(form.get("season_title", "").split()) or (known.title if known else "")
    price = amount(form, "season_floor") or (known.floor if known else None)
    if not name or price is None:
        raise Invalid("A new series has a title and a price for its pass.", field="season_title")
    return seasons.ensure(code, name, price)


def deal(form: Form) -> tuple[Terms, list[Artist], list[tuple[str, Money]]]:
    """Read what was agreed with artists; raise Invalid."""
    try:
        basis = Basis(form.get("basis", ""))
    except ValueError as error:
        raise Invalid("Choose how guarantee and share go together.", field="basis") from error
    guarantee = amount(form, "guarantee") or Money(0, CURRENCY)
    return Terms(basis, guarantee, percent(form, "share")), artists(form), costs(form)


def artists(form: Form) -> list[Artist]:
    """Read one artist a line: name; address; parts; language. Raise Invalid."""
    return [_artist(line) for line in _lines(form, "artists")]


def costs(form: Form) -> list[tuple[str, Money]]:
    """Read one cost a line: what for; amount. Raise Invalid."""
    found = []
    for line in _lines(form, "costs"):
        label, _semicolon, text = line.rpartition(";")
        cost = amount({"costs": text}, "costs")
        if not label.strip() or cost is None:
            raise Invalid("Write one cost a line: what for; amount.", field="costs")
        found.append((" ".join(label.split())[:200], cost))
    return found


def _reason(form: Form, floor: Money) -> FreeReason | None:
    if floor:
        return None
    try:
        return FreeReason(form.get("free_reason", ""))
    except ValueError as error:
        raise Invalid(
            "A ticket without a price needs a reason. Choose one, or fill in a price.", field="floor"
        ) from error


def _artist(line: str) -> Artist:
    name, address, parts, lang = (*(part.strip() for part in line.split(";")), "", "", "")[:4]
    parts, lang = parts or "1", lang or LANGUAGES[0]
    if not name or not parts.isdecimal() or not 0 < int(parts[:5]) <= 10_000 or lang not in LANGUAGES:
        raise Invalid(
            "Write one artist a line: name; e-mail address; number of parts; nl or en.", field="artists"
        )
    return Artist(name[:200], mail.read_address(address), lang, int(parts))


def _lines(form: Form, name: str) -> list[str]:
    return [line for line in form.get(name, "").splitlines()[:100] if line.strip()]
