"""The queue of requests at the desk: look, assign, date, move, decline, write, and undo; one or many at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.accounts import Role
from archive.errors import Invalid, Refused
from archive.sign_in import staff_only
from licensing import desk_actions, desk_replies, request_queue
from licensing.desk_actions import Doing, Outcome
from licensing.reuse_requests import RequestStatus, ReuseRequest
from licensing.views import desk_request_page
from licensing.views.desk_request_page import here


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/requests", "desk_requests", desk_requests)
    pages.add_url_rule("/desk/requests/<number>", "desk_request", desk_request)
    for address, name, view in (
        ("together", "desk_requests_together", together),
        ("undo/<int:action_id>", "desk_requests_undo", undo),
        ("<number>/change", "desk_request_change", change),
        ("<number>/note", "desk_request_note", note),
        ("<number>/answer", "desk_request_answer", answer),
    ):
        pages.add_url_rule(f"/desk/requests/{address}", name, view, methods=["POST"])


@staff_only(Role.LICENSING)
def desk_requests() -> ResponseReturnValue:
    """Show the queue with the first request of the tab beside it; who types a whole number gets that request."""
    numbered = request_queue.numbered([request.args.get("q", "").strip().upper()])
    if numbered:
        return redirect(url_for("licensing.desk_request", number=numbered[0].number), 303)
    return desk_request_page.render(None)


@staff_only(Role.LICENSING)
def desk_request(number: str) -> ResponseReturnValue:
    """Show the queue with one request beside it, whatever tab it is in."""
    return desk_request_page.render(request_queue.get(number))


@staff_only(Role.LICENSING)
def change(number: str) -> ResponseReturnValue:
    """Assign, date, move or reject one request, unless it says something else than its page did."""
    found = request_queue.get(number)
    try:
        outcome = _act([found], {found.id: request.form.get("seen", "")})
        if not outcome.done:
            raise outcome.left[0][1]
    except (Refused, Invalid) as refusal:
        return desk_request_page.render(found, refusal), refusal.status
    return _back(found, did=outcome.action.id)


@staff_only(Role.LICENSING)
def together() -> ResponseReturnValue:
    """Do the same with all requests that are ticked; those that changed meanwhile are left and named."""
    ticked = dict(value.partition(" ")[::2] for value in request.form.getlist("request"))
    found = request_queue.numbered(ticked)
    try:
        outcome = _act(found, {each.id: ticked[each.number] for each in found})
        if not outcome.done:
            raise outcome.left[0][1]
    except (Refused, Invalid) as refusal:
        return desk_request_page.render(None, refusal), refusal.status
    return _back(None, did=outcome.action.id, left=_numbers(outcome))


@staff_only(Role.LICENSING)
def undo(action_id: int) -> ResponseReturnValue:
    """Put back what an action changed, where nobody has changed it since."""
    action = desk_actions.get(action_id)
    chosen = action.changes[0].request if len(action.changes) == 1 else None
    try:
        outcome = desk_actions.undo(action, Doing(g.account.id, clock.now()))
        if not outcome.done:
            raise outcome.left[0][1]
    except Refused as refusal:
        return desk_request_page.render(chosen, refusal), refusal.status
    return _back(chosen, did=outcome.action.id, left=_numbers(outcome))


@staff_only(Role.LICENSING)
def note(number: str) -> ResponseReturnValue:
    """Keep a note for staff."""
    found = request_queue.get(number)
    try:
        desk_replies.note(found, request.form.get("note", ""), g.account, clock.now())
    except Invalid as refusal:
        return desk_request_page.render(found, refusal), refusal.status
    return _back(found, anchor="talk")


@staff_only(Role.LICENSING)
def answer(number: str) -> ResponseReturnValue:
    """Write to the buyer, or ask for what is missing."""
    found, form = request_queue.get(number), request.form
    send = desk_replies.ask if form.get("do") == "ask" else desk_replies.answer
    try:
        desk_replies.check_heard(found, _number(form.get("heard", "")))
        send(found, form.get("message", ""), g.account, clock.now())
    except (Refused, Invalid) as refusal:
        return desk_request_page.render(found, refusal), refusal.status
    return _back(found, anchor="talk")


def _act(chosen: Sequence[ReuseRequest], seen: Mapping[int, str]) -> Outcome:
    form, wanted = request.form, request.form.get("do")
    doing = Doing(g.account.id, clock.now(), form.get("why", "").strip(), seen)
    if wanted == "mine":
        return desk_actions.assign(chosen, g.account.id, doing)
    if wanted == "assign":
        return desk_actions.assign(chosen, _number(form.get("to", "")) or None, doing)
    if wanted == "due":
        return desk_actions.set_due(chosen, _end_of(form.get("due", "")), doing)
    if wanted == "triage":
        return desk_actions.move(chosen, RequestStatus.TRIAGE, doing)
    if wanted == "move":
        return desk_actions.move(chosen, _step(form.get("step", "")), doing)
    if wanted == "spam":
        return desk_actions.mark_spam(chosen, doing)
    if wanted != "decline":
        raise Invalid("Choose what is to be done.")
    outcome = desk_actions.decline(chosen, doing)
    desk_replies.queue_letter(outcome.action)
    return outcome


def _back(chosen: ReuseRequest | None, *, anchor: str | None = None, **said: Any) -> ResponseReturnValue:
    kept: dict[str, Any] = {**here(), **said}
    if chosen is None:
        return redirect(url_for("licensing.desk_requests", **kept), 303)
    return redirect(url_for("licensing.desk_request", number=chosen.number, _anchor=anchor, **kept), 303)


def _numbers(outcome: Outcome) -> str | None:
    return ", ".join(request.number for request, _why in outcome.left) or None


def _step(text: str) -> RequestStatus:
    found = next((status for status in RequestStatus if status.value == text), None)
    if found is None:
        raise Invalid("Choose where the requests are to go.")
    return found


def _end_of(text: str) -> datetime | None:
    """Read a day and give its end in the archive's town; nothing: no due date."""
    if not text:
        return None
    try:
        return request_queue.end_of(date.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise Invalid("Give the due date as year-month-day.") from error


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
