"""Sleeves: a recording without a picture shows itself, as a cut-paper poster made from its own waveform.

Pure and deterministic: the same seed and peaks give the same SVG, on every machine and version of Python.
"""

import hashlib
import itertools
import math
from collections.abc import Iterator, Sequence

SIZE = 400  # side of the square view box
STEPS = 96  # loudness values that a motif is cut from
OUT, FAR = -14, SIZE + 14  # torn edges lie beyond the sheet, so that none shows at its border
QUIETEST = 0.08  # what silence is drawn as, so that a motif never vanishes
COBALT, VERMILION, YELLOW, INK = "#1c39c9", "#e8452b", "#ffc21a", "#14151c"
PAPER, PETROL, ROSE, SKY = "#f1f0ea", "#0b7468", "#f6a99e", "#9cc0f2"
# Ground, cut-out and accent: three flat inks of the style sheet that stand off from each other.
PALETTES = (
    (COBALT, VERMILION, YELLOW),
    (YELLOW, INK, VERMILION),
    (VERMILION, PAPER, INK),
    (PAPER, COBALT, VERMILION),
    (PETROL, YELLOW, PAPER),
    (INK, SKY, VERMILION),
    (ROSE, COBALT, INK),
    (SKY, INK, VERMILION),
    (PAPER, INK, YELLOW),
)

Point = tuple[float, float]
Palette = tuple[str, str, str]


def sleeve(seed: str, peaks: Sequence[float] | None) -> str:
    """Draw a sleeve as SVG from peaks of 0 to 1; without sound the peaks, too, come from the seed."""
    dice = Dice(seed)
    palette = PALETTES[dice.below(len(PALETTES))]
    motif = MOTIFS[dice.below(len(MOTIFS))]
    loudness = stretched(resampled(peaks, STEPS)) if peaks else invented_peaks(seed)
    ground = f'<rect width="{SIZE}" height="{SIZE}" fill="{palette[0]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">'
        f"{ground}{''.join(motif(loudness, palette, dice))}</svg>"
    )


class Dice:
    """Numbers that the seed alone decides; the standard library promises no such thing across versions."""

    def __init__(self, seed: str) -> None:
        self._numbers = _numbers(seed)

    def between(self, low: float, high: float) -> float:
        """Return a number from low up to high."""
        return low + (high - low) * next(self._numbers)

    def below(self, count: int) -> int:
        """Return a whole number from 0 up to, not including, count."""
        return min(count - 1, int(self.between(0, count)))


def _numbers(seed: str) -> Iterator[float]:
    block = seed.encode()
    while True:
        block = hashlib.sha256(block).digest()
        yield from (int.from_bytes(block[i : i + 4], "big") / 2**32 for i in range(0, len(block), 4))


def resampled(peaks: Sequence[float], count: int) -> list[float]:
    """Return `count` peaks: the loudest of each stretch, or repeats where there are fewer."""
    edges = [round(i * len(peaks) / count) for i in range(count + 1)]
    last = len(peaks) - 1
    return [max(peaks[min(a, last) : max(a + 1, b)]) for a, b in itertools.pairwise(edges)]


def stretched(peaks: Sequence[float]) -> list[float]:
    """Spread peaks over QUIETEST to 1, so that a quiet tape and a loud record both make a shape."""
    low, high = min(peaks), max(peaks)
    span = high - low or 1.0
    return [QUIETEST + (1 - QUIETEST) * (peak - low) / span for peak in peaks]


def invented_peaks(seed: str) -> list[float]:
    """Make up a loudness curve of STEPS values: theme, solos, theme, applause."""
    dice = Dice(f"peaks of {seed}")
    usual = [0.35, 0.7, 0.62, 0.9, 0.55, 0.95, 0.8, 0.5, 0.12]
    knots = [min(1.0, max(QUIETEST, level + dice.between(-0.22, 0.22))) for level in usual]
    beat = 4 + dice.below(4)
    curve = []
    for i in range(STEPS):
        pulse = 0.62 + 0.38 * abs(math.sin(i * math.pi / beat))
        curve.append(max(QUIETEST, _along(knots, i / (STEPS - 1)) * pulse * dice.between(0.62, 1)))
    return curve


def _along(knots: Sequence[float], share: float) -> float:
    position = share * (len(knots) - 1)
    left = min(len(knots) - 2, int(position))
    return knots[left] + (knots[left + 1] - knots[left]) * (position - left)


