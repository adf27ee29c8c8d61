"""Chords, scales and song forms: what the demo's musicians agree on before they count in.

Pitches are MIDI numbers (60 is middle C), pitch classes 0-11 from C. All charts are stock progressions
in C, transposed on use.
"""

from typing import NamedTuple

PITCH_CLASSES = {
    "C": 0,
    "Db": 1,
    "C#": 1,
    "D": 2,
    "Eb": 3,
    "E": 4,
    "F": 5,
    "F#": 6,
    "Gb": 6,
    "G": 7,
    "Ab": 8,
    "A": 9,
    "Bb": 10,
    "B": 11,
}


class Quality(NamedTuple):
    """What a chord offers, in semitones from the root: tones to land on, a scale to walk, a voicing."""

    tones: tuple[int, ...]
    scale: tuple[int, ...]
    voicing: tuple[int, ...]


QUALITIES = {
    "maj7": Quality((0, 4, 7, 11), (0, 2, 4, 5, 7, 9, 11), (4, 7, 11, 14)),
    "6": Quality((0, 4, 7, 9), (0, 2, 4, 5, 7, 9, 11), (4, 7, 9, 14)),
    "7": Quality((0, 4, 7, 10), (0, 2, 4, 5, 7, 9, 10), (4, 9, 10, 14)),
    "9": Quality((0, 4, 7, 10, 2), (0, 2, 4, 5, 7, 9, 10), (4, 9, 10, 14)),
    "7b9": Quality((0, 4, 7, 10, 1), (0, 1, 3, 4, 6, 7, 9, 10), (4, 7, 10, 13)),
    "sus": Quality((0, 5, 7, 10), (0, 2, 4, 5, 7, 9, 10), (5, 10, 12, 14)),
    "m7": Quality((0, 3, 7, 10), (0, 2, 3, 5, 7, 9, 10), (3, 7, 10, 14)),
    "m6": Quality((0, 3, 7, 9), (0, 2, 3, 5, 7, 9, 11), (3, 7, 9, 14)),
    "m7b5": Quality((0, 3, 6, 10), (0, 1, 3, 5, 6, 8, 10), (3, 6, 10, 12)),
    "dim": Quality((0, 3, 6, 9), (0, 2, 3, 5, 6, 8, 9, 11), (3, 6, 9, 12)),
    "quartal": Quality((0, 3, 7, 10, 5), (0, 2, 3, 5, 7, 9, 10), (5, 10, 15, 19)),
}


class Chord(NamedTuple):
    """A root (pitch class) and a quality."""

    root: int
    quality: str

    @property
    def tones(self) -> frozenset[int]:
        """Return the pitch classes a line may land on."""
        return _TONES[self]

    @property
    def scale(self) -> frozenset[int]:
        """Return the pitch classes a line may walk through."""
        return _SCALES[self]


_ALL = [Chord(root, quality) for root in range(12) for quality in QUALITIES]
_TONES = {
    chord: frozenset((chord.root + step) % 12 for step in QUALITIES[chord.quality].tones) for chord in _ALL
}
_SCALES = {
    chord: frozenset((chord.root + step) % 12 for step in QUALITIES[chord.quality].scale) for chord in _ALL
}

