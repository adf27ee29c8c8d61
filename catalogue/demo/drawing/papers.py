"""Record sleeves, concert programmes and newspaper clippings."""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from catalogue.demo.drawing import lettering, paper
from catalogue.demo.drawing.shapes import Frame, Sheet


def sleeve_disc(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """Rays round a label."""
    w = sheet.width
    x, y = w * rng.uniform(0.4, 0.64), rng.uniform(540, 620)
    sheet.fill(paper.torn([(-20, 760), (w + 20, 640), (w + 20, 1020), (-20, 1020)], rng), 3)
    count = 64
    for step in range(count):
        angle = 2 * pi * step / count
        far = 250 + rng.uniform(20, 190)
        sheet.fill(
            [
                (x + cos(angle - 0.028) * 200, y + sin(angle - 0.028) * 200),
                (x + cos(angle - 0.022) * far, y + sin(angle - 0.022) * far),
                (x + cos(angle + 0.022) * far, y + sin(angle + 0.022) * far),
                (x + cos(angle + 0.028) * 200, y + sin(angle + 0.028) * 200),
            ],
            2,
        )
    sheet.disc((x, y), 240, 240, 2)
    sheet.disc((x, y), 90, 90, 3)
    sheet.disc((x, y), 15, 15, 0)
    paper.title(sheet, rng, lines[:1], 60, 60, w - 120, 150, 1)
    paper.facts(sheet, rng, lines[1:], 62, 890, 27, 0)


def sleeve_keys(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """Keys standing like houses."""
    w = sheet.width
    for step in range(8):
        x = w * step / 8
        tilt = rng.uniform(-10, 10)
        sheet.fill(
            paper.torn(
                [(x + 6, 350 + tilt), (x + w / 8 - 6, 350 - tilt), (x + w / 8 - 6, 1020), (x + 6, 1020)],
                rng,
                3,
            ),
            2 if step == rng.randrange(8) else 1,
        )
    for step in (1, 2, 4, 5, 6):
        x = w * step / 8
        sheet.fill(
            paper.torn(
                [(x - 38, 330), (x + 38, 330), (x + 36, 640 + rng.uniform(-80, 80)), (x - 36, 650)], rng, 4
            ),
            0,
        )
    end = paper.title(sheet, rng, lines[:1], 60, 56, w - 120, 140, 1)
    paper.facts(sheet, rng, lines[1:], 62, end + 6, 27, 1)


def sleeve_dots(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """Dots on a grid, loud and soft."""
    w = sheet.width
    sheet.fill(paper.torn([(-20, -20), (w + 20, -20), (w + 20, 420), (-20, 560)], rng), 2)
    for row in range(8):
        for column in range(10):
            size = 8 + 40 * rng.random() ** 1.4
            sheet.disc((w * (column + 0.5) / 10, 360 + row * 82), size, size, 1)
    end = paper.title(sheet, rng, lines[:1], 60, 60, w - 120, 140, 1)
    paper.facts(sheet, rng, lines[1:], 62, end + 6, 27, 1)


def sleeve_stairs(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A staircase of torn blocks going up to a door."""
    w = sheet.width
    doors = 7
    for step in range(doors):
        x, top = w * (0.05 + step * 0.13), 800 - step * 70
        sheet.fill(
            paper.torn([(x, top - 200), (x + w * 0.1, top - 205), (x + w * 0.1, top), (x, top)], rng, 4),
            (1, 2, 3)[step % 3],
        )
        sheet.disc((x + w * 0.082, top - 96), 7, 7, 0)
        sheet.fill(
            paper.torn([(x - 16, top), (x + w * 0.13, top), (x + w * 0.13, 1020), (x - 16, 1020)], rng, 4), 1
        )
    end = paper.title(sheet, rng, lines[:1], 60, 56, w * 0.8, 130, 1)
    paper.facts(sheet, rng, lines[1:], 62, end + 4, 27, 1)


def programme(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A folded programme: title, band of colour, items in two columns of dots."""
    w = sheet.width
    f = Frame(w * 0.5, 500, 1.0, rng.uniform(-0.015, 0.015))
    sheet.ground(3.0, 3.0)
    sheet.fill(
        f.all((-w * 0.46 + 10, -462), (w * 0.46 + 10, -462), (w * 0.46 + 10, 478), (-w * 0.46 + 10, 478)), 1
    )
    sheet.fill(f.all((-w * 0.46, -470), (w * 0.46, -470), (w * 0.46, 470), (-w * 0.46, 470)), 0)
    left, wide = w * 0.1, w * 0.8
    sheet.fill(
        paper.torn(
            [(left, 70), (left + wide, 70 + rng.uniform(-20, 20)), (left + wide, 250), (left, 270)], rng
        ),
        2,
    )
    motif = rng.randrange(3)
    for step in range(9):
        x = left + wide * (step + 0.5) / 9
        if motif == 0:
            paper.disc(sheet, rng, x, 165 + 40 * sin(step * 1.1), rng.uniform(18, 34), 3 if step % 3 else 1)
        elif motif == 1:
            sheet.fill(
                paper.torn(
                    [
                        (x - 18, 250),
                        (x - 18, 250 - rng.uniform(40, 150)),
                        (x + 18, 250 - rng.uniform(40, 150)),
                        (x + 18, 250),
                    ],
                    rng,
                    3,
                ),
                3 if step % 3 else 1,
            )
        else:
            sheet.fill(
                [
                    (x, 160),
                    *[
                        (x + 46 * cos(t), 160 + 46 * sin(t))
                        for t in (k * pi / 16 + step * 0.5 for k in range(17))
                    ],
                ],
                3 if step % 2 else 1,
            )
    y = paper.title(sheet, rng, lines[:2], left, 300, wide, 84, 1) + 14
    sheet.line([(left, y), (left + wide, y)], 5, 1)
    y += 30
    for line in lines[2:]:
        first, _, last = line.partition("|")
        size = 24.0
        end = lettering.cut(sheet, rng, first, left, y, size, 1, weight=15, rough=0.2)
        if last:
            start = left + wide - lettering.width_of(last, 6) * size / 100
            lettering.cut(sheet, rng, last, start, y, size, 2, weight=15, rough=0.2)
            x = end + 14
            while x < start - 12:
                sheet.disc((x, y + size - 3), 2, 2, 1)
                x += 14
        y += size * 1.7


def clipping(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A cutting pasted on card: name of the paper, headline, two columns, the edge as the scissors went."""
    w = sheet.width
    f = Frame(w * 0.5, 500, 1.0, rng.uniform(-0.03, 0.03))
    sheet.ground(3.0, 3.0)
    corners = [
        (-w * 0.45, -460),
        (w * 0.44, -468),
        (w * 0.46, 300 + rng.uniform(0, 150)),
        (w * 0.1, 330 + rng.uniform(0, 140)),
        (w * 0.08, 470),
        (-w * 0.46, 466),
    ]
    edge = paper.torn(f.all(*corners), rng, 5, 60)
    sheet.fill([(x + 9, y + 10) for x, y in edge], 2)
    sheet.fill(edge, 0)
    left, wide = w * 0.1, w * 0.8
    lettering.cut(sheet, rng, lines[0], left, 64, 22, 1, weight=15, rough=0.2)
    sheet.line([(left, 98), (left + wide, 98)], 3, 1)
    y = 124.0
    for line in lettering.wrapped(lines[1], wide, 62):
        lettering.cut(sheet, rng, line, left, y, 62, 1, weight=25, rough=0.4)
        y += 84
    for line in lettering.wrapped(lines[2], wide, 27, 16):
        lettering.cut(sheet, rng, line, left, y, 27, 1, weight=16, rough=0.2)
        y += 44
    y += 8
    sheet.line([(left, y), (left + wide * 0.3, y)], 3, 1)
    _columns(sheet, rng, " ".join(lines[3:]), left, y + 22, wide)


def _columns(sheet: Sheet, rng: Random, text: str, left: float, top: float, wide: float) -> None:
    gap, size = 34.0, 16.5
    column = (wide - gap) / 2
    rows = lettering.wrapped(text, column, size, 13)
    half = -(-len(rows) // 2)
    for side, part in enumerate((rows[:half], rows[half:])):
        y = top
        for row in part:
            lettering.cut(sheet, rng, row, left + side * (column + gap), y, size, 1, weight=13, rough=0.1)
            y += size * 1.72
    sheet.line(
        [(left + column + gap / 2, top), (left + column + gap / 2, top + half * size * 1.72 - 12)], 1.6, 1
    )
