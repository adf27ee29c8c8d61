"""All that is kept of one person who signs in: to be taken along, and to be erased. An upper floor that keeps more of
them names how in the extension "own_data".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, select

from archive import accounts, audit, mail, sign_in, sign_in_links
from archive.accounts import Account
from archive.db import db
from archive.errors import Refused
from catalogue import corrections, saved_searches, selections
from catalogue.saved_searches import SavedSearch
from catalogue.selections import Owner, Selection, SelectionItem

Data = dict[str, Any]


@dataclass(frozen=True)
class Keeper:
    """How an upper floor tells what it keeps of somebody, and how it forgets that."""

    tell: Callable[[Account], Data]
    forget: Callable[[Account], None]


def of(account: Account, lang: str) -> Data:
    """Return everything as plain values."""
    owner = Owner(account_id=account.id)
    return {
        "account": {
            "email": account.email,
            "name": account.name,
            "since": account.created_at.isoformat(),
            "language": lang,
        },
        "selections": [_selection(selections.get(owner, each.id)) for each in selections.of(owner)],
        "saved_searches": [_search(search) for search in saved_searches.of(account)],
        "suggestions": [_correction(each) for each in corrections.of_contact(account.email)],
    } | {name: keeper.tell(account) for name, keeper in _keepers().items()}


def erase(account: Account, moment: datetime) -> None:
    """Erase an account and all that is its own; raise Refused for staff, whose work stays theirs."""
    if account.is_staff:
        raise Refused("An account of staff is closed by whoever looks after the accounts.")
    address = account.email
    mine = select(Selection.id).where(Selection.account_id == account.id)
    db.session.execute(delete(SelectionItem).where(SelectionItem.selection_id.in_(mine)))
    db.session.execute(delete(Selection).where(Selection.account_id == account.id))
    for search in saved_searches.of(account):
        saved_searches.remove(search)
    for keeper in _keepers().values():
        keeper.forget(account)
    corrections.forget_contact(address)
    sign_in_links.forget(address)
    mail.forget(address)
    sign_in.end_all(account)
    accounts.erase(account, moment)
    audit.record("account.erased", "account", str(account.id), account.id)


def _keepers() -> dict[str, Keeper]:
    keepers: dict[str, Keeper] = current_app.extensions.get("own_data", {})
    return keepers


def _selection(selection: Selection) -> Data:
    return {
        "title": selection.title,
        "note": selection.note,
        "shared": selection.share_key is not None,
        "since": selection.created_at.isoformat(),
        "items": [
            {"pid": item.entry.pid, "note": item.note, "since": item.added_at.isoformat()}
            for item in selection.items
        ],
    }


def _search(search: SavedSearch) -> Data:
    return {
        "name": search.name,
        "question": search.question,
        "mailed": search.is_mailed,
        "since": search.created_at.isoformat(),
    }


def _correction(correction: corrections.Correction) -> Data:
    return {
        "pid": correction.entry.pid,
        "about": correction.about.value,
        "proposed": correction.proposed,
        "source": correction.source,
        "name": correction.name,
        "sent": correction.created_at.isoformat(),
        "state": correction.state.value,
        "reply": correction.reply,
    }
