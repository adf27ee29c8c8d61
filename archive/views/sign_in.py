"""Signing in and out. An unknown address, a wrong password and a closed account get the same answer."""

import logging
import re
from datetime import timedelta

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from archive import accounts, audit, clock, cookies, language, rate_limits, sign_in
from archive.accounts import Account
from archive.transactions import keep_work

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=5)
ATTEMPTS_PER_ACCOUNT = 10
ATTEMPTS_PER_ADDRESS = 30  # several people may share one address

TOO_LONG = _l("This is longer than it can be.")

pages = language.page_blueprint("archive", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """Address and password, and where to go afterwards."""

    email = StringField(
        _l("E-mail address"),
        [DataRequired(_l("Fill in your e-mail address.")), Length(max=254, message=TOO_LONG)],
    )
    password = PasswordField(
        _l("Password"),
        [
            DataRequired(_l("Fill in your password.")),
            Length(max=accounts.MAX_PASSWORD_LENGTH, message=TOO_LONG),
        ],
    )
    after = HiddenField()


@pages.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def enter() -> ResponseReturnValue:
    """Show the form; sign in who fills it in well."""
    form = SignInForm(data={"after": request.args.get("after", "")})
    if request.method == "GET":
        return _page(form, [])
    if not form.validate():
        return _page(form, [(name, messages[0]) for name, messages in form.errors.items()]), 422
    email, password = form.email.data or "", form.password.data or ""
    moment = clock.now()
    for key, limit in _counters(email):
        rate_limits.check(key, limit, WINDOW, moment)
    account = accounts.authenticate(email, password)
    if account is None:
        keep_work()
        log.info("sign-in refused", extra={"address": rate_limits.address_key(request.remote_addr)})
        message = _("This address and password do not belong together. Check both and try again.")
        return _page(form, [("email", message)]), 422
    for key, _limit in _counters(email):
        rate_limits.give_back(key, WINDOW, moment)
    return _let_in(account, form.after.data)


@pages.post("/sign-out", endpoint="sign_out")
def leave() -> ResponseReturnValue:
    """End the session on the server and lead home."""
    response = redirect(url_for("catalogue.home"), 303)
    sign_in.end(response)
    session.clear()
    for name in request.cookies:  # such as how much is kept: not for whoever sits here next
        cookies.drop(response, name)
    return response


def is_local(address: str | None) -> bool:
    """Say whether an address is a path on this site, so that signing in cannot lead elsewhere."""
    return address is not None and re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", address) is not None


def _page(form: SignInForm, errors: list[tuple[str, str]]) -> str:
    return render_template("archive/sign_in.html", form=form, errors=errors)


def _counters(email: str) -> list[tuple[str, int]]:
    """Name what an attempt counts for, with how many wrong ones each may have in a window."""
    address = rate_limits.address_key(request.remote_addr)
    return [
        (f"sign-in address {address}", ATTEMPTS_PER_ADDRESS),
        (f"sign-in account {rate_limits.secret_key(email)}", ATTEMPTS_PER_ACCOUNT),
    ]


def _let_in(account: Account, after: str | None) -> Response:
    moment = clock.now()
    home = url_for("catalogue.desk") if account.is_staff else url_for("catalogue.home")
    response = redirect(after if after and is_local(after) else home, 303)
    session.clear()  # the form token of before is worth nothing afterwards
    sign_in.begin(account, response, moment)
    audit.record("account.signed_in", "account", str(account.id), account.id)
    return response
