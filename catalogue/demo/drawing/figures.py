"""People built of shapes: a body in a suit, a head that may wear glasses or a hat, arms that reach.

A figure is drawn in a frame whose origin is the pit of the throat and whose unit is a head's height of 100.
"""

from dataclasses import dataclass, replace
from math import pi
from random import Random

from catalogue.demo.drawing.shapes import Frame, Point, Sheet, curve


@dataclass(frozen=True)
class Look:
    """What a person looks like, in tones: skin, hair, clothes, and what is worn."""

    skin: tuple[float, float] = (0.16, 0.55)
    hair: float = 0.95
    coat: tuple[float, float] = (0.72, 0.97)
    shirt: float = 0.04
    tie: str = "tie"  # tie, bow, none
    wears: str = ""  # glasses, dark_glasses, hat, beret, ""
    beard: str = ""  # beard, moustache, ""
    style: str = "short"  # short, parted, curls, long, bun, bald


def some_look(rng: Random, dark: bool, **fixed: object) -> Look:
    """Pick a look that stands out from a dark or a light wall; `fixed` says what must be so."""
    skins = (
        ((0.06, 0.42), (0.1, 0.5), (0.2, 0.66), (0.3, 0.8))
        if dark
        else ((0.22, 0.6), (0.28, 0.68), (0.4, 0.86), (0.46, 0.9))
    )
    coats = ((0.45, 0.86), (0.3, 0.7), (0.08, 0.36)) if dark else ((0.72, 0.97), (0.8, 1.0), (0.6, 0.92))
    look = Look(
        skin=rng.choice(skins),
        hair=rng.choice((0.95, 0.92, 0.78, 0.5 if dark else 0.85)),
        coat=rng.choice(coats),
        tie=rng.choice(("tie", "tie", "bow", "none")),
        wears=rng.choice(("", "", "", "glasses", "dark_glasses", "hat")),
        beard=rng.choice(("", "", "", "", "moustache", "beard")),
        style=rng.choice(("short", "parted", "curls", "short", "parted", "bald")),
    )
    return replace(look, **fixed)  # type: ignore[arg-type]


def body(sheet: Sheet, frame: Frame, look: Look, length: float = 330.0, width: float = 112.0) -> None:
    """Draw trunk, shirt, tie and lapels, from the shoulders down to `length`."""
    left = curve(
        [(-20, -16), (-52, 6), (-width + 8, 26), (-width, 70), (-width * 0.9, 200), (-width * 0.88, length)]
    )
    trunk = frame.all(*left, *[(-x, y) for x, y in left[::-1]])
    sheet.fill(trunk, look.coat, 0.25 if not frame.mirrored else pi - 0.25)
    if look.tie != "none":
        sheet.fill(frame.all((-21, -14), (21, -14), (4, 150), (-4, 150)), look.shirt)
        sheet.fill(
            frame.all((-21, -14), (-44, 14), (-30, 60), (-3, 158), (0, 140)),
            (look.coat[0] * 0.75, look.coat[1]),
            0.3,
        )
        sheet.fill(frame.all((21, -14), (44, 14), (30, 60), (3, 158), (0, 140)), look.coat[1])
    if look.tie == "tie":
        sheet.fill(frame.all((-7, 2), (7, 2), (5, 14), (9, 100), (0, 118), (-9, 100), (-5, 14)), 0.9)
    elif look.tie == "bow":
        sheet.fill(
            frame.all((-24, -4), (-4, 4), (4, 4), (24, -4), (24, 20), (4, 12), (-4, 12), (-24, 20)), 0.95
        )
    else:
        sheet.blob(
            frame.all((-25, -24), (0, -18), (25, -24), (36, 4), (0, 18), (-36, 4)),
            (look.coat[0] * 0.85, look.coat[1]),
            0.2,
        )


