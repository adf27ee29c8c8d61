"""Cut and torn paper: what posters, sleeves and programmes are made of.

Here a shape's tone is the number of an ink: 0 is the paper, 1 to 3 the inks of the picture.
"""

from collections.abc import Sequence
from math import cos, hypot, pi, sin
from random import Random

from catalogue.demo.drawing import lettering
from catalogue.demo.drawing.shapes import Point, Sheet


def torn(outline: Sequence[Point], rng: Random, jitter: float = 7.0, step: float = 46.0) -> list[Point]:
    """Return an outline as scissors and a hasty hand leave it."""
    out: list[Point] = []
    for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True):
        length = hypot(x1 - x0, y1 - y0) or 1.0
        count = max(1, int(length // step))
        for index in range(count):
            t, off = index / count, 0.0 if index == 0 else rng.uniform(-jitter, jitter)
            out.append(
                (x0 + (x1 - x0) * t - (y1 - y0) / length * off, y0 + (y1 - y0) * t + (x1 - x0) / length * off)
            )
    return out


def disc(sheet: Sheet, rng: Random, x: float, y: float, size: float, ink: float) -> None:
    sheet.fill(
        [
            (
                x + cos(2 * pi * k / 26) * size * rng.uniform(0.965, 1.02),
                y + sin(2 * pi * k / 26) * size * rng.uniform(0.965, 1.02),
            )
            for k in range(26)
        ],
        ink,
    )


def block(
    sheet: Sheet,
    rng: Random,
    left: float,
    top: float,
    right: float,
    bottom: float,
    ink: float,
    slant: float = 0.0,
) -> None:
    sheet.fill(torn([(left, top + slant), (right, top - slant), (right, bottom), (left, bottom)], rng), ink)


def title(
    sheet: Sheet,
    rng: Random,
    lines: Sequence[str],
    x: float,
    y: float,
    wide: float,
    largest: float,
    ink: float,
) -> float:
    """Set the big lines one under another; return where they end."""
    for line in lines:
        size = lettering.fitted(sheet, rng, line, x, y, wide, largest, ink)
        y += size * 1.2
    return y


def facts(
    sheet: Sheet, rng: Random, lines: Sequence[str], x: float, y: float, size: float, ink: float
) -> None:
    for line in lines:
        lettering.cut(sheet, rng, line, x, y, size, ink, weight=15, rough=0.3)
        y += size * 1.65
