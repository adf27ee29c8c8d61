"""What rights holders are owed no longer when money of a sale goes back: of licences, of copies, and of what was heard
with a day pass, whose price was divided when it ended.

It is taken back in the period that runs; a statement that is closed never changes.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from archive.db import db
from licensing import accruals, disputes, grants, refund_parts
from licensing.disputes import DisputeStatus
from licensing.grants import Grant
from licensing.money import Money
from licensing.orders import Order, OrderLine
from licensing.royalty_accounts import Accrual


def take_back(
    order: Order,
    nets: Mapping[int, Money],
    why: str,
    key: str,
    moment: datetime,
    account_id: int | None = None,
) -> None:
    """Take back what goes back of the price without VAT of each line, by its id, once per `key`; never more than is
    left, for staff may have taken back by hand before.
    """
    for line in order.lines:
        net, owed = nets.get(line.id), _owed_for(line)
        left = [accruals.left_of(accrual) for accrual in owed]
        back = min(net, sum(left, Money(0, net.currency))) if net else None
        if not back:
            continue
        parts = back.allocate([each.minor for each in left])
        for accrual, part in zip(owed, parts, strict=True):
            if part:
                accruals.take_back(accrual, part, why, f"{key}:{accrual.id}", moment, account_id)


def kept_of(line: OrderLine) -> tuple[Money, Money]:
    """Say what of the price of a line has neither gone back nor been lost to a bank: without VAT, and the VAT."""
    order, nothing = line.order, Money(0, line.order.currency)
    left = next(each for each in refund_parts.left_of(order) if each.line == line.id)
    found = disputes.of_order(order.id)
    lost = [disputes.held_for(each) for each in found if each.status is DisputeStatus.LOST]
    kept = 1 - min(Fraction(1), Fraction(sum(each.minor for each in lost), order.gross_minor))
    return max(nothing, left.net.times(kept)), max(nothing, left.vat.times(kept))


def _owed_for(line: OrderLine) -> list[Accrual]:
    """Find what was divided of a line; a pass leads to what was heard with it until the listener is forgotten."""
    given = grants.of_line(line.id)
    query = select(Accrual).join(Grant, Grant.id == Accrual.grant_id).order_by(Accrual.id)
    heard = db.session.scalars(query.where(Grant.pass_id == given.id)) if given else ()
    return [*(each for each in accruals.of_order(line.order_id) if each.order_line_id == line.id), *heard]
