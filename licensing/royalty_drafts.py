"""Drafts: what a party's statement of a period says as things are; looked at first, frozen by `royalty_closing`.

A movement or payout that stands on a statement is never taken up again, so each is shown once and none is lost.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.orm import joinedload

from archive.db import db
from licensing import periods, reserves, royalty_statements
from licensing.claims import Layer
from licensing.money import Money
from licensing.parties import Party
from licensing.payouts import Payout
from licensing.periods import Period
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement
from licensing.royalty_statements import RoyaltyStatement, Shown, StatementLine

Account = tuple[int, str]  # a party and a currency


@dataclass(frozen=True)
class Line:
    """What a line of a statement says; names and units as in `StatementLine`."""

    movement_id: int | None
    payout_id: int | None
    shown: Shown
    on: date
    reference: str
    amount_minor: int
    pid: str = ""
    title: str = ""
    layer: Layer | None = None
    use: str = ""
    territory: str = ""
    country: str = ""
    units: int = 0
    gross_minor: int = 0
    vat_minor: int = 0
    fees_minor: int = 0
    net_minor: int = 0
    share_bp: int = 0
    commission_bp: int = 0


@dataclass(frozen=True)
class Draft:
    """What a statement will say."""

    opening: Money
    lines: tuple[Line, ...]
    withheld: Money
    unlocated: Money

    @property
    def earned(self) -> Money:
        """Licences given, and reserves released."""
        return self._sum(Shown.BOOKED, Shown.RELEASED)

    @property
    def taken_back(self) -> Money:
        """Refunds, reversals and shared fees; not positive."""
        return self._sum(Shown.TAKEN_BACK, Shown.FEE_KNOWN)

    @property
    def paid(self) -> Money:
        """What was paid to the party."""
        return -self._sum(Shown.PAID)

    @property
    def closing(self) -> Money:
        """What is owed at the end."""
        return self.opening + self.earned + self.taken_back - self.paid

    def _sum(self, *kinds: Shown) -> Money:
        total = sum(line.amount_minor for line in self.lines if line.shown in kinds)
        return Money(total, self.opening.currency)


@dataclass(frozen=True)
class Preview:
    """What a party's statement will come to."""

    party_id: int
    name: str
    opening: Money
    change: Money
    paid: Money

    @property
    def closing(self) -> Money:
        """What will be owed at the end."""
        return self.opening + self.change - self.paid


def draft(party_id: int, currency: str, period: Period) -> Draft:
    """Gather what a party's statement of a period says as things are; reads only."""
    before = royalty_statements.latest_of(party_id, currency)
    return Draft(
        opening=before.closing if before else Money(0, currency),
        lines=(*_movements(party_id, currency, period), *_payments(party_id, currency, period)),
        withheld=reserves.withheld_from(party_id, currency),
        unlocated=reserves.total(currency),
    )


def previews(period: Period, currency: str) -> list[Preview]:
    """Say for every party what its statement will come to, in a fixed number of queries."""
    changes = _sums_of_movements(period, currency)
    paid = _sums_of_payouts(period, currency)
    opening = _openings(currency)
    ids = {*changes, *paid, *opening}
    names = db.session.execute(
        select(Party.id, Party.name).where(Party.id.in_(ids)).order_by(Party.name, Party.id)
    )
    return [
        Preview(
            party_id,
            name,
            Money(opening.get(party_id, 0), currency),
            Money(changes.get(party_id, 0), currency),
            Money(paid.get(party_id, 0), currency),
        )
        for party_id, name in names
    ]


def accounts(period: Period) -> set[Account]:
    """List the parties, each with a currency, that there is something to be told about in a period."""
    moved = select(RoyaltyMovement.party_id, RoyaltyMovement.currency).where(*_new_movements(period))
    paid = select(Payout.party_id, Payout.currency).where(*_new_payouts(period))
    owed = select(RoyaltyStatement.party_id, RoyaltyStatement.currency).where(
        RoyaltyStatement.id.in_(_latest()), RoyaltyStatement.closing_minor != 0
    )
    return {(party_id, currency) for party_id, currency in db.session.execute(union(moved, paid, owed))}


