"""What a batch can do to an entry. An operation turns what an entry says into what it is to say, or tells why it
cannot; it reads and writes nothing itself, so what a page shows beforehand is what is done.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from catalogue import dates
from catalogue.credits import Certainty
from catalogue.entries import MOVES, Status
from catalogue.snapshots import Row, Snapshot

MAX_TITLE = 500
MAX_TEXT = 20_000
MAX_LINE = 300


class Action(str, Enum):
    """The kinds of operations."""

    SET = "set"
    CLEAR = "clear"
    REPLACE = "replace"
    ADD_TERM = "add_term"
    REMOVE_TERM = "remove_term"
    ADD_CREDIT = "add_credit"
    REMOVE_CREDIT = "remove_credit"
    PLACE = "place"
    COLLECTION = "collection"
    DATE = "date"
    ACCESS = "access"
    STATUS = "status"


class Reason(str, Enum):
    """Why an entry stays as it is."""

    NOT_OF_KIND = "not_of_kind"
    NEEDS_TITLE = "needs_title"
    TOO_LONG = "too_long"
    WITHIN_ITSELF = "within_itself"
    NO_SUCH_MOVE = "no_such_move"
    MERGED = "merged"
    GONE = "gone"
    EDITED = "edited"
    NOT_SAVED = "not_saved"


class Unfit(Exception):
    """An operation cannot be done to an entry."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class TextField:
    """A text that batches may change: of the entry itself, or of the part that its kind adds."""

    name: str
    part: str | None = None
    longest: int = MAX_LINE
    is_required: bool = False


FIELDS = {
    f"{field.part}.{field.name}" if field.part else field.name: field
    for field in (
        TextField("title", longest=MAX_TITLE, is_required=True),
        TextField("description_nl", longest=MAX_TEXT),
        TextField("description_en", longest=MAX_TEXT),
        TextField("shelfmark"),
        TextField("extent"),
        TextField("credit_line", longest=MAX_TITLE),
        TextField("leader_text", "session"),
        TextField("programme", "session"),
        TextField("title_as_given", "recording", MAX_TITLE),
        TextField("matrix_no", "recording"),
        TextField("alt_nl", "image", MAX_TITLE),
        TextField("alt_en", "image", MAX_TITLE),
    )
}


@dataclass(frozen=True)
class Operation:
    """What is to be done: which of the further values mean anything depends on the action."""

    action: Action
    field: str = ""  # of SET, CLEAR and REPLACE: a key of FIELDS
    text: str = ""  # new text, text to look for, date, code of access or status
    replacement: str = ""
    any_case: bool = False  # REPLACE: whatever the capitals
    target: int | None = (
        None  # id of the term, agent, place or collection; None takes place or collection away
    )
    role: str | None = None
    instrument: int | None = None
    above: tuple[int, ...] = ()  # COLLECTION: the ids of all that lies above the target


def as_json(operation: Operation) -> dict[str, Any]:
    """Write an operation as plain values."""
    return asdict(operation) | {"action": operation.action.value, "above": list(operation.above)}


def from_json(said: Mapping[str, Any]) -> Operation:
    """Read what `as_json` wrote."""
    values = dict(said)
    return Operation(**values | {"action": Action(values["action"]), "above": tuple(values["above"])})


def outcome(operation: Operation, snapshot: Snapshot) -> Snapshot:
    """Return what an entry is to say of all that the operation touches; raise Unfit.

    It may be what the entry says already.
    """
    if snapshot.get("merged_into_id") is not None:
        raise Unfit(Reason.MERGED)
    return _OUTCOMES[operation.action](operation, snapshot)


def _set(operation: Operation, snapshot: Snapshot) -> Snapshot:
    return _with_text(operation, snapshot, lambda _before: operation.text)


def _clear(operation: Operation, snapshot: Snapshot) -> Snapshot:
    return _with_text(operation, snapshot, lambda _before: "")


def _replace(operation: Operation, snapshot: Snapshot) -> Snapshot:
    wanted = re.compile(re.escape(operation.text), re.IGNORECASE if operation.any_case else 0)
    return _with_text(
        operation, snapshot, lambda before: wanted.sub(lambda _found: operation.replacement, before)
    )


