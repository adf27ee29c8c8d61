"""The rhythm section: walking bass, comping and drums, written out as timed notes and strokes."""

from random import Random
from typing import NamedTuple

from catalogue.demo.band import harmony
from catalogue.demo.band.score import Plan, Tone

BASS_LOW, BASS_HIGH = 28, 50


class Stroke(NamedTuple):
    """One stroke on the drum kit: when (seconds), on what, how hard (0-1)."""

    at: float
    sound: str
    loudness: float


# Two bars of four: where the piano answers. The last places push the next bar.
_COMPING = (
    ((0, 0.6), (1.5, 0.4), (5.5, 0.5)),
    ((1.5, 0.4), (3.5, 1.2), (6.5, 0.4)),
    ((0.5, 0.3), (2.5, 0.4), (4.5, 0.4), (6, 1.0)),
    ((0, 1.4), (3.5, 0.4), (5, 0.4), (7.5, 0.6)),
    ((1, 0.3), (2.5, 0.5), (5.5, 0.4), (7.5, 0.5)),
    ((3.5, 2.5),),
    ((0, 0.3), (1.5, 1.2), (4, 0.3), (5.5, 1.2)),
)
_WALTZ_COMPING = (
    ((1, 0.5), (2, 0.5), (4, 1.0)),
    ((0, 1.0), (2.5, 0.5), (4.5, 0.8)),
    ((1.5, 1.0), (4, 0.4), (5, 0.4)),
)
_BOSSA_COMPING = (
    ((0, 0.4), (1, 0.4), (2.5, 0.8), (4.5, 0.4), (6, 0.4), (7, 0.4)),
    ((0.5, 0.4), (2, 0.4), (3.5, 1.0), (5.5, 0.4), (7, 0.5)),
)


def walk(plan: Plan, rng: Random) -> list[Tone]:
    """Write the bass line of the whole performance."""
    feel = plan.recipe.form
    here, tones = 36, []
    for bar in range(plan.bars):
        section = plan.section_at(bar)
        if section.label == "intro" and plan.recipe.seed % 3 == 0:
            continue  # the piano begins alone
        first, second = plan.chords[bar]
        following = plan.chords[bar + 1][0]
        root = _root_near(first.root, here)
        ahead = _root_near(following.root, root)
        if feel == "free":
            tones += _pedal(plan, rng, bar, root)
        elif feel == "bossa":
            tones += _dotted(plan, bar, root, _root_near(second.root, root), first is second)
        elif feel in ("ballad", "stomp") or (
            section.label == "head" and plan.recipe.seed % 2 and feel == "aaba"
        ):
            tones += _two(plan, rng, bar, root, _root_near(second.root, root), ahead)
        else:
            tones += _four(plan, rng, bar, root, ahead)
        here = ahead
    last = _root_near(plan.chords[plan.bars][0].root, here)
    return [*tones, Tone(plan.bar_starts[plan.bars], plan.held, last, 0.9)]


def _root_near(root: int, here: int) -> int:
    options = [pitch for pitch in range(BASS_LOW, BASS_HIGH - 3) if pitch % 12 == root]
    return min(options, key=lambda pitch: abs(pitch - here))


def _four(plan: Plan, rng: Random, bar: int, root: int, ahead: int) -> list[Tone]:
    """Walk: the root, two steps on the way, and a leading note a half step or a fourth from the next root."""
    first, second = plan.chords[bar]
    start = bar * plan.beats
    if first is not second and plan.beats == 4 and first != second:
        halfway = _root_near(second.root, root)
        pitches = [root, harmony.nearest(root + rng.choice((3, 4, 5, -5)), first.tones), halfway]
    else:
        goal = ahead + rng.choice((-5, -2, 2, 3, 5, 7))
        pitches = [root if rng.random() < 0.85 else harmony.nearest(root + 4, first.tones)]
        for step in range(1, plan.beats - 1):
            wanted = pitches[-1] + (goal - pitches[-1]) / (plan.beats - step) + rng.choice((-1, 0, 1))
            pitches.append(
                harmony.nearest(wanted, first.scale if step % 2 else first.tones, up=goal > pitches[-1])
            )
    pitches.append(ahead + rng.choice((-1, 1, 1, -1, 7, -5)))
    tones = []
    for step, pitch in enumerate(pitches):
        pitch = pitch + 12 if pitch < BASS_LOW else pitch - 12 if pitch > BASS_HIGH + 3 else pitch
        at = plan.exact(start + step) - 0.006 + rng.uniform(-0.005, 0.005)
        tones.append(
            Tone(
                at,
                plan.exact(start + step + 1) - at - 0.01,
                pitch,
                0.8 + 0.12 * (step % 2) + rng.uniform(-0.06, 0.06),
            )
        )
        if rng.random() < 0.06:
            skip = plan.when(start + step + 0.5)
            tones.append(Tone(skip, plan.exact(start + step + 1) - skip - 0.02, pitch, 0.4))
    return tones


