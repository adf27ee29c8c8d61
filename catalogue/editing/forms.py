"""The form of each kind of entry: its fields, in groups."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from archive.language import language
from catalogue import identifier_rules
from catalogue.credits import Certainty, Role
from catalogue.editing import fields
from catalogue.editing.fields import Control, Field, Group, Table
from catalogue.entries import Access, EntryKind
from catalogue.pages import facts, labels
from catalogue.relations import RelationKind

CERTAINTIES = {
    Certainty.CERTAIN: _l("certain"),
    Certainty.PROBABLE: _l("probable"),
    Certainty.DISPUTED: _l("disputed"),
}
RELATIONS = {
    RelationKind.DOCUMENTS: _l("documents"),
    RelationKind.COVER_OF: _l("is a cover of"),
    RelationKind.VERSION_OF: _l("is a version of"),
    RelationKind.REFERENCES: _l("refers to"),
}
ACCESSES = {
    Access.OPEN: _l("open: everybody may hear or see all of it"),
    Access.PREVIEW: _l("preview: everybody gets a fragment or a small picture"),
    Access.ON_SITE: _l("only in the archive"),
    Access.CLOSED: _l("closed"),
}
LEVELS = {
    "fonds": _l("Archive"),
    "series": _l("Series"),
    "file": _l("File"),
    "item": _l("Item"),
}
NAME_KINDS = {
    "variant": _l("other title"),
    "supplied": _l("made up by the archive"),
    "translated": _l("translation"),
}
LANGUAGES = {"nl": _l("Dutch"), "en": _l("English"), "de": _l("German"), "fr": _l("French")}
LINE_UPS = {"session": _l("that of the session"), "own": _l("its own, complete")}
GENERATIONS = {"original": _l("original"), "copy": _l("copy"), "access": _l("access copy")}


def groups_of(kind: EntryKind) -> tuple[Group, ...]:
    """Return the groups of a kind of entry, in the order of the page and in the language of the request."""
    return _spoken(kind, language())


@cache
def _spoken(kind: EntryKind, _lang: str) -> tuple[Group, ...]:
    # A page shows some two thousand labels of choices; looking each up anew takes longer than all else.
    return tuple(fields.translated(group) for group in _groups(kind))


def _groups(kind: EntryKind) -> tuple[Group, ...]:
    return (
        Group("what", _l("Title, date and place"), _what(kind), is_open=True),
        _subtype(kind),
        Group("texts", _l("Descriptions"), _TEXTS, is_open=True),
        Group("people", _l("People"), tables=(_people(kind),), is_open=True),
        *_course(kind),
        Group("subjects", _l("Genre and subject"), tables=(_GENRES, _SUBJECTS)),
        Group("names", _l("Other titles and language"), _NAMES, (_TITLES,)),
        Group("numbers", _l("Identifiers"), tables=(_identifiers(kind),)),
        Group("relations", _l("Relations with other entries"), tables=(_RELATIONS,)),
        Group("sources", _l("Sources"), tables=(_sources(kind),)),
        Group("carriers", _l("Carriers"), tables=(_CARRIERS,)),
        Group("access", _l("Where it is kept, and who may see it"), _ACCESS),
    )


def _options(words: Mapping[Any, Any], empty: bool = False) -> tuple[tuple[str, Any], ...]:
    known = tuple((key.value if isinstance(key, Enum) else key, label) for key, label in words.items())
    return (("", ""), *known) if empty else known


def _what(kind: EntryKind) -> tuple[Field, ...]:
    place = () if kind in (EntryKind.WORK, EntryKind.RELEASE) else (_PLACE,)
    return (_TITLE, _DATE, *place)


_TITLE = Field(
    "title", _l("Title"), is_required=True, hint=_l("A title that you made up goes in square brackets.")
)
_DATE = Field(
    "date",
    _l("Date, as the source writes it"),
    Control.DATE,
    hint=_l("For example: 14 maart 1958, ca. 1956, voorjaar 1961, tussen 1959 en 1961, jaren '60"),
    longest=300,
    column="date_text",
)
_PLACE = Field("place", _l("Place"), Control.PLACE, hint=_l("A hall with its city: Concertgebouw, Amsterdam"))
_TEXTS = (
    Field("description_nl", _l("Description in Dutch"), Control.AREA, longest=20_000, lang="nl"),
    Field("description_en", _l("Description in English"), Control.AREA, longest=20_000, lang="en"),
)
_NAMES = (
    Field("title_lang", _l("Language of the title"), Control.CHOICE, choices=_options(LANGUAGES, True)),
    Field(
        "language",
        _l("Language of what is said or sung"),
        longest=12,
        hint=_l("Two or three letters, as in nl, en or pap"),
    ),
)
_TITLES = Table(
    "alt_titles",
    _l("Other titles"),
    (
        Field("text", _l("Title"), width=6),
        Field("lang", _l("Language"), Control.CHOICE, choices=_options(LANGUAGES, True), width=3),
        Field("kind", _l("Sort"), Control.CHOICE, choices=_options(NAME_KINDS), width=3),
    ),
    spare=1,
    keys=("text",),
)
_GENRES = Table(
    "genres",
    _l("Genre"),
    (Field("term", _l("Genre"), Control.TERM, of="genre", longest=100, width=12),),
    spare=1,
    keys=("term",),
)
_SUBJECTS = Table(
    "subjects",
    _l("Subject"),
    (Field("term", _l("Subject"), Control.TERM, of="subject", longest=100, width=12),),
    spare=1,
    keys=("term",),
)
_RELATIONS = Table(
    "relations",
    _l("Relations"),
    (
        Field("kind", _l("This entry"), Control.CHOICE, choices=_options(RELATIONS), width=4),
        Field("entry", _l("Entry"), Control.ENTRY, hint=_l("Title, shelfmark or number"), width=8),
    ),
    spare=1,
    keys=("entry",),
)
_CARRIERS = Table(
    "carriers",
    _l("Carriers"),
    (
        Field("carrier_nl", _l("Carrier, in Dutch"), width=6, lang="nl"),
        Field("carrier_en", _l("Carrier, in English"), width=6, lang="en"),
        Field("shelfmark", _l("Shelfmark"), width=3),
        Field("generation", _l("Generation"), width=3),
        Field("condition_nl", _l("Condition, in Dutch"), lang="nl", width=6),
        Field("condition_en", _l("Condition, in English"), lang="en", width=6),
        Field("extent", _l("Extent"), width=3),
        Field("location", _l("Where it stands (staff only)"), width=3),
        Field("note", _l("Note"), width=12),
    ),
    spare=1,
    keys=("carrier_nl", "carrier_en", "shelfmark", "extent", "location", "note"),
)
_ACCESS = (
    Field("parent", _l("Part of the collection"), Control.ENTRY, of="collection"),
    Field("shelfmark", _l("Shelfmark"), longest=100),
    Field("credit_line", _l("Credit line"), hint=_l("As it must stand beside every use.")),
    Field("access", _l("Who gets how much of the files"), Control.CHOICE, choices=_options(ACCESSES)),
    Field("embargo_until", _l("Not public before"), Control.DAY),
)


def _people(kind: EntryKind) -> Table:
    hint = _l(
        "One line for each instrument. Leave the name empty for somebody unknown; empty a line to take it off."
    )
    keys = ("name", "instrument", "credited_as")
    return Table("people", _l("People"), _columns_of_people(kind), hint, spare=3, keys=keys)


def _columns_of_people(kind: EntryKind) -> tuple[Field, ...]:
    plays = kind in (EntryKind.SESSION, EntryKind.RECORDING, EntryKind.RELEASE)
    name = Field("name", _l("Name"), Control.AGENT, width=3, longest=300)
    role = Field("role", _l("Role"), Control.CHOICE, choices=_roles(kind), width=2 if plays else 3)
    printed = Field("credited_as", _l("As printed"), longest=300, width=2)
    sure = Field("certainty", _l("Certainty"), Control.CHOICE, choices=_options(CERTAINTIES), width=2)
    if not plays:
        where = Field("region", _l("Where on it"), Control.REGION, longest=40, width=2)
        return (name, role, printed, sure, where) if kind is EntryKind.IMAGE else (name, role, printed, sure)
    instrument = Field("instrument", _l("Instrument"), Control.TERM, of="instrument", longest=100, width=2)
    last = (
        Field("tracks_text", _l("Tracks"), longest=100)
        if kind is EntryKind.RELEASE
        else Field("leader", _l("Leader"), Control.CHECK)
    )
    return (name, role, instrument, printed, sure, last)


# What most credits of a kind are, to be found on top of the list.
_USUAL = {
    EntryKind.COLLECTION: (Role.CONTRIBUTOR, Role.COMPILER),
    EntryKind.IMAGE: (Role.DEPICTED, Role.PHOTOGRAPHER, Role.DESIGNER),
    EntryKind.WORK: (Role.COMPOSER, Role.LYRICIST, Role.ARRANGER),
}


def _roles(kind: EntryKind) -> tuple[tuple[str, Any], ...]:
    usual = _USUAL.get(kind, (Role.PERFORMER,))
    return _options({role: labels.ROLES[role] for role in dict.fromkeys((*usual, *Role))})


def _identifiers(kind: EntryKind) -> Table:
    offered = dict.fromkeys((*identifier_rules.OF_ENTRIES[kind.value], *identifier_rules.SCHEMES))
    schemes = {scheme: facts.SCHEMES.get(scheme, scheme) for scheme in offered}
    columns = (
        Field("scheme", _l("Sort"), Control.CHOICE, choices=_options(schemes), width=4),
        Field("value", _l("Number, or the address of its page"), width=8),
    )
    return Table("identifiers", _l("Identifiers"), columns, spare=2, keys=("value",))


def _sources(kind: EntryKind) -> Table:
    statements = {field.name: field.label for field in (*_what(kind), *_part_fields(kind))}
    statements |= {"description": _l("Description"), "people": _l("People"), "identifiers": _l("Identifiers")}
    columns = (
        Field("citation", _l("Source"), width=6, longest=1000),
        Field(
            "field",
            _l("For"),
            Control.CHOICE,
            choices=(("", _l("the whole entry")), *_options(statements)),
            width=3,
        ),
        Field("locator", _l("Page or place in it"), width=3),
        Field("note", _l("Note"), width=12),
    )
    return Table("sources", _l("Sources"), columns, spare=1, keys=("citation", "locator", "note"))


def _course(kind: EntryKind) -> tuple[Group, ...]:
    if kind is EntryKind.RECORDING:
        return (Group("course", _l("Course"), tables=(_SEGMENTS,)),)
    return (Group("tracks", _l("Tracks"), tables=(_TRACKS,)),) if kind is EntryKind.RELEASE else ()


_SEGMENTS = Table(
    "segments",
    _l("Course"),
    (
        Field("start_ms", _l("From"), Control.DURATION, width=2),
        Field("end_ms", _l("To"), Control.DURATION, width=2),
        Field("label_nl", _l("What, in Dutch"), width=3, lang="nl"),
        Field("label_en", _l("What, in English"), width=3, lang="en"),
        Field("who", _l("Who"), width=2),
    ),
    hint=_l("Minutes and seconds: 1:04"),
    spare=2,
    keys=("start_ms", "label_nl", "label_en", "who"),
)
_TRACKS = Table(
    "tracks",
    _l("Tracks"),
    (
        Field("number", _l("Number"), longest=20, width=2),
        Field("printed_title", _l("Title as printed"), width=4),
        Field("side", _l("Side"), longest=20),
        Field("duration_ms", _l("Duration"), Control.DURATION, width=2),
        Field("recording", _l("Recording"), Control.ENTRY, of="recording", width=3),
    ),
    spare=3,
    keys=("number", "printed_title", "recording"),
)


def _subtype(kind: EntryKind) -> Group:
    label = _l("The collection") if kind is EntryKind.COLLECTION else _SUBTYPES.get(kind, "")
    if kind is EntryKind.COLLECTION:
        return Group("collection", label, _COLLECTION, is_open=True)
    return Group(kind.value, label, part_fields=_part_fields(kind), is_open=True)


_SUBTYPES = {
    EntryKind.SESSION: _l("The session"),
    EntryKind.RECORDING: _l("The recording"),
    EntryKind.IMAGE: _l("The picture"),
    EntryKind.WORK: _l("The work"),
    EntryKind.RELEASE: _l("The release"),
}
_COLLECTION = (
    Field("level", _l("Level"), Control.CHOICE, choices=_options(LEVELS, True)),
    Field("extent", _l("Extent"), hint=_l("How much there is of it: 12 boxes, 340 photographs")),
)


def _part_fields(kind: EntryKind) -> tuple[Field, ...]:
    return _PART_FIELDS.get(kind, ())


_PART_FIELDS = {
    EntryKind.SESSION: (
        Field("session_type", _l("Occasion"), Control.CHOICE, choices=_options(labels.SESSIONS)),
        Field("leader_text", _l("Announced as")),
        Field("label", _l("Label"), Control.AGENT, longest=300),
        Field("broadcaster", _l("Broadcaster"), Control.AGENT, longest=300),
        Field("programme", _l("Programme")),
        Field("broadcast", _l("Broadcast on"), Control.EDTF, column="broadcast_edtf", longest=300),
    ),
    EntryKind.RECORDING: (
        Field("session", _l("Made at the session"), Control.ENTRY, of="session"),
        Field("position", _l("Place in the session"), Control.NUMBER),
        Field("title_as_given", _l("Title on the carrier")),
        Field("work", _l("Work"), Control.ENTRY, of="work"),
        Field("take", _l("Take"), longest=60),
        Field("matrix_no", _l("Matrix number"), longest=100),
        Field("take_status", _l("What became of it"), Control.CHOICE, choices=_options(labels.TAKES)),
        Field("duration", _l("Duration"), Control.DURATION, column="duration_ms", hint=_l("6:42 or 1:02:03")),
        Field("lineup", _l("Line-up"), Control.CHOICE, choices=_options(LINE_UPS)),
    ),
    EntryKind.IMAGE: (
        Field("image_type", _l("Sort"), Control.CHOICE, choices=_options(labels.IMAGES)),
        Field("session", _l("Made at the session"), Control.ENTRY, of="session"),
        Field("technique", _l("Technique"), Control.TERM, of="technique", longest=100),
        Field("width_mm", _l("Width in millimetres"), Control.NUMBER),
        Field("height_mm", _l("Height in millimetres"), Control.NUMBER),
        Field("alt_nl", _l("What is to be seen, in Dutch"), Control.AREA, longest=2000, lang="nl"),
        Field("alt_en", _l("What is to be seen, in English"), Control.AREA, longest=2000, lang="en"),
    ),
    EntryKind.WORK: (
        Field("year", _l("Written or first published"), Control.EDTF, column="year_edtf", longest=300),
    ),
    EntryKind.RELEASE: (
        Field("label", _l("Label"), Control.AGENT, longest=300),
        Field("catalogue_no", _l("Catalogue number"), longest=100),
        Field("format", _l("Format"), Control.TERM, of="format", longest=100),
        Field("format_text", _l("Format, as the source writes it")),
        Field("country", _l("Country"), longest=100),
    ),
}
