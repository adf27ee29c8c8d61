"""What refunds took back of each line of an order; what is left of a sale follows from it."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.triggers import append_only
from licensing import returning
from licensing.money import Money
from licensing.orders import Order, OrderLine
from licensing.returning import Left, Part
from licensing.tax_shares import Tax


class RefundPart(Model):
    """What one refund took back of one line, once it had succeeded."""

    __table_args__ = (
        UniqueConstraint("refund_id", "order_line_id"),
        CheckConstraint("net_minor >= 0 AND vat_minor >= 0 AND net_minor + vat_minor > 0", "is_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    net_minor: Mapped[int]
    vat_minor: Mapped[int]


event.listen(RefundPart.__table__, "after_create", append_only("refund_part"))


def keep(refund_id: int, parts: list[Part]) -> None:
    """Write down what a refund took back."""
    for part in parts:
        row = RefundPart(refund_id=refund_id, order_line_id=part.line)
        row.net_minor, row.vat_minor = part.net.minor, part.vat.minor
        db.session.add(row)
    db.session.flush()


def has_any(refund_id: int) -> bool:
    """Say whether a refund has taken anything back of a sale."""
    return (
        db.session.scalar(select(RefundPart.id).where(RefundPart.refund_id == refund_id).limit(1)) is not None
    )


def taken_back(order: Order) -> dict[int, tuple[Money, Money]]:
    """Return what went back of each line of an order, by its id: without VAT, and the VAT."""
    rows = db.session.execute(
        select(RefundPart.order_line_id, func.sum(RefundPart.net_minor), func.sum(RefundPart.vat_minor))
        .where(RefundPart.order_line_id.in_([line.id for line in order.lines]))
        .group_by(RefundPart.order_line_id)
    )
    return {
        line: (Money(int(net), order.currency), Money(int(vat), order.currency)) for line, net, vat in rows
    }


def left_of(order: Order) -> list[Left]:
    """Return what is left of each line of an order, the VAT of its rate shared out over the lines."""
    nets = [(line.id, rate_of(line.tax), line.net) for line in order.lines]
    vats = {rate_of(share.tax): share.vat for share in order.taxed}
    nothing = Money(0, order.currency)
    gone = taken_back(order)
    return [
        Left(each.line, each.rate, each.net - net, each.vat - vat)
        for each in returning.lines_of(nets, vats)
        for net, vat in [gone.get(each.line, (nothing, nothing))]
    ]


def gross_left(order: Order) -> Money:
    """Say what is left of an order, with VAT."""
    return sum((each.gross for each in left_of(order)), Money(0, order.currency))


def split(order: Order, line: OrderLine | None, amount: Money) -> list[Part]:
    """Take an amount with VAT from what is left of an order, or of one line; raise ValueError for too much."""
    left = [each for each in left_of(order) if line is None or each.line == line.id]
    return returning.split(amount, [each for each in left if each.gross])


def rate_of(tax: Tax) -> str:
    """Name a rate, so that lines can be told apart by it."""
    return f"{tax.country}:{tax.code}:{tax.bp}"
