"""The conversation about a request: what buyer, archive and rights holders wrote, and the archive's own notes. What
the buyer may read is decided here, once.
"""

import unicodedata
from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column
from archive.errors import Invalid
from licensing import correspondence, reuse_requests
from licensing.reuse_requests import RequestStatus, ReuseRequest

MAX_BODY = 20_000  # characters
MAX_NAME = 200
TURNING = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # they make text read as another


class Voice(str, Enum):
    """Who speaks; a note is the archive speaking to itself."""

    BUYER = "buyer"
    STAFF = "staff"
    NOTE = "note"
    RIGHTSHOLDER = "rightsholder"
    SYSTEM = "system"


# What a rights holder writes is for the archive, which passes on what concerns the buyer.
BUYER_READS = frozenset({Voice.BUYER, Voice.STAFF, Voice.SYSTEM})


class Message(Model):
    """One message. Messages are added, never changed."""

    __table_args__ = (
        CheckConstraint("body != ''", "says_something"),
        Index(None, "request_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("reuse_request.id"), index=True)
    voice: Mapped[Voice] = mapped_column(enum_column(Voice))
    body: Mapped[str]  # plain text
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    author_name: Mapped[str]
    at: Mapped[datetime]
    mail_message_id: Mapped[str | None] = mapped_column(unique=True)  # of the mail it came in: taken in once


def say(
    request: ReuseRequest,
    voice: Voice,
    body: str,
    moment: datetime,
    *,
    author_name: str = "",
    account_id: int | None = None,
    mail_message_id: str | None = None,
) -> Message:
    """Add a message; raise Invalid when it is empty or too long. What staff says to the buyer is mailed, and its first
    words are the answer whose time is measured; nothing else is mailed from here.
    """
    message = Message(
        request_id=request.id,
        voice=voice,
        body=read_body(body),
        account_id=account_id,
        author_name=one_line(author_name),
        at=moment,
        mail_message_id=mail_message_id,
    )
    db.session.add(message)
    if voice is Voice.STAFF:
        request.answered_at = request.answered_at or moment
        correspondence.write(request, "request_message", body=message.body, author=message.author_name)
    db.session.flush()
    return message


def hear(
    request: ReuseRequest,
    body: str,
    moment: datetime,
    *,
    author_name: str,
    mail_message_id: str | None = None,
) -> Message:
    """Take in what the buyer writes; what the archive waited for brings the request back to it."""
    said = say(request, Voice.BUYER, body, moment, author_name=author_name, mail_message_id=mail_message_id)
    if request.status is RequestStatus.NEEDS_INFO:
        reuse_requests.move(request, RequestStatus.SUBMITTED, moment, None, "answered by the buyer")
    return said


def one_line(text: str, length: int = MAX_NAME) -> str:
    """Return a text without line breaks and control characters, cut to a length."""
    return "".join(sign for sign in " ".join(text.split()) if _is_harmless(sign))[:length]


def read_body(text: str) -> str:
    """Return a message's text, tidied; raise Invalid when nothing or too much is left."""
    body = tidy(text)
    if not body:
        raise Invalid("Write your message first.")
    if len(body) > MAX_BODY:
        raise Invalid("A message has at most %(limit)s characters. Shorten it.", limit=MAX_BODY)
    return body


def tidy(text: str) -> str:
    """Return a text with plain line ends and without control characters, which no database and no reader wants."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or _is_harmless(sign)).strip()


def of(request: ReuseRequest) -> list[Message]:
    """Return the whole conversation, notes and all, oldest first: for staff."""
    query = select(Message).where(Message.request_id == request.id)
    return list(db.session.scalars(query.order_by(Message.at, Message.id)))


def for_buyer(request: ReuseRequest) -> list[Message]:
    """Return what the buyer may read, oldest first."""
    query = select(Message).where(Message.request_id == request.id, Message.voice.in_(BUYER_READS))
    return list(db.session.scalars(query.order_by(Message.at, Message.id)))


def _is_harmless(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in TURNING
