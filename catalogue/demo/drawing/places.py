"""Photographs of places under a roof, more or less: shops, bandstands, stages, churches."""

from math import pi
from random import Random

from catalogue.demo.drawing import bands, figures, props
from catalogue.demo.drawing.shapes import Frame, Sheet, curve


def record_shop(sheet: Sheet, rng: Random) -> None:
    """A record shop: sleeves to the ceiling, a listener at the counter."""
    sheet.ground(0.6, 0.7)
    for line in range(4):
        y = 40 + line * 152
        for column in range(11):
            x = sheet.width * (column + 0.1) / 11
            side = sheet.width / 11 * 0.86
            first = rng.choice((0.05, 0.3, 0.7, 0.95))
            sheet.fill([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], first)
            _sleeve(sheet, rng, x, y, side, 0.9 if first < 0.5 else 0.08)
        sheet.fill(
            [(-20, y + 120), (sheet.width + 20, y + 120), (sheet.width + 20, y + 132), (-20, y + 132)], 0.95
        )
    man = Frame(sheet.width * rng.uniform(0.34, 0.44), 470, 1.3)
    sheet.disc(man.at(0, 60), 260, 330, 0.2, soft=60, opacity=0.6)
    look = figures.some_look(rng, False, wears=rng.choice(("", "glasses")), coat=(0.7, 1.0))
    figures.body(sheet, man, look, 420)
    figures.head(sheet, man, look, 0.18)
    sheet.line(curve(man.all((-40, -70), (-30, -118), (0, -132), (30, -118), (40, -70))), 10, 1.0)
    for side in (-1, 1):
        sheet.disc(man.at(side * 42, -56), 19, 27, 1.0)
    sheet.fill(
        [(-20, 800), (sheet.width + 20, 800), (sheet.width + 20, 1020), (-20, 1020)], (0.4, 0.9), pi / 2
    )
    sheet.fill([(-20, 788), (sheet.width + 20, 788), (sheet.width + 20, 808), (-20, 808)], 0.05)
    disc = (sheet.width * 0.7, 790)
    sheet.disc(disc, 190, 34, 1.0)
    sheet.disc((disc[0], disc[1] - 6), 60, 11, 0.1)
    figures.arm(sheet, man.at(98, 66), man.at(150, 220), (sheet.width * 0.58, 770), 1.3, look, lit=False)


def _sleeve(sheet: Sheet, rng: Random, x: float, y: float, side: float, tone: float) -> None:
    kind = rng.randrange(4)
    if kind == 0:
        sheet.disc(
            (x + side * rng.uniform(0.35, 0.65), y + side * rng.uniform(0.35, 0.65)),
            side * 0.28,
            side * 0.28,
            tone,
        )
    elif kind == 1:
        for step in range(4):
            a = x + side * (0.1 + step * 0.22)
            high = side * rng.uniform(0.3, 0.85)
            sheet.fill(
                [
                    (a, y + side),
                    (a, y + side - high),
                    (a + side * 0.14, y + side - high),
                    (a + side * 0.14, y + side),
                ],
                tone,
            )
    elif kind == 2:
        sheet.fill(
            [
                (x, y + side * rng.uniform(0.3, 0.7)),
                (x + side, y + side * rng.uniform(0.2, 0.8)),
                (x + side, y + side),
                (x, y + side),
            ],
            tone,
        )
    else:
        sheet.disc((x + side / 2, y + side * 0.4), side * 0.16, side * 0.2, tone)
        sheet.blob(
            [
                (x + side * 0.2, y + side),
                (x + side * 0.26, y + side * 0.66),
                (x + side * 0.74, y + side * 0.66),
                (x + side * 0.8, y + side),
            ],
            tone,
        )


