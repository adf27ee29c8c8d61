"""What the pictures show: subjects by name, each a function that draws on a sheet with a little chance."""

from collections.abc import Callable, Sequence
from random import Random

from catalogue.demo.drawing import bands, papers, places, players, posters, stills, streets
from catalogue.demo.drawing.shapes import Sheet

Scene = Callable[[Sheet, Random], None]
Print = Callable[[Sheet, Random, Sequence[str]], None]


def _by_name(*functions: Scene) -> dict[str, Scene]:
    return {function.__name__: function for function in functions}


PHOTOGRAPHS = _by_name(
    *(players.bassist, players.trumpeter, players.saxophonist, players.clarinettist, players.trombonist),
    *(
        players.guitarist,
        players.pianist,
        players.drummer,
        players.singer,
        players.vibraphonist,
        players.front_line,
    ),
    *(players.portrait, players.portrait_hat, players.portrait_glasses, players.portrait_woman),
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
