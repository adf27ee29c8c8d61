"""Signing in by a link in a mail: for researchers, who have no password. A link works once, for half an hour, on
whatever device opens it; asking for one says nothing about whether there is an account.

The table holds the hash of a link's key alone. The key is worked out of the row and the site's secret when the mail is
posted, so that it is in no job's row either, and a mail that is posted twice says the same link twice.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from archive import accounts, jobs, mail
from archive.accounts import Account
from archive.config import current
from archive.db import Model, db
from archive.errors import Gone

JOB = "sign_in.post_link"
LASTS = timedelta(minutes=30)
KEPT = timedelta(days=1)  # after its end, so that an old link can still be told from a wrong one


class SignInLink(Model):
    """One link that somebody asked for; the account is made when the link is used, not before."""

    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    lang: Mapped[str]
    after: Mapped[str | None]  # the page somebody wanted
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


def ask(email: str, after: str | None, lang: str, moment: datetime) -> SignInLink:
    """Let a link be posted to an address; raise Invalid for an impossible one."""
    address = mail.read_address(email).lower()
    seed = secrets.token_hex(16)
    link = SignInLink(
        seed=seed,
        key_hash=_hash(_key(seed)),
        email=address,
        lang=lang,
        after=after,
        created_at=moment,
        expires_at=moment + LASTS,
    )
    db.session.add(link)
    db.session.flush()
    jobs.enqueue(JOB, {"link_id": link.id})
    return link


def post(payload: jobs.Payload) -> None:
    """Post a link; to staff a reminder of their password instead, to a closed account nothing."""
    link = db.session.get(SignInLink, payload["link_id"])
    if link is None or link.used_at is not None:
        return
    account = accounts.find(link.email)
    if account is not None and account.disabled_at is not None:
        return
    message = "sign_in_staff" if account is not None and account.is_staff else "sign_in_link"
    minutes = int(LASTS.total_seconds() // 60)
    letter = mail.write(message, link.email, link.lang, link.created_at, key=_key(link.seed), minutes=minutes)
    db.session.rollback()  # the post may be slow, and nothing is to be written
    mail.deliver(letter | {"job_id": payload["job_id"]})


def is_open(key: str, moment: datetime) -> bool:
    """Say whether a link can still be used."""
    return db.session.scalar(select(SignInLink.id).where(_open(key, moment))) is not None


def use(key: str, moment: datetime) -> tuple[Account, str | None]:
    """Use a link up; return whose account it opens and the page that was wanted. Raise Gone."""
    used = db.session.execute(
        update(SignInLink)
        .where(_open(key, moment))
        .values(used_at=moment)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", used).rowcount != 1:
        raise _spent()
    link = db.session.scalars(select(SignInLink).where(SignInLink.key_hash == _hash(key))).one()
    account = accounts.ensure_researcher(link.email, moment)
    if account.is_staff or account.disabled_at is not None:
        raise _spent()
    return account, link.after


def remove_old(moment: datetime) -> None:
    """Forget links that ended a while ago, and with them the addresses they were asked for."""
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < moment - KEPT))


def forget(email: str) -> None:
    """Forget all links of an address."""
    db.session.execute(delete(SignInLink).where(SignInLink.email == email))


def _spent() -> Gone:
    return Gone("This link has been used or is too old. Ask for a new one.")


def _open(key: str, moment: datetime) -> Any:
    return (
        (SignInLink.key_hash == _hash(key)) & SignInLink.used_at.is_(None) & (SignInLink.expires_at > moment)
    )


def _key(seed: str) -> str:
    said = f"sign-in link {seed}".encode()
    return hmac.new(current().secret_key.encode(), said, hashlib.sha256).hexdigest()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
