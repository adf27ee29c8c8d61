"""The weekly mails about saved searches: only what became public since the last one, and none when that is nothing.

What is new is read from the database; whether it answers a search is asked of the index, in the words of the page of
results. A search is looked at with no transaction open and written down in one of its own, so the job may die anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select

from archive import addresses, clock, jobs, language, mail
from archive.db import db
from archive.transactions import transaction
from catalogue import saved_searches
from catalogue.entries import Entry
from catalogue.outbox import IndexChange
from catalogue.pages import labels, pieces
from catalogue.pages.pieces import Piece
from catalogue.saved_searches import SavedSearch
from catalogue.search import following, index
from catalogue.search.index import EXACT, PREFIX
from catalogue.search.query import SearchQuery

JOB = "searches.mail"
EVERY = timedelta(hours=1)  # who was missed, because the site was down, is mailed an hour after it is up
SEND_FROM = (0, 7)  # Monday, seven in the morning
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

BATCH = 50  # searches looked at between two extensions of the lease
MAX_SHOWN = 20  # entries named in one mail
MAX_PAGES = 40  # of results looked through for one search
FRUITLESS = 2  # pages without anything new, after which there is none to come
MAX_NEW = 5_000  # entries of one week; after a large import a mail names a few and gives the number


@dataclass(frozen=True)
class News:
    """What a mail tells of one entry."""

    pid: str
    title: str
    line: str


@dataclass(frozen=True)
class Newcomers:
    """The entries that became public in a stretch of time: by when the results show them, and which are late."""

    pids: frozenset[str]
    late: frozenset[str]  # those whose embargo ended, which results put among what was added long ago


def run(payload: jobs.Payload) -> None:
    """Look at every saved search once this week, and mail where something is new."""
    moment = clock.now()
    week = week_of(moment)
    if week is None:
        return
    while True:
        waiting = [search.id for search in saved_searches.to_look_at(week, BATCH)]
        for search_id in waiting:
            tell(search_id, week, moment)
        if len(waiting) < BATCH:
            return
        with transaction():
            jobs.extend_lease(payload["job_id"])


def week_of(moment: datetime) -> str | None:
    """Name the week whose mails are due, None before Monday morning: those of last week are then past."""
    local = moment.astimezone(AMSTERDAM)
    if (local.weekday(), local.hour) < SEND_FROM:
        return None
    year, week, _day = local.isocalendar()
    return f"{year}-W{week:02}"


def tell(search_id: int, week: str, moment: datetime) -> None:
    """Look at one search, and mail what is new in it."""
    search = db.session.get(SavedSearch, search_id)
    if search is None:
        return  # removed since the list was made
    since, asked = search.told_until, following.followed(search.query)
    until = _indexed_until(since, moment)
    found = new_answers(asked, since, until)
    with transaction():
        if saved_searches.mark(search_id, week, len(found), until, clock.now()) and found:
            _send(db.session.get_one(SavedSearch, search_id), found)


def new_answers(asked: SearchQuery, since: datetime, until: datetime) -> list[str]:
    """Return the pids of what became public after `since` and answers a question as it was asked, newest first.

    Raise DamagedIndexError: without the index there would be guesses, so the job tries again.
    """
    new = newcomers(since, until)
    return _among(replace(asked, sort="added", page=1), new, until) if new.pids else []


def _indexed_until(since: datetime, moment: datetime) -> datetime:
    """Return the moment up to which the index knows all that became public; later news waits for next week."""
    waiting = select(func.min(Entry.first_public_at)).where(
        Entry.first_public_at > since,
        Entry.first_public_at <= moment,
        Entry.id.in_(select(IndexChange.entry_id)),
    )
    first = db.session.scalar(waiting)
    return moment if first is None else first - timedelta(microseconds=1)


def newcomers(since: datetime, until: datetime) -> Newcomers:
    """Find what became public in a stretch of time: published in it, or kept back by an embargo that ended in it."""
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    published = and_(Entry.first_public_at > since, Entry.first_public_at <= until)
    opened = and_(Entry.embargo_until > first, Entry.embargo_until <= last, Entry.first_public_at <= until)
    query = (
        select(Entry.pid, Entry.first_public_at)
        .where(pieces.is_public(Entry, last), or_(published, opened))
        .order_by(Entry.first_public_at.desc())
        .limit(MAX_NEW)
    )
    rows = db.session.execute(query).all()
    late = frozenset(pid for pid, public_at in rows if public_at is None or public_at <= since)
    return Newcomers(frozenset(pid for pid, _at in rows), late)


def _among(asked: SearchQuery, new: Newcomers, until: datetime) -> list[str]:
    """Look through the results, which begin with what was added last, for newcomers."""
    found: list[str] = []
    missing, fruitless = set(new.pids), 0
    for page in range(1, MAX_PAGES + 1):
        result = index.current().search(asked.on_page(page), until.astimezone(UTC).date())
        if result.rung not in (EXACT, PREFIX):
            return []  # what is merely alike is offered on the page, not mailed
        here = [pid for pid in result.pids if pid in missing]
        found += here
        missing -= set(here)
        fruitless = 0 if here else fruitless + 1
        # Dates that only may lie in the years asked for come last, and so do entries whose embargo ended.
        is_past = fruitless >= FRUITLESS and not asked.has_years and not missing & new.late
        if not missing or not result.pids or is_past:
            break
    return found


def _send(search: SavedSearch, found: Sequence[str]) -> None:
    token = saved_searches.stop_token(search)
    stop_url = addresses.absolute("catalogue_open.stop_mails", lang=search.lang, token=token)
    with language.speaking(search.lang):
        news = [_news(piece, search.lang) for piece in pieces.with_pids(found[:MAX_SHOWN])]
        heading = str(
            ngettext("%(num)s new in %(name)s", "%(num)s new in %(name)s", len(found), name=search.name)
        )
    mail.send(
        "search_news",
        search.account.email,
        search.lang,
        # RFC 8058: mail programs end the mails by one POST to this address, without asking anything.
        {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        heading=heading,
        name=search.name,
        news=news,
        more=len(found) - len(news),
        question=search.query.url_args() | {"sort": "added"},
        stop_url=stop_url,
    )


def _news(piece: Piece, lang: str) -> News:
    where = piece.place.line if piece.place else None
    line = ", ".join(part for part in (where, labels.date_label(piece.dated, lang)) if part)
    return News(piece.entry.pid, labels.title(piece.entry, lang), line)
