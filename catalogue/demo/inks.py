"""The inks of the demo's pictures: two for a photograph, up to four for a print."""

from dataclasses import dataclass

COLOURS = {
    "paper": "#f1f0ea",
    "newsprint": "#e4dcc8",
    "black": "#14151c",
    "red": "#e8452b",
    "yellow": "#ffc21a",
    "cobalt": "#1c39c9",
    "petrol": "#0b7468",
    "rose": "#f6a99e",
    "sky": "#9cc0f2",
    "ochre": "#b98a3a",
}


@dataclass(frozen=True)
class Inks:
    """The paper, the ink that draws, further ones, and how a photograph is screened (see `pictures.Picture`)."""

    paper: str
    ink: str
    tint: str | None = None
    inks: tuple[str, ...] = ()
    screen: str = "lines"


DUOTONES = {
    "bone": Inks("#efece2", "#14151c"),
    "straw": Inks("#f4e8c3", "#1e1a10", "#f0c24a"),
    "rose": Inks("#f5ded8", "#23131a", "#f6a99e", screen="tilted"),
    "rust": Inks("#f1e1d3", "#22100b", "#d9694c", screen="tilted"),
    "sky": Inks("#dde8f6", "#10172f", "#9cc0f2", screen="waves"),
    "lilac": Inks("#e7e1ef", "#191630", "#b7a6db", screen="rings"),
    "mint": Inks("#e0ede4", "#0e211b", "#8cccb3", screen="upright"),
    "petrol": Inks("#dcebe7", "#06201d", "#4fa79b", screen="dots"),
}


def named(name: str) -> Inks:
    """Find a duotone by its name, or the inks of a print by theirs: "paper-black-red". Raise KeyError."""
    if name in DUOTONES:
        return DUOTONES[name]
    paper, ink, *others = (COLOURS[colour] for colour in name.split("-"))
    return Inks(paper, ink, inks=tuple(others))
