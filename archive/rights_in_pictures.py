"""Write rights into JPEG, PNG and TIFF without touching the picture: the segments, chunks and tags beside it."""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from archive import rights_text
from archive.errors import Invalid
from archive.rights_text import Rights

XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"  # XMP part 3, 1.1.3
PHOTOSHOP = b"Photoshop 3.0\0"
IPTC_RESOURCE = 0x0404
XMP_IN_PNG = b"XML:com.adobe.xmp"
XMP_TAG, IPTC_TAG, COPYRIGHT_TAG, ARTIST_TAG = 700, 33723, 33432, 315
BYTE, ASCII, UNDEFINED = 1, 2, 7
TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
CHUNK = 1 << 20


def jpeg(source: BinaryIO, target: BinaryIO, rights: Rights) -> None:
    """Copy a JPEG with our XMP and IPTC; raise Invalid when its segments cannot be followed."""
    head = list(_segments(source))
    xmp = next((body[len(XMP_IN_JPEG) :] for _, body in head if body.startswith(XMP_IN_JPEG)), b"")
    resources = b"".join(body[len(PHOTOSHOP) :] for mark, body in head if _is_photoshop(mark, body))
    first = [each for each in head if each[0] in (0xE0, 0xE1) and not each[1].startswith(XMP_IN_JPEG)]
    rest = [
        each
        for each in head
        if each not in first and not each[1].startswith(XMP_IN_JPEG) and not _is_photoshop(*each)
    ]
    ours = [
        (0xE1, XMP_IN_JPEG + rights_text.packet(rights, xmp)),
        (0xED, PHOTOSHOP + _resources(resources, rights)),
    ]
    target.write(b"\xff\xd8")
    for mark, body in (*first, *(each for each in ours if len(each[1]) < 65_534), *rest):
        target.write(struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body)
    _copy_rest(source, target)


def png(source: BinaryIO, target: BinaryIO, rights: Rights) -> None:
    """Copy a PNG with our XMP in an iTXt chunk after its header; raise Invalid when its chunks cannot be followed."""
    signature = source.read(8)
    chunks: list[tuple[bytes, bytes]] = []
    while True:
        size, name = struct.unpack(">I4s", _exactly(source, 8))
        if name == b"IDAT":
            source.seek(-8, 1)
            break
        chunks.append((name, _exactly(source, size)))
        _exactly(source, 4)
    is_xmp = [name == b"iTXt" and body.startswith(XMP_IN_PNG + b"\0") for name, body in chunks]
    known = next((body for (_, body), xmp in zip(chunks, is_xmp, strict=True) if xmp), b"")
    text = XMP_IN_PNG + b"\0\0\0\0\0" + rights_text.packet(rights, known.partition(b"\0\0\0\0\0")[2])
    kept = [chunk for chunk, xmp in zip(chunks, is_xmp, strict=True) if not xmp]
    target.write(signature)
    for name, body in (kept[0], (b"iTXt", text), *kept[1:]):
        target.write(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))
    _copy_rest(source, target)


def tiff(source: BinaryIO, target: BinaryIO, rights: Rights) -> None:
    """Copy a TIFF and put a new first directory at its end, with our tags in it; raise Invalid for a BigTIFF."""
    start = _exactly(source, 8)
    order = "<" if start[:2] == b"II" else ">"
    magic, at = struct.unpack(f"{order}HI", start[2:])
    if magic != 42:
        raise Invalid("Rights cannot be written into this kind of TIFF.")
    source.seek(at)
    (count,) = struct.unpack(f"{order}H", _exactly(source, 2))
    entries = {
        struct.unpack(f"{order}H", entry[:2])[0]: entry
        for entry in (_exactly(source, 12) for _ in range(count))
    }
    following = _exactly(source, 4)
    known = {tag: _value(source, entries.get(tag), order) for tag in (XMP_TAG, IPTC_TAG)}
    source.seek(0)
    _copy_rest(source, target)
    ours = {
        XMP_TAG: (BYTE, rights_text.packet(rights, known[XMP_TAG])),
        IPTC_TAG: (UNDEFINED, rights_text.iptc(rights, known[IPTC_TAG])),
        COPYRIGHT_TAG: (ASCII, rights.notice.encode() + b"\0"),
        ARTIST_TAG: (ASCII, rights.creator.encode() + b"\0"),
    }
    for tag, (kind, value) in ours.items():
        if len(value) > 1:
            entries[tag] = struct.pack(f"{order}HHI", tag, kind, len(value)) + _placed(target, value, order)
    directory = _aligned(target)
    target.write(struct.pack(f"{order}H", len(entries)))
    target.write(b"".join(entries[tag] for tag in sorted(entries)) + following)
    if target.tell() >= 1 << 32:
        raise Invalid("This TIFF is too large for more to be written into it.")
    target.seek(4)
    target.write(struct.pack(f"{order}I", directory))


