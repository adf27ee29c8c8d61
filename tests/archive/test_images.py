"""Pictures: what is taken, what is refused, and what a copy keeps and leaves behind."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from archive import images
from archive.errors import Invalid

pytestmark = pytest.mark.usefixtures("house")

ORIENTATION, GPS, ARTIST = 0x0112, 0x8825, 0x013B


def saved(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def picture(size: tuple[int, int] = (80, 40), mode: str = "RGB", colour: Any = "teal") -> Image.Image:
    return Image.new(mode, size, colour)


def reopened(derived: images.Derived) -> Image.Image:
    return Image.open(io.BytesIO(derived.content))


def turned(orientation: int) -> bytes:
    """A picture of 80 by 40 whose left half is red, with an orientation for the reader to apply."""
    image = picture()
    image.paste("red", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return saved(image, exif=exif, quality=95)


@pytest.mark.parametrize(
    ("kind", "media_type", "suffix"),
    [
        ("JPEG", "image/jpeg", ".jpg"),
        ("PNG", "image/png", ".png"),
        ("TIFF", "image/tiff", ".tif"),
        ("WEBP", "image/webp", ".webp"),
    ],
)
def test_the_kind_is_read_from_the_content(kind: str, media_type: str, suffix: str) -> None:
    assert images.read(saved(picture(), kind)) == images.ImageFacts(media_type, suffix, 80, 40)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "ICO", "PPM", "PDF", "EPS"])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(Invalid, match="JPEG, PNG, TIFF, WebP or JPEG 2000"):
        images.read(saved(picture(), kind))


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"RIFF\0\0\0\0WEBP", b"%PDF-1.7"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        images.read(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_that_was_cut_off_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (90, 90, 3), dtype=np.uint8))
    content = saved(noise, kind)

    with pytest.raises(Invalid):
        images.read(content[: len(content) * 2 // 3])


def test_a_picture_too_large_to_decode_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 3199)

    with pytest.raises(Invalid, match="too many points"):
        images.read(saved(picture()))


def test_a_decompression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)

    with pytest.raises(Invalid):
        images.read(saved(picture()))


def test_a_picture_of_many_pictures_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_FRAMES", 2)
    frames = [picture(colour=colour) for colour in ("red", "green", "blue")]

    with pytest.raises(Invalid):
        images.read(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]))


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (80, 40)), (3, (80, 40)), (6, (40, 80)), (8, (40, 80))]
)
def test_a_picture_is_as_wide_as_it_is_seen(orientation: int, size: tuple[int, int]) -> None:
    facts = images.read(turned(orientation))

    assert (facts.width, facts.height) == size


@pytest.mark.parametrize(
    ("orientation", "red_at"), [(1, (5, 20)), (3, (75, 20)), (6, (20, 5)), (8, (20, 75))]
)
def test_a_copy_stands_upright(orientation: int, red_at: tuple[int, int]) -> None:
    copy = reopened(images.derive(turned(orientation), 200))

    red, green, _ = copy.getpixel(red_at)  # type: ignore[misc]
    assert red > 200 > 60 > green
    assert ORIENTATION not in copy.getexif()


@pytest.mark.parametrize(
    ("size", "longest", "wanted"),
    [
        ((80, 40), 40, (40, 20)),
        ((40, 80), 40, (20, 40)),
        ((80, 40), 640, (80, 40)),
        ((3000, 1), 640, (640, 1)),
    ],
)
def test_a_copy_fits_and_is_never_larger_than_its_original(
    size: tuple[int, int], longest: int, wanted: tuple[int, int]
) -> None:
    derived = images.derive(saved(picture(size)), longest)

    assert (derived.width, derived.height) == wanted == reopened(derived).size


MODES = {
    "1": ("PNG", 1),
    "L": ("PNG", 128),
    "LA": ("PNG", (128, 255)),
    "P": ("PNG", 3),
    "RGB": ("WEBP", (1, 2, 3)),
    "RGBA": ("PNG", (1, 2, 3, 255)),
    "I;16": ("PNG", 40_000),
    "I": ("TIFF", 40_000),
    "F": ("TIFF", 40_000.0),
    "CMYK": ("JPEG", (0, 0, 0, 0)),
    "LAB": ("TIFF", (128, 128, 128)),
    "YCbCr": ("JPEG", (128, 128, 128)),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_of_any_mode_is_a_jpeg_in_three_colours(mode: str) -> None:
    kind, colour = MODES[mode]
    copy = reopened(images.derive(saved(picture(mode=mode, colour=colour), kind), 20))

    assert (copy.format, copy.mode) == ("JPEG", "RGB")


@pytest.mark.parametrize(("mode", "kind"), [("I;16", "PNG"), ("I", "TIFF")])
def test_sixteen_bits_are_scaled_not_cut(mode: str, kind: str) -> None:
    copy = reopened(images.derive(saved(picture(mode=mode, colour=32_768), kind), 20))

    assert copy.getpixel((5, 5)) == (128, 128, 128)


def test_what_is_transparent_becomes_white() -> None:
    copy = reopened(images.derive(saved(picture(mode="RGBA", colour=(255, 0, 0, 0)), "PNG"), 20))

    assert copy.getpixel((5, 5)) == (255, 255, 255)


def test_colours_are_brought_from_their_profile_to_srgb() -> None:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = saved(picture(mode="LAB", colour=(128, 128, 128)), "TIFF", icc_profile=swapped)
    copy = reopened(images.derive(plain, 20))

    assert "icc_profile" not in copy.info
    assert copy.getpixel((5, 5))[2] > 100  # type: ignore[index]  # a mid grey, not the raw numbers


def test_a_damaged_profile_does_not_spoil_the_picture() -> None:
    copy = reopened(images.derive(saved(picture(colour="red"), icc_profile=b"nonsense" * 20), 20))

    assert copy.getpixel((5, 5))[0] > 240  # type: ignore[index]


def test_a_copy_tells_no_place_and_no_name() -> None:
    exif = Image.Exif()
    exif[ARTIST] = "Secret photographer"
    exif.get_ifd(GPS)[2] = (52.0, 22.0, 0.0)
    derived = images.derive(
        saved(picture(), exif=exif, comment=b"Secret comment", xmp=b"<x>Secret place</x>"), 40
    )

    assert b"Secret" not in derived.content
    assert dict(reopened(derived).getexif()) == {}


def test_the_texts_of_a_png_are_left_behind() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "Secret")

    assert b"Secret" not in images.derive(saved(picture(), "PNG", pnginfo=texts), 40).content


def test_a_copy_names_the_credit_and_the_rights() -> None:
    derived = images.derive(saved(picture()), 40, credit='Foto: "Ed" & zoon', rights="© 1961 Één <b>")
    copy = reopened(derived)

    packet = copy.info["xmp"].decode()
    assert 'photoshop:Credit="Foto: &quot;Ed&quot; &amp; zoon"' in packet
    assert "© 1961 Één &lt;b&gt;" in packet
    assert "© 1961 Één <b>".encode() in derived.content


def test_the_same_picture_gives_the_same_copy() -> None:
    content = saved(picture())

    assert images.derive(content, 40, credit="x") == images.derive(content, 40, credit="x")


SEEDS = [saved(picture(size=(9, 7)), kind) for kind in ("JPEG", "PNG", "TIFF", "WEBP")]


@given(seed=st.integers(0, 3), position=st.integers(0, 2000), value=st.integers(0, 255))
@example(seed=2, position=4, value=255)
def test_a_damaged_byte_never_breaks_more_than_the_picture(seed: int, position: int, value: int) -> None:
    damaged = bytearray(SEEDS[seed])
    damaged[position % len(damaged)] = value

    for act in (images.read, lambda content: images.derive(content, 5)):
        try:
            act(bytes(damaged))
        except Invalid:
            continue


@pytest.mark.real_data
def test_real_photographs_are_taken(real_data: Path) -> None:
    for path in (real_data / "photographs").rglob("*.jpg"):
        content = path.read_bytes()
        facts, copy = images.read(content), images.derive(content, images.THUMBNAIL)
        assert max(copy.width, copy.height) == min(images.THUMBNAIL, max(facts.width, facts.height)), (
            path.name
        )


@pytest.mark.real_data
def test_real_odd_pictures_are_taken_or_refused(real_data: Path) -> None:
    refused = set()
    for path in (real_data / "images_odd").iterdir():
        try:
            images.read(path.read_bytes())
            images.derive(path.read_bytes(), 100)
        except Invalid:
            refused.add(path.name)

    assert refused == {
        "broken.png",
        "decompression_bomb.gif",
        "decompression_bomb.ico",
        "truncated_image.png",
        "truncated_jpeg.jpg",
    }


def test_a_watermark_stands_across_the_large_copy_only() -> None:
    grey = saved(picture((1200, 800), colour=(128, 128, 128)), quality=95)

    plain = images.copies(grey, [images.Size(600), images.Size(100)])
    large, small = images.copies(grey, [images.Size(600, "Nachtregister"), images.Size(100)])

    assert np.asarray(reopened(plain[0])).std() < 1 < np.asarray(reopened(large)).std()
    assert small == plain[1]


def test_a_picture_in_jpeg_2000_is_taken() -> None:
    facts = images.read(saved(picture(), "JPEG2000"))

    assert facts == images.ImageFacts("image/jp2", ".jp2", 80, 40)