def _two(plan: Plan, rng: Random, bar: int, root: int, halfway: int, ahead: int) -> list[Tone]:
    start = bar * plan.beats
    second = halfway if halfway != root else (root + 7 if root + 7 <= BASS_HIGH else root - 5)
    half = plan.beats / 2 if plan.beats == 4 else 2
    tones = [
        Tone(plan.exact(start), plan.exact(start + half) - plan.exact(start) - 0.04, root, 0.85),
        Tone(
            plan.exact(start + half),
            plan.exact(start + plan.beats) - plan.exact(start + half) - 0.04,
            second,
            0.78,
        ),
    ]
    if rng.random() < 0.35:
        at = plan.when(start + plan.beats - 0.5)
        tones.append(Tone(at, plan.exact(start + plan.beats) - at, ahead + rng.choice((-1, 1, -5)), 0.55))
    return tones


def _dotted(plan: Plan, bar: int, root: int, halfway: int, same: bool) -> list[Tone]:
    start = bar * 4
    fifth = root + 7 if root + 7 <= BASS_HIGH else root - 5
    second = fifth if same or halfway == root else halfway
    places = ((0, 1.5, root, 0.9), (1.5, 0.5, root, 0.55), (2, 1.5, second, 0.85), (3.5, 0.5, second, 0.55))
    return [
        Tone(
            plan.exact(start + at), plan.exact(start + at + size) - plan.exact(start + at) - 0.02, pitch, loud
        )
        for at, size, pitch, loud in places
    ]


def _pedal(plan: Plan, rng: Random, bar: int, root: int) -> list[Tone]:
    tones, beat = [], float(bar * 4)
    while beat < bar * 4 + 4:
        size = rng.choice((0.5, 1, 1.5, 3))
        pitch = rng.choice((root, root, root + 12, root + 7, root + 1))
        tones.append(
            Tone(
                plan.exact(beat) + rng.uniform(-0.06, 0.06) + 0.06, size * 0.5, pitch, rng.uniform(0.5, 0.95)
            )
        )
        beat += size
    return tones


def comp(plan: Plan, rng: Random, instrument: str) -> list[Tone]:
    """Write the chords of one accompanying instrument."""
    if (
        instrument == "banjo"
        or (instrument == "guitar" and plan.recipe.year < 1955)
        or plan.recipe.form == "stomp"
    ):
        return _strum(plan, rng, 57.0 if instrument != "piano" else 59.0)
    tones: list[Tone] = []
    centre, previous = (62.0 if instrument == "guitar" else 60.0), 60.0
    library = (
        _WALTZ_COMPING if plan.beats == 3 else _BOSSA_COMPING if plan.recipe.form == "bossa" else _COMPING
    )
    for bar in range(0, plan.bars, 2):
        label = plan.section_at(bar).label
        if label == "fours" and bar % 8 >= 4:
            continue
        pattern = (
            ((0, 3.0), (4, 3.0))
            if plan.recipe.form == "ballad" and rng.random() < 0.5
            else rng.choice(library)
        )
        for beat, size in pattern:
            if bar * plan.beats + beat >= plan.bars * plan.beats:
                continue
            at = bar * plan.beats + beat
            shape = harmony.voicing_of(plan.chord_at(at + 0.5), (centre + previous) / 2)
            previous = sum(shape) / 4
            loud = rng.uniform(0.42, 0.62) * (0.85 if label == "head" else 1.0)
            start = plan.when(at)
            tones += [
                Tone(
                    start + 0.004 * index + rng.uniform(0, 0.006), size * 60 / plan.recipe.tempo, pitch, loud
                )
                for index, pitch in enumerate(shape)
            ]
    return [*tones, *_last_chord(plan, centre)]


