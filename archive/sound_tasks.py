"""What a process of its own does with a sound (see `archive.decoding`)."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from archive import audio, media_kinds, rights_in_sound, rights_text
from archive.audio import MP3, OPUS

PEAKS = 200
FRAGMENTS = {"fragment.mp3": MP3, "fragment.opus": OPUS}
ACCESS = "access.mp3"
PART = "part.wav"


def read(file: BinaryIO, _folder: Path, _order: Mapping[str, Any]) -> dict[str, Any]:
    """Decode the whole sound and say what it is, with the peaks of its waveform."""
    facts = asdict(audio.read(file))
    return facts | {"peaks": audio.peaks(file, PEAKS)}


def cut(file: BinaryIO, folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Write the fragment in both encodings, and say how long it became."""
    for name, encoding in FRAGMENTS.items():
        content = audio.fragment(
            file, order["start_ms"], order["length_ms"], encoding=encoding, is_marked=order["is_marked"]
        )
        (folder / name).write_bytes(content)
    facts = audio.read((folder / "fragment.mp3").read_bytes())
    return {"duration_ms": facts.duration_ms, "channels": facts.channels, "sample_rate": facts.sample_rate}


def copy(file: BinaryIO, folder: Path, _order: Mapping[str, Any]) -> dict[str, Any]:
    """Write the whole sound as everybody's browser can play it."""
    with (folder / ACCESS).open("w+b") as target:
        audio.access_copy(file, target)
    return {}


def describe(file: BinaryIO, _folder: Path, _order: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the sound says of itself: tags, and the `bext` of a Broadcast WAV."""
    return audio.tags(file)


def deliver(file: BinaryIO, folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Write a copy that says its rights, of the part that was licensed; raise Invalid for a kind that nothing can be
    written into.
    """
    part = order.get("part")
    if part is not None:
        with (folder / PART).open("w+b") as cut:
            audio.excerpt(file, cut, part["start_ms"], part["end_ms"])
            cut.seek(0)
            return rights_text.write({media_kinds.WAV: rights_in_sound.wav}, cut, folder, order["rights"])
    writers = {
        media_kinds.WAV: rights_in_sound.wav,
        media_kinds.FLAC: rights_in_sound.flac,
        media_kinds.MP3: rights_in_sound.mp3,
    }
    return rights_text.write(writers, file, folder, order["rights"])


TASKS = {"read": read, "cut": cut, "copy": copy, "describe": describe, "deliver": deliver}
