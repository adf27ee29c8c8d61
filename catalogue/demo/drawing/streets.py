"""Photographs out of doors: streets at night, trams, stations, quays, bridges and water."""

from math import pi
from random import Random

from catalogue.demo.drawing import bands, figures
from catalogue.demo.drawing.shapes import Frame, Point, Sheet, curve


def _gables(
    sheet: Sheet, rng: Random, base: float, tone: float, tall: tuple[float, float], lit: float = 0.25
) -> None:
    """A row of canal houses with windows, some of them lit."""
    x = -40.0
    while x < sheet.width:
        wide, high = rng.uniform(110, 170), rng.uniform(*tall)
        top = base - high
        shade = tone + rng.uniform(-0.05, 0.05)
        gable = rng.choice(
            (
                [
                    (x, top + 60),
                    (x + wide * 0.3, top + 50),
                    (x + wide * 0.36, top),
                    (x + wide * 0.64, top),
                    (x + wide * 0.7, top + 50),
                    (x + wide, top + 60),
                ],
                [(x, top + 80), (x + wide * 0.5, top - 10), (x + wide, top + 80)],
                [
                    (x, top + 90),
                    (x, top + 60),
                    (x + wide * 0.18, top + 60),
                    (x + wide * 0.18, top + 30),
                    (x + wide * 0.36, top + 30),
                    (x + wide * 0.36, top),
                    (x + wide * 0.64, top),
                    (x + wide * 0.64, top + 30),
                    (x + wide * 0.82, top + 30),
                    (x + wide * 0.82, top + 60),
                    (x + wide, top + 60),
                ],
                [(x, top + 20), (x + wide, top + 20)],
            )
        )
        sheet.fill([(x, base), *gable, (x + wide, base)], min(1.0, shade))
        for line in range(int((high - 110) / 74)):
            for column in range(3):
                wx, wy = x + wide * (0.14 + column * 0.27), top + 112 + line * 74
                sheet.fill(
                    [(wx, wy), (wx + wide * 0.18, wy), (wx + wide * 0.18, wy + 48), (wx, wy + 48)],
                    0.04 if rng.random() < lit else min(1.0, shade + 0.16),
                )
        x += wide + 3


def _rain(sheet: Sheet, rng: Random, count: int = 150) -> None:
    for _ in range(count):
        x, y, long = rng.uniform(0, sheet.width), rng.uniform(0, 1000), rng.uniform(30, 80)
        sheet.line([(x, y), (x - long * 0.22, y + long)], 2.4, 0.12)


def _reflections(sheet: Sheet, rng: Random, top: float, lights: list[float]) -> None:
    for x in lights:
        for step in range(9):
            y = top + 20 + step * (980 - top) / 9
            half = rng.uniform(14, 60) * (1 + step * 0.12)
            sheet.disc((x + rng.uniform(-12, 12), y), half, 6, 0.05, soft=3, opacity=0.75)


def _neon(sheet: Sheet, f: Frame, word: str) -> None:
    """A neon sign: bare strokes of light with a glow round them."""
    strokes: dict[str, list[tuple[Point, ...]]] = {
        "J": [((40, 0), (40, 80), (22, 104), (2, 86))],
        "A": [((0, 104), (26, 0), (52, 104)), ((10, 68), (42, 68))],
        "Z": [((0, 0), (48, 0), (0, 104), (48, 104))],
    }
    for width, soft in ((30, 12.0), (9, 0.0)):
        x = 0.0
        for letter in word:
            for stroke in strokes[letter]:
                sheet.line(
                    f.all(*[(px + x, py) for px, py in stroke]), width * f.size, 0.0, soft=soft * f.size
                )
            x += 72


def club_front(sheet: Sheet, rng: Random) -> None:
    """A club front at night, the sign burning."""
    sheet.ground(0.98, 0.92)
    _gables(sheet, rng, 760, 0.86, (520, 720), 0.12)
    sheet.floor(760, (0.7, 0.95))
    x = sheet.width * rng.uniform(0.36, 0.5)
    sheet.disc((x + 90, 420), 420, 300, 0.3, soft=120, opacity=0.55)
    sheet.fill([(x - 150, 470), (x + 340, 470), (x + 340, 790), (x - 150, 790)], 0.95)
    sheet.fill([(x - 120, 520), (x + 90, 520), (x + 90, 730), (x - 120, 730)], (0.0, 0.35), pi / 2)
    for step in range(1, 4):
        sheet.line([(x - 120 + step * 52, 520), (x - 120 + step * 52, 730)], 6, 0.95)
    sheet.fill([(x + 150, 500), (x + 290, 500), (x + 290, 790), (x + 150, 790)], (0.02, 0.4), pi / 2)
    figures.bystander(sheet, Frame(x + 218, 600, 0.72), 0.98, rng)
    sheet.fill([(x - 150, 452), (x + 340, 452), (x + 370, 484), (x - 180, 484)], 0.7)
    _neon(sheet, Frame(x - 120, 300, 1.5), "JAZZ")
    _reflections(sheet, rng, 790, [x - 20, x + 220])
    for side in (x - 330, x + 520):
        figures.bystander(sheet, Frame(side, 640, rng.uniform(0.9, 1.05)), 1.0, rng)
    lamp = sheet.width * (0.9 if x < sheet.width / 2 else 0.1)
    sheet.line([(lamp, 900), (lamp, 330)], 14, 1.0)
    sheet.disc((lamp, 310), 90, 90, 0.2, soft=36, opacity=0.7)
    sheet.disc((lamp, 310), 26, 32, 0.0)


