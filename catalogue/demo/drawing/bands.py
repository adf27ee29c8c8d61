"""Photographs of many: bands, studios, audiences."""

from math import pi
from random import Random

from catalogue.demo.drawing import figures, props
from catalogue.demo.drawing.figures import Look
from catalogue.demo.drawing.shapes import Frame, Sheet, curve


def big_band(sheet: Sheet, rng: Random) -> None:
    """Three rows behind their desks, under the lights."""
    sheet.ground(0.8, 0.55)
    sheet.disc((sheet.width / 2, 300), sheet.width * 0.45, 320, 0.12, soft=120, opacity=0.9)
    for x in (0.12, 0.5, 0.88):
        props.lamp_beam(
            sheet,
            (sheet.width * x, -10),
            (sheet.width * (x - 0.16), 700),
            (sheet.width * (x + 0.16), 700),
            0.0,
            0.35,
        )
    _row(sheet, rng, 5, 300, 0.72, "trumpet")
    _row(sheet, rng, 4, 500, 0.84, "trombone")
    _row(sheet, rng, 5, 720, 1.0, "saxophone")


def _row(sheet: Sheet, rng: Random, count: int, y: float, size: float, kind: str) -> None:
    coat = (0.55, 0.92)
    for step in range(count):
        x = sheet.width * (step + 0.5 + rng.uniform(-0.04, 0.04)) / count
        man = Frame(x, y + rng.uniform(-8, 8), size)
        look = figures.some_look(
            rng, False, coat=coat, tie="bow", wears=rng.choice(("", "", "glasses")), beard=""
        )
        figures.body(sheet, man, look, 230)
        figures.head(sheet, man, look, rng.uniform(-0.1, 0.15))
        mouth = man.at(0, -34)
        if kind == "trumpet":
            props.trumpet(sheet, Frame(mouth[0], mouth[1], size * 0.8, 0.06))
        elif kind == "trombone":
            props.trombone(sheet, Frame(mouth[0], mouth[1], size * 0.62, 0.12))
        else:
            props.saxophone(sheet, Frame(mouth[0], mouth[1], size * 0.72, 0.0))
        for side in (-1, 1):
            figures.arm(
                sheet,
                man.at(side * 96, 64),
                man.at(side * 104, 160),
                man.at(side * 24 + 24, 110 if kind == "saxophone" else 30),
                size * 0.8,
                look,
            )
    for step in range(count):
        x = sheet.width * (step + 0.5) / count
        props.stand(sheet, Frame(x, y + 132 * size, size), 102, 150, letter=True)


def quintet(sheet: Sheet, rng: Random) -> None:
    """A band on a small stage, seen over the heads of the people in front."""
    sheet.ground(0.95, 0.8)
    sheet.disc((sheet.width / 2, 420), sheet.width * 0.42, 330, 0.2, soft=110, opacity=0.9)
    sheet.floor(690, (0.25, 0.8))
    props.lamp_beam(
        sheet, (sheet.width * 0.2, -10), (sheet.width * 0.1, 720), (sheet.width * 0.5, 720), 0.0, 0.3
    )
    props.lamp_beam(
        sheet, (sheet.width * 0.8, -10), (sheet.width * 0.5, 720), (sheet.width * 0.92, 720), 0.0, 0.3
    )
    props.drum_kit(sheet, Frame(sheet.width * 0.58, 590, 0.52))
    for x, y, size, kind in (
        (0.18, 390, 0.78, "bass"),
        (0.4, 410, 0.82, "trumpet"),
        (0.8, 410, 0.82, "saxophone"),
    ):
        man = Frame(sheet.width * x, y, size, mirrored=kind == "saxophone")
        look = figures.some_look(rng, False, coat=(0.7, 0.98))
        for side in (-1, 1):
            sheet.line(man.all((side * 44, 300), (side * 52, 480)), 74 * size, 0.95)
        figures.body(sheet, man, look, 330)
        figures.head(sheet, man, look, 0.05)
        play(sheet, man, kind, look)
    _heads(sheet, rng, 880, 1.25, 9)


def play(sheet: Sheet, man: Frame, kind: str, look: Look) -> None:
    """Give somebody a bass, a saxophone or a trumpet, and the arms to play it."""
    mouth = man.at(3, -36)
    if kind == "bass":
        box = Frame(man.x + 96 * man.size, man.y + 190 * man.size, man.size * 0.9, 0.08)
        props.double_bass(sheet, box)
        figures.arm(sheet, man.at(98, 62), man.at(150, 110), box.at(-4, -300), man.size, look, lit=False)
        figures.arm(sheet, man.at(-98, 66), man.at(-70, 210), box.at(-20, -10), man.size, look)
    else:
        turn = (0.0 if kind == "saxophone" else -0.12) * (-1 if man.mirrored else 1)
        draw = props.saxophone if kind == "saxophone" else props.trumpet
        draw(sheet, Frame(mouth[0], mouth[1], man.size * 0.95, turn, man.mirrored))
        reach = (60, 170) if kind == "saxophone" else (104, 30)
        figures.arm(sheet, man.at(-98, 66), man.at(-80, 190), man.at(*reach), man.size, look)


