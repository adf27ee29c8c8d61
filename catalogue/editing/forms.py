"""The form of each kind of entry: its fields, in groups."""

from functools import cache

from flask_babel import lazy_gettext as _l

from archive.language import language
from catalogue.editing import fields, form_tables, words
from catalogue.editing.fields import Control, Field, Group
from catalogue.editing.form_tables import options
from catalogue.entries import EntryKind
from catalogue.pages import labels


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
        *_subtype(kind),
        Group("texts", _l("Descriptions"), _TEXTS, is_open=True),
        Group("people", _l("People"), tables=(form_tables.people(kind),), is_open=True),
        *_course(kind),
        Group("subjects", _l("Genre and subject"), tables=(form_tables.GENRES, form_tables.SUBJECTS)),
        Group("names", _l("Other titles and language"), _NAMES, (form_tables.TITLES,)),
        Group("numbers", _l("Identifiers"), tables=(form_tables.identifiers(kind),)),
        Group("relations", _l("Relations with other entries"), tables=(form_tables.RELATIONS,)),
        Group("sources", _l("Sources"), tables=(form_tables.sources((*_what(kind), *_part_fields(kind))),)),
        Group("carriers", _l("Carriers"), tables=(form_tables.CARRIERS,)),
        Group("access", _l("Where it is kept, and who may see it"), _ACCESS),
    )


def _what(kind: EntryKind) -> tuple[Field, ...]:
    place = () if kind in (EntryKind.WORK, EntryKind.RELEASE) else (_PLACE,)
    # The day of a performance follows from when it is played.
    when = () if kind is EntryKind.PERFORMANCE else (_DATE,)
    return (_TITLE, *when, *place)


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
    Field("title_lang", _l("Language of the title"), Control.CHOICE, choices=options(words.LANGUAGES, True)),
    Field(
        "language",
        _l("Language of what is said or sung"),
        longest=12,
        hint=_l("Two or three letters, as in nl, en or pap"),
    ),
)
_ACCESS = (
    Field("parent", _l("Part of the collection"), Control.ENTRY, of="collection"),
    Field("shelfmark", _l("Shelfmark"), longest=100),
    Field("credit_line", _l("Credit line"), hint=_l("As it must stand beside every use.")),
    Field("access", _l("Who gets how much of the files"), Control.CHOICE, choices=options(words.ACCESSES)),
    Field("embargo_until", _l("Not public before"), Control.DAY),
)


def _course(kind: EntryKind) -> tuple[Group, ...]:
    if kind is EntryKind.RECORDING:
        return (Group("course", _l("Course"), tables=(form_tables.SEGMENTS,)),)
    return (Group("tracks", _l("Tracks"), tables=(form_tables.TRACKS,)),) if kind is EntryKind.RELEASE else ()


def _subtype(kind: EntryKind) -> tuple[Group, ...]:
    if kind is EntryKind.COLLECTION:
        return (Group("collection", _l("The collection"), _COLLECTION, is_open=True),)
    if kind not in _SUBTYPES:  # when a performance is played stands with its tickets
        return ()
    return (Group(kind.value, _SUBTYPES[kind], part_fields=_part_fields(kind), is_open=True),)


_SUBTYPES = {
    EntryKind.SESSION: _l("The session"),
    EntryKind.RECORDING: _l("The recording"),
    EntryKind.IMAGE: _l("The picture"),
    EntryKind.WORK: _l("The work"),
    EntryKind.RELEASE: _l("The release"),
}
_COLLECTION = (
    Field("level", _l("Level"), Control.CHOICE, choices=options(words.LEVELS, True)),
    Field("extent", _l("Extent"), hint=_l("How much there is of it: 12 boxes, 340 photographs")),
)


def _part_fields(kind: EntryKind) -> tuple[Field, ...]:
    return _PART_FIELDS.get(kind, ())


_PART_FIELDS = {
    EntryKind.SESSION: (
        Field("session_type", _l("Occasion"), Control.CHOICE, choices=options(labels.SESSIONS)),
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
        Field("take_status", _l("What became of it"), Control.CHOICE, choices=options(labels.TAKES)),
        Field("duration", _l("Duration"), Control.DURATION, column="duration_ms", hint=_l("6:42 or 1:02:03")),
        Field("lineup", _l("Line-up"), Control.CHOICE, choices=options(words.LINE_UPS)),
    ),
    EntryKind.IMAGE: (
        Field("image_type", _l("Kind of picture"), Control.CHOICE, choices=options(labels.IMAGES)),
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
