"""Winds, voice and bow: they sing, so a whole line is made at once, gliding from note to note on one breath.

A line is a curve of pitch and loudness at a low rate, read through two wave tables, mellow and bright, that
loudness crossfades.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from catalogue.demo.band.instruments import RATE, Samples, frequency
from catalogue.demo.band.score import Tone

HOP = 24  # samples between two points of a control curve: 1 ms
TABLE = 4096
LOWEST, HIGHEST = 30, 96


@dataclass(frozen=True)
class Timbre:
    """How an instrument sounds: harmonics fall as k^-slope, are lifted by formants, cut above `top` (Hz)."""

    slope: float
    bright: float  # taken off the slope when loud
    formants: tuple[tuple[float, float, float], ...]  # Hz, width, gain
    top: float
    attack: float  # seconds
    vibrato: float  # semitones
    rate: float  # Hz
    breath: float
    scoop: float  # semitones below, at the start of a phrase
    glide: float = 0.018  # seconds
    even: float = 1.0  # strength of the even harmonics


TIMBRES = {
    "trumpet": Timbre(
        0.95, 0.6, ((1200, 500, 2.2), (2300, 600, 0.9)), 5200, 0.022, 0.2, 5.4, 0.004, 0.25, 0.012
    ),
    "cornet": Timbre(1.15, 0.55, ((1050, 500, 1.9),), 4200, 0.024, 0.26, 5.8, 0.0056, 0.3, 0.014),
    "flugelhorn": Timbre(1.7, 0.45, ((800, 400, 1.6),), 3000, 0.03, 0.16, 5.0, 0.01, 0.2, 0.02),
    "trombone": Timbre(
        1.15, 0.55, ((520, 260, 1.9), (1500, 500, 0.5)), 3400, 0.035, 0.22, 5.0, 0.0072, 0.5, 0.035
    ),
    "clarinet": Timbre(
        1.15, 0.35, ((1500, 700, 0.8), (3700, 700, 0.4)), 5200, 0.02, 0.13, 5.6, 0.0056, 0.2, 0.012, 0.16
    ),
    "bass_clarinet": Timbre(
        0.95, 0.35, ((700, 400, 0.8), (1900, 600, 0.5)), 3800, 0.028, 0.1, 4.8, 0.008, 0.2, 0.016, 0.2
    ),
    "soprano_saxophone": Timbre(
        1.05, 0.4, ((1300, 500, 1.4), (2800, 700, 0.8)), 6000, 0.018, 0.24, 5.6, 0.008, 0.35
    ),
    "alto_saxophone": Timbre(
        1.0, 0.4, ((850, 380, 1.5), (1900, 600, 1.1), (3300, 800, 0.5)), 5600, 0.016, 0.22, 5.5, 0.0088, 0.4
    ),
    "tenor_saxophone": Timbre(
        1.1,
        0.4,
        ((560, 260, 1.5), (1250, 420, 1.3), (2700, 700, 0.5)),
        4600,
        0.02,
        0.22,
        5.2,
        0.0104,
        0.45,
        0.022,
    ),
    "baritone_saxophone": Timbre(
        0.9, 0.35, ((380, 200, 1.2), (900, 350, 1.4), (2100, 600, 0.6)), 3600, 0.024, 0.16, 4.8, 0.012, 0.35
    ),
    "flute": Timbre(2.3, 0.5, ((900, 500, 0.5),), 5000, 0.035, 0.14, 5.2, 0.044, 0.1, 0.015),
    "vocals": Timbre(
        1.5,
        0.3,
        ((640, 160, 3.0), (1080, 220, 2.2), (2850, 350, 0.9)),
        4600,
        0.045,
        0.32,
        5.3,
        0.012,
        0.7,
        0.045,
    ),
    "violin": Timbre(
        1.0,
        0.25,
        ((480, 200, 0.9), (1300, 500, 0.9), (2700, 700, 1.1)),
        6500,
        0.045,
        0.28,
        6.0,
        0.0048,
        0.25,
        0.03,
    ),
}


@lru_cache(maxsize=16)
def _tables(name: str) -> NDArray[np.float32]:
    """Return the wave tables of an instrument, mellow (0) and bright (1) for each semitone, end to end."""
    timbre = TIMBRES[name]
    rng = np.random.default_rng(sum(name.encode()))
    turn = rng.uniform(-0.9, 0.9, 80)
    rows = [
        _cycle(timbre, frequency(pitch), loud, turn) for loud in (0, 1) for pitch in range(LOWEST, HIGHEST)
    ]
    return np.concatenate(rows).astype(np.float32)


def _cycle(timbre: Timbre, base: float, loud: int, turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """One period: sines by number, weighted by fall-off, formants and the instrument's upper limit."""
    count = max(1, min(70, int(RATE * 0.45 / base)))
    k = np.arange(1, count + 1)
    hertz = k * base
    level = k ** -(timbre.slope - timbre.bright * loud)
    lift = sum(gain * np.exp(-(((hertz - centre) / width) ** 2)) for centre, width, gain in timbre.formants)
    weight = level * (1 + lift) / (1 + (hertz / (timbre.top * (0.62 + 0.5 * loud))) ** 4)
    weight[1::2] *= timbre.even + (1 - timbre.even) * min(1.0, base / 900)
    spectrum = np.zeros(TABLE // 2 + 1, complex)
    spectrum[1 : count + 1] = weight * np.exp(1j * (turn[:count] - np.pi / 2))
    wave = np.fft.irfft(spectrum, TABLE)
    return np.asarray(wave / np.sqrt((wave**2).mean()) * 0.25)


def line(name: str, tones: tuple[Tone, ...], seconds: float, seed: int) -> Samples:
    """Play a line on one instrument; the result is `seconds` long."""
    timbre = TIMBRES[name]
    out = np.zeros(int(seconds * RATE) + HOP, np.float32)
    rng = np.random.default_rng((seed, sum(name.encode())))
    for phrase in _phrases(tones):
        first = max(0, int((phrase[0].at - 0.03) * 1000))
        sound = _breathe(timbre, name, phrase, first, rng)
        start = first * HOP
        size = min(sound.size, out.size - start)
        if size > 0:
            out[start : start + size] += sound[:size]
    return out[: int(seconds * RATE)]


def _phrases(tones: tuple[Tone, ...]) -> list[list[Tone]]:
    """Split a line where the player breathes: at every silence of more than 0.15 s."""
    phrases: list[list[Tone]] = []
    for tone in tones:
        if phrases and tone.at - (phrases[-1][-1].at + phrases[-1][-1].length) < 0.15:
            phrases[-1].append(tone)
        else:
            phrases.append([tone])
    return phrases


def _breathe(timbre: Timbre, name: str, phrase: list[Tone], first: int, rng: np.random.Generator) -> Samples:
    """Make one phrase: curves at 1 ms, then samples."""
    size = max(int((tone.at + tone.length) * 1000) for tone in phrase) - first + 120
    pitch, loud = _curves(timbre, phrase, first, size, rng)
    table = _tables(name)
    row = np.clip(np.round(pitch).astype(np.int64) - LOWEST, 0, HIGHEST - LOWEST - 1)
    step = (440.0 * 2.0 ** ((pitch - 69.0) / 12.0) * (TABLE / RATE)).astype(np.float32)
    phase = np.cumsum(np.repeat(step, HOP), dtype=np.float64).astype(np.int64) & (TABLE - 1)
    place = phase + np.repeat(row * TABLE, HOP)
    mellow, bright = table[place], table[place + (HIGHEST - LOWEST) * TABLE]
    level = _smooth(loud)
    mix = np.minimum(level, np.float32(1.0)) ** 2 * np.float32(0.8)
    sound = (mellow + (bright - mellow) * mix) * level
    air = rng.standard_normal(sound.size, dtype=np.float32)
    air[1:] += air[:-1] * np.float32(0.7)
    return np.asarray(sound + air * (level * np.float32(timbre.breath)), np.float32)


def _smooth(curve: NDArray[np.float64]) -> Samples:
    """Bring a control curve to the sample rate along straight lines."""
    ahead = np.append(curve[1:], curve[-1])
    ramp = np.arange(HOP, dtype=np.float32) / np.float32(HOP)
    points = curve.astype(np.float32)
    return (points[:, None] + (ahead - curve).astype(np.float32)[:, None] * ramp[None, :]).ravel()


def _curves(
    timbre: Timbre, phrase: list[Tone], first: int, size: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pitch (semitones) and loudness (0-1) of a phrase, a point a millisecond."""
    pitch, loud, vibrato = np.full(size, phrase[0].pitch, float), np.zeros(size), np.zeros(size)
    for index, tone in enumerate(phrase):
        start = max(0, int(tone.at * 1000) - first)
        last = index == len(phrase) - 1
        until = size if last else max(start + 1, int(phrase[index + 1].at * 1000) - first)
        stop = min(start + int(tone.length * 1000), size if last else until)
        pitch[start:until] = tone.pitch
        if not tone.slurred and (index == 0 or tone.length > 0.35):
            bend = np.arange(min(90, until - start))
            pitch[start : start + bend.size] -= timbre.scoop * np.exp(-bend / 28)
        loud[start:stop] = _swell(timbre, tone, stop - start)
        late = np.clip((np.arange(stop - start) - 180) / 260, 0, 1)
        vibrato[start:stop] = late * timbre.vibrato
    kernel = np.hanning(max(3, int(timbre.glide * 2000)))
    kernel /= kernel.sum()
    edge = kernel.size
    pitch = np.convolve(np.pad(pitch, edge, mode="edge"), kernel, mode="same")[edge:-edge]
    loud = np.convolve(loud, np.hanning(13) / 6, mode="same")
    wander = np.cumsum(rng.standard_normal(size)) * 0.0009
    wave = np.sin(np.arange(size) * (2 * np.pi * timbre.rate / 1000) + rng.uniform(0, 6))
    return pitch + vibrato * wave * 0.5 + np.clip(wander, -0.08, 0.08), np.clip(loud, 0, 1) * (
        1 + vibrato * wave * 0.25
    )


def _swell(timbre: Timbre, tone: Tone, size: int) -> NDArray[np.float64]:
    """Shape one note: tongued notes start with a push, slurred ones lean, long ones grow before they end."""
    t = np.arange(size)
    attack = timbre.attack * 1000
    push = 1 + 0.35 * np.exp(-t / 45) if not tone.slurred else 1 + 0.08 * np.exp(-t / 60)
    rise = 1 - np.exp(-t / (attack * 0.5)) * (0.35 if tone.slurred else 1.0)
    fall = np.clip((size - t) / min(60.0, max(12.0, size * 0.25)), 0, 1)
    grow = 0.62 + 0.38 * np.sin(np.pi * (t / max(size, 1)) ** 0.8) if size > 450 else 0.9
    return np.asarray(tone.loudness * push * rise * fall * grow)
