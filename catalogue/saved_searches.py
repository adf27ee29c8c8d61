"""Saved searches: questions that somebody wants to hear of once a week, when there is something new.

One row for each week and search says that it was looked at, written in the transaction of its mail: whatever dies
half-way or runs twice, nobody gets two mails in a week.
"""

import secrets
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.accounts import Account
from archive.db import Model, db
from archive.errors import NotFound, Refused
from catalogue.search import query
from catalogue.search.query import SearchQuery

MAX_SEARCHES = 50  # of one account
MAX_NAME = 200
MAX_QUESTION = 2_000  # characters; PostgreSQL takes no longer ones into an index (2,704 bytes)


class SavedSearch(Model):
    """One question, as its address says it."""

    __table_args__ = (UniqueConstraint("account_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    question: Mapped[str]  # parameters of the address, always in one order
    lang: Mapped[str]  # of the mails
    is_mailed: Mapped[bool] = mapped_column(default=True)
    key: Mapped[str] = mapped_column(unique=True)  # what the link that ends the mails carries, signed
    told_until: Mapped[datetime]  # what was public by then has been told, or was there when it was saved
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship()

    @property
    def query(self) -> SearchQuery:
        """What it asks."""
        return query.read(parse_qsl(self.question))


class SearchMailing(Model):
    """One search, looked at for one week; `found` is how many entries the mail told of, 0 without a mail."""

    __table_args__ = (UniqueConstraint("search_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), index=True)
    week: Mapped[str]  # 2026-W47: ISO 8601, in Amsterdam
    found: Mapped[int]
    at: Mapped[datetime]


def question_of(asked: SearchQuery) -> str:
    """Write down what is asked, always in one way: without a page and an order."""
    arguments = asked.on_page(1).url_args()
    arguments.pop("sort", None)
    return urlencode(arguments, doseq=True)


def save(account: Account, asked: SearchQuery, name: str, lang: str, moment: datetime) -> SavedSearch:
    """Save a question, once; what is public by `moment` is not new. Raise Refused when it is too long, or one too
    many.
    """
    question = question_of(asked)
    if len(question) > MAX_QUESTION:
        raise Refused("This search is too long to be saved. Use fewer words or filters.")
    known = of(account)
    same = next((search for search in known if search.question == question), None)
    if same is not None:
        same.name, same.lang, same.is_mailed = _name(name), lang, True
        db.session.flush()
        return same
    if len(known) >= MAX_SEARCHES:
        raise Refused("You have as many saved searches as can be kept. Remove one first.")
    search = SavedSearch(
        account_id=account.id,
        name=_name(name),
        question=question,
        lang=lang,
        is_mailed=True,
        key=secrets.token_urlsafe(16),
        told_until=moment,
        created_at=moment,
    )
    db.session.add(search)
    db.session.flush()
    return search


def of(account: Account) -> list[SavedSearch]:
    """Return somebody's saved searches, the newest first."""
    mine = SavedSearch.account_id == account.id
    return list(db.session.scalars(select(SavedSearch).where(mine).order_by(SavedSearch.id.desc())))


def get(account: Account, search_id: int) -> SavedSearch:
    """Get one of somebody's saved searches; raise NotFound, also for another person's."""
    found = db.session.get(SavedSearch, search_id)
    if found is None or found.account_id != account.id:
        raise NotFound("There is no such saved search. It may have been removed.")
    return found


def resume(search: SavedSearch, moment: datetime) -> None:
    """Let there be mails again, of what comes from now on."""
    if not search.is_mailed:
        search.is_mailed, search.told_until = True, moment
        db.session.flush()


def remove(search: SavedSearch) -> None:
    """Remove a saved search."""
    db.session.delete(search)
    db.session.flush()


def stop_token(search: SavedSearch) -> str:
    """Return what the link that ends the mails says."""
    return str(_signer().dumps(search.key))


def get_by_token(token: str) -> SavedSearch:
    """Get a search by the link that ends its mails; raise NotFound."""
    try:
        key = str(_signer().loads(token))
    except BadSignature:
        key = ""
    query_ = select(SavedSearch).options(joinedload(SavedSearch.account)).where(SavedSearch.key == key)
    found = db.session.scalar(query_) if key else None
    if found is None:
        raise NotFound("This saved search has been removed, so there are no more mails about it.")
    return found


def stop(search: SavedSearch) -> None:
    """Send no more mails about a search; once or twice is the same."""
    search.is_mailed = False
    db.session.flush()


def to_look_at(week: str, limit: int) -> list[SavedSearch]:
    """Return searches that wait to be looked at for a week, with their accounts."""
    done = select(SearchMailing.search_id).where(SearchMailing.week == week)
    waiting = (
        select(SavedSearch)
        .join(SavedSearch.account)
        .options(joinedload(SavedSearch.account))
        .where(SavedSearch.is_mailed, SavedSearch.id.not_in(done), Account.disabled_at.is_(None))
        .order_by(SavedSearch.id)
        .limit(limit)
    )
    return list(db.session.scalars(waiting))


def mark(search_id: int, week: str, found: int, until: datetime, moment: datetime) -> bool:
    """Note that a search was looked at for a week; say False when somebody was first, or the mails were ended."""
    search = db.session.get(SavedSearch, search_id)
    if search is None or not search.is_mailed:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(SearchMailing(search_id=search_id, week=week, found=found, at=moment))
    except IntegrityError:
        return False
    search.told_until = until
    db.session.flush()
    return True


def _name(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="saved search")
