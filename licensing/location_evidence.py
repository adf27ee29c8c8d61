"""Where a buyer is: what supports the country that an order is taxed in. Two pieces that agree are kept with the sale
(Implementing Regulation (EU) No 282/2011, art. 24b and 24f); what the buyer says is on the order itself.

The country of a network address is not among them: telling it takes a database of addresses that the site has not.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.triggers import append_only
from licensing.orders import Order
from licensing.place_of_supply import country_of_prefix


class Source(str, Enum):
    """What tells of a country."""

    SAID = "said"  # by the buyer, with the address for the invoice
    VAT_NUMBER = "vat_number"
    PAYMENT = "payment"  # of the card, or of the bank behind the account


class LocationEvidence(Model):
    """A piece of evidence that came with or after an order."""

    __table_args__ = (
        UniqueConstraint("order_id", "source"),
        CheckConstraint("length(country) = 2", "country_has_two_letters"),
        CheckConstraint("source != 'said'", "said_is_on_the_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    source: Mapped[Source] = mapped_column(enum_column(Source))
    country: Mapped[str]  # ISO 3166-1 alpha-2
    reference: Mapped[str]  # the payment's, or the VAT number
    at: Mapped[datetime]


event.listen(LocationEvidence.__table__, "after_create", append_only("location_evidence"))


class LocationDecision(Model):
    """Where a person decided that the buyer of one order is, as the evidence disagrees."""

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), unique=True)
    country: Mapped[str]  # ISO 3166-1 alpha-2
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]

    order: Mapped[Order] = relationship()


event.listen(LocationDecision.__table__, "after_create", append_only("location_decision"))


@dataclass(frozen=True)
class Piece:
    """One piece of evidence."""

    source: Source
    country: str


def note_payment(order: Order, country: str | None, reference: str, moment: datetime) -> None:
    """Keep the country of the card or the bank that paid, once; some methods tell none."""
    if country is not None:
        _note(order, Source.PAYMENT, country.upper(), reference, moment)


def note_vat_number(order: Order, moment: datetime) -> None:
    """Keep the country of the buyer's VAT number, once."""
    if order.vat_number:
        country = country_of_prefix(order.vat_number[:2])
        _note(order, Source.VAT_NUMBER, country, order.vat_number, moment)


def of_order(order: Order) -> list[Piece]:
    """Return all that tells where the buyer of an order is; first what the buyer says."""
    query = (
        select(LocationEvidence).where(LocationEvidence.order_id == order.id).order_by(LocationEvidence.id)
    )
    found = [Piece(piece.source, piece.country) for piece in db.session.scalars(query)]
    return [Piece(Source.SAID, order.country), *found]


def agrees(pieces: list[Piece]) -> bool:
    """Say whether two pieces or more name the country that the buyer said, and none another."""
    return len(pieces) > 1 and len({piece.country for piece in pieces}) == 1


def _note(order: Order, source: Source, country: str, reference: str, moment: datetime) -> None:
    known = select(LocationEvidence.id).where(
        LocationEvidence.order_id == order.id, LocationEvidence.source == source
    )
    if len(country) != 2 or db.session.scalar(known) is not None:
        return
    db.session.add(
        LocationEvidence(order_id=order.id, source=source, country=country, reference=reference, at=moment)
    )
    db.session.flush()
