"""Photographs of one musician, near by: at work, or looking into the lens."""

from collections.abc import Mapping
from random import Random

from catalogue.demo.drawing import figures, props
from catalogue.demo.drawing.figures import Look
from catalogue.demo.drawing.shapes import Frame, Point, Sheet, curve


def backdrop(sheet: Sheet, rng: Random, dark: bool | None = None) -> bool:
    """Put a wall behind somebody: dark and flat, or light with dark corners. Return whether it is dark."""
    dark = rng.random() < 0.45 if dark is None else dark
    if dark:
        sheet.ground(rng.uniform(0.86, 0.97), rng.uniform(0.7, 0.85))
        side = rng.choice((0.12, 0.88))
        sheet.disc((sheet.width * side, 300), sheet.width * 0.3, 420, 0.45, soft=110, opacity=0.55)
    else:
        sheet.ground(rng.uniform(0.5, 0.7), rng.uniform(0.55, 0.8))
        centre = (sheet.width * rng.uniform(0.4, 0.6), rng.uniform(300, 420))
        sheet.disc(centre, sheet.width * 0.42, 430, 0.04, soft=150, opacity=0.95)
    return dark


def glow(sheet: Sheet, man: Frame, dark: bool) -> None:
    """Lighten a dark wall behind a figure, so that it comes away from it."""
    if dark:
        sheet.disc(man.at(-10, 40), 210 * man.size, 260 * man.size, 0.42, soft=80, opacity=0.75)


def _sitter(
    sheet: Sheet, rng: Random, at: Point, size: float, fixed: Mapping[str, object], mirrored: bool = False
) -> tuple[Frame, Look, bool]:
    dark = backdrop(sheet, rng)
    look = figures.some_look(rng, dark, **fixed)
    man = Frame(at[0], at[1], size, mirrored=mirrored)
    glow(sheet, man, dark)
    return man, look, dark


def _dress(sheet: Sheet, man: Frame, look: Look, length: float, lean: float, detail: bool = False) -> None:
    figures.body(sheet, man, look, length)
    figures.head(sheet, man, look, lean, detail)


def bassist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A bassist with the neck of the bass beside the head."""
    size = 1.42 if sheet.width < 900 else 1.3
    man, look, dark = _sitter(sheet, rng, (sheet.width * rng.uniform(0.34, 0.44), 420), size, fixed)
    bass = Frame(man.x + 150 * size, 700, size * 0.98, rng.uniform(0.05, 0.14))
    _dress(sheet, man, look, 470, rng.uniform(0.02, 0.2))
    props.double_bass(
        sheet, bass, rng.choice(((0.2, 0.7), (0.3, 0.8)) if dark else ((0.5, 0.95), (0.62, 0.98)))
    )
    figures.arm(
        sheet, man.at(96, 62), man.at(190, 96), bass.at(-6, rng.uniform(-330, -270)), size, look, lit=False
    )
    figures.arm(sheet, man.at(-98, 66), man.at(-78, 230), bass.at(-22, -18), size, look)


def trumpeter(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A trumpeter, the bell up."""
    mirrored = rng.random() < 0.5
    size = 2.1 if sheet.width > 1100 else 1.6
    man, look, _ = _sitter(
        sheet, rng, (sheet.width * (0.3 if not mirrored else 0.7), 500), size, fixed, mirrored
    )
    _dress(sheet, man, look, 400, -rng.uniform(0.12, 0.3))
    mouth = man.at(6, -40)
    tilt = -rng.uniform(0.08, 0.4)
    horn = Frame(mouth[0], mouth[1], size * 1.05, tilt if not mirrored else -tilt, mirrored)
    figures.arm(sheet, man.at(-96, 66), man.at(-70, 190), horn.at(104, 62), size, look)
    props.trumpet(sheet, horn)
    figures.arm(sheet, man.at(98, 62), man.at(160, 160), horn.at(122, 42), size, look, lit=False)


def saxophonist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A saxophonist from the front, the horn hanging to one side."""
    mirrored = rng.random() < 0.5
    size = 1.7 if sheet.width > 1100 else 1.5
    man, look, _ = _sitter(
        sheet, rng, (sheet.width * (0.45 if not mirrored else 0.55), 400), size, fixed, mirrored
    )
    _dress(sheet, man, look, 420, rng.uniform(0.05, 0.2))
    mouth = man.at(2, -34)
    horn = Frame(
        mouth[0],
        mouth[1],
        size * rng.choice((0.86, 1.0)),
        rng.uniform(-0.06, 0.12) * (-1 if mirrored else 1),
        mirrored,
    )
    props.saxophone(sheet, horn)
    figures.arm(sheet, man.at(-98, 66), man.at(-120, 220), horn.at(66, 215), size, look)
    figures.arm(sheet, man.at(98, 62), man.at(168, 190), horn.at(80, 90), size, look, lit=False)


def clarinettist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A clarinettist, eyes down."""
    size = 1.75 if sheet.width > 1100 else 1.55
    man, look, _ = _sitter(sheet, rng, (sheet.width * rng.uniform(0.42, 0.58), 390), size, fixed)
    _dress(sheet, man, look, 420, 0.1)
    mouth = man.at(0, -30)
    horn = Frame(mouth[0], mouth[1], size, rng.uniform(-0.12, -0.02))
    figures.arm(sheet, man.at(98, 62), man.at(136, 210), horn.at(26, 168), size, look, lit=False)
    props.clarinet(sheet, horn)
    figures.arm(sheet, man.at(-98, 66), man.at(-130, 200), horn.at(-12, 84), size, look)


