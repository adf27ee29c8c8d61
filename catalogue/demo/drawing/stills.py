"""Photographs without people, or nearly: instruments at rest, hands, machines."""

from math import cos, pi, sin
from random import Random

from catalogue.demo.drawing import figures, props
from catalogue.demo.drawing.players import backdrop
from catalogue.demo.drawing.shapes import Frame, Sheet, curve


def trumpet_on_chair(sheet: Sheet, rng: Random) -> None:
    """A trumpet on a wooden chair."""
    sheet.ground(0.35, 0.6)
    sheet.disc((sheet.width * rng.uniform(0.35, 0.65), 380), 420, 330, 0.03, soft=120)
    sheet.floor(820, (0.45, 0.8))
    x = sheet.width * rng.uniform(0.44, 0.56)
    sheet.disc((x + 60, 965), 420, 44, 0.95, soft=14, opacity=0.7)
    props.chair(sheet, Frame(x, 570, 1.72))
    props.trumpet(sheet, Frame(x - 285, 520, 2.1, rng.uniform(-0.08, 0.06)), (0.0, 0.5))


def saxophone_on_case(sheet: Sheet, rng: Random) -> None:
    """A saxophone in its open case."""
    sheet.ground(0.55, 0.75)
    sheet.floor(520, (0.5, 0.85))
    tilt = rng.uniform(-0.12, 0.12)
    box = Frame(sheet.width * 0.5, 600, 1.0, tilt)
    sheet.blob(
        box.all(
            (-540, -60), (-480, -250), (0, -300), (470, -270), (540, -90), (500, -40), (0, -30), (-500, -30)
        ),
        (0.8, 1.0),
    )
    sheet.blob(
        box.all((-480, -90), (-430, -215), (0, -255), (420, -230), (480, -110), (0, -70)), (0.3, 0.7), 0.5
    )
    sheet.blob(
        box.all((-560, -30), (540, -50), (590, 90), (540, 220), (100, 270), (-480, 240), (-590, 110)), 1.0
    )
    sheet.blob(
        box.all((-520, -8), (500, -24), (545, 90), (500, 190), (100, 236), (-450, 206), (-545, 100)),
        (0.5, 0.88),
        pi / 2,
    )
    props.saxophone(sheet, Frame(box.x - 420, box.y + 130, 2.3, -pi / 2 + tilt + 0.36), (0.0, 0.5))


def hands_on_keys(sheet: Sheet, rng: Random) -> None:
    """Two hands on the keys, from above."""
    sheet.ground(0.98, 0.94)
    turn = rng.choice((-1, 1)) * rng.uniform(0.12, 0.3)
    f = Frame(sheet.width / 2, 560, 1.0, turn)
    wide = sheet.width * 0.75
    sheet.fill(f.all((-wide, -190), (wide, -190), (wide, 240), (-wide, 240)), (0.02, 0.18), pi / 2)
    keys = int(2 * wide / 74)
    for step in range(keys):
        x = -wide + step * 74
        sheet.line(f.all((x, -190), (x, 240)), 5, 0.9)
        if step % 7 not in (2, 6):
            sheet.fill(f.all((x + 51, -190), (x + 97, -190), (x + 95, 60), (x + 53, 60)), 1.0)
            sheet.fill(f.all((x + 57, -190), (x + 68, -190), (x + 66, 44), (x + 58, 44)), 0.6)
    sheet.fill(f.all((-wide, -240), (wide, -240), (wide, -186), (-wide, -186)), 1.0)
    dark = rng.random() < 0.4
    skin = (0.45, 0.92) if dark else (0.22, 0.62)
    for x, way in ((-rng.uniform(190, 290), 1), (rng.uniform(170, 280), -1)):
        _hand(sheet, Frame(f.at(x, 190)[0], f.at(x, 190)[1], 1.5, turn + way * 0.16, way < 0), skin)


def _hand(sheet: Sheet, f: Frame, skin: tuple[float, float]) -> None:
    sheet.line(f.all((-40, 420), (-6, 90)), (210 * f.size / 1.3, 105 * f.size / 1.3), (0.75, 1.0), 0.3)
    sheet.line(f.all((-8, 112), (-4, 84)), 92 * f.size, 0.04)
    sheet.blob(f.all((-38, 90), (-52, 20), (-40, -30), (20, -40), (52, -6), (46, 60), (30, 92)), skin, 0.5)
    for x, y, tip_x, tip_y in (
        (-40, -14, -56, -92),
        (-16, -32, -22, -124),
        (12, -34, 16, -122),
        (38, -20, 50, -94),
        (48, 30, 104, -10),
    ):
        bend = ((x + tip_x) / 2 * 1.08, (y + tip_y) / 2 - 6)
        sheet.line(
            [(px + 5, py + 7) for px, py in curve(f.all((x, y), bend, (tip_x, tip_y)))],
            27 * f.size,
            0.9,
            soft=4,
        )
        sheet.line(curve(f.all((x, y), bend, (tip_x, tip_y))), 25 * f.size, skin, 0.5)
        sheet.disc(f.at(tip_x, tip_y + 3), 8 * f.size, 7 * f.size, 0.05)


