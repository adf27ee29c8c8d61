"""What identifiers look like: each scheme with its shape, its check digit and the web addresses it hides in.

Pure: `check` gives the one stored form of what somebody typed or pasted, or says what is wrong with it.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

MAX_LENGTH = 100  # characters of an identifier that follows no rule, such as a matrix number


class Fault(str, Enum):
    """What is wrong with an identifier."""

    EMPTY = "empty"
    SHAPE = "shape"  # too long, too short, or other characters
    CHECK = "check"  # the shape is right and the check character is not: a slip of the pen
    OTHER = "other"  # an address of another scheme


class BadIdentifier(ValueError):
    """What was typed is no identifier of its scheme; `meant` is the scheme of an address of another one."""

    def __init__(self, fault: Fault, example: str, meant: str = "") -> None:
        super().__init__(f"{fault.value}: should look like {example}")
        self.fault = fault
        self.example = example
        self.meant = meant


@dataclass(frozen=True)
class Scheme:
    """One kind of identifier; `read` gives the stored form, or None where the shape is wrong."""

    name: str
    example: str
    read: Callable[[str], str | None]
    is_right: Callable[[str], bool] = lambda _value: True  # by the check character
    address: str = ""  # on the web, with {} for the identifier
    pasted: str = ""  # pattern of addresses that hold one, as its first group


def check(scheme: str, text: str) -> str:
    """Return the stored form of an identifier; raise BadIdentifier. A scheme unknown here follows no rule."""
    rule = SCHEMES.get(scheme) or _free(scheme, "A 12345")
    plain = " ".join(text.split())
    if not plain:
        raise BadIdentifier(Fault.EMPTY, rule.example)
    value = rule.read(_inside(rule, plain))
    if value is None:
        meant = recognise(plain)
        if meant is not None and meant[0] != scheme:
            raise BadIdentifier(Fault.OTHER, rule.example, meant[0])
        raise BadIdentifier(Fault.SHAPE, rule.example)
    if not rule.is_right(value):
        raise BadIdentifier(Fault.CHECK, rule.example)
    return value


def recognise(text: str) -> tuple[str, str] | None:
    """Tell scheme and value of a pasted web address, or None."""
    plain = text.strip()
    for rule in SCHEMES.values():
        if rule.pasted and re.search(rule.pasted, plain, re.IGNORECASE):
            value = rule.read(_inside(rule, plain))
            return (rule.name, value) if value is not None else None
    return None


def address(scheme: str, value: str) -> str | None:
    """Return where an identifier leads on the web, if anywhere."""
    rule = SCHEMES.get(scheme)
    return rule.address.format(value) if rule is not None and rule.address else None


def iswc_digit(digits: str) -> str:
    """Give the check digit of a work's nine digits (ISO 15707, annex B)."""
    return _weighed(digits, start=1)


def isni_character(digits: str) -> str:
    """Give the check character of fifteen digits (ISO 27729, by ISO 7064 mod 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    value = (12 - total % 11) % 11
    return "X" if value == 10 else str(value)


def ipi_digits(digits: str) -> str:
    """Give the two check digits of an interested party's nine (CISAC, IPI name number: mod 101)."""
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    return f"{(101 - total % 101) % 100:02}"


def ean_digit(digits: str) -> str:
    """Give the check digit of a bar code's other digits (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def ror_digits(blade: str) -> str:
    """Give the two check digits of a ROR identifier's six characters (ISO 7064 mod 97-10 over base 32)."""
    number = 0
    for character in blade:
        number = number * 32 + _BASE_32.index(character)
    return f"{98 - number * 100 % 97:02}"


_NUMBER = r"[1-9]\d{0,21}"
_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u


def _inside(rule: Scheme, text: str) -> str:
    """Take the identifier out of a pasted address, or a "SCHEME:" off its front."""
    if rule.pasted and (found := re.search(rule.pasted, text, re.IGNORECASE)):
        return found[1]
    return re.sub(rf"^{re.escape(rule.name)}\b[\s:]*", "", text, flags=re.IGNORECASE) or text


def _weighed(digits: str, start: int) -> str:
    total = start + sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return str(-total % 10)


def _bare(text: str) -> str:
    return re.sub(r"[\s.\-‐-―]", "", text)


def _compact(pattern: str, *, upper: bool = True) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        bare = _bare(text)
        bare = bare.upper() if upper else bare.lower()
        return bare if re.fullmatch(pattern, bare, re.ASCII) else None

    return read


def _iswc(text: str) -> str | None:
    bare = _bare(text).upper()
    if not re.fullmatch(r"T\d{10}", bare, re.ASCII):
        return None
    return f"T-{bare[1:4]}.{bare[4:7]}.{bare[7:10]}-{bare[10]}"


def _ipi(text: str) -> str | None:
    bare = _bare(text).upper()
    if re.fullmatch(r"I\d{10}", bare, re.ASCII):
        return f"I-{bare[1:10]}-{bare[10]}"
    return bare.zfill(11) if re.fullmatch(r"\d{5,11}", bare, re.ASCII) else None