def head(sheet: Sheet, frame: Frame, look: Look, lean: float = 0.0, detail: bool = False) -> None:
    """Draw neck and head; `lean` turns it (radians), `detail` is for portraits."""
    sheet.fill(
        frame.all((-19, -30), (19, -30), (22, -2), (0, 12), (-22, -2)),
        (look.skin[0] + 0.18, look.skin[1] + 0.15),
        0.2,
    )
    origin = frame.at(0, -22)
    skull = Frame(
        origin[0], origin[1], frame.size, frame.turn + (-lean if frame.mirrored else lean), frame.mirrored
    )
    light = 0.15 if not frame.mirrored else pi - 0.15
    _hair_behind(sheet, skull, look)
    sheet.disc(skull.at(40, -52), 9 * frame.size, 14 * frame.size, look.skin[1])
    sheet.blob(
        skull.all(
            (-38, -72),
            (-39, -46),
            (-33, -20),
            (-17, 3),
            (-2, 9),
            (12, 4),
            (30, -18),
            (38, -46),
            (39, -74),
            (20, -102),
            (-18, -102),
        ),
        look.skin,
        light,
    )
    _face(sheet, skull, look, detail)
    _hair(sheet, skull, look)
    _worn(sheet, skull, look)


def _face(sheet: Sheet, f: Frame, look: Look, detail: bool) -> None:
    dark, middle = min(1.0, look.skin[1] + 0.25), (look.skin[0] + look.skin[1]) / 2
    for x in (-19, 14):
        sheet.disc(f.at(x, -59), 11 * f.size, 7 * f.size, dark, soft=2.6 * f.size, opacity=0.6)
        if not detail:
            sheet.disc(f.at(x, -57), 7 * f.size, 4 * f.size, min(1.0, dark + 0.1))
        sheet.line(
            curve(f.all((x - 12, -70), (x - 1, -73.5), (x + 12, -70))), 3.4 * f.size, min(1.0, dark + 0.15)
        )
    nose = f.all((-1, -62), (-7, -40), (-9, -33), (1, -29), (9, -34), (4, -42), (4, -62))
    sheet.blob(nose, (look.skin[0] * 0.5, min(1.0, middle + 0.2)), 0.1, soft=1.3 * f.size, opacity=0.8)
    sheet.line(curve(f.all((-14, -15), (-3, -13.5), (10, -15))), 4.2 * f.size, dark, soft=0.5 * f.size)
    if detail:
        _lines_of_a_face(sheet, f, look, dark, middle)
    if look.beard == "moustache":
        sheet.blob(
            f.all((-22, -17), (-12, -26), (-3, -24), (7, -26), (17, -17), (6, -20), (-3, -19), (-12, -20)),
            look.hair,
        )
    elif look.beard == "beard":
        sheet.blob(
            f.all(
                (-37, -42),
                (-28, -26),
                (-14, -24),
                (-3, -27),
                (9, -24),
                (26, -27),
                (37, -42),
                (33, -12),
                (14, 12),
                (-3, 17),
                (-19, 12),
                (-34, -12),
            ),
            look.hair * 0.9,
            soft=1.0 * f.size,
        )
        sheet.line(f.all((-13, -16), (-3, -15), (8, -17)), 3.5 * f.size, look.skin[1])


def _lines_of_a_face(sheet: Sheet, f: Frame, look: Look, dark: float, middle: float) -> None:
    for x in (-19, 14):
        sheet.blob(f.all((x - 10, -57), (x, -61.5), (x + 9, -57.5), (x, -54)), look.skin[0] * 0.8)
        sheet.disc(f.at(x - 0.5, -58), 4.4 * f.size, 3.9 * f.size, 1.0)
        sheet.disc(f.at(x - 2.2, -59.4), 1.2 * f.size, 1.0 * f.size, 0.0)
        sheet.blob(f.all((x - 12, -57), (x - 1, -66), (x + 11, -58), (x, -60.5)), dark)
        sheet.line(curve(f.all((x - 11, -57), (x, -61.5), (x + 10, -58))), 2.4 * f.size, 1.0)
        sheet.line(
            curve(f.all((x - 8, -52), (x, -50), (x + 8, -52))), 1.4 * f.size, middle + 0.2, soft=0.8 * f.size
        )
    for x in (-7, 6):
        sheet.disc(f.at(x, -31), 3 * f.size, 1.8 * f.size, dark, soft=0.8 * f.size)
    sheet.blob(
        f.all((-13, -14), (-3, -17.5), (9, -14), (-2, -8)), min(1.0, dark), soft=0.6 * f.size, opacity=0.8
    )
    sheet.line(curve(f.all((-8, -5.5), (-2, -4.5), (4, -5.5))), 2.2 * f.size, dark, soft=1.2 * f.size)
    sheet.line(curve(f.all((-15, -14.5), (-3, -13), (11, -14.5))), 2.2 * f.size, 1.0)
    sheet.blob(
        f.all((20, -40), (34, -46), (32, -22), (14, -2), (20, -20)), dark, soft=6 * f.size, opacity=0.45
    )
    sheet.blob(
        f.all((-32, -44), (-22, -46), (-18, -30), (-26, -22)),
        look.skin[0] * 0.3,
        soft=4 * f.size,
        opacity=0.6,
    )
    sheet.line(
        curve(f.all((-14, -32), (-20, -22), (-20, -14))), 1.8 * f.size, middle + 0.15, soft=1.0 * f.size
    )
    sheet.line(curve(f.all((12, -32), (18, -22), (18, -14))), 1.8 * f.size, dark, soft=1.0 * f.size)


