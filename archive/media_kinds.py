"""What kind of picture or sound a file is, by what it holds and never by its name; and what it may not hold.

A file that may be taken for two things at once (a picture that is also a web page or an archive) is refused:
which of the two it is would depend on who opens it.
"""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import BinaryIO

from archive.errors import Invalid

HEAD = 4096
CHUNK = 1 << 20
OVERLAP = 32  # longer than the longest mark that is looked for
ZIP_TAIL = 22 + 65_535  # where the end of a ZIP archive may begin (APPNOTE 4.3.16)
PDF_WITHIN = 1024  # bytes before a PDF's own beginning that readers let pass


class Family(str, Enum):
    """What people do with it."""

    PICTURE = "picture"
    SOUND = "sound"


@dataclass(frozen=True)
class Kind:
    """One kind of file that is taken; `decoder` is Pillow's or FFmpeg's own name for it."""

    name: str
    family: Family
    decoder: str
    media_type: str
    suffix: str
    endings: frozenset[str]


def _endings(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _kind(name: str, family: Family, decoder: str, media_type: str, endings: str) -> Kind:
    return Kind(name, family, decoder, media_type, endings.split()[0], _endings(endings))


JPEG = _kind("JPEG", Family.PICTURE, "JPEG", "image/jpeg", ".jpg .jpeg .jpe .jfif")
PNG = _kind("PNG", Family.PICTURE, "PNG", "image/png", ".png")
TIFF = _kind("TIFF", Family.PICTURE, "TIFF", "image/tiff", ".tif .tiff")
WEBP = _kind("WebP", Family.PICTURE, "WEBP", "image/webp", ".webp")
JPEG_2000 = _kind("JPEG 2000", Family.PICTURE, "JPEG2000", "image/jp2", ".jp2 .j2k .j2c .jpc .jpf .jpx")
WAV = _kind("WAV", Family.SOUND, "wav", "audio/wav", ".wav .wave .bwf .rf64")
AIFF = _kind("AIFF", Family.SOUND, "aiff", "audio/aiff", ".aiff .aif .aifc")
FLAC = _kind("FLAC", Family.SOUND, "flac", "audio/flac", ".flac")
OGG = _kind("Ogg", Family.SOUND, "ogg", "audio/ogg", ".ogg .oga .opus")
MP3 = _kind("MP3", Family.SOUND, "mp3", "audio/mpeg", ".mp3")
M4A = _kind("M4A", Family.SOUND, "mp4", "audio/mp4", ".m4a .mp4 .m4b")

KINDS = (JPEG, PNG, TIFF, WEBP, JPEG_2000, WAV, AIFF, FLAC, OGG, MP3, M4A)

# First bytes of what is taken.
_SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),  # BigTIFF
    (b"MM\0+", TIFF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG_2000),
    (b"\xff\x4f\xff\x51", JPEG_2000),  # its bare code stream
    (b"fLaC", FLAC),
    (b"OggS", OGG),
    (b"ID3", MP3),
)
# Forms of the containers that begin with RIFF or FORM and a length.
_FORMS = {b"WAVE": WAV, b"AIFF": AIFF, b"AIFC": AIFF, b"WEBP": WEBP}
_CONTAINERS = (b"RIFF", b"RF64", b"BW64", b"FORM")
_STILL_IN_MP4 = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"hevc"})

# First bytes of what is not, so that the reason can name it.
_FOREIGN = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"\0\0\1\0", "ICO"),
    (b"8BPS", "PSD"),
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"PK", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"#!", "script"),
    (b"\x1aE\xdf\xa3", "Matroska"),
    (b"0&\xb2u", "WMA"),
    (b"\xd0\xcf\x11\xe0", "Office"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
)
_FOREIGN_ENDINGS = _endings(
    ".gif .bmp .ico .psd .pdf .ps .eps .ai .svg .svgz .html .htm .xhtml .xml .js .mjs .php .zip .gz .7z .rar .exe"
    " .dll .bat .cmd .com .sh .py .pl .jar .apk .swf .doc .docx .xls .xlsx .csv .txt .mkv .webm .avi .mov .wma"
    " .heic .avif"
)
# What a browser or a server would act upon. Markup in a picture's own metadata is none of these.
_ACTIVE = re.compile(rb"(?i)<(?:script|html|svg|iframe|object|embed|!doctype\s+html|\?php)[\s>/]")


def of(beginning: bytes) -> Kind:
    """Return the kind that a file's first bytes say; raise Invalid, naming what it is, for any other."""
    if not beginning:
        raise Invalid("This file is empty. Send it again.")
    kind = _taken(beginning)
    if kind is None:
        raise Invalid(
            "This is a file of another kind (%(kind)s). Send a JPEG, PNG, TIFF, WebP or JPEG 2000 picture, or a WAV,"
            " FLAC, AIFF, MP3, Ogg or M4A sound.",
            kind=_foreign(beginning),
        )
    return kind


def require_honest(kind: Kind, filename: str) -> None:
    """Raise Invalid when the name says that the file is something else than it is."""
    ending = PurePath(filename.replace("\\", "/")).suffix.lower()
    known = _FOREIGN_ENDINGS.union(*(each.endings for each in KINDS))
    if ending in known and ending not in kind.endings:
        raise Invalid(
            "The name ends in %(ending)s, but this file is %(kind)s. Look whether it is the file you meant; if so,"
            " let its name end in %(right)s and send it again.",
            ending=ending,
            kind=kind.name,
            right=kind.suffix,
        )


def require_single(file: BinaryIO) -> None:
    """Raise Invalid for a file that is also a web page, a script, a PDF or a ZIP archive."""
    found = _second_nature(file)
    if found:
        raise Invalid(
            "This file is two things at once: it also holds %(kind)s. Export the picture or the sound again and"
            " send that.",
            kind=found,
        )


def _taken(beginning: bytes) -> Kind | None:
    if beginning[:4] in _CONTAINERS:
        return _FORMS.get(beginning[8:12])
    if beginning[4:8] == b"ftyp":
        return None if beginning[8:12] in _STILL_IN_MP4 else M4A
    for signature, kind in _SIGNATURES:
        if beginning.startswith(signature):
            return kind
    # An MPEG frame begins with eleven bits set; its layer must be III, which is 01 (ISO 11172-3, 2.4.2.3).
    is_frame = len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xE6 == 0xE2
    return MP3 if is_frame else None


def _foreign(beginning: bytes) -> str:
    text = beginning.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").lower()
    if b"<svg" in text:
        return "SVG"
    if text.startswith(b"<"):
        return "HTML" if b"<html" in text or text.startswith(b"<!doctype") else "XML"
    if beginning[4:8] == b"ftyp":
        return "HEIC"
    for signature, name in _FOREIGN:
        if beginning.startswith(signature):
            return name
    return "text" if _is_text(beginning) else "unknown"


def _is_text(beginning: bytes) -> bool:
    return not re.search(rb"[\0-\x08\x0e-\x1f]", beginning)


def _second_nature(file: BinaryIO) -> str | None:
    file.seek(0)
    before = b""
    while chunk := file.read(CHUNK):
        if not before and b"%PDF-" in chunk[:PDF_WITHIN]:
            return "PDF"
        if _ACTIVE.search(before + chunk):
            return "HTML"
        before = chunk[-OVERLAP:]
    return "ZIP" if _ends_as_zip(file) else None


def _ends_as_zip(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - ZIP_TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    # The length of the archive's comment must reach to the end; chance bytes in a picture do not.
    return at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)