def _segments(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give the marked segments before the picture, and stop where it begins."""
    if _exactly(source, 2) != b"\xff\xd8":
        raise Invalid("This picture is damaged. Export it again and send that.")
    while True:
        begin, mark = _exactly(source, 2)
        while mark == 0xFF:
            (mark,) = _exactly(source, 1)
        if begin != 0xFF:
            raise Invalid("This picture is damaged. Export it again and send that.")
        if not (0xE0 <= mark <= 0xEF or mark == 0xFE):
            source.seek(-2, 1)
            return
        (size,) = struct.unpack(">H", _exactly(source, 2))
        yield mark, _exactly(source, size - 2)


def _is_photoshop(mark: int, body: bytes) -> bool:
    return mark == 0xED and body.startswith(PHOTOSHOP)


def _resources(known: bytes, rights: Rights) -> bytes:
    """Return Photoshop's resources with our IPTC among them; a damaged rest of theirs is left out."""
    made, datasets, at = b"", b"", 0
    while known[at : at + 4] == b"8BIM" and at + 12 <= len(known):
        (number,) = struct.unpack_from(">H", known, at + 4)
        name_size = (known[at + 6] + 2) & ~1
        if at + 10 + name_size > len(known):
            break
        (size,) = struct.unpack_from(">I", known, at + 6 + name_size)
        body_at = at + 10 + name_size
        if number == IPTC_RESOURCE:
            datasets = known[body_at : body_at + size]
        elif number != 0x0425:  # a digest of the IPTC that was there
            made += known[at : body_at + size + (size & 1)]
        at = body_at + size + (size & 1)
    ours = rights_text.iptc(rights, datasets)
    return made + struct.pack(">4sHHI", b"8BIM", IPTC_RESOURCE, 0, len(ours)) + ours + b"\0" * (len(ours) & 1)


def _value(source: BinaryIO, entry: bytes | None, order: str) -> bytes:
    if entry is None:
        return b""
    kind, count = struct.unpack(f"{order}HI", entry[2:8])
    size = TYPE_SIZES.get(kind, 1) * count
    if size <= 4:
        return entry[8 : 8 + size]
    source.seek(struct.unpack(f"{order}I", entry[8:])[0])
    return source.read(min(size, rights_text.MAX_XMP * 4))


def _placed(target: BinaryIO, value: bytes, order: str) -> bytes:
    if len(value) <= 4:
        return value.ljust(4, b"\0")
    at = _aligned(target)
    target.write(value)
    return struct.pack(f"{order}I", at)


def _aligned(target: BinaryIO) -> int:
    at = target.seek(0, 2)
    if at & 1:
        target.write(b"\0")
    return at + (at & 1)


def _exactly(source: BinaryIO, size: int) -> bytes:
    found = source.read(size) if size >= 0 else b""
    if len(found) != size:
        raise Invalid("This picture is damaged. Export it again and send that.")
    return found


def _copy_rest(source: BinaryIO, target: BinaryIO) -> None:
    while chunk := source.read(CHUNK):
        target.write(chunk)