def empty_kit(sheet: Sheet, rng: Random) -> None:
    """A drum kit on an empty stage."""
    sheet.ground(0.92, 0.7)
    sheet.disc((sheet.width * 0.5, 420), 560, 360, 0.12, soft=130, opacity=0.9)
    sheet.floor(800, (0.5, 0.9))
    sheet.disc((sheet.width * 0.5, 872), 480, 40, 0.98, soft=14, opacity=0.7)
    props.drum_kit(sheet, Frame(sheet.width * rng.uniform(0.47, 0.54), 640, rng.uniform(1.2, 1.35)))


def microphone_alone(sheet: Sheet, rng: Random) -> None:
    """A microphone, larger than life."""
    backdrop(sheet, rng)
    props.microphone(
        sheet, Frame(sheet.width * rng.uniform(0.42, 0.58), 430, 5.2, rng.uniform(-0.12, 0.12)), 300
    )


def bass_in_corner(sheet: Sheet, rng: Random) -> None:
    """A double bass leaning in a corner, a hat on a hook."""
    sheet.ground(0.28, 0.5)
    x = sheet.width * rng.uniform(0.3, 0.38)
    sheet.fill([(-20, -20), (x, -20), (x, 860), (-20, 1020)], (0.75, 0.5))
    sheet.fill([(-20, 1020), (x, 850), (sheet.width + 20, 905), (sheet.width + 20, 1020)], (0.6, 0.9), pi / 2)
    sheet.disc((sheet.width * 0.66, 300), 300, 260, 0.03, soft=90, opacity=0.9)
    sheet.blob(
        [
            (sheet.width * 0.62, 320),
            (sheet.width * 0.86, 420),
            (sheet.width * 0.9, 880),
            (sheet.width * 0.6, 900),
        ],
        0.85,
        soft=30,
        opacity=0.5,
    )
    props.double_bass(sheet, Frame(sheet.width * 0.56, 640, 1.12, rng.uniform(0.08, 0.16)), (0.4, 0.9))
    hook = (sheet.width * 0.84, 210)
    sheet.disc(hook, 9, 9, 1.0)
    hat = Frame(hook[0], hook[1] + 118, 1.25, 0.25)
    sheet.blob(
        hat.all((-40, -84), (-36, -120), (-14, -136), (20, -137), (40, -118), (42, -84)), (0.6, 0.95), 0.2
    )
    sheet.blob(hat.all((-72, -82), (-30, -93), (34, -93), (70, -84), (36, -71), (-40, -70)), (0.5, 0.98), 0.3)


def tape_machine(sheet: Sheet, rng: Random) -> None:
    """A reel-to-reel tape machine with its meters."""
    sheet.ground(0.75, 0.9)
    w = sheet.width
    sheet.fill([(w * 0.08, 90), (w * 0.92, 90), (w * 0.92, 960), (w * 0.08, 960)], (0.12, 0.5), 0.8)
    sheet.fill([(w * 0.08, 90), (w * 0.92, 90), (w * 0.92, 104), (w * 0.08, 104)], 0.95)
    turn, full = rng.uniform(0, 2), rng.uniform(0.55, 0.9)
    for x, much in ((w * 0.3, full), (w * 0.7, 1.35 - full)):
        _reel(sheet, x, 370, 225, much, turn)
    sheet.line([(w * 0.3 - 190, 500), (w * 0.42, 690), (w * 0.58, 690), (w * 0.7 + 190, 500)], 5, 1.0)
    sheet.fill([(w * 0.4, 650), (w * 0.6, 650), (w * 0.6, 740), (w * 0.4, 740)], (0.55, 0.95))
    for x in (w * 0.45, w * 0.5, w * 0.55):
        sheet.fill([(x - 16, 664), (x + 16, 664), (x + 16, 726), (x - 16, 726)], (0.1, 0.4))
    for x in (w * 0.22, w * 0.78):
        sheet.fill([(x - 105, 790), (x + 105, 790), (x + 105, 915), (x - 105, 915)], 1.0)
        sheet.fill([(x - 95, 800), (x + 95, 800), (x + 95, 890), (x - 95, 890)], 0.04)
        tip = rng.uniform(-0.7, 0.5)
        sheet.line([(x, 905), (x + sin(tip) * 92, 905 - cos(tip) * 92)], 4, 1.0)
    for step in range(6):
        sheet.disc((w * (0.38 + step * 0.048), 850), 24, 24, (0.5, 1.0), light=0.7)


def _reel(sheet: Sheet, x: float, y: float, size: float, full: float, turn: float) -> None:
    sheet.disc((x, y), size, size, (0.3, 0.7), light=0.6)
    sheet.disc((x, y), size * full, size * full, 0.96)
    sheet.ring((x, y), size, size, 8, 1.0)
    for arm in range(3):
        angle = turn + arm * 2 * pi / 3
        sheet.blob(
            [
                (x + cos(angle + off) * size * far, y + sin(angle + off) * size * far)
                for off, far in ((-0.42, 0.9), (0.42, 0.9), (0.3, 0.36), (-0.3, 0.36))
            ],
            (0.02, 0.3),
            opacity=0.9,
        )
    sheet.disc((x, y), 46, 46, (0.05, 0.5))
    sheet.disc((x, y), 14, 14, 1.0)


