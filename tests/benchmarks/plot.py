"""The plot of the report: for each kind of question a row, for each engine a dot, time on a logarithmic scale. SVG."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

# Colours that stay apart for colour-blind readers (Okabe and Ito), ours the warmest.
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#777777", "#56b4e9", "#e69f00")
INK, LINE = "#222222", "#dddddd"
LABELS, WIDTH, GAP = 180, 330, 40  # pixels: of the labels, of a panel, between panels
ROW, TOP, BOTTOM, MARGIN = 24, 64, 34, 12

Times = Mapping[str, Mapping[str, float]]  # milliseconds by engine and kind


@dataclass(frozen=True)
class Scale:
    """Where a time stands in a panel; whole powers of ten at both ends."""

    first: int
    last: int

    def at(self, ms: float) -> float:
        """Return the pixels from the left."""
        return WIDTH * (math.log10(max(ms, 10.0**self.first)) - self.first) / (self.last - self.first)


def draw(panels: Mapping[str, Times], kinds: Mapping[str, str]) -> str:
    """Draw panels side by side, by their titles; `kinds` are the rows with their labels."""
    engines = list(dict.fromkeys(name for times in panels.values() for name in times))
    scale = _scale([ms for times in panels.values() for found in times.values() for ms in found.values()])
    width = LABELS + len(panels) * (WIDTH + GAP) + MARGIN
    height = TOP + len(kinds) * ROW + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="13" role="img">',
        "<title>Median time of a page of results</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_legend(engines),
        *(
            _text(LABELS - 12, TOP + ROW * row + ROW * 0.7, label, "end")
            for row, label in enumerate(kinds.values())
        ),
    ]
    for number, (title, times) in enumerate(panels.items()):
        left = LABELS + number * (WIDTH + GAP)
        parts += [*_grid(left, title, scale, len(kinds)), *_dots(left, times, engines, list(kinds), scale)]
    return "\n".join([*parts, "</svg>", ""])


def _scale(values: Sequence[float]) -> Scale:
    return Scale(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))))


def _legend(engines: Sequence[str]) -> Iterator[str]:
    left = float(LABELS)
    for name, colour in zip(engines, COLOURS, strict=False):
        yield f'<circle cx="{left:.0f}" cy="16" r="6" fill="{colour}"/>'
        yield _text(left + 11, 20, name)
        left += 32 + 7.5 * len(name)


def _grid(left: float, title: str, scale: Scale, rows: int) -> Iterator[str]:
    bottom = TOP + rows * ROW
    yield _text(left + WIDTH / 2, 44, title, "middle")
    for row in range(rows):
        y = TOP + row * ROW + ROW / 2
        yield f'<path d="M{left:.0f} {y:.0f}h{WIDTH}" stroke="{LINE}" stroke-dasharray="1 3"/>'
    for power in range(scale.first, scale.last + 1):
        x = left + scale.at(10.0**power)
        yield f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="{LINE}"/>'
        yield _text(x, bottom + 18, f"{10.0**power:g} ms", "middle")


def _dots(
    left: float, times: Times, engines: Sequence[str], kinds: Sequence[str], scale: Scale
) -> Iterator[str]:
    # Ours last, so that nothing covers it.
    for number, name in reversed(list(enumerate(engines))):
        for kind, ms in times.get(name, {}).items():
            if kind in kinds:
                y = TOP + kinds.index(kind) * ROW + ROW / 2
                told = f"<title>{escape(name)}: {ms:.2f} ms</title>"
                where = f'cx="{left + scale.at(ms):.1f}" cy="{y:.0f}"'
                yield f'<circle {where} r="{6 if number == 0 else 5}" fill="{COLOURS[number]}">{told}</circle>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" text-anchor="{anchor}">{escape(text)}</text>'