def bandstand(sheet: Sheet, rng: Random) -> None:
    """A bandstand in a park, the band under its roof, people on the grass."""
    sheet.ground(0.12, 0.3)
    for _ in range(26):
        x, y = rng.uniform(0, sheet.width), rng.uniform(170, 470)
        sheet.disc(
            (x, y),
            rng.uniform(70, 150),
            rng.uniform(60, 130),
            (rng.uniform(0.35, 0.6), rng.uniform(0.65, 0.9)),
            light=pi / 3,
        )
    sheet.floor(560, (0.12, 0.5))
    x, base = sheet.width * 0.5, 640.0
    sheet.disc((x, base + 76), 420, 40, 0.85, soft=16, opacity=0.6)
    sheet.fill([(x - 330, base), (x + 330, base), (x + 350, base + 74), (x - 350, base + 74)], (0.1, 0.45))
    sheet.fill(
        [(x - 300, 240), (x + 300, 240), (x + 300, base), (x - 300, base)], 0.75, soft=10, opacity=0.75
    )
    for step in range(5):
        man = Frame(x - 220 + step * 108, 430, 0.56)
        look = figures.some_look(rng, True, coat=(0.03, 0.25), tie="bow", wears="")
        figures.body(sheet, man, look, 330)
        figures.head(sheet, man, look)
        bands.play(sheet, man, ("bass", "trumpet", "saxophone", "trumpet", "saxophone")[step], look)
    for step in range(6):
        a = x - 320 + step * 128
        sheet.line([(a, 250), (a, base)], 13, (0.0, 0.5))
    for step in range(22):
        sheet.line([(x - 320 + step * 30.5, base - 60), (x - 320 + step * 30.5, base)], 5, 0.05)
    sheet.line([(x - 330, base - 62), (x + 330, base - 62)], 9, 0.05)
    sheet.blob(
        [
            (x - 400, 262),
            (x - 260, 180),
            (x - 60, 92),
            (x, 60),
            (x + 60, 92),
            (x + 260, 180),
            (x + 400, 262),
            (x, 240),
        ],
        (0.3, 0.85),
        0.3,
    )
    sheet.line([(x, 70), (x, 10)], 8, 0.9)
    for step in range(11):
        f = Frame(
            sheet.width * (step + 0.5 + rng.uniform(-0.2, 0.2)) / 11,
            850 + rng.uniform(-30, 60),
            rng.uniform(0.7, 0.9),
        )
        figures.bystander(sheet, f, rng.uniform(0.8, 1.0), rng, seated=True)


def empty_stage(sheet: Sheet, rng: Random) -> None:
    """An empty stage after the concert: chairs, desks, one lamp left on."""
    sheet.ground(0.95, 0.85)
    for step in range(15):
        x = sheet.width * step / 14
        sheet.fill(
            [(x - 34, -20), (x + 34, -20), (x + 28, 640), (x - 28, 640)], (0.98, 0.6), 0.0, opacity=0.7
        )
    sheet.floor(640, (0.55, 0.9))
    lamp = sheet.width * rng.uniform(0.34, 0.66)
    props.lamp_beam(sheet, (lamp, -10), (lamp - 340, 900), (lamp + 340, 900), 0.0, 0.42)
    sheet.disc((lamp, 860), 360, 80, 0.02, soft=24, opacity=0.85)
    props.chair(sheet, Frame(lamp - 40, 770, 0.62))
    for x, size in ((lamp - 420, 0.5), (lamp - 290, 0.44), (lamp + 330, 0.5), (lamp + 450, 0.46)):
        props.chair(sheet, Frame(x, 730, size))
    for x in (lamp - 350, lamp + 400):
        f = Frame(x, 700, 0.8)
        sheet.line(f.all((0, 20), (0, 200)), 7, 0.98)
        props.stand(sheet, f, 74, 58)
    props.microphone(sheet, Frame(lamp + 130, 500, 0.85), 440)
    for step in range(5):
        sheet.fill(
            [
                (sheet.width * 0.5 - 700 + step * 40, 980 - step * 14),
                (sheet.width * 0.5 + 700 - step * 40, 980 - step * 14),
                (sheet.width * 0.5 + 700, 1000),
                (sheet.width * 0.5 - 700, 1000),
            ],
            1.0,
            opacity=0.3,
        )


