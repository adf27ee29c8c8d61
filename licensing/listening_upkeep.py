"""What time does to grants: they end, day passes are divided over what was heard with them, who it was is forgotten.

Each grant is a transaction of its own, so a job that is stopped half-way goes on where it was.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from archive import clock
from archive.config import current
from archive.db import db
from archive.transactions import transaction
from licensing import accruals, grants, listening, shares_back
from licensing.grants import Grant, GrantStatus
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement
from licensing.royalty_statements import StatementLine
from licensing.small_prices import GrantKind

FINISH_JOB = "listening.finish"
FINISH_EVERY = timedelta(minutes=10)
FORGET_JOB = "listening.forget"
FORGET_EVERY = timedelta(hours=24)
DIVIDED = (GrantStatus.ENDED, GrantStatus.REVOKED)  # of a revoked pass: what did not go back
AT_ONCE = 500  # grants looked up at a time


def finish_all(_payload: dict[str, Any]) -> None:
    """Job: close the grants whose time is over, and divide what day passes brought in."""
    moment = clock.now()
    for grant_id in _over(moment):
        with transaction():
            grant = db.session.get_one(Grant, grant_id, with_for_update=True)
            if grant.status is GrantStatus.OPEN:
                listening.finish(grant, moment)
    for grant_id in _undivided():
        with transaction():
            divide(db.session.get_one(Grant, grant_id, with_for_update=True), moment)


def divide(day_pass: Grant, moment: datetime) -> None:
    """Divide the price of a day pass that has ended over what was heard with it, in equal parts, once.

    Largest remainders, earliest first; where nothing was heard all is the archive's. What went back of the price before
    is not divided; what goes back later is taken back (see `shares_back`).
    """
    if day_pass.divided_at is not None:
        return
    day_pass.divided_at = moment
    heard = grants.under(day_pass.id)
    if not heard:
        return
    weights = [1] * len(heard)
    line = day_pass.order_line
    net, vat = shares_back.kept_of(line) if line is not None else (day_pass.net, day_pass.vat)
    shares = zip(heard, net.allocate(weights), vat.allocate(weights), strict=True)
    for grant, part, tax in shares:
        accruals.book_use(grant, grant.piece, part, tax, listening.WITH_A_PASS, moment)


def forget_all(_payload: dict[str, Any]) -> None:
    """Job: drop the link between who listened and what, some days after a grant has ended."""
    moment = clock.now()
    before = moment - timedelta(days=current().forget_listeners_days)
    for grant_id in _to_forget(before):
        with transaction():
            forget(db.session.get_one(Grant, grant_id), moment)


def forget(grant: Grant, moment: datetime) -> None:
    """Drop what leads from a grant to a person: the wallet, its consent, the reference of the ledger, a pass's order.

    The order of a copy names what was bought by itself, for the law wants that of an invoice.
    """
    if grant.kind is GrantKind.PASS:
        grant.order_line_id = None
    grant.wallet_id = grant.consent_id = grant.charge = None
    grant.forgotten_at = moment


def _over(moment: datetime) -> list[int]:
    query = select(Grant.id).where(Grant.status == GrantStatus.OPEN, Grant.ends_at <= moment)
    return _ids(query)


def _undivided() -> list[int]:
    query = select(Grant.id).where(
        Grant.kind == GrantKind.PASS,
        Grant.status.in_(DIVIDED),
        Grant.divided_at.is_(None),
        Grant.forgotten_at.is_(None),
    )
    return _ids(query)


def _to_forget(before: datetime) -> list[int]:
    """Find ended grants of whose accrual every line stands on a statement; a pass waits for its division."""
    told = select(StatementLine.id).where(StatementLine.movement_id == RoyaltyMovement.id).exists()
    untold = (
        select(RoyaltyMovement.id)
        .join(AccrualPart, AccrualPart.id == RoyaltyMovement.part_id)
        .join(Accrual, Accrual.id == AccrualPart.accrual_id)
        .where(Accrual.grant_id == Grant.id, RoyaltyMovement.party_id.is_not(None), ~told)
        .exists()
    )
    waiting = (Grant.kind == GrantKind.PASS) & Grant.status.in_(DIVIDED) & Grant.divided_at.is_(None)
    is_pass_of_order = (Grant.kind == GrantKind.PASS) & Grant.order_line_id.is_not(None)
    query = select(Grant.id).where(
        Grant.status != GrantStatus.OPEN,
        Grant.ends_at <= before,
        Grant.wallet_id.is_not(None) | is_pass_of_order,
        ~untold,
        ~waiting,
    )
    return _ids(query)


def _ids(query: Any) -> list[int]:
    return list(db.session.scalars(query.order_by(Grant.id).limit(AT_ONCE)))
