"""The page where a party reads its statements, behind a link that staff can renew."""

import secrets

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit
from archive.db import Model, db
from archive.errors import NotFound
from licensing.parties import Party


class StatementAccess(Model):
    """The key of the page where a party reads its statements. A new key ends the old link."""

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(unique=True)  # what the signed link carries


def link_token(party_id: int) -> str:
    """Make the signed part of a party's link; the same until the link is renewed."""
    access = db.session.get(StatementAccess, party_id) or _new_access(party_id)
    return _signer().dumps(access.key)


def find_link_token(party_id: int) -> str | None:
    """Find the signed part of a party's link, if it was ever given one."""
    access = db.session.get(StatementAccess, party_id)
    return _signer().dumps(access.key) if access else None


def renew_link(party_id: int, account_id: int) -> str:
    """End a party's link and make another one."""
    access = db.session.get(StatementAccess, party_id) or _new_access(party_id)
    access.key = secrets.token_urlsafe(16)
    db.session.flush()
    audit.record("statement.link_renewed", "party", str(party_id), account_id)
    return link_token(party_id)


def get_party_by_token(token: str) -> Party:
    """Get the party behind a link; raise NotFound."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        key = None
    query = select(Party).join(StatementAccess, StatementAccess.party_id == Party.id)
    party = db.session.scalar(query.where(StatementAccess.key == key))
    if party is None:
        raise NotFound("There are no statements behind this link. Copy the whole link from the newest mail.")
    return party


def _new_access(party_id: int) -> StatementAccess:
    access = StatementAccess(party_id=party_id, key=secrets.token_urlsafe(16))
    db.session.add(access)
    db.session.flush()
    return access


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="royalty statements")
