"""Struck and plucked instruments: one note at a time, made once and kept.

All sounds are float32 arrays at `RATE` samples a second, about 1.0 at their loudest, ringing until they
are cut off by whoever places them.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 24_000


def frequency(pitch: float) -> float:
    """Return the frequency (Hz) of a MIDI pitch."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


@lru_cache(maxsize=4096)
def note(instrument: str, pitch: int, hard: int) -> Samples:
    """Make one note of a struck or plucked instrument; `hard` is the touch, 0 (soft) to 2."""
    return _MAKERS.get(instrument, _piano)(pitch, hard)


@lru_cache(maxsize=256)
def stroke(sound: str, kit: int) -> Samples:
    """Make one stroke of a drum kit; each kit is tuned a little differently."""
    return _KIT[sound](np.random.default_rng((kit, sum(sound.encode()))), 1 + 0.06 * (kit % 5 - 2))


def _time(seconds: float) -> Samples:
    return np.arange(int(seconds * RATE), dtype=np.float32) / np.float32(RATE)


def _partials(seconds: float, rows: list[tuple[float, float, float]]) -> Samples:
    """Add decaying sines: rows of frequency (Hz), amplitude, decay time (seconds to 1/e)."""
    t = _time(seconds)
    out = np.zeros(t.size, np.float32)
    for index, (hertz, amplitude, decay) in enumerate(rows):
        if hertz < RATE * 0.46:
            out += (
                np.float32(amplitude)
                * np.exp(t * np.float32(-1 / decay))
                * np.sin(t * np.float32(2 * np.pi * hertz) + np.float32(index * 1.7))
            )
    return out


def _finish(sound: Samples, attack: float, tail: float = 0.05) -> Samples:
    """Soften the first milliseconds and the last, and bring the peak to 1."""
    rise, fall = max(2, int(attack * RATE)), int(tail * RATE)
    sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    sound[-fall:] *= np.linspace(1, 0, fall, dtype=np.float32)
    return (sound / np.float32(max(1e-6, float(np.abs(sound).max())))).astype(np.float32)


def _noise(rng: np.random.Generator, seconds: float, low: float, high: float) -> Samples:
    """Return noise between two frequencies (Hz)."""
    size = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    spectrum *= 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 6)
    return np.fft.irfft(spectrum, size).astype(np.float32)


def _plucked(
    pitch: int, hard: int, place: float, slope: float, ring: float, damping: float, seconds: float
) -> Samples:
    """Pluck a string at `place` of its length: partials are missing there, and the high ones die first."""
    base = frequency(pitch)
    rows = []
    for k in range(1, 25):
        stretch = (1 + 0.00012 * k * k) ** 0.5
        amplitude = abs(np.sin(np.pi * k * place)) / k ** (slope - 0.15 * hard)
        rows.append((base * k * stretch, float(amplitude), ring / (1 + damping * k * (base / 110) ** 0.4)))
    return _partials(seconds, rows)


def _double_bass(pitch: int, hard: int) -> Samples:
    body = _plucked(pitch, hard, 0.22, 1.75, 1.1, 0.42, 1.6)
    t = _time(1.6)
    bloom = 1 - 0.45 * np.exp(-t / 0.05)  # the body answers a moment after the finger
    rng = np.random.default_rng(pitch)
    finger = _noise(rng, 1.6, 300, 1600) * np.exp(-t / 0.012) * np.float32(0.35 + 0.2 * hard)
    wood = np.sin(t * np.float32(2 * np.pi * 98)) * np.exp(-t / 0.04) * np.float32(0.25)
    return _finish((body / np.abs(body).max() * bloom + finger + wood).astype(np.float32), 0.004)


def _bass_guitar(pitch: int, hard: int) -> Samples:
    return _finish(_plucked(pitch, hard, 0.27, 1.2, 1.5, 0.30, 1.8), 0.003)


def _tuba(pitch: int, hard: int) -> Samples:
    base, t = frequency(pitch), _time(0.9)
    rows = [
        (base * k, k ** -(1.25 - 0.1 * hard) * (1.4 if 200 < base * k < 420 else 1), 5.0)
        for k in range(1, 14)
    ]
    shape = (1 - np.exp(-t / 0.03)) * (0.65 + 0.35 * np.exp(-t / 0.15))
    return _finish((_partials(0.9, rows) * shape).astype(np.float32), 0.01, 0.08)


