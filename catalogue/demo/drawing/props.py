"""The things musicians carry and play, and the furniture of stages."""

from itertools import pairwise
from math import cos, pi, sin

from catalogue.demo.drawing.shapes import Frame, Point, Sheet, curve

BRASS = (0.06, 0.62)


def double_bass(sheet: Sheet, f: Frame, wood: tuple[float, float] = (0.45, 0.92)) -> None:
    """A double bass, upright; the origin is between waist and bridge, 100 units a head."""
    s = f.size
    outline = (
        (0, -222),
        (-34, -206),
        (-62, -196),
        (-104, -160),
        (-118, -106),
        (-98, -58),
        (-80, -18),
        (-92, 22),
        (-136, 70),
        (-154, 140),
        (-128, 206),
        (-62, 240),
        (0, 248),
        (62, 240),
        (128, 206),
        (154, 140),
        (136, 70),
        (92, 22),
        (80, -18),
        (98, -58),
        (118, -106),
        (104, -160),
        (62, -196),
        (34, -206),
    )
    sheet.line(f.all((0, 240), (0, 330)), 7 * s, 0.9)
    sheet.blob(f.all(*[(x * 1.05 + 4, y * 1.03) for x, y in outline]), 0.98)
    sheet.blob(f.all(*outline), wood, 0.35)
    sheet.blob(
        f.all((-84, -150), (-60, -176), (-52, -120), (-64, -60), (-86, -90)), 0.12, soft=9 * s, opacity=0.5
    )
    sheet.blob(
        f.all((-118, 100), (-80, 60), (-70, 130), (-90, 200), (-122, 170)), 0.12, soft=11 * s, opacity=0.5
    )
    for side in (-1, 1):
        sheet.line(
            curve(f.all((side * 50, 6), (side * 42, 22), (side * 56, 60), (side * 50, 92), (side * 60, 98))),
            7 * s,
            1.0,
        )
    sheet.fill(f.all((-13, -30), (13, -30), (8, -505), (-8, -505)), (0.7, 1.0), 0.0)
    sheet.fill(f.all((-34, 62), (34, 62), (28, 50), (12, 44), (-12, 44), (-28, 50)), 0.08)
    sheet.fill(f.all((-19, 84), (19, 84), (12, 205), (-12, 205)), 1.0)
    for x in (-7.5, -2.5, 2.5, 7.5):
        sheet.line(f.all((x * 0.7, -505), (x, -30), (x * 1.6, 48), (x * 1.2, 90)), 1.7 * s, 0.1)
    sheet.blob(
        f.all(
            (-14, -500), (-16, -560), (-22, -582), (-6, -600), (16, -592), (18, -570), (10, -556), (13, -500)
        ),
        (0.6, 1.0),
    )
    sheet.disc(f.at(-3, -581), 8 * s, 8 * s, 0.35)
    for y in (-515, -540):
        sheet.line(f.all((-40, y + 3), (40, y - 3)), 9 * s, 0.95)


def trumpet(sheet: Sheet, f: Frame, tones: tuple[float, float] = BRASS) -> None:
    """A trumpet pointing right; the origin is the mouthpiece."""
    s = f.size
    bell = curve(f.all((150, 2), (200, 0), (228, -12), (250, -40)), 4) + curve(
        f.all((250, 44), (228, 16), (200, 8), (150, 9)), 4
    )
    sheet.line(
        curve(f.all((60, 4), (46, 14), (46, 34), (60, 44), (150, 44), (172, 36), (172, 14), (158, 4))),
        9 * s,
        tones,
        1.2,
    )
    sheet.line(f.all((0, 0), (150, 4)), 8 * s, tones, 1.2)
    sheet.fill(bell, tones, 1.4)
    sheet.disc(f.at(250, 2), 8 * s, 43 * s, (tones[1], min(1.0, tones[1] + 0.35)), f.turn)
    sheet.line(f.all((-10, 0), (10, 0)), (16 * s, 8 * s), tones, 1.2)
    for x in (92, 110, 128):
        sheet.fill(f.all((x - 7.5, -22), (x + 7.5, -22), (x + 7.5, 56), (x - 7.5, 56)), tones, 0.0)
        sheet.line(f.all((x, -22), (x, -34)), 4 * s, 0.5)
        sheet.disc(f.at(x, -36), 7 * s, 3.5 * s, 0.1, f.turn)


