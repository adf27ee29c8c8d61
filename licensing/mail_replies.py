"""Answers by mail: a mail about a request becomes a message in its conversation, once. Nothing is ever sent back, so
that no two machines can write to each other for ever.
"""

from datetime import datetime, timedelta
from enum import Enum

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from archive import rate_limits
from archive.config import current
from archive.db import db
from archive.errors import Invalid, TooMany
from archive.language import speaking
from licensing import conversation, correspondence, mail_text
from licensing.conversation import Message, Voice
from licensing.mail_text import Mail
from licensing.reuse_requests import ReuseRequest

PER_REQUEST = 60  # in an hour: more than anybody writes, less than a machine
WINDOW = timedelta(hours=1)


class Outcome(str, Enum):
    """What became of a mail."""

    TAKEN = "taken"
    KNOWN = "known"  # it came before
    AUTOMATIC = "automatic"
    UNADDRESSED = "unaddressed"  # no request is meant, or none that we know
    TOO_MANY = "too_many"
    EMPTY = "empty"


def receive(raw: bytes, moment: datetime) -> Outcome:
    """Take in one mail as it came, and say what became of it; never raises for what stands in it."""
    mail = mail_text.read(raw, correspondence.MARK)
    request = correspondence.find_request(mail.addressed)
    if request is None:
        return Outcome.UNADDRESSED
    if mail.is_automatic or mail.sender_address in _own_addresses():
        return Outcome.AUTOMATIC
    try:
        rate_limits.check(f"mail request {request.id}", PER_REQUEST, WINDOW, moment)
    except TooMany:
        return Outcome.TOO_MANY
    return _keep(request, mail, moment)


def _keep(request: ReuseRequest, mail: Mail, moment: datetime) -> Outcome:
    if db.session.scalar(select(Message.id).where(Message.mail_message_id == mail.message_id)) is not None:
        return Outcome.KNOWN
    try:
        with db.session.begin_nested():
            return _add(request, mail, moment)
    except IntegrityError:
        return Outcome.KNOWN  # the same mail came by two ways at the same moment


def _add(request: ReuseRequest, mail: Mail, moment: datetime) -> Outcome:
    body = _body(mail.text)
    if body:
        conversation.hear(
            request, body, moment, author_name=_author(request, mail), mail_message_id=mail.message_id
        )
    if mail.attachments:
        conversation.say(
            request,
            Voice.SYSTEM,
            _not_taken(request, mail.attachments),
            moment,
            mail_message_id=None if body else mail.message_id,
        )
    return Outcome.TAKEN if body or mail.attachments else Outcome.EMPTY


def _body(text: str) -> str:
    try:
        return conversation.read_body(text[: conversation.MAX_BODY])
    except Invalid:
        return ""


def _author(request: ReuseRequest, mail: Mail) -> str:
    # Who has the address to reply to may write; that it is somebody else is for everybody to see.
    if mail.sender_address == request.requester_email.lower():
        return request.requester_name
    return conversation.one_line(f"{mail.sender_name} <{mail.sender_address}>".strip())


def _not_taken(request: ReuseRequest, names: tuple[str, ...]) -> str:
    with speaking(request.lang):
        return str(
            _(
                "The mail came with files that we do not take in by mail: %(names)s. Send a link to them, or ask"
                " the archive how to hand them over.",
                names=conversation.one_line(", ".join(names), 1_000),
            )
        )


def _own_addresses() -> set[str]:
    settings = current()
    sender = settings.mail_from.rpartition("<")[2].rstrip(">").strip()
    return {address.lower() for address in (sender, settings.mail_reply_to) if address}
