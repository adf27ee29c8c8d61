"""From the form on which columns are mapped to a mapping, as the files of `mappings/` say it. Pure."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.importing.guessing import FIELDS, PLAYS
from catalogue.importing.mapping import Shape

READ = {
    "lineup": "lineup",
    "composer": "composers",
    "duration": "duration",
    "mbid": "mbid",
    "photographers": "composers",
    "depicted": "composers",
}
# What recordings of one session have in common.
OF_SESSION = ("date", "lineup", "leader", "record", "venue")


@dataclass(frozen=True)
class Chosen:
    """What somebody chose: of each column its field (see `guessing.fields`), and what the rest of the form says."""

    name: str
    shape: Shape
    fields: Values[str, str]
    key: Sequence[str]
    collection: str
    source: str
    credit_line: str
    is_public: bool


def compose(chosen: Chosen) -> dict[str, Any]:
    """Say as a mapping what was chosen."""
    column_of = {field: column for column, field in chosen.fields.items() if field in FIELDS[chosen.shape]}
    players = {
        column: field.removeprefix(PLAYS)
        for column, field in chosen.fields.items()
        if field.startswith(PLAYS)
    }
    session = list(chosen.key)
    if chosen.shape is Shape.RECORDING:
        shared = [column_of[field] for field in OF_SESSION if field in column_of] + list(players)
        session = shared if "date" in column_of and len(shared) > 1 else session
    used = {*column_of.values(), *players, *chosen.key}
    return {
        "title": chosen.name,
        "shape": chosen.shape.value,
        "publish": chosen.is_public,
        "recognised_by": list(chosen.fields),
        "row_key": list(chosen.key),
        "session_key": session,
        "recording_key": list(chosen.key) if chosen.shape is Shape.RECORDING else [],
        "required": ["title"],
        "keep": [column for column in chosen.fields if column not in used],
        "fields": {
            field: {"column": column, "read": READ.get(field, "text")} for field, column in column_of.items()
        },
        "players": players,
        "wordings": _wordings(chosen.shape),
        "collection": {
            "title_nl": chosen.collection,
            "title_en": chosen.collection,
            "description_nl": "",
            "description_en": "",
            "credit_line": chosen.credit_line or chosen.source,
            "citation": chosen.source,
            "url": "",
        },
    }


def _wordings(shape: Shape) -> dict[str, list[str]]:
    said = {"description_nl": ["{description}"], "venue": ["{venue}"]}
    if shape is Shape.RECORDING:
        return said | {
            "session_title_nl": [
                "[Opnamesessie voor {record}]",
                "[Opnamesessie met {leader}]",
                "[Opnamesessie van {date}]",
                "[Opnamesessie: {title}]",
            ],
            "session_title_en": [
                "[Recording session for {record}]",
                "[Recording session with {leader}]",
                "[Recording session of {date}]",
                "[Recording session: {title}]",
            ],
            "citation": ["{record} ({label}, {catalogue_no})", "{record} ({label})", "{record}"],
        }
    if shape is Shape.PHOTOGRAPH:
        return said | {"carrier_nl": ["{carrier}"], "carrier_en": ["{carrier}"], "credit_line": ["{credit}"]}
    return said
