"""Parts of entries as people write them: an excerpt as two times, a crop as four numbers in per cent. Pure but for
the words.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from archive.errors import Invalid
from catalogue import clips
from licensing import projects
from licensing.projects import CROP_SIDES, Part

LONGEST = 20  # characters of a number
START, END = "start", "end"


def read(form: Mapping[str, str], length_ms: int | None) -> tuple[Part | None, dict[str, str]]:
    """Read the form of an item whose sound lasts so long (None: nobody knows, or it has none); return the part, or
    what is wrong by field.
    """
    (in_ms, out_ms), errors = _times(form, length_ms)
    crop, wrong_crop = _crop(form)
    errors |= wrong_crop
    part = Part(in_ms, out_ms, crop)
    if not errors:
        try:
            projects.check(part)
        except Invalid as error:
            errors["x" if crop is not None else START] = error.sentence()
    return (None, errors) if errors else (part, {})


def written(part: Part) -> dict[str, str]:
    """Write a part as the form shows it."""
    times = {START: part.in_ms, END: part.out_ms}
    shown = {name: "" if time is None else clips.written(time) for name, time in times.items()}
    sides = part.crop or {}
    return shown | {side: _percent(sides[side]) if side in sides else "" for side in CROP_SIDES}


def label(part: Part) -> str:
    """Say in the reader's language which part is meant; nothing for the whole."""
    if part.in_ms is not None and part.out_ms is not None:
        length = clips.written(part.out_ms - part.in_ms)
        start, end = clips.written(part.in_ms), clips.written(part.out_ms)
        return str(_("From %(start)s to %(end)s (%(length)s)", start=start, end=end, length=length))
    if part.crop is not None:
        width, height = _percent(part.crop["width"]), _percent(part.crop["height"])
        return str(
            _("Crop: %(width)s%% of the width, %(height)s%% of the height", width=width, height=height)
        )
    return ""


def _times(
    form: Mapping[str, str], length_ms: int | None
) -> tuple[tuple[int | None, int | None], dict[str, str]]:
    texts = {name: form.get(name, "").strip()[:LONGEST] for name in (START, END)}
    if not any(texts.values()):
        return (None, None), {}
    times = {name: clips.milliseconds(text) for name, text in texts.items()}
    errors = {
        name: _("Write the time as minutes and seconds, such as 1:12.")
        for name, time in times.items()
        if time is None
    }
    end = times[END]
    if end is not None and length_ms is not None and end > length_ms:
        errors[END] = _("The sound has ended before: it lasts %(length)s.", length=clips.written(length_ms))
    return (times[START], end), errors


def _crop(form: Mapping[str, str]) -> tuple[dict[str, float] | None, dict[str, str]]:
    texts = {side: form.get(side, "").strip().replace(",", ".")[:LONGEST] for side in CROP_SIDES}
    if not any(texts.values()):
        return None, {}
    values = {side: _fraction(text) for side, text in texts.items()}
    errors = {side: _("Write a number from 0 to 100.") for side, value in values.items() if value is None}
    return {side: value for side, value in values.items() if value is not None}, errors


def _fraction(text: str) -> float | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return float(value / 100) if value.is_finite() and 0 <= value <= 100 else None


def _percent(fraction: float) -> str:
    return f"{fraction * 100:.2f}".rstrip("0").rstrip(".")