def tram_in_rain(sheet: Sheet, rng: Random) -> None:
    """A tram in the rain before a lit café."""
    sheet.ground(0.55, 0.75)
    _gables(sheet, rng, 640, 0.7, (340, 560), 0.3)
    sheet.floor(640, (0.5, 0.85))
    x, wide = sheet.width * rng.uniform(0.3, 0.4), 560.0
    for offset in (0, 90):
        sheet.line([(-20, 850 + offset), (sheet.width + 20, 812 + offset)], 7, 0.1)
    sheet.line([(-20, 150), (sheet.width + 20, 110)], 4, 1.0)
    sheet.line([(x + 230, 128), (x + 290, 290), (x + 240, 330)], 7, 1.0)
    sheet.fill([(x - 10, 330), (x + wide, 316), (x + wide + 30, 352), (x - 40, 368)], 0.9)
    sheet.fill([(x - 40, 366), (x + wide + 30, 350), (x + wide + 30, 790), (x - 40, 818)], (0.25, 0.75), 0.0)
    for step in range(5):
        a = x + 150 + step * 86
        sheet.fill([(a, 402), (a + 70, 400), (a + 70, 560), (a, 564)], (0.0, 0.2), pi / 2)
        if rng.random() < 0.75:
            figures.bystander(sheet, Frame(a + 36, 520, 0.42), 0.9, rng, seated=True)
    sheet.fill([(x - 26, 396), (x + 116, 392), (x + 116, 570), (x - 26, 578)], (0.0, 0.15))
    sheet.line([(x + 44, 394), (x + 44, 574)], 8, 0.8)
    sheet.disc((x + 44, 676), 34, 34, 0.0)
    sheet.disc((x + 44, 676), 90, 90, 0.0, soft=30, opacity=0.5)
    sheet.fill([(x - 40, 612), (x + wide + 30, 600), (x + wide + 30, 626), (x - 40, 640)], 0.95)
    sheet.fill([(x + 6, 336), (x + 92, 334), (x + 92, 364), (x + 6, 366)], 0.02)
    sheet.fill([(x - 30, 800), (x + wide + 20, 776), (x + wide, 826), (x, 850)], 1.0)
    _reflections(sheet, rng, 850, [x + 44, x + 360])
    man = Frame(sheet.width * 0.16, 610, 1.1)
    figures.bystander(sheet, man, 1.0, rng)
    sheet.blob(
        man.all(
            (-150, -90), (-110, -160), (0, -190), (110, -160), (150, -90), (75, -104), (0, -92), (-75, -104)
        ),
        0.97,
    )
    sheet.line(man.all((0, -180), (0, 60)), 7, 0.97)
    _rain(sheet, rng)


