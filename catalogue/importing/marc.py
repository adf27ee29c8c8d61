"""From a MARC 21 record of sound, film or printed music to a release: titles, label, number, contents, people. Pure.

The lists of fields are in `marc.toml`; a field that is neither read nor in a list is told in the report.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Values
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalogue import identifier_rules
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.identifier_rules import BadIdentifier
from catalogue.importing import formats, marc_fields, marc_names, parsing, xml_remarks
from catalogue.importing.elements import Element
from catalogue.importing.mapping import Mapping
from catalogue.importing.marc_fields import MarcField
from catalogue.importing.parsing import UnreadableError
from catalogue.importing.publications import PlannedPart, PlannedRelease, PlannedTrack, Saying
from catalogue.importing.records import GroupPlan, PlannedSource
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow
from catalogue.terms import TermScheme

COLUMN = "MARC record"
IGNORED = frozenset({"@type"})
LIST = Path(__file__).with_name("marc.toml")
NUMBERS = {"0": "isrc", "1": "ean", "3": "ean", "7": "other", "8": "other"}  # field 024, first indicator
_STATE = re.compile(r"[a-z]{2}u")  # a state of the United States
_RIGHTS_YEAR = re.compile(r"(?<![\w])[cp©℗](?=\[?\d{4})")
_BETWEEN_PIECES = re.compile(r"\s*--\s*")
_LENGTH = re.compile(r"\s*\((\d{1,2}(?::\d{2}){1,2})\)\s*\.?$")

# Subfields that are read; a field with others is kept whole beside. Those with figures are the library's own.
USED = {
    **dict.fromkeys(("100", "110", "700", "710"), "abde4tkmnopr"),
    **dict.fromkeys(("111", "711"), "abcdej4tkmnopr"),
    "245": "abcfghknps",
    **dict.fromkeys(("130", "240", "246", "730", "740", "440", "490", "830"), "abfgkmnoprstdv"),
    **dict.fromkeys(("600", "610", "611", "630", "650", "651", "653", "655"), "abcdnpqtvxyz"),
}
# Read together with others, here and in `marc_names`.
READ = frozenset({"028", "100", "110", "111", "300", "305", "306", "700", "710", "711"})

Told = Callable[[MarcField, Saying], None]


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan one record; of several rows with its key the first."""
    return xml_remarks.plan(mapping, source, COLUMN, IGNORED, _release)


def _release(mapping: Mapping, key: str, record: Element, row: ReadRow) -> PlannedRelease:
    said, control, saying = list(marc_fields.fields(record)), marc_fields.controls(record), Saying()
    by_tag: dict[str, list[MarcField]] = {}
    for field in said:
        by_tag.setdefault(field.tag, []).append(field)
        _tell(field, saying, row)
    number = marc_fields.number(record)
    saying.identifiers.insert(0, ("marc", number))
    is_music = marc_fields.sort(record) in "cj"
    saying.credits += marc_names.credits(said, row, is_music=is_music)
    label, catalogue_no = _label(said), _catalogue_no(said, saying)
    carrier = _carrier(said)
    return PlannedRelease(
        key=key,
        title=_title(by_tag.get("245", []), row),
        title_lang=None,
        title_en=None,
        date_text=_date(said, control.get("008", ""), saying, row),
        sources=xml_remarks.sources(
            mapping, saying, PlannedSource(mapping.collection.citation, url=mapping.collection.url)
        ),
        credit_line=mapping.collection.credit_line,
        language=_language(control.get("008", "")),
        label=label,
        catalogue_no=catalogue_no,
        format=formats.find(carrier),
        format_text=carrier or None,
        country=_country(control.get("008", "")[15:18]),
        tracks=tuple(track for field in by_tag.get("505", []) for track in _tracks(field)),
        **saying.documented(),
    )


def _tell(field: MarcField, saying: Saying, row: ReadRow) -> None:
    """Take what a field says that stands by itself; names, label, date and contents are read together elsewhere."""
    used = USED.get(field.tag, "")
    if used and any(code.isalpha() and code not in used for code, _ in field.parts):
        saying.note(
            "names" if field.tag in marc_names.PEOPLE + marc_names.BODIES else "titles", field.joined()
        )
    if field.tag in _lists().told:
        _lists().told[field.tag](field, saying)
    elif field.tag == "024":
        _standard_number(field, saying, row)
    elif field.tag not in READ and field.tag not in _lists().ignored:
        said = field.joined()[: xml_remarks.MOST_SHOWN]
        row.remark(Look.ELEMENT, field.tag, said, "has no place in the catalogue; kept with the row only")


def _title(titles: Sequence[MarcField], row: ReadRow) -> str:
    if not titles or not titles[0].all("abfgknps"):
        row.remark(Look.VALUE, "245", "", "the record has no title; it came in as “[no title]”")
        return "[no title]"
    main, *more = titles[0].all("abfgknps")
    return f"{main}: {' '.join(more)}" if more and titles[0].get("b") == more[0] else " ".join([main, *more])


def _label(said: Sequence[MarcField]) -> PlannedPart | None:
    """Return who put it on sale: the first publisher of 264, 260, 262 or 261, else the label of the first number."""
    named = [field.get("b") for tag in ("264", "260", "262", "261") for field in said if field.tag == tag]
    named += [field.get("a") for field in said if field.tag == "261"]
    named += [re.sub(r"\s*\(.*\)$", "", field.get("b")) for field in said if field.tag == "028"]
    name = next((name for name in named if name), "")
    return PlannedPart(Role.PUBLISHER, name, AgentKind.ORGANISATION) if name else None


