"""The hosted payment page: what Stripe's own page would be, in our look and marked as a test throughout.

The form works without script. A payer's choice is one button; where it leads is decided by the session.
"""

import gettext
import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_time
from babel.numbers import format_currency
from flask import (
    Flask,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from werkzeug.wrappers import Response as AnyResponse

from licensing.sandbox import clockwork, payments, sessions, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work
from licensing.sandbox.till import Till

# Built files of the site beside us; without them the page is in English and in fallback fonts.
SITE = Path(__file__).parents[2] / "archive"
TRANSLATIONS = SITE / "translations"
FONTS = SITE / "static" / "vendor"

ZONE = ZoneInfo("Europe/Amsterdam")
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def init_app(app: Flask, till: Till) -> None:
    """Add the page, its form and its fonts to the app."""

    @app.get("/pay/<name>")
    def show(name: str) -> Response:
        with till.store.work() as work:
            clockwork.advance(work)
            session = _find(work, name)
            return _page(session, declined=_was_declined(work, session))

    @app.post("/pay/<name>")
    def pay(name: str) -> AnyResponse:
        with till.store.work() as work:
            clockwork.advance(work)
            session = _find(work, name)
            if session["status"] == "open":
                session = payments.pay(work, session, _outcome(session))
        return redirect(_next_address(session), 303)

    @app.get("/fonts/<name>")
    def fonts(name: str) -> Response:
        if not name.endswith((".css", ".woff2")):
            abort(404)
        return send_from_directory(FONTS, name, max_age=3600)


def _find(work: Work, name: str) -> Json:
    try:
        return sessions.get(work, name)
    except ApiError:
        abort(404)


def _was_declined(work: Work, session: Json) -> bool:
    intent = session["payment_intent"] and store.get(work, "payment_intent", session["payment_intent"])
    return bool(intent and intent["last_payment_error"])


def _outcome(session: Json) -> str:
    outcome = request.form.get("outcome", "")
    if outcome not in payments.outcomes(session):
        abort(400)
    return outcome


def _next_address(session: Json) -> str:
    """Return where the payer goes: to the shop once it is complete, else to this page, which says why not."""
    if session["status"] != "complete":
        return f"/pay/{session['id']}"
    return returning(session)


def returning(session: Json) -> str:
    """Return the shop's success address with the session's id in the place kept for it."""
    # Only the literal placeholder counts: Stripe leaves one that was URL-encoded alone.
    return str(session["success_url"]).replace(PLACEHOLDER, session["id"])


def _page(session: Json, *, declined: bool) -> Response:
    lang = _language(session["locale"])
    state = session["status"]
    body = render_template(
        "sandbox/pay.html" if state == "open" else "sandbox/closed.html",
        _=_translations(lang).gettext,
        lang=lang,
        session=session,
        lines=[
            (line["description"], line["quantity"], _money(line, lang)) for line in session["_line_items"]
        ],
        total=_money(session, lang),
        outcomes=payments.outcomes(session),
        declined=declined,
        closes_at=_clock_time(session["expires_at"], lang),
        back=returning(session) if state == "complete" else session["cancel_url"],
        fonts=_font_sheet(),
    )
    response = make_response(body, 410 if state == "expired" else 200)
    # A browser holds the form to its policy on the redirect too, so the shop must be named.
    response.headers["Content-Security-Policy"] = (
        f"{POLICY}; form-action 'self' {_origin(session['success_url'])}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _language(locale: str | None) -> str:
    if locale in (None, "auto"):
        return request.accept_languages.best_match(("nl", "en"), default="en")
    return "nl" if locale == "nl" else "en"


@cache
def _translations(lang: str) -> gettext.NullTranslations:
    return gettext.translation("messages", TRANSLATIONS, [lang], fallback=True)


def _money(priced: Json, lang: str) -> str:
    return str(
        format_currency(Decimal(priced["amount_total"]) / 100, priced["currency"].upper(), locale=lang)
    )


def _clock_time(seconds: int, lang: str) -> str:
    return str(format_time(datetime.fromtimestamp(seconds, UTC), "HH:mm", tzinfo=ZONE, locale=lang))


@cache
def _font_sheet() -> str | None:
    """Return the name of the site's font sheet, or None where the site was not built."""
    manifest = FONTS / "manifest.json"
    if not manifest.is_file():
        return None
    name: str | None = json.loads(manifest.read_text())["files"].get("fonts.css", {}).get("file")
    return name
