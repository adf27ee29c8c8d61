"""What rows of a table must say together: a stretch has a beginning, a source a title, an identifier its rule."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from catalogue.editing import typed
from catalogue.editing.typed import Unreadable

Row = dict[str, Any]


def row(table: str, said: Row) -> dict[str, str]:
    """Say what is wrong with a row, by column; what can be completed from the rest of the row is."""
    check = _CHECKS.get(table)
    return check(said) if check else {}


def _identifier(said: Row) -> dict[str, str]:
    try:
        said["value"] = typed.identifier(said["scheme"] or "", said["value"] or "")
    except Unreadable as wrong:
        return {"value": str(wrong)}
    return {}


def _segment(said: Row) -> dict[str, str]:
    said["label_nl"], said["label_en"] = _both(said["label_nl"], said["label_en"])
    said["who"] = said["who"] or ""
    if said["start_ms"] is None:
        return {"start_ms": _("Say where it begins, as in 1:04.")}
    if said["end_ms"] is not None and said["end_ms"] < said["start_ms"]:
        return {"end_ms": _("It ends before it begins.")}
    return {} if said["label_nl"] else {"label_nl": _("Say what is heard.")}


def _carrier(said: Row) -> dict[str, str]:
    said["carrier_nl"], said["carrier_en"] = _both(said["carrier_nl"], said["carrier_en"])
    return (
        {} if said["carrier_nl"] else {"carrier_nl": _("Say what sort of carrier it is, as in: ¼-inch band.")}
    )


def _source(said: Row) -> dict[str, str]:
    return {} if said["citation"] else {"citation": _("Name the book, release, letter or site.")}


def _relation(said: Row) -> dict[str, str]:
    return {} if said["entry"] else {"entry": _("Say which entry.")}


def _track(said: Row) -> dict[str, str]:
    if not said["printed_title"] and said["recording"] is not None:
        said["printed_title"] = said["recording"].title
    return {} if said["printed_title"] else {"printed_title": _("A line of a track list has a title.")}


def _both(first: str | None, second: str | None) -> tuple[str | None, str | None]:
    """Let one language stand for the other where only one was typed."""
    return first or second, second or first


_CHECKS: dict[str, Callable[[Row], dict[str, str]]] = {
    "identifiers": _identifier,
    "segments": _segment,
    "carriers": _carrier,
    "sources": _source,
    "relations": _relation,
    "tracks": _track,
}
