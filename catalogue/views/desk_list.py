"""Where somebody stands in the work list, kept in the addresses of the pages for one entry."""

from typing import Any

from flask import request, url_for

from catalogue import entries, work_list
from catalogue.entries import Entry, Status
from catalogue.work_list import Place

MAX_WORDS = 200


def status_of(text: str, otherwise: Status) -> Status:
    """Read a status."""
    return Status(text) if text in {status.value for status in Status} else otherwise


def place(entry: Entry) -> Place:
    """Read from the address where in the list an entry stands; without that it is in the list of its own status."""
    asked = request.args
    return work_list.place(
        status_of(asked.get("status", ""), entry.status),
        asked.get("q", "")[:MAX_WORDS],
        max(asked.get("page", 1, int), 1),
        asked.get("near", ""),
        entry,
    )


def address(endpoint: str, entry: Entry, **more: Any) -> str:
    """Return the address of a page for an entry that keeps the place in the list."""
    stands = place(entry)
    kept = {
        "status": stands.status.value,
        "q": stands.words or None,
        "page": stands.page,
        "near": stands.near,
    }
    return url_for(endpoint, pid=entry.pid, **{**kept, **more})


def moves(entry: Entry) -> list[Status]:
    """List where an entry may go from here, the furthest first."""
    return sorted(entries.MOVES[entry.status], key=list(Status).index, reverse=True)
