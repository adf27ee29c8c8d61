"""Parties: those who hold rights, or collect for those who do."""

from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column


class PartyKind(str, Enum):
    """What sort of party."""

    PERSON = "person"
    ORGANISATION = "organisation"
    CMO = "cmo"  # collective management organisation: Buma/Stemra, Sena, Pictoright
    ESTATE = "estate"


class Party(Model):
    """Somebody who holds rights. For staff only but the name, which a buyer must know to ask."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None]
    country: Mapped[str | None]  # ISO 3166


def add(kind: PartyKind, name: str, *, email: str | None = None, country: str | None = None) -> Party:
    """Add a party."""
    party = Party(kind=kind, name=name, email=email, country=country)
    db.session.add(party)
    db.session.flush()
    return party


def ensure(kind: PartyKind, name: str) -> Party:
    """Find a party of this kind by exactly this name, or add one."""
    found = db.session.scalar(select(Party).where(Party.kind == kind, Party.name == name).limit(1))
    return found or add(kind, name)