def trombone(sheet: Sheet, f: Frame, tones: tuple[float, float] = BRASS) -> None:
    """A trombone pointing right; the origin is the mouthpiece."""
    s = f.size
    sheet.line(curve(f.all((-150, -30), (-168, -12), (-150, 4), (30, 4))), 9 * s, tones, 1.2)
    bell = curve(f.all((-150, -38), (100, -40), (160, -52), (196, -92)), 4) + curve(
        f.all((196, 26), (160, -18), (100, -28), (-150, -27)), 4
    )
    sheet.fill(bell, tones, 1.4)
    sheet.disc(f.at(196, -33), 11 * s, 59 * s, (tones[1], min(1.0, tones[1] + 0.3)), f.turn)
    for y in (2, 24):
        sheet.line(f.all((0, y), (390, y)), 7 * s, tones, 1.2)
    sheet.line(curve(f.all((390, 2), (404, 13), (390, 24))), 7 * s, tones)
    sheet.line(f.all((60, -36), (60, 26)), 6 * s, tones)
    sheet.line(f.all((-10, 2), (12, 2)), (18 * s, 8 * s), tones)


def saxophone(sheet: Sheet, f: Frame, tones: tuple[float, float] = BRASS) -> None:
    """A tenor saxophone hanging down and forward; the origin is the mouthpiece (smaller size: an alto)."""
    s = f.size
    sheet.line(f.all((-14, -4), (22, 4)), (9 * s, 14 * s), 0.98)
    path = f.all(
        (20, 4),
        (44, -4),
        (60, 18),
        (66, 60),
        (80, 160),
        (94, 262),
        (118, 306),
        (154, 300),
        (172, 262),
        (176, 200),
        (190, 140),
    )
    widths = [v * s for v in (8, 10, 14, 19, 27, 36, 44, 48, 52, 60, 84)]
    sheet.line([(x + 5 * s, y + 4 * s) for x, y in curve(path)], _spread(widths), 0.95)
    sheet.line(curve(path), _spread(widths), tones, 0.2)
    sheet.disc(f.at(193, 134), 43 * s, 17 * s, (0.55, 0.98), f.turn + 0.1)
    for step in range(9):
        x, y = 68 + step * 3.4, 66 + step * 25
        sheet.disc(f.at(x - 3, y), (7 + step * 0.6) * s, (6 + step * 0.5) * s, 0.03)
        sheet.ring(f.at(x - 3, y), (7 + step * 0.6) * s, (6 + step * 0.5) * s, 2 * s, 0.85)
    sheet.line(f.all((84, 70), (104, 250)), 3.4 * s, 0.9)


def _spread(widths: list[float]) -> list[float]:
    """Give every point of a curve a width between those of its knots (seven steps a stretch, as `curve` draws)."""
    out: list[float] = []
    for first, last in pairwise(widths):
        out += [first + (last - first) * step / 7 for step in range(7)]
    return [*out, widths[-1]]


def clarinet(sheet: Sheet, f: Frame) -> None:
    """A clarinet hanging down; the origin is the mouthpiece."""
    s = f.size
    sheet.line(f.all((0, 0), (6, 40), (14, 230), (16, 262)), [v * s for v in (8, 15, 17, 34)], 1.0)
    for step in range(9):
        sheet.disc(f.at(7 + step, 62 + step * 19), 4.2 * s, 4.2 * s, 0.0)
    for y in (50, 120, 190, 236):
        sheet.line(f.all((0 + y * 0.04, y), (17 + y * 0.04, y)), 4 * s, 0.15)


