"""Letters cut from paper with scissors, for posters, sleeves and newspapers: strokes on a grid, a little torn.

The grid is 100 high from cap line to base line, descenders hang to 126. No font file is needed, so every
machine sets the same word.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, pi, sin
from random import Random
from unicodedata import normalize

from catalogue.demo.drawing.shapes import Point, Sheet, ellipse

Stroke = tuple[Point, ...]


def _arc(x: float, y: float, rx: float, ry: float, first: float, last: float) -> Stroke:
    """Return an arc as a polyline; angles in eighths of a turn from the right, clockwise."""
    steps = max(3, int(abs(last - first) * 2.5))
    angles = [(first + (last - first) * step / steps) * pi / 4 for step in range(steps + 1)]
    return tuple((x + rx * cos(angle), y + ry * sin(angle)) for angle in angles)


_BOWL = _arc(33, 69, 21, 19, 0, 8)  # the round of a, b, d, o, p, q

# Each letter: its width and its strokes, drawn through the middle of a stroke 24 wide.
_LETTERS: dict[str, tuple[float, tuple[Stroke, ...]]] = {
    "A": (84, (((8, 100), (42, 8), (76, 100)), ((22, 70), (62, 70)))),
    "B": (
        68,
        (
            ((12, 0), (12, 100)),
            ((12, 12), (34, 12), *_arc(34, 31, 19, 19, -2, 2), (12, 50)),
            ((12, 50), *_arc(36, 69, 20, 19, -2, 2), (12, 88)),
        ),
    ),
    "C": (76, (_arc(44, 50, 32, 38, -1.1, -6.9),)),
    "D": (76, (((12, 0), (12, 100)), ((12, 12), (30, 12), *_arc(30, 50, 34, 38, -2, 2), (12, 88)))),
    "E": (60, (((12, 0), (12, 100)), ((12, 12), (58, 12)), ((12, 50), (50, 50)), ((12, 88), (58, 88)))),
    "F": (58, (((12, 0), (12, 100)), ((12, 12), (56, 12)), ((12, 52), (48, 52)))),
    "G": (80, ((*_arc(44, 50, 32, 38, -1.1, -7.2), (70, 54), (46, 54)),)),
    "H": (72, (((12, 0), (12, 100)), ((60, 0), (60, 100)), ((12, 50), (60, 50)))),
    "I": (26, (((13, 0), (13, 100)),)),
    "J": (54, (((42, 0), *_arc(24, 68, 18, 20, 0, 3.2)),)),
    "K": (74, (((12, 0), (12, 100)), ((64, 2), (16, 54)), ((30, 42), (66, 98)))),
    "L": (56, (((12, 0), (12, 88), (54, 88)),)),
    "M": (92, (((12, 100), (14, 8), (46, 66), (78, 8), (80, 100)),)),
    "N": (76, (((12, 100), (12, 8), (64, 92), (64, 0)),)),
    "O": (84, (_arc(42, 50, 30, 38, 0, 8),)),
    "P": (66, (((12, 0), (12, 100)), ((12, 12), (34, 12), *_arc(34, 34, 20, 22, -2, 2), (12, 56)))),
    "Q": (84, (_arc(42, 50, 30, 38, 0, 8), ((50, 70), (76, 102)))),
    "R": (
        72,
        (
            ((12, 0), (12, 100)),
            ((12, 12), (34, 12), *_arc(34, 33, 20, 21, -2, 2), (12, 54)),
            ((36, 54), (62, 98)),
        ),
    ),
    "S": (68, ((*_arc(34, 31, 21, 19, -1, -5.6), *_arc(34, 69, 21, 19, -2, 3)),)),
    "T": (68, (((34, 0), (34, 100)), ((2, 12), (66, 12)))),
    "U": (74, (((12, 0), *_arc(37, 63, 25, 25, 4, 0), (62, 0)),)),
    "V": (80, (((8, 0), (40, 90), (72, 0)),)),
    "W": (106, (((8, 0), (29, 90), (53, 22), (77, 90), (98, 0)),)),
    "X": (76, (((8, 0), (68, 100)), ((68, 0), (8, 100)))),
    "Y": (76, (((8, 0), (38, 50), (68, 0)), ((38, 50), (38, 100)))),
    "Z": (66, (((6, 12), (54, 12), (10, 88), (62, 88)),)),
    "a": (66, (_BOWL, ((54, 38), (54, 100)))),
    "b": (66, (((12, 0), (12, 100)), _BOWL)),
    "c": (58, (_arc(33, 69, 21, 19, -1.1, -6.9),)),
    "d": (66, (_BOWL, ((54, 0), (54, 100)))),
    "e": (64, ((*_arc(33, 69, 21, 19, 0, -7),), ((12, 70), (54, 70)))),
    "f": (42, ((*_arc(32, 24, 14, 14, -1.5, -4), (18, 100)), ((2, 48), (38, 48)))),
    "g": (66, (_BOWL, ((54, 38), *_arc(33, 102, 21, 17, 0, 3.3)))),
    "h": (64, (((12, 0), (12, 100)), (*_arc(32, 69, 20, 20, -3.6, 0), (52, 100)))),
    "i": (26, (((13, 44), (13, 100)), ((13, 10), (13, 22)))),
    "j": (30, (((17, 44), *_arc(3, 106, 14, 14, 0, 2)), ((17, 10), (17, 22)))),
    "k": (62, (((12, 0), (12, 100)), ((52, 42), (16, 74)), ((28, 66), (56, 99)))),
    "l": (26, (((13, 0), (13, 100)),)),
    "m": (
        96,
        (
            ((12, 42), (12, 100)),
            (*_arc(31, 67, 19, 19, -3.6, 0), (50, 100)),
            (*_arc(67, 67, 17, 19, -3.6, 0), (84, 100)),
        ),
    ),
    "n": (64, (((12, 42), (12, 100)), (*_arc(32, 69, 20, 20, -3.6, 0), (52, 100)))),
    "o": (66, (_BOWL,)),
    "p": (66, (((12, 42), (12, 126)), _BOWL)),
    "q": (66, (_BOWL, ((54, 42), (54, 126)))),
    "r": (44, (((12, 42), (12, 100)), _arc(32, 69, 20, 20, -3.6, -1.4))),
    "s": (54, ((*_arc(27, 60, 16, 10.5, -1, -5.4), *_arc(27, 78, 16, 10.5, -2, 3)),)),
    "t": (44, (((18, 12), (18, 78), *_arc(30, 78, 12, 10, 4, 1.6)), ((2, 48), (40, 48)))),
    "u": (
        64,
        (
            (
                *((12, 42),),
                *_arc(32, 69, 20, 20, 4, 0.4),
            ),
            ((52, 42), (52, 100)),
        ),
    ),
    "v": (64, (((6, 42), (32, 94), (58, 42)),)),
    "w": (88, (((6, 42), (24, 94), (44, 54), (64, 94), (82, 42)),)),
    "x": (62, (((8, 42), (54, 100)), ((54, 42), (8, 100)))),
    "y": (64, (((6, 42), (32, 92)), ((58, 42), (24, 124)))),
    "z": (56, (((6, 50), (44, 50), (12, 89), (52, 89)),)),
    "0": (68, (_arc(34, 50, 22, 38, 0, 8),)),
    "1": (42, (((6, 26), (26, 10), (26, 100)),)),
    "2": (64, ((*_arc(33, 33, 21, 21, -4.4, 0.6), (10, 88), (60, 88)),)),
    "3": (64, (_arc(30, 31, 20, 19, -4.2, 2), _arc(32, 69, 21, 19, -2, 3.6))),
    "4": (70, (((48, 100), (48, 8), (10, 70), (66, 70)),)),
    "5": (64, (((54, 12), (16, 12), (14, 46), *_arc(32, 67, 21, 21, -2.6, 3.4)),)),
    "6": (66, (((46, 8), (20, 48)), _arc(34, 66, 21, 22, 0, 8))),
    "7": (60, (((4, 12), (52, 12), (22, 100)),)),
    "8": (66, (_arc(33, 31, 18, 19, 0, 8), _arc(33, 69, 21, 19, 0, 8))),
    "9": (66, (((20, 92), (46, 52)), _arc(32, 34, 21, 22, 0, 8))),
    "-": (44, (((6, 58), (38, 58)),)),
    "'": (24, (((12, 0), (12, 26)),)),
    "&": (
        80,
        (
            (
                (70, 98),
                (22, 32),
                *_arc(34, 24, 14, 13, 3.4, 8.6),
                (18, 62),
                *_arc(32, 74, 20, 15, 4.4, 0),
                (66, 52),
            ),
        ),
    ),
}
_MARKS = {".": ((14, 88),), ",": ((14, 90), (12, 102)), ":": ((14, 50), (14, 88)), "!": ((14, 88),)}


def plain(text: str) -> str:
    """Return a text with only the letters that can be cut: accents are left off."""
    return "".join(
        letter for letter in normalize("NFD", text.replace("’", "'").replace("–", "-")) if ord(letter) < 128
    )


def width_of(text: str, spacing: float = 10) -> float:
    """Return how wide a text is when set 100 high."""
    return sum(_LETTERS[letter][0] + spacing if letter in _LETTERS else 32 for letter in plain(text))


def cut(
    sheet: Sheet,
    rng: Random,
    text: str,
    x: float,
    y: float,
    size: float,
    ink: float,
    weight: float = 24,
    rough: float = 1.0,
) -> float:
    """Set a line with its top left at `x`, `y`, `size` units to the base line; return where it ends."""
    scale = size / 100
    spacing = 10 if weight > 18 else 6
    for letter in plain(text):
        if letter in _LETTERS:
            wide, strokes = _LETTERS[letter]
            tip = rng.uniform(-2.2, 2.2) * rough
            for stroke in strokes:
                points = [(x + px * scale, y + (py + tip) * scale) for px, py in stroke]
                for outline in _strips(points, weight * scale, rng, rough * scale):
                    sheet.fill(outline, ink)
            x += (wide + spacing) * scale
        else:
            for px, py in _MARKS.get(letter, ()):
                sheet.fill(
                    ellipse((x + px * scale, y + py * scale), weight * 0.55 * scale, weight * 0.55 * scale),
                    ink,
                )
            x += 32 * scale
    return x


def fitted(
    sheet: Sheet, rng: Random, text: str, x: float, y: float, wide: float, largest: float, ink: float
) -> float:
    """Set a line as large as fits in `wide`; return the size it got."""
    size = min(largest, wide / width_of(text) * 100)
    cut(sheet, rng, text, x, y, size, ink)
    return size


def wrapped(text: str, wide: float, size: float, weight: float = 24) -> list[str]:
    """Break a text into lines that fit."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, 10 if weight > 18 else 6) * size / 100 > wide:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _strips(points: Sequence[Point], width: float, rng: Random, rough: float) -> list[list[Point]]:
    """Turn a polyline into strips of paper with square ends, lapped at the corners."""
    out: list[list[Point]] = []
    closed = hypot(points[0][0] - points[-1][0], points[0][1] - points[-1][1]) < 1e-6
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        length = hypot(x1 - x0, y1 - y0) or 1.0
        nx, ny = -(y1 - y0) / length * width / 2, (x1 - x0) / length * width / 2
        corners = ((x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny))
        out.append([(px + rng.uniform(-1, 1) * rough, py + rng.uniform(-1, 1) * rough) for px, py in corners])
        if index or closed:
            out.append(ellipse((x0, y0), width / 2, width / 2))
    return out