def _hair_behind(sheet: Sheet, f: Frame, look: Look) -> None:
    if look.style == "long":
        sheet.blob(
            f.all(
                (-44, -80),
                (-51, -36),
                (-46, -4),
                (-20, 8),
                (24, 8),
                (48, -6),
                (52, -38),
                (44, -84),
                (0, -116),
            ),
            look.hair,
        )
    elif look.style == "bun":
        sheet.disc(f.at(26, -112), 22 * f.size, 19 * f.size, look.hair)


def _hair(sheet: Sheet, f: Frame, look: Look) -> None:
    cap = {
        "short": (
            (-41, -62),
            (-42, -88),
            (-22, -112),
            (14, -114),
            (39, -96),
            (43, -58),
            (36, -74),
            (24, -86),
            (-10, -88),
            (-32, -82),
        ),
        "parted": (
            (-42, -58),
            (-44, -90),
            (-24, -114),
            (16, -116),
            (41, -98),
            (44, -54),
            (37, -70),
            (30, -90),
            (-4, -82),
            (-30, -92),
            (-36, -74),
        ),
        "curls": (
            (-48, -54),
            (-54, -84),
            (-40, -112),
            (-14, -124),
            (18, -124),
            (44, -108),
            (54, -80),
            (48, -50),
            (38, -74),
            (16, -90),
            (-14, -92),
            (-36, -78),
        ),
        "long": (
            (-44, -44),
            (-45, -88),
            (-22, -114),
            (16, -116),
            (42, -96),
            (45, -40),
            (37, -66),
            (18, -92),
            (-8, -96),
            (-34, -72),
        ),
        "bun": (
            (-42, -62),
            (-43, -90),
            (-22, -112),
            (14, -114),
            (40, -94),
            (42, -58),
            (34, -80),
            (6, -96),
            (-26, -88),
        ),
        "bald": ((-40, -50), (-42, -76), (-37, -84), (-35, -70), (-37, -52)),
    }[look.style]
    sheet.blob(f.all(*cap), (max(0.0, look.hair - 0.14), look.hair), 0.4)


def _worn(sheet: Sheet, f: Frame, look: Look) -> None:
    if look.wears in ("glasses", "dark_glasses"):
        for x in (-21, 14):
            if look.wears == "dark_glasses":
                sheet.blob(f.all((x - 16, -65), (x + 15, -65), (x + 13, -50), (x, -46), (x - 13, -50)), 1.0)
            else:
                sheet.disc(f.at(x, -57), 14.5 * f.size, 11.5 * f.size, 0.12, opacity=0.5)
                sheet.ring(f.at(x, -57), 15.5 * f.size, 12.5 * f.size, 3.4 * f.size, 1.0)
        sheet.line(f.all((-8, -60), (1, -60)), 3.2 * f.size, 1.0)
        sheet.line(f.all((28, -60), (42, -60)), 3.0 * f.size, 1.0)
    elif look.wears == "hat":
        sheet.blob(
            f.all((-40, -84), (-36, -120), (-14, -136), (2, -129), (20, -137), (40, -118), (42, -84)),
            (0.7, 0.97),
            0.2,
        )
        sheet.blob(f.all((-40, -86), (-39, -100), (0, -95), (42, -100), (42, -86), (0, -80)), 1.0)
        sheet.blob(
            f.all((-72, -82), (-30, -93), (0, -88), (34, -93), (70, -84), (36, -71), (0, -75), (-40, -70)),
            (0.6, 0.98),
            0.3,
        )
        sheet.blob(
            f.all((-40, -70), (0, -74), (38, -70), (36, -58), (0, -63), (-37, -58)),
            0.9,
            soft=3 * f.size,
            opacity=0.6,
        )
    elif look.wears == "beret":
        sheet.blob(
            f.all(
                (-50, -84), (-44, -104), (-4, -120), (40, -112), (52, -92), (38, -82), (0, -88), (-34, -80)
            ),
            (0.75, 1.0),
            0.3,
        )