def _piano(pitch: int, hard: int) -> Samples:
    base = frequency(pitch)
    stiff = 0.00035 * 2 ** ((pitch - 60) / 14)
    rows = []
    for k in range(1, 20):
        stretch = k * (1 + stiff * k * k) ** 0.5
        amplitude = (
            k ** -(1.6 - 0.2 * hard) * abs(np.sin(np.pi * k / 7.5)) * np.exp(-k * base / (2200 + 1100 * hard))
        )
        decay = 1.7 * (220 / base) ** 0.35 / (1 + 0.22 * k)
        rows += [(base * stretch, amplitude, decay), (base * stretch * 1.0011, amplitude * 0.7, decay * 1.3)]
    t = _time(2.0)
    hammer = (
        _noise(np.random.default_rng(pitch), 2.0, 180, 2200)
        * np.exp(-t / 0.014)
        * np.float32(0.12 + 0.08 * hard)
    )
    tone = _partials(2.0, rows)
    return _finish((tone / np.abs(tone).max() + hammer).astype(np.float32), 0.002)


def _electric_piano(pitch: int, hard: int) -> Samples:
    base, t = frequency(pitch), _time(2.0)
    bell = np.sin(t * np.float32(2 * np.pi * base * 14)) * np.exp(-t / 0.06) * np.float32(0.5 + 0.3 * hard)
    growl = np.sin(t * np.float32(2 * np.pi * base)) * np.exp(-t / 0.7) * np.float32(0.9 + 0.7 * hard)
    sound = np.sin(t * np.float32(2 * np.pi * base) + growl + bell * np.float32(0.3)) * np.exp(-t / 1.1)
    return _finish((sound * (1 + 0.18 * np.sin(t * np.float32(2 * np.pi * 5.2)))).astype(np.float32), 0.003)


def _organ(pitch: int, hard: int) -> Samples:
    base, t = frequency(pitch), _time(2.4)
    rows = [
        (base * k, level, 60.0)
        for k, level in ((0.5, 0.7), (1, 1.0), (1.5, 0.55), (2, 0.5), (3, 0.25), (4, 0.2 + 0.15 * hard))
    ]
    click = _noise(np.random.default_rng(pitch), 2.4, 800, 4000) * np.exp(-t / 0.004)
    turning = 1 + 0.14 * np.sin(t * np.float32(2 * np.pi * 6.3))
    return _finish((_partials(2.4, rows) * turning + click).astype(np.float32), 0.004)


def _guitar(pitch: int, hard: int) -> Samples:
    body = _plucked(pitch, hard, 0.21, 1.5, 1.3, 0.25, 1.6)
    t = _time(1.6)
    pick = _noise(np.random.default_rng(pitch), 1.6, 700, 3500) * np.exp(-t / 0.005) * np.float32(0.2)
    return _finish((body / np.abs(body).max() + pick).astype(np.float32), 0.003)


def _banjo(pitch: int, hard: int) -> Samples:
    return _finish(_plucked(pitch, hard, 0.09, 0.75, 0.28, 0.06, 0.7), 0.001)


def _vibraphone(pitch: int, hard: int) -> Samples:
    base, t = frequency(pitch), _time(2.4)
    rows = [
        (base, 1.0, 1.5),
        (base * 3.98, 0.22 + 0.12 * hard, 0.22),
        (base * 10.4, 0.10 + 0.06 * hard, 0.05),
    ]
    motor = 1 - 0.32 * (0.5 - 0.5 * np.cos(t * np.float32(2 * np.pi * 4.6)))
    return _finish((_partials(2.4, rows) * motor).astype(np.float32), 0.002)


def _accordion(pitch: int, hard: int) -> Samples:
    base, t = frequency(pitch), _time(2.0)
    rows = [
        (base * k * detune, k ** -(0.95 - 0.1 * hard), 60.0)
        for k in range(1, 14)
        for detune in (0.9965, 1.0, 1.0035)
    ]
    return _finish((_partials(2.0, rows) * (1 - np.exp(-t / 0.05))).astype(np.float32), 0.02, 0.1)


