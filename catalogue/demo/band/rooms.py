"""What stands between band and listener: the room, the microphone's reach, tape or shellac, and applause."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from catalogue.demo.band.instruments import RATE, Samples

BLOCK = 131_072


@dataclass(frozen=True)
class Carrier:
    """The sound of a recording medium: the band it keeps (Hz) and the noise it adds (of full scale)."""

    low: float
    high: float
    hiss: float
    crackle: float
    hum: float


# Reverberation time (s) and how much of it the microphone gets.
ROOMS = {
    "studio": (0.35, 0.16),
    "home": (0.28, 0.12),
    "club": (0.55, 0.22),
    "hall": (1.5, 0.30),
    "church": (2.6, 0.38),
    "park": (0.18, 0.10),
}


def carrier_of(year: int) -> Carrier:
    """Return the medium of a year: discs, then radio tape, then studio tape, then nearly nothing."""
    if year < 1949:
        return Carrier(130, 4700, 0.0045, 0.05, 0.0015)
    if year < 1957:
        return Carrier(80, 7200, 0.0030, 0.0, 0.0012)
    if year < 1968:
        return Carrier(50, 9500, 0.0020, 0.0, 0.0006)
    if year < 1984:
        return Carrier(40, 10500, 0.0016, 0.0, 0.0004)
    return Carrier(30, 11600, 0.0005, 0.0, 0.0)


@lru_cache(maxsize=64)
def _response(room: str, carrier: Carrier, lively: int) -> NDArray[np.complex64]:
    """Return the spectrum of room and medium together: one multiplication does both."""
    seconds, wet = ROOMS[room]
    rng = np.random.default_rng((lively, sum(room.encode())))
    size = int(min(seconds * 1.1, 2.2) * RATE)
    t = np.arange(size) / RATE
    tail = rng.standard_normal(size) * np.exp(-6.9 * t / seconds)
    tail[: int(0.012 * RATE)] = 0
    for delay in rng.uniform(0.008, 0.05, 7):
        tail[int(delay * RATE)] += rng.choice((-1, 1)) * 4.0
    hertz = np.fft.rfftfreq(BLOCK, 1 / RATE)
    dark = 1 / (1 + (hertz / 3800) ** 2) * (hertz / (hertz + 140))
    spectrum = np.fft.rfft(tail / np.sqrt((tail**2).sum()), BLOCK) * dark * wet * 1.6
    keep = (
        1 / np.sqrt(1 + (carrier.low / np.maximum(hertz, 1)) ** 4) / np.sqrt(1 + (hertz / carrier.high) ** 10)
    )
    presence = 1 + (0.5 if carrier.crackle else 0.15) * np.exp(-(((hertz - 2300) / 1200) ** 2))
    return np.asarray((1 + spectrum) * keep * presence, np.complex64)


def place(sound: Samples, room: str, carrier: Carrier, lively: int) -> Samples:
    """Put a dry sound into a room and through a medium (overlap-add, one block size for all)."""
    response = _response(room, carrier, lively)
    tail = int(min(ROOMS[room][0] * 1.1, 2.2) * RATE)
    hop = BLOCK - tail - 512
    blocks = -(-sound.size // hop)
    padded = np.zeros((blocks, BLOCK), np.float32)
    for index in range(blocks):
        piece = sound[index * hop : (index + 1) * hop]
        padded[index, : piece.size] = piece
    shaped = np.fft.irfft(np.fft.rfft(padded) * response, BLOCK)
    out = np.zeros(blocks * hop + BLOCK, np.float32)
    for index in range(blocks):
        out[index * hop : index * hop + BLOCK] += shaped[index]
    return out[: sound.size]


@lru_cache(maxsize=1)
def _long_noise() -> Samples:
    return np.random.default_rng(78).standard_normal(RATE * 11, dtype=np.float32)


@lru_cache(maxsize=4)
def _shellac(groove: int) -> Samples:
    """One turn of a worn disc at 78 revolutions a minute: ticks that come round again."""
    rng = np.random.default_rng(groove)
    turn = np.zeros(int(RATE * 60 / 78), np.float32)
    for at in rng.integers(0, turn.size - 40, 26):
        turn[at : at + 6] += np.float32(rng.normal(0, 1)) * np.exp(-np.arange(6, dtype=np.float32) / 2)
    return turn


def surface(size: int, carrier: Carrier, seed: int) -> Samples:
    """Return the noise of the medium, `size` samples of it."""
    long = _long_noise()
    noise = np.resize(np.roll(long, seed * 977 % long.size), size) * np.float32(carrier.hiss)
    if carrier.hum:
        t = np.arange(size, dtype=np.float32) * np.float32(2 * np.pi * 50 / RATE)
        noise += np.sin(t) * np.float32(carrier.hum)
    if carrier.crackle:
        rng = np.random.default_rng(seed)
        noise += np.resize(_shellac(seed % 4), size) * np.float32(carrier.crackle * 0.6)
        ticks = rng.integers(0, size, size // 700)
        noise[ticks] += (
            rng.standard_normal(ticks.size) * carrier.crackle * rng.random(ticks.size) ** 3
        ).astype(np.float32)
    return noise


@lru_cache(maxsize=8)
def applause(seconds_x10: int, house: int) -> Samples:
    """Let a house clap: some forty pairs of hands, each at its own pace, thinning out at the end."""
    rng = np.random.default_rng(house)
    size = seconds_x10 * RATE // 10
    out = np.zeros(size + RATE, np.float32)
    claps = [_clap(rng) for _ in range(12)]
    for _hand in range(28 + house % 3 * 12):
        at, pace, near = rng.exponential(0.35), rng.uniform(0.19, 0.31), rng.uniform(0.2, 1) ** 2
        stop = seconds_x10 / 10 * rng.uniform(0.55, 1.0)
        while at < stop:
            clap = claps[rng.integers(12)]
            start = int(at * RATE)
            out[start : start + clap.size] += clap * np.float32(near * rng.uniform(0.6, 1))
            at += pace * rng.uniform(0.9, 1.1)
    shape = np.interp(np.arange(size), [0, 0.5 * RATE, size * 0.55, size], [0, 1, 0.75, 0])
    loudest = np.float32(np.abs(out).max())
    return (out[:size] / loudest * shape).astype(np.float32)


def _clap(rng: np.random.Generator) -> Samples:
    size = int(0.05 * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(size) * np.exp(-np.arange(size) / (0.006 * RATE)))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    centre = rng.uniform(900, 2000)
    return np.fft.irfft(spectrum * np.exp(-(((hertz - centre) / 900) ** 2)), size).astype(np.float32)


def level(sound: Samples, seconds: float) -> Samples:
    """Bring a recording to its level: evened out a little, limited, faded at both ends, peak just under 1."""
    evened = sound * _riding(sound)
    evened *= np.float32(1.15 / max(1e-4, float(np.abs(evened).max())))
    limited = np.tanh(evened * np.float32(0.95))
    fade = int(min(0.4, seconds * 0.02) * RATE)
    limited[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    limited[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(limited * np.float32(0.92 / max(1e-4, float(np.abs(limited).max()))), np.float32)


def _riding(sound: Samples) -> Samples:
    """Return the gain that an engineer's hand on the fader would give, sample by sample."""
    window = RATE // 20
    count = -(-sound.size // window)
    padded = np.zeros(count * window, np.float32)
    padded[: sound.size] = sound
    loudness = np.sqrt((padded.reshape(count, window) ** 2).mean(axis=1)) + 1e-4
    usual = float(np.median(loudness[loudness > 0.01])) if (loudness > 0.01).any() else 0.1
    gain = np.clip((usual / loudness) ** 0.18, 0.7, 1.25)
    gain = np.convolve(np.pad(gain, 8, mode="edge"), np.hanning(17) / 8, mode="same")[8:-8]
    at = np.arange(sound.size, dtype=np.float32)
    return np.asarray(np.interp(at, np.arange(count) * window + window / 2, gain), np.float32)
