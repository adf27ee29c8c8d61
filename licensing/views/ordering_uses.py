"""Ordering a day pass or a copy to keep without credit: the form, and the way to the payment page."""

from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock, rate_limits
from archive.errors import DomainError, Invalid
from archive.language import language
from catalogue import entries
from catalogue.entries import Entry
from licensing import countries, listening_pages, orders, periods, use_prices, use_sales
from licensing.listening import PriceChanged
from licensing.small_prices import GrantKind
from licensing.use_forms import UseOrderForm
from licensing.use_prices import Price, PriceMode
from licensing.use_sales import Wish
from licensing.views import ordering, pass_presence
from licensing.views.collecting import private
from licensing.views.wallets import TOP_UPS, WINDOW


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/entries/<pid>/copy/order", "order_copy", order_copy, methods=["GET", "POST"])
    pages.add_url_rule("/day-pass", "order_pass", order_pass, methods=["GET", "POST"])


def order_copy(pid: str) -> ResponseReturnValue:
    """Ask who wants a copy of a recording; on sending, go to the payment page."""
    moment = clock.now()
    entry = entries.get_public(pid, periods.day_of(moment))
    mine = listening_pages.credit()
    choice = listening_pages.choice(GrantKind.DOWNLOAD, entry, mine, moment)
    if choice is None or choice.grant is not None or not choice.is_direct:
        return redirect(url_for("licensing.listen", pid=pid), 303)
    return _sell(GrantKind.DOWNLOAD, entry, choice.price, moment)


def order_pass() -> ResponseReturnValue:
    """Ask who wants a day pass; on sending, go to the payment page. Who has one is led to what it opens."""
    moment = clock.now()
    price = use_prices.of(None, GrantKind.PASS, periods.day_of(moment))
    if listening_pages.credit().day_pass is not None or not use_sales.is_direct(GrantKind.PASS, price):
        return redirect(url_for("licensing.my_listening"), 303)
    return _sell(GrantKind.PASS, None, price, moment)


def _sell(kind: GrantKind, entry: Entry | None, price: Price, moment: datetime) -> ResponseReturnValue:
    form = UseOrderForm()
    _fill_in(form, price)
    if not form.is_submitted():
        return private(_page(kind, entry, price, form))
    if not form.validate():
        return private(_page(kind, entry, price, form)), 422
    source = rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"use order {source}", TOP_UPS, WINDOW, moment)
    try:
        wish = Wish(kind, entry, form.seen(), form.offered(price.amount.currency))
        key, agreed = form.form_key.data or "", form.agreed(moment)
        placed = use_sales.order(wish, form.buyer(language()), form_key=key, consent=agreed, moment=moment)
    except DomainError as refusal:
        if isinstance(refusal, PriceChanged):
            form.price_minor.data = str(refusal.price.minor)
        return private(_page(kind, entry, price, form, refusal)), refusal.status
    pass_presence.note_order(placed)
    return ordering.go_and_pay(placed, moment)


def _fill_in(form: UseOrderForm, price: Price) -> None:
    """Give an empty form what it starts with, and any form the address of who is signed in."""
    account = g.get("account")
    if account is not None:
        form.email.data = str(account.email)
    if not form.is_submitted():
        wallet = listening_pages.credit().owner
        form.form_key.data, form.price_minor.data = orders.new_form_key(), str(price.amount.minor)
        form.country.data = wallet.country if wallet else form.country.data
        plain = price.amount.plain()
        form.pays.data = plain.replace(".", ",") if language() == "nl" else plain


def _page(
    kind: GrantKind,
    entry: Entry | None,
    price: Price,
    form: UseOrderForm,
    refusal: DomainError | None = None,
) -> str:
    errors = {name: messages[0] for name, messages in form.errors.items() if name and messages}
    if refusal is not None:
        field = "email" if isinstance(refusal, Invalid) and not refusal.details.get("field") else "consent"
        errors[str(refusal.details.get("field", field))] = refusal.sentence()
    return render_template(
        "licensing/use_order.html",
        kind=kind,
        entry=entry,
        price=price,
        is_open=price.mode is PriceMode.OPEN,
        asks_address=g.get("account") is None,
        form=form,
        errors=errors,
        countries=countries.choices(language()),
    )
