"""The buyer's request: the form that sends it, filled from the ticket of an entry or from a project, and its page."""

from datetime import date, timedelta

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock, rate_limits
from archive.errors import Invalid
from archive.language import language
from catalogue import entries
from catalogue.entries import Entry
from catalogue.redirects import Moved
from licensing import (
    conversation,
    offers,
    project_lines,
    project_links,
    projects,
    request_forms,
    request_words,
    reuse_requests,
    sending,
)
from licensing.choices import Choice
from licensing.projects import WHOLE, Content, Project
from licensing.request_forms import RequestForm
from licensing.reuse_requests import OPEN, RequestStatus, ReuseRequest
from licensing.views import production_pages
from licensing.views.collecting import private

FOR_ADDRESS = 20  # requests in an hour; an office may share one address
FOR_EVERYBODY = 300  # in an hour: more than the archive gets in a year, and less than a flood
MESSAGES = 60  # in an hour, about one request
WINDOW = timedelta(hours=1)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    both = ["GET", "POST"]
    pages.add_url_rule("/entries/<pid>/request", "request_form", from_ticket, methods=both)
    pages.add_url_rule("/projects/<token>/request", "request_project", from_project, methods=both)
    pages.add_url_rule("/requests/<token>", "reuse_request", reuse_request)
    pages.add_url_rule("/requests/<token>/messages", "write_message", write, methods=["POST"])
    pages.add_url_rule("/requests/<token>/withdraw", "withdraw_request", withdraw, methods=["POST"])


def from_ticket(pid: str) -> ResponseReturnValue:
    """Ask for one entry; what was answered on its ticket travels along. Raises NotFound, Gone, Moved."""
    today = clock.now().date()
    entry = _entry(pid, today)
    offer = offers.offer_for(entry, Choice.read(request.args), today)
    answers = request_forms.known_answers(offer.choice.answers() or request.args)
    form = RequestForm(data=answers | {"production_type": answers.get("use")} | _who())
    if form.validate_on_submit():
        _limit()
        return _send(form, [Content(entry.id, WHOLE)], answers, None)
    return _show(form, entry=entry, project=None, left_out=0)


def from_project(token: str) -> ResponseReturnValue:
    """Ask for what lies in a project."""
    project = project_links.get_by_owner_token(token)
    contents = project_lines.contents(project, clock.now().date())
    form = RequestForm(data=production_pages.values(project) | {"form_key": None} | _who())
    if form.validate_on_submit():
        _limit()
        return _send(form, contents, request_forms.known_answers(project.choice), project)
    left_out = projects.size(project) - len(contents)
    return _show(form, entry=None, project=project, token=token, size=len(contents), left_out=left_out)


def reuse_request(token: str) -> ResponseReturnValue:
    """Show a request to whoever sent it."""
    return _page(reuse_requests.get_by_token(token), token)


def write(token: str) -> ResponseReturnValue:
    """Add what the buyer writes to the conversation."""
    found, moment = reuse_requests.get_by_token(token), clock.now()
    rate_limits.check(f"message request {found.id}", MESSAGES, WINDOW, moment)
    body = request.form.get("body", "")
    try:
        conversation.hear(found, body, moment, author_name=found.requester_name)
    except Invalid as error:
        return _page(found, token, body=body, error=error.sentence()), 422
    return redirect(url_for("licensing.reuse_request", token=token, _anchor="conversation"), 303)


def withdraw(token: str) -> ResponseReturnValue:
    """Withdraw a request. Raises Refused when it is no longer open."""
    found = reuse_requests.get_by_token(token)
    reuse_requests.move(found, RequestStatus.WITHDRAWN, clock.now(), None, "withdrawn by the buyer")
    return redirect(url_for("licensing.reuse_request", token=token), 303)


def _entry(pid: str, today: date) -> Entry:
    try:
        return entries.get_public(pid, today)
    except Moved as moved:
        if request.method == "GET":
            raise
        # Merged while somebody filled in the form: they ask for what it has become, and keep what they typed.
        return entries.get_public(str(moved.details["pid"]), today)


def _send(
    form: RequestForm, contents: list[Content], answers: dict[str, str], project: Project | None
) -> ResponseReturnValue:
    sent = sending.send(
        form.requester(language()),
        form.particulars(answers),
        contents,
        form.user_class.data or "",
        key=form.form_key.data or "",
        moment=clock.now(),
        copied_from=project,
    )
    return redirect(url_for("licensing.reuse_request", token=reuse_requests.link_token(sent)), 303)


def _show(form: RequestForm, **context: object) -> ResponseReturnValue:
    if not form.is_submitted():
        form.form_key.data = projects.new_key()
    page = production_pages.form("licensing/request_form.html", form, **context)
    return private(page), 422 if form.is_submitted() else 200


def _page(found: ReuseRequest, token: str, body: str = "", error: str | None = None) -> Response:
    heading, what_next = request_words.WORDS[found.status]
    return private(
        render_template(
            "licensing/request.html",
            request_=found,
            token=token,
            heading=_(heading),
            what_next=_(what_next),
            reason=_reason(found),
            lines=project_lines.read(found.project, language(), clock.now().date()),
            facts=production_pages.facts(found.project, language()),
            messages=conversation.for_buyer(found),
            may_withdraw=found.status in OPEN,
            body=body,
            error=error,
        )
    )


def _reason(found: ReuseRequest) -> str:
    # Only that of a rejection is meant for the buyer; the others are for whoever looks back.
    if found.status is not RequestStatus.REJECTED:
        return ""
    return reuse_requests.events_of(found)[-1].why


def _who() -> dict[str, str]:
    account = g.get("account")
    if account is None or account.is_staff:
        return {}
    named = {} if account.name == account.email else {"name": account.name}
    return named | {"email": account.email}


def _limit() -> None:
    moment, address = clock.now(), rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"request address {address}", FOR_ADDRESS, WINDOW, moment)
    rate_limits.check("request everybody", FOR_EVERYBODY, WINDOW, moment)