def guitar(sheet: Sheet, f: Frame, wood: tuple[float, float] = (0.3, 0.8)) -> None:
    """An archtop guitar lying across, neck to the right; the origin is the bridge."""
    s = f.size
    outline = (
        (-92, 0),
        (-80, -52),
        (-36, -72),
        (10, -52),
        (44, -58),
        (86, -40),
        (96, 0),
        (92, 34),
        (60, 60),
        (20, 52),
        (-30, 76),
        (-78, 56),
    )
    sheet.blob(f.all(*[(x * 1.05, y * 1.07) for x, y in outline]), 0.98)
    sheet.blob(f.all(*outline), wood, 0.8)
    sheet.fill(f.all((40, -9), (40, 9), (330, 6), (330, -6)), 1.0)
    for y in (-26, 27):
        sheet.line(curve(f.all((-24, y), (-4, y + 5), (16, y - 3))), 5 * s, 1.0)
    sheet.fill(f.all((-12, -24), (-4, -24), (-4, 24), (-12, 24)), 0.1)
    sheet.fill(f.all((328, -8), (372, -16), (384, 0), (372, 14), (328, 8)), 0.95)
    for y in (-4, 0, 4):
        sheet.line(f.all((-60, y * 1.6), (370, y)), 1.3 * s, 0.15)


def cymbal(sheet: Sheet, f: Frame, x: float, y: float, wide: float, foot: Point, tilt: float = -0.06) -> None:
    """A cymbal on a stand whose foot is at `foot`."""
    sheet.line([f.at(x, y), f.at(*foot)], 6 * f.size, 0.9)
    sheet.disc(f.at(x, y + 4), wide * f.size, wide * 0.12 * f.size, 0.9, f.turn + tilt)
    sheet.disc(f.at(x, y), wide * f.size, wide * 0.11 * f.size, (0.05, 0.5), f.turn + tilt)
    sheet.disc(f.at(x, y - 5), wide * 0.2 * f.size, wide * 0.07 * f.size, (0.1, 0.5), f.turn + tilt)


def drum(
    sheet: Sheet,
    f: Frame,
    x: float,
    y: float,
    wide: float,
    tall: float,
    shell: tuple[float, float] = (0.55, 0.95),
) -> None:
    """A drum seen from a little above: `x`, `y` is the middle of the head."""
    s = f.size
    sheet.fill(f.all((x - wide, y), (x + wide, y), (x + wide, y + tall), (x - wide, y + tall)), shell)
    sheet.disc(f.at(x, y + tall), wide * s, wide * 0.2 * s, shell)
    sheet.disc(f.at(x, y), wide * s, wide * 0.22 * s, 0.75)
    sheet.disc(f.at(x, y), wide * 0.93 * s, wide * 0.18 * s, (0.02, 0.25))


def drum_kit(sheet: Sheet, f: Frame) -> None:
    """A drum kit seen from the front; the origin is the middle of the bass drum."""
    s = f.size
    cymbal(sheet, f, -250, -190, 105, (-225, 150), -0.1)
    cymbal(sheet, f, 235, -230, 135, (250, 150), 0.1)
    cymbal(sheet, f, -330, -60, 72, (-320, 150), 0.0)
    cymbal(sheet, f, -330, -44, 72, (-320, 150), 0.03)
    drum(sheet, f, 215, 0, 92, 140)
    drum(sheet, f, -195, -8, 78, 52)
    sheet.line(f.all((-195, 46), (-250, 150)), 6 * s, 0.9)
    sheet.line(f.all((-195, 46), (-140, 150)), 6 * s, 0.9)
    drum(sheet, f, -30, -190, 66, 74)
    sheet.disc(f.at(0, 10), 152 * s, 152 * s, (0.6, 1.0))
    sheet.disc(f.at(0, 10), 136 * s, 136 * s, (0.02, 0.3), light=0.8)
    sheet.ring(f.at(0, 10), 152 * s, 152 * s, 7 * s, 0.25)
    for turn in range(8):
        angle = turn * pi / 4 + 0.3
        sheet.line(
            f.all((cos(angle) * 132, 10 + sin(angle) * 132), (cos(angle) * 158, 10 + sin(angle) * 158)),
            7 * s,
            0.1,
        )


def microphone(sheet: Sheet, f: Frame, foot: float = 420.0) -> None:
    """A microphone of the fifties on its stand; the origin is its middle."""
    s = f.size
    sheet.line(f.all((0, 40), (0, foot)), 8 * s, (0.35, 0.95), 0.0)
    sheet.disc(f.at(0, foot), 78 * s, 15 * s, (0.5, 0.95))
    sheet.blob(
        f.all((-30, -46), (0, -60), (30, -46), (34, 0), (28, 40), (0, 50), (-28, 40), (-34, 0)), (0.1, 0.75)
    )
    for y in range(-40, 40, 11):
        sheet.line(f.all((-30, y), (30, y)), 3 * s, 0.95)
    sheet.line(f.all((0, -56), (0, 46)), 7 * s, (0.05, 0.3))
    sheet.line(f.all((-36, 2), (36, 2)), 8 * s, (0.05, 0.5))


