"""The page of the queue of requests, with the chosen one beside it: where somebody stands, and what is shown."""

from datetime import datetime
from typing import Any

from flask import g, render_template, request

from archive import clock
from archive.errors import DomainError
from archive.language import language
from licensing import desk_actions, request_figures, request_queue, request_rows, request_sheet
from licensing.desk_words import ACTIONS, LOOKS, ORDERS, QUOTE_STATES, STATUSES, STEPS, TABS
from licensing.request_queue import Order, Question, Tab
from licensing.request_sheet import Sheet
from licensing.reuse_requests import RequestStatus, ReuseRequest

MAX_WORDS = 200
MAX_LEFT = 4_000  # characters: the numbers of all requests that can be ticked
KEPT = ("tab", "q", "order", "who", "after", "before")


def render(chosen: ReuseRequest | None, refusal: DomainError | None = None) -> str:
    """Render the queue; `refusal` says why what was just tried could not be done."""
    moment, question = clock.now(), _question()
    counts = request_queue.counts(g.account.id, moment)
    found = request_queue.read(question, g.account.id, moment)
    is_named = chosen is not None
    chosen = chosen or (found.requests[0] if found.requests else None)
    return render_template(
        "licensing/desk_requests.html",
        question=question,
        here=here(),
        page=found,
        rows=request_rows.of(found.requests, moment),
        counts=counts,
        figures=request_figures.of(counts, moment),
        chosen=_sheet(chosen, moment) if chosen else None,
        is_named=is_named,
        people=desk_actions.staff(),
        did=_done(),
        error=refusal.sentence() if refusal else None,
        typed=request.form if refusal else {},
        **_words(),
    )


def _sheet(chosen: ReuseRequest, moment: datetime) -> Sheet:
    everything = request.args.get("pieces") == "all"
    return request_sheet.of(chosen, moment, language(), everything=everything)


def here() -> dict[str, str]:
    """Give where somebody stands in the queue, for the addresses of the page's links and forms."""
    return {name: request.args[name][:MAX_WORDS] for name in KEPT if request.args.get(name)}


def _question() -> Question:
    asked = request.args
    tab = next((tab for tab in Tab if tab.value == asked.get("tab")), None)
    words = asked.get("q", "").strip()[:MAX_WORDS]
    tab = tab or (Tab.ALL if words else Tab.NEW)
    usual = Order.NEWEST if tab in (Tab.DONE, Tab.ALL) else Order.DUE
    return Question(
        tab=tab,
        words=words,
        order=next((order for order in Order if order.value == asked.get("order")), usual),
        assignee=asked.get("who", ""),
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )


def _done() -> dict[str, Any] | None:
    """Read from the address what was just done, for the line that offers to undo it."""
    number = request.args.get("did", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    action = desk_actions.find(int(number))
    if action is None or action.account_id != g.account.id:
        return None
    return {
        "action": action,
        "left": request.args.get("left", "")[:MAX_LEFT],
        "may_undo": desk_actions.may_undo(action, clock.now()),
    }


def _words() -> dict[str, Any]:
    return {
        "tabs": TABS,
        "orders": ORDERS,
        "statuses": STATUSES,
        "looks": LOOKS,
        "step_words": STEPS,
        "action_words": ACTIONS,
        "quote_words": QUOTE_STATES,
        "stamp_of": desk_actions.stamp,
        "last_day": request_queue.last_day,
        "bulk_steps": [step for step in desk_actions.STEPS if step is not RequestStatus.SUBMITTED],
    }
