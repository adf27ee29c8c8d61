"""Asking a rights holder: a mail with a link that opens the question without an account, until it expires.

The table holds the hash of the link's key alone. The key is worked out of the row and the site's secret when the
mail is posted, so that it is in no job's row either, and a reminder says the same link again.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from archive import audit, clock, jobs, mail
from archive.config import current
from archive.db import db, lock_row
from archive.errors import Gone, Invalid, NotFound, Refused
from licensing import (
    clearance_needs,
    clearance_words,
    clearances,
    request_notices,
    request_terms,
    reuse_requests,
)
from licensing.clearances import WAITING, Clearance, ClearanceStatus
from licensing.money import Money
from licensing.reuse_requests import RequestStatus
from licensing.vocabulary import LAYERS, N_

POST_JOB = "clearances.post_letter"

ANSWER_WITHIN = timedelta(days=21)  # what publishers and estates commonly ask for to look a licence over
LINK_LASTS = timedelta(days=60)  # longer than the question waits: a late answer is welcome

# While a request is in one of these, asking still makes sense.
ASKABLE = frozenset(
    {
        RequestStatus.TRIAGE,
        RequestStatus.CLEARING,
        RequestStatus.QUOTABLE,
        RequestStatus.QUOTED,
        RequestStatus.EXPIRED,
    }
)

LINK_WANTED = N_(
    "%(holder)s wants a new link to answer about “%(title)s” (%(layer)s). Ask again from the request."
)


def ask(clearance: Clearance, moment: datetime, by: int, offered: Money | None = None) -> None:
    """Write to the party with a new link; who is asked already and can still answer is not written to twice.

    Raise Refused when nobody is known or the request is closed, Invalid without an address.
    """
    if clearance.status is ClearanceStatus.ASKED and _is_open(clearance, moment):
        return
    request = clearance.request
    terms = request_terms.of_entry(request, clearance.entry_id, clock.day_here(moment))
    if request.status not in ASKABLE or terms is None:
        raise Refused("Request %(number)s does not ask for this any more.", number=request.number)
    _check_address(clearance)
    clearances.move(clearance, ClearanceStatus.ASKED, moment, by, "asked by mail")
    clearance.subject = clearance_needs.subject_of(terms)
    clearance.offered_minor = offered.minor if offered else None
    clearance.asked_at, clearance.due_at, clearance.reminded_at = moment, moment + ANSWER_WITHIN, None
    clearance.answered_at = clearance.answered_by = clearance.valid_to = clearance.evidence = None
    _give_link(clearance, moment)
    post(clearance, "clearance_asked")
    audit.record(
        "clearance.asked",
        "request",
        request.number,
        by,
        clearance=clearance.id,
        layer=clearance.layer.value,
        party=clearance.party_id,
    )
    if request.status is RequestStatus.TRIAGE:
        reuse_requests.move(request, RequestStatus.CLEARING, moment, by, "a rights holder was asked")


def post(clearance: Clearance, letter: str) -> None:
    """Queue a letter that carries the link."""
    jobs.enqueue(POST_JOB, {"clearance_id": clearance.id, "letter": letter, "seed": clearance.link_seed})


def post_letter(payload: jobs.Payload) -> None:
    """Job: post a letter to a party, unless it has answered or got another link in the meantime."""
    clearance = db.session.get(Clearance, payload["clearance_id"])
    if clearance is None or clearance.link_seed != payload["seed"] or clearance.asked_at is None:
        return
    if clearance.party is None or clearance.party.email is None or clearance.status not in WAITING:
        return
    moment = clearance.asked_at if payload["letter"] == "clearance_asked" else clearance.reminded_at
    letter = mail.write(
        payload["letter"],
        clearance.party.email,
        clearance.lang,
        moment or clearance.asked_at,
        key=key_of(clearance),
        name=clearance.party.name,
        question=clearance_words.question(clearance, clearance.lang),
        due_at=clearance.due_at,
    )
    db.session.rollback()  # the post may be slow, and nothing is to be written
    mail.deliver(letter | {"job_id": payload["job_id"]})


def key_of(clearance: Clearance) -> str:
    """Work out the key of a clearance's link."""
    if clearance.link_seed is None:
        raise ValueError("nobody was asked, so there is no link")
    return _key(clearance.link_seed)


def get_by_key(key: str) -> Clearance:
    """Get the clearance behind a link, expired or not; raise NotFound."""
    found = db.session.scalar(select(Clearance).where(Clearance.token_hash == _hash(key)))
    if found is None:
        raise NotFound(
            "There is no question behind this link. Copy the whole link from the newest mail you got from us."
        )
    return found


def get_open(key: str, moment: datetime) -> Clearance:
    """Get the clearance behind a link that can still be answered, and hold it; raise NotFound, Gone when the link
    has expired, Refused when the question is no longer open.
    """
    found = get_by_key(key)
    lock_row(found)
    if not is_wanted(found):
        raise Refused("Your answer is no longer needed. Thank you for looking at it.")
    if has_expired(found, moment):
        raise Gone("This link has expired. Ask for a new one on this page.")
    return found


def is_wanted(clearance: Clearance) -> bool:
    """Say whether an answer would still matter."""
    return clearance.status in WAITING and clearance.request.status in ASKABLE


def has_expired(clearance: Clearance, moment: datetime) -> bool:
    """Say whether the link of a clearance is too old to answer by."""
    return clearance.link_expires_at is None or clearance.link_expires_at <= moment


def want_new(clearance: Clearance, moment: datetime) -> None:
    """Let the archive know that a party wants a new link; asked twice, it is told once."""
    if clearance.link_wanted_at is not None or not is_wanted(clearance):
        return
    clearance.link_wanted_at = moment
    request_notices.tell_staff(
        clearance.request,
        LINK_WANTED,
        moment,
        holder=clearance.holder,
        title=clearance.entry.title,
        layer=_l(LAYERS[clearance.layer.value]),
    )


def _check_address(clearance: Clearance) -> None:
    if clearance.party is None:
        raise Refused(
            "Nobody is known who holds this right. Find the holder and record a claim, or leave the layer out."
        )
    if clearance.party.email is None:
        raise Invalid(
            "%(name)s has no e-mail address. Add one, or ask by telephone or letter and record the answer.",
            name=clearance.party.name,
        )


def _is_open(clearance: Clearance, moment: datetime) -> bool:
    return clearance.link_wanted_at is None and not has_expired(clearance, moment)


def _give_link(clearance: Clearance, moment: datetime) -> None:
    clearance.link_seed = secrets.token_hex(16)
    clearance.token_hash = _hash(_key(clearance.link_seed))
    clearance.link_expires_at, clearance.link_wanted_at = moment + LINK_LASTS, None
    db.session.flush()


def _key(seed: str) -> str:
    said = f"clearance link {seed}".encode()
    return hmac.new(current().secret_key.encode(), said, hashlib.sha256).hexdigest()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
