"""Rights written into copies: read back by other programs' readers, with picture and sound untouched."""

import io
import wave
from collections.abc import Callable
from typing import Any, BinaryIO

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, IptcImagePlugin

from archive import picture_metadata, rights_in_pictures, rights_in_sound, rights_text
from archive.errors import Invalid
from archive.rights_text import Rights
from tests.catalogue.sent_files import tone

RIGHTS = Rights(
    title="Blauw uur “één”",
    creator="Tore Sætre",
    credit="Foto: Tore Sætre",
    notice="© 1958 Één & zoon <b>",
    licensor="Nachtregister",
    licensor_email="archief@example.org",
    licensee="Studio Lek",
    licence_number="L2026-00012",
    licence_url="https://example.org/licences/AB-CD",
    terms="Documentaire, Europa",
    starts_on="2026-11-22",
)
PLUS = "{http://ns.useplus.org/ldf/xmp/1.0/}"
Writer = Callable[[BinaryIO, BinaryIO, Rights], None]


def written(writer: Writer, content: bytes, rights: Rights = RIGHTS) -> bytes:
    target = io.BytesIO()
    writer(io.BytesIO(content), target, rights)
    return target.getvalue()


def noise(kind: str, **how: Any) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (50, 70, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **how)
    return out.getvalue()


PICTURES = {
    "JPEG": rights_in_pictures.jpeg,
    "PNG": rights_in_pictures.png,
    "TIFF": rights_in_pictures.tiff,
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_says_its_rights_and_stays_the_same(kind: str) -> None:
    content = noise(kind)

    copy = written(PICTURES[kind], content)

    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(copy))
    assert before.tobytes() == after.tobytes()
    said = picture_metadata.read(io.BytesIO(copy))
    assert said["title"] == RIGHTS.title
    assert said["maker"] == RIGHTS.creator
    assert said["rights"] == RIGHTS.notice
    xmp = picture_metadata._xmp(after)
    assert xmp[f"{PLUS}LicenseID"] == RIGHTS.licence_number
    assert xmp[f"{PLUS}LicenseStartDate"] == "2026-11-22"


@pytest.mark.parametrize("kind", PICTURES)
def test_writing_again_replaces_what_was_written(kind: str) -> None:
    once = written(PICTURES[kind], noise(kind))
    again = written(PICTURES[kind], once, Rights(**{**vars(RIGHTS), "licence_number": "L2027-1"}))

    xmp = picture_metadata._xmp(Image.open(io.BytesIO(again)))
    assert xmp[f"{PLUS}LicenseID"] == "L2027-1"
    if kind != "TIFF":  # which keeps old bytes that nothing names any more
        assert b"L2026-00012" not in again


def test_what_a_picture_said_beside_it_stays() -> None:
    known = rights_text.packet(RIGHTS).replace(b"photoshop:Credit", b"photoshop:City")
    content = noise("JPEG", xmp=known, exif=exif_by("Anna"))

    after = Image.open(io.BytesIO(written(rights_in_pictures.jpeg, content)))

    assert picture_metadata._xmp(after)["{http://ns.adobe.com/photoshop/1.0/}City"] == RIGHTS.credit
    assert after.getexif()[0x013B] == "Anna"
    iptc = IptcImagePlugin.getiptcinfo(after)
    assert iptc is not None
    assert iptc[(2, 116)] == RIGHTS.notice.encode()


def exif_by(name: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x013B] = name
    return exif


def test_a_wav_says_its_rights_in_bext_and_info_and_plays_the_same() -> None:
    content = tone(1.5)

    copy = written(rights_in_sound.wav, content)

    assert samples(copy) == samples(content)
    assert int.from_bytes(copy[4:8], "little") == len(copy) - 8
    bext = copy[copy.index(b"bext") + 8 :]
    assert bext[:256].rstrip(b"\0") == b"Blauw uur een; (c) 1958 Een & zoon <b>; L2026-00012"
    assert bext[256:288].rstrip(b"\0") == b"Nachtregister"
    assert b"ICOP" in copy
    assert "© 1958 Één".encode() in copy


def samples(content: bytes) -> bytes:
    with wave.open(io.BytesIO(content)) as file:
        return file.readframes(file.getnframes())


@pytest.mark.parametrize(("container", "codec"), [("flac", "flac"), ("mp3", "libmp3lame")])
def test_tags_say_the_rights_and_the_sound_stays(container: str, codec: str) -> None:
    content = encoded(container, codec)
    writer = rights_in_sound.flac if container == "flac" else rights_in_sound.mp3

    copy = written(writer, written(writer, content))

    said = {key.lower(): text for key, text in av.open(io.BytesIO(copy)).metadata.items()}
    assert said["copyright"] == RIGHTS.notice
    assert said["license_id"] == RIGHTS.licence_number
    assert np.array_equal(decoded(content), decoded(copy))


def encoded(container: str, codec: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as made:
        stream = made.add_stream(codec, rate=16_000, layout="mono")
        for frame in av.open(io.BytesIO(tone(1, 16_000))).decode(audio=0):
            made.mux(stream.encode(frame))  # type: ignore[union-attr]
        made.mux(stream.encode(None))  # type: ignore[union-attr]
    return out.getvalue()


def decoded(content: bytes) -> Any:
    with av.open(io.BytesIO(content)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


SEEDS = [
    (rights_in_pictures.jpeg, noise("JPEG")),
    (rights_in_pictures.png, noise("PNG")),
    (rights_in_pictures.tiff, noise("TIFF")),
    (rights_in_sound.wav, tone(0.05)),
    (rights_in_sound.flac, encoded("flac", "flac")),
    (rights_in_sound.mp3, encoded("mp3", "libmp3lame")),
]


@given(
    seed=st.sampled_from(range(len(SEEDS))),
    at=st.integers(0, 400),
    value=st.binary(max_size=3),
    cut=st.integers(0, 500),
)
def test_a_damaged_file_is_copied_or_refused(seed: int, at: int, value: bytes, cut: int) -> None:
    writer, content = SEEDS[seed]
    damaged = (content[:at] + value + content[at + len(value) :])[: len(content) - cut]

    try:
        written(writer, damaged)
    except Invalid:
        return


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_makes_well_formed_xmp(one: str, two: str) -> None:
    rights = Rights(**{**vars(RIGHTS), "title": one, "notice": two})

    for block in (rights_text.packet(rights), rights_text.packet(rights, rights_text.packet(RIGHTS))):
        picture = Image.new("RGB", (1, 1))
        picture.info["xmp"] = block
        assert picture_metadata._xmp(picture)[f"{PLUS}LicenseID"] == "L2026-00012"
    assert dict(rights_text.datasets(rights_text.iptc(rights)))[(2, 80)] == "Tore Sætre".encode()