def trombonist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A trombonist with the slide out."""
    mirrored = rng.random() < 0.5
    size = 1.6
    man, look, _ = _sitter(
        sheet, rng, (sheet.width * (0.34 if not mirrored else 0.66), 470), size, fixed, mirrored
    )
    _dress(sheet, man, look, 400, -0.1)
    mouth = man.at(4, -36)
    horn = Frame(mouth[0], mouth[1], size, (0.16 if not mirrored else -0.16), mirrored)
    props.trombone(sheet, horn)
    figures.arm(sheet, man.at(98, 62), man.at(200, 180), horn.at(330, 30), size, look, lit=False)
    figures.arm(sheet, man.at(-98, 66), man.at(-60, 190), horn.at(48, 26), size, look)


def guitarist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A guitarist bent over the strings."""
    size = 1.6
    man, look, dark = _sitter(sheet, rng, (sheet.width * 0.46, 380), size, fixed)
    _dress(sheet, man, look, 470, rng.uniform(0.15, 0.32))
    box = Frame(man.x - 20 * size, man.y + 235 * size, size * 1.1, -rng.uniform(0.12, 0.3))
    props.guitar(sheet, box, (0.15, 0.6) if dark else (0.35, 0.9))
    figures.arm(sheet, man.at(98, 62), man.at(210, 200), box.at(250, 12), size, look, lit=False)
    figures.arm(sheet, man.at(-98, 66), man.at(-165, 190), box.at(-26, -8), size, look)


def pianist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A pianist behind the keys, the lid of the grand like a wing."""
    dark = backdrop(sheet, rng, dark=False)
    look = figures.some_look(rng, dark, **fixed)
    size = 1.18
    man = Frame(sheet.width * 0.27, 440, size)
    sheet.fill(
        [(-20, 900), (sheet.width + 20, 900), (sheet.width + 20, 1020), (-20, 1020)], (0.55, 0.85), 1.57
    )
    piano = Frame(sheet.width * 0.42, 700, size * 0.98)
    sheet.fill(man.all((-130, 330), (60, 330), (60, 356), (-130, 356)), 1.0)
    sheet.line(man.all((-100, 356), (-100, 520)), 20, 1.0)
    sheet.line(curve(man.all((-60, 330), (60, 330), (96, 360), (100, 500))), 74 * size, look.coat, 0.4)
    _dress(sheet, man, look, 345, 0.16)
    props.grand_piano(sheet, piano)
    figures.arm(sheet, man.at(98, 66), man.at(140, 200), piano.at(-26, -6), size, look, lit=False)
    figures.arm(sheet, man.at(-90, 66), man.at(-40, 236), piano.at(-84, 2), size, look)


def drummer(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A drummer behind the kit, sticks in the air."""
    size = 1.15
    man, look, _ = _sitter(sheet, rng, (sheet.width * 0.5, 340), size, fixed)
    _dress(sheet, man, look, 300, rng.uniform(-0.2, 0.2))
    kit = Frame(sheet.width * 0.5, 690, 1.16 if sheet.width > 1100 else 0.95)
    high = rng.random() < 0.5
    ends = (man.at(150, -40 if high else 96), man.at(-120, 150))
    figures.arm(sheet, man.at(98, 62), man.at(170, 140), ends[0], size, look, lit=False)
    props.drum_kit(sheet, kit)
    figures.arm(sheet, man.at(-98, 66), man.at(-180, 140), ends[1], size, look)
    for end, tip in ((ends[0], kit.at(190, -250)), (ends[1], kit.at(-190, -30))):
        sheet.line([end, tip], 7, 0.02)


