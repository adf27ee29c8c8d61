"""Documents by the batch: those of some entries, and those of all."""

from collections.abc import Collection, Iterator

from sqlalchemy import select

from archive.db import db
from catalogue.entries import Entry, Status
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
