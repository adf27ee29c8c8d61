"""The tables of the form: who did what, numbers, sources, carriers, course and tracks."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l

from catalogue import identifier_rules
from catalogue.credits import Role
from catalogue.editing import words
from catalogue.editing.fields import Control, Field, Table
from catalogue.entries import EntryKind
from catalogue.pages import facts, labels


def options(known: Mapping[Any, Any], empty: bool = False) -> tuple[tuple[str, Any], ...]:
    """Give values and labels to choose from, with nothing first where that is a choice."""
    listed = tuple((key.value if isinstance(key, Enum) else key, label) for key, label in known.items())
    return (("", ""), *listed) if empty else listed


def people(kind: EntryKind) -> Table:
    """Give the table of who did what."""
    keys = ("name", "instrument", "credited_as")
    return Table("people", _l("People"), _columns_of_people(kind), _hint(kind), spare=3, keys=keys)


def _hint(kind: EntryKind) -> Any:
    if kind is EntryKind.IMAGE:
        return _l("Where somebody is on it: four percentages, from the left, from the top, width and height.")
    if kind in (EntryKind.WORK, EntryKind.COLLECTION):
        return _l("One line for each thing somebody did. Empty a line to take it off.")
    return _l(
        "One line for each instrument. Leave the name empty for somebody unknown; empty a line to take it off."
    )


def _columns_of_people(kind: EntryKind) -> tuple[Field, ...]:
    plays = kind in (EntryKind.SESSION, EntryKind.RECORDING, EntryKind.RELEASE, EntryKind.PERFORMANCE)
    is_wide = kind in (EntryKind.WORK, EntryKind.COLLECTION)
    name = Field("name", _l("Name"), Control.AGENT, width=4 if is_wide else 3, longest=300)
    role = Field("role", _l("Role"), Control.CHOICE, choices=_roles(kind), width=2 if plays else 3)
    printed = Field("credited_as", _l("As printed"), longest=300, width=3 if is_wide else 2)
    sure = Field("certainty", _l("Certainty"), Control.CHOICE, choices=options(words.CERTAINTIES), width=2)
    if not plays:
        where = Field("region", _l("Where on it"), Control.REGION, longest=40, width=2)
        return (name, role, printed, sure, where) if kind is EntryKind.IMAGE else (name, role, printed, sure)
    instrument = Field("instrument", _l("Instrument"), Control.TERM, of="instrument", longest=100, width=2)
    tracks = Field("tracks_text", _l("Tracks"), longest=100)
    leader = Field("leader", _l("Leader"), Control.CHECK)
    return (name, role, instrument, printed, sure, tracks if kind is EntryKind.RELEASE else leader)


# What most credits of a kind are, to be found on top of the list.
_USUAL = {
    EntryKind.COLLECTION: (Role.CONTRIBUTOR, Role.COMPILER),
    EntryKind.IMAGE: (Role.DEPICTED, Role.PHOTOGRAPHER, Role.DESIGNER),
    EntryKind.WORK: (Role.COMPOSER, Role.LYRICIST, Role.ARRANGER),
}


def _roles(kind: EntryKind) -> tuple[tuple[str, Any], ...]:
    usual = _USUAL.get(kind, (Role.PERFORMER,))
    return options({role: labels.ROLES[role] for role in dict.fromkeys((*usual, *Role))})


def identifiers(kind: EntryKind) -> Table:
    """Give the table of numbers that others gave."""
    offered = dict.fromkeys((*identifier_rules.OF_ENTRIES[kind.value], *identifier_rules.SCHEMES))
    schemes = {scheme: facts.SCHEMES.get(scheme, scheme) for scheme in offered}
    columns = (
        Field("scheme", _l("Kind of number"), Control.CHOICE, choices=options(schemes), width=4),
        Field("value", _l("Number, or the address of its page"), width=8),
    )
    return Table("identifiers", _l("Identifiers"), columns, spare=2, keys=("value",))


def sources(said: Sequence[Field]) -> Table:
    """Give the table of sources, each for one of the statements that these fields make or for the whole."""
    statements = {field.name: field.label for field in said}
    statements |= {"description": _l("Description"), "people": _l("People"), "identifiers": _l("Identifiers")}
    columns = (
        Field("citation", _l("Source"), width=6, longest=1000),
        Field(
            "field",
            _l("For"),
            Control.CHOICE,
            choices=(("", _l("the whole entry")), *options(statements)),
            width=3,
        ),
        Field("locator", _l("Page or place in it"), width=3),
        Field("note", _l("Note"), width=12),
    )
    return Table("sources", _l("Sources"), columns, spare=1, keys=("citation", "locator", "note"))


TITLES = Table(
    "alt_titles",
    _l("Other titles"),
    (
        Field("text", _l("Title"), width=6),
        Field("lang", _l("Language"), Control.CHOICE, choices=options(words.LANGUAGES, True), width=3),
        Field("kind", _l("Kind of title"), Control.CHOICE, choices=options(words.NAME_KINDS), width=3),
    ),
    spare=1,
    keys=("text",),
)
GENRES = Table(
    "genres",
    _l("Genre"),
    (Field("term", _l("Genre"), Control.TERM, of="genre", longest=100, width=12),),
    spare=1,
    keys=("term",),
)
SUBJECTS = Table(
    "subjects",
    _l("Subject"),
    (Field("term", _l("Subject"), Control.TERM, of="subject", longest=100, width=12),),
    spare=1,
    keys=("term",),
)
RELATIONS = Table(
    "relations",
    _l("Relations"),
    (
        Field("kind", _l("This entry"), Control.CHOICE, choices=options(words.RELATIONS), width=4),
        Field("entry", _l("Entry"), Control.ENTRY, hint=_l("Title, shelfmark or number"), width=8),
    ),
    spare=1,
    keys=("entry",),
)
CARRIERS = Table(
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
SEGMENTS = Table(
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
TRACKS = Table(
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
