"""The queue of corrections from the public: as it is, as proposed, and one key to apply or decline."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.accounts import Role as StaffRole
from archive.errors import DomainError, Invalid, Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import correcting, corrections
from catalogue.corrections import Correction, CorrectionState
from catalogue.pages import correction_queue

MAX_REPLY = 2_000


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/suggestions", "desk_corrections", queue)
    pages.add_url_rule("/desk/suggestions/<int:number>", "decide_correction", decide, methods=["POST"])


@staff_only(StaffRole.CATALOGUER)
def queue() -> ResponseReturnValue:
    """Show the queue with the chosen suggestion beside it."""
    state = _state(request.args.get("state", ""))
    chosen = request.args.get("number", type=int)
    return _page(state, chosen)


@staff_only(StaffRole.CATALOGUER)
def decide(number: int) -> ResponseReturnValue:
    """Apply, settle or decline a suggestion, and go on to the next. Raises NotFound."""
    correction = corrections.get(number)
    try:
        _decide(correction)
    except (Refused, Invalid) as refusal:
        return _page(CorrectionState.WAITING, number, refusal), refusal.status
    return redirect(url_for("catalogue.desk_corrections", decided=number), 303)


def _decide(correction: Correction) -> None:
    form, moment, account_id = request.form, clock.now(), g.account.id
    reply = form.get("reply", "").strip().replace("\r\n", "\n")[:MAX_REPLY]
    wanted = form.get("to")
    if wanted == "decline":
        correcting.decline(correction, account_id, moment, reply)
    elif wanted == "settle":
        correcting.settle(correction, account_id, moment, reply)
    else:
        version = form.get("version", "")
        seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
        choice, vacancy = form.get("choice", ""), form.get("vacancy", "")
        correcting.apply(correction, seen, choice, vacancy, account_id, moment)


def _page(state: CorrectionState, chosen: int | None, refusal: DomainError | None = None) -> str:
    page = correction_queue.read(state, request.args.get("page", 1, int), chosen, language())
    error = refusal.sentence() if refusal else None
    reply = request.form.get("reply", "") if request.method == "POST" else ""
    return render_template("catalogue/desk_corrections.html", page=page, error=error, reply=reply)


def _state(text: str) -> CorrectionState:
    return next((state for state in CorrectionState if state.value == text), CorrectionState.WAITING)
