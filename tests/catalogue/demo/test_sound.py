"""The synthesised performances: the same each time, in tune, neither silent nor clipped, as long as promised."""

import io
import wave
from dataclasses import replace
from hashlib import sha256
from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.demo import sound
from catalogue.demo.band import arrangement, harmony, instruments, score, winds
from catalogue.demo.band.score import Recipe, Tone

QUINTET = ("trumpet", "tenor_saxophone", "piano", "double_bass", "drums")
STOMPERS = ("cornet", "clarinet", "trombone", "banjo", "tuba", "drums")
TRIO = ("piano", "double_bass", "drums")


def _recipe(**changes: object) -> Recipe:
    return replace(Recipe(5, 148.0, "F", "blues", QUINTET, 1958, room="hall", seconds=40.0), **changes)


recipes = st.builds(
    Recipe,
    seed=st.integers(0, 10_000),
    tempo=st.floats(60, 280),
    key=st.sampled_from(sorted(harmony.PITCH_CLASSES)),
    form=st.sampled_from(sorted(score.FORMS)),
    lineup=st.lists(
        st.sampled_from(sorted(score.WINDS | set(score.CHORDAL) | set(score.BASSES) | {"drums"})),
        min_size=1,
        max_size=8,
    ).map(tuple),
    year=st.integers(1935, 1995),
    seconds=st.floats(30, 80),
    applause=st.booleans(),
)


def _loudest_frequency(samples: instruments.Samples, low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(samples, 1 << 17))
    hertz = np.fft.rfftfreq(1 << 17, 1 / sound.RATE)
    within = (hertz > low) & (hertz < high)
    return float(hertz[within][spectrum[within].argmax()])


def test_the_same_recipe_gives_the_same_samples() -> None:
    first = sha256(sound.wav_bytes(sound.render(_recipe()))).hexdigest()
    instruments.note.cache_clear()

    assert sha256(sound.wav_bytes(sound.render(_recipe()))).hexdigest() == first


def test_another_seed_gives_another_performance() -> None:
    one, other = sound.render(_recipe(lineup=TRIO)), sound.render(_recipe(lineup=TRIO, seed=6))

    assert one.size != other.size or not np.array_equal(one, other)


@pytest.mark.parametrize(
    "recipe",
    [
        _recipe(applause=True),
        _recipe(form="ballad", tempo=64.0, lineup=("tenor_saxophone", *TRIO), year=1961),
        _recipe(
            form="stomp",
            tempo=200.0,
            lineup=("cornet", "clarinet", "trombone", "banjo", "tuba", "drums"),
            year=1938,
        ),
        _recipe(
            form="free",
            tempo=120.0,
            lineup=("alto_saxophone", "bass_clarinet", "double_bass", "drums"),
            year=1972,
        ),
        _recipe(form="waltz", tempo=170.0, lineup=("piano",), year=1988, room="home"),
        _recipe(
            form="bossa", tempo=132.0, lineup=("vocals", "flute", "guitar", "double_bass", "drums"), year=1966
        ),
    ],
    ids=lambda recipe: f"{recipe.form} {recipe.year}",
)
def test_a_performance_is_neither_silent_nor_clipped_and_as_long_as_promised(recipe: Recipe) -> None:
    samples = sound.render(recipe)

    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    assert 0.85 < np.abs(samples).max() < 0.95
    assert np.sqrt((samples**2).mean()) > 0.04
    assert abs(samples.size / sound.RATE * 1000 - sound.duration_ms(recipe)) <= 1


@given(recipes)
def test_the_chapters_cover_the_performance_without_a_gap(recipe: Recipe) -> None:
    chapters = sound.chapters(recipe)

    assert chapters[0][0] == 0
    assert chapters[-1][1] == sound.duration_ms(recipe)
    assert all(end == start for (_, end, _, _), (start, _, _, _) in pairwise(chapters))
    assert all(who is None or 0 <= who < len(recipe.lineup) for _, _, _, who in chapters)


