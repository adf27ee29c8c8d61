"""Mappings that staff have made on the page of the import desk: kept in a table, beside those that come as files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from catalogue.importing import mapping as mappings
from catalogue.importing.mapping import Mapping


class SavedMapping(Model):
    """One mapping by its name; `data` says what a file of `mappings/` says."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    data: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # who saved it last
    saved_at: Mapped[datetime]


def find(name: str) -> Mapping | None:
    """Find a mapping by its name, those of files first."""
    if name in mappings.names():
        return mappings.load(name)
    saved = db.session.scalar(select(SavedMapping).where(SavedMapping.name == name))
    return mappings.parse(saved.name, saved.data) if saved else None


def recognise(header: Sequence[str]) -> list[Mapping]:
    """Find the mappings that a header has all columns of, those of files first."""
    present = set(header)
    saved = db.session.scalars(select(SavedMapping).order_by(SavedMapping.saved_at.desc())).all()
    all_of_them = [
        *map(mappings.load, mappings.names()),
        *(mappings.parse(each.name, each.data) for each in saved),
    ]
    return [found for found in all_of_them if present >= set(found.recognised_by)]


def keep(mapping: Mapping, data: dict[str, Any], account_id: int | None, moment: datetime) -> None:
    """Keep a mapping under its name, in place of what stood there."""
    saved = db.session.scalar(select(SavedMapping).where(SavedMapping.name == mapping.name))
    if saved is None:
        saved = SavedMapping(name=mapping.name)
        db.session.add(saved)
    saved.data, saved.account_id, saved.saved_at = data, account_id, moment
    db.session.flush()
