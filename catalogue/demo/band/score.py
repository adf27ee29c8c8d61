"""The plan of a performance: its recipe, its course in sections, its chords bar by bar and its clock.

Everything here is arithmetic on bars and beats; no sound is made.
"""

from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import NamedTuple

from catalogue.demo.band import harmony
from catalogue.demo.band.harmony import Chord

WINDS = frozenset(
    (
        *(
            "trumpet",
            "flugelhorn",
            "cornet",
            "trombone",
            "clarinet",
            "bass_clarinet",
            "flute",
            "vocals",
            "violin",
        ),
        *("soprano_saxophone", "alto_saxophone", "tenor_saxophone", "baritone_saxophone"),
    )
)
CHORDAL = ("piano", "electric_piano", "organ", "guitar", "vibraphone", "banjo", "accordion")
_SOLOISTS = frozenset(CHORDAL) - {"banjo"}
BASSES = ("double_bass", "bass_guitar", "tuba")
FORMS = frozenset(harmony.CHARTS)
ROOM_TO_CLAP = 19.2  # seconds of applause after a written course
LINGER = 1.6  # bars the last chord is held, within limits


class Section(NamedTuple):
    """A stretch of the performance: label key, start and length in bars, who has the word, beats a minute."""

    label: str
    start: int
    bars: int
    soloist: int | None
    tempo: float


class Tone(NamedTuple):
    """One note: its second, seconds long, MIDI pitch, loudness 0-1, whether slurred to the one before."""

    at: float
    length: float
    pitch: float
    loudness: float
    slurred: bool = False


@dataclass(frozen=True)
class Recipe:
    """All that a performance is made from. The same recipe gives the same samples."""

    seed: int
    tempo: float  # beats a minute
    key: str
    form: str
    lineup: tuple[str, ...]  # instrument codes, front line first
    year: int
    room: str = "studio"  # studio, home, club, hall, church, park
    seconds: float = 50.0  # wished for; the form decides (see `Plan.seconds`)
    applause: bool = False
    solos: tuple[int, ...] = ()  # indices into the line-up; empty: whoever the leader points at
    course: tuple[
        tuple[str, int, int | None, float], ...
    ] = ()  # label, bars, soloist, tempo; empty: worked out


