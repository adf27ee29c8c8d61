"""The desk: two people, places or entries made one, seen side by side first; and undone."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from archive.accounts import Role as StaffRole
from archive.db import db
from archive.errors import NotFound
from archive.sign_in import staff_only
from catalogue.merges import Merge
from catalogue.merging import joining


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/merges/<int:number>/undo", "desk_merge_undo", undo, methods=["POST"])


@staff_only(StaffRole.CATALOGUER)
def undo(number: int) -> ResponseReturnValue:
    """Undo a merge. Raises NotFound, Refused."""
    if db.session.get(Merge, number) is None:
        raise NotFound("There is no such merge.")
    made = joining.undo(number, g.account.id)
    return redirect(url_for("catalogue.desk", merge=made.id), 303)
