"""Sound: what a file is, where a fragment is cut, what its waveform shows, and that no upload can harm."""

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive import audio
from archive.errors import Invalid

pytestmark = pytest.mark.usefixtures("house")

Samples = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def tone(seconds: float = 2.0, rate: int = 24_000, channels: int = 1, hertz: float = 440.0) -> Samples:
    moments = np.arange(round(seconds * rate)) / rate
    return np.tile(0.5 * np.sin(2 * np.pi * hertz * moments), (channels, 1)).astype(np.float32)


def encoded(samples: Samples, rate: int = 24_000, kind: str = "wav", codec: str = "pcm_s16le") -> bytes:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        for part in itertools.chain(resampler.resample(frame), resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return out.getvalue()


def decoded(content: bytes) -> Samples:
    with av.open(io.BytesIO(content)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


KINDS = [
    ("wav", "pcm_s16le", 16, "audio/wav", ".wav", "pcm_s16le"),
    ("wav", "pcm_s24le", 24, "audio/wav", ".wav", "pcm_s24le"),
    ("aiff", "pcm_s16be", 16, "audio/aiff", ".aiff", "pcm_s16be"),
    ("flac", "flac", 16, "audio/flac", ".flac", "flac"),
    ("ogg", "libopus", None, "audio/ogg", ".ogg", "opus"),
    ("mp3", "libmp3lame", None, "audio/mpeg", ".mp3", "mp3"),
    ("ipod", "aac", None, "audio/mp4", ".m4a", "aac"),
]


@pytest.mark.parametrize(("kind", "codec", "depth", "media_type", "suffix", "name"), KINDS)
def test_the_facts_are_read_from_the_content(
    kind: str, codec: str, depth: int | None, media_type: str, suffix: str, name: str
) -> None:
    facts = audio.read(encoded(tone(channels=2, rate=48_000), 48_000, kind, codec))

    assert (facts.sample_rate, facts.bit_depth, facts.channels, facts.codec) == (48_000, depth, 2, name)
    assert (facts.media_type, facts.suffix) == (media_type, suffix)
    assert abs(facts.duration_ms - 2000) < 60  # lossy codecs fill up their last frame


@given(milliseconds=st.integers(1, 3000))
def test_the_duration_is_exact_to_the_millisecond(milliseconds: int) -> None:
    assert audio.read(encoded(tone(milliseconds / 1000))).duration_ms == milliseconds


def test_an_open_file_serves_as_well_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "tape.wav"
    path.write_bytes(encoded(tone()))

    with path.open("rb") as file:
        assert audio.read(file).duration_ms == 2000
        assert len(audio.peaks(file, 10)) == 10
        assert audio.read(audio.fragment(file, 0, 500)).duration_ms == 500


@pytest.mark.parametrize("act", [audio.read, audio.peaks, lambda content: audio.fragment(content, 0)])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"fLaC",
        b"OggS" + b"\0" * 30,
        b"\xff\xfb\x90\x00",
        b"ID3\4\0\0\0\0\0\0",
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_sound_is_refused(act: Callable[[bytes], object], content: bytes) -> None:
    with pytest.raises(Invalid):
        act(content)


def test_a_sound_without_samples_is_refused() -> None:
    empty = encoded(tone())[:44]

    with pytest.raises(Invalid):
        audio.read(empty)


@pytest.mark.parametrize(("channels", "kept"), [(1, 1), (2, 2), (6, 2)])
def test_a_fragment_is_mp3_with_at_most_two_channels(channels: int, kept: int) -> None:
    codec, kind = ("flac", "flac")
    facts = audio.read(audio.fragment(encoded(tone(channels=channels), kind=kind, codec=codec), 0, 1000))

    assert (facts.codec, facts.channels) == ("mp3", kept)


@pytest.mark.parametrize(
    ("rate", "kept"), [(24_000, 24_000), (44_100, 44_100), (8_000, 44_100), (96_000, 44_100)]
)
def test_a_fragment_has_a_rate_that_players_know(rate: int, kept: int) -> None:
    assert audio.read(audio.fragment(encoded(tone(rate=rate), rate), 0, 1000)).sample_rate == kept


def test_a_fragment_has_128_kilobits_a_second() -> None:
    content = audio.fragment(encoded(tone(10)), 0, 10_000)

    assert len(content) * 8 / 10 == pytest.approx(128_000, rel=0.03)


@given(start=st.integers(0, 1900), length=st.integers(50, 3000))
def test_a_fragment_is_as_long_as_asked_or_ends_with_the_sound(start: int, length: int) -> None:
    facts = audio.read(audio.fragment(encoded(tone()), start, length))

    assert facts.duration_ms == pytest.approx(min(length, 2000 - start), abs=1)


@pytest.mark.parametrize(
    ("kind", "codec"), [("wav", "pcm_s16le"), ("flac", "flac"), ("ogg", "libopus"), ("mp3", "libmp3lame")]
)
def test_a_fragment_begins_where_it_was_asked_to(kind: str, codec: str) -> None:
    samples = tone(6, rate=48_000)
    samples[:, : 48_000 * 4] = 0  # silence for four seconds, then a tone
    content = encoded(samples, 48_000, kind, codec)

    heard = np.abs(decoded(audio.fragment(content, 3000, 2000))).max(axis=0)

    onset = int(np.argmax(heard > 0.2)) / 48_000
    assert onset == pytest.approx(1.0, abs=0.05)


def test_a_fragment_begins_and_ends_softly() -> None:
    heard = np.abs(decoded(audio.fragment(encoded(tone(4)), 1000, 2000)))[0]

    middle = heard[20_000:24_000].max()
    assert heard[:60].max() < 0.2 * middle
    assert heard[-240:].max() < 0.2 * middle


@pytest.mark.parametrize("start", [2000, 2001, 60_000])
@pytest.mark.parametrize(("kind", "codec"), [("wav", "pcm_s16le"), ("flac", "flac")])
def test_a_fragment_after_the_end_is_refused(start: int, kind: str, codec: str) -> None:
    with pytest.raises(Invalid, match="earlier beginning"):
        audio.fragment(encoded(tone(), kind=kind, codec=codec), start)


def test_the_same_sound_gives_the_same_fragment() -> None:
    content = encoded(tone())

    assert audio.fragment(content, 100, 1000) == audio.fragment(content, 100, 1000)


def test_peaks_follow_the_loudness() -> None:
    samples = tone(4)
    samples[:, 24_000:48_000] *= 0.5
    samples[:, 48_000:72_000] = 0

    second_halves = audio.peaks(encoded(samples), 8)[1::2]
    assert second_halves == pytest.approx([1, 0.5, 0, 1], abs=0.02)


@given(seconds=st.floats(0.001, 3), count=st.integers(1, 400))
def test_there_are_as_many_peaks_as_asked_from_0_to_1(seconds: float, count: int) -> None:
    peaks = audio.peaks(encoded(tone(seconds)), count)

    assert len(peaks) == count
    assert all(0 <= peak <= 1 and round(peak, 3) == peak for peak in peaks)
    assert max(peaks) == 1


def test_silence_has_no_peaks_above_nothing() -> None:
    assert audio.peaks(encoded(np.zeros((1, 4800), np.float32)), 5) == [0, 0, 0, 0, 0]


def test_the_loudest_sample_there_is_counts_as_one() -> None:
    lowest = np.full((1, 4800), -1.0, np.float32)  # -32768 has no positive counterpart in 16 bits

    assert audio.peaks(encoded(lowest), 3) == [1, 1, 1]


SEEDS = [encoded(tone(0.1, 48_000), 48_000, kind=kind, codec=codec) for kind, codec, *_ in KINDS]


@given(seed=st.integers(0, len(SEEDS) - 1), position=st.integers(0, 5000), value=st.integers(0, 255))
@example(seed=0, position=24, value=0)
@example(seed=0, position=27, value=255)
def test_a_damaged_byte_never_breaks_more_than_the_sound(seed: int, position: int, value: int) -> None:
    damaged = bytearray(SEEDS[seed])
    damaged[position % min(400, len(damaged))] = value

    for act in (audio.read, audio.peaks, lambda content: audio.fragment(content, 10, 50)):
        try:
            act(bytes(damaged))
        except Invalid:
            continue


@pytest.mark.real_data
def test_real_sounds_are_taken_or_refused(real_data: Path) -> None:
    refused = set()
    for path in sorted((real_data / "audio").rglob("*.*")):
        if path.suffix in (".wav", ".flac", ".ogg", ".mp3"):
            try:
                facts = audio.read(path.read_bytes())
                audio.peaks(path.read_bytes())
                audio.fragment(path.read_bytes(), min(500, facts.duration_ms // 2), 300)
            except Invalid:
                refused.add(path.name)

    assert refused == {
        "chinese_id3.mp3",
        "empty_file.mp3",
        "faulty_01-wrong_max_blocksize.flac",
        "faulty_11-incorrect_metadata_block_length.flac",
        "id3v1-latin1.mp3",
        "incomplete.mp3",
        "utf16be.mp3",
    }


def test_a_fragment_is_made_as_opus_too() -> None:
    facts = audio.read(audio.fragment(encoded(tone(10)), 2000, 5000, encoding=audio.OPUS))

    assert (facts.codec, facts.sample_rate, facts.channels) == ("opus", 48_000, 1)
    assert abs(facts.duration_ms - 5000) < 25


def test_a_marked_fragment_has_a_tone_in_it_now_and_then() -> None:
    silence = encoded(np.zeros((1, 48_000 * 14), np.float32))

    heard = np.abs(decoded(audio.fragment(silence, 0, 14_000, is_marked=True)))[0]

    rate = audio.read(audio.fragment(silence, 0, 14_000)).sample_rate
    loud = {second for second in range(14) if heard[second * rate : (second + 1) * rate].max() > 0.02}
    assert loud == {3, 11}


@pytest.mark.parametrize("channels", [1, 2])
def test_a_copy_to_hear_is_the_whole_sound(channels: int) -> None:
    target = io.BytesIO()

    audio.access_copy(encoded(tone(7, channels=channels)), target)

    facts = audio.read(target.getvalue())
    assert (facts.codec, facts.channels) == ("mp3", channels)
    assert abs(facts.duration_ms - 7000) < 60
