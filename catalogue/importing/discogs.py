"""From a release as Discogs exports it to its entry: label and number, tracks, and everybody on the sleeve. Pure.

Every element of the format has a place here, is in IGNORED, or is told in the report.
"""

import re
from collections.abc import Iterator, Sequence

from catalogue import identifier_rules
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.identifier_rules import BadIdentifier
from catalogue.importing import agent_kinds, discogs_roles, formats, parsing, xml_remarks
from catalogue.importing.discogs_roles import Part
from catalogue.importing.elements import Element
from catalogue.importing.mapping import Mapping
from catalogue.importing.parsing import UnreadableError
from catalogue.importing.publications import PlannedPart, PlannedRelease, PlannedTerm, PlannedTrack, Saying
from catalogue.importing.records import GroupPlan, PlannedSource
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow
from catalogue.terms import TermScheme

# Kept with the row and nowhere else; docs/describing/formats.md says why.
IGNORED = frozenset(
    {
        "@status",
        "data_quality",
        "images",
        "videos",
        "master_id@is_main_release",
        "companies/company/resource_url",
        "companies/company/entity_type",
        "companies/company/id",
    }
)
COLUMN = "Discogs release"
# Names that stand for nobody in particular, by their numbers.
NOBODY = frozenset({"194", "355", "118760", "151641", "967691"})

