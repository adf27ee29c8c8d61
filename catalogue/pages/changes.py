"""Differences between snapshots as pages show them: fields by their names, and people, places and terms by theirs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, select

from archive.db import db
from catalogue import comparison, dates, word_difference
from catalogue.agents import Agent
from catalogue.comparison import Difference, FieldDifference
from catalogue.credits import Certainty
from catalogue.editing import words
from catalogue.entries import Entry
from catalogue.pages import labels
from catalogue.places import Place
from catalogue.snapshots import Row, Snapshot
from catalogue.sources import Source
from catalogue.terms import Term
from catalogue.word_difference import Piece

LONG = 60  # characters; a longer text is compared word by word in one piece

FIELDS = {
    "title": _l("Title"),
    "title_lang": _l("Language of the title"),
    "alt_titles": _l("Other titles"),
    "description_nl": _l("Description in Dutch"),
    "description_en": _l("Description in English"),
    "date_text": _l("Date"),
    "date_edtf": _l("Date as understood"),
    "language": _l("Language of what is said or sung"),
    "parent_id": _l("Part of the collection"),
    "level": _l("Level"),
    "shelfmark": _l("Shelfmark"),
    "extent": _l("Extent"),
    "place_id": _l("Place"),
    "rights_uri": _l("Rights statement"),
    "reuse": _l("Re-use"),
    "price_from_minor": _l("Lowest price"),
    "credit_line": _l("Credit line"),
    "access": _l("Who gets how much of the files"),
    "embargo_until": _l("Not public before"),
    "status": _l("Status"),
    "withdrawn_reason": _l("Withdrawn because"),
    "merged_into_id": _l("Merged into"),
    "session_type": _l("Occasion"),
    "leader_text": _l("Announced as"),
    "broadcaster_id": _l("Broadcaster"),
    "programme": _l("Programme"),
    "broadcast_edtf": _l("Broadcast on"),
    "label_id": _l("Label"),
    "session_id": _l("Made at the session"),
    "position": _l("Place in the session"),
    "work_id": _l("Work"),
    "title_as_given": _l("Title on the carrier"),
    "take": _l("Take"),
    "matrix_no": _l("Matrix number"),
    "take_status": _l("What became of it"),
    "duration_ms": _l("Duration"),
    "lineup": _l("Line-up"),
    "image_type": _l("Kind of picture"),
    "technique_id": _l("Technique"),
    "width_mm": _l("Width in millimetres"),
    "height_mm": _l("Height in millimetres"),
    "alt_nl": _l("What is to be seen, in Dutch"),
    "alt_en": _l("What is to be seen, in English"),
    "catalogue_no": _l("Catalogue number"),
    "format_id": _l("Format"),
    "format_text": _l("Format, as the source writes it"),
    "country": _l("Country"),
    "year_edtf": _l("Written or first published"),
    "credits": _l("People"),
    "identifiers": _l("Identifiers"),
    "terms": _l("Genre and subject"),
    "sources": _l("Sources"),
    "segments": _l("Course"),
    "holdings": _l("Carriers"),
    "tracks": _l("Tracks"),
    "relations": _l("Relations with other entries"),
}
_CERTAINTY = words.CERTAINTIES | {Certainty.CERTAIN: ""}
_CODES: dict[str, Mapping[Any, Any]] = {
    "status": labels.STATUSES,
    "access": words.ACCESSES,
    "reuse": labels.REUSES,
    "role": labels.ROLES,
    "certainty": _CERTAINTY,
    "session_type": labels.SESSIONS,
    "take_status": labels.TAKES,
    "image_type": labels.IMAGES,
    "lineup": words.LINE_UPS,
    "level": words.LEVELS,
    "language": words.LANGUAGES,
    "title_lang": words.LANGUAGES,
    "kind": words.RELATIONS,
}
# By their values, as snapshots hold them; an old one may hold a value that has since been given up.
_WORDS = {
    name: {code.value if isinstance(code, Enum) else code: text for code, text in known.items()}
    for name, known in _CODES.items()
}
_FLAGS = {"leader": _l("leader"), "is_part": _l("part of the line above")}
_DURATIONS = ("duration_ms", "start_ms", "end_ms")

Names = dict[tuple[str, int], str]  # of what is referred to, by table and id


@dataclass(frozen=True)
class Change:
    """One difference as it is shown. Of a long text `pieces` say it word by word; of a list `gone` and `new`."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    is_list: bool = False