def church(sheet: Sheet, rng: Random) -> None:
    """A small band in a big church."""
    sheet.ground(0.45, 0.6)
    mid = sheet.width / 2
    for depth in range(5):
        half, top = 640 - depth * 100, 20 + depth * 60
        tone = 0.85 - depth * 0.13
        for side in (-1, 1):
            sheet.line(
                [(mid + side * half, top + 260), (mid + side * half, 880 - depth * 45)],
                60 - depth * 8,
                (tone - 0.25, tone),
                0.0,
            )
        sheet.line(
            curve(
                [
                    (mid - half, top + 270),
                    (mid - half * 0.7, top + 90),
                    (mid, top),
                    (mid + half * 0.7, top + 90),
                    (mid + half, top + 270),
                ]
            ),
            34 - depth * 4,
            tone,
        )
    sheet.blob(
        [(mid - 110, 640), (mid - 110, 400), (mid, 280), (mid + 110, 400), (mid + 110, 640)], 0.0, soft=5
    )
    for x in (-55, 0, 55):
        sheet.line([(mid + x, 300 + abs(x)), (mid + x, 640)], 7, 0.8)
    sheet.fill(
        [(mid - 30, 640), (mid + 30, 640), (mid + 640, 1020), (mid - 640, 1020)], 0.05, soft=40, opacity=0.6
    )
    for step, kind in enumerate(("bass", "saxophone", "trumpet")):
        man = Frame(mid - 190 + step * 170, 640, 0.6, mirrored=step == 2)
        look = figures.some_look(rng, False, coat=(0.8, 1.0))
        for side in (-1, 1):
            sheet.line(man.all((side * 40, 300), (side * 46, 470)), 60 * man.size, 1.0)
        figures.body(sheet, man, look, 330)
        figures.head(sheet, man, look)
        bands.play(sheet, man, kind, look)


def box_office(sheet: Sheet, rng: Random) -> None:
    """A queue at the box office, coats and umbrellas."""
    sheet.ground(0.4, 0.6)
    sheet.floor(760, (0.3, 0.7))
    x = sheet.width * 0.74
    sheet.fill([(x, 120), (sheet.width + 20, 120), (sheet.width + 20, 860), (x, 860)], (0.8, 0.98))
    sheet.fill([(x + 70, 260), (x + 290, 260), (x + 290, 520), (x + 70, 520)], (0.0, 0.25), pi / 2)
    clerk = Frame(x + 180, 430, 0.9)
    look = figures.some_look(rng, False, tie="none", wears="glasses", style="bun", beard="")
    figures.body(sheet, clerk, look, 100, 84)
    figures.head(sheet, clerk, look, -0.1)
    sheet.fill([(x + 50, 512), (x + 310, 512), (x + 310, 540), (x + 50, 540)], 0.05)
    sheet.fill([(x + 60, 150), (x + 300, 150), (x + 300, 222), (x + 60, 222)], 0.04)
    for step in range(5):
        sheet.line([(x + 90 + step * 40, 172), (x + 110 + step * 40, 200)], 12, 0.95)
    for column in range(3):
        a = sheet.width * (0.05 + column * 0.22)
        sheet.fill([(a, 130), (a + 210, 130), (a + 210, 420), (a, 420)], rng.choice((0.05, 0.9)))
        _sleeve(sheet, rng, a + 10, 170, 190, rng.choice((0.3, 0.6)))
    for step in range(6):
        man = Frame(sheet.width * (0.07 + step * 0.125), 530 + rng.uniform(-20, 20), rng.uniform(0.9, 1.04))
        woman = rng.random() < 0.4
        look = figures.some_look(
            rng,
            False,
            coat=rng.choice(((0.55, 0.9), (0.8, 1.0), (0.3, 0.75))),
            beard="",
            tie="none" if woman else "tie",
            style=rng.choice(("bun", "long", "curls")) if woman else "short",
            wears="" if woman else rng.choice(("hat", "", "beret", "glasses")),
        )
        figures.standing(sheet, man, look, rng.uniform(-0.1, 0.2), long_coat=True)
