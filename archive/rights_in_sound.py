"""Write rights into WAV, FLAC and MP3 without touching the sound: `bext` and INFO, Vorbis comments, ID3."""

import struct
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from archive import rights_text
from archive.errors import Invalid
from archive.rights_text import Rights

CHUNK = 1 << 20
BEXT = struct.Struct("<256s32s32s10s8sII64s10s180s")  # EBU Tech 3285, version 2
MAX_SMALL = 16 << 20  # bytes of what stands beside the sound
VENDOR = b"Nachtregister"
OURS_IN_ID3 = {b"TCOP", b"WCOP", b"TOWN"}


def wav(source: BinaryIO, target: BinaryIO, rights: Rights) -> None:
    """Copy a WAV with `bext`, INFO and XMP; a `bext` that is there keeps what it says. Raise Invalid for an RF64."""
    if source.read(4) != b"RIFF":
        raise Invalid("Rights cannot be written into this kind of WAV.")
    source.read(4)
    target.write(b"RIFF\0\0\0\0" + source.read(4))
    known: dict[bytes, bytes] = {}
    for name, size in _chunks(source):
        is_info = name == b"LIST" and _peek(source, 4) == b"INFO"
        if name in (b"bext", b"_PMX") or is_info:
            known[b"INFO" if is_info else name] = source.read(min(size, MAX_SMALL))
        else:
            target.write(struct.pack("<4sI", name, size))
            _copy(source, target, size)
            target.write(b"\0" * (size & 1))
    for name, body in (
        (b"bext", _bext(known.get(b"bext", b""), rights)),
        (b"LIST", _info(known.get(b"INFO", b"INFO"), rights)),
        (b"_PMX", rights_text.packet(rights, known.get(b"_PMX", b""))),
    ):
        target.write(struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) & 1))
    size = target.seek(0, 2) - 8
    if size >= 1 << 32:
        raise Invalid("This WAV is too large for more to be written into it.")
    target.seek(4)
    target.write(struct.pack("<I", size))


def flac(source: BinaryIO, target: BinaryIO, rights: Rights) -> None:
    """Copy a FLAC with our Vorbis comments beside those it has (RFC 9639, 8.6)."""
    target.write(_exactly(source, 4))
    blocks: list[tuple[int, bytes]] = []
    is_last = False
    while not is_last:
        head = _exactly(source, 4)
        is_last, kind = bool(head[0] & 0x80), head[0] & 0x7F
        blocks.append((kind, _exactly(source, int.from_bytes(head[1:], "big"))))
    known = next((body for kind, body in blocks if kind == 4), b"")
    kept = [block for block in blocks if block[0] != 4]
    made = [kept[0], (4, _comments(known, rights)), *kept[1:]]
    for at, (kind, body) in enumerate(made):
        last = 0x80 if at == len(made) - 1 else 0
        target.write(bytes([kind | last]) + len(body).to_bytes(3, "big") + body)
    _copy(source, target, None)


def mp3(source: BinaryIO, target: BinaryIO, rights: Rights) -> None:
    """Copy an MP3 with an ID3v2 tag (id3.org, 2.3 and 2.4) that keeps the frames it has."""
    head = source.read(10)
    version, frames = 4, b""
    if head[:3] == b"ID3":
        body = source.read(_synchsafe(head[6:10]))
        if head[3] in (3, 4) and not head[5] & 0xC0:  # neither unsynchronised nor with an extended header
            version = head[3]
            frames = b"".join(frame for name, frame in _frames(body, version) if name not in OURS_IN_ID3)
    else:
        source.seek(0)
    frames += _ours_in_id3(rights, version)
    target.write(b"ID3" + bytes([version, 0, 0]) + _as_synchsafe(len(frames)) + frames)
    _copy(source, target, None)


def _bext(known: bytes, rights: Rights) -> bytes:
    fields = list(BEXT.unpack(known[: BEXT.size].ljust(BEXT.size, b"\0")))
    history = known[BEXT.size :]
    if not fields[0].strip(b"\0 "):
        text = "; ".join(each for each in (rights.title, rights.notice, rights.licence_number) if each)
        fields[0] = _ascii(text, 256)
    if not fields[1].strip(b"\0 "):
        fields[1] = _ascii(rights.licensor, 32)
    if not fields[2].strip(b"\0 "):
        fields[2] = _ascii(rights.licence_number, 32)
    if not fields[3].strip(b"\0 "):
        fields[3], fields[4] = _ascii(rights.starts_on, 10), b"00:00:00"
    return BEXT.pack(*fields) + history