def _last_chord(plan: Plan, centre: float) -> list[Tone]:
    shape = harmony.voicing_of(plan.chords[plan.bars][0], centre)
    at = plan.bar_starts[plan.bars]
    return [Tone(at + 0.03 * index, plan.held, pitch, 0.55) for index, pitch in enumerate(shape)]


def _strum(plan: Plan, rng: Random, centre: float) -> list[Tone]:
    """Four chords a bar, short, the second and fourth a little louder."""
    tones = []
    for beat in range(plan.bars * plan.beats):
        shape = harmony.voicing_of(plan.chord_at(beat), centre)
        at = plan.exact(beat)
        loud = (0.5 if beat % 2 else 0.4) + rng.uniform(-0.04, 0.04)
        tones += [Tone(at + 0.007 * index, 0.2, pitch, loud) for index, pitch in enumerate(shape)]
    return [*tones, *_last_chord(plan, centre)]


def drum(plan: Plan, rng: Random) -> list[Stroke]:
    """Write the drums of the whole performance."""
    strokes: list[Stroke] = []
    feel = plan.recipe.form
    brushes = feel == "ballad" or (plan.recipe.tempo < 100 and feel in ("waltz", "aaba"))
    for bar in range(plan.bars):
        label = plan.section_at(bar).label
        if label == "intro" and plan.recipe.seed % 3 != 2:
            if plan.recipe.seed % 2:
                strokes += [
                    Stroke(plan.exact(bar * plan.beats + beat), "hihat", 0.5)
                    for beat in range(1, plan.beats, 2)
                ]
            continue
        if label == "fours" and (bar - plan.section_at(bar).start) % 8 >= 4:
            strokes += _alone(plan, rng, bar)
            continue
        strokes += _bar_of(plan, rng, bar, feel, brushes)
        if bar % 8 == 7 and not brushes and feel != "free":
            strokes += _fill(plan, rng, bar)
    end = plan.bar_starts[plan.bars]
    return [*strokes, Stroke(end, "crash" if not brushes else "ride", 0.7), Stroke(end, "kick", 0.8)]


def _bar_of(plan: Plan, rng: Random, bar: int, feel: str, brushes: bool) -> list[Stroke]:
    if feel == "free":
        return _splash(plan, rng, bar)
    if feel == "bossa" or "bass_guitar" in plan.recipe.lineup:
        return _straight(plan, rng, bar, rock=feel != "bossa")
    if feel == "stomp":
        return _press(plan, rng, bar)
    if brushes:
        return _stir(plan, bar)
    return _ride(plan, rng, bar)


def _ride(plan: Plan, rng: Random, bar: int) -> list[Stroke]:
    start, beats = bar * plan.beats, plan.beats
    strokes = [
        Stroke(plan.exact(start + beat) + rng.uniform(-0.004, 0.004), "ride", 0.75 + 0.15 * (beat % 2))
        for beat in range(beats)
    ]
    for beat in range(1, beats, 2):
        if rng.random() < 0.88:
            strokes.append(Stroke(plan.when(start + beat + 0.5), "ride", 0.5))
        strokes.append(Stroke(plan.exact(start + beat), "hihat", 0.7))
    if plan.recipe.tempo < 220:
        strokes += [Stroke(plan.exact(start + beat), "kick", 0.22) for beat in range(0, beats, 2)]
    for beat in range(beats):
        if rng.random() < 0.2:
            strokes.append(Stroke(plan.when(start + beat + 0.5), "snare", rng.choice((0.25, 0.3, 0.6))))
        elif rng.random() < 0.06:
            strokes.append(Stroke(plan.when(start + beat + 0.5), "kick", 0.6))
    return strokes


