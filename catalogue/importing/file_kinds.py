"""What a file really is, by its first bytes and its encoding: a table in text or something else."""

import codecs
import hashlib
from typing import BinaryIO

from archive.errors import Invalid

CHUNK = 1 << 20
UTF16 = "utf-16"
UTF8 = "utf-8-sig"  # with or without a byte order mark
WINDOWS = "cp1252"  # holds all of Latin-1 that can be printed

NAMES = {
    UTF8: "UTF-8",
    UTF16: "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    WINDOWS: "Windows-1252 (Latin-1)",
}

# First bytes, and the format they mean.
SIGNATURES = (
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x00\x00\x00\x0cjP", "JPEG 2000"),
    (b"RIFF", "RIFF"),
    (b"OggS", "Ogg"),
    (b"fLaC", "FLAC"),
    (b"ID3", "MP3"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"SQLite format 3", "SQLite"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
)
OFFICE = frozenset({"XLS", "XLSX", "ODS"})
PACKED = frozenset({"gzip", "7z", "ZIP"})
_ZIP = b"PK\x03\x04"
_ENCODING_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, UTF16),
    (codecs.BOM_UTF16_BE, UTF16),
)


def recognise(file: BinaryIO) -> tuple[str, str]:
    """Give (encoding, sha256 in hexadecimal) of a file of text; raise Invalid for any other."""
    start = file.read(4096)
    file.seek(0)
    if not start:
        raise Invalid("The file is empty. It needs a header and at least one row.")
    _refuse_other_kinds(start)
    encoding = _marked(start) or _unmarked_utf16(start)
    return (encoding, _checked(file, encoding)) if encoding else _eight_bit_encoding(file)


def _refuse_other_kinds(start: bytes) -> None:
    for signature, name in SIGNATURES:
        if start.startswith(signature):
            raise _no_table(name)
    if start.startswith(_ZIP):
        raise _no_table(_zipped(start))


def _zipped(start: bytes) -> str:
    if b"opendocument.spreadsheet" in start:
        return "ODS"
    return "XLSX" if b"[Content_Types].xml" in start or b"xl/" in start else "ZIP"


def _no_table(name: str) -> Invalid:
    if name == "XLS":
        return Invalid(
            "This is an old Excel file (XLS), or a workbook with a password. Open it in Excel or LibreOffice, choose"
            " Save as, XLSX (or CSV), without a password, and import that file."
        )
    if name in OFFICE:
        return Invalid(
            "This means to be a workbook (%(format)s) and is damaged or holds no sheet. Open it in the program"
            " it comes from, save it again as %(format)s or as CSV, and import that.",
            format=name,
        )
    if name in PACKED:
        return Invalid(
            "This is a packed file (%(format)s) that holds no JSON Lines. Unpack it and import the file inside.",
            format=name,
        )
    return Invalid(
        "This file is %(format)s, not a table in text, whatever its name says. Name a CSV file.", format=name
    )


def _marked(start: bytes) -> str | None:
    return next((name for mark, name in _ENCODING_MARKS if start.startswith(mark)), None)


def _unmarked_utf16(start: bytes) -> str | None:
    """Recognise UTF-16 without its mark: every other byte of Western text is then zero."""
    pairs = len(start) // 2
    if pairs < 2:
        return None
    low, high = start[1::2].count(0), start[0::2].count(0)
    if low > pairs * 0.7 and high < pairs * 0.1:
        return "utf-16-le"
    return "utf-16-be" if high > pairs * 0.7 and low < pairs * 0.1 else None


def _checked(file: BinaryIO, encoding: str) -> str:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeError as error:
        raise Invalid(
            "The file begins as %(encoding)s but is damaged. Export it again as CSV.",
            encoding=NAMES[encoding],
        ) from error
    return digest.hexdigest()


def _eight_bit_encoding(file: BinaryIO) -> tuple[str, str]:
    """Tell UTF-8 from the older Western encodings, which bear no sign, by reading the whole file."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = unknown = 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        good, bad = _count(decoder.decode(chunk), good, bad)
        unknown += sum(map(chunk.count, (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")))
    good, bad = _count(decoder.decode(b"", True), good, bad)
    if bad and (good >= bad or unknown):
        # Taken for Latin-1, the good characters would become nonsense such as "Ã«".
        raise Invalid(
            "The file is neither UTF-8 nor Windows-1252: %(count)s bytes are damaged or the encodings are mixed."
            " Export it again as CSV in UTF-8.",
            count=bad,
        )
    return (WINDOWS if bad else UTF8), digest.hexdigest()


def _count(text: str, good: int, bad: int) -> tuple[int, int]:
    # By the lengths of what is left out: a loop over each character of a large file would take minutes.
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    damaged = len(text) - len(text.encode("utf-8", "ignore").decode("utf-8"))
    return good + foreign - damaged, bad + damaged