_NAMESAKE = re.compile(r"\s+\(\d+\)$")
_SIDE = re.compile(r"([^\W\d_]{1,2})(?=[\W_]*\d|[a-z]?$)|(\d{1,3})(?=\s*-\s*\d)")


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan one release; of several rows with its key the first."""
    return xml_remarks.plan(mapping, source, COLUMN, IGNORED, _release)


def _release(mapping: Mapping, key: str, record: Element, row: ReadRow) -> PlannedRelease:
    saying = Saying()
    labels = record.within("labels", "label")
    saying.credits += _artists(record, row, saying, None, "")
    tracks = tuple(_tracks(record, row, saying))
    saying.credits += _companies(record, row)
    saying.credits += [_label_credit(label) for label in labels[1:]]
    _identify(record, row, saying)
    saying.terms += _genres(record)
    saying.paragraphs += list(filter(None, [record.first("notes")]))
    words = [_format(each) for each in record.within("formats", "format")]
    released, number = record.first("released"), record.attribute("id")
    xml_remarks.check_date(row, "released", released)
    whole = PlannedSource(f"Discogs, release {number}", url=f"https://www.discogs.com/release/{number}")
    return PlannedRelease(
        key=key,
        title=record.first("title") or "?",
        title_lang=None,
        title_en=None,
        date_text=released or None,
        sources=xml_remarks.sources(mapping, saying, whole),
        credit_line=mapping.collection.credit_line,
        label=_label(labels[0]) if labels and labels[0].attribute("name") else None,
        catalogue_no=(labels[0].attribute("catno") or None) if labels else None,
        format=formats.find("; ".join(words)),
        format_text="; ".join(words) or None,
        country=record.first("country") or None,
        tracks=tracks,
        **saying.documented(),
    )


def _artists(
    within: Element, row: ReadRow, saying: Saying, tracks: str | None, number: str
) -> Iterator[PlannedPart]:
    """Give the parts of those whom a release or a track names: whose it is, then all others."""
    main = within.within("artists", "artist")
    printed = [(each.first("anv") or _plain(each.first("name")), each.first("join")) for each in main]
    if any(join for _, join in printed):
        line = " ".join(f"{name} {join}".strip() if join != "," else f"{name}," for name, join in printed)
        saying.note("credits", f"{number}: {line}" if number else line)
    for each in main:
        yield from _credits(each, row, tracks, leads=tracks is None)
    for each in within.within("extraartists", "artist"):
        yield from _credits(each, row, tracks, leads=False)


def _credits(artist: Element, row: ReadRow, tracks: str | None, *, leads: bool) -> Iterator[PlannedPart]:
    printed, number = artist.first("anv"), artist.first("id")
    name = _plain(artist.first("name")) or printed
    on, said = artist.first("tracks") or tracks, discogs_roles.parts(artist.first("role"))
    if not name:
        row.remark(Look.VALUE, "artist", number, "somebody without a name; kept with the row only")
        return
    is_nobody = number in NOBODY
    for part in said or [Part(Role.PERFORMER, "", plays=True)]:
        _remark_part(row, part)
        kind = AgentKind.ENSEMBLE if part.is_group else agent_kinds.guess(name)
        yield PlannedPart(
            role=part.role,
            name=name,
            agent_kind=None if is_nobody else kind,
            instrument=part.instrument,
            instrument_text=part.instrument_text,
            leader=(leads and not is_nobody) or part.leads,
            credited_as=printed or (name if is_nobody else None),
            identifiers=() if is_nobody else _numbered("discogs_artist", number),
            role_text=part.role_text,
            tracks_text=on,
        )


def _remark_part(row: ReadRow, part: Part) -> None:
    if not part.is_understood:
        row.remark(Look.ROLE, "role", part.written, "came in as another part, in its own words")
    elif not part.is_listed:
        row.remark(Look.INSTRUMENT, "role", part.written, "add it to the list, or to discogs_roles.toml")


def _tracks(record: Element, row: ReadRow, saying: Saying) -> Iterator[PlannedTrack]:
    for track in record.within("tracklist", "track"):
        yield _track(track, row, saying, is_part=False)
        for part in track.within("sub_tracks", "track"):
            yield _track(part, row, saying, is_part=True)


def _track(track: Element, row: ReadRow, saying: Saying, *, is_part: bool) -> PlannedTrack:
    number, title = " ".join(track.first("position").split()), track.first("title")
    saying.credits += _artists(track, row, saying, number or title or "?", number or title)
    side = _SIDE.match(number)
    return PlannedTrack(
        printed_title=title,
        number=number or None,
        side=(side[1] or side[2]) if side else None,
        duration_ms=_duration(track.first("duration"), row),
        is_part=is_part,
    )


def _duration(written: str, row: ReadRow) -> int | None:
    if not written:
        return None
    try:
        return parsing.duration(written)
    except UnreadableError as error:
        row.remark(Look.TIME, "duration", written, f"{error}; kept with the row only")
        return None


def _companies(record: Element, row: ReadRow) -> Iterator[PlannedPart]:
    for company in record.within("companies", "company"):
        name, did, number = company.first("name"), company.first("entity_type_name"), company.first("catno")
        role = discogs_roles.company(did)
        if not _plain(name):
            continue
        if role is None:
            row.remark(Look.ROLE, "entity_type_name", did, "came in as another part, in its own words")
        yield PlannedPart(
            role=role or Role.OTHER,
            name=_plain(name),
            agent_kind=AgentKind.ORGANISATION,
            role_text=f"{did} ({number})" if number else did or None,
        )


def _label(label: Element) -> PlannedPart:
    number = label.attribute("id")
    return PlannedPart(
        role=Role.PUBLISHER,
        name=_plain(label.attribute("name")),
        agent_kind=AgentKind.ORGANISATION,
        identifiers=_numbered("discogs_label", number),
    )


def _label_credit(label: Element) -> PlannedPart:
    """Make a credit of a label beyond the first, with its number."""
    named, number = _label(label), label.attribute("catno")
    return PlannedPart(**{**vars(named), "role_text": f"Label ({number})" if number else "Label"})


def _identify(record: Element, row: ReadRow, saying: Saying) -> None:
    number, master = record.attribute("id"), record.first("master_id")
    saying.identifiers += [("discogs", number)] if number else []
    saying.identifiers += [("discogs_master", master)] if master.strip("0") else []
    for each in record.within("identifiers", "identifier"):
        kind, value, what = each.attribute("type"), each.attribute("value"), each.attribute("description")
        if not value:
            continue
        saying.note("identifiers", f"{kind} ({what}): {value}" if what else f"{kind}: {value}")
        if kind == "Matrix / Runout" and len(value) <= identifier_rules.MAX_LENGTH:
            saying.identifiers.append(("matrix", value))
        if kind == "Barcode":
            _bar_code(value, row, saying)


def _bar_code(written: str, row: ReadRow, saying: Saying) -> None:
    try:
        saying.identifiers.append(("ean", identifier_rules.check("ean", written)))
    except BadIdentifier as error:
        row.remark(
            Look.VALUE, "identifiers", written, f"is no bar code ({error.fault.value}); kept as written"
        )


def _format(said: Element) -> str:
    """Put a format in one line of words: how many, which, and what else is said of it."""
    quantity, name, text = (said.attribute(each) for each in ("qty", "name", "text"))
    words = [name, *(each.text for each in said.within("descriptions", "description")), text]
    line = ", ".join(word for word in words if word)
    return line if quantity in ("", "1") else f"{quantity} × {line}"


def _genres(record: Element) -> list[PlannedTerm]:
    words = [each.text for name in ("genre", "style") for each in record.within(f"{name}s", name)]
    return [formats.taken_as_it_is(TermScheme.GENRE, word) for word in words if word]


def _numbered(scheme: str, number: str) -> tuple[tuple[str, str], ...]:
    return ((scheme, number),) if number.isascii() and number.isdigit() else ()


def _plain(name: str) -> str:
    """Take off what tells namesakes apart: "Joe Burke (3)"."""
    return _NAMESAKE.sub("", name.strip())
