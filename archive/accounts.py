"""Accounts and roles: who may sign in and what they may do. Passwords are kept as argon2id hashes with
OWASP's parameters.
"""

import secrets
import threading
from datetime import datetime
from enum import Enum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import CheckConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column
from archive.errors import Invalid, Refused

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 256

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB: a burst of sign-ins must not take them all at once.
_four_at_once = threading.Semaphore(4)
# Verified when the account is unknown, so that the answer takes as long as for a known one.
_dummy_hash = _hasher.hash(secrets.token_urlsafe(16))


class Role(str, Enum):
    """What an account is for; cataloguer, licensing and admin are staff."""

    RESEARCHER = "researcher"
    BUYER = "buyer"
    CATALOGUER = "cataloguer"
    LICENSING = "licensing"
    ADMIN = "admin"


STAFF = frozenset({Role.CATALOGUER, Role.LICENSING, Role.ADMIN})


class Account(Model):
    """A person who can sign in."""

    __table_args__ = (CheckConstraint("email = lower(email)", "email_is_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(enum_column(Role))
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def is_staff(self) -> bool:
        """Whether the account belongs to somebody who works at the archive."""
        return self.role in STAFF


def add(email: str, name: str, role: Role, password: str, moment: datetime) -> Account:
    """Add an account; raise Invalid for a weak password or bad address, Refused when the address has one
    already.
    """
    address = email.strip().lower()
    if "@" not in address[1:-1] or " " in address:
        raise Invalid("An e-mail address looks like name@example.org.")
    _check_password(password, address)
    if find(address) is not None:
        raise Refused("There is already an account for %(address)s.", address=address)
    account = Account(
        email=address, name=name or address, role=role, password_hash=_hash(password), created_at=moment
    )
    db.session.add(account)
    db.session.flush()
    return account


def ensure_researcher(email: str, moment: datetime) -> Account:
    """Find the account of an address that was proved by mail, or add one without a password."""
    account = find(email)
    if account is None:
        address = email.strip().lower()
        account = Account(email=address, name=address, role=Role.RESEARCHER, created_at=moment)
        db.session.add(account)
        db.session.flush()
    return account


def erase(account: Account, moment: datetime) -> None:
    """Forget who an account is of. Its row stays, because the audit log names it; raise Refused for staff."""
    if account.is_staff:
        raise Refused("An account of staff is closed by whoever looks after the accounts.")
    account.email = f"erased-{account.id}@account.invalid"  # a domain that can never exist: RFC 2606, 2
    account.name, account.password_hash, account.disabled_at = "", None, moment
    db.session.flush()


def find(email: str) -> Account | None:
    """Find an account by its address, in any case of letters."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def authenticate(email: str, password: str) -> Account | None:
    """Return the account when address and password belong together; takes as long when they do not."""
    account = find(email)
    stored = account.password_hash if account and account.password_hash else _dummy_hash
    fits = _fits(stored, password[:MAX_PASSWORD_LENGTH])
    if account is None or account.password_hash is None or account.disabled_at is not None:
        return None
    return account if fits else None


def count() -> int:
    """Count all accounts; none at all means that the site is new."""
    return db.session.scalar(select(func.count()).select_from(Account)) or 0


def count_staff() -> int:
    """Count the accounts of staff."""
    return db.session.scalar(select(func.count()).select_from(Account).where(Account.role.in_(STAFF))) or 0


def _check_password(password: str, address: str) -> None:
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(
            "A password has at least %(limit)s characters; a few words in a row do well.",
            limit=MIN_PASSWORD_LENGTH,
        )
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Invalid("A password has at most %(limit)s characters.", limit=MAX_PASSWORD_LENGTH)
    if password.lower() in (address, address.split("@")[0]):
        raise Invalid("A password must differ from the e-mail address.")


def _hash(password: str) -> str:
    with _four_at_once:
        return _hasher.hash(password)


def _fits(stored: str, password: str) -> bool:
    with _four_at_once:
        try:
            return _hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
