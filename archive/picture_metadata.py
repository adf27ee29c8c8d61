"""What a picture says of itself: Exif, IPTC and XMP read into plain texts. Strangers wrote it, so a process of its own
reads it (see `archive.decoding`).

Where the three differ IPTC goes first: people fill it in, cameras fill in Exif.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import unquote
from xml.etree import ElementTree

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin, TiffImagePlugin

from archive import images

MOST = 5_000  # characters of one text
MAX_XMP = 4 << 20
UTF8_MARK = b"\x1b%G"  # ISO 2022: what follows is UTF-8 (IPTC IIM 4.2, dataset 1:90)

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
CC = "{http://creativecommons.org/ns#}"

# Our word, and where it stands: IPTC datasets (IIM 4.2), XMP properties, Exif tags; the first that says something.
PLACES: Mapping[str, tuple[tuple[tuple[int, int], ...], tuple[str, ...], tuple[int, ...]]] = {
    "title": (((2, 5),), (f"{DC}title",), ()),
    "headline": (((2, 105),), (f"{PHOTOSHOP}Headline",), ()),
    "description": (((2, 120),), (f"{DC}description",), (ExifTags.Base.ImageDescription,)),
    "maker": (((2, 80),), (f"{DC}creator",), (ExifTags.Base.Artist,)),
    "date": (((2, 55),), (f"{PHOTOSHOP}DateCreated",), (ExifTags.Base.DateTimeOriginal,)),
    "rights": (((2, 116),), (f"{DC}rights",), (ExifTags.Base.Copyright,)),
    "credit": (((2, 110),), (f"{PHOTOSHOP}Credit",), ()),
    "licence": ((), (f"{CC}license", f"{RIGHTS}WebStatement"), ()),
    "keywords": (((2, 25),), (f"{DC}subject",), ()),
    "event": (((2, 103),), (f"{PHOTOSHOP}TransmissionReference",), ()),
    "city": (((2, 90),), (f"{PHOTOSHOP}City",), ()),
    "country": (((2, 101),), (f"{PHOTOSHOP}Country",), ()),
}
# How Wikimedia Commons names a photograph of a numbered collection: title, and in brackets the maker and the number.
COMMONS = re.compile(
    r"File source: https?://commons\.wikimedia\.org/wiki/File:(.+?)(?:\s*\(([^()]*?)\s*\d+\))?\.\w+"
)


def read(file: BinaryIO) -> dict[str, str]:
    """Return what the picture says of itself; a part that is damaged says nothing. Raise Invalid for no picture."""
    image = images.opened(file)
    iptc, xmp, exif = _iptc(image), _xmp(image), _exif(image)
    found: dict[str, str] = {}
    for name, (datasets, properties, tags) in PLACES.items():
        texts = [
            *(iptc.get(dataset, "") for dataset in datasets),
            *(xmp.get(each, "") for each in properties),
            *(exif.get(tag, "") for tag in tags),
        ]
        found[name] = next((text for text in texts if text), "")
    found |= {name: text for name, text in _comment(image).items() if not found.get(name)}
    return {name: text[:MOST] for name, text in found.items() if text}


def _iptc(image: Image.Image) -> dict[tuple[int, int], str]:
    try:
        said: Mapping[Any, Any] = IptcImagePlugin.getiptcinfo(cast("ImageFile.ImageFile", image)) or {}
    except Exception:
        return {}  # damaged: any error a parser may have
    is_utf8 = said.get((1, 90)) == UTF8_MARK
    return {
        key: "; ".join(
            _text(each, is_utf8=is_utf8) for each in (value if isinstance(value, list) else [value])
        )
        for key, value in said.items()
    }


def _exif(image: Image.Image) -> dict[int, str]:
    try:
        exif = image.getexif()
        said = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    except Exception:
        return {}
    # Pillow reads these texts as Latin-1, cameras and programs write UTF-8 whatever the standard says.
    return {
        tag: _text(value.encode("latin-1", "ignore"), is_utf8=False)
        for tag, value in said.items()
        if isinstance(value, str)
    }


def _xmp(image: Image.Image) -> dict[str, str]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    if not packet and isinstance(image, TiffImagePlugin.TiffImageFile):
        packet = image.tag_v2.get(700, b"")
    raw = packet.encode() if isinstance(packet, str) else bytes(packet)
    try:
        root = ElementTree.fromstring(raw[:MAX_XMP].strip(b"\0 \r\n\t"))  # noqa: S314 - in a process with limits
    except (ElementTree.ParseError, ValueError, LookupError):
        return {}
    found: dict[str, str] = {}
    for part in root.iter(f"{RDF}Description"):
        found |= {name: value.strip() for name, value in part.attrib.items() if value.strip()}
        for each in part:
            text = "; ".join(_values(each))
            if text:
                found.setdefault(each.tag, text)
    return found


def _values(element: ElementTree.Element) -> Iterator[str]:
    address = element.get(f"{RDF}resource")
    if address:
        yield address
    items = list(element.iter(f"{RDF}li")) or [element]
    yield from ((item.text or "").strip() for item in items if (item.text or "").strip())


def _comment(image: Image.Image) -> dict[str, str]:
    comment = image.info.get("comment", b"")
    text = _text(comment if isinstance(comment, bytes) else str(comment).encode(), is_utf8=False)
    found = COMMONS.fullmatch(unquote(text).replace("_", " "))
    if found is None:
        return {"comment": text}
    return {"title": found[1], "maker": found[2] or "", "comment": text}


def _text(value: object, *, is_utf8: bool) -> str:
    raw = value if isinstance(value, bytes) else str(value).encode()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8" if is_utf8 else "cp1252", "replace")
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    return "\n".join(line.strip() for line in lines).strip()
