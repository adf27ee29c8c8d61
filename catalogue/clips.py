"""The fragment of a sound as staff choose it on a form: its beginning, its length, tones or not. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

SHORTEST_MS = 1_000
LONGEST_MS = 120_000

TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)")


@dataclass(frozen=True)
class Clip:
    """A stretch of a sound, in milliseconds."""

    start_ms: int
    length_ms: int
    is_marked: bool


def read(form: Mapping[str, str], whole_ms: int) -> tuple[Clip | None, dict[str, str]]:
    """Read the form for a sound of this length; return the clip, or what is wrong by field."""
    start, length = milliseconds(form.get("start", "")), milliseconds(form.get("length", ""))
    errors = {}
    if start is None:
        errors["start"] = _("Write when the fragment begins as minutes and seconds, such as 1:12.")
    elif start >= whole_ms:
        errors["start"] = _("The fragment begins after the sound has ended. Choose an earlier beginning.")
    if length is None or not min(SHORTEST_MS, whole_ms) <= length <= LONGEST_MS:
        errors["length"] = _(
            "A fragment lasts from %(least)s to %(most)s seconds.",
            least=SHORTEST_MS // 1000,
            most=LONGEST_MS // 1000,
        )
    if errors or start is None or length is None:
        return None, errors
    return Clip(start, min(length, whole_ms - start), "marked" in form), {}


def milliseconds(text: str) -> int | None:
    """Read seconds, m:ss or h:mm:ss, with or without a fraction; None when it is none of these."""
    found = TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    if minutes is not None and float(seconds.replace(",", ".")) >= 60:
        return None
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60
    return whole * 1000 + round(float(seconds.replace(",", ".")) * 1000)


def written(time_ms: int) -> str:
    """Write a time as `milliseconds` reads it: 1:12, or 1:12.5 where it is not a whole second."""
    minutes, rest = divmod(time_ms, 60_000)
    seconds = f"{rest / 1000:06.3f}".rstrip("0").removesuffix(".")
    return f"{minutes}:{seconds}"
