"""Sound: what a file is, the fragment that everybody may hear, the peaks of its waveform. The one module that
decodes sound.

The kind of file is read from its first bytes and the decoder told, so that nothing is guessed: a guess could
take an upload for a playlist, and fetch what it names.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from archive.errors import Invalid

FRAGMENT_MS = 30_000
BIT_RATE = 128_000  # bits per second
FADE_IN_MS = 30
FADE_OUT_MS = 400
MP3_RATES = frozenset({16_000, 22_050, 24_000, 32_000, 44_100, 48_000})  # that take BIT_RATE
BLOCK = 256  # samples that share one value before peaks are drawn from them
SETTLE_MS = 200  # a decoder that starts in the middle needs this long to sound right
TOGETHER = 16  # frames whose peaks are taken at once
LAME_SPEED = "7"  # LAME's own scale of effort, 0 the slowest; at this bit rate nobody hears it

Samples = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Samples16 = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
Loudness = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
Source = bytes | BinaryIO


@dataclass(frozen=True)
class SoundFacts:
    """What a file is; `bit_depth` is None where the codec has none."""

    duration_ms: int
    sample_rate: int  # Hz
    bit_depth: int | None
    channels: int
    codec: str
    media_type: str
    suffix: str


@dataclass(frozen=True)
class _Kind:
    demuxer: str
    media_type: str
    suffix: str


_WAV = _Kind("wav", "audio/wav", ".wav")
_AIFF = _Kind("aiff", "audio/aiff", ".aiff")
_FLAC = _Kind("flac", "audio/flac", ".flac")
_OGG = _Kind("ogg", "audio/ogg", ".ogg")
_MP3 = _Kind("mp3", "audio/mpeg", ".mp3")
_MP4 = _Kind("mp4", "audio/mp4", ".m4a")


def read(source: Source) -> SoundFacts:
    """Decode a sound whole and return what it is; raise Invalid for what is no sound, empty or damaged."""
    with _opened(source) as (container, kind):
        stream = container.streams.audio[0]
        codec = stream.codec_context
        samples = sum(frame.samples for frame in container.decode(stream))
        if not samples:
            raise Invalid("There is no sound in this file.")
        return SoundFacts(
            duration_ms=round(samples * 1000 / codec.sample_rate),
            sample_rate=codec.sample_rate,
            bit_depth=_bit_depth(codec),
            channels=codec.channels,
            codec=codec.codec.canonical_name,
            media_type=kind.media_type,
            suffix=kind.suffix,
        )


def fragment(source: Source, start_ms: int, length_ms: int = FRAGMENT_MS) -> bytes:
    """Cut out a fragment as MP3 with soft edges, shorter when the sound ends first; Invalid when none is left."""
    with _opened(source) as (container, _kind):
        rate = container.streams.audio[0].codec_context.sample_rate
        rate = rate if rate in MP3_RATES else 44_100
        samples = _cut(container, rate, start_ms, length_ms)
    if not samples.size:
        raise Invalid("The sound ends before this fragment begins. Choose an earlier beginning.")
    return _as_mp3(_softened(samples, rate), rate)


def peaks(source: Source, count: int = 200) -> list[float]:
    """Return the loudest point of each of `count` parts of the sound, from 0 to 1; the loudest of all is 1."""
    with _opened(source) as (container, _kind):
        blocks = list(_loudest_of_blocks(container))
    if not blocks:
        raise Invalid("There is no sound in this file.")
    loudness = np.concatenate(blocks)
    edges = np.linspace(0, len(loudness), count + 1)
    starts = edges[:-1].astype(int)
    highest = np.maximum.reduceat(loudness, starts) / max(1, int(loudness.max()))
    return [round(float(value), 3) for value in highest]


@contextmanager
def _opened(source: Source) -> Iterator[tuple[InputContainer, _Kind]]:
    """Open a sound; every way in which decoding it may fail is an Invalid."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    kind = _kind_of(file)
    try:
        with av.open(file, mode="r", format=kind.demuxer, metadata_errors="replace") as container:
            if not container.streams.audio or container.streams.audio[0].codec_context is None:
                raise Invalid("There is no sound in this file.")
            yield container, kind
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        raise Invalid("This sound is damaged. Export it again and send that.") from error