def harbour(sheet: Sheet, rng: Random) -> None:
    """Cranes and a ship behind a hall on the quay."""
    sheet.ground(0.25, 0.1)
    for step in range(3):
        sheet.blob(
            [
                (sheet.width * (0.1 + step * 0.3), 130 + step * 50),
                (sheet.width * (0.3 + step * 0.3), 90 + step * 60),
                (sheet.width * (0.5 + step * 0.3), 150 + step * 40),
                (sheet.width * (0.3 + step * 0.3), 190 + step * 40),
            ],
            0.4,
            soft=24,
            opacity=0.6,
        )
    for step in range(3):
        x, base = sheet.width * (0.2 + step * 0.3 + rng.uniform(-0.04, 0.04)), 640.0
        tone = 0.75 + step * 0.08
        sheet.fill(
            [
                (x - 50, base),
                (x - 22, 380),
                (x + 22, 380),
                (x + 50, base),
                (x + 30, base),
                (x, 420),
                (x - 30, base),
            ],
            tone,
        )
        sheet.fill([(x - 46, 330), (x + 60, 330), (x + 60, 390), (x - 46, 390)], tone)
        tip = (x + rng.choice((-1, 1)) * rng.uniform(170, 240), rng.uniform(110, 180))
        sheet.line([(x, 350), tip], (26, 8), tone)
        sheet.line([tip, (tip[0], tip[1] + 190)], 4, tone)
    sheet.fill(
        [
            (sheet.width * 0.5, 560),
            (sheet.width * 1.05, 540),
            (sheet.width * 1.05, 660),
            (sheet.width * 0.56, 660),
        ],
        (0.8, 1.0),
    )
    sheet.fill(
        [
            (sheet.width * 0.72, 440),
            (sheet.width * 0.92, 440),
            (sheet.width * 0.92, 550),
            (sheet.width * 0.72, 550),
        ],
        (0.1, 0.4),
    )
    sheet.fill(
        [
            (sheet.width * 0.78, 360),
            (sheet.width * 0.86, 360),
            (sheet.width * 0.86, 440),
            (sheet.width * 0.78, 440),
        ],
        0.85,
    )
    sheet.floor(650, (0.15, 0.6))
    for step in range(46):
        y = 670 + step * 7.4
        x = rng.uniform(0, sheet.width)
        sheet.disc((x, y), rng.uniform(40, 140), 3 + step * 0.08, rng.choice((0.02, 0.8)), opacity=0.7)
    sheet.fill([(-20, 880), (sheet.width * 0.4, 850), (sheet.width * 0.46, 1020), (-20, 1020)], 0.95)
    man = Frame(sheet.width * 0.2, 690, 0.8)
    figures.bystander(sheet, man, 1.0, rng)
    sheet.blob(
        man.all((60, 90), (96, 20), (120, 90), (150, 130), (160, 240), (100, 262), (40, 240), (50, 130)), 1.0
    )
    sheet.line(man.all((92, 30), (100, -120)), 16, 1.0)


def boat(sheet: Sheet, rng: Random) -> None:
    """A canal boat with a band aboard."""
    sheet.ground(0.1, 0.2)
    _gables(sheet, rng, 540, 0.5, (300, 450), 0.05)
    sheet.fill([(-20, 530), (sheet.width + 20, 530), (sheet.width + 20, 590), (-20, 590)], 0.75)
    sheet.floor(585, (0.25, 0.75))
    for step in range(60):
        y = 600 + step * 6.6
        sheet.disc(
            (rng.uniform(0, sheet.width), y),
            rng.uniform(30, 120),
            2.5 + step * 0.06,
            rng.choice((0.03, 0.03, 0.85)),
            opacity=0.75,
        )
    x = sheet.width * 0.5
    for step, kind in enumerate(("bass", "trumpet", "saxophone", "trumpet")):
        man = Frame(x - 300 + step * 190, 470 + (step % 2) * 14, 0.82, mirrored=step > 1)
        look = figures.some_look(
            rng,
            True,
            coat=rng.choice(((0.02, 0.3), (0.6, 0.95))),
            wears=rng.choice(("hat", "hat", "")),
            tie="bow",
        )
        figures.body(sheet, man, look, 360)
        figures.head(sheet, man, look)
        bands.play(sheet, man, kind, look)
    sheet.blob(
        [
            (x - 620, 690),
            (x - 500, 716),
            (x, 726),
            (x + 500, 712),
            (x + 640, 670),
            (x + 560, 800),
            (x + 380, 838),
            (x - 420, 838),
            (x - 570, 800),
        ],
        (0.7, 1.0),
        0.4,
    )
    sheet.line(curve([(x - 610, 704), (x - 500, 728), (x, 738), (x + 500, 724), (x + 630, 684)]), 12, 0.03)
    for step in range(7):
        a = x - 560 + step * 186
        sheet.line([(a, 250), (a + 186, 250)], 4, 0.9)
        sheet.fill([(a + 20, 252), (a + 90, 252), (a + 55, 320)], rng.choice((0.05, 0.95)))
    sheet.line([(x - 560, 250), (x - 560, 710)], 10, 0.9)
    sheet.line([(x + 556, 250), (x + 556, 700)], 10, 0.9)
    for step in range(30):
        sheet.disc((x + rng.uniform(-480, 480), 860 + step * 4.4), rng.uniform(40, 150), 4, 0.95, opacity=0.6)