def _stir(plan: Plan, bar: int) -> list[Stroke]:
    """Brushes: the left hand stirs, the right hand taps."""
    start, beats = bar * plan.beats, plan.beats
    strokes = [Stroke(plan.exact(start + beat), "stir", 0.8 if beat % 2 else 0.6) for beat in range(beats)]
    strokes += [Stroke(plan.exact(start + beat), "tap", 0.5 + 0.2 * (beat % 2)) for beat in range(beats)]
    strokes += [Stroke(plan.when(start + beat + 0.5), "tap", 0.35) for beat in range(1, beats, 2)]
    return [
        *strokes,
        *(Stroke(plan.exact(start + beat), "hihat", 0.5) for beat in range(1, beats, 2)),
        Stroke(plan.exact(start), "kick", 0.25),
    ]


def _straight(plan: Plan, rng: Random, bar: int, rock: bool) -> list[Stroke]:
    start = bar * plan.beats
    strokes = [
        Stroke(plan.when(start + place / 2), "closed", 0.55 if place % 2 else 0.8)
        for place in range(plan.beats * 2)
    ]
    if rock:
        strokes += [Stroke(plan.exact(start + beat), "snare", 0.8) for beat in range(1, plan.beats, 2)]
        strokes += [
            Stroke(plan.when(start + beat), "kick", 0.85) for beat in (0, 2.5, rng.choice((1.5, 2, 3.5)))
        ]
        return strokes
    clave = (0, 1.5, 3) if bar % 2 == 0 else (1, 2.5)
    strokes += [Stroke(plan.when(start + beat), "rim", 0.6) for beat in clave]
    return [*strokes, *(Stroke(plan.when(start + beat), "kick", 0.5) for beat in (0, 1.5, 2, 3.5))]


def _press(plan: Plan, rng: Random, bar: int) -> list[Stroke]:
    """The old way: bass drum on one and three, snare rolls, a choked cymbal."""
    start = bar * plan.beats
    strokes = [
        Stroke(plan.exact(start + beat), "kick" if beat % 2 == 0 else "snare", 0.7 if beat % 2 == 0 else 0.5)
        for beat in range(4)
    ]
    strokes += [Stroke(plan.exact(start + beat), "choke", 0.6) for beat in (1, 3)]
    strokes += [
        Stroke(plan.when(start + beat + 0.5), "block", 0.45) for beat in range(4) if rng.random() < 0.5
    ]
    return strokes


def _splash(plan: Plan, rng: Random, bar: int) -> list[Stroke]:
    sounds = ("ride", "ride", "tom", "floor", "snare", "kick", "crash", "hihat", "block")
    count = rng.choice((2, 5, 9, 14))
    first, last = plan.bar_starts[bar], plan.bar_starts[bar + 1]
    return [Stroke(rng.uniform(first, last), rng.choice(sounds), rng.uniform(0.2, 0.8)) for _ in range(count)]


def _fill(plan: Plan, rng: Random, bar: int) -> list[Stroke]:
    start = bar * plan.beats + plan.beats - 2
    drums = rng.choice((("snare", "tom", "floor"), ("snare", "snare", "tom"), ("tom", "snare", "kick")))
    strokes = [
        Stroke(plan.exact(start + place / 3), drums[place // 2 % 3], 0.45 + place * 0.06)
        for place in range(6)
        if rng.random() < 0.75
    ]
    return [*strokes, Stroke(plan.bar_starts[bar + 1], "kick", 0.7)]


def _alone(plan: Plan, rng: Random, bar: int) -> list[Stroke]:
    """A bar of the drummer's own in the exchange: hands in triplets or eighths, feet keeping two and four."""
    start = bar * plan.beats
    strokes = [Stroke(plan.exact(start + beat), "hihat", 0.6) for beat in range(1, plan.beats, 2)]
    division = rng.choice((2, 3, 3, 4 if plan.recipe.tempo < 170 else 2))
    accents = rng.sample(range(plan.beats * division), k=min(5, plan.beats * division))
    for place in range(plan.beats * division):
        if rng.random() < 0.2:
            continue
        loud = place in accents
        sound = rng.choice(("tom", "floor", "snare", "kick")) if loud else "snare"
        strokes.append(
            Stroke(plan.exact(start + place / division), sound, 0.9 if loud else rng.uniform(0.3, 0.5))
        )
    return strokes
