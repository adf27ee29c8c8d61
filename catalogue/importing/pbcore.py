"""From a PBCore 2 record (pbcore.org) to a recorded programme: titles, dates, people, and its carriers. Pure.

A tape or a file of the record (an instantiation) becomes a carrier; what has no column of its own stands in its note.
"""

import re
from collections.abc import Iterator, Sequence

from flask_babel import Locale

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import agent_kinds, formats, marc_names, parsing, relators, xml_remarks
from catalogue.importing.elements import Element
from catalogue.importing.mapping import Mapping
from catalogue.importing.parsing import UnreadableError
from catalogue.importing.publications import (
    PlannedCarrier,
    PlannedPart,
    PlannedProgramme,
    PlannedTerm,
    Saying,
)
from catalogue.importing.records import GroupPlan, PlannedSource
from catalogue.importing.relators import Relation
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow
from catalogue.importing.xml_text import AAPB
from catalogue.terms import TermScheme

COLUMN = "PBCore record"
SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
IGNORED = frozenset({f"@{SCHEMA}"})
# Titles that name the thing itself, the finest first; the others say what it is a part of.
MAIN_TITLES = (
    "Episode",
    "Program",
    "Segment",
    "Clip",
    "Element",
    "Song",
    "Album",
    "Document",
    "Collection",
    "Series",
)
MAIN_DATES = ("created", "recorded", "performance", "content", "broadcast", "issued", "published")
MEDIA = ("Sound", "Moving Image", "Video", "Audio")
# What the facts of a carrier are called in its note.
FACTS = {
    "instantiationDate": "Date",
    "instantiationDimensions": "Dimensions",
    "instantiationStandard": "Standard",
    "instantiationMediaType": "Media type",
    "instantiationFileSize": "Size",
    "instantiationTimeStart": "Begins at",
    "instantiationDataRate": "Data rate",
    "instantiationColors": "Colours",
    "instantiationTracks": "Tracks",
    "instantiationChannelConfiguration": "Channels",
    "instantiationLanguage": "Language",
    "instantiationAlternativeModes": "Other modes",
    "instantiationAnnotation": "Note",
    "instantiationRelation": "Relation",
    "instantiationRights": "Rights",
    "instantiationExtension": "Also",
    "instantiationPart": "Part",
    "instantiationEssenceTrack": "Track",
}
# Attributes that say what sort of fact it is, or by whose words.
KINDS = ("dateType", "annotationType", "annotation", "source", "ref", "version", "startTime", "endTime")
_LENGTH = re.compile(r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,:;]\d{1,3})?")
_SIGNS = re.compile(r"[^\w\s]*[#@*_\"“][^\w\s]*")


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan one record; of several rows with its key the first."""
    return xml_remarks.plan(mapping, source, COLUMN, IGNORED, _programme)


def _programme(mapping: Mapping, key: str, record: Element, row: ReadRow) -> PlannedProgramme:
    saying = Saying()
    title = _title(record, saying, row)
    _identify(record, saying, row)
    saying.paragraphs += [each.text for each in record.every("pbcoreDescription") if each.text]
    _note_descriptions(record, saying)
    saying.credits += _credits(record, saying, row)
    saying.terms += _terms(record, saying)
    place = _coverage(record, saying, row)
    date_text = _date(record, saying, row)
    carriers, lengths = _carriers(record, row)
    _note_the_rest(record, saying, row)
    whole = PlannedSource(mapping.collection.citation, url=mapping.collection.url)
    return PlannedProgramme(
        key=key,
        title=title,
        title_lang=None,
        title_en=None,
        date_text=date_text,
        sources=xml_remarks.sources(mapping, saying, whole),
        credit_line=mapping.collection.credit_line,
        carriers=carriers,
        place=place,
        duration_ms=lengths[0] if lengths else None,
        **saying.documented(),
    )


def _title(record: Element, saying: Saying, row: ReadRow) -> str:
    """Choose the title that names the thing itself; all others are kept with what they are titles of."""
    titles = [(each.attribute("titleType"), each.text) for each in record.every("pbcoreTitle")]
    titles = [(kind, text) for kind, text in titles if text]
    if not titles:
        row.remark(Look.VALUE, "pbcoreTitle", "", "the record has no title; it came in as “[no title]”")
        return "[no title]"
    by_rank = sorted(titles, key=lambda said: MAIN_TITLES.index(said[0]) if said[0] in MAIN_TITLES else 99)
    main = by_rank[0]
    if _SIGNS.match(main[1]):
        row.remark(
            Look.VALUE,
            "pbcoreTitle",
            main[1],
            "begins with a sign, which sorts before letters",
        )
    titles.remove(main)
    saying.other_titles += [(text, kind.lower() or "other") for kind, text in titles]
    return main[1]


def _identify(record: Element, saying: Saying, row: ReadRow) -> None:
    seen: set[tuple[str, str]] = set()
    for each in record.every("pbcoreIdentifier"):
        source, value = each.attribute("source"), each.text
        if not value:
            row.remark(Look.VALUE, "pbcoreIdentifier", source, "an identifier without a value")
        elif (source, value) in seen:
            row.remark(
                Look.VALUE, "pbcoreIdentifier", value, "the same identifier twice; one of them came in"
            )
        elif source == AAPB and any(scheme == AAPB for scheme, _ in seen):
            row.remark(
                Look.VALUE, "pbcoreIdentifier", value, "a second number of the same source; both came in"
            )
        if value and (source, value) not in seen:
            seen.add((source, value))
            saying.identifiers.append(("aapb" if source == AAPB else "accession", value))
            saying.note("identifiers", f"{source}: {value}" if source else value)


def _note_descriptions(record: Element, saying: Saying) -> None:
    for each in record.every("pbcoreDescription"):
        kind = each.attribute("descriptionType")
        if kind and each.text:
            saying.note("description", f"{kind}: {each.text[:60]}")


def _credits(record: Element, saying: Saying, row: ReadRow) -> Iterator[PlannedPart]:
    for part, who in (("Creator", "creator"), ("Contributor", "contributor"), ("Publisher", "publisher")):
        for each in record.every(f"pbcore{part}"):
            named = each.every(who)
            told = [role for role in each.every(f"{who}Role") if role.text]
            name, affiliation = (named[0].text, named[0].attribute("affiliation")) if named else ("", "")
            words = [role.text for role in told]
            _note_references([*named, *told], saying)
            if not name:
                said = ", ".join(words)
                row.remark(
                    Look.VALUE, f"pbcore{part}", said, "somebody without a name; kept with the row only"
                )
                continue
            for word in words or [""]:
                yield _credit(name, word, affiliation, who, row)


def _note_references(said: Sequence[Element], saying: Saying) -> None:
    """Keep the addresses and lists by which a record says whom and what it means."""
    for part in said:
        if references := [ref for kind in ("ref", "source", "annotation") if (ref := part.attribute(kind))]:
            saying.note("credits", f"{part.text}: {', '.join(references)}")


def _credit(name: str, word: str, affiliation: str, who: str, row: ReadRow) -> PlannedPart:
    default = Role.PUBLISHER if who == "publisher" else Role.CONTRIBUTOR
    relation = relators.find(word) if word else Relation(default)
    if relation is None:
        row.remark(Look.ROLE, f"{who}Role", word, "came in as another part, in its own words")
    told = [text for text in (word if relation is None else "", affiliation) if text]
    natural = marc_names.natural(name) if _is_person(name) else name
    return PlannedPart(
        role=relation.role if relation else Role.OTHER,
        name=natural,
        agent_kind=AgentKind.PERSON if _is_person(name) else agent_kinds.guess(name),
        instrument=relation.instrument if relation else None,
        credited_as=name if natural != name else None,
        role_text=", ".join(told) or None,
    )


def _is_person(name: str) -> bool:
    return agent_kinds.guess(name) is AgentKind.PERSON


def _terms(record: Element, saying: Saying) -> Iterator[PlannedTerm]:
    for name, scheme in (("pbcoreSubject", TermScheme.SUBJECT), ("pbcoreGenre", TermScheme.GENRE)):
        for each in record.every(name):
            if each.text:
                saying.note("terms", _in_words(each))
                yield formats.taken_as_it_is(scheme, each.text)


def _coverage(record: Element, saying: Saying, row: ReadRow) -> str | None:
    """Return the place that the record says it is about; a language in its place is told."""
    found: list[str] = []
    for each in record.every("pbcoreCoverage"):
        said, kind = each.first("coverage"), each.first("coverageType")
        if said and said.casefold() in _languages():
            row.remark(
                Look.VALUE, "pbcoreCoverage", said, "is a language and no place; kept with the row only"
            )
        elif said and kind.lower() != "temporal":
            found.append(said)
        else:
            saying.note("coverage", said)
    for place in found[1:]:
        saying.note("coverage", place)
    return found[0] if found else None


def _languages() -> frozenset[str]:
    return frozenset(name.casefold() for name in Locale("en").languages.values())


def _date(record: Element, saying: Saying, row: ReadRow) -> str | None:
    """Return the date nearest to the making; keep what the others are dates of."""
    said = [(each.attribute("dateType"), each.text) for each in record.every("pbcoreAssetDate")]
    said = [(kind, text) for kind, text in said if text]
    rank = {kind: at for at, kind in enumerate(MAIN_DATES)}
    said.sort(key=lambda date: rank.get(date[0].lower(), len(rank)))
    for kind, text in said:
        xml_remarks.check_date(row, "pbcoreAssetDate", text)
        saying.note("date", f"{kind}: {text}" if kind else text)
    return said[0][1] if said else None


def _carriers(record: Element, row: ReadRow) -> tuple[tuple[PlannedCarrier, ...], list[int]]:
    """Return the carriers, and the lengths that they say, those without doubt first."""
    carriers: list[PlannedCarrier] = []
    sure: list[int] = []
    unsure: list[int] = []
    for each in record.every("pbcoreInstantiation"):
        said = each.first("instantiationDuration")
        within = [track.text for track in each.within("instantiationEssenceTrack", "essenceTrackDuration")]
        for length in filter(None, dict.fromkeys([*within, said])):
            milliseconds, is_sure = _length(length, row)
            (sure if is_sure else unsure).extend([milliseconds] if milliseconds else [])
        carriers.append(_carrier(each, said or next(filter(None, within), ""), row))
    return tuple(carriers), [*sure, *unsure]


def _length(written: str, row: ReadRow) -> tuple[int | None, bool]:
    found = _LENGTH.search(written)
    is_sure = found is not None and found[0] == written
    try:
        milliseconds = parsing.duration(re.sub(r"[:;](\d+)$", r":\1", found[0])) if found else None
    except UnreadableError:
        milliseconds = None
    if milliseconds is None:
        row.remark(Look.TIME, "instantiationDuration", written, "is no length of time; kept as written")
    elif not is_sure:
        row.remark(Look.TIME, "instantiationDuration", written, "read with doubt; kept as written")
    return milliseconds, is_sure


def _carrier(each: Element, length: str, row: ReadRow) -> PlannedCarrier:
    physical, digital = each.first("instantiationPhysical"), each.first("instantiationDigital")
    media = [part.text for part in each.every("instantiationMediaType") if part.text]
    for kind in media:
        if kind not in MEDIA:
            row.remark(
                Look.VALUE, "instantiationMediaType", kind, "is neither sound nor film; came in all the same"
            )
    numbers = each.every("instantiationIdentifier")
    if any(not number.text for number in numbers):
        source = " / ".join(number.attribute("source") for number in numbers if not number.text)
        row.remark(Look.VALUE, "instantiationIdentifier", source, "an identifier without a value")
    shelfmarks = [_numbered(number) for number in numbers if number.text]
    generation = [part.text for part in each.every("instantiationGenerations") if part.text]
    return PlannedCarrier(
        carrier=physical or digital or ", ".join(media) or "?",
        shelfmark="; ".join(shelfmarks) or None,
        generation="; ".join(generation) or None,
        extent=length or None,
        location=each.first("instantiationLocation") or None,
        note="\n".join(_facts(each, row)) or None,
    )


def _numbered(number: Element) -> str:
    source = number.attribute("source")
    return f"{number.text} ({source})" if source else number.text


def _facts(each: Element, row: ReadRow) -> Iterator[str]:
    for name, label in FACTS.items():
        for fact in each.every(name):
            said = _in_words(fact)
            if not said:
                continue
            if xml_remarks.is_no_day(said):
                row.remark(Look.DATE, name, said, "is a day that no calendar has; kept as written")
            if name == "instantiationLanguage" and not re.fullmatch(
                r"[a-z]{2,3}([;, ]+[a-z]{2,3})*", said.lower()
            ):
                row.remark(Look.VALUE, name, said, "is no language; kept as written")
            yield f"{label}: {said}"


def _in_words(fact: Element) -> str:
    """Say all of a fact in one line; what is inside it says its own name."""
    kinds = [
        fact.attribute(name)
        for name in ("dateType", "annotationType", "annotation", "source", "ref", "startTime", "endTime")
    ]
    text = " ".join(part for part in (fact.text, fact.attribute("unitsOfMeasure")) if part)
    inside = [f"{_short(part.name)}: {said}" for part in fact.all() if (said := _in_words(part))]
    kind = ", ".join(filter(None, kinds))
    return "; ".join(filter(None, [f"{text} ({kind})" if kind and text else text or kind, *inside]))


def _short(name: str) -> str:
    """Turn essenceTrackSamplingRate into sampling rate."""
    plain = re.sub(r"^(essenceTrack|instantiation|extension)", "", name) or name
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()


def _note_the_rest(record: Element, saying: Saying, row: ReadRow) -> None:
    for each in record.every("pbcoreAssetType"):
        saying.note("type", each.text)
    for each in record.every("pbcoreRightsSummary", "pbcoreAudienceLevel", "pbcoreAudienceRating"):
        saying.note("rights", _in_words(each))
    for each in record.every("pbcoreRelation", "pbcoreExtension", "pbcorePart"):
        saying.note("relation", _in_words(each))
    for each in record.every("pbcoreAnnotation"):
        kind, said = each.attribute("annotationType"), each.text
        if xml_remarks.is_no_day(said):
            row.remark(Look.DATE, "pbcoreAnnotation", said, "is a day that no calendar has; kept as written")
        saying.note("annotation", f"{kind}: {said}" if kind and said else said)
