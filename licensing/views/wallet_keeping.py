"""Looking after a wallet: its statement, its link, and what to do when the link is lost."""

import re
from datetime import timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from archive import addresses, clock, rate_limits
from archive.errors import Invalid, NotFound, Refused
from archive.language import language
from licensing import (
    countries,
    orders,
    wallet,
    wallet_claims,
    wallet_links,
    wallet_recovery,
    wallet_refunds,
    wallet_statement,
    wording,
)
from licensing.views import wallet_presence
from licensing.views.collecting import private
from licensing.wallet import Wallet
from licensing.wallet_forms import MailboxForm

WINDOW = timedelta(hours=1)
FORM_KEY = re.compile(r"[\w-]{22}")
FOR_MAILBOX = 5
FOR_ADDRESS = 20  # several people may share one


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/wallet/statement", "wallet_statement", statement)
    pages.add_url_rule("/wallet/statement.csv", "wallet_csv", as_csv)
    pages.add_url_rule("/wallet/recover", "wallet_recover", recover, methods=["GET", "POST"])
    pages.add_url_rule("/wallet/open/<key>", "wallet_open", open_by_link, methods=["GET", "POST"])
    pages.add_url_rule("/wallet/link", "wallet_new_link", new_link, methods=["POST"])
    pages.add_url_rule("/wallet/refund", "wallet_refund", refund, methods=["GET", "POST"])
    pages.add_url_rule("/wallet/forget", "wallet_forget", forget, methods=["POST"])


def get_present() -> Wallet:
    """Get the wallet of whoever asks; raise NotFound."""
    found = wallet.present()
    if found is None:
        raise NotFound("This browser shows no credit. Open it with the link in your mail, or sign in.")
    return found


def statement() -> ResponseReturnValue:
    """Show one month of the wallet."""
    found, moment = get_present(), clock.now()
    first = wallet_statement.read_month(request.args.get("month"), moment)
    this = wallet_statement.read_month(None, moment)
    return private(
        render_template(
            "licensing/wallet_statement.html",
            wallet=found,
            statement=wallet_statement.of_month(found, first),
            percent=wording.percent,
            country=lambda code: countries.label(code, language()),
            earlier=f"{wallet_statement.shifted(first, -1):%Y-%m}",
            later=f"{wallet_statement.shifted(first, 1):%Y-%m}" if first < this else None,
        )
    )


def as_csv() -> ResponseReturnValue:
    """Send the whole statement as CSV."""
    # The mark says UTF-8 to spreadsheet programs.
    response = Response("\ufeff" + wallet_statement.as_csv(get_present()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="statement.csv"'
    response.cache_control.no_store = True
    return response


def recover() -> ResponseReturnValue:
    """Have the links of an address mailed to it."""
    form, errors = MailboxForm(), {}
    if form.is_submitted():
        try:
            if not form.validate():
                raise Invalid(str(form.email.errors[0]) if form.email.errors else "Try again.")
            _count("wallet address", rate_limits.address_key(request.remote_addr), FOR_ADDRESS)
            _count("wallet mailbox", rate_limits.secret_key(form.email.data or ""), FOR_MAILBOX)
            wallet_recovery.ask(form.email.data or "", language())
            return redirect(url_for("licensing.wallet_recover", sent=1), 303)
        except Invalid as error:
            errors = {"email": error.sentence()}
    page = render_template(
        "licensing/wallet_recover.html", form=form, errors=errors, is_sent="sent" in request.args
    )
    response = private(page)
    response.status_code = 422 if errors else 200
    return response


def open_by_link(key: str) -> ResponseReturnValue:
    """Show the button that opens a wallet in this browser; open it when it is pressed."""
    found = wallet_links.get(key)
    if request.method == "GET":
        # Programs that look into mail open the links in it: a look must change nothing.
        return private(render_template("licensing/wallet_open.html", wallet=found, key=key))
    response = make_response(redirect(url_for("licensing.wallet"), 303))
    account = g.get("account")
    if account is not None and not account.is_staff:
        found, key = wallet_claims.claim(found, account, clock.now()), ""
    return wallet_presence.remember(response, found, key or None)


def new_link() -> ResponseReturnValue:
    """Give the wallet a new link, shown this once; the old one opens nothing any more."""
    found = get_present()
    if found.account_id is not None:
        raise Refused("The credit of an account has no link: sign in instead.")
    key = wallet_links.give(found)
    address = addresses.absolute("licensing.wallet_open", lang=language(), key=key)
    page = private(render_template("licensing/wallet_link.html", address=address))
    return wallet_presence.remember(page, found, key)


def refund() -> ResponseReturnValue:
    """Show what can go back; on sending, send it."""
    found = get_present()
    if request.method == "POST":
        form_key = request.form.get("form_key", "")
        if not FORM_KEY.fullmatch(form_key):
            raise Invalid("Open this page again and press the button there.")
        if wallet_refunds.ask(found, form_key, clock.now()):
            session["told"] = "refunded"
        return redirect(url_for("licensing.wallet"), 303)
    parts = wallet_refunds.unspent(found)
    return private(
        render_template(
            "licensing/wallet_refund.html",
            wallet=found,
            parts=parts,
            total=wallet_refunds.total(parts, found.currency),
            form_key=orders.new_form_key(),
        )
    )


def forget() -> ResponseReturnValue:
    """Let this browser forget the wallet; its link opens it again."""
    return wallet_presence.forget(make_response(redirect(url_for("licensing.wallet"), 303)))


def _count(what: str, key: str, limit: int) -> None:
    rate_limits.check(f"{what} {key}", limit, WINDOW, clock.now())