def _heads(sheet: Sheet, rng: Random, y: float, size: float, count: int, tone: float = 1.0) -> None:
    for step in range(count):
        x = sheet.width * (step + 0.5 + rng.uniform(-0.3, 0.3)) / count
        figures.bystander(
            sheet,
            Frame(x, y + rng.uniform(-25, 40), size * rng.uniform(0.88, 1.1)),
            tone - 0.06 * rng.random(),
            rng,
            seated=True,
        )


def audience(sheet: Sheet, rng: Random) -> None:
    """People packed on a stairway, looking our way."""
    sheet.ground(0.35, 0.5)
    sheet.disc((sheet.width * 0.5, 250), sheet.width * 0.4, 260, 0.05, soft=90)
    for row in range(5):
        y = 200 + row * 165
        sheet.fill(
            [(-20, y + 70), (sheet.width + 20, y + 70), (sheet.width + 20, y + 96), (-20, y + 96)], 0.15
        )
        count = 9 - row
        for step in range(count):
            x = sheet.width * (step + 0.5 + rng.uniform(-0.22, 0.22) + (row % 2) * 0.25) / count
            woman = rng.random() < 0.4
            look = figures.some_look(
                rng,
                False,
                coat=rng.choice(((0.4, 0.8), (0.7, 1.0), (0.1, 0.45), (0.85, 1.0))),
                beard="",
                style=rng.choice(("bun", "curls", "long") if woman else ("short", "parted", "bald")),
                tie="none" if woman else rng.choice(("tie", "none", "bow")),
                wears="" if woman else rng.choice(("", "", "glasses", "hat")),
            )
            man = Frame(x, y + rng.uniform(-16, 16), 0.62 + row * 0.17)
            figures.body(sheet, man, look, 200, 84)
            figures.head(sheet, man, look, rng.uniform(-0.25, 0.25))


def radio_studio(sheet: Sheet, rng: Random) -> None:
    """A radio studio: the band on this side of the glass, the engineer on that."""
    sheet.ground(0.5, 0.68)
    for column in range(16):
        for line in range(6):
            x, y = sheet.width * (column + 0.5) / 16, 60 + line * 90
            sheet.disc((x, y), 7, 7, 0.85)
    left, right = sheet.width * 0.56, sheet.width * 0.96
    sheet.fill([(left - 16, 134), (right + 16, 134), (right + 16, 486), (left - 16, 486)], 1.0)
    sheet.fill([(left, 150), (right, 150), (right, 470), (left, 470)], (0.02, 0.3), 1.2)
    engineer = Frame((left + right) / 2, 330, 0.86)
    look = figures.some_look(rng, False, wears="glasses", tie="tie", coat=(0.5, 0.85), beard="")
    figures.body(sheet, engineer, look, 160)
    figures.head(sheet, engineer, look, -0.12)
    sheet.ring(engineer.at(0, -70), 46, 52, 7, 1.0)
    sheet.fill([(left, 430), (right, 430), (right, 470), (left, 470)], 0.9)
    for step in range(7):
        sheet.disc((left + 40 + step * (right - left - 80) / 6, 450), 10, 10, 0.1)
    sheet.fill([(left - 16, 486), (right + 16, 486), (right + 40, 520), (left - 40, 520)], 0.2)
    sheet.floor(760, (0.35, 0.8))
    sheet.fill(
        [
            (sheet.width * 0.62, 56),
            (sheet.width * 0.9, 56),
            (sheet.width * 0.9, 112),
            (sheet.width * 0.62, 112),
        ],
        1.0,
    )
    sheet.fill(
        [
            (sheet.width * 0.63, 64),
            (sheet.width * 0.89, 64),
            (sheet.width * 0.89, 104),
            (sheet.width * 0.63, 104),
        ],
        0.0,
    )
    man = Frame(sheet.width * 0.22, 430, 1.35)
    player = figures.some_look(rng, False)
    figures.body(sheet, man, player, 470)
    figures.head(sheet, man, player, 0.08)
    play(sheet, man, rng.choice(("trumpet", "saxophone")), player)
    props.microphone(sheet, Frame(sheet.width * 0.5, 560, 1.5), 260)


