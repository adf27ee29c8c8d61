"""Selections: lists of entries that somebody keeps, with notes, in an order of their own. Without an account they
belong to the browser that made them, by a key of which only the hash is stored; who signs in takes them along.

Others read a selection by a secret link until it is revoked; the link carries the row's key, signed (decision 1).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from archive.db import Model, db
from archive.errors import NotFound, Refused
from catalogue import redirects
from catalogue.entries import Entry

MAX_SELECTIONS = 100  # of one owner
MAX_ITEMS = 1_000  # in one selection
MAX_TITLE = 200
MAX_NOTE = 2_000
KEPT_WITHOUT_ACCOUNT = timedelta(days=90)  # since the last change


class Selection(Model):
    """One list."""

    __table_args__ = (
        CheckConstraint("(account_id IS NULL) != (visitor_hash IS NULL)", "has_one_owner"),
        CheckConstraint("account_id IS NOT NULL OR share_key IS NULL", "shared_by_account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    visitor_hash: Mapped[str | None] = mapped_column(index=True)  # of the key in a browser's cookie
    title: Mapped[str]  # empty: the first one, called "Selection" in the reader's language
    note: Mapped[str] = mapped_column(default="")
    share_key: Mapped[str | None] = mapped_column(unique=True)  # what the secret link carries
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)

    items: Mapped[list["SelectionItem"]] = relationship(
        order_by="SelectionItem.position, SelectionItem.id", cascade="all, delete-orphan"
    )


class SelectionItem(Model):
    """One entry in a list. The entry may be withdrawn or merged later; the item stays, and its page says so."""

    __table_args__ = (UniqueConstraint("selection_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    selection_id: Mapped[int] = mapped_column(ForeignKey("selection.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    added_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()


@dataclass(frozen=True)
class Owner:
    """Whose selections are meant: an account's, a browser's, both for a moment while signing in, or nobody's."""

    account_id: int | None = None
    visitor_key: str | None = None

    @property
    def owns(self) -> ColumnElement[bool]:
        """The condition in SQL."""
        if self.account_id is not None:
            return Selection.account_id == self.account_id
        return Selection.visitor_hash == hash_of(self.visitor_key or "")


def hash_of(key: str) -> str:
    """Return what is stored of a browser's key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def of(owner: Owner) -> list[Selection]:
    """Return somebody's selections without their items, the newest change first."""
    if owner.account_id is None and not owner.visitor_key:
        return []
    query = select(Selection).where(owner.owns).order_by(Selection.changed_at.desc(), Selection.id.desc())
    return list(db.session.scalars(query))


