"""The rights holder's page, reached by a secret link without an account: the question, the answer, and the answer as
evidence afterwards.
"""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock, rate_limits
from archive.errors import Gone
from archive.language import language
from licensing import clearance_answers, clearance_links, clearance_words
from licensing.clearance_forms import REPLIES, AnswerForm
from licensing.clearances import Clearance

FOR_ADDRESS = (
    60  # answers from one network address in WINDOW: a publisher with a pile of questions stays below
)
WINDOW = timedelta(hours=1)
NO_STORE = {"Cache-Control": "no-store"}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/clearances/<key>", "clearance", clearance)
    pages.add_url_rule("/clearances/<key>", "clearance_answer", answer, methods=["POST"])
    pages.add_url_rule("/clearances/<key>/new-link", "clearance_new_link", new_link, methods=["POST"])


def clearance(key: str) -> ResponseReturnValue:
    """Show the question behind a link, or what was answered, or that the link has expired."""
    found, moment = clearance_links.get_by_key(key), clock.now()
    if found.answered_at is not None or not clearance_links.is_wanted(found):
        return _page("licensing/clearance_answered.html", key, found), 200, NO_STORE
    if clearance_links.has_expired(found, moment):
        return _page("licensing/clearance_expired.html", key, found), 410, NO_STORE
    return _question(key, found, AnswerForm()), 200, NO_STORE


def answer(key: str) -> ResponseReturnValue:
    """Take in an answer; when there is one already, show that one."""
    found, moment = clearance_links.get_by_key(key), clock.now()
    if found.answered_at is None and clearance_links.is_wanted(found):
        _count_attempt(moment)
        form = AnswerForm()
        if not clearance_links.has_expired(found, moment) and not form.validate_on_submit():
            return _question(key, found, form), 422, NO_STORE
        try:
            clearance_answers.by_link(key, form.answer(), moment)
        except Gone:
            return _page("licensing/clearance_expired.html", key, found), 410, NO_STORE
    return redirect(url_for("licensing.clearance", key=key), 303)


def new_link(key: str) -> ResponseReturnValue:
    """Let the archive know that a new link is wanted."""
    moment = clock.now()
    _count_attempt(moment)
    clearance_links.want_new(clearance_links.get_by_key(key), moment)
    return redirect(url_for("licensing.clearance", key=key), 303)


def _question(key: str, found: Clearance, form: AnswerForm) -> str:
    errors = {name: messages[0] for name, messages in form.errors.items() if name and messages}
    return _page("licensing/clearance.html", key, found, form=form, replies=REPLIES, errors=errors)


def _page(template: str, key: str, found: Clearance, **context: object) -> str:
    lang = language()
    return render_template(
        template,
        key=key,
        clearance=found,
        question=clearance_words.question(found, lang),
        fee=clearance_words.amount(found.fee_minor, lang),
        **context,
    )


def _count_attempt(moment: datetime) -> None:
    address = rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"clearance address {address}", FOR_ADDRESS, WINDOW, moment)
