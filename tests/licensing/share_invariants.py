"""What must be true of the shares of rights holders at every moment; broken ones as sentences."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction

from sqlalchemy import select

from archive.db import db
from licensing import accruals, disputes, refund_parts, royalty_accounts
from licensing.dividing import Holder
from licensing.orders import OrderLine
from licensing.payouts import Payout
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement
from licensing.royalty_rules import Fees
from licensing.royalty_statements import RoyaltyStatement, StatementLine

FULL = 10_000


def fees_are_divided_to_the_cent() -> Iterator[str]:
    """Add the parts of each fee up, and the shares of each layer."""
    for accrual in db.session.scalars(select(Accrual)):
        parts = [part for part in royalty_accounts.parts_of(accrual.id) if part.parent_id is None]
        if sum(part.base_minor for part in parts) != accrual.net_minor:
            yield f"the parts of accrual {accrual.id} do not come to its {accrual.net_minor}"
        if sum(part.vat_minor for part in parts) != accrual.vat_minor:
            yield f"the VAT of the parts of accrual {accrual.id} is not its {accrual.vat_minor}"
        shares: defaultdict[object, int] = defaultdict(int)
        for part in parts:
            shares[part.layer] += part.share_bp
        yield from (
            f"of {layer} of accrual {accrual.id} are {share} parts of {FULL}"
            for layer, share in shares.items()
            if share > FULL
        )


def a_holder_is_owed_the_share_that_was_agreed() -> Iterator[str]:
    """Work out again what each party is owed of a fee: its part, less what went back and the commission."""
    for accrual in db.session.scalars(select(Accrual)):
        back, _fees = royalty_accounts.so_far(accrual.id)
        kept = Fraction(accrual.net_minor - back, accrual.net_minor)
        for part in royalty_accounts.parts_of(accrual.id):
            if part.holder is not Holder.PARTY or part.fees is not Fees.ARCHIVE or part.parent_id:
                continue
            wanted = part.base_minor * kept * Fraction(FULL - part.commission_bp, FULL)
            owed = sum(
                db.session.scalars(
                    select(RoyaltyMovement.amount_minor).where(RoyaltyMovement.part_id == part.id)
                )
            )
            if abs(owed - wanted) > 1:  # rounded once for what was kept, and once for the commission
                yield f"of part {part.id} {owed} is owed, and not {float(wanted):.2f}"


def money_back_is_a_share_back() -> Iterator[str]:
    """Compare what went back of a line of an order with what was taken back of its division."""
    for accrual in db.session.scalars(select(Accrual)):
        if accrual.order_line_id is None:
            continue
        line = db.session.get_one(OrderLine, accrual.order_line_id)
        gone = refund_parts.taken_back(line.order).get(line.id)
        net, taken = (gone[0].minor if gone else 0), accrual.net - accruals.left_of(accrual)
        is_disputed = bool(disputes.of_order(line.order_id))
        if taken.minor < net or (taken.minor != net and not is_disputed):
            yield f"{net} of line {line.id} went back, and {taken.minor} of its division"


def nothing_is_told_twice() -> Iterator[str]:
    """Find movements and payouts on two statements, and lines that a closed statement did not have."""
    for column in (StatementLine.movement_id, StatementLine.payout_id):
        told = list(db.session.scalars(select(column).where(column.is_not(None))))
        if len(told) != len(set(told)):
            yield f"{column.key} stands on two statements"
    for statement in db.session.scalars(select(RoyaltyStatement)):
        lines = sum(line.amount_minor for line in statement.lines)
        if statement.opening_minor + lines != statement.closing_minor:
            yield f"{statement.number} does not lead to what it closes with"


def nobody_is_paid_more_than_was_earned() -> Iterator[str]:
    """Compare what each party was paid with what it ever earned before anything was taken back."""
    paid: defaultdict[int, int] = defaultdict(int)
    for payout in db.session.scalars(select(Payout)):
        paid[payout.party_id] += payout.amount_minor
    for party_id, minor in paid.items():
        earned = (
            select(RoyaltyMovement.amount_minor)
            .join(AccrualPart)
            .where(
                RoyaltyMovement.party_id == party_id,
                AccrualPart.holder == Holder.PARTY,
                RoyaltyMovement.amount_minor > 0,
            )
        )
        if minor > sum(db.session.scalars(earned)):
            yield f"party {party_id} was paid {minor}, which is more than it ever earned"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    fees_are_divided_to_the_cent,
    a_holder_is_owed_the_share_that_was_agreed,
    money_back_is_a_share_back,
    nothing_is_told_twice,
    nobody_is_paid_more_than_was_earned,
)