# One word is a bar; a comma splits it. A and B are the sections of the form, "end" is the chord it closes on.
CHARTS: dict[str, tuple[dict[str, str], ...]] = {
    "blues": (
        {"A": "C7 F7 C7 Gm7,C7 F7 F#dim C7 A7b9 Dm7 G7 C7,A7b9 Dm7,G7", "end": "C9"},
        {"A": "C7 F7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7", "end": "C9"},
        {"A": "Cmaj7 Bm7b5,E7b9 Am7,D7 Gm7,C7 F7 Bb7 Em7,A7 Ebm7,Ab7 Dm7 G7 Cmaj7,A7b9 Dm7,G7", "end": "C6"},
    ),
    "minor_blues": (
        {"A": "Cm6 Fm7 Cm6 C7b9 Fm7 Fm7 Cm6 Cm6 Ab7 G7b9 Cm6 G7b9", "end": "Cm6"},
        {"A": "Cm7 Cm7 Cm7 Gm7,C7b9 Fm7 Bb9 Cm7 Am7b5 Dm7b5 G7b9 Cm6,Ab7 G7b9", "end": "Cm6"},
    ),
    "aaba": (
        {
            "A": "C6,A7b9 Dm7,G7 Em7,A7b9 Dm7,G7 C6,C7 F6,F#dim Em7,A7b9 Dm7,G7",
            "end": "C6",
            "B": "E7 E7 A7 A7 D7 D7 Dm7 G7",
        },
        {
            "A": "Dm7 G7 Em7 A7b9 Dm7 G7 Cmaj7 Cmaj7",
            "end": "C6",
            "B": "Gm7 C7 Fmaj7 Fmaj7 Fm7 Bb9 Cmaj7,A7b9 Dm7,G7",
        },
        {
            "A": "Am7 D7 Gmaj7 Gmaj7 Dm7 G7 Cmaj7 E7b9",
            "end": "G6",
            "B": "F#m7b5 B7b9 Em7 Em7 Dm7b5 G7b9 Cmaj7 Bm7b5,E7b9",
        },
        {
            "A": "Cm7 Am7b5 Dm7b5 G7b9 Cm7 Fm7 Dm7b5,G7b9 Cm6",
            "end": "Cm6",
            "B": "Fm7 Bb9 Ebmaj7 Abmaj7 Dm7b5 G7b9 Cm7 G7b9",
        },
    ),
    "modal": (
        {
            "A": "Dquartal Dquartal Dquartal Dquartal Dquartal Dquartal Dquartal Dquartal",
            "end": "Dquartal",
            "B": "Ebquartal Ebquartal Ebquartal Ebquartal Ebquartal Ebquartal Ebquartal Ebquartal",
        },
        {
            "A": "Dm7 Dm7 Dm7 Dm7 Csus Csus Csus Csus",
            "end": "Dm7",
            "B": "Fm7 Fm7 Fm7 Fm7 Absus Absus Gsus Gsus",
        },
    ),
    "waltz": (
        {
            "A": "Cmaj7 Am7 Dm7 G7 Em7 A7b9 Dm7 G7",
            "end": "C6",
            "B": "Fmaj7 Bb9 Em7 A7b9 Dm7 Fm6 Cmaj7 G7",
        },
        {
            "A": "Am7 F#m7b5 Bm7b5 E7b9 Am7 Dm7 Bm7b5,E7b9 Am6",
            "end": "Am6",
            "B": "Dm7 G7 Cmaj7 Fmaj7 Bm7b5 E7b9 Am7 E7b9",
        },
    ),
    "ballad": (
        {
            "A": "Cmaj7,Am7 Dm7,G7b9 Em7,A7b9 Dm7,G7 Cmaj7,C7 Fmaj7,Fm6 Em7,A7b9 Dm7,G7b9",
            "end": "C6",
            "B": "Bm7b5,E7b9 Am7 Am7,D7 Gmaj7 Gm7,C7 Fmaj7 F#m7b5,B7b9 Dm7,G7",
        },
        {
            "A": "Fm7 Bb9 Cmaj7,Em7 A7b9 Dm7 Dm7b5,G7b9 Cmaj7,Ab9 Dm7,G7",
            "end": "Cmaj7",
            "B": "Ebmaj7 Cm7 Fm7 Bb9 Ebmaj7,Ab9 Dm7,G7 Em7,A7b9 Dm7,G7",
        },
    ),
    "bossa": (
        {
            "A": "Cmaj7 Cmaj7 D9 D9 Dm7 G7 Em7,A7b9 Dm7,G7",
            "end": "Cmaj7",
            "B": "Fmaj7 Fmaj7 Bb9 Bb9 Em7 A7b9 Dm7 G7",
        },
        {
            "A": "Cm7 Cm7 Fm7 Fm7 Dm7b5 G7b9 Cm7 Dm7b5,G7b9",
            "end": "Cm6",
            "B": "Ebm7 Ab9 Ebm7 Ab9 Fm7 Bb9 Dm7b5 G7b9",
        },
    ),
    "stomp": (
        {
            "A": "C6 C6 G7 G7 G7 G7 C6 C6",
            "end": "C6",
            "B": "C7 C7 F6 F#dim C6 A7 D7,G7 C6",
        },
        {
            "A": "C6 E7 A7 A7 D7 G7 C6 G7",
            "end": "C6",
            "B": "F6 F#dim C6 A7 D7 D7 G7 G7",
        },
    ),
    "free": (
        {"A": "Dquartal Dquartal Ebsus Ebsus Bquartal Bquartal Absus Absus", "end": "Dquartal"},
        {"A": "Em7b5 Em7b5 Bb9 Bb9 Gquartal Gquartal Dbsus Dbsus", "end": "Em7b5"},
    ),
}

BEATS_PER_BAR = {"waltz": 3}


def read_chord(text: str, shift: int) -> Chord:
    """Read a chord symbol and transpose it by `shift` semitones."""
    size = 2 if text[1:2] in ("b", "#") and text[:2] in PITCH_CLASSES else 1
    return Chord((PITCH_CLASSES[text[:size]] + shift) % 12, text[size:])


def read_chart(chart: str, shift: int) -> list[tuple[Chord, Chord]]:
    """Read a chart into bars; each bar is the chord of its first and of its second half."""
    bars = []
    for word in chart.split():
        first, _, second = word.partition(",")
        bars.append((read_chord(first, shift), read_chord(second or first, shift)))
    return bars


def sections_in(form: str, units: int) -> str:
    """Return the letters of a performance of `units` sections, closing as the form closes (AABA, then BA)."""
    if "B" not in CHARTS[form][0]:
        return "A" * units
    opening = "AABA" * (units // 4)
    rest = {0: "", 1: "A", 2: "BA", 3: "ABA"}[units % 4]
    return opening + rest if opening else {1: "A", 2: "AA", 3: "ABA"}[units]


def is_consonant(pitch: float, chord: Chord) -> bool:
    """Tell whether a pitch belongs to the chord or its scale."""
    return round(pitch) % 12 in chord.tones | chord.scale


def nearest(pitch: float, allowed: frozenset[int], up: bool | None = None) -> int:
    """Return the allowed pitch nearest to `pitch`; with `up` given, strictly above or below it."""
    centre = round(pitch)
    for distance in range(13):
        above, below = centre + distance, centre - distance
        if up is not False and above % 12 in allowed and (up is None or distance):
            return above
        if up is not True and below % 12 in allowed and (up is None or distance):
            return below
    raise ValueError("no pitch is allowed")


def voicing_of(chord: Chord, around: float) -> tuple[int, ...]:
    """Return four pitches without the root, inverted so that they lie close to `around`."""
    steps = QUALITIES[chord.quality].voicing
    shapes = []
    for turn in range(4):
        shape = [step + 12 for step in steps[:turn]] + list(steps[turn:])
        base = chord.root + min(shape)
        lift = round((around - base - 5) / 12) * 12
        shapes.append(tuple(sorted(chord.root + lift + step for step in shape)))
    return min(shapes, key=lambda shape: abs(sum(shape) / 4 - around) + (3 if shape[1] - shape[0] < 2 else 0))
