"""What the columns of a table may mean, guessed from their names and from what stands in them. Pure.

A guess fills in the form of the import desk; a person has the last word.
"""

import re
from collections.abc import Mapping, Sequence

from catalogue import dates, folding, instruments
from catalogue.importing import parsing
from catalogue.importing.mapping import Shape

# Names of columns as people write them, Dutch and English, folded and without what is no letter.
NAMES: Mapping[str, Sequence[str]] = {
    "title": (
        "titel", "title", "naam", "name", "recordingtitle", "opname", "stuk", "piece", "tune", "nummer", "song",
        "concert", "label", "caption", "bijschrift", "omschrijvingkort", "titelopname",
    ),
    "date": (
        "datum", "date", "opnamedatum", "recordingdate", "recordingdateestimate", "creationdate", "datering", "jaar",
        "year", "when", "wanneer", "dateofrecording", "concertdatum", "datumopname",
    ),
    "lineup": ("bezetting", "lineup", "personnel", "musici", "musicians", "uitvoerenden", "performers", "players"),
    "leader": ("leider", "leader", "bandleader", "artist", "artiest", "uitvoerende", "performer", "soloist", "orkest"),
    "composer": ("componist", "componisten", "composer", "composers", "auteur", "writer"),
    "record": (
        "plaat", "album", "record", "recordtitle", "release", "releasetitle", "lp", "albumtitel", "plaattitel",
    ),
    "label": ("platenlabel", "recordlabel", "label", "maatschappij", "merk"),
    "catalogue_no": ("catalogusnummer", "catalognumber", "cataloguenumber", "catno", "plaatnummer", "recordbib"),
    "take": ("take", "titleaddon", "opnamenummer"),
    "duration": ("duur", "speelduur", "duration", "length", "lengte", "recordinglength", "tijd", "time"),
    "mbid": ("mbid", "mbzid", "musicbrainz", "musicbrainzid", "recordingidforlbz"),
    "venue": ("zaal", "plaats", "locatie", "venue", "location", "place", "hall", "studio", "club", "where", "waar"),
    "shelfmark": (
        "signatuur", "shelfmark", "inventarisnummer", "accessionnumber", "accessienummer", "objectnummer", "callnumber",
        "plaatsingsnummer", "archiefnummer", "bandnummer", "reference",
    ),
    "photographers": ("fotograaf", "photographer", "maker", "creator", "fotografen"),
    "depicted": ("afgebeeld", "afgebeelden", "depicted", "people", "personen", "persons", "wie", "who"),
    "carrier": ("materiaal", "medium", "drager", "techniek", "technique", "carrier", "format", "formaat"),
    "credit": ("credit", "creditline", "bronvermelding", "herkomst", "provenance"),
    "description": ("beschrijving", "omschrijving", "description", "toelichting", "notes", "notities", "opmerkingen"),
}  # fmt: skip
KEYS = ("id", "nr", "nummer", "number", "key", "sleutel", "code", "uuid", "recordid", "volgnummer", "melid")
_LENGTH = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d+)?")
_LINE_UP = re.compile(r"[^();]+\([^()]+\)\s*(?:;|$)")

FIELDS: Mapping[Shape, Sequence[str]] = {
    Shape.RECORDING: (
        "title", "date", "lineup", "leader", "composer", "record", "label", "catalogue_no", "take", "duration", "mbid",
        "venue", "shelfmark", "description",
    ),
    Shape.CONCERT: ("title", "date", "venue", "lineup", "leader", "shelfmark", "description"),
    Shape.PHOTOGRAPH: (
        "title", "date", "shelfmark", "photographers", "depicted", "carrier", "credit", "description",
    ),
}  # fmt: skip
MOSTLY = 0.8  # of the values of a key that a person has numbered: the rest are slips, which the dry run tells
PLAYS = "plays:"  # before the code of an instrument: the column names who plays it


def fields(columns: Sequence[str], values: Mapping[str, Sequence[str]], shape: Shape) -> dict[str, str]:
    """Guess what each column is: a field of the shape, PLAYS and an instrument, or "" for kept with the row."""
    left = list(FIELDS[shape])
    found: dict[str, str] = {}
    for guess in (_by_name, _by_values):
        for column in columns:
            if column in found:
                continue
            field = guess(column, values.get(column, ()), left)
            if field:
                found[column] = field
                left.remove(field)
    if shape is not Shape.PHOTOGRAPH:
        for column in columns:
            if column not in found and (instrument := instruments.find(column)):
                found[column] = PLAYS + instrument.code
    return {column: found.get(column, "") for column in columns}


def shape(columns: Sequence[str]) -> Shape:
    """Guess what a row is."""
    names = {_plain(column) for column in columns}
    if names & {*NAMES["photographers"], "negatief", "negative", "foto", "photo", "medium"}:
        return Shape.PHOTOGRAPH
    if names & {"concert", "zaal", "hall", "venue"} and not names & {
        *NAMES["take"],
        *NAMES["record"],
        *NAMES["duration"],
    }:
        return Shape.CONCERT
    return Shape.RECORDING


def key(columns: Sequence[str], values: Mapping[str, Sequence[str]]) -> list[str]:
    """Guess which column tells a row from all others: one that is named so and seldom repeats, else the first that
    never does.
    """

    def share_told(column: str) -> float:
        said = [value.strip() for value in values.get(column, ())]
        return len(set(said)) / len(said) if said and all(said) else 0.0

    named = [column for column in columns if _plain(column) in (*KEYS, *NAMES["shelfmark"])]
    likely = [column for column in named if share_told(column) >= MOSTLY]
    return (likely or [column for column in columns if share_told(column) == 1])[:1]


def _by_name(column: str, _values: Sequence[str], left: Sequence[str]) -> str:
    name = _plain(column)
    return next((field for field in left if name in NAMES[field]), "")


def _by_values(_column: str, values: Sequence[str], left: Sequence[str]) -> str:
    said = [value.strip() for value in values if value.strip()]
    if len(said) < 2:
        return ""
    tests = {
        "mbid": lambda value: _reads(parsing.mbid, value),
        "lineup": lambda value: _LINE_UP.match(value) is not None,
        "duration": lambda value: _LENGTH.fullmatch(value) is not None,
        "date": lambda value: not value.isdigit() and dates.read(value).edtf is not None,
    }
    return next(
        (field for field, test in tests.items() if field in left and sum(map(test, said)) > len(said) * 0.8),
        "",
    )


def _reads(read: parsing.Reader, value: str) -> bool:
    try:
        read(value)
    except parsing.UnreadableError:
        return False
    return True


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", "", folding.fold(column))
