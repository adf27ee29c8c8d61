"""Shapes to draw with: a sheet collects filled outlines with a tone (0 paper, 1 ink) in drawing order.

No pixels here: `pictures` turns a sheet into an image. A sheet is 1000 units high.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, sin

Point = tuple[float, float]
Tone = float | tuple[float, float]  # flat, or from one end of the shading direction to the other


@dataclass(frozen=True)
class Shape:
    """A filled outline; `light` is the direction (radians) in which a pair of tones runs, `soft` the blur."""

    outline: tuple[Point, ...]
    tone: Tone
    light: float = 0.0
    soft: float = 0.0
    opacity: float = 1.0


@dataclass
class Sheet:
    """A sheet 1000 units high with the shapes on it, back to front."""

    width: float
    shapes: list[Shape] = field(default_factory=list)

    def fill(
        self,
        outline: Sequence[Point],
        tone: Tone,
        light: float = 0.0,
        soft: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """Add a shape with straight sides."""
        self.shapes.append(Shape(tuple(outline), tone, light, soft, opacity))

    def blob(
        self, knots: Sequence[Point], tone: Tone, light: float = 0.0, soft: float = 0.0, opacity: float = 1.0
    ) -> None:
        """Add a shape with a smooth outline through the knots."""
        self.fill(smooth(knots), tone, light, soft, opacity)

    def disc(
        self,
        centre: Point,
        rx: float,
        ry: float,
        tone: Tone,
        turn: float = 0.0,
        light: float = 0.0,
        soft: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """Add an ellipse, turned by `turn` radians."""
        self.fill(ellipse(centre, rx, ry, turn), tone, light, soft, opacity)

    def line(
        self,
        points: Sequence[Point],
        width: float | Sequence[float],
        tone: Tone,
        light: float = 0.0,
        soft: float = 0.0,
    ) -> None:
        """Add a stroke of one width, or of a width at each point."""
        widths = [float(width)] * len(points) if isinstance(width, int | float) else list(width)
        self.fill(ribbon(points, widths), tone, light, soft)

    def ring(self, centre: Point, rx: float, ry: float, width: float, tone: Tone, turn: float = 0.0) -> None:
        """Add the edge of an ellipse."""
        outer, inner = ellipse(centre, rx, ry, turn), ellipse(centre, rx - width, ry - width, turn)
        self.fill([*outer, outer[0], inner[0], *inner[::-1]], tone)

    def floor(self, y: float, tone: Tone = (0.4, 0.85)) -> None:
        """Lay a floor from `y` down."""
        self.fill([(-20, y), (self.width + 20, y), (self.width + 20, 1020), (-20, 1020)], tone, pi / 2)

    def ground(self, top: Tone, bottom: float) -> None:
        """Cover the sheet with tones that run from top to bottom."""
        first = top if isinstance(top, float) else top[0]
        self.fill(
            [(-20, -20), (self.width + 20, -20), (self.width + 20, 1020), (-20, 1020)],
            (first, bottom),
            pi / 2,
        )


@dataclass(frozen=True)
class Frame:
    """A place on the sheet to draw a thing at: origin, size, turn, and mirrored or not."""

    x: float
    y: float
    size: float = 1.0
    turn: float = 0.0
    mirrored: bool = False

    def at(self, x: float, y: float) -> Point:
        """Bring a point of the thing to the sheet."""
        x, y = (-x if self.mirrored else x) * self.size, y * self.size
        return self.x + x * cos(self.turn) - y * sin(self.turn), self.y + x * sin(self.turn) + y * cos(
            self.turn
        )

    def all(self, *points: Point) -> list[Point]:
        """Bring several points."""
        return [self.at(x, y) for x, y in points]


def smooth(knots: Sequence[Point], steps: int = 7) -> list[Point]:
    """Return a closed curve through the knots (Catmull-Rom)."""
    out: list[Point] = []
    count = len(knots)
    for index in range(count):
        a, b, c, d = (knots[(index + offset) % count] for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            out.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    return out


def curve(knots: Sequence[Point], steps: int = 7) -> list[Point]:
    """Return an open curve through the knots."""
    padded = [knots[0], *knots, knots[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        out += [
            (_between(a[0], b[0], c[0], d[0], t / steps), _between(a[1], b[1], c[1], d[1], t / steps))
            for t in range(steps)
        ]
    return [*out, knots[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def ellipse(centre: Point, rx: float, ry: float, turn: float = 0.0) -> list[Point]:
    """Return the outline of an ellipse."""
    count = 40 if max(rx, ry) > 30 else 18
    out = []
    for index in range(count):
        x, y = rx * cos(2 * pi * index / count), ry * sin(2 * pi * index / count)
        out.append((centre[0] + x * cos(turn) - y * sin(turn), centre[1] + x * sin(turn) + y * cos(turn)))
    return out


def ribbon(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """Return the outline of a stroke with a width at each point and round ends."""
    left, right = [], []
    for index, ((x, y), width) in enumerate(zip(points, widths, strict=True)):
        before, after = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        length = hypot(after[0] - before[0], after[1] - before[1]) or 1.0
        nx, ny = -(after[1] - before[1]) / length * width / 2, (after[0] - before[0]) / length * width / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return [
        *left,
        *_cap(points[-1], points[-2], widths[-1]),
        *right[::-1],
        *_cap(points[0], points[1], widths[0]),
    ]


def _cap(end: Point, inner: Point, width: float) -> list[Point]:
    heading = atan2(end[1] - inner[1], end[0] - inner[0])
    return [
        (end[0] + cos(heading + t) * width / 2, end[1] + sin(heading + t) * width / 2)
        for t in (1.1, 0.55, 0.0, -0.55, -1.1)
    ]
