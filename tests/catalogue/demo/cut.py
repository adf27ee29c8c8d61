"""A cut of the demo's content, and makers of files that sit in the test's own process."""

from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import select

from archive.db import db
from archive.images import Derived
from catalogue.demo import making_files, reading
from catalogue.demo.content import Content
from catalogue.demo.making_files import Drawing, Made, Order, Sound, SoundOrder
from catalogue.entries import Entry


@cache
def whole() -> Content:
    """The whole content, read once."""
    return reading.read()


def cut(shelves: Collection[str], seconds: float = 6.0) -> Content:
    """Only these recordings, with their sessions and shortened, and these pictures."""
    content = whole()
    sessions = []
    for session in content.sessions:
        takes = tuple(
            replace(take, play=replace(take.play, seconds=seconds), course=())
            for take in session.takes
            if take.shelf in shelves
        )
        if takes:
            sessions.append(replace(session, takes=takes))
    keys = {session.key for session in sessions}
    images = tuple(
        replace(image, session=image.session if image.session in keys else None)
        for image in content.images
        if image.shelf in shelves
    )
    return _without_rest(replace(content, sessions=tuple(sessions), images=images))


def _without_rest(content: Content) -> Content:
    """Leave out the works, collections and people that nothing refers to."""
    wanted = {piece.collection for piece in (*content.sessions, *content.images)}
    wanted |= {known.parent for known in content.collections if known.key in wanted and known.parent}
    works = tuple(work for work in content.works if work.title in {take.work for _, take in content.takes})
    collections = tuple(known for known in content.collections if known.key in wanted)
    told = repr((content.sessions, content.images, works, collections))
    agents = tuple(agent for agent in content.agents if repr(agent.name) in told)
    return replace(content, works=works, collections=collections, agents=agents)


class AtOnce(Executor):
    """Makes each file when it is ordered, and no file twice."""

    def __init__(self, make: Callable[[Order], Made] = making_files.make, at_most: int | None = None) -> None:
        self._make = make
        self._left = at_most

    def submit(self, _make: Callable[..., Any], /, *args: Any, **_rest: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self._left == 0:
            future.set_exception(BrokenPipeError("the maker was killed"))
            return future
        self._left = None if self._left is None else self._left - 1
        future.set_result(_made(self._make, args[0]))
        return future


@cache
def _made(make: Callable[[Order], Made], order: Order) -> Made:
    return make(order)


def tiny(order: Order) -> Made:
    """Files of a few bytes, for tests that only want to know that there are some."""
    if isinstance(order, SoundOrder):
        return Sound(f"RIFF{order.recipe.seed}".encode(), 24_000, 40_000, (0.5,) * 200, b"ID3", 0, 30_000)
    small = Derived(b"small", 640, 480)
    return Drawing(f"JPEG{order.title}".encode(), 1600, 1200, small, small)


def silently(_line: str) -> None:
    """Say nothing."""


def entry_of(shelf: str) -> Entry:
    """The entry with this shelfmark."""
    return db.session.scalars(select(Entry).where(Entry.shelfmark == shelf)).one()


# A bit of everything: an unknown drummer, doubling, printed names, withdrawn, embargoed, draft, review, pictures.
SHELVES = ("NR-0412", "NR-0103", "NR-0450", "NR-0954", "NR-0905", "NR-0800", "NR-0471", "NR-1001", "NR-1101")
SMALL = cut(SHELVES)
