"""Signing in. Sessions are rows on the server: signing out ends them, whoever copied the cookie. The cookie
holds a random key, the row its hash.

Staff sessions end after 30 minutes without use and after 12 hours at most (OWASP ASVS 5.0, V7.3); those of others,
who can reach nothing but what is their own, after 30 days without use and half a year at most.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from werkzeug.wrappers import Response

from archive import clock, cookies
from archive.accounts import STAFF, Account, Role
from archive.db import Model, db
from archive.transactions import after_commit

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
OTHERS_IDLE = timedelta(days=30)
OTHERS_ABSOLUTE = timedelta(days=180)
TOUCH_EVERY = timedelta(minutes=1)
COOKIE = "sid"

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

# What an upper floor does for somebody who signs in, such as keeping what was collected before.
Follower = Callable[[Account, Response, datetime], None]


class SignInSession(Model):
    """One browser in which one account is signed in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    agent: Mapped[str]  # what the browser calls itself, for the list of one's own sessions

    account: Mapped[Account] = relationship()


def init_app(app: Flask) -> None:
    """Know the account before each view, and give templates `account`."""
    app.before_request(_recognise)
    app.context_processor(lambda: {"account": g.get("account")})


def begin(account: Account, response: Response, moment: datetime) -> None:
    """Sign `account` in: a fresh session (never one the browser brought), its key in a cookie on
    `response`.
    """
    end_current()
    key = secrets.token_urlsafe(32)
    agent = (request.user_agent.string or "")[:200]
    db.session.add(
        SignInSession(
            key_hash=_hash(key), account_id=account.id, created_at=moment, seen_at=moment, agent=agent
        )
    )
    cookies.keep(response, cookies.bound(COOKIE), key, None if account.is_staff else OTHERS_ABSOLUTE)
    followers: list[Follower] = current_app.extensions.get("on_sign_in", [])
    for follow in followers:
        follow(account, response, moment)


def end(response: Response) -> None:
    """Sign out: the session ends on the server, the cookie goes."""
    end_current()
    cookies.drop(response, cookies.bound(COOKIE))


def end_all(account: Account) -> None:
    """End all sessions of an account, on whatever device."""
    db.session.execute(delete(SignInSession).where(SignInSession.account_id == account.id))


def end_current() -> None:
    """End the session this browser brought, if any."""
    key = request.cookies.get(cookies.bound(COOKIE))
    if key:
        db.session.execute(delete(SignInSession).where(SignInSession.key_hash == _hash(key)))


def remove_ended(moment: datetime) -> None:
    """Delete the sessions that have run out."""
    staff = SignInSession.account_id.in_(select(Account.id).where(Account.role.in_(STAFF)))
    short, long = _over(moment, IDLE, ABSOLUTE), _over(moment, OTHERS_IDLE, OTHERS_ABSOLUTE)
    db.session.execute(delete(SignInSession).where((staff & short) | long))


def account_needed(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
    """Let a view be used by whoever has signed in; lead others to the mail link, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if g.get("account") is None:
            after = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("by_mail.ask", after=after), 303)
        return view(*args, **kwargs)

    return guarded


def staff_only(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Let a view be used by staff with one of `roles` (all staff when none is named); admin may do
    everything.
    """
    allowed = frozenset(roles) | {Role.ADMIN} if roles else STAFF

    def decorate(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            account: Account | None = g.get("account")
            if account is None:
                after = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("archive.sign_in", after=after), 303)
            if account.role not in allowed:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _recognise() -> None:
    g.account = None
    key = request.cookies.get(cookies.bound(COOKIE))
    if not key:
        return
    moment = clock.now()
    found = db.session.scalar(
        select(SignInSession)
        .options(joinedload(SignInSession.account))
        .where(SignInSession.key_hash == _hash(key))
    )
    if found is None or found.account.disabled_at is not None or _has_ended(found, moment):
        return
    g.account = found.account
    if moment - found.seen_at > TOUCH_EVERY:
        session_id = found.id
        after_commit(lambda: _touch(session_id, moment))


def _has_ended(session: SignInSession, moment: datetime) -> bool:
    idle, absolute = (IDLE, ABSOLUTE) if session.account.is_staff else (OTHERS_IDLE, OTHERS_ABSOLUTE)
    return session.seen_at < moment - idle or session.created_at < moment - absolute


def _over(moment: datetime, idle: timedelta, absolute: timedelta) -> ColumnElement[bool]:
    return (SignInSession.seen_at < moment - idle) | (SignInSession.created_at < moment - absolute)


def _touch(session_id: int, moment: datetime) -> None:
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=moment))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
