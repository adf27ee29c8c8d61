"""The quote of a request at the desk: drafted, its lines mended with reasons, looked at as the buyer will, and sent."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid
from archive.language import language
from archive.sign_in import staff_only
from licensing import quote_drafts, quote_exchange, quote_words, quotes, reuse_requests
from licensing.orders import LineKind
from licensing.quotes import Quote
from licensing.views.desk_clearing import read_amount


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/requests/<number>/quote", "desk_quote_draft", draft, methods=["POST"])
    pages.add_url_rule("/desk/quotes/<int:id_>", "desk_quote", desk_quote)
    for address, name, view in (
        ("lines", "desk_quote_line_add", line_add),
        ("lines/<int:line_id>", "desk_quote_line_change", line_change),
        ("lines/<int:line_id>/remove", "desk_quote_line_remove", line_remove),
        ("message", "desk_quote_message", message),
        ("send", "desk_quote_send", send),
    ):
        pages.add_url_rule(f"/desk/quotes/<int:id_>/{address}", name, view, methods=["POST"])


@staff_only(Role.LICENSING)
def draft(number: str) -> ResponseReturnValue:
    """Draft the next version of the quote to a request, or go on with the draft that is there."""
    found = quote_drafts.draft(reuse_requests.get_by_number(number), clock.now(), g.account.id)
    return redirect(url_for("licensing.desk_quote", id_=found.id), 303)


@staff_only(Role.LICENSING)
def desk_quote(id_: int) -> ResponseReturnValue:
    """Show a quote as its buyer sees it, and while it is a draft, what can be changed."""
    return _page(quotes.get(id_), None)


@staff_only(Role.LICENSING)
def line_add(id_: int) -> ResponseReturnValue:
    """Add a fee."""
    found, form = quotes.get(id_), request.form
    try:
        _check_seen(found)
        net = read_amount(form.get("amount", ""))
        if net is None:
            raise Invalid("Fill in an amount in euros without VAT, such as 75 or 75,00.")
        quote_drafts.add_line(
            found,
            _kind(form.get("kind", "")),
            form.get("entry_id", 0, int),
            form.get("description", ""),
            net,
            clock.now(),
            g.account.id,
        )
    except DomainError as refusal:
        return _page(found, refusal), refusal.status
    return _back(found)


@staff_only(Role.LICENSING)
def line_change(id_: int, line_id: int) -> ResponseReturnValue:
    """Give a line another price with a reason; without an amount, that of the rate card again."""
    found, form = quotes.get(id_), request.form
    try:
        _check_seen(found)
        line = quote_drafts.line_of(found, line_id)
        quote_drafts.set_price(
            line, read_amount(form.get("amount", "")), form.get("reason", ""), g.account.id
        )
    except DomainError as refusal:
        return _page(found, refusal), refusal.status
    return _back(found)


@staff_only(Role.LICENSING)
def line_remove(id_: int, line_id: int) -> ResponseReturnValue:
    """Take a line out."""
    found = quotes.get(id_)
    try:
        _check_seen(found)
        quote_drafts.remove_line(quote_drafts.line_of(found, line_id), g.account.id)
    except DomainError as refusal:
        return _page(found, refusal), refusal.status
    return _back(found)


@staff_only(Role.LICENSING)
def message(id_: int) -> ResponseReturnValue:
    """Write what stands above the lines, and how long the quote holds."""
    found, form = quotes.get(id_), request.form
    try:
        _check_seen(found)
        quote_drafts.write(found, form.get("message", ""), form.get("valid_days", 0, int))
    except DomainError as refusal:
        return _page(found, refusal), refusal.status
    return _back(found)


@staff_only(Role.LICENSING)
def send(id_: int) -> ResponseReturnValue:
    """Send a draft to the buyer."""
    found = quotes.get(id_)
    try:
        _check_seen(found)
        quote_exchange.send(found, clock.now(), g.account.id)
    except DomainError as refusal:
        return _page(found, refusal), refusal.status
    return _back(found)


def _check_seen(found: Quote) -> None:
    """Refuse what was filled in upon a page that is no longer true."""
    if "seen" in request.form:
        quotes.check_unchanged(found, request.form["seen"])


def _kind(text: str) -> LineKind:
    try:
        return LineKind(text)
    except ValueError as error:
        raise Invalid("Choose what kind of fee it is.") from error


def _page(found: Quote, refusal: DomainError | None) -> str:
    lang = language()
    return render_template(
        "licensing/desk_quote.html",
        quote=found,
        shown=quote_words.shown(found, lang),
        kinds=quote_words.kinds(sorted(quote_drafts.BY_HAND, key=list(LineKind).index)),
        entries={item.entry_id: item.entry.title for item in found.request.project.items},
        state=quote_words.state(found, clock.now()),
        countered=quotes.counter_of(found.id),
        refusal=refusal.sentence() if refusal else None,
        typed=request.form,
        seen=quotes.stamp(found),
        token=quotes.link_token(found),
    )


def _back(found: Quote) -> ResponseReturnValue:
    if request.form.get("back") == "request":
        return redirect(url_for("licensing.desk_request", number=found.request.number, _anchor="quote"), 303)
    return redirect(url_for("licensing.desk_quote", id_=found.id), 303)
