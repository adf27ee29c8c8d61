"""Granted sound: streams with byte ranges for whoever holds the grant, counted copies to keep."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archive import clock, transactions
from archive.db import db
from archive.errors import Unavailable
from archive.serving_files import send_stored
from licensing import anomalies, disputes, grants, listening, listening_pages, streams
from licensing.grants import Grant
from licensing.streams import Sound

MISSING = "the file was not there"


def register(open_pages: Blueprint) -> None:
    """Put these views on the floor's addresses without language."""
    open_pages.add_url_rule("/sound/<token>.mp3", "sound", sound)
    open_pages.add_url_rule("/sound/free/<token>.mp3", "free_sound", free_sound)
    open_pages.add_url_rule("/copies/<token>.mp3", "private_copy", private_copy)


def sound(token: str) -> ResponseReturnValue:
    """Send granted sound, or a range of it. Raises Forbidden, Gone, Unavailable."""
    moment = clock.now()
    opened = streams.open_stream(token, listening_pages.credit().holder, moment)
    grant = opened.grant
    answer = _send(opened, is_kept=False)
    if grant is not None and grant.started_at is None and request.method == "GET":
        transactions.after_commit(partial(grants.mark_started, grant.id, moment))
    return answer


def free_sound(token: str) -> ResponseReturnValue:
    """Send sound that costs nothing, or a range of it. Raises Forbidden, Gone, Unavailable."""
    return _send(streams.open_free(token, clock.now()), is_kept=False)


@transactions.writes
def private_copy(token: str) -> ResponseReturnValue:
    """Send a copy to keep; what is sent from the start is counted. Raises Forbidden, Gone, Unavailable."""
    asked = request.range
    is_continued = request.method == "HEAD" or bool(asked and asked.ranges and asked.ranges[0][0])
    return _send(streams.open_copy(token, clock.now(), is_continued=is_continued), is_kept=True)


def _send(opened: Sound, *, is_kept: bool) -> ResponseReturnValue:
    asset = opened.asset
    if opened.grant is not None:
        _refuse_disputed(opened.grant)
    if asset is None or not listening.is_here(asset):
        if opened.grant is not None:
            transactions.keep_work()
            transactions.after_commit(_giving_back(opened.grant))
        raise Unavailable(_said_of_missing(opened.grant))
    name = f"{opened.entry.title}.mp3"
    return send_stored(asset.storage_key, asset.media_type, name, asset.sha256, as_attachment=is_kept)


def _refuse_disputed(grant: Grant) -> None:
    bought = db.session.get_one(Grant, grant.pass_id) if grant.pass_id else grant
    if bought.order_line is not None:
        disputes.require_undisputed(bought.order_line.order_id)


def _said_of_missing(grant: Grant | None) -> str:
    if grant is None or grant.order_line is None:
        return "The sound of this is not here at the moment. What it cost is on your credit again."
    return "The sound of this is not here at the moment. The archive has been told. Try again later."


def _giving_back(grant: Grant) -> Callable[[], None]:
    grant_id, moment = grant.id, clock.now()

    def give_back() -> None:
        grant = db.session.get_one(Grant, grant_id)
        if grant.order_line is None:
            listening.reverse(grant, MISSING, moment)
        else:  # no credit paid for it: a person finds the file, or gives the money back
            number = grant.order_line.order.number
            anomalies.file("nothing_to_deliver", number, moment, order=number)

    return give_back
