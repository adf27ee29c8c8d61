"""The page of an order that is not by agreement: what was bought, what was paid, and where it is."""

from dataclasses import dataclass

from flask import render_template
from flask_babel import lazy_gettext as _l

from archive import addresses, clock
from archive.language import language
from licensing import (
    grants,
    invoice_documents,
    invoices,
    listening_pages,
    receipts,
    refunds,
    streams,
    top_ups,
    wallet,
    wallet_links,
    wallet_statement,
    withdrawals,
)
from licensing.grants import Grant
from licensing.orders import LineKind, Order, OrderStatus
from licensing.payments import Payment
from licensing.small_prices import GrantKind
from licensing.views import pass_presence
from licensing.wallet import Wallet

TICKETS = _l("Your ticket opens the stream. Its link is in the mail, too.")
TIPPED = _l("The archive thanks you: tips pay for describing and keeping what is here.")
GIVEN = {
    LineKind.PASS: _l("With your day pass you hear every recording whole that can be heard for credit."),
    LineKind.DOWNLOAD: _l("Your copy is ready."),
}


@dataclass(frozen=True)
class Given:
    """A day pass or a copy that an order gave: what opens it, and whether this browser shows the pass already."""

    grant: Grant
    is_open: bool
    token: str  # of a pass
    is_here: bool
    address: str  # of a copy


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
        given_back=refunds.of_order(order.id),
        wallet=topped,
        wallet_link=_link(order, topped) if is_own else None,
        is_own=is_own,
        given=_given(order),
        can_withdraw=bool(withdrawals.open_lines(order, clock.day_here(clock.now()))),
        is_confirming=is_confirming,
        refresh=refresh,
    )


def _thanks(order: Order) -> str:
    kinds = {line.kind for line in order.lines}
    said = {LineKind.TIP: TIPPED, LineKind.TICKET: TICKETS} | GIVEN
    return next((str(text) for kind, text in said.items() if kind in kinds), "")


def _given(order: Order) -> list[Given]:
    """Give the day passes and copies of an order, once they are paid."""
    moment, found = clock.now(), grants.of_lines([line.id for line in order.lines])
    return [
        Given(
            grant,
            is_open := grant.is_in_force(moment),
            streams.pass_token(grant) if is_pass else "",
            is_pass and is_open and pass_presence.keeps(order, grant),
            "" if is_pass else listening_pages.address(grant),
        )
        for grant in found
        for is_pass in [grant.kind is GrantKind.PASS]
    ]


def _link(order: Order, topped: Wallet | None) -> str | None:
    """Give the link of a guest's wallet with its first top-up, and with no later one."""
    is_first = (
        order.status is OrderStatus.PAID and topped is not None and wallet_statement.is_first(order, topped)
    )
    if topped is None or topped.link_seed is None or not is_first:
        return None
    return addresses.absolute("licensing.wallet_open", lang=language(), key=wallet_links.key_of(topped))