def _kind_of(file: BinaryIO) -> _Kind:
    beginning = _beginning(file)
    form = beginning[8:12]
    if beginning[:4] in (b"RIFF", b"RF64", b"BW64") and form == b"WAVE":
        return _WAV
    if beginning[:4] == b"FORM" and form in (b"AIFF", b"AIFC"):
        return _AIFF
    if beginning[4:8] == b"ftyp":
        return _MP4
    for mark, kind in ((b"fLaC", _FLAC), (b"OggS", _OGG), (b"ID3", _MP3)):
        if beginning.startswith(mark):
            return kind
    if len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xE0 == 0xE0:
        return _MP3
    raise Invalid("This is not a sound that can be used. Send a WAV, FLAC, AIFF, MP3, Ogg or M4A file.")


def _beginning(file: BinaryIO) -> bytes:
    file.seek(0)
    beginning = file.read(12)
    file.seek(0)
    return beginning


def _bit_depth(codec: AudioCodecContext) -> int | None:
    pcm = re.fullmatch(r"pcm_[suf](\d+)(?:le|be)?", codec.name)
    if pcm:
        return int(pcm[1])
    if codec.name == "flac" and codec.extradata and len(codec.extradata) >= 14:
        high, low = codec.extradata[12:14]  # STREAMINFO (RFC 9639, 8.2): five bits across two bytes, less one
        return ((high & 1) << 4 | low >> 4) + 1
    return None


def _cut(container: InputContainer, rate: int, start_ms: int, length_ms: int) -> Samples:
    """Return the samples of one stretch at `rate`, one row per channel (two at most)."""
    begin = start_ms / 1000
    frames = list(_frames_between(container, begin, begin + length_ms / 1000))
    if not frames:
        return np.empty((1, 0), np.float32)
    layout = "mono" if frames[0].layout.nb_channels == 1 else "stereo"
    resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
    parts = [
        part.to_ndarray().astype(np.float32, copy=False)
        for frame in (*frames, None)
        for part in resampler.resample(frame)
    ]
    skip = max(0, round((begin - (frames[0].time or 0.0)) * rate))
    return np.concatenate(parts, axis=1)[:, skip : skip + round(length_ms * rate / 1000)]


def _frames_between(container: InputContainer, begin: float, end: float) -> Iterator[AudioFrame]:
    """Yield the frames that reach into a stretch; times in seconds."""
    try:
        container.seek(max(0, round(begin * 1000) - SETTLE_MS) * 1000)
    except av.error.FFmpegError:
        return  # so some formats say that the sound ends before
    for frame in container.decode(container.streams.audio[0]):
        time = frame.time or 0.0
        if time >= end:
            return
        if time + frame.samples / frame.sample_rate > begin:
            yield frame


def _softened(samples: Samples, rate: int) -> Samples:
    # A cut in the middle of a note clicks; a hand on the fader does not.
    softened, length = samples.copy(), samples.shape[1]
    fade_in, fade_out = (min(length // 2, ms * rate // 1000) for ms in (FADE_IN_MS, FADE_OUT_MS))
    softened[:, :fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)
    softened[:, length - fade_out :] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    return softened


def _as_mp3(samples: Samples, rate: int) -> bytes:
    layout = "mono" if len(samples) == 1 else "stereo"
    out = io.BytesIO()
    with av.open(
        out, mode="w", format="mp3", options={"fflags": "+bitexact", "id3v2_version": "0"}
    ) as container:
        stream = container.add_stream(
            "libmp3lame",
            rate=rate,
            options={"compression_level": LAME_SPEED},
            layout=layout,
            format="fltp",
            bit_rate=BIT_RATE,
        )
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _loudest_of_blocks(container: InputContainer) -> Iterator[Loudness]:
    """Yield the highest absolute 16-bit sample of each BLOCK of samples, all channels together."""
    for samples in _stretches(container):
        starts = np.arange(0, samples.shape[1], BLOCK)
        highest = np.maximum.reduceat(samples, starts, axis=1).max(axis=0).astype(np.int32)
        lowest = np.minimum.reduceat(samples, starts, axis=1).min(axis=0).astype(np.int32)
        yield np.maximum(highest, -lowest)


def _stretches(container: InputContainer) -> Iterator[Samples16]:
    # Frames are short; taken together, the sums cost more than the going round.
    stream = container.streams.audio[0]
    resampler = AudioResampler(format="s16p", layout=stream.codec_context.layout.name)
    parts: list[Samples16] = []
    for frame in container.decode(stream):
        parts += [part.to_ndarray().astype(np.int16, copy=False) for part in resampler.resample(frame)]
        if len(parts) >= TOGETHER:
            yield np.concatenate(parts, axis=1)
            parts.clear()
    if parts:
        yield np.concatenate(parts, axis=1)