def _info(known: bytes, rights: Rights) -> bytes:
    ours = {b"INAM": rights.title, b"IART": rights.creator, b"ICOP": rights.notice, b"ICMT": rights.terms}
    kept, at = b"", 4
    while at + 8 <= len(known):
        name, size = struct.unpack_from("<4sI", known, at)
        if not ours.get(name):
            kept += known[at : at + 8 + size + (size & 1)]
        at += 8 + size + (size & 1)
    for name, text in ours.items():
        if text:
            body = text.encode() + b"\0"
            kept += struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) & 1)
    return b"INFO" + kept


def _comments(known: bytes, rights: Rights) -> bytes:
    ours = {
        "COPYRIGHT": rights.notice,
        "LICENSE": rights.licence_url,
        "LICENSEE": rights.licensee,
        "LICENSE_ID": rights.licence_number,
        "LICENSOR": rights.licensor,
        "CONTACT": rights.licensor_email,
    }
    vendor, theirs = _comments_in(known)
    kept = [
        each for each in theirs if not ours.get(each.split(b"=", 1)[0].decode("ascii", "replace").upper())
    ]
    names = {each.split(b"=", 1)[0].upper() for each in kept}
    if b"TITLE" not in names:
        ours["TITLE"] = rights.title
    every = kept + [f"{name}={text}".encode() for name, text in ours.items() if text]
    return (
        struct.pack("<I", len(vendor))
        + vendor
        + struct.pack("<I", len(every))
        + b"".join(struct.pack("<I", len(each)) + each for each in every)
    )


def _comments_in(block: bytes) -> tuple[bytes, list[bytes]]:
    try:
        (size,) = struct.unpack_from("<I", block)
        vendor, at = block[4 : 4 + size], 4 + size
        (count,) = struct.unpack_from("<I", block, at)
        at, found = at + 4, []
        for _ in range(count):
            (size,) = struct.unpack_from("<I", block, at)
            if at + 4 + size > len(block):
                break
            found.append(block[at + 4 : at + 4 + size])
            at += 4 + size
    except struct.error:
        return VENDOR, []
    return vendor, found


def _ours_in_id3(rights: Rights, version: int) -> bytes:
    made = b""
    for name, text in ((b"TCOP", rights.notice), (b"TOWN", rights.licensee)):
        made += _frame(name, _encoded(text, version), version) if text else b""
    if rights.licence_url:
        made += _frame(b"WCOP", rights.licence_url.encode("latin-1", "replace"), version)
    for label, text in (("LICENSE_ID", rights.licence_number), ("LICENSOR", rights.licensor)):
        if text:
            end = b"\0" if version == 4 else b"\0\0"
            body = _encoded(label, version) + end + _encoded(text, version)[1:]
            made += _frame(b"TXXX", body, version)
    return made


def _encoded(text: str, version: int) -> bytes:
    return b"\3" + text.encode() if version == 4 else b"\1" + text.encode("utf-16")


def _frame(name: bytes, body: bytes, version: int) -> bytes:
    size = _as_synchsafe(len(body)) if version == 4 else len(body).to_bytes(4, "big")
    return name + size + b"\0\0" + body


def _frames(body: bytes, version: int) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 10 <= len(body) and body[at]:
        field = body[at + 4 : at + 8]
        size = _synchsafe(field) if version == 4 else int.from_bytes(field, "big")
        if at + 10 + size > len(body):
            return
        yield body[at : at + 4], body[at : at + 10 + size]
        at += 10 + size


def _synchsafe(field: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(field, (21, 14, 7, 0), strict=True))


def _as_synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, int]]:
    while len(head := source.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        at = source.tell()
        yield name, size
        source.seek(at + size + (size & 1))


def _peek(source: BinaryIO, size: int) -> bytes:
    found = source.read(size)
    source.seek(-len(found), 1)
    return found


def _copy(source: BinaryIO, target: BinaryIO, size: int | None) -> None:
    left = size
    while left is None or left > 0:
        chunk = source.read(CHUNK if left is None else min(CHUNK, left))
        if not chunk:
            return
        target.write(chunk)
        left = None if left is None else left - len(chunk)


def _exactly(source: BinaryIO, size: int) -> bytes:
    found = source.read(size)
    if len(found) != size:
        raise Invalid("This sound is damaged. Export it again and send that.")
    return found


def _ascii(text: str, size: int) -> bytes:
    # `bext` takes no other letters (EBU Tech 3285, 2.3); XMP and INFO beside it say it in full.
    plain = unicodedata.normalize("NFKD", text.replace("©", "(c)")).encode("ascii", "ignore")
    return plain[:size].ljust(size, b"\0")
