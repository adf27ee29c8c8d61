"""Consents (releases): who is shown, heard or has made something, and has agreed in writing to uses of it.

What a consent says never changes; it can be withdrawn, which the person may do at any time (GDPR, art. 7(3)).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused
from catalogue.entries import Entry
from licensing.claims import Consent, Layer, Use
from licensing.parties import Party
from licensing.vocabulary import N_


class ConsentKind(str, Enum):
    """What sort of release."""

    PORTRAIT = "portrait"  # who is recognisable: art. 19-21 Auteurswet
    PROPERTY = "property"  # who owns or made what is shown
    ARTIST = "artist"  # who performs: art. 2 Wet op de naburige rechten
    INTERVIEWEE = "interviewee"  # who tells something


LAYER_OF = {
    ConsentKind.PORTRAIT: Layer.PORTRAIT,
    ConsentKind.PROPERTY: Layer.ARTWORK_SHOWN,
    ConsentKind.ARTIST: Layer.PERFORMANCE,
    ConsentKind.INTERVIEWEE: Layer.PORTRAIT,
}
KINDS = {
    ConsentKind.PORTRAIT: N_("Portrait (model release)"),
    ConsentKind.PROPERTY: N_("Property or artwork shown"),
    ConsentKind.ARTIST: N_("Performer"),
    ConsentKind.INTERVIEWEE: N_("Interviewee"),
}


class RightsConsent(Model):
    """One document in which a party consents to uses of an entry."""

    __table_args__ = (
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", "days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(enum_column(ConsentKind))
    uses: Mapped[list[str]]  # use classes; empty: all
    territory: Mapped[list[str]]  # ISO 3166 codes, or WW
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    document_no: Mapped[str]  # where the paper is
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    entry: Mapped[Entry] = relationship()
    party: Mapped[Party] = relationship()

    def as_consent(self) -> Consent:
        """Give the consent as the rules want it."""
        return Consent(
            layer=LAYER_OF[self.kind],
            party_id=self.party_id,
            uses=frozenset(Use(use) for use in self.uses),
            territory=frozenset(self.territory),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            withdrawn_on=self.withdrawn_on,
        )


@dataclass(frozen=True)
class Given:
    """What a consent says, as it comes from a form."""

    kind: ConsentKind
    uses: Sequence[Use]
    territory: Sequence[str]
    document_no: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None


def add(entry: Entry, party: Party, given: Given, moment: datetime, account_id: int | None) -> RightsConsent:
    """Keep a consent; raise Invalid without a territory, a document, or with days the wrong way round."""
    if not given.territory:
        raise Invalid("Say in which countries the consent holds.")
    if not given.document_no.strip():
        raise Invalid("Fill in the number of the document; without one nobody can show the consent.")
    if given.valid_from and given.valid_to and given.valid_from > given.valid_to:
        raise Invalid("The last day lies before the first.")
    consent = RightsConsent(
        entry_id=entry.id,
        party_id=party.id,
        kind=given.kind,
        uses=[use.value for use in given.uses],
        territory=list(given.territory),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        document_no=given.document_no.strip(),
        note=given.note,
        recorded_at=moment,
        recorded_by_id=account_id,
    )
    db.session.add(consent)
    db.session.flush()
    audit.record("rights.consented", "entry", entry.pid, account_id, consent=consent.id, of=given.kind.value)
    return consent


def withdraw(consent: RightsConsent, on: date, why: str, account_id: int | None) -> None:
    """Write down that a consent was taken back from a day on; raise Refused where it was before."""
    if consent.withdrawn_on is not None:
        raise Refused("This consent was withdrawn before.")
    consent.withdrawn_on = on
    db.session.flush()
    detail = {"consent": consent.id, "on": on.isoformat(), "why": why}
    audit.record("rights.consent_withdrawn", "entry", consent.entry.pid, account_id, **detail)


def get(consent_id: int) -> RightsConsent:
    """Get a consent; raise NotFound."""
    found = db.session.get(RightsConsent, consent_id)
    if found is None:
        raise NotFound("There is no such consent. Choose one from the list.")
    return found


def of(entry_id: int) -> list[RightsConsent]:
    """Give the consents about an entry, newest first."""
    query = select(RightsConsent).where(RightsConsent.entry_id == entry_id)
    return list(
        db.session.scalars(query.options(joinedload(RightsConsent.party)).order_by(RightsConsent.id.desc()))
    )


def of_many(entry_ids: Collection[int]) -> dict[int, tuple[Consent, ...]]:
    """Give the consents about each of some entries as the rules want them, in one query."""
    found: dict[int, list[Consent]] = {}
    query = select(RightsConsent).where(RightsConsent.entry_id.in_(entry_ids)).order_by(RightsConsent.id)
    for row in db.session.scalars(query):
        found.setdefault(row.entry_id, []).append(row.as_consent())
    return {entry_id: tuple(given) for entry_id, given in found.items()}