def station(sheet: Sheet, rng: Random) -> None:
    """A platform at night: musicians with their cases waiting for a train."""
    sheet.ground(0.55, 0.7)
    for step in range(9):
        x = sheet.width * step / 8
        sheet.line(curve([(x - 240, 330), (x, 120), (x + 240, 330)]), 9, 0.95)
    sheet.fill([(-20, 40), (sheet.width + 20, 40), (sheet.width + 20, 120), (-20, 120)], 0.95)
    for step in range(4):
        x = sheet.width * (0.14 + step * 0.25)
        sheet.line([(x, 120), (x, 760)], 20, 0.9)
        sheet.disc((x + 70, 250), 110, 90, 0.02, soft=36, opacity=0.8)
        sheet.disc((x + 70, 240), 30, 22, 0.0)
    clock = (sheet.width * 0.52, 330)
    sheet.disc(clock, 82, 82, 1.0)
    sheet.disc(clock, 72, 72, 0.0)
    sheet.line([clock, (clock[0] + 4, clock[1] - 44)], 8, 1.0)
    sheet.line([clock, (clock[0] + 46, clock[1] + 30)], 6, 1.0)
    sheet.floor(760, (0.3, 0.75))
    sheet.fill([(-20, 900), (sheet.width + 20, 860), (sheet.width + 20, 1020), (-20, 1020)], 0.95)
    sheet.fill([(-20, 900), (sheet.width + 20, 860), (sheet.width + 20, 876), (-20, 918)], 0.05)
    for step in range(4):
        man = Frame(
            sheet.width * (0.2 + step * 0.19),
            530 + rng.uniform(-14, 14),
            rng.uniform(0.86, 0.98),
            mirrored=step % 2 == 1,
        )
        look = figures.some_look(
            rng,
            False,
            wears=rng.choice(("hat", "hat", "beret", "")),
            coat=rng.choice(((0.6, 0.95), (0.8, 1.0))),
            tie="tie",
        )
        figures.standing(sheet, man, look, rng.uniform(-0.12, 0.12), long_coat=True)
        case = man.at(112, 300)
        if step == 2:
            sheet.blob(
                man.all(
                    (96, 380),
                    (76, 250),
                    (112, 180),
                    (104, 100),
                    (118, -70),
                    (150, -70),
                    (158, 100),
                    (156, 180),
                    (196, 250),
                    (176, 384),
                ),
                (0.75, 1.0),
                0.3,
            )
        else:
            sheet.fill(
                [
                    (case[0] - 70, case[1]),
                    (case[0] + 70, case[1]),
                    (case[0] + 76, case[1] + 66),
                    (case[0] - 76, case[1] + 66),
                ],
                (0.5, 0.95),
            )
            sheet.ring((case[0], case[1] - 2), 22, 20, 7, 0.95)


def bicycle(sheet: Sheet, rng: Random) -> None:
    """A musician wheeling a bicycle with an instrument case over a bridge."""
    sheet.ground(0.1, 0.25)
    _gables(sheet, rng, 620, 0.42, (360, 520), 0.05)
    sheet.fill(
        [
            *curve([(-20, 780), (sheet.width * 0.5, 660), (sheet.width + 20, 780)]),
            (sheet.width + 20, 1020),
            (-20, 1020),
        ],
        (0.45, 0.8),
        pi / 2,
    )
    for step in range(26):
        x = sheet.width * step / 25
        y = 660 + 120 * (2 * x / sheet.width - 1) ** 2
        sheet.line([(x, y - 110), (x, y)], 6, 0.95)
    sheet.line(curve([(-20, 670), (sheet.width * 0.5, 552), (sheet.width + 20, 670)]), 10, 0.95)
    x, y = sheet.width * rng.uniform(0.5, 0.6), 800.0
    for wheel in (x - 40, x + 260):
        sheet.ring((wheel, y), 118, 118, 9, 1.0)
        for spoke in range(8):
            sheet.line([(wheel, y), Frame(wheel, y, 112, spoke * pi / 4).at(1, 0)], 2.4, 0.9)
    sheet.line([(x - 40, y), (x + 80, y), (x + 190, y - 170), (x + 30, y - 165), (x + 80, y)], 10, 1.0)
    sheet.line([(x - 40, y), (x + 30, y - 165), (x + 24, y - 210)], 10, 1.0)
    sheet.line([(x + 260, y), (x + 186, y - 215), (x + 130, y - 232)], 10, 1.0)
    sheet.line([(x - 10, y - 212), (x + 62, y - 212)], 18, 1.0)
    sheet.fill([(x - 190, y - 190), (x + 20, y - 176), (x + 16, y - 116), (x - 194, y - 130)], (0.7, 1.0))
    man = Frame(x - 20, 430, 1.08)
    look = figures.some_look(rng, False, wears=rng.choice(("hat", "beret")), coat=(0.65, 0.95))
    for side, lean in ((-1, -30), (1, 60)):
        sheet.line(man.all((side * 36, 320), (side * 36 + lean, 500)), 56, 0.98)
    figures.body(sheet, man, look, 350)
    figures.head(sheet, man, look, 0.1)
    figures.arm(sheet, man.at(98, 62), man.at(130, 150), (x + 126, y - 238), 1.08, look, lit=False)
