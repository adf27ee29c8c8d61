"""What the pictures show: subjects by name, each a function that draws on a sheet with a little chance."""

from collections.abc import Callable, Sequence
from random import Random

from catalogue.demo.drawing import bands, papers, places, players, posters, stills, streets
from catalogue.demo.drawing.shapes import Sheet

Scene = Callable[[Sheet, Random], None]
Sitting = Callable[..., None]  # a scene of one person, whose look may be fixed
Print = Callable[[Sheet, Random, Sequence[str]], None]


def _by_name(*functions: Scene) -> dict[str, Scene]:
    return {function.__name__: function for function in functions}


# What may be said of a sitter after a colon: "portrait:woman+glasses".
MANNERS: dict[str, dict[str, object]] = {
    "woman": {"style": "long", "beard": "", "tie": "none", "wears": ""},
    "curls": {"style": "curls"},
    "bun": {"style": "bun"},
    "bald": {"style": "bald"},
    "short": {"style": "short"},
    "parted": {"style": "parted"},
    "grey": {"hair": 0.3},
    "plain": {"wears": "", "beard": ""},
    "glasses": {"wears": "glasses"},
    "dark_glasses": {"wears": "dark_glasses"},
    "hat": {"wears": "hat", "style": "short"},
    "beret": {"wears": "beret", "style": "short"},
    "beard": {"beard": "beard"},
    "moustache": {"beard": "moustache"},
    "bow": {"tie": "bow"},
    "suit": {"tie": "tie"},
    "jersey": {"tie": "none"},
    "fair": {"skin": (0.2, 0.6)},
    "brown": {"skin": (0.42, 0.88), "hair": 0.98},
}
SITTINGS: dict[str, Sitting] = {
    function.__name__: function
    for function in (
        *(players.bassist, players.trumpeter, players.saxophonist, players.clarinettist, players.trombonist),
        *(players.guitarist, players.pianist, players.drummer, players.singer, players.vibraphonist),
        *(players.front_line, players.portrait),
    )
}
PHOTOGRAPHS = _by_name(
    *(
        stills.trumpet_on_chair,
        stills.saxophone_on_case,
        stills.hands_on_keys,
        stills.empty_kit,
        stills.cymbals,
    ),
    *(
        stills.microphone_alone,
        stills.bass_in_corner,
        stills.tape_machine,
        stills.turntable,
        stills.manuscript,
    ),
    *(bands.big_band, bands.quintet, bands.audience, bands.radio_studio, bands.rehearsal, bands.dancers),
    *(places.record_shop, places.bandstand, places.empty_stage, places.church, places.box_office),
    *(
        streets.club_front,
        streets.tram_in_rain,
        streets.harbour,
        streets.boat,
        streets.station,
        streets.bicycle,
    ),
)
PRINTS: dict[str, Print] = {
    function.__name__: function
    for function in (
        *(posters.poster_bass, posters.poster_strips, posters.poster_trumpet, posters.poster_quarters),
        *(posters.poster_moon, posters.poster_drum, posters.poster_hat),
        *(papers.sleeve_disc, papers.sleeve_keys, papers.sleeve_dots, papers.sleeve_stairs),
        *(papers.programme, papers.clipping),
    )
}


def draw(subject: str, sheet: Sheet, rng: Random) -> None:
    """Draw a photograph's subject, such as "harbour" or "portrait:woman+glasses"."""
    name, _, manners = subject.partition(":")
    if name in PHOTOGRAPHS:
        PHOTOGRAPHS[name](sheet, rng)
        return
    fixed: dict[str, object] = {}
    for manner in manners.split("+") if manners else ():
        fixed |= MANNERS[manner]
    SITTINGS[name](sheet, rng, **fixed)