def torn(corners: Sequence[Point], dice: Dice, tear: float = 4, step: float = 26) -> list[Point]:
    """Cut along straight lines between corners, about every `step` up to `tear` beside the line."""
    points: list[Point] = []
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        cuts = max(1, int(length // step))
        for i in range(cuts):
            off = dice.between(-tear, tear) if i else 0.0
            along = i / cuts
            points.append((x0 + (x1 - x0) * along - (y1 - y0) / length * off,
                           y0 + (y1 - y0) * along + (x1 - x0) / length * off))  # fmt: skip
    return points


def outline(points: Sequence[Point], width: float = SIZE, height: float = SIZE) -> str:
    """Write a closed path through the points, in whole units, held within width and height."""
    inside = ((min(width, max(0, x)), min(height, max(0, y))) for x, y in points)
    return f"M{'L'.join(f'{x:.0f} {y:.0f}' for x, y in inside)}Z"


def _sheet(points: Sequence[Point], ink: str) -> str:
    return f'<path d="{outline(points)}" fill="{ink}"/>'


def _dot(x: float, y: float, radius: float, ink: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:.1f}" fill="{ink}"/>'


def _disc(peaks: Sequence[float], palette: Palette, dice: Dice) -> list[str]:
    """A record whose rays are the loudness, once round."""
    ground, cut, accent = palette
    x, y = ((200, 200), (250, 170), (150, 230))[dice.below(3)]
    floor = _sheet(torn([(OUT, 300), (FAR, 250), (FAR, FAR), (OUT, FAR)], dice), accent)
    turn, radius = 2 * math.pi / len(peaks), 118
    rays: list[Point] = []
    for i, peak in enumerate(peaks):
        for share, reach in ((-0.28, radius + peak * 92), (0.28, radius + peak * 92), (0.5, radius - 4)):
            rays.append(_from_centre(x, y, (i + share) * turn, reach))
    return [floor, _sheet(rays, cut), _dot(x, y, 44, accent), _dot(x, y, 7, ground)]


def _from_centre(x: float, y: float, angle: float, reach: float) -> Point:
    """Go `reach` from the centre, but stop at the edge of the sheet."""
    dx, dy = math.cos(angle), math.sin(angle)
    to_side = (SIZE - x if dx > 0 else x) / max(1e-9, abs(dx))
    to_end = (SIZE - y if dy > 0 else y) / max(1e-9, abs(dy))
    held = min(reach, to_side, to_end)
    return x + dx * held, y + dy * held


def _strips(peaks: Sequence[float], palette: Palette, dice: Dice) -> list[str]:
    """Seven torn strips, as high as the loudest moment of each seventh."""
    _, cut, accent = palette
    inks, shift = (cut, accent, cut, cut, accent, cut, cut), dice.below(7)
    strips = []
    for i, peak in enumerate(resampled(peaks, 7)):
        left, top = 18 + i * 53, 380 - peak * 360
        right, lean = left + dice.between(36, 47), dice.between(-7, 7)
        foot = lean * 0.4
        corners = [(left, top + lean), (right, top - lean), (right + foot, FAR), (left - foot, FAR)]
        strips.append(_sheet(torn(corners, dice, tear=3), inks[(i + shift) % 7]))
    return [*strips, _dot((88, 300)[dice.below(2)], 92, 52, accent)]


def _wave(peaks: Sequence[float], palette: Palette, dice: Dice) -> list[str]:
    """The waveform itself, cut out whole, over a torn strip."""
    _, cut, accent = palette
    step = SIZE / (len(peaks) - 1)
    above = [(i * step, 200 - peak * 168) for i, peak in enumerate(peaks)]
    below = [(i * step, 200 + peaks[i * 7 % len(peaks)] * 120 * (0.3 + peak)) for i, peak in enumerate(peaks)]
    strip = torn([(40, OUT), (230, OUT), (260, FAR), (70, FAR)], dice, tear=5)
    return [_sheet(strip, accent), _sheet([*above, *reversed(below)], cut), _dot(318, 84, 46, accent)]


def _keys(peaks: Sequence[float], palette: Palette, dice: Dice) -> list[str]:
    """Eight keys of a piano, pressed as deep as the music is loud."""
    ground, cut, accent = palette
    struck = dice.below(8)
    keys = []
    for i, peak in enumerate(resampled(peaks, 8)):
        left, top, lean = i * 50, 40 + peak * 70, dice.between(-4, 4)
        corners = [(left + 3, top + lean), (left + 47, top - lean), (left + 47, SIZE), (left + 3, SIZE)]
        keys.append(_sheet(corners, accent if i == struck else cut))
    for i in (1, 2, 4, 5, 6):
        middle, foot = i * 50, 188 + peaks[i * 9] * 60
        corners = [(middle - 15, OUT), (middle + 15, OUT), (middle + 14, foot), (middle - 14, foot - 4)]
        keys.append(_sheet(torn(corners, dice, tear=2), ground))
    return keys


def _quarters(peaks: Sequence[float], palette: Palette, dice: Dice) -> list[str]:
    """Sixteen tiles: a full disc where it is loud, a quarter or half where it is not, nothing in silence."""
    ground, cut, accent = palette
    tiles = []
    for i, peak in enumerate(resampled(peaks, 16)):
        x, y = i % 4 * 100, i // 4 * 100
        ink = (cut, cut, accent, ground)[dice.below(4)]
        if peak > 0.72:
            tiles.append(_dot(x + 50, y + 50, 50, ink))
        elif peak > 0.25:
            tiles.append(f'<path d="{_tile(x, y, dice.below(5))}" fill="{ink}"/>')
    return tiles


def _tile(x: int, y: int, turn: int) -> str:
    right, foot = x + 100, y + 100
    return (
        f"M{x} {y}H{right}A100 100 0 0 1 {x} {foot}Z",
        f"M{right} {y}V{foot}A100 100 0 0 1 {x} {y}Z",
        f"M{x} {foot}V{y}A100 100 0 0 1 {right} {foot}Z",
        f"M{right} {foot}H{x}A100 100 0 0 1 {right} {y}Z",
        f"M{x} {y + 50}A50 50 0 0 1 {right} {y + 50}Z",
    )[turn]


def _dots(peaks: Sequence[float], palette: Palette, dice: Dice) -> list[str]:
    """A grid of dots, ten to a line, each as big as its moment is loud."""
    _, cut, accent = palette
    sheet = _sheet(torn([(OUT, OUT), (FAR, OUT), (FAR, 120), (OUT, 190)], dice, tear=5), accent)
    loud = resampled(peaks, 90)
    dots = [_dot(i % 10 * 40 + 20, i // 10 * 40 + 48, 2.5 + peak * 16.5, cut) for i, peak in enumerate(loud)]
    return [sheet, *dots]


MOTIFS = (_disc, _strips, _wave, _keys, _quarters, _dots)