def arm(
    sheet: Sheet,
    shoulder: Point,
    elbow: Point,
    hand: Point,
    size: float,
    look: Look,
    lit: bool = True,
    bare: bool = False,
) -> None:
    """Draw an arm through three points of the sheet; the hand last, a little lighter than the cuff."""
    tones = (look.coat[0] * 0.92, look.coat[1]) if lit else (look.coat[1], look.coat[1])
    if bare:
        tones = look.skin
    sheet.line([shoulder, elbow], (56 * size, 44 * size), tones, 0.4)
    sheet.line([elbow, hand], (45 * size, 27 * size), tones, 0.4)
    dx, dy = hand[0] - elbow[0], hand[1] - elbow[1]
    reach = max(1.0, (dx * dx + dy * dy) ** 0.5)
    along = (dx / reach, dy / reach)
    if not bare:
        cuff = (hand[0] + along[0] * 2 * size, hand[1] + along[1] * 2 * size)
        sheet.line(
            [(cuff[0] - along[0] * 5 * size, cuff[1] - along[1] * 5 * size), cuff], 27 * size, look.shirt
        )
    palm = (hand[0] + along[0] * 17 * size, hand[1] + along[1] * 17 * size)
    sheet.line(
        [hand, palm, (palm[0] + along[0] * 12 * size, palm[1] + along[1] * 12 * size)],
        (20 * size, 25 * size, 16 * size),
        look.skin,
        0.4,
    )


def standing(sheet: Sheet, f: Frame, look: Look, lean: float = 0.0, long_coat: bool = False) -> None:
    """Draw a whole person on two legs, hands down."""
    for side in (-1, 1):
        sheet.line(f.all((side * 36, 300), (side * 40, 455)), (62 * f.size, 50 * f.size), 0.98)
        sheet.line(f.all((side * 40, 462), (side * 58, 468)), 24 * f.size, 1.0)
    body(sheet, f, look, 372 if long_coat else 268, 96)
    for side in (-1, 1):
        arm(
            sheet,
            f.at(side * 84, 62),
            f.at(side * 104, 165),
            f.at(side * 92, 262),
            f.size * 0.82,
            look,
            lit=side < 0,
        )
    head(sheet, f, look, lean)


def bystander(sheet: Sheet, f: Frame, tone: float, rng: Random, seated: bool = False) -> None:
    """Draw a small figure in one tone, seen from behind or far away; the origin is the throat."""
    wide = rng.uniform(46, 58)
    drop = 150 if seated else 260
    sheet.blob(
        f.all(
            (-14, -6),
            (-wide, 14),
            (-wide - 6, 70),
            (-wide, drop),
            (wide, drop),
            (wide + 6, 70),
            (wide, 14),
            (14, -6),
        ),
        tone,
    )
    sheet.line(f.all((0, -20), (0, 6)), 24 * f.size, tone)
    sheet.disc(f.at(rng.uniform(-4, 4), -50), 31 * f.size, 39 * f.size, tone)
    if rng.random() < 0.25:
        sheet.blob(f.all((-50, -66), (0, -74), (50, -66), (0, -60)), tone)
        sheet.blob(f.all((-31, -66), (-28, -96), (28, -96), (31, -66)), tone)
