"""Bars that count things by year: narrow columns beside the year filter, torn paper bars on the home page.

Pure: counts in, SVG path data out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue import sleeves

WIDTH, HEIGHT = 160, 60  # view box of the columns
BAR_WIDTH, BAR_HEIGHT = 100, 200  # view box of one torn bar
LOWEST = 1  # so that one piece among thousands still shows


@dataclass(frozen=True)
class Histogram:
    """Path data of the columns within the chosen range and of those outside it."""

    inside: str
    outside: str


def draw(counts: Sequence[int], chosen: range) -> Histogram:
    """Draw a column for each count in a box of WIDTH by HEIGHT; `chosen` are the places filtered on."""
    highest = max(counts, default=0) or 1
    room = WIDTH / max(1, len(counts))
    columns = [_column(i * room, room * 0.8, count / highest) for i, count in enumerate(counts)]
    return Histogram(
        inside="".join(column for i, column in enumerate(columns) if i in chosen),
        outside="".join(column for i, column in enumerate(columns) if i not in chosen),
    )


def _column(x: float, width: float, share: float) -> str:
    height = max(LOWEST, share * HEIGHT) if share else 0
    return f"M{x:.1f} {HEIGHT}v-{height:.1f}h{width:.1f}v{height:.1f}z"


def torn_bar(seed: str, share: float) -> str:
    """Tear a paper bar that reaches `share` (0 to 1) of a box of BAR_WIDTH by BAR_HEIGHT."""
    top = BAR_HEIGHT - max(LOWEST, share * BAR_HEIGHT)
    corners = [(4.0, top), (96.0, top), (96.0, float(BAR_HEIGHT)), (4.0, float(BAR_HEIGHT))]
    return sleeves.outline(sleeves.torn(corners, sleeves.Dice(seed), tear=3), BAR_WIDTH, BAR_HEIGHT)