def turntable(sheet: Sheet, rng: Random) -> None:
    """A disc on the turntable, the arm just down."""
    sheet.ground(0.55, 0.8)
    x, y = sheet.width * rng.uniform(0.4, 0.46), 520.0
    sheet.disc((x, y + 12), 450, 440, 1.0, soft=10)
    sheet.disc((x, y), 440, 430, (0.75, 1.0), light=0.8)
    for ring in range(9):
        sheet.ring((x, y), 420 - ring * 30, 410 - ring * 29, 3, 0.55)
    for side in (0.5, 0.5 + pi):
        sheet.fill(
            [
                (x, y),
                *[(x + cos(side + t) * 425, y + sin(side + t) * 415) for t in (-0.16, -0.05, 0.06, 0.17)],
            ],
            0.15,
            soft=12,
            opacity=0.55,
        )
    sheet.disc((x, y), 148, 145, (0.05, 0.35), light=0.5)
    sheet.ring((x, y), 132, 129, 4, 0.8)
    for row in range(4):
        sheet.line([(x - 70 + row * 6, y + 36 + row * 18), (x + 70 - row * 8, y + 36 + row * 18)], 5, 0.75)
    sheet.disc((x, y), 12, 12, 1.0)
    foot = (sheet.width * 0.9, 170)
    sheet.disc(foot, 86, 84, (0.2, 0.7))
    sheet.line(curve([foot, (sheet.width * 0.91, 480), (x + 300, 700)]), 22, (0.02, 0.4), 0.3)
    sheet.fill([(x + 330, 672), (x + 300, 650), (x + 236, 752), (x + 276, 776)], (0.4, 0.95))


def manuscript(sheet: Sheet, rng: Random) -> None:
    """A handwritten part on the desk, with pencil and glass."""
    sheet.ground(0.8, 0.95)
    page = Frame(sheet.width * 0.48, 500, 1.0, rng.uniform(-0.16, 0.16))
    sheet.fill(page.all((-430, -420), (430, -420), (430, 470), (-430, 470)), 1.0, soft=16)
    sheet.fill(page.all((-440, -430), (420, -430), (420, 460), (-440, 460)), (0.0, 0.12), 0.5)
    for staff in range(7):
        top = -330 + staff * 108
        for row in range(5):
            sheet.line(page.all((-390, top + row * 12), (380, top + row * 12)), 2.2, 0.75)
        x = -350.0
        while x < 350:
            y = top + rng.randint(-1, 9) * 6
            sheet.disc(page.at(x, y), 9.5, 7, 0.98, page.turn - 0.4)
            sheet.line(page.all((x + 8, y), (x + 8, y - 44)), 3, 0.98)
            if rng.random() < 0.45:
                sheet.disc(page.at(x + 34, y - 6), 9.5, 7, 0.98, page.turn - 0.4)
                sheet.line(page.all((x + 42, y - 6), (x + 42, y - 50)), 3, 0.98)
                sheet.line(page.all((x + 8, y - 44), (x + 42, y - 50)), 7, 0.98)
            x += rng.choice((48, 66, 84))
    sheet.line(page.all((120, 300), (470, 90)), 17, (0.1, 0.6), 1.2)
    sheet.line(page.all((102, 311), (124, 298)), (3, 17), 0.9)
    sheet.ring((sheet.width * 0.88, 790), 96, 92, 12, 0.1)
    sheet.disc((sheet.width * 0.88, 790), 80, 76, (0.25, 0.7))


def cymbals(sheet: Sheet, rng: Random) -> None:
    """Cymbals close by, a hand with a stick coming in."""
    dark = backdrop(sheet, rng)
    for x, y, wide, tilt in ((0.3, 640, 330, -0.1), (0.74, 470, 360, 0.12), (0.52, 800, 240, 0.02)):
        centre = (sheet.width * x, y)
        sheet.line([centre, (centre[0] + 20, 1020)], 16, 0.95)
        sheet.disc((centre[0], y + 16), wide, wide * 0.26, 0.95, tilt)
        sheet.disc(centre, wide, wide * 0.25, (0.02, 0.55), tilt, light=0.4)
        for ring in range(4):
            sheet.ring(centre, wide * (0.86 - ring * 0.18), wide * (0.215 - ring * 0.045), 3, 0.5, tilt)
        sheet.disc((centre[0], y - 14), wide * 0.2, wide * 0.085, (0.05, 0.6), tilt)
        sheet.disc((centre[0], y - 30), 12, 9, 1.0)
    look = figures.some_look(rng, dark)
    figures.arm(
        sheet, (sheet.width * 1.05, 60), (sheet.width * 0.93, 110), (sheet.width * 0.83, 190), 2.0, look
    )
    sheet.line([(sheet.width * 0.84, 170), (sheet.width * 0.66, 420)], (15, 9), 0.03)
