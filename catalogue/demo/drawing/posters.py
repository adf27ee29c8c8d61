"""Posters, cut from flat inks. The first two lines of text are the title, the others the facts."""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from catalogue.demo.drawing import paper
from catalogue.demo.drawing.shapes import Frame, Sheet, curve, smooth


def poster_bass(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A red sun and a black bass."""
    w = sheet.width
    paper.disc(sheet, rng, w * 0.68, 450, 290, 2)
    paper.block(sheet, rng, -20, 500, w + 20, 640, 3, rng.uniform(-40, 40))
    f = Frame(w * 0.69, 600, 1.25, rng.uniform(0.08, 0.18))
    body = (
        (0, -222),
        (-62, -196),
        (-110, -150),
        (-112, -80),
        (-80, -18),
        (-100, 30),
        (-150, 100),
        (-140, 190),
        (-62, 240),
        (0, 248),
        (62, 240),
        (140, 190),
        (150, 100),
        (100, 30),
        (80, -18),
        (112, -80),
        (110, -150),
        (62, -196),
    )
    sheet.fill(paper.torn(smooth(f.all(*body), 4), rng, 3, 30), 1)
    sheet.fill(f.all((-11, -40), (11, -40), (8, -330), (-8, -330)), 1)
    sheet.fill(f.all((-30, -312), (30, -322), (30, -334), (-30, -324)), 1)
    sheet.fill(f.all((-30, -290), (30, -300), (30, -312), (-30, -302)), 1)
    sheet.disc(f.at(0, -352), 28, 28, 1)
    for x in (-5, -1.7, 1.7, 5):
        sheet.line(f.all((x * 0.8, -330), (x * 1.4, 60)), 2.2, 0)
    for side in (-1, 1):
        sheet.fill(
            paper.torn(f.all((side * 44, 0), (side * 56, 4), (side * 66, 86), (side * 52, 90)), rng, 2), 0
        )
    sheet.fill(f.all((-40, 60), (40, 66), (34, 88), (-36, 80)), 0)
    end = paper.title(sheet, rng, " ".join(lines[:2]).split(), w * 0.06, 56, w * 0.44, 74, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.06, max(end + 10, 900), 28, 1)


def poster_strips(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """Torn strips like a loudness curve, or the keys of a piano gone for a walk."""
    w = sheet.width
    count = 8
    for step in range(count):
        x = w * (0.05 + step * 0.92 / count)
        high = rng.uniform(220, 560)
        sheet.fill(
            paper.torn(
                [
                    (x, 860 - high),
                    (x + w * 0.088, 850 - high + rng.uniform(-16, 16)),
                    (x + w * 0.084, 860),
                    (x + 4, 860),
                ],
                rng,
                5,
            ),
            (1, 2, 1, 3)[(step + count * rng.randrange(2)) % 4],
        )
    paper.disc(sheet, rng, w * rng.uniform(0.62, 0.84), 330, 88, 2)
    paper.title(sheet, rng, lines[:2], w * 0.06, 50, w * 0.88, 104, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.06, 886, 28, 1)


def poster_trumpet(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A trumpet of three cuts blowing discs."""
    w = sheet.width
    sheet.fill(paper.torn([(-20, 560), (w + 20, 420), (w + 20, 1020), (-20, 1020)], rng), 3)
    f = Frame(w * 0.02, 660, w / 640, -rng.uniform(0.16, 0.28))
    sheet.fill(
        paper.torn(
            f.all((0, -10), (380, -14), (520, -110), (540, -96), (540, 104), (520, 116), (380, 16), (0, 12)),
            rng,
            3,
        ),
        1,
    )
    sheet.ring(f.at(210, 36), 120 * f.size, 60 * f.size, 26 * f.size, 1, f.turn)
    for x in (160, 210, 260):
        sheet.fill(paper.torn(f.all((x - 17, -86), (x + 17, -86), (x + 17, 96), (x - 17, 96)), rng, 2), 2)
        sheet.fill(f.all((x - 22, -104), (x + 22, -104), (x + 22, -90), (x - 22, -90)), 1)
    for step in range(6):
        angle = -0.5 + step * 0.2
        centre = f.at(600 + 90 * cos(angle * 2) + step % 2 * 110, sin(angle * 2) * 190)
        paper.disc(sheet, rng, centre[0], centre[1], 20 + 9 * (step % 3), 2 if step % 2 else 1)
    end = paper.title(sheet, rng, lines[:2], w * 0.06, 60, w * 0.88, 150, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.06, max(end + 20, 866), 30, 1)


def poster_quarters(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """Quarter discs on a grid."""
    w = sheet.width
    side = w * 0.92 / 5
    for row in range(4):
        for column in range(5):
            x, y, ink = w * 0.04 + column * side, 330 + row * 140, rng.choice((1, 1, 2, 3, 0))
            corner, kind = rng.randrange(4), rng.random()
            high = 140.0
            if kind < 0.18:
                sheet.disc((x + side / 2, y + high / 2), side / 2, high / 2, ink)
            else:
                cx, cy = x + side * (corner in (1, 2)), y + high * (corner in (2, 3))
                arc = [
                    (
                        cx + side * cos(t) * (-1 if corner in (1, 2) else 1),
                        cy + high * sin(t) * (-1 if corner in (2, 3) else 1),
                    )
                    for t in (k * pi / 24 for k in range(13))
                ]
                sheet.fill([(cx, cy), *arc], ink)
    paper.title(sheet, rng, lines[:2], w * 0.05, 50, w * 0.9, 118, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.05, 908, 26, 1)


def poster_moon(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A moon over cut gables, one window lit."""
    w = sheet.width
    paper.disc(sheet, rng, w * rng.uniform(0.6, 0.74), 400, 170, 3)
    x = -20.0
    lit = rng.uniform(0.2, 0.7) * w
    while x < w:
        wide, high = rng.uniform(110, 170), rng.uniform(250, 430)
        top = 860 - high
        sheet.fill(
            paper.torn(
                [
                    (x, 870),
                    (x, top + 60),
                    (x + wide * 0.3, top + 56),
                    (x + wide * 0.36, top),
                    (x + wide * 0.64, top),
                    (x + wide * 0.7, top + 56),
                    (x + wide, top + 60),
                    (x + wide, 870),
                ],
                rng,
                3,
            ),
            1,
        )
        for line in range(3):
            for column in (0.2, 0.58):
                y = top + 100 + line * 84
                if y < 800:
                    inside = x < lit < x + wide and line == 1 and column == 0.2
                    sheet.fill(
                        [
                            (x + wide * column, y),
                            (x + wide * (column + 0.22), y),
                            (x + wide * (column + 0.22), y + 48),
                            (x + wide * column, y + 48),
                        ],
                        3 if inside else 2,
                    )
        x += wide + 4
    sheet.fill([(-20, 855), (w + 20, 855), (w + 20, 1020), (-20, 1020)], 1)
    paper.title(sheet, rng, lines[:2], w * 0.06, 46, w * 0.88, 100, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.06, 890, 27, 3)


def poster_drum(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """Rings of a drum and two crossed sticks."""
    w = sheet.width
    x, y = w * 0.5, 570.0
    for step, (size, ink) in enumerate(((310, 1), (268, 0), (236, 2), (150, 3), (92, 1))):
        paper.disc(sheet, rng, x + step * rng.uniform(-6, 6), y, size, ink)
    for way in (-1, 1):
        f = Frame(x, y, 1.0, way * rng.uniform(0.6, 0.85))
        sheet.fill(paper.torn(f.all((-12, 400), (12, 400), (8, -380), (-8, -380)), rng, 2), 1)
        sheet.fill(paper.torn(f.all((-8, 400), (7, 400), (4, -380), (-5, -380)), rng, 2), 0)
        sheet.disc(f.at(0, -392), 15, 24, 0, f.turn)
    paper.title(sheet, rng, lines[:2], w * 0.06, 46, w * 0.88, 100, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.06, 912, 25, 1)


def poster_hat(sheet: Sheet, rng: Random, lines: Sequence[str]) -> None:
    """A hat, two lenses, a smile: a musician in five cuts."""
    w = sheet.width
    sheet.fill(paper.torn([(-20, 640), (w + 20, 560), (w + 20, 1020), (-20, 1020)], rng), 2)
    x = w * rng.uniform(0.46, 0.56)
    sheet.fill(
        paper.torn(
            smooth(
                [
                    (x - 170, 420),
                    (x - 150, 620),
                    (x - 60, 740),
                    (x + 60, 740),
                    (x + 150, 620),
                    (x + 170, 420),
                ],
                4,
            ),
            rng,
            4,
        ),
        3,
    )
    sheet.fill(
        paper.torn(
            [(x - 330, 440), (x - 40, 400), (x + 330, 430), (x + 320, 474), (x - 20, 452), (x - 330, 486)],
            rng,
            5,
        ),
        1,
    )
    sheet.fill(
        paper.torn([(x - 180, 430), (x - 150, 250), (x - 20, 282), (x + 150, 240), (x + 190, 430)], rng, 5), 1
    )
    sheet.fill(paper.torn([(x - 178, 432), (x - 170, 392), (x + 180, 388), (x + 188, 430)], rng, 3), 2)
    for side in (-1, 1):
        paper.disc(sheet, rng, x + side * 76, 520, 60, 1)
    sheet.line([(x - 30, 516), (x + 30, 516)], 13, 1)
    sheet.line(curve([(x - 60, 650), (x, 676), (x + 64, 644)]), 15, 1)
    sheet.fill(
        paper.torn(
            [
                (-20, 1020),
                (-20, 870),
                (x - 130, 770),
                (x - 30, 850),
                (x, 815),
                (x + 30, 850),
                (x + 130, 770),
                (w + 20, 870),
                (w + 20, 1020),
            ],
            rng,
            4,
        ),
        1,
    )
    paper.title(sheet, rng, lines[:2], w * 0.06, 46, w * 0.88, 80, 1)
    paper.facts(sheet, rng, lines[2:], w * 0.06, 905, 26, 3)