_MAKERS = {
    "double_bass": _double_bass,
    "bass_guitar": _bass_guitar,
    "tuba": _tuba,
    "piano": _piano,
    "electric_piano": _electric_piano,
    "organ": _organ,
    "guitar": _guitar,
    "banjo": _banjo,
    "vibraphone": _vibraphone,
    "accordion": _accordion,
}


def _cymbal(rng: np.random.Generator, seconds: float, low: float, decay: float, ping: float) -> Samples:
    """Metal: many partials that agree on nothing, over a wash of noise, with the tip of the stick on top."""
    rows = [
        (float(hertz), float(rng.uniform(0.3, 1)), decay * float(rng.uniform(0.5, 1.3)))
        for hertz in low + 9500 * rng.random(60) ** 1.5
    ]
    t = _time(seconds)
    wash = _noise(rng, seconds, 3500, 11500) * np.exp(-t / np.float32(decay * 0.7)) * np.float32(1.1)
    tip = _partials(seconds, [(2870.0, ping * 4, 0.09), (4130.0, ping * 3, 0.06), (5310.0, ping * 2, 0.05)])
    return _finish((_partials(seconds, rows) * np.float32(0.22) + wash + tip).astype(np.float32), 0.001, 0.2)


def _drumhead(
    rng: np.random.Generator, seconds: float, hertz: float, decay: float, bend: float, snares: float
) -> Samples:
    """A skin: a falling tone and its overtones, with snares or stick noise."""
    t = _time(seconds)
    phase = 2 * np.pi * hertz * (t + bend * 0.04 * (1 - np.exp(-t / 0.04)))
    tone = (np.sin(phase) + 0.45 * np.sin(phase * 1.59) + 0.2 * np.sin(phase * 2.14)) * np.exp(
        -t / np.float32(decay)
    )
    rattle = (
        _noise(rng, seconds, 1200, 9000)
        * np.exp(-t / np.float32(0.02 + 0.08 * snares))
        * np.float32(0.25 + 1.1 * snares)
    )
    return _finish((tone + rattle).astype(np.float32), 0.001)


def _hiss(
    rng: np.random.Generator, seconds: float, low: float, high: float, decay: float, attack: float
) -> Samples:
    t = _time(seconds)
    return _finish(
        (_noise(rng, seconds, low, high) * np.exp(-t / np.float32(decay))).astype(np.float32), attack, 0.02
    )


def _stir(rng: np.random.Generator, _tuning: float) -> Samples:
    t = _time(0.7)
    swell = np.sin(np.pi * np.minimum(t / np.float32(0.7), 1.0)) ** 2
    return np.asarray(_noise(rng, 0.7, 1200, 6500) * swell * np.float32(0.35), np.float32)


_KIT = {
    "ride": lambda rng, tuning: _cymbal(rng, 1.3, 420 * tuning, 0.42, 0.9),
    "crash": lambda rng, tuning: _cymbal(rng, 2.6, 320 * tuning, 1.0, 0.1),
    "choke": lambda rng, tuning: _cymbal(rng, 0.3, 500 * tuning, 0.06, 0.2),
    "hihat": lambda rng, tuning: _hiss(rng, 0.14, 4200 * tuning, 11000, 0.03, 0.002),
    "closed": lambda rng, tuning: _hiss(rng, 0.10, 5200 * tuning, 11500, 0.022, 0.001),
    "snare": lambda rng, tuning: _drumhead(rng, 0.35, 188 * tuning, 0.07, 0.5, 0.8),
    "tom": lambda rng, tuning: _drumhead(rng, 0.7, 142 * tuning, 0.2, 1.2, 0.1),
    "floor": lambda rng, tuning: _drumhead(rng, 0.9, 92 * tuning, 0.28, 1.2, 0.08),
    "kick": lambda rng, tuning: _drumhead(rng, 0.5, 56 * tuning, 0.12, 2.5, 0.02),
    "rim": lambda rng, tuning: _drumhead(rng, 0.12, 820 * tuning, 0.018, 0.0, 0.1),
    "block": lambda rng, tuning: _drumhead(rng, 0.15, 1080 * tuning, 0.03, 0.0, 0.02),
    "tap": lambda rng, _tuning: _hiss(rng, 0.12, 900, 6000, 0.03, 0.004),
    "stir": _stir,
}