def numbers(statement: RoyaltyStatement, lines: Sequence[Line] | Sequence[StatementLine]) -> str:
    """Give the fingerprint of all that a statement says in numbers."""
    head = [
        statement.number,
        statement.party_id,
        statement.currency,
        *(statement.opening_minor, statement.earned_minor, statement.taken_back_minor, statement.paid_minor),
        *(
            statement.closing_minor,
            statement.withheld_minor,
            statement.unlocated_minor,
            statement.minimum_minor,
        ),
    ]
    rows = [[_plain(getattr(line, name)) for name in Line.__dataclass_fields__] for line in lines]
    return hashlib.sha256(json.dumps([head, rows], ensure_ascii=True).encode()).hexdigest()


def _new_movements(period: Period) -> tuple[Any, ...]:
    shown = select(StatementLine.id).where(StatementLine.movement_id == RoyaltyMovement.id).exists()
    return RoyaltyMovement.party_id.is_not(None), RoyaltyMovement.at < period.end, ~shown


def _new_payouts(period: Period) -> tuple[Any, ...]:
    shown = select(StatementLine.id).where(StatementLine.payout_id == Payout.id).exists()
    return Payout.paid_on <= period.last_day, ~shown


def _latest() -> Any:
    return select(func.max(RoyaltyStatement.id)).group_by(
        RoyaltyStatement.party_id, RoyaltyStatement.currency
    )


def _sums_of_movements(period: Period, currency: str) -> dict[int, int]:
    query = (
        select(RoyaltyMovement.party_id, func.sum(RoyaltyMovement.amount_minor))
        .where(RoyaltyMovement.currency == currency, *_new_movements(period))
        .group_by(RoyaltyMovement.party_id)
    )
    return {int(party_id or 0): int(total) for party_id, total in db.session.execute(query)}


def _sums_of_payouts(period: Period, currency: str) -> dict[int, int]:
    query = (
        select(Payout.party_id, func.sum(Payout.amount_minor))
        .where(Payout.currency == currency, *_new_payouts(period))
        .group_by(Payout.party_id)
    )
    return {party_id: int(total) for party_id, total in db.session.execute(query)}


def _openings(currency: str) -> dict[int, int]:
    query = select(RoyaltyStatement.party_id, RoyaltyStatement.closing_minor).where(
        RoyaltyStatement.id.in_(_latest()),
        RoyaltyStatement.currency == currency,
        RoyaltyStatement.closing_minor != 0,
    )
    return {party_id: int(closing) for party_id, closing in db.session.execute(query)}


def _movements(party_id: int, currency: str, period: Period) -> list[Line]:
    accrual = joinedload(RoyaltyMovement.part).joinedload(AccrualPart.accrual)
    query = (
        select(RoyaltyMovement)
        .where(
            RoyaltyMovement.party_id == party_id,
            RoyaltyMovement.currency == currency,
            *_new_movements(period),
        )
        .options(accrual.joinedload(Accrual.entry), accrual.joinedload(Accrual.licence))
        .order_by(RoyaltyMovement.id)
    )
    return [_line(movement) for movement in db.session.scalars(query)]


def _payments(party_id: int, currency: str, period: Period) -> list[Line]:
    query = select(Payout).where(
        Payout.party_id == party_id, Payout.currency == currency, *_new_payouts(period)
    )
    return [_payment(paid) for paid in db.session.scalars(query.order_by(Payout.id))]


def _line(movement: RoyaltyMovement) -> Line:
    part, accrual = movement.part, movement.part.accrual
    return Line(
        movement_id=movement.id,
        payout_id=None,
        shown=Shown(movement.kind.value),
        on=periods.day_of(movement.at),
        reference=accrual.number,
        pid=accrual.entry.pid,
        title=accrual.title,
        layer=part.layer,
        use=accrual.use,
        territory=accrual.territory,
        country=accrual.country,
        units=movement.units,
        gross_minor=movement.base_minor + movement.vat_minor,
        vat_minor=movement.vat_minor,
        fees_minor=movement.fees_minor,
        net_minor=movement.base_minor - movement.fees_minor,
        share_bp=part.share_bp,
        commission_bp=part.commission_bp,
        amount_minor=movement.amount_minor,
    )


def _payment(paid: Payout) -> Line:
    return Line(None, paid.id, Shown.PAID, paid.paid_on, paid.bank_reference, -paid.amount_minor)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Shown | Layer) else value
