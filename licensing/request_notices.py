"""Notices: what the archive's people must know of a request without having looked, as a note in its conversation and a
mail to whoever it is assigned to.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from archive import config, mail
from archive.accounts import Account
from archive.db import db
from archive.language import speaking
from licensing import conversation
from licensing.conversation import Message, Voice
from licensing.reuse_requests import ReuseRequest


def tell_staff(request: ReuseRequest, sentence: str, moment: datetime, **values: object) -> None:
    """Put a sentence (a msgid) among the notes and mail it; the same note is not made twice."""
    settings = config.current()
    with speaking(settings.default_language):
        body = str(_(sentence, **values))
    if _is_noted(request, body):
        return
    conversation.say(request, Voice.NOTE, body, moment, author_name=settings.site_name)
    mail.send(
        "request_notice", _address(request), settings.default_language, number=request.number, sentence=body
    )


def _is_noted(request: ReuseRequest, body: str) -> bool:
    same = select(Message.id).where(
        Message.request_id == request.id, Message.voice == Voice.NOTE, Message.body == body
    )
    return db.session.scalar(same.limit(1)) is not None


def _address(request: ReuseRequest) -> str:
    account = db.session.get(Account, request.assigned_to) if request.assigned_to else None
    return account.email if account and account.disabled_at is None else config.current().contact_email
