"""Puts the demo collection into a site: names, entries in batches, and their files as they come from the makers.

What is there already stays as it is, so a load that was cut short is completed by the next.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from sqlalchemy import func, select

from archive import clock
from archive.assets import Asset, AssetRole
from archive.db import db
from archive.transactions import transaction
from catalogue.demo import filing, making_files, naming
from catalogue.demo.content import Content, Image, Session, Take
from catalogue.demo.describing import Describer, Known
from catalogue.demo.filing import Piece
from catalogue.demo.making_files import Made
from catalogue.entries import Entry, Status
from catalogue.entry_files import EntryFile

Say = Callable[[str], None]
Item = TypeVar("Item")

BATCH = 20  # entries in one transaction
# First in the register's list of what is new; after them all sorts of things, a few a day.
NEWEST = ("NR-0387", "NR-0412", "NR-0274", "NR-1003", "NR-0733", "NR-1101")
PUBLISHED_EVERY = timedelta(hours=9)


@dataclass(frozen=True)
class Counts:
    """How many entries and pieces with files were added; none if all was there."""

    entries: int
    filed: int


def load(say: Say, content: Content, pool: Executor | None = None) -> Counts:
    """Add what is missing of a content and of its files; `pool` makes those, by default processes of its own."""
    moment, pieces = clock.now(), _without_files(content)
    with nullcontext(pool) if pool else making_files.workers() as makers:
        made = making_files.in_order(makers, map(filing.order, pieces))  # the first begin now
        with transaction():
            known = naming.ensure(content)
        described = _describe(say, content, known, moment)
        _file(say, zip(pieces, made, strict=True), len(pieces), known, moment)
    return Counts(described, len(pieces))


def publication(content: Content, begun: datetime) -> dict[str, datetime]:
    """Spread what is public over the months before a moment: by pid, in an order that is always the same."""
    first = {pid: place for place, pid in enumerate(_newest(content))}
    pids = sorted(
        _public(content), key=lambda pid: (first.get(pid, len(first)), sha256(pid.encode()).digest())
    )
    return {pid: begun - PUBLISHED_EVERY * place for place, pid in enumerate(pids, start=1)}


def _describe(say: Say, content: Content, known: Known, moment: datetime) -> int:
    with transaction():
        begun = db.session.scalar(select(func.min(Entry.created_at)).where(Entry.is_demo)) or moment
    describer = Describer(content, known, moment, publication(content, begun))
    missing = [step for step in describer.steps() if step[0] not in known.entries]
    for batch in _batches(missing):
        with transaction():
            for pid, describe in batch:
                known.entries[pid] = describe().id
    if missing:
        say(f"{len(missing)} entries described")
    return len(missing)


def _file(say: Say, made: Iterable[tuple[Piece, Made]], number: int, known: Known, moment: datetime) -> None:
    done = 0
    for batch in _batches(made):
        with transaction():
            for piece, files in batch:
                filing.file(known.entries[filing.pid(piece)], piece, files, moment)
        done += len(batch)
        say(f"files of {done} of {number} recordings and pictures")


def _without_files(content: Content) -> list[Piece]:
    query = (
        select(Entry.pid)
        .join(EntryFile, EntryFile.entry_id == Entry.id)
        .join(Asset, Asset.id == EntryFile.asset_id)
        .where(Entry.is_demo, Asset.role == AssetRole.MASTER)
    )
    there = set(db.session.scalars(query))
    db.session.rollback()
    pieces: list[Piece] = [*content.takes, *content.images]
    return [piece for piece in pieces if filing.pid(piece) not in there]


def _newest(content: Content) -> list[str]:
    pids = {take.shelf: take.pid for _session, take in content.takes}
    pids |= {image.shelf: image.pid for image in content.images}
    return [pids[shelf] for shelf in NEWEST if shelf in pids]


def _public(content: Content) -> Iterator[str]:
    yield from (collection.pid for collection in content.collections)
    yield from (work.pid for work in content.works)
    pieces: list[Session | Take | Image] = [*content.sessions, *content.images]
    pieces += [take for _session, take in content.takes]
    yield from (piece.pid for piece in pieces if piece.status in (Status.PUBLISHED, Status.WITHDRAWN))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch
