"""The rights that are written into a delivered file, and the XMP and IPTC that say them.

XMP carries IPTC Photo Metadata and the PLUS licence fields (useplus.org, LDF 1.2); IPTC IIM repeats what older
programs read.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree
from xml.sax import saxutils

from archive import media_kinds
from archive.errors import Invalid
from archive.media_kinds import Kind

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OURS = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
}
DELIVERED = "delivered"  # the name of the copy in the folder of its making
BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
END = '<?xpacket end="w"?>'
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_XMP = 65_000 - 29  # bytes: what one segment of a JPEG can hold (XMP part 3, 1.1.3)


@dataclass(frozen=True)
class Rights:
    """What a delivered file says of its rights; an empty text is not written."""

    title: str
    creator: str
    credit: str
    notice: str
    licensor: str
    licensor_email: str
    licensee: str
    licence_number: str
    licence_url: str
    terms: str
    starts_on: str = ""  # ISO dates
    ends_on: str = ""


Writer = Callable[[BinaryIO, BinaryIO, Rights], None]


def write(
    writers: Mapping[Kind, Writer], file: BinaryIO, folder: Path, said: Mapping[str, str]
) -> dict[str, int]:
    """Let the writer of a file's kind make the copy DELIVERED in a folder; raise Invalid when there is none."""
    writer = writers.get(media_kinds.of(file.read(media_kinds.HEAD)))
    file.seek(0)
    if writer is None:
        raise Invalid("Rights cannot be written into this kind of file.")
    with (folder / DELIVERED).open("w+b") as target:
        writer(file, target, Rights(**said))
        return {"size": target.seek(0, 2)}


def packet(rights: Rights, known: bytes = b"") -> bytes:
    """Write the XMP packet; what a packet of the file said beside it stays, unless it cannot be read or is too long."""
    ours = _description(rights)
    for others in (_others(known, ours), ""):
        xml = (
            f'{BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">{ours}{others}</rdf:RDF>'
            f"</x:xmpmeta>{END}"
        ).encode()
        if len(xml) <= MAX_XMP:
            break
    return xml


def iptc(rights: Rights, known: bytes = b"") -> bytes:
    """Write the IPTC datasets (IIM 4.2); those of the file that say something else stay."""
    sets = {
        (2, 5): (rights.title, 64),
        (2, 80): (rights.creator, 32),
        (2, 110): (rights.credit, 32),
        (2, 116): (rights.notice, 128),
        (2, 40): (rights.terms, 256),
    }
    ours = {key: _cut(text, most) for key, (text, most) in sets.items() if text}
    others = [
        (key, value) for key, value in datasets(known) if key not in ours and key not in ((1, 90), (2, 0))
    ]
    every = [((1, 90), b"\x1b%G"), ((2, 0), b"\0\4"), *others, *ours.items()]
    return b"".join(
        struct.pack(">BBBH", 0x1C, *key, len(value)) + value
        for key, value in sorted(every, key=lambda one: one[0])
    )


def datasets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Give the datasets of an IPTC block; a damaged rest is left out, as are those of more than 32 kB."""
    at = 0
    while at + 5 <= len(block) and block[at] == 0x1C:
        record, number, length = struct.unpack_from(">BBH", block, at + 1)
        if length & 0x8000 or at + 5 + length > len(block):
            return
        yield (record, number), block[at + 5 : at + 5 + length]
        at += 5 + length


def _description(rights: Rights) -> str:
    parts = [
        _in("dc:title", "Alt", rights.title, lang=True),
        _in("dc:creator", "Seq", rights.creator),
        _in("dc:rights", "Alt", rights.notice, lang=True),
        _plain("photoshop:Credit", rights.credit),
        "<xmpRights:Marked>True</xmpRights:Marked>",
        _in("xmpRights:UsageTerms", "Alt", rights.terms, lang=True),
        _plain("xmpRights:WebStatement", rights.licence_url),
        "<plus:Version>1.2.0</plus:Version>",
        _people("plus:ImageCreator", "Seq", {"plus:ImageCreatorName": rights.creator}),
        _people(
            "plus:Licensor",
            "Seq",
            {
                "plus:LicensorName": rights.licensor,
                "plus:LicensorEmail": rights.licensor_email,
                "plus:LicensorURL": rights.licence_url,
            },
        ),
        _people("plus:Licensee", "Seq", {"plus:LicenseeName": rights.licensee}),
        _plain("plus:LicenseID", rights.licence_number),
        _in("plus:LicensorTransactionID", "Bag", rights.licence_number),
        _plain("plus:LicenseStartDate", rights.starts_on),
        _plain("plus:LicenseEndDate", rights.ends_on),
        _plain("plus:TermsAndConditionsURL", rights.licence_url),
    ]
    names = " ".join(f"xmlns:{prefix}={saxutils.quoteattr(address)}" for prefix, address in OURS.items())
    return f'<rdf:Description rdf:about="" {names}>{"".join(parts)}</rdf:Description>'


def _escape(text: str) -> str:
    """Write a text for XML, without the signs that XML 1.0 has no place for."""
    return saxutils.escape(NOT_IN_XML.sub("", text))


def _plain(name: str, text: str) -> str:
    return f"<{name}>{_escape(text)}</{name}>" if text else ""


def _in(name: str, list_of: str, text: str, *, lang: bool = False) -> str:
    if not text:
        return ""
    item = (
        f'<rdf:li xml:lang="x-default">{_escape(text)}</rdf:li>'
        if lang
        else f"<rdf:li>{_escape(text)}</rdf:li>"
    )
    return f"<{name}><rdf:{list_of}>{item}</rdf:{list_of}></{name}>"


def _people(name: str, list_of: str, said: dict[str, str]) -> str:
    inside = "".join(_plain(each, text) for each, text in said.items())
    if not inside:
        return ""
    return (
        f'<{name}><rdf:{list_of}><rdf:li rdf:parseType="Resource">{inside}</rdf:li></rdf:{list_of}></{name}>'
    )


def _others(known: bytes, ours: str) -> str:
    """Return the descriptions of a packet without what ours says anew."""
    try:
        root = ElementTree.fromstring(known.strip(b"\0 \r\n\t")) if known else None  # noqa: S314 - see archive.decoding
        said_anew = {each.tag for each in ElementTree.fromstring(f'<r xmlns:rdf="{RDF}">{ours}</r>')[0]}  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError):
        return ""
    if root is None:
        return ""
    kept = []
    for part in root.iter(f"{{{RDF}}}Description"):
        if part.get(f"{{{RDF}}}about") is None:
            continue  # inside another one
        for each in list(part):
            if each.tag in said_anew:
                part.remove(each)
        for name in set(part.attrib) & said_anew:
            del part.attrib[name]
        if len(part) or len(part.attrib) > 1:
            kept.append(ElementTree.tostring(part, encoding="unicode"))
    return "".join(kept)


def _cut(text: str, most: int) -> bytes:
    return text.encode()[:most].decode("utf-8", "ignore").encode()
