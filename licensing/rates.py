"""Rate cards: what the archive charges, in versions. A card is a file, loaded as a draft, then put in force.

From then on it is frozen, because sold licences point to it: `activate` and `retire` alone change a card,
they refuse any other move, and triggers in the database refuse what goes around them (`rate_triggers`).
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, bindparam, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, clock, jobs
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused
from licensing import rate_files, rate_triggers
from licensing.money import Money
from licensing.pricing import Card, Factor, Package, Row

_DATA = Path(__file__).with_name("data")
CARDS = (_DATA / "rate_card_2026.toml", _DATA / "rate_card_2026_2.toml")  # oldest first
CARD_OF_2026 = CARDS[-1]
CHANGED = "rates.changed"  # job: other prices are in force from today


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
        back_populates="card", order_by="RateFactor.position, RateFactor.id", cascade="all, delete-orphan"
    )
    packages: Mapped[list["RatePackage"]] = relationship(
        back_populates="card", order_by="RatePackage.id", cascade="all, delete-orphan"
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


class RatePackage(Model):
    """A ready answer to all questions at a fixed price."""

    __table_args__ = (
        UniqueConstraint("card_id", "code"),
        CheckConstraint("price_minor > 0", "price_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rate_card.id"), index=True)
    code: Mapped[str]
    asset_type: Mapped[str]
    answers: Mapped[dict[str, Any]]  # a code per question, "use" among them
    price_minor: Mapped[int]  # without VAT

    card: Mapped[RateCard] = relationship(back_populates="packages")


# Asked for with every price, so it is put together once.
_ON = (
    select(RateCard)
    .where(
        RateCard.status != CardStatus.DRAFT,
        RateCard.valid_from <= bindparam("day"),
        RateCard.valid_to.is_(None) | (RateCard.valid_to >= bindparam("day")),
    )
    .order_by(RateCard.valid_from.desc())
    .limit(1)
)


def active_on(day: date) -> Card | None:
    """Give the card in force on a day, as the pure rules want it; None when there is none."""
    found = db.session.scalar(_ON, {"day": day})
    return _frozen(found) if found else None


def load(file: Path) -> RateCard:
    """Store a card from its file as a draft, in place of a draft of that version; raise Invalid, Refused."""
    return store(rate_files.read(file.read_bytes()))


def store(card: Card, account_id: int | None = None) -> RateCard:
    """Store a card as a draft, in place of a draft of that version; raise Refused for one that is frozen."""
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
        packages=[
            RatePackage(
                code=p.code, asset_type=p.asset_type, answers=dict(p.answers), price_minor=p.price.minor
            )
            for p in card.packages
        ],
    )
    db.session.add(stored)
    db.session.flush()
    audit.record("rates.loaded", "rate_card", stored.version, account_id)
    return stored


def activate(card: RateCard, first_day: date | None = None, account_id: int | None = None) -> None:
    """Put a draft in force from its first day (or another one), and end the card before it the day before.

    Raise Refused for a card that is no draft, or where a card begins on that day or later.
    """
    if card.status is not CardStatus.DRAFT:
        raise Refused("Rate card %(version)s is frozen. Make a new version instead.", version=card.version)
    card.valid_from = first_day or card.valid_from
    for other in db.session.scalars(select(RateCard).where(RateCard.status == CardStatus.ACTIVE)):
        retire(other, date.fromordinal(card.valid_from.toordinal() - 1), account_id)
    card.status = CardStatus.ACTIVE
    db.session.flush()
    _hand_down_on(card.valid_from)
    audit.record(
        "rates.activated",
        "rate_card",
        card.version,
        account_id,
        before=CardStatus.DRAFT.value,
        after=CardStatus.ACTIVE.value,
        first_day=card.valid_from.isoformat(),
    )


def put_in_force(card: RateCard, first_day: date, today: date, account_id: int) -> None:
    """Put a draft in force from today or later: what was sold keeps its price. Raise Invalid, Refused."""
    if first_day < today:
        raise Invalid("A price cannot change in the past. Choose today or a later day.")
    activate(card, first_day, account_id)


def retire(card: RateCard, last_day: date, account_id: int | None = None) -> None:
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
    _hand_down_on(last_day + timedelta(days=1))
    audit.record(
        "rates.retired",
        "rate_card",
        card.version,
        account_id,
        before=CardStatus.ACTIVE.value,
        after=CardStatus.RETIRED.value,
        last_day=last_day.isoformat(),
    )


def take_out_of_force(card: RateCard, last_day: date, today: date, account_id: int) -> None:
    """Retire a card from a day that is not past; raise Invalid, Refused."""
    if last_day < today:
        raise Invalid("A price cannot change in the past. Choose today or a later day.")
    retire(card, last_day, account_id)


def discard(card: RateCard, account_id: int) -> None:
    """Throw a draft away; raise Refused for a card that is frozen."""
    _discard(card)
    audit.record("rates.discarded", "rate_card", card.version, account_id)


def all_versions() -> list[RateCard]:
    """Return all cards, the latest first day first."""
    return list(db.session.scalars(select(RateCard).order_by(RateCard.valid_from.desc(), RateCard.id.desc())))


def get(version: str) -> RateCard:
    """Get a card by its version; raise NotFound."""
    found = db.session.scalar(select(RateCard).where(RateCard.version == version))
    if found is None:
        raise NotFound("There is no rate card of this version. Choose one from the list.")
    return found


def _hand_down_on(day: date) -> None:
    # From that day on the lowest prices that searches show are others.
    wait = datetime.combine(day, time.min, UTC) - clock.now()
    jobs.enqueue(CHANGED, {}, key=f"{CHANGED}:{day}", delay=max(wait, timedelta(0)))


def _discard(card: RateCard) -> None:
    if card.status is not CardStatus.DRAFT:
        raise Refused(
            "Rate card %(version)s is frozen. Give the new one another version.", version=card.version
        )
    db.session.delete(card)
    db.session.flush()


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
        known[key] = as_card(stored)
    return known[key]


def as_card(stored: RateCard) -> Card:
    """Give a stored card as the pure rules want it, draft or not."""

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
        packages=tuple(
            Package(p.code, p.asset_type, p.answers, amount(p.price_minor)) for p in stored.packages
        ),
    )


for _table in (RateCard, RateRow, RateFactor, RatePackage):
    event.listen(_table.__table__, "after_create", rate_triggers.on_create)
