"""The waveform in the player: path data for all bars, for those that may be heard, and their frame.

Pure: peaks and times in, strings and numbers for an SVG of VIEW_WIDTH by VIEW_HEIGHT out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

VIEW_WIDTH = 1000
VIEW_HEIGHT = 110
GAP = 0.34  # share of a bar's room that stays empty
LOWEST = 1.5  # half the height of a bar in silence


@dataclass(frozen=True)
class Waveform:
    """Path data of the bars, and where the fragment's frame stands, in units of the view box."""

    all_bars: str
    clip_bars: str
    frame_x: float
    frame_width: float


def draw(peaks: Sequence[float], *, clip_start: float, clip_end: float, duration: float) -> Waveform:
    """Draw peaks of 0 to 1 with the fragment from clip_start to clip_end; times in seconds.

    Raises ValueError when there are no peaks, no duration, or nothing of the fragment within the recording.
    """
    start, end = max(0.0, clip_start), min(clip_end, duration)
    if not peaks or duration <= 0 or start >= end:
        raise ValueError(
            f"no fragment from {clip_start} to {clip_end} s in {len(peaks)} peaks over {duration} s"
        )
    count = len(peaks)
    first = min(count - 1, int(start / duration * count))
    last = max(first + 1, round(end / duration * count))
    return Waveform(
        all_bars=_bars(peaks, range(count)),
        clip_bars=_bars(peaks, range(first, last)),
        frame_x=round(first / count * VIEW_WIDTH, 1),
        frame_width=round((last - first) / count * VIEW_WIDTH, 1),
    )


def _bars(peaks: Sequence[float], places: range) -> str:
    room = VIEW_WIDTH / len(peaks)
    width, margin = room * (1 - GAP), room * GAP / 2
    return "".join(_bar(place * room + margin, width, peaks[place]) for place in places)


def _bar(x: float, width: float, peak: float) -> str:
    half = max(LOWEST, min(1.0, max(0.0, peak)) * VIEW_HEIGHT / 2)
    return f"M{x:.1f} {VIEW_HEIGHT / 2 - half:.1f}h{width:.1f}v{2 * half:.1f}h-{width:.1f}z"