def _catalogue_no(said: Sequence[MarcField], saying: Saying) -> str | None:
    """Return the number of the release; keep all others, matrix numbers apart."""
    numbers = []
    for field in said:
        if field.tag == "028" and field.get("a"):
            saying.note("identifiers", ": ".join(reversed(field.all("ab"))))
            if field.first == "1":
                saying.identifiers.append(("matrix", field.get("a")))
            else:
                numbers.append(field.get("a"))
        if field.tag == "262" and field.get("c") and not _is_date_alone(field):
            numbers.append(field.get("c"))
    saying.identifiers += [("catalogue_no", number) for number in dict.fromkeys(numbers[1:])]
    return numbers[0] if numbers else None


def _is_date_alone(field: MarcField) -> bool:
    """Say whether $c of 262 holds the date, as records do that have no number."""
    return not field.get("d") and re.fullmatch(r"\[?\d{2,4}[-\d?]*\]?", field.get("c")) is not None


def _date(said: Sequence[MarcField], fixed: str, saying: Saying, row: ReadRow) -> str | None:
    """Return the date of publication as printed; where that is not understood, the year of field 008."""
    codes = {"260": "c", "261": "d", "262": "d", "264": "c"}
    printed = [field.get(code) for tag, code in codes.items() for field in said if field.tag == tag]
    printed += [field.get("c") for field in said if field.tag == "262" and _is_date_alone(field)]
    written = next((text for text in printed if text), "")
    plain = _RIGHTS_YEAR.sub("", written)
    if plain != written:
        saying.note("date", written)
    xml_remarks.check_date(row, "date", plain)
    year = fixed[7:11]
    if plain and not xml_remarks.is_understood(plain) and year.isdigit():
        saying.note("date", written)
        return year
    return plain or (year if year.isdigit() else None)


def _language(fixed: str) -> str | None:
    code = fixed[35:38]
    return code if code.isalpha() and code not in ("zxx", "und", "mul") else None


def _country(code: str) -> str | None:
    plain = code.strip()
    if plain in ("", "xx") or not plain.isalpha():
        return None
    return _lists().countries.get(plain) or ("US" if _STATE.fullmatch(plain) else plain)


def _carrier(said: Sequence[MarcField]) -> str:
    """Describe the carrier in one line: what the title says it is, and its extent."""
    kinds = [field.get("h").strip("[] ") for field in said if field.tag == "245"]
    extents = [field.joined(between=" ") for field in said if field.tag in ("300", "305")]
    lengths = [value for field in said if field.tag == "306" for value in field.all("a")]
    return "; ".join(part for part in [*kinds, *extents, *lengths] if part)


def _tracks(field: MarcField) -> Iterator[PlannedTrack]:
    """Take a contents note apart: "Toccata and fugue (8:25) -- Passacaglia (13:30)."."""
    for piece in _BETWEEN_PIECES.split(field.joined("agrt").strip()):
        title = piece.strip().removesuffix(".").strip()
        length = _LENGTH.search(title)
        if title:
            yield PlannedTrack(
                printed_title=title[: length.start()].strip() or title if length else title,
                duration_ms=_milliseconds(length[1]) if length else None,
            )


def _milliseconds(written: str) -> int | None:
    try:
        return parsing.duration(written)
    except UnreadableError:
        return None


def _standard_number(field: MarcField, saying: Saying, row: ReadRow) -> None:
    scheme, value = NUMBERS.get(field.first, "other"), field.get("a")
    saying.note("identifiers", field.joined())
    if scheme == "other" or not value:
        return
    try:
        saying.identifiers.append((scheme, identifier_rules.check(scheme, value)))
    except BadIdentifier as error:
        row.remark(Look.VALUE, "024", value, f"is no {scheme.upper()} ({error.fault.value}); kept as written")


def _other_title(kind: str) -> Told:
    def told(field: MarcField, saying: Saying) -> None:
        if title := " ".join(field.all("abfgkmnoprstdv")):
            saying.other_titles.append((title, kind))

    return told


def _paragraph(field: MarcField, saying: Saying) -> None:
    saying.paragraphs += list(filter(None, [field.joined()]))


def _noted(name: str) -> Told:
    def told(field: MarcField, saying: Saying) -> None:
        saying.note(name, field.joined())

    return told


def _subject(scheme: TermScheme) -> Told:
    def told(field: MarcField, saying: Saying) -> None:
        main = " ".join(field.all("abcdnpqt"))
        word = " – ".join([main, *field.all("vxyz")]) if main else ""
        saying.terms += [formats.taken_as_it_is(scheme, word)] if word else []

    return told


def _responsibility(field: MarcField, saying: Saying) -> None:
    saying.note("credits", field.get("c"))


@dataclass(frozen=True)
class _Lists:
    told: Values[str, Told]
    ignored: frozenset[str]
    countries: Values[str, str]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    told: dict[str, Told] = {"245": _responsibility}
    told |= dict.fromkeys(data["paragraphs"], _paragraph)
    told |= dict.fromkeys(data["subjects"], _subject(TermScheme.SUBJECT))
    told |= dict.fromkeys(data["genres"], _subject(TermScheme.GENRE))
    told |= {tag: _other_title(kind) for kind, tags in data["titles"].items() for tag in tags}
    told |= {tag: _noted(name) for name, tags in data["notes"].items() for tag in tags}
    return _Lists(told, frozenset(data["ignored"]), data["countries"])
