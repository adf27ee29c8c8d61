"""Signing in by mail. The same answer whatever address is given; the link itself shows a button, because programs that
look into mail open the links in it.
"""

from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from archive import audit, clock, language, rate_limits, sign_in, sign_in_links
from archive.errors import Gone, Invalid
from archive.transactions import keep_work
from archive.views.sign_in import TOO_LONG, is_local

WINDOW = timedelta(hours=1)
LINKS_FOR_MAILBOX = 5
LINKS_FOR_ADDRESS = 20  # several people may share one
ATTEMPTS_FOR_ADDRESS = 60  # to use a link

pages = language.page_blueprint("by_mail", __name__)


class MailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """An address, and where to go afterwards."""

    email = StringField(
        _l("E-mail address"),
        [DataRequired(_l("Fill in your e-mail address.")), Length(max=254, message=TOO_LONG)],
    )
    after = HiddenField()


@pages.route("/sign-in/mail", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Show the form; have a link posted."""
    form = MailForm(data={"after": request.args.get("after", "")})
    if request.method == "GET":
        return _page(form, [])
    if not form.validate():
        return _page(form, [(name, messages[0]) for name, messages in form.errors.items()]), 422
    after = form.after.data or None
    email, moment = form.email.data or "", clock.now()
    try:
        _count("link address", rate_limits.address_key(request.remote_addr), LINKS_FOR_ADDRESS)
        _count("link mailbox", rate_limits.secret_key(email), LINKS_FOR_MAILBOX)
        sign_in_links.ask(email, after if is_local(after) else None, language.language(), moment)
    except Invalid as error:
        return _page(form, [("email", error.sentence())]), 422
    return redirect(url_for("by_mail.sent"), 303)


@pages.get("/sign-in/mail/sent")
def sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    minutes = int(sign_in_links.LASTS.total_seconds() // 60)
    return _unlisted(render_template("archive/sign_in_sent.html", minutes=minutes))


@pages.route("/sign-in/mail/<key>", methods=["GET", "POST"])
def enter(key: str) -> ResponseReturnValue:
    """Show the button that signs in; sign in when it is pressed."""
    moment = clock.now()
    if request.method == "GET":
        is_open = sign_in_links.is_open(key, moment)
        page = _unlisted(render_template("archive/sign_in_link.html", is_open=is_open, key=key))
        page.status_code = 200 if is_open else 410
        return page
    _count("link use", rate_limits.address_key(request.remote_addr), ATTEMPTS_FOR_ADDRESS)
    try:
        account, after = sign_in_links.use(key, moment)
    except Gone:
        keep_work()
        page = _unlisted(render_template("archive/sign_in_link.html", is_open=False, key=key))
        page.status_code = 410
        return page
    response = redirect(after if after and is_local(after) else url_for("catalogue.account"), 303)
    session.clear()  # the form token of before is worth nothing afterwards
    sign_in.begin(account, response, moment)
    audit.record("account.signed_in", "account", str(account.id), account.id, by="mail")
    return response


def _page(form: MailForm, errors: list[tuple[str, str]]) -> str:
    return render_template("archive/sign_in_by_mail.html", form=form, errors=errors)


def _unlisted(body: str) -> Response:
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.no_store = True
    return response


def _count(what: str, who: str, limit: int) -> None:
    rate_limits.check(f"sign-in {what} {who}", limit, WINDOW, clock.now())
