"""The vault on the desk: how its files stand, which are damaged, and what was set aside because it cannot be opened."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from archive import audit, fixity, jobs
from archive.accounts import Role
from archive.assets import Asset
from archive.db import db
from archive.sign_in import staff_only
from catalogue import arrivals
from catalogue.entries import Entry
from catalogue.entry_files import EntryFile
from catalogue.pages import files as pages_of_files


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/vault", "desk_vault", desk_vault)
    pages.add_url_rule("/desk/vault/read", "desk_vault_read", desk_vault_read, methods=["POST"])


@staff_only()
def desk_vault() -> ResponseReturnValue:
    """Show the figures, the damaged files with their entries, and the quarantine."""
    damaged = fixity.damaged()
    return render_template(
        "catalogue/desk_vault.html",
        figures=fixity.figures(),
        damaged=damaged,
        entries=_entries_of(damaged),
        set_aside=arrivals.quarantined(),
        again_days=fixity.AGAIN_AFTER.days,
        asked="read" in request.args,
        size_label=pages_of_files.size_label,
    )


@staff_only(Role.CATALOGUER)
def desk_vault_read() -> ResponseReturnValue:
    """Have damaged files read again at once, or what is due."""
    known = fixity.damaged()
    jobs.enqueue(fixity.NOW_JOB, {"asset_ids": [asset.id for asset in known]}, key=fixity.NOW_JOB)
    audit.record("vault.read", "vault", "", g.account.id, files=len(known))
    return redirect(url_for("catalogue.desk_vault", read=1), 303)


def _entries_of(damaged: list[Asset]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {asset.id: [] for asset in damaged}
    query = select(EntryFile.asset_id, Entry).join(Entry, Entry.id == EntryFile.entry_id)
    for asset_id, entry in db.session.execute(query.where(EntryFile.asset_id.in_(found)).order_by(Entry.id)):
        found[asset_id].append(entry)
    return found
