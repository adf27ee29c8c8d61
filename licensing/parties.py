"""Parties: those who hold rights, or collect for those who do."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit
from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused


class PartyKind(str, Enum):
    """What sort of party."""

    PERSON = "person"
    ORGANISATION = "organisation"
    CMO = "cmo"  # collective management organisation: Buma/Stemra, Sena, Pictoright
    ESTATE = "estate"


class TaxProfile(str, Enum):
    """How VAT is worked out on what we pay to a party."""

    VAT = "vat"
    SMALL_BUSINESS = (
        "small_business"  # exempt: kleineondernemersregeling, art. 25 Wet op de omzetbelasting 1968
    )
    PRIVATE = "private"
    FOREIGN = "foreign"


class Payout(str, Enum):
    """How a party gets its money."""

    NONE = "none"
    BANK = "bank"
    VIA_CMO = "via_cmo"  # its society collects for it


class Party(Model):
    """Somebody who holds rights. For staff only but the name, which a buyer must know to ask."""

    __table_args__ = (
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", "merged_into_another"),
        CheckConstraint("country IS NULL OR length(country) = 2", "country_has_two_letters"),
        CheckConstraint("ipi IS NULL OR length(ipi) = 11", "ipi_has_eleven_digits"),
        CheckConstraint("isni IS NULL OR length(isni) = 16", "isni_has_sixteen_characters"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None]
    country: Mapped[str | None]  # ISO 3166
    vat_id: Mapped[str | None]
    reg_no: Mapped[str | None]  # of the trade register
    ipi: Mapped[str | None]  # Interested Party Information: name number of a maker or publisher (CISAC)
    isni: Mapped[str | None]  # ISO 27729, without spaces
    tax_profile: Mapped[TaxProfile] = mapped_column(
        enum_column(TaxProfile), default=TaxProfile.PRIVATE, server_default=TaxProfile.PRIVATE.value
    )
    payout: Mapped[Payout] = mapped_column(
        enum_column(Payout), default=Payout.NONE, server_default=Payout.NONE.value
    )
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    version: Mapped[int] = mapped_column(default=0, server_default="0")  # counts changes


def add(kind: PartyKind, name: str, *, email: str | None = None, country: str | None = None) -> Party:
    """Add a party."""
    party = Party(kind=kind, name=name, email=email, country=country)
    db.session.add(party)
    db.session.flush()
    return party


def current(party: Party) -> Party:
    """Give the party that this one turned out to be; itself where it was never merged."""
    while party.merged_into_id is not None:
        party = get(party.merged_into_id)
    return party


def get(party_id: int) -> Party:
    """Get a party; raise NotFound."""
    found = db.session.get(Party, party_id)
    if found is None:
        raise NotFound("There is no party with this number. Choose one from the list.")
    return found


def like(words: str, limit: int) -> list[Party]:
    """Find parties with these words in their name, by name; merged ones are left out."""
    wanted = [Party.name.icontains(word, autoescape=True) for word in words.split()]
    query = select(Party).where(Party.merged_into_id.is_(None), *wanted).order_by(Party.name, Party.id)
    return list(db.session.scalars(query.limit(limit)))


def named(name: str) -> list[Party]:
    """Find the parties of exactly this name that were not merged into another."""
    query = select(Party).where(Party.name == name, Party.merged_into_id.is_(None)).order_by(Party.id)
    return list(db.session.scalars(query))


def revise(party: Party, details: Mapping[str, Any], seen_version: int, account_id: int | None) -> None:
    """Take over columns of a party; raise Refused when somebody else saved it first or it was merged."""
    if party.version != seen_version or party.merged_into_id is not None:
        raise Refused("Somebody else has saved this party since. Look at it again, then save your change.")
    before = {name: _plain(getattr(party, name)) for name in details}
    for name, value in details.items():
        setattr(party, name, value)
    party.version += 1
    db.session.flush()
    after = {name: _plain(value) for name, value in details.items()}
    changed = {name: [before[name], after[name]] for name in details if before[name] != after[name]}
    audit.record("party.changed", "party", str(party.id), account_id, changed=changed)


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def ensure(kind: PartyKind, name: str) -> Party:
    """Find a party of this kind by exactly this name, or add one."""
    found = db.session.scalar(select(Party).where(Party.kind == kind, Party.name == name).limit(1))
    return current(found) if found else add(kind, name)