def between(pairs: Sequence[tuple[Snapshot, Snapshot]], lang: str) -> list[list[Change]]:
    """Show the differences of several pairs of snapshots, with one query for each kind of thing they refer to."""
    found = [comparison.compare(before, after) for before, after in pairs]
    names = _names([difference for differences in found for difference in differences], lang)
    return [[_change(difference, names, lang) for difference in differences] for differences in found]


def field_label(name: str) -> str:
    """Name a column or a part of an entry."""
    return str(FIELDS.get(name, name.replace("_", " ")))


def _change(difference: Difference, names: Names, lang: str) -> Change:
    if isinstance(difference, FieldDifference):
        table, name = difference.table, difference.column
        before, after = (
            _shown(table, name, value, names, lang) for value in (difference.before, difference.after)
        )
        is_long = before and after and max(len(before), len(after)) > LONG
        pieces = word_difference.compare(before, after) if is_long else []
        return Change(field_label(name), before, after, tuple(pieces))
    table = difference.part.table
    gone, new = (
        tuple(_line(table, row, names, lang) for row in rows) for rows in (difference.gone, difference.new)
    )
    return Change(field_label(difference.part.name), gone=gone, new=new, is_list=True)


def _line(table: Table, row: Row, names: Names, lang: str) -> str:
    said = (_shown(table, name, value, names, lang) for name, value in row.items())
    return ", ".join(dict.fromkeys(text for text in said if text))


def _shown(table: Table, name: str, value: Any, names: Names, lang: str) -> str:
    if value is None or value == [] or value is False:
        return ""
    if (target := _refers_to(table, name)) is not None:
        return names.get((target, value)) or str(_("number %(number)s, which is gone", number=value))
    if name in _WORDS:
        return str(_WORDS[name].get(value, value))
    if name in _FLAGS:
        return str(_FLAGS[name])
    if name in _DURATIONS:
        return labels.duration_label(value)
    if name.endswith("_edtf"):
        return dates.show(value, lang)
    if name == "embargo_until":
        return str(format_date(date.fromisoformat(value), "long"))
    if name == "region":
        return str(_("marked in the picture"))
    if name == "alt_titles":
        return "; ".join(str(other.get("text", "")) for other in value)
    return str(value)


def _refers_to(table: Table, name: str) -> str | None:
    keys = table.columns[name].foreign_keys if name in table.columns else ()
    return next((key.column.table.name for key in keys), None)


def _names(differences: Iterable[Difference], lang: str) -> Names:
    """Look up what the differences refer to."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for table, name, value in _values(differences):
        target = _refers_to(table, name)
        if target is not None and value is not None:
            wanted[target].add(value)
    term_label = Term.label_nl if lang == "nl" else Term.label_en
    columns = {
        "agent": (Agent.id, Agent.name),
        "place": (Place.id, Place.name),
        "term": (Term.id, term_label),
        "source": (Source.id, Source.citation),
        "entry": (Entry.id, Entry.title),
    }
    return {
        (target, number): text
        for target, numbers in wanted.items()
        if target in columns
        for number, text in db.session.execute(
            select(*columns[target]).where(columns[target][0].in_(numbers))
        )
    }


def _values(differences: Iterable[Difference]) -> Iterator[tuple[Table, str, Any]]:
    for difference in differences:
        if isinstance(difference, FieldDifference):
            yield difference.table, difference.column, difference.before
            yield difference.table, difference.column, difference.after
        else:
            for row in (*difference.gone, *difference.new):
                yield from ((difference.part.table, name, value) for name, value in row.items())
