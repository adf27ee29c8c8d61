"""Pictures: what a file is, and the smaller copies that the site shows. The one module that reads what came
in with Pillow.

A picture is known by decoding it, never by its name. Copies carry no metadata but the credit and the rights:
no place, no camera, no hidden thumbnail of what was cut away.
"""

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot
from typing import BinaryIO

from PIL import Image, ImageCms, ImageDraw, ImageFont, ImageOps

from archive import media_kinds
from archive.errors import Invalid
from archive.media_kinds import Family

THUMBNAIL = 640  # pixels on the longest side
PREVIEW = 1600
LICENSED_QUALITY = 95  # JPEG, of what is paid for and will be worked on
WHOLE = 1_000_000  # pixels: more than any picture has
QUALITY = 82  # JPEG; above it the bytes grow and the eye sees nothing
MAX_PIXELS = (
    200_000_000  # unless `allow` says otherwise: an A4 page at 1200 dots per inch and half as much again
)
MAX_FRAMES = 50
MARK_ANGLE = 30  # degrees that a watermark climbs
MARK_STRENGTH = 110  # of 255
COPYRIGHT_TAG = 0x8298  # Exif 2.32, table 4
ORIENTATION_TAG = 0x0112
UPRIGHT = 1
TURNED = frozenset({5, 6, 7, 8})  # orientations that lie on their side

FORMATS = tuple(kind.decoder for kind in media_kinds.KINDS if kind.family is Family.PICTURE)
MANY_IN_ONE = "MPO"  # what Pillow calls a JPEG that holds more than one picture; the first is the picture

Source = bytes | BinaryIO

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# What Pillow doubts we refuse. Set once for its modules: `catch_warnings` would change the rules of every
# thread.
warnings.filterwarnings("error", module=r"PIL\.")


@dataclass(frozen=True)
class ImageFacts:
    """What a file is; width and height in pixels as it is seen, its orientation applied."""

    media_type: str
    suffix: str
    width: int
    height: int


@dataclass(frozen=True)
class Derived:
    """A copy for the screen, a JPEG in sRGB."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Size:
    """A copy that is wanted: pixels on its longest side, the words of its watermark ("" for none)."""

    longest: int
    watermark: str = ""


def allow(max_pixels: int) -> None:
    """Let pictures of this many points in; for a process of its own, as Pillow keeps the limit for all."""
    global MAX_PIXELS
    MAX_PIXELS = Image.MAX_IMAGE_PIXELS = max_pixels


def points(source: Source) -> int:
    """Count the points that a picture says it has, without decoding it; raise Invalid."""
    image = _open(source)
    return image.width * image.height


def opened(source: Source) -> Image.Image:
    """Open a picture without decoding it, for those who read what it says of itself; raise Invalid."""
    return _open(source)


def read(source: Source) -> ImageFacts:
    """Decode a picture whole and return what it is; raise Invalid for no picture, a damaged or too large one."""
    image = _open(source)
    kind = next(kind for kind in media_kinds.KINDS if kind.decoder == image.format)
    width, height = image.size
    if _orientation(image) in TURNED:
        width, height = height, width
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        # Decoders fail in every way there is (OSError, SyntaxError, struct.error ...): the file is at fault.
        raise _damaged() from error
    return ImageFacts(kind.media_type, kind.suffix, width, height)


def derive(
    source: Source, longest: int, *, quality: int = QUALITY, credit: str = "", rights: str = ""
) -> Derived:
    """Make a copy of at most `longest` pixels on its longest side, never larger than it was; raise Invalid."""
    return copies(source, [Size(longest)], quality=quality, credit=credit, rights=rights)[0]


def copies(
    source: Source, sizes: Sequence[Size], *, quality: int = QUALITY, credit: str = "", rights: str = ""
) -> list[Derived]:
    """Make copies of falling size, decoding the picture once and no larger than it must; raise Invalid."""
    image = _reduced(source, sizes[0].longest)
    made = []
    for size in sizes:
        image.thumbnail((size.longest, size.longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
        shown = _marked(image, size.watermark) if size.watermark else image
        made.append(Derived(_as_jpeg(shown, quality, credit, rights), image.width, image.height))
    return made


def licensed(source: Source, crop: Mapping[str, float] | None, longest: int | None) -> Derived:
    """Cut a picture to a part of it (fractions: x, y, width, height) and to a size; raise Invalid."""
    image = _reduced(source, WHOLE)
    if crop is not None:
        left, top = crop["x"] * image.width, crop["y"] * image.height
        right, bottom = left + crop["width"] * image.width, top + crop["height"] * image.height
        box = (round(left), round(top), round(right), round(bottom))
        image = image.crop((*box[:2], max(box[0] + 1, box[2]), max(box[1] + 1, box[3])))
    if longest is not None:
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Derived(_as_jpeg(image, LICENSED_QUALITY, "", ""), image.width, image.height)


def _reduced(source: Source, longest: int) -> Image.Image:
    """Decode, make small, and only then turn upright and into sRGB: so a large scan is held once."""
    image = _open(source)
    try:
        profile = image.info.get("icc_profile")
        if image.mode == "1":
            image = image.convert("L")
        elif image.mode in ("P", "PA"):
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
        is_upright = _orientation(image) == UPRIGHT
        return _in_srgb(image if is_upright else ImageOps.exif_transpose(image), profile)
    except MemoryError:
        raise
    except Exception as error:
        raise _damaged() from error


def _orientation(image: Image.Image) -> int:
    """Read how the picture lies; one whose Exif is damaged lies as it is, and is a good picture all the same."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, UPRIGHT))
    except MemoryError:
        raise
    except Exception:
        return UPRIGHT


