"""The desk: who may be twice in the catalogue, one pair after the other."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.accounts import Role as StaffRole
from archive.language import language
from archive.sign_in import staff_only
from catalogue.duplicate_pairs import PairState
from catalogue.duplicates import deciding, refreshing
from catalogue.pages import duplicates


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/duplicates", "desk_duplicates", desk_duplicates)
    pages.add_url_rule("/desk/duplicates/look", "desk_duplicates_look", look, methods=["POST"])
    pages.add_url_rule("/desk/duplicates/<int:number>", "desk_duplicate", decide, methods=["POST"])


@staff_only()
def desk_duplicates() -> ResponseReturnValue:
    """Show the queue with the chosen pair beside it."""
    queue = deciding.read(_state(request.args.get("state", "")), request.args.get("page", 1, int))
    chosen, apart = (request.args.get(name, 0, int) for name in ("pair", "apart"))
    page = duplicates.make(queue, chosen, apart, language())
    return render_template("catalogue/desk_duplicates.html", page=page)


@staff_only(StaffRole.CATALOGUER)
def decide(number: int) -> ResponseReturnValue:
    """Say that two are different, or that it is open after all. Raises NotFound."""
    if request.form.get("do") == "reopen":
        deciding.reopen(number, g.account.id)
        return redirect(url_for("catalogue.desk_duplicates", pair=number), 303)
    deciding.call_different(number, g.account.id, clock.now())
    page = request.form.get("page", 1, int)
    return redirect(url_for("catalogue.desk_duplicates", page=page, apart=number), 303)


@staff_only(StaffRole.CATALOGUER)
def look() -> ResponseReturnValue:
    """Ask for another look at all names; the queue follows in a moment."""
    refreshing.call()
    return redirect(url_for("catalogue.desk_duplicates", looking=1), 303)


def _state(text: str) -> PairState:
    return PairState.DIFFERENT if text == PairState.DIFFERENT.value else PairState.OPEN
