"""Pictures: what a file is, and the smaller copies that the site shows. The one module that reads what came
in with Pillow.

A picture is known by decoding it, never by its name. Copies carry no metadata but the credit and the rights:
no place, no camera, no hidden thumbnail of what was cut away.
"""

import io
import warnings
from dataclasses import dataclass
from html import escape

from PIL import Image, ImageCms, ImageOps

from archive.errors import Invalid

THUMBNAIL = 640  # pixels on the longest side
PREVIEW = 1600
QUALITY = 82  # JPEG; above it the bytes grow and the eye sees nothing
MAX_PIXELS = 200_000_000  # an A4 page at 1200 dots per inch and half as much again
MAX_FRAMES = 50
COPYRIGHT_TAG = 0x8298  # Exif 2.32, table 4
ORIENTATION_TAG = 0x0112
TURNED = frozenset({5, 6, 7, 8})  # orientations that lie on their side

MEDIA_TYPES = {
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),  # a JPEG that holds more than one picture; the first is the picture
    "PNG": ("image/png", ".png"),
    "TIFF": ("image/tiff", ".tif"),
    "WEBP": ("image/webp", ".webp"),
}
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")

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


def read(content: bytes) -> ImageFacts:
    """Decode a picture whole and return what it is; raise Invalid for no picture, a damaged or too large one."""
    image = _open(content)
    media_type, suffix = MEDIA_TYPES[image.format or ""]
    width, height = image.size
    try:
        if image.getexif().get(ORIENTATION_TAG) in TURNED:
            width, height = height, width
        image.load()
    except Exception as error:
        # Decoders fail in every way there is (OSError, SyntaxError, struct.error ...): the file is at fault.
        raise _damaged() from error
    return ImageFacts(media_type, suffix, width, height)


def derive(
    content: bytes, longest: int, *, quality: int = QUALITY, credit: str = "", rights: str = ""
) -> Derived:
    """Make a copy of at most `longest` pixels on its longest side, never larger than it was; raise Invalid."""
    image = _open(content)
    try:
        profile = image.info.get("icc_profile")
        if image.mode in ("P", "1"):
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
        image = _in_srgb(ImageOps.exif_transpose(image), profile)
    except Exception as error:
        raise _damaged() from error
    return Derived(_as_jpeg(image, quality, credit, rights), image.width, image.height)


def _open(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        frames = getattr(image, "n_frames", 1)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:
        raise Invalid(
            "This is not a picture that can be used. Send a JPEG, PNG, TIFF or WebP file."
        ) from error
    if image.width * image.height > MAX_PIXELS or frames > MAX_FRAMES:
        raise _too_large()
    return image


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
    return Invalid("This picture has too many points. Send one of at most 200 million.")
