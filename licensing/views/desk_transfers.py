"""The archive's bank account at the desk: statements read in, transfers given their order, what is short or too much
put right.
"""

from collections.abc import Callable

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import addresses, bodies, clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid, NotFound
from archive.sign_in import staff_only
from licensing import (
    bank_entries,
    bank_imports,
    bank_matching,
    bank_money,
    bank_returns,
    orders,
    payments,
    transfer_letters,
    xml_trees,
)
from licensing.bank_imports import Taken
from licensing.gateways.gateway import TRANSFER
from licensing.orders import Order, OrderStatus
from licensing.payments import Payment

BODY = xml_trees.MAX_BYTES + (1 << 14)
STATEMENTS_SHOWN = 12
licensing_only = staff_only(Role.LICENSING)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/transfers", "desk_transfers", desk_transfers)
    for address, name, view in (
        ("statement", "desk_transfers_read", read),
        ("<int:number>/place", "desk_transfers_place", place),
        ("<int:number>/aside", "desk_transfers_aside", set_aside),
        ("<int:number>/return", "desk_transfers_return", send_back),
        ("<int:number>/remind", "desk_transfers_remind", ask_for_the_rest),
        ("<int:number>/waive", "desk_transfers_waive", waive),
        ("<int:number>/withdraw", "desk_transfers_withdraw", withdraw),
    ):
        pages.add_url_rule(f"/desk/transfers/{address}", name, view, methods=["POST"])


@licensing_only
def desk_transfers() -> ResponseReturnValue:
    """Show what came in and has no place, what is short or too much, what goes back, and what we wait for."""
    return _page(done=request.args.get("done", ""))


@bodies.takes(BODY)
@licensing_only
def read() -> ResponseReturnValue:
    """Read a statement in."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(Invalid("Choose a file first.")), 422
    try:
        taken = bank_imports.take(file.stream.read(BODY), file.filename[:200], clock.now(), g.account.id)
    except DomainError as refusal:
        return _page(refusal), refusal.status
    return redirect(url_for("licensing.desk_transfers", done="read", **vars(taken)), 303)


@licensing_only
def place(number: int) -> ResponseReturnValue:
    """Say which order a transfer is for."""
    return _done("placed", lambda: _place(number))


@licensing_only
def set_aside(number: int) -> ResponseReturnValue:
    """Say that a transfer is for no order."""
    entry, why = bank_entries.get(number), request.form.get("why", "")
    return _done("aside", lambda: bank_money.set_aside(entry, why, clock.now(), g.account.id))


@licensing_only
def send_back(number: int) -> ResponseReturnValue:
    """Order that what is too much of a transfer goes back."""
    entry, why = bank_entries.get(number), request.form.get("why", "")
    return _done("returning", lambda: bank_returns.ask(entry, why, clock.now(), g.account.id))


@licensing_only
def ask_for_the_rest(number: int) -> ResponseReturnValue:
    """Write to the buyer what is missing."""
    payment = _payment(number)
    return _done("asked", lambda: transfer_letters.ask_for_rest(payment, clock.now(), g.account.id))


@licensing_only
def waive(number: int) -> ResponseReturnValue:
    """Take as paid what is short by the costs of banks."""
    payment, why = _payment(number), request.form.get("why", "")
    return _done("waived", lambda: bank_money.waive(payment, why, clock.now(), g.account.id))


@licensing_only
def withdraw(number: int) -> ResponseReturnValue:
    """Keep after all what was to go back."""
    found, why = bank_returns.get(number), request.form.get("why", "")
    return _done("kept", lambda: bank_returns.withdraw(found, why, clock.now(), g.account.id))


def _done(what: str, act: Callable[[], object]) -> ResponseReturnValue:
    try:
        act()
    except DomainError as refusal:
        return _page(refusal), refusal.status
    return redirect(url_for("licensing.desk_transfers", done=what), 303)


def _place(number: int) -> None:
    order = bank_money.get_order(request.form.get("order", ""))
    moment = clock.now()
    if order.status is not OrderStatus.PAID and bank_money.latest_transfer(order) is None:
        _expect_transfer(order)
    bank_money.place(bank_entries.get(number), order, "by hand", moment, g.account.id)


def _expect_transfer(order: Order) -> None:
    # Whoever pays to the account without having chosen so has chosen so now: an open payment page is closed.
    page = addresses.absolute("licensing.order", lang=order.lang, token=orders.link_token(order))
    payments.begin(order, clock.now(), return_url=page, cancel_url=page, provider=TRANSFER)


def _payment(number: int) -> Payment:
    payment = payments.get(number)
    if payment.provider != TRANSFER:
        raise NotFound("There is no such transfer.")
    return payment


def _page(refusal: DomainError | None = None, done: str = "") -> str:
    waiting = bank_money.waiting_orders()
    entries = bank_entries.to_place()
    return render_template(
        "licensing/desk_transfers.html",
        to_place=[
            (entry, bank_matching.proposals(entry.amount, entry.name, entry.said, waiting))
            for entry in entries
        ],
        short=bank_money.short_ones(),
        too_much=[
            (order, kept, [(entry, bank_returns.left_of(entry)) for entry in bank_entries.of_order(order.id)])
            for order, kept in bank_money.with_too_much()
        ],
        returns=bank_returns.to_send(),
        awaited=bank_money.open_transfers(),
        statements=bank_entries.statements(STATEMENTS_SHOWN),
        refusal=refusal,
        form=request.form,
        done=done,
        taken=_taken() if done == "read" else None,
    )


def _taken() -> Taken:
    return Taken(**{name: request.args.get(name, 0, type=int) for name in Taken.__dataclass_fields__})
