"""Orders, for staff: what was sold, what waits, and what a person must look at."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.accounts import Role
from archive.sign_in import staff_only
from licensing import anomalies, inbox, ledger, orders
from licensing.ledger import AccountKind
from licensing.orders import OrderStatus

SHOWN = 200
SHOWN_ODD = 5
CURRENCY = "EUR"


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/desk/orders", "desk_orders", desk_orders)


@staff_only(Role.LICENSING)
def desk_orders() -> ResponseReturnValue:
    """List the newest orders with their totals, and the inbox of differences."""
    found = orders.latest(SHOWN)
    return render_template(
        "licensing/desk_orders.html",
        orders=found,
        paid=sum(1 for order in found if order.status is OrderStatus.PAID),
        waiting=sum(1 for order in found if order.status is OrderStatus.AWAITING_PAYMENT),
        revenue=-ledger.balance(AccountKind.REVENUE, CURRENCY),
        fees=ledger.balance(AccountKind.FEES_EXPENSE, CURRENCY),
        odd=inbox.items(anomalies.open_ones()),
        shown_odd=SHOWN_ODD,
        says=_,
    )