def rehearsal(sheet: Sheet, rng: Random) -> None:
    """A rehearsal with coats on chairs: four players round a piano, shirtsleeves."""
    sheet.ground(0.3, 0.5)
    for x in (0.14, 0.42, 0.7):
        a, b = sheet.width * x, sheet.width * (x + 0.18)
        sheet.fill([(a - 12, 40), (b + 12, 40), (b + 12, 420), (a - 12, 420)], 0.7)
        sheet.fill([(a, 52), (b, 52), (b, 408), (a, 408)], (0.0, 0.12), pi / 2)
        sheet.line([((a + b) / 2, 52), ((a + b) / 2, 408)], 9, 0.7)
        sheet.line([(a, 230), (b, 230)], 9, 0.7)
    sheet.floor(700, (0.35, 0.75))
    sheet.fill(
        [
            (sheet.width * 0.02, 520),
            (sheet.width * 0.3, 520),
            (sheet.width * 0.3, 860),
            (sheet.width * 0.02, 860),
        ],
        (0.75, 1.0),
    )
    sheet.fill(
        [
            (sheet.width * 0.02, 670),
            (sheet.width * 0.34, 670),
            (sheet.width * 0.34, 700),
            (sheet.width * 0.02, 700),
        ],
        0.05,
    )
    for x, y, size, kind in (
        (0.44, 430, 0.98, "trumpet"),
        (0.64, 450, 1.05, "saxophone"),
        (0.86, 420, 1.0, "bass"),
        (0.2, 470, 1.05, "piano"),
    ):
        man = Frame(sheet.width * x, y, size)
        look = figures.some_look(
            rng,
            False,
            coat=rng.choice(((0.02, 0.3), (0.1, 0.4), (0.7, 0.95))),
            tie=rng.choice(("tie", "none")),
        )
        for side in (-1, 1):
            sheet.line(man.all((side * 46, 300), (side * 54, 520)), 78 * size, 0.92)
        figures.body(sheet, man, look, 330)
        figures.head(sheet, man, look, rng.uniform(-0.1, 0.15))
        if kind == "piano":
            figures.arm(sheet, man.at(-98, 66), man.at(-120, 180), man.at(-60, 200), size, look)
        else:
            play(sheet, man, kind, look)
    for x in (0.53, 0.74):
        f = Frame(sheet.width * x, 760, 0.9)
        sheet.line(f.all((0, 30), (0, 260)), 8, 0.95)
        props.stand(sheet, f, 74, 62)


def dancers(sheet: Sheet, rng: Random) -> None:
    """Couples dancing, the band small behind them."""
    sheet.ground(0.85, 0.7)
    sheet.disc((sheet.width / 2, 300), sheet.width * 0.4, 240, 0.15, soft=100, opacity=0.9)
    for step in range(13):
        x = sheet.width * step / 12
        sheet.line(curve([(x - 70, 40), (x, 110), (x + 70, 40)]), 5, 0.05)
        sheet.disc((x, 112), 14, 18, 0.0)
    sheet.floor(640, (0.2, 0.7))
    for step in range(5):
        f = Frame(sheet.width * (0.26 + step * 0.12), 350, 0.46)
        look = figures.some_look(rng, False, coat=(0.6, 0.95))
        figures.body(sheet, f, look, 260)
        figures.head(sheet, f, look)
        props.stand(sheet, Frame(f.x, 430, 0.46), 96, 120)
    for step in range(6):
        x = sheet.width * (0.1 + step * 0.16 + rng.uniform(-0.02, 0.02))
        size = rng.uniform(0.92, 1.12)
        y = 520 + (step % 2) * 70
        man, woman = (
            Frame(x - 36 * size, y, size, 0.06),
            Frame(x + 40 * size, y + 18, size * 0.94, -0.08, True),
        )
        _dancer(sheet, rng, woman, skirt=True)
        _dancer(sheet, rng, man, skirt=False)


def _dancer(sheet: Sheet, rng: Random, f: Frame, skirt: bool) -> None:
    look = figures.some_look(
        rng,
        False,
        coat=rng.choice(((0.05, 0.4), (0.3, 0.7))) if skirt else (0.75, 1.0),
        beard="",
        wears="",
        style=rng.choice(("bun", "curls", "long")) if skirt else rng.choice(("short", "parted")),
        tie="none" if skirt else "tie",
    )
    if skirt:
        for side in (-1, 1):
            sheet.line(f.all((side * 22, 300), (side * 28, 460)), 24 * f.size, look.skin)
        sheet.blob(
            f.all((-40, 130), (40, 130), (90, 260), (130, 370), (0, 396), (-130, 370), (-90, 260)),
            look.coat,
            0.3,
        )
    else:
        for side in (-1, 1):
            sheet.line(f.all((side * 38, 230), (side * 46, 470)), 66 * f.size, 0.95)
    figures.body(sheet, f, look, 160 if skirt else 270, 78 if skirt else 100)
    figures.head(sheet, f, look, 0.1)
    figures.arm(sheet, f.at(70, 60), f.at(130, 120), f.at(70, 170), f.size * 0.7, look, bare=skirt)