def _with_text(operation: Operation, snapshot: Snapshot, change: Callable[[str], str]) -> Snapshot:
    field = FIELDS[operation.field]
    if field.part is None:
        return {field.name: _fitting(field, snapshot[field.name], change)}
    rows: list[Row] = snapshot.get(field.part, [])
    if not rows:
        raise Unfit(Reason.NOT_OF_KIND)
    return {field.part: [rows[0] | {field.name: _fitting(field, rows[0][field.name], change)}]}


def _fitting(field: TextField, before: str | None, change: Callable[[str], str]) -> str | None:
    # Accents may be written in two ways that look the same; looking for a text must find both.
    written = unicodedata.normalize("NFC", before or "")
    after = change(written)
    if after == written:
        return before
    after = after.strip()
    if len(after) > field.longest:
        raise Unfit(Reason.TOO_LONG)
    if field.is_required and not after:
        raise Unfit(Reason.NEEDS_TITLE)
    return after or None


def _add_term(operation: Operation, snapshot: Snapshot) -> Snapshot:
    rows: list[Row] = snapshot["terms"]
    if any(row["term_id"] == operation.target for row in rows):
        return {"terms": rows}
    return {"terms": [*rows, {"term_id": operation.target}]}


def _remove_term(operation: Operation, snapshot: Snapshot) -> Snapshot:
    return {"terms": [row for row in snapshot["terms"] if row["term_id"] != operation.target]}


def _add_credit(operation: Operation, snapshot: Snapshot) -> Snapshot:
    rows: list[Row] = snapshot["credits"]
    if any(_is_meant(operation, row) and row["instrument_id"] == operation.instrument for row in rows):
        return {"credits": rows}
    added = {
        "agent_id": operation.target,
        "role": operation.role,
        "instrument_id": operation.instrument,
        "instrument_text": None,
        "leader": False,
        "credited_as": None,
        "certainty": Certainty.CERTAIN.value,
        "region": None,
        "position": max((row["position"] for row in rows), default=-1) + 1,
    }
    return {"credits": [*rows, added]}


def _remove_credit(operation: Operation, snapshot: Snapshot) -> Snapshot:
    return {"credits": [row for row in snapshot["credits"] if not _is_meant(operation, row)]}


def _is_meant(operation: Operation, row: Row) -> bool:
    return row["agent_id"] == operation.target and operation.role in (None, row["role"])


def _place(operation: Operation, _snapshot: Snapshot) -> Snapshot:
    return {"place_id": operation.target}


def _collection(operation: Operation, snapshot: Snapshot) -> Snapshot:
    if snapshot["id"] == operation.target or snapshot["id"] in operation.above:
        raise Unfit(Reason.WITHIN_ITSELF)
    return {"parent_id": operation.target}


def _date(operation: Operation, _snapshot: Snapshot) -> Snapshot:
    return dict(_read_date(operation.text))


@lru_cache(maxsize=16)
def _read_date(text: str) -> tuple[tuple[str, Any], ...]:
    reading = dates.read(text) if text else None
    return (
        ("date_text", text or None),
        ("date_edtf", reading.edtf if reading else None),
        ("date_lo", reading.lo if reading else None),
        ("date_hi", reading.hi if reading else None),
    )


def _access(operation: Operation, _snapshot: Snapshot) -> Snapshot:
    return {"access": operation.text}


def _status(operation: Operation, snapshot: Snapshot) -> Snapshot:
    before, to = Status(snapshot["status"]), Status(operation.text)
    if before is to:
        return {"status": snapshot["status"], "withdrawn_reason": snapshot["withdrawn_reason"]}
    if to not in MOVES[before]:
        raise Unfit(Reason.NO_SUCH_MOVE)
    return {
        "status": to.value,
        "withdrawn_reason": operation.replacement if to is Status.WITHDRAWN else None,
    }


_OUTCOMES: dict[Action, Callable[[Operation, Snapshot], Snapshot]] = {
    Action.SET: _set,
    Action.CLEAR: _clear,
    Action.REPLACE: _replace,
    Action.ADD_TERM: _add_term,
    Action.REMOVE_TERM: _remove_term,
    Action.ADD_CREDIT: _add_credit,
    Action.REMOVE_CREDIT: _remove_credit,
    Action.PLACE: _place,
    Action.COLLECTION: _collection,
    Action.DATE: _date,
    Action.ACCESS: _access,
    Action.STATUS: _status,
}
