"""Parts of a piece that were sold: an excerpt of the sound, a crop of the picture, a size, or the whole; in words for
people, and as what is cut out for delivery.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

# Before and after an excerpt, for the fades and cuts of whoever edits it; not licensed to be heard.
MARGIN_MS = 2_000
LONGEST_SIDE = {"small": 1_000, "medium": 2_500}  # pixels, as the answers say


def to_cut(item: Mapping[str, Any] | None, choice: Mapping[str, str]) -> dict[str, Any] | None:
    """Say what is cut out of the master: start_ms and end_ms with the margin, or crop and longest side; None: nothing.

    "Up to 30 seconds" without in and out points is the whole recording: the licensee still chooses which ones.
    """
    sold = item or {}
    if sold.get("out_ms") is not None:
        start = max(0, (sold.get("in_ms") or 0) - MARGIN_MS)
        return {"start_ms": start, "end_ms": sold["out_ms"] + MARGIN_MS}
    crop, longest = sold.get("crop"), LONGEST_SIDE.get(choice.get("size", ""))
    return {"crop": crop, "longest": longest} if crop or longest else None


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
