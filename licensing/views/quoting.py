"""The buyer's page of a quote, reached by a signed link: to read, accept, decline, or offer something else."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from archive import clock, rate_limits, transactions
from archive.db import db
from archive.errors import Invalid, Refused
from archive.language import language
from licensing import orders, quote_acceptance, quote_exchange, quote_words, quotes
from licensing.quote_acceptance import Acceptance
from licensing.quote_forms import AcceptForm, CounterForm, DeclineForm, read_amount
from licensing.quotes import Quote

FOR_ADDRESS = 60  # answers from one network address in WINDOW
WINDOW = timedelta(hours=1)
NO_STORE = {"Cache-Control": "no-store"}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/quotes/<token>", "quote", quote)
    pages.add_url_rule("/quotes/<token>/accept", "quote_accept", accept, methods=["POST"])
    pages.add_url_rule("/quotes/<token>/decline", "quote_decline", decline, methods=["POST"])
    pages.add_url_rule("/quotes/<token>/counter", "quote_counter", counter, methods=["POST"])


def quote(token: str) -> ResponseReturnValue:
    """Show a quote, and where it waits for an answer, the ways to give one."""
    found = quotes.get_by_token(token)
    form = AcceptForm(name=found.request.requester_name, terms_version=found.terms_version)
    return _page(token, found, form), 200, NO_STORE


def accept(token: str) -> ResponseReturnValue:
    """Accept a quote: it becomes an order, whose page is next. Accepted again, it is the same order."""
    found, form, moment = _asked(token), AcceptForm(), clock.now()
    if not form.validate_on_submit():
        return _page(token, found, form), 422, NO_STORE
    acceptance = Acceptance(
        form.name.data or "",
        str(form.consent.label.text),
        quote_words.button(found),
        form.terms_version.data or "",
    )
    try:
        with db.session.begin_nested():
            order = quote_acceptance.accept(found, acceptance, moment)
    except Refused as refusal:
        quote_acceptance.follow_refusal(found, refusal, moment)
        transactions.keep_work()  # staff must know of it although the buyer is refused
        return _page(token, found, form, refusal=refusal.sentence()), refusal.status, NO_STORE
    return redirect(url_for("licensing.order", token=orders.link_token(order)), 303)


def decline(token: str) -> ResponseReturnValue:
    """Decline a quote, with a reason if the buyer gives one."""
    found, form = _asked(token), DeclineForm()
    if not form.validate_on_submit():
        return _page(token, found, form), 422, NO_STORE
    try:
        quote_exchange.decline(found, form.why.data or "", clock.now())
    except Refused as refusal:
        return _page(token, found, form, refusal=refusal.sentence()), refusal.status, NO_STORE
    return redirect(url_for("licensing.quote", token=token), 303)


def counter(token: str) -> ResponseReturnValue:
    """Offer another amount."""
    found, form = _asked(token), CounterForm()
    offered = read_amount(form.amount.data or "", found.currency) if form.is_submitted() else None
    if not form.validate_on_submit() or offered is None:
        wrong = (
            {}
            if offered or form.amount.errors
            else {"amount": _("Fill in an amount, such as 150 or 150,00.")}
        )
        return _page(token, found, form, wrong), 422, NO_STORE
    try:
        quote_exchange.counter(found, offered.minor, form.words.data or "", clock.now())
    except Invalid as error:
        return _page(token, found, form, {"amount": error.sentence()}), 422, NO_STORE
    except Refused as refusal:
        return _page(token, found, form, refusal=refusal.sentence()), refusal.status, NO_STORE
    return redirect(url_for("licensing.quote", token=token, _anchor="counter"), 303)


def _asked(token: str) -> Quote:
    address = rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"quote address {address}", FOR_ADDRESS, WINDOW, clock.now())
    return quotes.get_by_token(token)


def _page(
    token: str,
    found: Quote,
    form: FlaskForm,
    wrong: dict[str, str] | None = None,
    refusal: str | None = None,
) -> str:
    errors: dict[str, Any] = {name: said[0] for name, said in form.errors.items() if name and said}
    accepting = (
        form if isinstance(form, AcceptForm) else AcceptForm(formdata=None, terms_version=found.terms_version)
    )
    lang = language()
    return render_template(
        "licensing/quote.html",
        quote=found,
        token=token,
        shown=quote_words.shown(found, lang),
        state=quote_words.state(found, clock.now()),
        button=quote_words.button(found),
        accepting=accepting,
        declining=form if isinstance(form, DeclineForm) else DeclineForm(formdata=None),
        countering=form if isinstance(form, CounterForm) else CounterForm(formdata=None),
        errors=errors | (wrong or {}),
        refusal=refusal,
        countered=quotes.counter_of(found.id),
        order_token=orders.link_token(found.order) if found.order else None,
    )
