"""The wallet's own page: what is in it, and how to add to it."""

from datetime import timedelta

from flask import Blueprint, g, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from archive import clock, rate_limits
from archive.errors import DomainError, Invalid
from archive.language import language
from licensing import countries, orders, payment_fees, top_ups, use_prices, wallet, wallet_freezes
from licensing.money import Money
from licensing.views import ordering, wallet_presence
from licensing.views.collecting import private
from licensing.wallet import Wallet
from licensing.wallet_forms import TopUpForm

TOP_UPS = 60  # in an hour, from one network address
WINDOW = timedelta(hours=1)
TOLD = {
    "tipped": _l("Thank you. Your tip has arrived."),
    "refunded": _l("Your credit is on its way back. Depending on your bank that takes up to ten days."),
}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/wallet", "wallet", one)
    pages.add_url_rule("/wallet/top-up", "wallet_top_up", top_up, methods=["POST"])


def one() -> ResponseReturnValue:
    """Show the wallet of whoever asks, and the form to top it up; without one, the form alone."""
    found = wallet.present()
    form = TopUpForm(formdata=None, data={"country": found.country if found else "NL"})
    form.form_key.data = session["top_up"] = orders.new_form_key()
    response = private(_page(found, form.fixed(_address(found)), {}))
    return wallet_presence.remember(response, found) if found is not None else response


def top_up() -> ResponseReturnValue:
    """Place the order of a top-up and go to the payment page."""
    found, form, moment = wallet.present(), TopUpForm(), clock.now()
    if not form.fixed(_address(found)).validate():
        return private(_page(found, form, _messages(form))), 422
    rate_limits.check(
        f"top-up address {rate_limits.address_key(request.remote_addr)}", TOP_UPS, WINDOW, moment
    )
    try:
        placed = top_ups.order(form.wish(language()), g.get("account"), moment)
    except DomainError as refusal:
        field = "email" if isinstance(refusal, Invalid) else "amount"
        return private(_page(found, form, {field: refusal.sentence()})), refusal.status
    response = make_response(ordering.go_and_pay(placed, moment))
    topped = top_ups.wallet_of(placed)
    # Whoever sends the form of another browser again is led to its payment page, and to nothing else.
    if topped is not None and session.get("top_up") == placed.form_key:
        wallet_presence.remember(response, topped)
    return response


def _page(found: Wallet | None, form: TopUpForm, errors: dict[str, str]) -> str:
    today = clock.day_here(clock.now())
    steps = [Money(step, wallet.CURRENCY) for step in top_ups.STEPS]
    return render_template(
        "licensing/wallet.html",
        wallet=found,
        form=form,
        errors=errors,
        asks_address=_address(found) is None,
        steps=[(step, payment_fees.share_of(step, today)) for step in steps],
        told=_told(),
        listens=use_prices.listens(found.spendable, today) if found else None,
        most=Money(top_ups.MOST, wallet.CURRENCY),
        held=[freeze for freeze in wallet_freezes.open_of(found) if freeze.amount] if found else [],
        countries=countries.choices(language()),
    )


def _told() -> str:
    """Say once what was just done."""
    return str(TOLD.get(session.pop("told", ""), ""))


def _address(found: Wallet | None) -> str | None:
    """The address that receipts go to, where it is known already."""
    account = g.get("account")
    if account is not None:
        return str(account.email)
    return found.email if found is not None else None


def _messages(form: TopUpForm) -> dict[str, str]:
    return {name: messages[0] for name, messages in form.errors.items() if name and messages}