@given(recipes)
def test_nobody_plays_before_the_start_or_after_the_end(recipe: Recipe) -> None:
    plan = score.make(recipe)
    parts = arrangement.arrange(plan)

    tones = [tone for part in (*parts.melodies, *parts.chords) for tone in part.tones]
    assert all(0 <= tone.at < plan.seconds and tone.length > 0 for tone in tones)
    assert all(0 <= stroke.at < plan.seconds for stroke in parts.drums)


def test_a_solo_on_the_beat_stays_in_the_chord_or_the_blues() -> None:
    plan = score.make(_recipe(form="aaba", tempo=180.0, seconds=75.0))
    parts = arrangement.arrange(plan)
    solo = next(section for section in plan.course if section.label == "solo")
    first, last = plan.bar_starts[solo.start], plan.bar_starts[solo.start + solo.bars]
    player = next(part for part in parts.melodies if part.index == solo.soloist)

    beats = [(plan.exact(beat), beat) for beat in range(solo.start * 4, (solo.start + solo.bars) * 4)]
    heard = [
        harmony.is_consonant(tone.pitch, plan.chord_at(beat))
        for tone in player.tones
        if first <= tone.at < last
        for at, beat in beats
        if abs(tone.at - at) < 0.04
    ]
    assert len(heard) > 5
    assert sum(heard) / len(heard) > 0.9


@pytest.mark.parametrize("pitch", [28, 33, 40, 45])
def test_the_bass_sounds_at_the_pitch_it_plays(pitch: int) -> None:
    samples = instruments.note("double_bass", pitch, 1)

    expected = instruments.frequency(pitch)
    assert abs(_loudest_frequency(samples, expected * 0.6, expected * 1.5) / expected - 1) < 0.02


@pytest.mark.parametrize("name", sorted(winds.TIMBRES))
def test_a_wind_sounds_at_the_pitch_it_plays(name: str) -> None:
    low, high = arrangement.RANGES[name]
    pitch = (low + high) // 2
    samples = winds.line(name, (Tone(0.1, 1.2, pitch, 0.8),), 1.5, 1)

    expected = instruments.frequency(pitch)
    assert abs(_loudest_frequency(samples, expected * 0.7, expected * 1.4) / expected - 1) < 0.02


def test_instruments_have_colours_of_their_own() -> None:
    def decibels(name: str) -> instruments.Samples:
        samples = winds.line(name, (Tone(0.05, 1.2, 62, 0.8),), 1.4, 1)
        spectrum = np.abs(np.fft.rfft(samples, sound.RATE))
        peaks = np.array([spectrum[int(k * 293.66) - 9 : int(k * 293.66) + 10].max() for k in range(1, 16)])
        return np.asarray(20 * np.log10(peaks / peaks.max()))

    names = ("trumpet", "flugelhorn", "clarinet", "tenor_saxophone", "trombone", "vocals", "flute", "violin")
    apart = [float(np.abs(decibels(one) - decibels(other)).mean()) for one, other in combinations(names, 2)]

    assert min(apart) > 2.0


def test_a_written_course_is_played_as_written() -> None:
    course = (("head", 12, None, 126.0), ("solo", 12, 0, 124.0), ("head_out", 12, None, 122.0))
    marks = [(start, label) for start, _, label, _ in sound.chapters(_recipe(course=course, applause=True))]

    assert [label for _, label in marks] == ["head", "solo", "head_out", "applause"]
    assert abs(marks[1][0] - 250 - 12 * 4 * 60_000 / 126) < 2


def test_a_wave_file_holds_the_samples() -> None:
    samples = np.array([0.0, 0.5, -0.5], np.float32)

    with wave.open(io.BytesIO(sound.wav_bytes(samples))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (
            1,
            2,
            24_000,
            3,
        )


def test_the_form_closes_as_the_form_closes() -> None:
    assert harmony.sections_in("aaba", 6) == "AABABA"
    assert harmony.sections_in("blues", 3) == "AAA"


def test_voicings_stay_where_the_hand_is() -> None:
    rng = Random(1)
    for _ in range(200):
        chord = harmony.Chord(rng.randrange(12), rng.choice(sorted(harmony.QUALITIES)))
        assert abs(sum(harmony.voicing_of(chord, 60)) / 4 - 60) < 9
