"""Whether anything has come to refer to an entry since: a sale, a claim of rights, a file, a list, another entry.

Asked of the foreign keys themselves, so that no floor above need be named here and none can be forgotten.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import Column, select
from sqlalchemy.orm import aliased

from archive.db import Model, db
from catalogue import snapshots
from catalogue.entries import Entry, Status

# Written by every save or by the import itself.
NOT_A_USE = frozenset({"revision", "index_change", "import_row", "imported_entry", "import_change"})
SALES = frozenset({"licence", "order_line", "rights_claim"})


class Reference(NamedTuple):
    """A column that names entries; `owner` names the entry it belongs to, where it belongs to one."""

    column: Column[int]
    owner: Column[int] | None


def find(entry_ids: Collection[int]) -> dict[int, str]:
    """Give the entries that something refers to, and in a word what does: "sale", "entry" or "other"."""
    found: dict[int, str] = {}
    holder = aliased(Entry)
    for column, owner in _references():
        query = select(column).where(column.in_(entry_ids)).distinct()
        if owner is not None:
            query = query.join(holder, holder.id == owner).where(holder.status != Status.WITHDRAWN)
        what = "entry" if owner is not None else "sale" if column.table.name in SALES else "other"
        for entry_id in db.session.scalars(query):
            found[entry_id] = "sale" if "sale" in (what, found.get(entry_id)) else what
    return found


def _references() -> Iterator[Reference]:
    owners = {part.table_name: part.owner for part in snapshots.PARTS}
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            column = key.parent
            if key.column.table.name != "entry" or table.name in NOT_A_USE:
                continue
            if table.name == "entry":
                yield Reference(column, table.columns["id"] if column.name == "parent_id" else None)
            elif table.name not in owners:
                yield Reference(column, None)
            elif column.name != owners[table.name]:
                yield Reference(column, table.columns[owners[table.name]])
