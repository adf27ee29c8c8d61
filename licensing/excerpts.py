"""Parts of a piece that were sold: an excerpt of the sound, a crop of the picture, or the whole."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _


def in_words(item: Mapping[str, Any] | None) -> str:
    """Write which part was sold; empty for the whole. `item` has in_ms and out_ms, or crop (fractions)."""
    if not item:
        return ""
    if item.get("out_ms") is not None:
        return str(
            _("from %(start)s to %(end)s", start=clock(item.get("in_ms") or 0), end=clock(item["out_ms"]))
        )
    crop = item.get("crop")
    if not crop:
        return ""
    text: str = _(
        "a cut of %(width)s%% by %(height)s%% of the picture, %(x)s%% from the left and %(y)s%% from the top",
        **{side: round(crop[side] * 100) for side in ("width", "height", "x", "y")},
    )
    return text


def clock(milliseconds: int) -> str:
    """Write a point in a recording: "1:05" or, between seconds, "1:05.250"."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes}:{seconds:02d}" + (f".{rest:03d}" if rest else "")
