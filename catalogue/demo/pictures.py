"""Draws the pictures of the demo; the only module of it that knows Pillow.

A photograph is a sheet of shapes turned into tones, and those into the lines of an engraver's screen, one ink
or two on tinted paper. A print is the same sheet in flat inks.
"""

import io
from dataclasses import dataclass
from hashlib import sha256
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageDraw, ImageFilter

from catalogue.demo.drawing import scenes
from catalogue.demo.drawing.shapes import Shape, Sheet
from catalogue.demo.drawing.shapes import Tone as ShapeTone

Tones = NDArray[np.float32]

SIZES = {"landscape": (1600, 1200), "portrait": (1200, 1600), "square": (1400, 1400), "wide": (1600, 1000)}
FINENESS = 2  # output pixels to one pixel of the tone plate


@dataclass(frozen=True)
class Picture:
    """All that a picture is made from."""

    seed: int
    subject: str
    shape: str = "landscape"
    paper: str = "#efece2"
    ink: str = "#14151c"
    tint: str | None = None
    inks: tuple[str, ...] = ()
    screen: str = "lines"
    lines: tuple[str, ...] = ()


def draw(picture: Picture) -> Image.Image:
    """Draw a picture."""
    width, height = SIZES[picture.shape]
    sheet = Sheet(1000 * width / height)
    rng = Random(f"{picture.subject} {picture.seed}")
    if picture.subject in scenes.PRINTS:
        scenes.PRINTS[picture.subject](sheet, rng, picture.lines)
        return _print(sheet, picture, width, height)
    scenes.draw(picture.subject, sheet, rng)
    return _engrave(_tones(sheet, width // FINENESS, height // FINENESS), picture, rng)


def _print(sheet: Sheet, picture: Picture, width: int, height: int) -> Image.Image:
    """Print flat inks, drawn at twice the size for smooth edges, with a grain the ink does not cover."""
    inks = (picture.paper, picture.ink, *picture.inks)
    plate = Image.new("RGB", (width * 2, height * 2), picture.paper)
    brush, scale = ImageDraw.Draw(plate), height / 500
    for shape in sheet.shapes:
        brush.polygon([(x * scale, y * scale) for x, y in shape.outline], fill=inks[int(_first(shape.tone))])
    small = np.asarray(plate.reduce(2), np.int16)
    grain = np.random.default_rng(picture.seed).integers(-5, 6, (height // 2, width // 2, 1), np.int16)
    return Image.fromarray(np.clip(small + grain.repeat(2, 0).repeat(2, 1), 0, 255).astype(np.uint8))


def _first(tone: ShapeTone) -> float:
    return tone if isinstance(tone, float | int) else tone[0]


def _tones(sheet: Sheet, width: int, height: int) -> Tones:
    plate = np.zeros((height, width), np.float32)
    scale = height / 1000
    for shape in sheet.shapes:
        _lay(plate, shape, scale)
    return plate


def _lay(plate: Tones, shape: Shape, scale: float) -> None:
    """Lay one shape over the plate, within its bounding box only."""
    xs, ys = [x * scale for x, _ in shape.outline], [y * scale for _, y in shape.outline]
    margin = shape.soft * scale * 2.5 + 2
    left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
    right, bottom = (
        min(plate.shape[1], int(max(xs) + margin) + 1),
        min(plate.shape[0], int(max(ys) + margin) + 1),
    )
    if left >= right or top >= bottom:
        return
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in zip(xs, ys, strict=True)], fill=255)
    if shape.soft:
        mask = mask.filter(ImageFilter.GaussianBlur(shape.soft * scale))
    cover = np.asarray(mask, np.float32) * np.float32(shape.opacity / 255)
    plate[top:bottom, left:right] += (
        _shading(shape, xs, ys, left, top, cover.shape) - plate[top:bottom, left:right]
    ) * cover


def _shading(
    shape: Shape, xs: list[float], ys: list[float], left: int, top: int, size: tuple[int, ...]
) -> Tones | np.float32:
    if isinstance(shape.tone, float | int):
        return np.float32(shape.tone)
    first, last = shape.tone
    dx, dy = float(np.cos(shape.light)), float(np.sin(shape.light))
    along = [x * dx + y * dy for x, y in zip(xs, ys, strict=True)]
    low, high = min(along), max(along)
    grid = (np.arange(size[1]) + left)[None, :] * dx + (np.arange(size[0]) + top)[:, None] * dy
    return np.asarray(first + np.clip((grid - low) / max(high - low, 1), 0, 1) * (last - first), np.float32)


def _engrave(plate: Tones, picture: Picture, rng: Random) -> Image.Image:
    """Turn tones into ink: the darker, the fatter the line."""
    tones, slow = _enlarged(plate, 0.8), _enlarged(plate, 9)
    pitch = tones.shape[0] / rng.uniform(116, 138)
    cover = _screen(picture.screen, tones, slow, pitch, rng)[:, :, None]
    ground: Tones = np.broadcast_to(_rgb(picture.paper), (*tones.shape, 3))
    if picture.tint:
        amount = np.clip((slow - np.float32(0.2)) * np.float32(0.7), 0, 0.4)[:, :, None]
        ground = ground + (_rgb(picture.tint) - ground) * amount
    inked = ground + (_rgb(picture.ink) - ground) * cover
    return Image.fromarray(np.clip(inked, 0, 255).astype(np.uint8))


def _enlarged(plate: Tones, blur: float) -> Tones:
    """Bring the tone plate to the size of the picture, blurred a little or a lot."""
    image = Image.fromarray(np.asarray(np.clip(plate, 0, 1) * 255, np.uint8)).filter(
        ImageFilter.GaussianBlur(blur)
    )
    size = (plate.shape[1] * FINENESS, plate.shape[0] * FINENESS)
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float32) / np.float32(255)


def _screen(kind: str, tones: Tones, slow: Tones, pitch: float, rng: Random) -> Tones:
    """Return how much of each pixel is inked (0-1)."""
    height, width = tones.shape
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    weight = 0.05 + 0.93 * np.clip((tones - 0.5) * 1.22 + 0.5, 0, 1)
    if kind == "dots":
        turn = np.float32(0.7854)
        u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        pattern = 0.5 + 0.25 * (
            np.cos(u * np.float32(2 * np.pi / pitch)) + np.cos(v * np.float32(2 * np.pi / pitch))
        )
        return np.asarray(np.clip((weight - (1 - pattern)) * pitch * 0.55 + 0.5, 0, 1), np.float32)
    along = {
        "lines": y + 0 * x,
        "tilted": y * np.float32(0.94) + x * np.float32(0.34),
        "waves": y + np.sin(x * np.float32(2 * np.pi / (pitch * 34))) * np.float32(pitch * 1.2),
        "rings": np.hypot(
            x - np.float32(width * rng.uniform(0.3, 0.7)), y - np.float32(height * rng.uniform(0.25, 0.6))
        ),
        "upright": x + 0 * y,
    }[kind]
    phase = (along + slow * np.float32(pitch * 1.6)) / np.float32(pitch)
    off = np.abs(phase - np.floor(phase) - np.float32(0.5)) * np.float32(pitch)
    return np.asarray(np.clip(weight * np.float32(pitch / 2) - off + np.float32(0.5), 0, 1), np.float32)


def _rgb(colour: str) -> Tones:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float32)


def jpeg_bytes(image: Image.Image, title: str, creator: str, copyright_notice: str) -> bytes:
    """Save a picture as JPEG with title, creator and copyright inside (EXIF; UTF-8 bytes, as cameras do)."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = title.encode()
    exif[ExifTags.Base.Artist] = creator.encode()
    exif[ExifTags.Base.Copyright] = copyright_notice.encode()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88, optimize=False, exif=exif)
    return buffer.getvalue()


def fingerprint(picture: Picture) -> str:
    """Return the hash of a picture's pixels."""
    return sha256(draw(picture).tobytes()).hexdigest()
