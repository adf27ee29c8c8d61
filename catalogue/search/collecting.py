"""Documents by the batch: those of some entries, those of all, and which entries a change reaches."""

from collections.abc import Collection, Iterator

from sqlalchemy import select

from archive.db import db
from catalogue import hierarchy
from catalogue.entries import Entry, Status
from catalogue.pictures import Image
from catalogue.recordings import Recording
from catalogue.search import composing, material
from catalogue.search.document import Document

BATCH = 200  # entries


def documents(entry_ids: Collection[int]) -> list[Document]:
    """Make the documents of the published ones; those under embargo wait in the index for their day."""
    found = material.read(entry_ids)
    return [composing.document(entry, found) for entry in found.entries.values()]


def every_batch() -> Iterator[list[Document]]:
    """Make the documents of all published entries, a batch at a time, each in a transaction of its own."""
    last = 0
    while True:
        query = (
            select(Entry.id)
            .where(Entry.id > last, Entry.status == Status.PUBLISHED)
            .order_by(Entry.id)
            .limit(BATCH)
        )
        ids = list(db.session.scalars(query))
        if not ids:
            break
        last = ids[-1]
        batch = documents(ids)
        db.session.rollback()
        yield batch


def with_dependants(entry_ids: Collection[int]) -> list[int]:
    """Add what repeats something of these: a session's takes and pictures, what a collection holds."""
    of_session = select(Recording.entry_id).where(Recording.session_id.in_(entry_ids))
    pictures = select(Image.entry_id).where(Image.session_id.in_(entry_ids))
    ids = {*entry_ids, *db.session.scalars(of_session), *db.session.scalars(pictures)}
    return sorted(ids | hierarchy.below(entry_ids))