def singer(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A woman at the microphone."""
    size = 1.75
    style, gown = rng.choice(("long", "bun", "curls")), rng.choice(((0.1, 0.5), (0.7, 1.0)))
    man, look, dark = _sitter(
        sheet,
        rng,
        (sheet.width * 0.44, 420),
        size,
        {
            "tie": "none",
            "wears": "",
            "beard": "",
            "style": style,
            "coat": gown,
        }
        | fixed,
    )
    sheet.blob(
        man.all(
            (-20, -16),
            (-70, 12),
            (-88, 60),
            (-80, 180),
            (-100, 420),
            (100, 420),
            (80, 180),
            (88, 60),
            (70, 12),
            (20, -16),
        ),
        look.coat,
        0.2,
    )
    sheet.blob(
        man.all((-52, 8), (-20, -14), (20, -14), (52, 8), (30, 70), (0, 88), (-30, 70)), look.skin, 0.2
    )
    figures.head(sheet, man, look, rng.uniform(-0.22, 0.1), detail=True)
    mouth = man.at(-3, -40)
    sheet.disc(mouth, 10 * size, 7 * size, 0.95)
    for side in (-1, 1):
        sheet.disc(man.at(side * 42, -58), 5 * size, 8 * size, 0.02)
    mic = Frame(man.x + 78 * size, man.y + 6, size * 0.9, 0.0)
    figures.arm(sheet, man.at(-74, 62), man.at(-104, 220), man.at(-90, 420), size * 0.66, look, bare=True)
    props.microphone(sheet, mic, 640)
    figures.arm(
        sheet, man.at(74, 62), man.at(128, 200), mic.at(2, 116), size * 0.66, look, lit=False, bare=True
    )
    if dark:
        props.lamp_beam(
            sheet, (sheet.width * 0.8, 0), (sheet.width * 0.2, 1000), (sheet.width * 0.75, 1000), 0.0, 0.12
        )


def vibraphonist(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A vibraphonist leaning over the bars."""
    size = 1.35
    man, look, _ = _sitter(sheet, rng, (sheet.width * 0.5, 360), size, fixed)
    _dress(sheet, man, look, 330, 0.22)
    for side, x in ((-1.0, -190.0), (1.0, 190.0)):
        figures.arm(
            sheet, man.at(side * 98, 64), man.at(x, 190), man.at(side * 120, 262), size, look, lit=side < 0
        )
        sheet.line([man.at(side * 120, 268), man.at(side * 40, 318)], 5, 0.05)
        sheet.disc(man.at(side * 36, 320), 13, 13, 0.98)
    for step in range(17):
        left = sheet.width * 0.5 + (step - 8) * 52
        tall = 330 - abs(step - 16) * 9
        sheet.fill(
            [(left - 15, 800), (left + 15, 800), (left + 15, 800 + tall), (left - 15, 800 + tall)],
            (0.2, 0.95),
        )
    for step in range(17):
        left = sheet.width * 0.5 + (step - 8) * 52
        sheet.fill([(left - 22, 766), (left + 22, 766), (left + 24, 812), (left - 24, 812)], (0.02, 0.4), 0.4)
    sheet.fill([(60, 806), (sheet.width - 60, 806), (sheet.width - 60, 820), (60, 820)], 0.98)


def front_line(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """Two horns at one microphone."""
    dark = backdrop(sheet, rng)
    size = 1.45
    left, right = Frame(sheet.width * 0.27, 430, size), Frame(sheet.width * 0.73, 430, size, mirrored=True)
    for man, kind in ((left, "trumpet"), (right, "saxophone")):
        look = figures.some_look(rng, dark, **fixed)
        glow(sheet, man, dark)
        _dress(sheet, man, look, 440, -0.1 if kind == "trumpet" else 0.12)
        if kind == "trumpet":
            mouth = man.at(4, -38)
            horn = Frame(mouth[0], mouth[1], size, 0.12)
            figures.arm(sheet, man.at(-96, 66), man.at(-70, 190), horn.at(104, 58), size, look)
            props.trumpet(sheet, horn)
            figures.arm(sheet, man.at(98, 62), man.at(150, 170), horn.at(122, 40), size, look, lit=False)
        else:
            mouth = man.at(2, -34)
            horn = Frame(mouth[0], mouth[1], size * 0.95, 0.0, True)
            props.saxophone(sheet, horn)
            figures.arm(sheet, man.at(-98, 66), man.at(-120, 220), horn.at(66, 215), size, look)
            figures.arm(sheet, man.at(98, 62), man.at(150, 190), horn.at(80, 90), size, look, lit=False)
    props.microphone(sheet, Frame(sheet.width * 0.53, 520, 1.1), 500)


def portrait(sheet: Sheet, rng: Random, **fixed: object) -> None:
    """A head and shoulders."""
    size = 3.7 if sheet.width < 1100 else 3.3
    x = sheet.width * rng.uniform(0.42, 0.58)
    man, look, _ = _sitter(sheet, rng, (x, 690), size, fixed, rng.random() < 0.5)
    _dress(sheet, man, look, 200, rng.uniform(-0.14, 0.14), detail=True)
