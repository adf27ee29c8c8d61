"""Single texts of the form as values of the model, and back. What cannot be read says what it should look like."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _

from archive.language import language
from catalogue import dates, identifier_rules
from catalogue.editing.fields import Control, Field
from catalogue.identifier_rules import BadIdentifier, Fault
from catalogue.pages import facts

MOST = 2_000_000_000  # of a number; what the database can hold
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d)(?:[.,](\d{1,3}))?", re.ASCII)


class Unreadable(ValueError):
    """A text that is no value of its field; the message says what to type, in the reader's language."""


def read(field: Field, text: str) -> Any:
    """Read a text as the value of its field, None if there is none; raise Unreadable. Picks are read elsewhere."""
    tidy = text.strip().replace("\r\n", "\n") if field.control is Control.AREA else " ".join(text.split())
    if not tidy:
        if field.is_required:
            raise Unreadable(_("Every entry has a title. Put one you made up yourself in square brackets."))
        return None
    if len(tidy) > field.longest:
        raise Unreadable(_("At most %(limit)s characters fit here.", limit=field.longest))
    reader = _READERS.get(field.control)
    return reader(field, tidy) if reader else tidy


def write(field: Field, value: Any) -> str:
    """Write a value as it is typed."""
    if value is None:
        return ""
    if field.control is Control.DURATION:
        return clock(value)
    if field.control is Control.EDTF:
        return dates.show(value, language())
    if field.control is Control.DAY:
        return str(value.isoformat())
    if field.control is Control.REGION:
        return ", ".join(f"{value.get(side, 0):g}" for side in "xywh")
    return str(getattr(value, "value", value))


def identifier(scheme: str, text: str) -> str:
    """Read an identifier in its stored form; raise Unreadable with what it should look like."""
    try:
        return identifier_rules.check(scheme, text)
    except BadIdentifier as bad:
        raise Unreadable(_wording(scheme, bad)) from bad


def clock(milliseconds: int) -> str:
    """Write a duration so that nothing is lost: 6:42, 1:02:03, 0:04.250."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    whole = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{whole}.{rest:03}" if rest else whole


def _choice(field: Field, text: str) -> str:
    if text not in {value for value, _label in field.choices}:
        raise Unreadable(_("Choose one of the list."))
    return text


def _number(_field: Field, text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > MOST:
        raise Unreadable(_("Type a whole number."))
    return int(text)


def _duration(_field: Field, text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Unreadable(_("Type minutes and seconds, as in 6:42, or hours too: 1:02:03."))
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found[4] or "").ljust(3, "0"))


def _day(_field: Field, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Unreadable(_("Type a day as year, month and day: 2031-01-01.")) from wrong


def _edtf(_field: Field, text: str) -> str:
    reading = dates.read(text)
    if reading.edtf is None:
        raise Unreadable(_("This date is not understood. Type it as in 14 maart 1958, 1958 or ca. 1956."))
    return reading.edtf


def _region(_field: Field, text: str) -> dict[str, float]:
    numbers = re.findall(r"\d+(?:\.\d+)?", text)
    sides = dict(zip("xywh", map(float, numbers), strict=False))
    is_inside = len(numbers) == 4 and sides["x"] + sides["w"] <= 100 and sides["y"] + sides["h"] <= 100
    if not is_inside or not (sides["w"] and sides["h"]):
        raise Unreadable(
            _("Type four percentages: from the left, from the top, width, height. As in 20, 10, 15, 30.")
        )
    return sides


_READERS = {
    Control.CHOICE: _choice,
    Control.NUMBER: _number,
    Control.DURATION: _duration,
    Control.DAY: _day,
    Control.EDTF: _edtf,
    Control.REGION: _region,
}


def _wording(scheme: str, bad: BadIdentifier) -> str:
    name = str(facts.SCHEMES.get(scheme, scheme))
    if bad.fault is Fault.OTHER:
        other = str(facts.SCHEMES.get(bad.meant, bad.meant))
        return str(
            _("This is an address of %(other)s, not of %(name)s. Choose that sort.", other=other, name=name)
        )
    if bad.fault is Fault.CHECK:
        return str(
            _(
                "The check digit is wrong, so a digit was mistyped. It looks like %(example)s.",
                example=bad.example,
            )
        )
    return str(_("This is not a right %(name)s. It looks like %(example)s.", name=name, example=bad.example))