def sizes(selections: Sequence[Selection]) -> dict[int, int]:
    """Count the items of some selections."""
    ids = [selection.id for selection in selections]
    query = (
        select(SelectionItem.selection_id, func.count())
        .where(SelectionItem.selection_id.in_(ids))
        .group_by(SelectionItem.selection_id)
    )
    found = {selection_id: count for selection_id, count in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy
    return {selection_id: found.get(selection_id, 0) for selection_id in ids}


def count(owner: Owner) -> int:
    """Count all that somebody keeps."""
    query = select(func.count()).select_from(SelectionItem).join(Selection).where(owner.owns)
    return db.session.scalar(query) or 0


def get(owner: Owner, selection_id: int) -> Selection:
    """Get one of somebody's selections with its items; raise NotFound, also for another person's."""
    if owner.account_id is not None or owner.visitor_key:
        found = db.session.scalar(_whole().where(Selection.id == selection_id, owner.owns))
        if found is not None:
            return found
    raise NotFound("There is no such selection. It may have been made in another browser, or been removed.")


def add(owner: Owner, title: str, moment: datetime) -> Selection:
    """Add an empty selection; raise Refused when there are too many."""
    if len(of(owner)) >= MAX_SELECTIONS:
        raise Refused("You have as many selections as can be kept. Remove one first.")
    visitor_hash = hash_of(owner.visitor_key or "") if owner.account_id is None else None
    selection = Selection(
        account_id=owner.account_id,
        visitor_hash=visitor_hash,
        title=" ".join(title.split())[:MAX_TITLE],
        note="",
        created_at=moment,
        changed_at=moment,
    )
    db.session.add(selection)
    db.session.flush()
    return selection


def collect(selection: Selection, entry: Entry, moment: datetime, note: str = "") -> SelectionItem:
    """Put an entry at the end of a selection, once; raise Refused when the selection is full.

    What was merged into the entry and is there counts as the entry.
    """
    meant = set(db.session.scalars(redirects.leading_to(Entry, entry.id)))
    known = next((item for item in selection.items if item.entry_id in meant), None)
    if known is not None:
        return known
    if len(selection.items) >= MAX_ITEMS:
        raise Refused("This selection is full. Begin a new one.")
    last = max((item.position for item in selection.items), default=-1)
    item = SelectionItem(entry_id=entry.id, entry=entry, note=note, position=last + 1, added_at=moment)
    selection.items.append(item)
    selection.changed_at = moment
    db.session.flush()
    return item


def drop(owner: Owner, entry_id: int, moment: datetime) -> None:
    """Take an entry, and what was merged into it, out of all of somebody's selections."""
    mine = select(Selection.id).where(owner.owns)
    meant = SelectionItem.entry_id.in_(redirects.leading_to(Entry, entry_id))
    has = select(SelectionItem.selection_id).where(meant)
    db.session.execute(
        update(Selection)
        .where(Selection.id.in_(mine), Selection.id.in_(has))
        .values(changed_at=moment)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(SelectionItem)
        .where(meant, SelectionItem.selection_id.in_(mine))
        .execution_options(synchronize_session=False)
    )


def holds(owner: Owner, entry_id: int) -> bool:
    """Say whether somebody keeps an entry, or one that was merged into it."""
    meant = SelectionItem.entry_id.in_(redirects.leading_to(Entry, entry_id))
    query = select(SelectionItem.id).join(Selection).where(meant, owner.owns).limit(1)
    return db.session.scalar(query) is not None


def revise(selection: Selection, title: str, note: str, notes: dict[int, str], moment: datetime) -> None:
    """Take over title and notes; `notes` by the ids of items, those of others are left out."""
    selection.title = " ".join(title.split())[:MAX_TITLE]
    selection.note = note.strip()[:MAX_NOTE]
    for item in selection.items:
        item.note = notes.get(item.id, item.note).strip()[:MAX_NOTE]
    selection.changed_at = moment
    db.session.flush()


def shift(selection: Selection, item_id: int, by: int, moment: datetime) -> None:
    """Move an item up (-1) or down (1) by one place."""
    items = list(selection.items)
    at = next((place for place, item in enumerate(items) if item.id == item_id), None)
    if at is None or not 0 <= at + by < len(items):
        return
    items[at], items[at + by] = items[at + by], items[at]
    _number(items)
    selection.changed_at = moment
    db.session.flush()


def take_out(selection: Selection, item_id: int, moment: datetime) -> None:
    """Take an item out of a selection."""
    selection.items[:] = [item for item in selection.items if item.id != item_id]
    selection.changed_at = moment
    db.session.flush()


def remove(selection: Selection) -> None:
    """Remove a selection with all that is in it."""
    db.session.delete(selection)
    db.session.flush()


def share(selection: Selection) -> str:
    """Let a selection be read by a secret link; return what the link says. Raise Refused without an account."""
    if selection.account_id is None:
        raise Refused("Sign in first: a selection that others can read needs somebody who can withdraw it.")
    if selection.share_key is None:
        selection.share_key = secrets.token_urlsafe(16)
        db.session.flush()
    return link_token(selection)


def link_token(selection: Selection) -> str:
    """Return what the secret link of a shared selection says."""
    return str(_signer().dumps(selection.share_key))


def revoke(selection: Selection) -> None:
    """Let the secret link lead nowhere; sharing again makes another one."""
    selection.share_key = None
    db.session.flush()


def get_shared(token: str) -> Selection:
    """Get a selection by its secret link; raise NotFound."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        key = ""
    found = db.session.scalar(_whole().where(Selection.share_key == str(key))) if key else None
    if found is None:
        raise NotFound("There is no selection at this link. Whoever sent it may have withdrawn it.")
    return found


def take_over(visitor_key: str, account_id: int, moment: datetime) -> None:
    """Let what a browser collected be an account's: the unnamed selections become one, others stay as they are."""
    account = Owner(account_id=account_id)
    mine = [selection for selection in of(account) if not selection.title]
    for brought in of(Owner(visitor_key=visitor_key)):
        if not brought.title and mine:
            for item in list(brought.items)[: MAX_ITEMS - len(mine[0].items)]:
                collect(mine[0], item.entry, moment, item.note)
            remove(brought)
        else:
            brought.account_id, brought.visitor_hash = account_id, None
            mine += [brought] if not brought.title else []
            db.session.flush()


def remove_abandoned(moment: datetime) -> int:
    """Remove what browsers collected and did not touch for KEPT_WITHOUT_ACCOUNT; return how many selections."""
    old = select(Selection).where(
        Selection.visitor_hash.is_not(None), Selection.changed_at < moment - KEPT_WITHOUT_ACCOUNT
    )
    found = list(db.session.scalars(old.limit(1_000)))
    for selection in found:
        remove(selection)
    return len(found)


def _whole() -> Select[tuple[Selection]]:
    return select(Selection).options(selectinload(Selection.items).joinedload(SelectionItem.entry))


def _number(items: Sequence[SelectionItem]) -> None:
    for position, item in enumerate(items):
        item.position = position


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="selection")
