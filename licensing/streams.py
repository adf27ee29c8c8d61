"""Addresses of granted sound: signed, soon stale, and worth nothing to anybody else than the holder of the grant.

A stream is opened by whoever holds the grant, as often as wanted while it lasts; a copy to keep is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import update

from archive.assets import Asset
from archive.db import db
from archive.errors import Forbidden, Gone
from catalogue import entries
from catalogue.entries import Entry
from licensing import grants, listening, periods, rights, use_prices
from licensing.claims import Use
from licensing.grants import Grant, GrantStatus, Holder
from licensing.place_of_supply import HOME
from licensing.reasons import Verdict
from licensing.small_prices import GrantKind
from licensing.use_prices import PriceMode

STREAM_LASTS = timedelta(hours=2)  # the player asks for a fresh address when its own is stale
COPY_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Sound:
    """What an address leads to: the file, its name, and the grant that opened it (None: free to hear)."""

    asset: Asset | None
    entry: Entry
    grant: Grant | None


def token(grant: Grant) -> str:
    """Make the signed part of a grant's address."""
    return _signer(grant.kind).dumps(grant.key)


def free_token(entry: Entry) -> str:
    """Make the signed part of the address of what costs nothing."""
    return _free_signer().dumps(entry.pid)


def is_free(entry: Entry, on: datetime) -> bool:
    """Say whether the whole may be heard for nothing by anybody, because staff set that and the rights allow it."""
    day = periods.day_of(on)
    if use_prices.of(entry.id, GrantKind.LISTEN, day).mode is not PriceMode.FREE:
        return False
    decision = rights.decide(entry, Use.LISTEN_FREE_ONLINE, day, frozenset({HOME}))
    return listening.can_be_sold(entry) and decision.verdict is Verdict.ALLOW


def open_stream(signed: str, holder: Holder, moment: datetime) -> Sound:
    """Open what an address of a stream leads to. Raise Forbidden for one that is not the asker's, Gone when it is stale
    or its grant is over.
    """
    key = _read(_signer(GrantKind.LISTEN), signed, STREAM_LASTS)
    grant = grants.find_held(key, holder)
    if grant is None:
        raise Forbidden("This sound was opened for somebody else. Open the page of the recording to hear it.")
    return _sound(grant, moment)


def open_free(signed: str, moment: datetime) -> Sound:
    """Open what is free to hear. Raise Forbidden for an address that is not ours, Gone when it is not free any more."""
    entry = entries.get_public(_read(_free_signer(), signed, STREAM_LASTS), periods.day_of(moment))
    if not is_free(entry, moment):
        raise Gone("This is not free to hear any more. Open the page of the recording.")
    return Sound(listening.sound_of(entry.id), entry, None)


def open_copy(signed: str, moment: datetime, *, is_continued: bool) -> Sound:
    """Open a copy to keep and count it; going on where a download stopped is not counted again.

    Raise Forbidden for an address that is not ours, Gone when it is stale, used up or over.
    """
    key = _read(_signer(GrantKind.DOWNLOAD), signed, COPY_LASTS)
    grant = grants.find_by_key(key)
    if grant is None or grant.kind is not GrantKind.DOWNLOAD:
        raise Forbidden("There is no such download.")
    opened = _sound(grant, moment)
    if not is_continued and listening.is_here(opened.asset):
        _count(grant, moment)
    return opened


def pass_token(day_pass: Grant) -> str:
    """Make what a browser keeps of a day pass that was bought by an order."""
    return _pass_signer().dumps(day_pass.key)


def read_pass(signed: str | None) -> str | None:
    """Read the key of the pass that a browser keeps; None for anything else."""
    try:
        return str(_pass_signer().loads(signed)) if signed else None
    except BadSignature:
        return None


def _sound(grant: Grant, moment: datetime) -> Sound:
    if not grant.is_in_force(moment):
        raise Gone("The time for this is over. Open the page of the recording to hear it again.")
    entry = entries.get_public(grant.piece.pid, periods.day_of(moment))
    return Sound(listening.sound_of(entry.id), entry, grant)


def _count(grant: Grant, moment: datetime) -> None:
    counted = db.session.scalar(
        update(Grant)
        .where(Grant.id == grant.id, Grant.status == GrantStatus.OPEN, Grant.used < Grant.max_uses)
        .values(used=Grant.used + 1)
        .returning(Grant.used)
        .execution_options(synchronize_session=False)
    )
    if counted is None:
        raise Gone(
            "This copy was fetched as often as it can be. Write to the archive if something went wrong."
        )
    grants.mark_started(grant.id, moment)


def _read(signer: URLSafeTimedSerializer, signed: str, lasts: timedelta) -> str:
    try:
        return str(signer.loads(signed, max_age=int(lasts.total_seconds())))
    except SignatureExpired as stale:
        raise Gone(
            "This address is too old. Open the page of the recording; it costs nothing more."
        ) from stale
    except BadSignature as forged:
        raise Forbidden("This address was not made here. Open the page of the recording.") from forged


def _signer(kind: GrantKind) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"grant {kind.value}")


def _pass_signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="day pass")


def _free_signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="free sound")