@dataclass(frozen=True)
class Plan:
    """A recipe with its course worked out."""

    recipe: Recipe
    course: tuple[Section, ...]
    letters: str
    swing: float
    applause: float = field(default=0.0)

    @property
    def beats(self) -> int:
        """Return the beats in a bar."""
        return harmony.BEATS_PER_BAR.get(self.recipe.form, 4)

    @property
    def bars(self) -> int:
        """Return the number of bars up to the last chord."""
        return self.course[-1].start + self.course[-1].bars

    @cached_property
    def bar_starts(self) -> list[float]:
        """Return the second at which each bar starts, then that of the last chord and of its end."""
        starts = [0.25]
        for section in self.course:
            for _ in range(section.bars):
                starts.append(starts[-1] + 60 / section.tempo * self.beats)
        return [*starts, starts[-1] + _held(60 / self.course[-1].tempo * self.beats)]

    @property
    def held(self) -> float:
        """Return how long the last chord is held, in seconds."""
        return self.bar_starts[-1] - self.bar_starts[-2]

    @property
    def seconds(self) -> float:
        """Return the whole length, applause included."""
        return self.bar_starts[-1] + (self.applause or 0.7)

    @cached_property
    def chords(self) -> list[tuple[Chord, Chord]]:
        """Return the two half-bar chords of every bar; the bar after the last is the closing chord."""
        chart = _chart_of(self.recipe)
        shift = harmony.PITCH_CLASSES[self.recipe.key]
        chorus = [bar for letter in self.letters for bar in harmony.read_chart(chart[letter], shift)]
        bars = [chorus[self.form_bar(bar) % len(chorus)] for bar in range(self.bars)]
        return [*bars, *harmony.read_chart(chart["end"], shift)]

    def section_at(self, bar: int) -> Section:
        """Return the section that a bar belongs to."""
        return next(section for section in reversed(self.course) if section.start <= bar)

    def form_bar(self, bar: int) -> int:
        """Return the bar counted from the top of the form; an intro counts down to it."""
        if self.recipe.course:  # a written course sends every section off from the top
            return bar - self.section_at(bar).start
        return bar - (self.course[0].bars if self.course[0].label == "intro" else 0)

    def letter(self, bar: int) -> str:
        """Return the section letter in which a bar falls."""
        size = len(_chart_of(self.recipe)["A"].split())
        return self.letters[self.form_bar(bar) // size % len(self.letters)]

    def chord_at(self, beat: float) -> Chord:
        """Return the chord that sounds at a beat counted from the start."""
        bar, rest = divmod(beat, self.beats)
        halves = self.chords[min(int(bar), self.bars)]
        return halves[1] if rest >= self.beats / 2 else halves[0]

    def when(self, beat: float) -> float:
        """Return the second at which a beat falls, with the off-beats swung."""
        whole = int(beat)
        rest = beat - whole
        swung = rest * 2 * self.swing if rest <= 0.5 else self.swing + (rest - 0.5) * 2 * (1 - self.swing)
        return self.exact(whole + swung)

    def exact(self, beat: float) -> float:
        """Return the second at which a beat falls, not swung (triplets, fills)."""
        bar, rest = divmod(beat, self.beats)
        index = min(int(bar), self.bars)
        start, end = self.bar_starts[index], self.bar_starts[index + 1]
        return start + (end - start) * rest / self.beats


def _held(bar: float) -> float:
    return max(1.8, min(3.4, bar * LINGER))


def make(recipe: Recipe) -> Plan:
    """Work out the course of a performance."""
    rng = Random(f"plan {recipe.seed}")
    swing = _swing(recipe)
    applause = rng.uniform(4.5, 7.5) if recipe.applause else 0.0
    if recipe.course:
        course = _as_written(recipe)
        size = len(_chart_of(recipe)["A"].split())
        return Plan(
            recipe,
            course,
            harmony.sections_in(recipe.form, max(1, course[0].bars // size)),
            swing,
            ROOM_TO_CLAP if applause else 0.0,
        )
    return _worked_out(recipe, rng, swing, applause)


def _as_written(recipe: Recipe) -> tuple[Section, ...]:
    sections, start = [], 0
    for label, bars, soloist, tempo in recipe.course:
        sections.append(Section(label, start, bars, soloist, tempo))
        start += bars
    return tuple(sections)


def _worked_out(recipe: Recipe, rng: Random, swing: float, applause: float) -> Plan:
    beats = harmony.BEATS_PER_BAR.get(recipe.form, 4)
    bar = 60 / recipe.tempo * beats
    size = len(_chart_of(recipe)["A"].split())
    has_rhythm = len(recipe.lineup) > 1 and any(name in CHORDAL for name in recipe.lineup)
    intro = _intro(bar, rng) if has_rhythm else 0
    room_for = (recipe.seconds - applause - intro * bar - _held(bar)) / bar
    units = max(1, round(room_for / size))
    letters = harmony.sections_in(recipe.form, units)
    sections = [Section("intro", 0, intro, None, recipe.tempo)] if intro else []
    for label, bars, soloist in _allot(recipe, rng, units * size):
        start = sections[-1].start + sections[-1].bars if sections else 0
        sections.append(Section(label, start, bars, soloist, recipe.tempo))
    return Plan(recipe, tuple(sections), letters, swing, applause)


def _intro(bar: float, rng: Random) -> int:
    """Choose how many bars the piano or the drums play before the theme."""
    if bar * 4 < 9 and rng.random() < 0.6:
        return 4
    return 2 if rng.random() < 0.4 and bar < 2.6 else 0


def _allot(recipe: Recipe, rng: Random, bars: int) -> list[tuple[str, int, int | None]]:
    """Share the bars of the form out between theme, solos and exchange, in fours."""
    fours = bars // 4
    if fours <= 2:
        first = (recipe.solos or _soloists(recipe, rng))[0]
        return [("head", 4, None), ("solo", bars - 4, first)] if bars > 4 else [("head", bars, None)]
    opening = {3: 1, 4: 2, 5: 2, 6: 2}.get(
        fours, 3 if recipe.form.endswith("blues") else 4 if fours >= 12 else 2
    )
    closing = 1 if fours <= 4 else 2
    left = fours - opening - closing
    trading = 2 if _trades(recipe, rng) and left >= 5 else 0
    soloists = (recipe.solos or _soloists(recipe, rng))[: max(1, (left - trading) // (2 if left > 4 else 1))]
    shares = _shares(left - trading, len(soloists))
    course: list[tuple[str, int, int | None]] = [("head", opening * 4, None)]
    course += [("solo", share * 4, who) for who, share in zip(soloists, shares, strict=True)]
    if trading:
        course.append(("fours", trading * 4, soloists[0]))
    return [*course, ("head_out", closing * 4, None)]


def _shares(fours: int, players: int) -> list[int]:
    return [fours // players + (1 if player < fours % players else 0) for player in range(players)]


def _trades(recipe: Recipe, rng: Random) -> bool:
    return (
        "drums" in recipe.lineup
        and recipe.form in ("blues", "aaba", "minor_blues", "modal")
        and rng.random() < 0.55
    )


def _soloists(recipe: Recipe, rng: Random) -> tuple[int, ...]:
    melodic = [index for index, name in enumerate(recipe.lineup) if name in WINDS or name in _SOLOISTS]
    rng.shuffle(melodic)
    bass = [index for index, name in enumerate(recipe.lineup) if name == "double_bass"]
    bass_too = len(melodic) < 2 and rng.random() < 0.5
    return tuple(melodic + bass if bass_too else melodic) or tuple(bass) or (0,)


def _swing(recipe: Recipe) -> float:
    """Return where the off-beat falls: at two thirds of the beat in medium tempo, nearly even when fast."""
    if recipe.form in ("bossa", "free") or "bass_guitar" in recipe.lineup:
        return 0.5
    return max(0.55, min(0.667, 0.667 - (recipe.tempo - 130) * 0.0009))


def _chart_of(recipe: Recipe) -> dict[str, str]:
    charts = harmony.CHARTS[recipe.form]
    return charts[recipe.seed % len(charts)]