def _is_ipi(value: str) -> bool:
    if value.startswith("I-"):
        return _weighed(value[2:11], start=2) == value[-1]
    return ipi_digits(value[:9]) == value[9:]


def _mbid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text)) if re.fullmatch(r"[0-9A-Fa-f-]{32,36}", text) else None
    except ValueError:
        return None


def _as_printed(text: str) -> str | None:
    is_said = len(text) <= MAX_LENGTH and text.isprintable() and any(letter.isalnum() for letter in text)
    return text if is_said and not re.match(r"https?://", text, re.IGNORECASE) else None


def _discogs(text: str) -> str | None:
    # People write [r1234567], as Discogs itself does in texts.
    found = re.fullmatch(rf"\[?[rmal]?({_NUMBER})\]?", text, re.ASCII | re.IGNORECASE)
    return found[1] if found else None


def _free(name: str, example: str) -> Scheme:
    return Scheme(name, example, _as_printed)


SCHEMES: Mapping[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        # ISO 3901; hyphens are for reading only, so it is kept without.
        Scheme(
            "isrc",
            "NL-A50-58-00012",
            _compact(r"[A-Z]{2}[A-Z0-9]{3}\d{7}"),
            pasted=r"isrc\S*[/=]([A-Z]{2}-?[A-Z0-9]{3}-?\d{2}-?\d{5})",
        ),
        Scheme(
            "iswc",
            "T-034.524.680-1",
            _iswc,
            lambda value: iswc_digit(_bare(value)[1:10]) == value[-1],
            pasted=r"iswc\S*[/=](T-?[\d.]{9,11}-?\d)",
        ),
        Scheme(
            "ean",
            "4006381333931",
            _compact(r"\d{8}|\d{12,14}"),
            lambda value: ean_digit(value[:-1]) == value[-1],
        ),
        _free("matrix", "PH 4127-2"),
        _free("catalogue_no", "P 08057 L"),
        _free("accession", "1984.0412"),
        Scheme(
            "discogs",
            "1234567",
            _discogs,
            address="https://www.discogs.com/release/{}",
            pasted=r"discogs\.com/(?:[a-z]{2}/)?(?:\w+/)?(?:release|master|artist|label)/(\d+)",
        ),
        Scheme(
            "mbid",
            "8b8a38a9-a290-4560-84f6-3d4466e8d791",
            _mbid,
            address="https://musicbrainz.org/recording/{}",
            pasted=r"musicbrainz\.org/[a-z-]+/([0-9a-f-]{36})",
        ),
        Scheme("dahr", "2000012345", _compact(_NUMBER), pasted=r"adp\.library\.ucsb\.edu/\S*?/(\d{3,})"),
        Scheme(
            "wikidata",
            "Q93341",
            _compact(r"Q[1-9]\d{0,11}"),
            address="https://www.wikidata.org/entity/{}",
            pasted=r"wikidata\.org/(?:wiki|entity)/(Q\d+)",
        ),
        Scheme(
            "viaf",
            "44297201",
            _compact(_NUMBER),
            address="https://viaf.org/viaf/{}",
            pasted=r"viaf\.org/(?:\w\w/)?viaf/(\d+)",
        ),
        Scheme(
            "isni",
            "0000 0001 2103 2683",
            _compact(r"\d{15}[\dX]"),
            lambda value: isni_character(value[:15]) == value[15],
            address="https://isni.org/isni/{}",
            pasted=r"isni\.org/(?:isni/)?([\d ]{15,18}[\dX])",
        ),
        Scheme("ipi", "00014107338", _ipi, _is_ipi),
        Scheme(
            "gtaa",
            "89804",
            _compact(_NUMBER),
            address="http://data.beeldengeluid.nl/gtaa/{}",
            pasted=r"beeldengeluid\.nl/gtaa/(\d+)",
        ),
        Scheme(
            "geonames",
            "2759794",
            _compact(_NUMBER),
            address="https://www.geonames.org/{}",
            pasted=r"geonames\.org/(\d+)",
        ),
        Scheme(
            "ror",
            "05dxps055",
            _compact(rf"0[{_BASE_32}]{{6}}\d\d", upper=False),
            lambda value: ror_digits(value[1:7]) == value[7:],
            address="https://ror.org/{}",
            pasted=r"ror\.org/(0\w{8})",
        ),
    )
}

# What things of each sort may be given, in the order in which it is offered.
OF_ENTRIES: Mapping[str, tuple[str, ...]] = {
    "collection": ("accession", "wikidata"),
    "session": ("matrix", "mbid", "discogs", "dahr", "wikidata", "accession"),
    "recording": ("isrc", "matrix", "catalogue_no", "mbid", "dahr", "accession"),
    "image": ("accession", "wikidata"),
    "work": ("iswc", "mbid", "wikidata"),
    "release": ("catalogue_no", "ean", "matrix", "discogs", "mbid", "wikidata", "accession"),
    "performance": ("mbid", "wikidata", "accession"),
}
OF_AGENTS = ("wikidata", "viaf", "isni", "ipi", "mbid", "discogs", "gtaa", "dahr", "ror")
OF_PLACES = ("wikidata", "geonames", "gtaa", "mbid", "viaf")
