"""Rate cards: what the archive charges, in versions. A card is a file, loaded as a draft, then put in force.

From then on it is frozen, because sold licences point to it: `activate` and `retire` alone change a card,
they refuse any other move, and triggers in the database refuse what goes around them (`rate_triggers`).
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import Invalid, Refused
from licensing import money, rate_triggers
from licensing.money import FULL, Money
from licensing.pricing import Card, Factor, Row
from licensing.vocabulary import DIMENSIONS_OF, OPTIONS, USES_OF

CARD_OF_2026 = Path(__file__).with_name("data") / "rate_card_2026.toml"


class CardStatus(str, Enum):
    """A draft may be changed, an active card is what we sell by, a retired one is what we sold by."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class RateCard(Model):
    """One version of the prices, in one currency."""

    __table_args__ = (
        UniqueConstraint("version"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", "days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    currency: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # last day; None until it is retired
    status: Mapped[CardStatus] = mapped_column(enum_column(CardStatus), default=CardStatus.DRAFT)
    defaults: Mapped[dict[str, Any]]  # by asset type: what is chosen before the buyer chooses

    rows: Mapped[list["RateRow"]] = relationship(
        back_populates="card", order_by="RateRow.id", cascade="all, delete-orphan"
    )
    factors: Mapped[list["RateFactor"]] = relationship(
        back_populates="card", order_by="RateFactor.position", cascade="all, delete-orphan"
    )


class RateRow(Model):
    """What one use of one kind of asset costs."""

    __table_args__ = (
        UniqueConstraint("card_id", "asset_type", "use_code"),
        CheckConstraint("base_minor > 0", "base_is_positive"),
        CheckConstraint("min_minor > 0", "minimum_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rate_card.id"), index=True)
    asset_type: Mapped[str]
    use_code: Mapped[str]
    base_minor: Mapped[int]  # without VAT, for what is included
    min_minor: Mapped[int]
    included: Mapped[dict[str, Any]]  # a code per dimension

    card: Mapped[RateCard] = relationship(back_populates="rows")


class RateFactor(Model):
    """How one choice in one dimension changes the price."""

    __table_args__ = (
        UniqueConstraint("card_id", "dimension", "code"),
        CheckConstraint("factor_bp > 0", "factor_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rate_card.id"), index=True)
    dimension: Mapped[str]
    code: Mapped[str]
    factor_bp: Mapped[int]  # 10000 leaves the price as it is
    position: Mapped[int]  # of the dimension in the order of the steps

    card: Mapped[RateCard] = relationship(back_populates="factors")


def active_on(day: date) -> Card | None:
    """Give the card in force on a day, as the pure rules want it; None when there is none."""
    found = db.session.scalar(
        select(RateCard)
        .where(
            RateCard.status != CardStatus.DRAFT,
            RateCard.valid_from <= day,
            (RateCard.valid_to.is_(None)) | (RateCard.valid_to >= day),
        )
        .order_by(RateCard.valid_from.desc())
        .limit(1)
    )
    return _frozen(found) if found else None


def load(file: Path) -> RateCard:
    """Store a card from its file as a draft, in place of a draft of that version; raise Invalid, Refused."""
    card = read(file.read_text(encoding="utf-8"))
    known = db.session.scalar(select(RateCard).where(RateCard.version == card.version))
    if known is not None:
        _discard(known)
    stored = RateCard(
        name=card.name,
        version=card.version,
        currency=card.currency,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        status=CardStatus.DRAFT,
        defaults={asset_type: dict(choice) for asset_type, choice in card.defaults.items()},
        rows=[_row_table(row) for row in card.rows],
        factors=[
            RateFactor(dimension=f.dimension, code=f.code, factor_bp=f.bp, position=f.position)
            for f in card.factors
        ],
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def activate(card: RateCard) -> None:
    """Put a draft in force from its first day, and end the card before it the day before; raise Refused."""
    if card.status is not CardStatus.DRAFT:
        raise Refused("Rate card %(version)s is frozen. Make a new version instead.", version=card.version)
    for other in db.session.scalars(select(RateCard).where(RateCard.status == CardStatus.ACTIVE)):
        retire(other, date.fromordinal(card.valid_from.toordinal() - 1))
    card.status = CardStatus.ACTIVE
    db.session.flush()


def retire(card: RateCard, last_day: date) -> None:
    """End an active card; it stays readable for what was sold by it. Raise Refused."""
    if card.status is not CardStatus.ACTIVE:
        raise Refused(
            "Only a rate card in force can be retired, and %(version)s is not.", version=card.version
        )
    if last_day < card.valid_from:
        raise Refused(
            "Rate card %(version)s begins on %(day)s. Choose a later day.",
            version=card.version,
            day=card.valid_from,
        )
    card.status, card.valid_to = CardStatus.RETIRED, last_day
    db.session.flush()


def _discard(card: RateCard) -> None:
    if card.status is not CardStatus.DRAFT:
        raise Refused(
            "Rate card %(version)s is frozen. Give the new one another version.", version=card.version
        )
    db.session.delete(card)
    db.session.flush()


def read(toml: str) -> Card:
    """Read a card from the text of its file, pure; raise Invalid that names what is wrong."""
    try:
        data = tomllib.loads(toml)
        currency = data["currency"]
        return Card(
            name=data["name"],
            version=data["version"],
            currency=currency,
            valid_from=data["valid_from"],
            valid_to=data.get("valid_to"),
            rows=tuple(_row(currency, kind, use, row) for kind in USES_OF for use, row in data[kind].items()),
            factors=tuple(_factors(data["factors"])),
            defaults={kind: _checked(kind, data["defaults"][kind]) for kind in USES_OF},
        )
    except (KeyError, ValueError) as error:
        raise Invalid(
            "This is not a rate card: %(problem)s. Mend the file and load it again.", problem=str(error)
        ) from error


def _row(currency: str, asset_type: str, use: str, row: Mapping[str, Any]) -> Row:
    base = money.parse(row["price"], currency)
    least = money.parse(row.get("minimum", row["price"]), currency)
    if use not in USES_OF[asset_type]:
        raise ValueError(f"{use!r} is not a use of {asset_type}")
    return Row(asset_type, use, base, least, _checked(asset_type, row["includes"]))


def _checked(asset_type: str, choice: Mapping[str, str]) -> dict[str, str]:
    for dimension in DIMENSIONS_OF[asset_type]:
        if choice[dimension] not in OPTIONS[dimension]:
            raise ValueError(f"{choice[dimension]!r} is not a {dimension}")
    return dict(choice)


def _factors(data: Mapping[str, Mapping[str, str]]) -> list[Factor]:
    found = []
    for position, (dimension, codes) in enumerate(data.items()):
        for code, factor in codes.items():
            if code not in OPTIONS[dimension]:
                raise ValueError(f"{code!r} is not a {dimension}")
            found.append(Factor(dimension, code, int(Decimal(factor) * FULL), position))
    return found


def _row_table(row: Row) -> RateRow:
    return RateRow(
        asset_type=row.asset_type,
        use_code=row.use,
        base_minor=row.base.minor,
        min_minor=row.minimum.minor,
        included=dict(row.included),
    )


def _frozen(stored: RateCard) -> Card:
    """Give a card in force, read once in a process: from then on its rows and factors can no longer change."""
    known: dict[tuple[str, int], Card] = current_app.extensions.setdefault("rate_cards", {})
    key = (stored.version, stored.id)
    if key not in known or known[key].valid_to != stored.valid_to:
        known[key] = _as_card(stored)
    return known[key]


def _as_card(stored: RateCard) -> Card:
    def amount(minor: int) -> Money:
        return Money(minor, stored.currency)

    return Card(
        name=stored.name,
        version=stored.version,
        currency=stored.currency,
        valid_from=stored.valid_from,
        valid_to=stored.valid_to,
        rows=tuple(
            Row(r.asset_type, r.use_code, amount(r.base_minor), amount(r.min_minor), r.included)
            for r in stored.rows
        ),
        factors=tuple(Factor(f.dimension, f.code, f.factor_bp, f.position) for f in stored.factors),
        defaults=stored.defaults,
    )


for _table in (RateCard, RateRow, RateFactor):
    event.listen(_table.__table__, "after_create", rate_triggers.on_create)
