"""The arrangement: who plays what when. Shares theme, solos and backgrounds out over the line-up of a recipe.

The result is one part an instrument: tones in seconds, or strokes for the drums. No sound is made here.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from catalogue.demo.band import harmony, melody, rhythm
from catalogue.demo.band.melody import Step, Voice
from catalogue.demo.band.rhythm import Stroke
from catalogue.demo.band.score import BASSES, CHORDAL, WINDS, Plan, Section, Tone

RANGES = {
    "trumpet": (57, 82),
    "flugelhorn": (54, 77),
    "cornet": (57, 79),
    "trombone": (45, 67),
    "clarinet": (53, 84),
    "bass_clarinet": (40, 67),
    "soprano_saxophone": (58, 84),
    "alto_saxophone": (53, 78),
    "tenor_saxophone": (47, 73),
    "baritone_saxophone": (39, 63),
    "flute": (62, 88),
    "vocals": (55, 74),
    "violin": (58, 86),
    "piano": (60, 86),
    "electric_piano": (58, 84),
    "organ": (57, 82),
    "guitar": (52, 79),
    "vibraphone": (57, 84),
    "accordion": (57, 82),
    "double_bass": (40, 62),
    "bass_guitar": (40, 60),
    "banjo": (55, 76),
    "tuba": (34, 52),
    "drums": (36, 60),
}


Timed = TypeVar("Timed", Tone, Stroke)


@dataclass(frozen=True)
class Part:
    """What one instrument of the line-up plays."""

    index: int
    instrument: str
    tones: tuple[Tone, ...]


@dataclass(frozen=True)
class Arrangement:
    """All parts of a performance; chord parts are apart from melody parts, because they are played softer."""

    melodies: tuple[Part, ...]
    chords: tuple[Part, ...]
    bass: Part | None
    drums: tuple[Stroke, ...]


def arrange(plan: Plan) -> Arrangement:
    """Write all parts of a performance."""
    rng = Random(f"notes {plan.recipe.seed}")
    lineup = plan.recipe.lineup
    bass = next((index for index, name in enumerate(lineup) if name in BASSES), None)
    parts = [
        Part(index, name, tuple(_melody_of(plan, index, name)))
        for index, name in enumerate(lineup)
        if name != "drums"
    ]
    silent = _silences(plan)
    walking = [] if bass is None else _outside(_accompany(plan, bass, rhythm.walk(plan, rng)), silent["bass"])
    return Arrangement(
        melodies=tuple(part for part in parts if part.tones),
        chords=tuple(
            replace(part, tones=tuple(_outside(list(part.tones), silent["chords"])))
            for part in _chord_parts(plan, rng)
        ),
        bass=None if bass is None else Part(bass, lineup[bass], tuple(walking)),
        drums=tuple(_outside(rhythm.drum(plan, rng), silent["drums"])) if "drums" in lineup else (),
    )


def dynamics(plan: Plan) -> list[tuple[float, float]]:
    """Return how loud the band plays: points of (second, gain), to be joined by lines."""
    rng = Random(f"dynamics {plan.recipe.seed}")
    points = []
    for section in plan.course:
        low, high = _LOUDNESS[section.label]
        climb = rng.uniform(0.95, 1.5) if section.label == "solo" else 1.0
        spans = max(1, section.bars // CHORUS)
        for span in range(spans):
            first = section.start + section.bars * span // spans
            last = section.start + section.bars * (span + 1) // spans
            gain = rng.uniform(low, high)
            ahead = min(1.15, gain * (1 + (climb - 1) * (span + 1) / spans))
            points += [(plan.bar_starts[first] + 0.1, gain), (plan.bar_starts[last] - 0.3, ahead)]
    return [*points, (plan.bar_starts[plan.bars], 1.0)]


CHORUS = 12  # bars after which a long section finds another level

# The range of loudness in which each section starts; solos climb from there.
_LOUDNESS = {
    "intro": (0.25, 0.6),
    "head": (0.5, 0.85),
    "solo": (0.42, 0.8),
    "fours": (0.8, 1.05),
    "head_out": (0.6, 1.0),
}


def _silences(plan: Plan) -> dict[str, list[tuple[float, float]]]:
    """Choose who lays out at the start of which solo, for contrast: no piano, no drums, or nobody."""
    rng = Random(f"texture {plan.recipe.seed}")
    silent: dict[str, list[tuple[float, float]]] = {"chords": [], "drums": [], "bass": []}
    for section in plan.course:
        if section.label != "solo" or len(plan.recipe.lineup) < 3 or section.bars < 4:
            continue
        bars = section.bars if section.bars <= 8 else section.bars // 2
        stretch = (plan.bar_starts[section.start] + 0.05, plan.bar_starts[section.start + bars] - 0.05)
        for family in rng.choice(
            ((), (), ("chords",), ("drums",), ("chords", "drums"), ("chords",), ("bass", "drums"))
        ):
            silent[family].append(stretch)
    return silent


def _outside(events: list[Timed], silences: list[tuple[float, float]]) -> list[Timed]:
    return [event for event in events if not any(first < event.at < last for first, last in silences)]


def _accompany(plan: Plan, index: int, tones: list[Tone]) -> list[Tone]:
    """Leave an accompanying part out where its player has the solo."""
    own = [
        (plan.bar_starts[section.start], plan.bar_starts[section.start + section.bars])
        for section in plan.course
        if section.label == "solo" and section.soloist == index
    ]
    return [tone for tone in tones if not any(first - 0.05 <= tone.at < last - 0.05 for first, last in own)]


def _chord_parts(plan: Plan, rng: Random) -> list[Part]:
    """Let at most two instruments comp; with a piano there the guitar only strums in the old way."""
    players = [
        (index, name)
        for index, name in enumerate(plan.recipe.lineup)
        if name in CHORDAL and name != "vibraphone"
    ]
    if not players:
        players = [(index, name) for index, name in enumerate(plan.recipe.lineup) if name == "vibraphone"]
    if plan.recipe.year >= 1955:
        players = players[:1]
    parts = []
    for index, name in players[:2]:
        tones = rhythm.comp(plan, rng, name)
        alone = len(plan.recipe.lineup) == 1
        parts.append(
            Part(
                index,
                name,
                tuple(_softly(tones) if alone or _leads(plan, index) else _thinner(plan, index, tones)),
            )
        )
    return parts


def _softly(tones: list[Tone]) -> list[Tone]:
    return [
        tone._replace(pitch=tone.pitch - 12 if tone.pitch > 64 else tone.pitch, loudness=tone.loudness * 0.7)
        for tone in tones
    ]


def _thinner(plan: Plan, index: int, tones: list[Tone]) -> list[Tone]:
    """Keep only the left hand where the player solos."""
    kept = set(_accompany(plan, index, tones))
    return [tone for tone in tones if tone in kept or tone.pitch < 60]


def front_line(plan: Plan) -> list[int]:
    """Return the players who carry the theme: the winds, else the first who can play a melody."""
    lineup = plan.recipe.lineup
    winds = [index for index, name in enumerate(lineup) if name in WINDS]
    return winds or [index for index, name in enumerate(lineup) if name in CHORDAL][:1] or [0]


def _leads(plan: Plan, index: int) -> bool:
    return index in front_line(plan)


def _voice(plan: Plan, name: str) -> Voice:
    low, high = RANGES[name]
    rng = Random(f"voice {plan.recipe.seed} {name}")
    blue = {"blues": 0.3, "minor_blues": 0.22, "stomp": 0.12}.get(plan.recipe.form, 0.05)
    return Voice(low, high, rng.uniform(0.7, 1.3), blue, plan.recipe.tempo)


def _melody_of(plan: Plan, index: int, name: str) -> list[Tone]:
    """Return what an instrument plays by itself: theme, solos, exchange, backgrounds, last note."""
    tones: list[Tone] = []
    line = front_line(plan)
    for section in plan.course:
        if section.label in ("head", "head_out") and index in line:
            tones += _theme_part(plan, section, name, line.index(index), len(line))
        elif section.label == "solo" and section.soloist == index:
            tones += _solo_part(plan, section, name)
        elif section.label == "fours" and index in line[:2]:
            tones += _exchange_part(plan, section, name, line[:2].index(index))
        elif section.label == "solo" and index in line and len(line) >= 3 and section.bars >= 8:
            tones += _riff_part(plan, section, name, line.index(index))
    if index in line:
        tones += _last_note(plan, name, line.index(index))
    return sorted(tones)


def _theme_part(plan: Plan, section: Section, name: str, place: int, players: int) -> list[Tone]:
    """Play the theme: the first player as written, the others in unison, in octaves or in harmony below."""
    lead = plan.recipe.lineup[front_line(plan)[0]]
    letters = plan.letters[:4] if plan.letters.startswith("AABA") else plan.letters
    rng = Random(f"theme {plan.recipe.seed}")
    whole = melody.theme(
        rng,
        _form_chords(plan),
        _form_bars(plan, letters),
        plan.beats,
        _voice(plan, lead),
        letters,
        plan.recipe.form,
    )
    harmonised = players > 1 and (plan.recipe.seed + section.start) % 3 != 0
    size = _form_bars(plan, letters) * plan.beats
    first = plan.form_bar(section.start) * plan.beats
    shift = section.start * plan.beats - first
    steps = []
    for step in _unrolled(whole, size, first, first + section.bars * plan.beats):
        beat = step.beat + shift
        pitch = step.pitch if place == 0 else _below(plan, beat, step.pitch, place, name, harmonised)
        steps.append(step._replace(beat=beat, pitch=pitch))
    return _timed(plan, steps, name, 1.0 if place == 0 else 0.8)


def _form_bars(plan: Plan, letters: str) -> int:
    return len(harmony.CHARTS[plan.recipe.form][0]["A"].split()) * len(letters)


def _form_chords(plan: Plan) -> melody.ChordAt:
    offset = plan.course[0].bars if plan.course[0].label == "intro" else 0
    return lambda beat: plan.chord_at(beat + offset * plan.beats)


def _unrolled(whole: list[Step], size: int, first: int, last: int) -> list[Step]:
    """Repeat the theme of one chorus over the beats from `first` to `last`."""
    steps: list[Step] = []
    for chorus in range(first // size, last // size + 1):
        steps += [step._replace(beat=step.beat + chorus * size) for step in whole]
    return [step for step in steps if first - 0.6 <= step.beat < last - 0.6]


def _below(plan: Plan, beat: float, pitch: int, place: int, name: str, harmonised: bool) -> int:
    low, high = RANGES[name]
    if harmonised:
        chord = plan.chord_at(max(beat, 0) + 0.25)
        for _ in range(place):
            pitch = harmony.nearest(pitch - 2, chord.tones, up=False)
    while pitch > high - 4:
        pitch -= 12
    while pitch < low:
        pitch += 12
    return pitch


def _solo_part(plan: Plan, section: Section, name: str) -> list[Tone]:
    rng = Random(f"solo {plan.recipe.seed} {name} {section.start}")
    first = section.start * plan.beats
    tonic = harmony.PITCH_CLASSES[plan.recipe.key]
    steps = melody.solo(
        rng, plan.chord_at, first, first + section.bars * plan.beats, _voice(plan, name), tonic
    )
    return _timed(plan, steps, name, 1.0)


def _exchange_part(plan: Plan, section: Section, name: str, place: int) -> list[Tone]:
    """Take every other four bars before the drums answer; two horns take turns."""
    tones: list[Tone] = []
    line = min(2, len(front_line(plan)))
    for turn, bar in enumerate(range(section.start, section.start + section.bars, 8)):
        if turn % line == place:
            tones += _solo_part(plan, section._replace(start=bar, bars=4), name)
    return tones


def _riff_part(plan: Plan, section: Section, name: str, place: int) -> list[Tone]:
    """Set a short riff of chord tones behind the second half of somebody's solo."""
    rng = Random(f"riff {plan.recipe.seed} {section.start}")
    rhythm_ = rng.choice(
        (((2.5, 0.4), (3.5, 1.2)), ((0, 1.5), (3.5, 0.4)), ((1.5, 0.4), (2, 0.4), (3.5, 0.9)))
    )
    steps = []
    for bar in range(section.start + section.bars // 2, section.start + section.bars, 2):
        for beat, length in rhythm_:
            at = bar * plan.beats + beat
            pitch = harmony.voicing_of(plan.chord_at(at + 0.5), 64)[::-1][place % 4]
            steps.append(Step(at, length, _below(plan, at, pitch, 0, name, False), 0.42))
    return _timed(plan, steps, name, 0.75)


def _last_note(plan: Plan, name: str, place: int) -> list[Tone]:
    low, high = RANGES[name]
    shape = harmony.voicing_of(plan.chords[plan.bars][0], min(67.0, (low + high) / 2 + 2))
    return [Tone(plan.bar_starts[plan.bars] + 0.02, plan.held - 0.35, shape[::-1][place % 4], 0.75)]


def _timed(plan: Plan, steps: list[Step], name: str, gain: float) -> list[Tone]:
    """Turn beats into seconds; winds lie a little behind the beat."""
    late = 0.018 if name in WINDS else 0.004
    rng = Random(f"hands {plan.recipe.seed} {name}")
    tones = []
    for step in sorted(steps):
        when = plan.exact if step.straight else plan.when
        start = max(0.05, when(max(step.beat, 0.0)) + (step.beat < 0) * step.beat * 60 / plan.recipe.tempo)
        end = when(max(step.beat + step.length, 0.1))
        tones.append(
            Tone(
                start + late + rng.uniform(-0.006, 0.008),
                max(0.06, end - start),
                step.pitch,
                step.loudness * gain,
                step.slurred,
            )
        )
    return tones
