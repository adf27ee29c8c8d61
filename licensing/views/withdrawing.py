"""The withdrawal function for consumers: a button on the order's page, a statement, and its confirmation."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock, mail
from archive.errors import DomainError, Invalid
from licensing import orders, withdrawals
from licensing.forms import trim
from licensing.orders import Order

MAX_NAME = 200


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/orders/<token>/withdraw", "withdraw", withdraw, methods=["GET", "POST"])


def withdraw(token: str) -> ResponseReturnValue:
    """Show the statement of withdrawal; on its confirmation, take it."""
    found = orders.get_by_token(token)
    if request.method == "GET":
        return _page(found, token)
    try:
        name = trim(request.form.get("name", ""))[:MAX_NAME]
        if not name:
            raise Invalid("Fill in your name.")
        withdrawals.declare(found, name, mail.read_address(request.form.get("email", "")), clock.now())
    except DomainError as refusal:
        return _page(found, token, refusal), refusal.status
    return redirect(url_for("licensing.withdraw", token=token), 303)


def _page(found: Order, token: str, refusal: DomainError | None = None) -> str:
    lines = withdrawals.open_lines(found, clock.day_here(clock.now()))
    return render_template(
        "licensing/withdraw.html",
        order=found,
        token=token,
        lines=lines,
        amount=withdrawals.value(found, lines),
        last_day=withdrawals.last_day(found),
        made=withdrawals.of_order(found.id),
        refusal=refusal,
        form=request.form,
    )
