"""Melodies: themes made of one motif answered and bent to the chords, and solos that follow the changes.

A line is made on the eighth-note grid: chord tones on the beat, the way there (scale, enclosure, chromatic
step) off it, and rests to breathe. Positions and lengths are in beats from the start of the performance.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from catalogue.demo.band import harmony
from catalogue.demo.band.harmony import Chord


class Step(NamedTuple):
    """A note on the beat grid; `straight` notes (triplets) are not swung."""

    beat: float
    length: float
    pitch: int
    loudness: float
    slurred: bool = False
    straight: bool = False


class Voice(NamedTuple):
    """Where a player feels at home: range in MIDI pitches, how many notes, how blue, at which tempo."""

    low: int
    high: int
    density: float
    blue: float
    tempo: float


ChordAt = Callable[[float], Chord]

# Rhythms of two bars of four: (beat, length). Theme writers choose one and stay with it.
_RIFFS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.5, 0.5), (1, 1), (2.5, 0.5), (3, 0.5), (3.5, 2.0)),
    ((0, 0.75), (1.5, 0.5), (2, 0.5), (2.5, 1.25), (4.5, 0.5), (5, 0.5), (5.5, 1.0)),
    ((0, 1.5), (1.5, 0.5), (2, 0.5), (2.5, 0.5), (3, 0.5), (3.5, 2.5)),
    ((1, 0.5), (1.5, 1), (3, 0.5), (3.5, 1.5), (5.5, 0.5), (6, 1)),
    ((0, 0.5), (0.5, 0.5), (1, 0.5), (1.5, 1.5), (3.5, 0.5), (4, 0.5), (4.5, 1.5)),
    ((0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 0.5), (2.5, 0.5), (3, 0.5), (3.5, 0.75), (5, 0.5), (5.5, 1.5)),
    ((0, 2), (2, 0.5), (2.5, 1.5), (4, 0.5), (4.5, 2.5)),
    ((0, 0.5), (1, 0.5), (2, 0.5), (2.5, 1), (3.5, 1.5), (5.5, 0.5), (6.5, 0.5)),
    ((-0.5, 1), (0.5, 0.5), (1, 0.5), (1.5, 1), (3, 0.5), (3.5, 2.5)),
)
_SONGS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0, 3), (3, 0.5), (3.5, 0.5), (4, 2), (6, 1), (7, 1)),
    ((0, 1.5), (1.5, 0.5), (2, 2), (4, 3), (7, 0.5), (7.5, 0.5)),
    ((0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 2), (4, 3.5)),
    ((0, 2), (2, 1), (3, 1), (4, 1.5), (5.5, 0.5), (6, 2)),
)
_WALTZES: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0, 2), (2, 1), (3, 1), (4, 1), (5, 1)),
    ((0, 1), (1, 0.5), (1.5, 1.5), (3, 2.5)),
    ((0, 3), (3, 1), (4, 0.5), (4.5, 0.5), (5, 1)),
    ((0.5, 0.5), (1, 1), (2, 1), (3, 1.5), (4.5, 0.5), (5, 0.5)),
)
# Turns of phrase over the tonic of a blues, semitones above it: (beat, length, step).
_BLUES: tuple[tuple[tuple[float, float, int], ...], ...] = (
    ((0, 0.5, 7), (0.5, 0.5, 10), (1, 1, 12), (2.5, 0.5, 10), (3, 0.5, 7), (3.5, 1.5, 3)),
    (
        (0, 0.5, 15),
        (0.5, 0.5, 12),
        (1, 0.5, 10),
        (1.5, 0.5, 7),
        (2, 0.5, 6),
        (2.5, 0.5, 5),
        (3, 0.5, 3),
        (3.5, 1.0, 0),
    ),
    ((0.5, 0.5, 3), (1, 0.5, 4), (1.5, 0.5, 7), (2, 1.5, 9), (3.5, 0.5, 7), (4, 0.5, 4), (4.5, 1, 0)),
    ((0, 1.5, 10), (1.5, 0.5, 7), (2, 0.5, 10), (2.5, 2, 12)),
    ((0.5, 0.5, 12), (1, 0.5, 15), (1.5, 0.5, 12), (2, 0.5, 10), (2.5, 0.5, 12), (3.5, 0.5, 7), (4, 1.5, 10)),
)
_PHRASES = ((1.5, 2), (2.5, 3), (3.5, 4), (4.5, 4), (5.5, 3), (7.0, 2))  # beats, weight


def theme(
    rng: Random, chords: ChordAt, bars: int, beats: int, voice: Voice, letters: str, kind: str
) -> list[Step]:
    """Compose the theme of one whole form (beats from the top of the form)."""
    library = _WALTZES if beats == 3 else _SONGS if kind in ("ballad", "free") else _RIFFS
    first, second, bridge = rng.sample(library, 3)
    size = bars // len(letters)
    contours = {letter: [rng.choice((-3, -2, -1, 1, 2, 3)) for _ in range(16)] for letter in "AB"}
    steps: list[Step] = []
    for part, letter in enumerate(letters):
        anchor = (voice.low + voice.high) / 2 + (4 if letter == "B" else 0)
        for pair in range(0, size, 2):
            rhythm = bridge if letter == "B" else second if pair % 4 == 2 and size == 8 else first
            start = float((part * size + pair) * beats)
            steps += _bend(rhythm, contours[letter], chords, start, anchor, voice)
    return steps


def _bend(
    rhythm: tuple[tuple[float, float], ...],
    contour: list[int],
    chords: ChordAt,
    start: float,
    anchor: float,
    voice: Voice,
) -> list[Step]:
    """Lay a motif over the chords at `start`: the same rhythm and contour, the notes the harmony asks for."""
    steps: list[Step] = []
    pitch = float(anchor + contour[-1])
    for index, (beat, length) in enumerate(rhythm):
        chord = chords(max(0.0, start + beat + 0.5))
        pitch += contour[index % len(contour)]
        strong = length >= 1 or beat % 1 == 0
        wanted = min(max(pitch, voice.low + 2), voice.high - 2)
        note = harmony.nearest(wanted, chord.tones if strong else chord.scale)
        if steps and note == steps[-1].pitch and contour[index % len(contour)] % 2:
            note = harmony.nearest(note, chord.scale, up=contour[index % len(contour)] > 0)
        pitch = float(note)
        steps.append(
            Step(
                start + beat,
                length * 0.92,
                note,
                0.72 + 0.2 * (length >= 1),
                slurred=index > 0 and rhythm[index - 1][1] == 0.5,
            )
        )
    return steps


def solo(rng: Random, chords: ChordAt, start: float, end: float, voice: Voice, tonic: int) -> list[Step]:
    """Improvise from beat `start` to beat `end`."""
    steps: list[Step] = []
    beat = start + rng.choice((0.0, 0.5, 1.0, 1.5))
    here = rng.uniform(voice.low + 5, voice.high - 5)
    motif: list[Step] = []
    while beat < end - 1:
        rise = (beat - start) / max(end - start, 1)  # a solo climbs and thickens
        wanted = rng.choices(
            [size for size, _ in _PHRASES], [weight * (1 + rise * size / 6) for size, weight in _PHRASES]
        )[0]
        length = min(wanted * (1.3 if voice.tempo > 200 else 1.0), end - beat - 0.5)
        phrase = _phrase(rng, chords, beat, length, here + rise * 3, voice, tonic, motif)
        if phrase:
            steps += phrase
            motif, here = phrase, float(phrase[-1].pitch)
            beat = phrase[-1].beat + phrase[-1].length
        beat = (
            round((beat + rng.choice((0.5, 1.0, 1.5, 2.0, 2.5)) / max(0.6, voice.density + rise * 0.4)) * 2)
            / 2
        )
    return steps


def _phrase(
    rng: Random,
    chords: ChordAt,
    beat: float,
    length: float,
    here: float,
    voice: Voice,
    tonic: int,
    motif: list[Step],
) -> list[Step]:
    roll = rng.random()
    if roll < voice.blue and length > 2:
        return _blue(rng, beat, length, here, voice, tonic)
    if roll < voice.blue + 0.16 and 2 < len(motif) < 9:
        return _answer(rng, chords, beat, motif, voice)
    if roll < voice.blue + 0.30 or voice.tempo < 84:
        return _sing(rng, chords, beat, length, here, voice)
    return _run(rng, chords, beat, length, here, voice)


def _blue(rng: Random, beat: float, length: float, here: float, voice: Voice, tonic: int) -> list[Step]:
    lick = rng.choice(_BLUES)
    base = tonic + 12 * round((here - 7 - tonic) / 12)
    beat = float(int(beat))
    notes = [
        Step(beat + at, size * 0.95, base + step, 0.8, slurred=index % 2 == 1)
        for index, (at, size, step) in enumerate(lick)
    ]
    return [note for note in notes if voice.low <= note.pitch <= voice.high and note.beat < beat + length + 1]


def _answer(rng: Random, chords: ChordAt, beat: float, motif: list[Step], voice: Voice) -> list[Step]:
    """Say the last thing again somewhere else."""
    move, first = rng.choice((-5, -3, -2, 2, 3, 5)), motif[0].beat
    beat = float(int(beat)) + first % 1
    steps = []
    for note in motif:
        at = beat + note.beat - first
        wanted = min(max(note.pitch + move, voice.low), voice.high)
        steps.append(note._replace(beat=at, pitch=harmony.nearest(wanted, chords(at).scale)))
    return steps


def _sing(rng: Random, chords: ChordAt, beat: float, length: float, here: float, voice: Voice) -> list[Step]:
    """A few longer notes: chord tones, leaning on each other."""
    steps: list[Step] = []
    end = beat + length
    pitch = here
    while beat < end:
        size = rng.choice((0.5, 1.0, 1.5, 1.5, 2.0))
        chord = chords(beat + 0.25)
        pitch = harmony.nearest(_inside(pitch + rng.choice((-5, -4, -2, -1, 2, 3, 4)), voice), chord.tones)
        if rng.random() < 0.3 and steps:
            steps.append(Step(beat - 0.25 if voice.tempo < 100 else beat, 0.25, pitch - 1, 0.6))
        steps.append(Step(beat, size * 0.95, int(pitch), 0.78, slurred=bool(steps) and rng.random() < 0.6))
        beat += size
    return steps


def _run(rng: Random, chords: ChordAt, beat: float, length: float, here: float, voice: Voice) -> list[Step]:
    """Run in eighths: a chord tone on each beat, a connection between, now and then a turn or a hole."""
    count = max(2, round(length * 2))
    grid = [beat + index * 0.5 for index in range(count + 1)]
    pitches = _targets(rng, chords, grid, here, voice)
    steps: list[Step] = []
    for index, at in enumerate(grid[:-1]):
        last = index == len(grid) - 2
        if not last and index and rng.random() < 0.09:
            continue
        loud = (0.86 if at % 1 else 0.7) + rng.uniform(-0.08, 0.08)
        if not last and at % 1 == 0 and rng.random() < 0.10 and voice.tempo < 210:
            steps += _turn(at, pitches[index], chords(at), loud)
            continue
        size = rng.choice((0.4, 0.5, 1.4, 1.9)) if last else 0.5
        steps.append(Step(at, size, pitches[index], loud, slurred=index > 0 and at % 1 == 0))
    return steps


def _turn(at: float, pitch: int, chord: Chord, loud: float) -> list[Step]:
    upper = harmony.nearest(pitch, chord.scale, up=True)
    return [
        Step(at, 0.33, pitch, loud, straight=True),
        Step(at + 1 / 3, 0.33, upper, loud * 0.9, slurred=True, straight=True),
        Step(at + 2 / 3, 0.33, pitch, loud * 0.9, slurred=True, straight=True),
    ]


def _targets(rng: Random, chords: ChordAt, grid: list[float], here: float, voice: Voice) -> list[int]:
    """Choose the pitches of a run: first those on the beat, then those between."""
    on_beat: dict[int, int] = {}
    direction = 1 if here < (voice.low + voice.high) / 2 else -1
    pitch = here
    for index, at in enumerate(grid):
        if at % 1 == 0:
            if rng.random() < 0.28 or not voice.low + 3 < pitch < voice.high - 3:
                direction = 1 if pitch <= voice.low + 3 else -1 if pitch >= voice.high - 3 else -direction
            wanted = _inside(pitch + direction * rng.choice((2, 3, 3, 4, 5)), voice)
            pitch = on_beat[index] = harmony.nearest(wanted, chords(at).tones)
    pitches = []
    for index, at in enumerate(grid):
        if index in on_beat:
            pitches.append(on_beat[index])
        else:
            before, after = on_beat.get(index - 1), on_beat.get(index + 1, round(pitch))
            pitches.append(
                _between(
                    rng, before if before is not None else after + rng.choice((-3, 2, 4)), after, chords(at)
                )
            )
    return pitches


def _between(rng: Random, before: int, after: int, chord: Chord) -> int:
    """Return an off-beat note that leads from one target to the next."""
    gap = after - before
    if abs(gap) >= 6:
        return harmony.nearest((before + after) / 2, chord.tones)
    if abs(gap) >= 3:
        middle = before + gap // 2
        return middle if rng.random() < 0.25 else harmony.nearest(middle, chord.scale)
    if rng.random() < 0.45:
        return after + (1 if gap < 0 else -1) * (
            1 if gap else rng.choice((1, -1))
        )  # chromatic, from the far side
    return harmony.nearest(after, chord.scale, up=rng.random() < 0.5)


def _inside(pitch: float, voice: Voice) -> float:
    if pitch > voice.high:
        return pitch - 12
    return pitch + 12 if pitch < voice.low else pitch
