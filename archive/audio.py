"""Sound: what a file is, the fragment that everybody may hear, the peaks of its waveform. The one module that
decodes sound.

The kind of file is read from its first bytes and the decoder told, so that nothing is guessed: a guess could
take an upload for a playlist, and fetch what it names.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from archive import media_kinds
from archive.errors import Invalid
from archive.media_kinds import Family, Kind

FRAGMENT_MS = 30_000
FADE_IN_MS = 30
FADE_OUT_MS = 400
MAX_TAG = 5_000  # characters
BLOCK = 256  # samples that share one value before peaks are drawn from them
SETTLE_MS = 200  # a decoder that starts in the middle needs this long to sound right
TOGETHER = 16  # frames whose peaks are taken at once
# A tone that marks a fragment: 350 ms of 1 kHz at a twelfth of full scale, first after 3 seconds.
MARK_HZ, MARK_MS, MARK_LEVEL, MARK_FIRST_MS, MARK_EVERY_MS = 1000, 350, 0.08, 3000, 8000

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
class Encoding:
    """How a copy is written: container and codec as FFmpeg calls them, and the sample rates that the codec takes."""

    container: str
    codec: str
    media_type: str
    suffix: str
    bit_rate: int  # bits per second
    rates: frozenset[int]  # Hz
    otherwise: int  # the rate for all others
    sample_format: str
    options: dict[str, str] = field(default_factory=dict)
    container_options: dict[str, str] = field(default_factory=dict)

    def rate_for(self, rate: int) -> int:
        """Keep the rate of the original where the codec can."""
        return rate if rate in self.rates else self.otherwise


MP3 = Encoding(
    "mp3",
    "libmp3lame",
    "audio/mpeg",
    ".mp3",
    128_000,
    frozenset({16_000, 22_050, 24_000, 32_000, 44_100, 48_000}),
    44_100,
    "fltp",
    {"compression_level": "7"},  # LAME's own scale of effort, 0 the slowest; at this bit rate nobody hears it
    {"id3v2_version": "0"},
)
OPUS = Encoding(
    "ogg",
    "libopus",
    "audio/ogg; codecs=opus",
    ".opus",
    96_000,
    frozenset({16_000, 24_000, 48_000}),
    48_000,
    "flt",
)


WAV_16 = Encoding("wav", "pcm_s16le", "audio/wav", ".wav", 0, frozenset(), 48_000, "s16")
WAV_24 = Encoding("wav", "pcm_s24le", "audio/wav", ".wav", 0, frozenset(), 48_000, "s32")


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


def fragment(
    source: Source,
    start_ms: int,
    length_ms: int = FRAGMENT_MS,
    *,
    encoding: Encoding = MP3,
    is_marked: bool = False,
) -> bytes:
    """Cut out a fragment with soft edges, shorter when the sound ends first; Invalid when none is left.

    A marked one has a short tone in it now and then, so that it is of no use to those who have no licence.
    """
    with _opened(source) as (container, _kind):
        rate = encoding.rate_for(container.streams.audio[0].codec_context.sample_rate)
        samples = _cut(container, rate, start_ms, length_ms)
    if not samples.size:
        raise Invalid("The sound ends before this fragment begins. Choose an earlier beginning.")
    samples = _softened(samples, rate)
    return _encoded(_with_tones(samples, rate) if is_marked else samples, rate, encoding)


def excerpt(source: Source, target: BinaryIO, start_ms: int, end_ms: int) -> int:
    """Write a stretch as WAV in the rate, depth (16 or 24 bit) and channels of the sound; return its milliseconds.

    To the sample, with hard edges: who edits it sets the fades. Raise Invalid when nothing of it is there.
    """
    with _opened(source) as (container, _kind):
        codec = container.streams.audio[0].codec_context
        rate, layout = codec.sample_rate, codec.layout.name
        encoding = WAV_24 if (_bit_depth(codec) or 0) > 16 else WAV_16
        resampler = AudioResampler(format=encoding.sample_format, layout=layout, rate=rate)
        written = 0
        with _writing(target, rate, layout, encoding) as (out, encoder):
            for part in _stretch(container, resampler, (start_ms * rate // 1000, end_ms * rate // 1000)):
                written += part.samples
                out.mux(encoder.encode(part))
    if not written:
        raise Invalid("The sound ends before this fragment begins. Choose an earlier beginning.")
    return round(written * 1000 / rate)


def tags(source: Source) -> dict[str, str]:
    """Return what a sound says of itself, by the names of the tags in lower case; raise Invalid for no sound."""
    with _opened(source) as (container, _kind):
        said = {**container.metadata, **container.streams.audio[0].metadata}
    return {name.lower(): text.strip()[:MAX_TAG] for name, text in said.items() if text.strip()}


def access_copy(source: Source, target: BinaryIO) -> None:
    """Write the whole sound as MP3, which every browser plays, frame by frame; raise Invalid."""
    with _opened(source) as (container, _kind):
        stream = container.streams.audio[0]
        rate = MP3.rate_for(stream.codec_context.sample_rate)
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
        with _writing(target, rate, layout, MP3) as (out, encoder):
            for frame in chain(container.decode(stream), (None,)):
                for part in resampler.resample(frame):
                    part.pts = None  # a sound that begins late or has a gap is one sound all the same
                    out.mux(encoder.encode(part))


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
def _opened(source: Source) -> Iterator[tuple[InputContainer, Kind]]:
    """Open a sound; every way in which decoding it may fail is an Invalid."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    kind = _kind_of(file)
    try:
        with av.open(file, mode="r", format=kind.decoder, metadata_errors="replace") as container:
            if not container.streams.audio or container.streams.audio[0].codec_context is None:
                raise Invalid("There is no sound in this file.")
            yield container, kind
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        raise Invalid("This sound is damaged. Export it again and send that.") from error