def _open(source: Source) -> Image.Image:
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        image = Image.open(file, formats=FORMATS)
        if image.format == MANY_IN_ONE:
            image.format = media_kinds.JPEG.decoder
        frames = getattr(image, "n_frames", 1)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except MemoryError:
        raise
    except Exception as error:
        raise Invalid(
            "This is not a picture that can be used. Send a JPEG, PNG, TIFF, WebP or JPEG 2000 file."
        ) from error
    if image.width * image.height > MAX_PIXELS or frames > MAX_FRAMES:
        raise _too_large()
    return image


def _marked(image: Image.Image, words: str) -> Image.Image:
    """Write words across a copy, over and over, light with a dark edge so that they show on anything."""
    size = max(12, max(image.size) // 28)
    font = ImageFont.load_default(size)
    side = round(hypot(*image.size)) + size
    layer = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(layer)
    width = max(1, round(pen.textlength(words, font)))
    for row, top in enumerate(range(0, side, size * 5)):
        for left in range(-(row % 2) * (width // 2 + size), side, width + size * 3):
            pen.text(
                (left, top),
                words,
                (255, 255, 255, MARK_STRENGTH),
                font,
                stroke_width=1,
                stroke_fill=(0, 0, 0, 60),
            )
    layer = layer.rotate(MARK_ANGLE, Image.Resampling.BICUBIC)
    left, top = (side - image.width) // 2, (side - image.height) // 2
    layer = layer.crop((left, top, left + image.width, top + image.height))
    marked = image.copy()
    marked.paste(layer, mask=layer.getchannel("A"))
    return marked


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        image = _in_eight_bits(image)
    if profile and image.mode in ("RGB", "CMYK", "L", "LAB"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return converted or image
        except (ImageCms.PyCMSError, OSError):
            pass  # a damaged profile, or one of another kind of picture: the numbers are taken as they are
    if image.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        return (
            ImageCms.profileToProfile(image, lab, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
        )
    return _on_white(image)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    # Pillow cuts sixteen bits off at 255 when it converts; a scan must be scaled.
    return image.convert("F").point(lambda value: value * (1 / 256)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _as_jpeg(image: Image.Image, quality: int, credit: str, rights: str) -> bytes:
    clean = Image.frombytes(
        image.mode, image.size, image.tobytes()
    )  # leaves behind all that the file carried
    exif = Image.Exif()
    if rights:
        exif[COPYRIGHT_TAG] = rights.encode()  # UTF-8, as the Metadata Working Group advises
    out = io.BytesIO()
    clean.save(
        out,
        "JPEG",
        quality=quality,
        optimize=True,
        progressive=True,
        exif=exif,
        xmp=_rights_packet(credit, rights),
    )
    return out.getvalue()


def _rights_packet(credit: str, rights: str) -> bytes:
    # IPTC Photo Metadata Standard: Credit Line and Copyright Notice, which search engines show beside a
    # picture.
    if not credit and not rights:
        return b""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" rdf:about=""'
        f' photoshop:Credit="{escape(credit)}">'
        f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{escape(rights)}</rdf:li></rdf:Alt></dc:rights>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _damaged() -> Invalid:
    return Invalid("This picture is damaged. Export it again and send that.")


def _too_large() -> Invalid:
    return Invalid(
        "This picture has too many points. Send one of at most %(limit)s million.",
        limit=MAX_PIXELS // 1_000_000,
    )
