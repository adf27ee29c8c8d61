"""Plays a recipe from first beat to last handclap. The same recipe gives the same samples."""

import io
import wave

import numpy as np

from catalogue.demo.band import arrangement, instruments, rooms, score, winds
from catalogue.demo.band.arrangement import Arrangement, Part
from catalogue.demo.band.instruments import RATE, Samples
from catalogue.demo.band.score import WINDS, Plan, Recipe, Tone

HOP = 60  # samples that share one point of the gain curve: 2.5 ms, too short to hear a step

# How loud each player is in the mix.
_LEVELS = {
    "trumpet": 0.52,
    "cornet": 0.52,
    "flugelhorn": 0.56,
    "trombone": 0.56,
    "clarinet": 0.50,
    "bass_clarinet": 0.60,
    "soprano_saxophone": 0.46,
    "alto_saxophone": 0.52,
    "tenor_saxophone": 0.58,
    "baritone_saxophone": 0.58,
    "flute": 0.55,
    "vocals": 0.62,
    "violin": 0.42,
    "piano": 0.36,
    "electric_piano": 0.36,
    "organ": 0.22,
    "guitar": 0.40,
    "vibraphone": 0.36,
    "accordion": 0.22,
    "banjo": 0.24,
    "double_bass": 0.66,
    "bass_guitar": 0.46,
    "tuba": 0.42,
}
_STROKES = {
    "ride": 0.105,
    "crash": 0.16,
    "choke": 0.12,
    "hihat": 0.10,
    "closed": 0.07,
    "snare": 0.20,
    "tom": 0.30,
    "floor": 0.34,
    "kick": 0.34,
    "rim": 0.12,
    "block": 0.11,
    "tap": 0.10,
    "stir": 0.10,
}


def render(recipe: Recipe) -> Samples:
    """Play a recipe; return mono samples between -1 and 1 at `RATE` a second."""
    plan = score.make(recipe)
    parts = arrangement.arrange(plan)
    seconds = plan.seconds
    mix = np.zeros(int(seconds * RATE) + RATE * 3, np.float32)
    _play_melodies(mix, plan, parts)
    _play_rhythm(mix, plan, parts)
    mix *= _gain_curve(plan, mix.size)
    if plan.applause:
        clapping = rooms.applause(int(plan.applause * 10) + 12, recipe.seed % 6)
        start = int((plan.bar_starts[-1] - 1.2) * RATE)
        mix[start : start + clapping.size] += clapping * np.float32(0.34)
    carrier = rooms.carrier_of(recipe.year)
    placed = rooms.place(mix[: int(seconds * RATE)], recipe.room, carrier, recipe.seed % 5)
    placed += rooms.surface(placed.size, carrier, recipe.seed)
    return rooms.level(placed, seconds)


def duration_ms(recipe: Recipe) -> int:
    """Return how long the performance lasts, in milliseconds, without playing it."""
    return int(score.make(recipe).seconds * RATE) * 1000 // RATE


def chapters(recipe: Recipe) -> list[tuple[int, int, str, int | None]]:
    """Return the course: start and end in milliseconds, label key, index of the soloist in the line-up."""
    plan = score.make(recipe)
    marks = [0, *(round(plan.bar_starts[section.start] * 1000) for section in plan.course[1:])]
    if plan.applause:
        marks.append(round((plan.bar_starts[-1] - 0.9) * 1000))
    labels = [(section.label, section.soloist) for section in plan.course] + (
        [("applause", None)] if plan.applause else []
    )
    ends = [*marks[1:], duration_ms(recipe)]
    return [(start, end, label, who) for start, end, (label, who) in zip(marks, ends, labels, strict=True)]


def wav_bytes(samples: Samples, rate: int = RATE) -> bytes:
    """Write samples as a WAV file, 16 bit PCM, mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def _gain_curve(plan: Plan, size: int) -> Samples:
    points = arrangement.dynamics(plan)
    coarse = np.interp(
        np.arange(-(-size // HOP)) * (HOP / RATE), [at for at, _ in points], [gain for _, gain in points]
    )
    return np.repeat(coarse.astype(np.float32), HOP)[:size]


def _play_melodies(mix: Samples, plan: Plan, parts: Arrangement) -> None:
    crowd = max(1.0, len([part for part in parts.melodies if part.instrument in WINDS]) / 2) ** 0.5
    for part in parts.melodies:
        gain = _LEVELS[part.instrument]
        if part.instrument in WINDS:
            sung = winds.line(part.instrument, part.tones, plan.seconds, plan.recipe.seed + part.index)
            mix[: sung.size] += sung * np.float32(gain / crowd)
        else:
            _strike(mix, part, gain * 0.8)


def _play_rhythm(mix: Samples, plan: Plan, parts: Arrangement) -> None:
    for part in parts.chords:
        _strike(mix, part, _LEVELS[part.instrument] * 0.62)
    if parts.bass:
        _strike(mix, parts.bass, _LEVELS[parts.bass.instrument] * 0.82)
    kit = plan.recipe.seed % 5
    for stroke in parts.drums:
        sound = instruments.stroke(stroke.sound, kit)
        start = max(0, int(stroke.at * RATE))
        room = mix[start : start + sound.size]
        room += sound[: room.size] * np.float32(stroke.loudness * _STROKES[stroke.sound])


def _strike(mix: Samples, part: Part, gain: float) -> None:
    """Place struck notes, each cut off where it ends."""
    for tone in part.tones:
        hard = min(2, int(tone.loudness * 3))
        sound = instruments.note(part.instrument, round(tone.pitch), hard)
        _cut(mix, sound, tone, gain * (0.35 + 0.65 * tone.loudness))


def _cut(mix: Samples, sound: Samples, tone: Tone, gain: float) -> None:
    release = 1200
    start, size = max(0, int(tone.at * RATE)), min(sound.size, int(tone.length * RATE) + release)
    piece = sound[:size] * np.float32(gain)
    if size < sound.size:
        piece[-release:] *= _RELEASE
    room = mix[start : start + size]
    room += piece[: room.size]


_RELEASE = (np.cos(np.linspace(0, np.pi, 1200)) * 0.5 + 0.5).astype(np.float32)
