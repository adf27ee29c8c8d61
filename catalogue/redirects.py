"""Redirects: what was merged into another stays as a row that points there, so that its pid leads on for ever.

A thing that was merged takes nothing in and is not merged again, so a chain always ends and never runs in a circle
(`catalogue.merging` sees to it, under a lock of both rows).
"""

from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, select

from archive.db import db
from archive.errors import Refused


class Mergeable(Protocol):
    """A row that may have been merged into another of its table."""

    pid: str
    merged_into_id: int | None


Thing = TypeVar("Thing", bound=Mergeable)


class Moved(Refused):
    """It was merged; `details["pid"]` is the number of what stays. Reading is sent on there (301)."""

    code = "merged"

    @classmethod
    def to(cls, pid: str) -> "Moved":
        """Say so of what became the thing with this number."""
        return Moved(
            "This was merged with another one in the meantime. Go on with the one that stays.", pid=pid
        )


def survivor(thing: Thing) -> Thing:
    """Follow a thing to the one it was merged into in the end; itself if it was not."""
    while thing.merged_into_id is not None:
        thing = db.session.get_one(type(thing), thing.merged_into_id)
    return thing


def all_of(table: Any) -> dict[int, int]:
    """Return of everything in a table that was merged the id of the one that stays in the end, in one query."""
    query = select(table.id, table.merged_into_id).where(table.merged_into_id.is_not(None))
    leads = {number: to for number, to in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy
    for number, to in leads.items():
        stays = to
        while stays in leads:
            stays = leads[stays]
        leads[number] = stays
    return leads


def leading_to(table: Any, number: int) -> Select[tuple[int]]:
    """Select the id of a thing and those of all that was merged into it."""
    led = select(table.id).where(table.id == number).cte("led", recursive=True)
    led = led.union(select(table.id).join(led, table.merged_into_id == led.c.id))
    return select(led.c.id)


def require_unmerged(thing: Mergeable) -> None:
    """Raise Moved when a thing was merged into another."""
    if thing.merged_into_id is not None:
        raise Moved.to(survivor(thing).pid)
