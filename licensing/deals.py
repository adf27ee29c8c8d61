"""Deals with the artists of a performance: costs first, a guarantee, a split; each artist has a sheet by secret link,
without an account.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused
from catalogue.entries import Entry
from licensing.deal_rules import Basis, Terms
from licensing.money import FULL, Money


class Deal(Model):
    """What was agreed with the artists of one performance."""

    __table_args__ = (
        CheckConstraint("guarantee_minor >= 0", "guarantees_something"),
        CheckConstraint("share_bp >= 0 AND share_bp <= 10000", "shares_a_part"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    currency: Mapped[str]
    basis: Mapped[Basis] = mapped_column(enum_column(Basis))
    guarantee_minor: Mapped[int]
    share_bp: Mapped[int]  # of what is left, in basis points
    agreed_at: Mapped[datetime]
    stands_since: Mapped[datetime | None]  # the first statement was sent: terms and artists no longer change

    entry: Mapped[Entry] = relationship()
    artists: Mapped[list["DealArtist"]] = relationship(
        back_populates="deal", order_by="DealArtist.id", cascade="all, delete-orphan"
    )
    costs: Mapped[list["DealCost"]] = relationship(order_by="DealCost.id", cascade="all, delete-orphan")

    @property
    def terms(self) -> Terms:
        """The agreement as the rules read it."""
        return Terms(self.basis, Money(self.guarantee_minor, self.currency), self.share_bp)

    @property
    def costs_in_all(self) -> Money:
        """What is paid before anything is shared."""
        return sum((cost.amount for cost in self.costs), Money(0, self.currency))


class DealArtist(Model):
    """One who shares in a deal."""

    __table_args__ = (CheckConstraint("weight > 0", "gets_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    lang: Mapped[str]
    weight: Mapped[int]  # how many parts of what the artists get

    deal: Mapped[Deal] = relationship(back_populates="artists")


class DealCost(Model):
    """One cost that is paid before anything is shared, without VAT."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "costs_something"),
        UniqueConstraint("deal_id", "label"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    label: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True)
class Artist:
    """Who shares in a deal, as somebody types it."""

    name: str
    email: str
    lang: str
    weight: int


def find_of(entry_id: int) -> Deal | None:
    """Find the deal about a performance."""
    return db.session.scalar(select(Deal).where(Deal.entry_id == entry_id))


def get_for_change(deal_id: int) -> Deal:
    """Get a deal, and let nobody else book on it until this transaction ends."""
    return db.session.get_one(Deal, deal_id, with_for_update=True)


def agree(
    entry: Entry,
    terms: Terms,
    artists: Sequence[Artist],
    costs: Sequence[tuple[str, Money]],
    moment: datetime,
    account_id: int | None,
) -> Deal:
    """Write down what was agreed about a performance; raise Invalid when it makes no sense, Refused for other terms or
    artists once a statement was sent. Costs may still be added then: the next statement says what they change.
    """
    _require_sense(terms, artists, costs)
    deal = find_of(entry.id) or Deal(entry_id=entry.id, currency=terms.guarantee.currency)
    if deal.stands_since is None:
        deal.basis, deal.guarantee_minor, deal.share_bp = terms.basis, terms.guarantee.minor, terms.share_bp
        deal.agreed_at = moment
        _set_artists(deal, artists)
    elif deal.terms != terms or _said(deal) != list(artists):
        raise Refused(
            "A statement of this deal was sent, so its terms and artists stand. Costs can still change."
        )
    _set_costs(deal, costs)
    db.session.add(deal)
    db.session.flush()
    detail = {"basis": terms.basis.value, "guarantee_minor": deal.guarantee_minor, "share_bp": terms.share_bp}
    audit.record("deal.agreed", "entry", entry.pid, account_id, **detail, costs_minor=deal.costs_in_all.minor)
    return deal


def link_token(artist: DealArtist) -> str:
    """Make the signed part of an artist's link; always the same."""
    return _signer().dumps(artist.key)


def get_artist_by_token(token: str) -> DealArtist:
    """Get the artist behind a link; raise NotFound."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        key = None
    artist = db.session.scalar(select(DealArtist).where(DealArtist.key == key))
    if artist is None:
        raise NotFound("There is no deal behind this link. Copy the whole link from the mail.")
    return artist


def _require_sense(terms: Terms, artists: Sequence[Artist], costs: Sequence[tuple[str, Money]]) -> None:
    if not artists:
        raise Invalid("A deal names one artist at least: name, address and parts.", field="artists")
    if terms.guarantee.minor < 0 or not 0 <= terms.share_bp <= FULL:
        raise Invalid(
            "A guarantee is not below zero, and a share lies between 0 and 100 per cent.", field="share"
        )
    if len({artist.email for artist in artists}) < len(artists):
        raise Invalid("Two artists have the same address. Each gets a sheet of their own.", field="artists")
    labels = [label for label, _amount in costs]
    if len(set(labels)) < len(labels):
        raise Invalid("Two costs have the same name. Add them up, or tell them apart.", field="costs")
    if any(amount.minor <= 0 for _label, amount in costs):
        raise Invalid("A cost is more than nothing.", field="costs")


def _set_artists(deal: Deal, artists: Sequence[Artist]) -> None:
    known = {artist.email: artist for artist in deal.artists}
    listed = []
    for said in artists:
        artist = known.get(said.email) or DealArtist(key=secrets.token_urlsafe(16), email=said.email)
        artist.name, artist.lang, artist.weight = said.name, said.lang, said.weight
        listed.append(artist)
    deal.artists = listed


def _set_costs(deal: Deal, costs: Sequence[tuple[str, Money]]) -> None:
    known = {cost.label: cost for cost in deal.costs}
    listed = []
    for label, amount in costs:
        cost = known.get(label) or DealCost(label=label, currency=amount.currency)
        cost.amount_minor = amount.minor
        listed.append(cost)
    deal.costs = listed


def _said(deal: Deal) -> list[Artist]:
    return [Artist(artist.name, artist.email, artist.lang, artist.weight) for artist in deal.artists]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="deal")