def stand(sheet: Sheet, f: Frame, wide: float = 96.0, tall: float = 84.0, letter: bool = False) -> None:
    """A bandstand desk with a light front; the origin is the middle of its top edge."""
    sheet.fill(f.all((-wide, 0), (wide, 0), (wide * 0.9, tall), (-wide * 0.9, tall)), (0.02, 0.22))
    sheet.fill(f.all((-wide, 0), (wide, 0), (wide, -8), (-wide, -8)), 0.9)
    if letter:
        sheet.fill(
            f.all(
                (-18, 18),
                (-4, 18),
                (12, 48),
                (12, 18),
                (24, 18),
                (24, 68),
                (10, 68),
                (-6, 38),
                (-6, 68),
                (-18, 68),
            ),
            0.9,
        )


def chair(sheet: Sheet, f: Frame, tone: tuple[float, float] = (0.7, 1.0)) -> None:
    """A wooden chair seen from the front; the origin is the middle of the seat."""
    s = f.size
    for x in (-92, 92):
        sheet.line(f.all((x * 0.92, -250), (x, 0), (x * 1.12, 230)), 17 * s, tone, 0.0)
    for y in (-236, -176, -118):
        sheet.line(curve(f.all((-86, y), (0, y - 10), (86, y))), 20 * s, tone, pi / 2)
    sheet.fill(f.all((-104, -16), (104, -16), (132, 40), (-132, 40)), (0.35, 0.8), pi / 2)
    sheet.fill(f.all((-132, 40), (132, 40), (132, 58), (-132, 58)), 1.0)
    sheet.line(f.all((-118, 150), (118, 150)), 10 * s, tone)


def lamp_beam(
    sheet: Sheet, top: Point, left: Point, right: Point, tone: float = 0.1, opacity: float = 0.5
) -> None:
    """A beam of light from a lamp to the floor."""
    sheet.fill([(top[0] - 14, top[1]), (top[0] + 14, top[1]), right, left], tone, soft=10, opacity=opacity)
    sheet.disc(top, 20, 14, 0.0, soft=3)


def grand_piano(sheet: Sheet, f: Frame) -> None:
    """A grand piano with its lid up, seen from the hall; the origin is the middle of the keys."""
    s = f.size
    sheet.blob(
        f.all((-10, -70), (120, -330), (330, -390), (560, -300), (640, -120), (560, -40), (330, -60)),
        (0.55, 0.98),
        0.5,
    )
    sheet.blob(
        f.all((60, -86), (150, -290), (330, -345), (520, -272), (590, -130), (500, -70), (300, -84)),
        (0.25, 0.85),
        0.5,
    )
    for step in range(9):
        sheet.line(
            f.all((150 + step * 46, -92 + step * 2), (190 + step * 38, -250 + abs(step - 4) * 14)),
            2.2 * s,
            0.95,
        )
    sheet.line(f.all((430, -30), (470, -300)), 8 * s, 0.95)
    sheet.fill(f.all((-70, -64), (610, -50), (650, 0), (640, 46), (-70, 46)), (0.86, 1.0))
    sheet.fill(f.all((-92, -6), (50, -6), (50, 24), (-92, 24)), 0.03)
    for step in range(12):
        sheet.line(f.all((-88 + step * 12, -6), (-88 + step * 12, 22)), 2 * s, 0.95)
    sheet.fill(f.all((-96, 22), (56, 22), (56, 52), (-96, 52)), 1.0)
    for x in (-40, 300, 600):
        sheet.line(f.all((x, 46), (x + 6, 250)), (32 * s, 16 * s), 0.98)
    sheet.line(f.all((130, 46), (124, 240)), 14 * s, 0.98)
    sheet.line(f.all((100, 240), (150, 240)), 10 * s, 0.98)