def _kind_of(file: BinaryIO) -> Kind:
    file.seek(0)
    kind = media_kinds.of(file.read(media_kinds.HEAD))
    file.seek(0)
    if kind.family is not Family.SOUND:
        raise Invalid("There is no sound in this file.")
    return kind


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


def _stretch(
    container: InputContainer, resampler: AudioResampler, samples: tuple[int, int]
) -> Iterator[AudioFrame]:
    """Yield the samples from the first number up to the second, in the resampler's form."""
    rate = container.streams.audio[0].codec_context.sample_rate
    begin, end = samples
    for frame in _frames_between(container, begin / rate, end / rate):
        at = round((frame.time or 0.0) * rate)
        frame.pts = None
        for part in resampler.resample(frame):
            array = part.to_ndarray()
            channels = 1 if part.format.is_planar else part.layout.nb_channels
            kept = array[:, max(0, begin - at) * channels : max(0, end - at) * channels]
            if kept.shape[1]:
                whole = cast("Samples16", np.ascontiguousarray(kept))  # or of 32 bits: the format says which
                cut = AudioFrame.from_ndarray(whole, part.format.name, part.layout.name)
                cut.sample_rate = rate
                yield cut


def _softened(samples: Samples, rate: int) -> Samples:
    # A cut in the middle of a note clicks; a hand on the fader does not.
    softened, length = samples.copy(), samples.shape[1]
    fade_in, fade_out = (min(length // 2, ms * rate // 1000) for ms in (FADE_IN_MS, FADE_OUT_MS))
    softened[:, :fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)
    softened[:, length - fade_out :] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    return softened


def _with_tones(samples: Samples, rate: int) -> Samples:
    marked = samples.copy()
    length = rate * MARK_MS // 1000
    tone = MARK_LEVEL * np.sin(2 * np.pi * MARK_HZ / rate * np.arange(length, dtype=np.float32))
    tone *= np.hanning(length).astype(np.float32)
    for begin in range(rate * MARK_FIRST_MS // 1000, samples.shape[1] - length, rate * MARK_EVERY_MS // 1000):
        marked[:, begin : begin + length] += tone.astype(np.float32)
    return np.clip(marked, -1, 1)


def _encoded(samples: Samples, rate: int, encoding: Encoding) -> bytes:
    layout = "mono" if len(samples) == 1 else "stereo"
    out = io.BytesIO()
    with _writing(out, rate, layout, encoding) as (container, encoder):
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
        frame.sample_rate = rate
        container.mux(encoder.encode(frame))
    return out.getvalue()


@contextmanager
def _writing(
    target: BinaryIO, rate: int, layout: str, encoding: Encoding
) -> Iterator[tuple[OutputContainer, AudioStream]]:
    """Write an encoded sound; what the encoder still holds at the end is written too."""
    options = {"fflags": "+bitexact", **encoding.container_options}
    with av.open(target, mode="w", format=encoding.container, options=options) as container:
        stream = container.add_stream(
            encoding.codec,
            rate=rate,
            options=encoding.options,
            layout=layout,
            format=encoding.sample_format,
            bit_rate=encoding.bit_rate,
        )
        encoder = cast("AudioStream", stream)  # its type is known by the name of the codec only
        yield container, encoder
        container.mux(encoder.encode(None))


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
