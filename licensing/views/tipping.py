"""The page where people give the archive something."""

from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from archive import clock, mail, rate_limits
from archive.errors import Invalid
from archive.language import language
from licensing import orders, payment_fees, tips, wallet
from licensing.money import Money
from licensing.tips import Tip
from licensing.views import ordering
from licensing.views.collecting import private
from licensing.views.wallets import TOP_UPS, WINDOW
from licensing.wallet import NotEnough
from licensing.wallet_forms import TipForm

MORE = 300  # cents: what the page says would be gained by giving so much more


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/tip", "tip", tip, methods=["GET", "POST"])


def tip() -> ResponseReturnValue:
    """Ask how much; take it from credit, or go to the payment page."""
    form, moment = TipForm(), clock.now()
    if not form.is_submitted():
        form.form_key.data = orders.new_form_key()
        return private(_page(form, {}))
    if not form.validate():
        return private(_page(form, {"amount": str(next(iter(form.errors.values()))[0])})), 422
    field = "amount"
    try:
        _count(moment)
        wish = Tip(tips.read_amount(form.amount.data or ""), form.form_key.data or "")
        giver = wallet.present()
        if form.how.data == "credit" and giver is not None:
            tips.from_credit(giver, wish, moment)
            session["told"] = "tipped"
            return redirect(url_for("licensing.wallet"), 303)
        field = "email"
        placed = tips.order(wish, _address(form), language(), moment)
    except NotEnough as refusal:
        return private(_page(form, {"amount": refusal.sentence()})), refusal.status
    except Invalid as refusal:
        return private(_page(form, {field: refusal.sentence()})), refusal.status
    return ordering.go_and_pay(placed, moment)


def _page(form: TipForm, errors: dict[str, str]) -> str:
    today = clock.day_here(clock.now())
    steps = [Money(step, wallet.CURRENCY) for step in tips.STEPS]
    more = Money(tips.LEAST + MORE, wallet.CURRENCY)
    return render_template(
        "licensing/tip.html",
        form=form,
        errors=errors,
        wallet=wallet.present(),
        asks_address=g.get("account") is None,
        steps=[(step, payment_fees.arrives(step, today)) for step in steps],
        least=Money(tips.LEAST, wallet.CURRENCY),
        more=Money(MORE, wallet.CURRENCY),
        more_arrives=payment_fees.arrives(more, today),
    )


def _address(form: TipForm) -> str:
    account = g.get("account")
    return str(account.email) if account is not None else mail.read_address(form.email.data or "")


def _count(moment: datetime) -> None:
    key = f"tip address {rate_limits.address_key(request.remote_addr)}"
    rate_limits.check(key, TOP_UPS, WINDOW, moment)
