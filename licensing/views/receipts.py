"""The page of an order that is not by agreement: what was bought, what was paid, and where it is."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from archive import addresses, clock
from archive.language import language
from licensing import (
    invoice_documents,
    invoices,
    receipts,
    top_ups,
    wallet,
    wallet_links,
    wallet_statement,
    withdrawals,
)
from licensing.orders import LineKind, Order, OrderStatus
from licensing.payments import Payment
from licensing.wallet import Wallet

TICKETS = _l("Your ticket opens the stream. Its link is in the mail, too.")
TIPPED = _l("The archive thanks you: tips pay for describing and keeping what is here.")
GIVEN = _l("You find it on the page of the piece.")


def page(
    order: Order, token: str, payment: Payment | None, *, is_confirming: bool, refresh: int | None
) -> str:
    """Show the receipt of an order, paid or not."""
    topped = top_ups.wallet_of(order)
    present = wallet.present() if topped is not None else None
    is_own = topped is not None and present is not None and present.id == topped.id
    return render_template(
        "licensing/receipt.html",
        order=order,
        token=token,
        payment=payment,
        lines=receipts.lines(order),
        taxes=receipts.taxes(order),
        thanks=_thanks(order),
        invoices=[
            (invoice, invoice_documents.files_of(invoice.id)) for invoice in invoices.all_of_order(order.id)
        ],
        wallet=topped,
        wallet_link=_link(order, topped) if is_own else None,
        is_own=is_own,
        can_withdraw=bool(withdrawals.open_lines(order, clock.day_here(clock.now()))),
        is_confirming=is_confirming,
        refresh=refresh,
    )


def _thanks(order: Order) -> str:
    kinds = {line.kind for line in order.lines}
    return str(TIPPED if LineKind.TIP in kinds else TICKETS if LineKind.TICKET in kinds else GIVEN)


def _link(order: Order, topped: Wallet | None) -> str | None:
    """Give the link of a guest's wallet with its first top-up, and with no later one."""
    is_first = (
        order.status is OrderStatus.PAID and topped is not None and wallet_statement.is_first(order, topped)
    )
    if topped is None or topped.link_seed is None or not is_first:
        return None
    return addresses.absolute("licensing.wallet_open", lang=language(), key=wallet_links.key_of(topped))
