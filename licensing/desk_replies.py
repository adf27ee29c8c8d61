"""What staff write about a request: an answer or a question to the buyer, a note to each other, and the letter
that follows a decline when nobody has undone it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from archive import clock, jobs
from archive.accounts import Account
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import conversation, desk_actions, reuse_requests
from licensing.conversation import Message, Voice
from licensing.desk_actions import DeskAction
from licensing.reuse_requests import RequestStatus, ReuseRequest

DECLINE_JOB = "requests.tell_decline"
# Whoever undoes in the last second must be seen by the job that writes the letter.
TELL_AFTER = desk_actions.UNDO_FOR + timedelta(minutes=1)


def answer(request: ReuseRequest, body: str, by: Account, moment: datetime) -> Message:
    """Write to the buyer; raise Invalid for an empty message."""
    return _tell(request, body, by, moment)


def ask(request: ReuseRequest, body: str, by: Account, moment: datetime) -> Message:
    """Ask the buyer for what is missing; until the answer comes the request waits for them."""
    reuse_requests.move(request, RequestStatus.NEEDS_INFO, moment, by.id, "asked for more")
    return _tell(request, body, by, moment)


def note(request: ReuseRequest, body: str, by: Account, moment: datetime) -> Message:
    """Keep a note for staff; nobody is written to."""
    return conversation.say(request, Voice.NOTE, body, moment, author_name=by.name, account_id=by.id)


def last_heard(request: ReuseRequest) -> int:
    """Return the id of the last message that is no note; a form carries it, so that nobody answers unawares."""
    query = select(Message.id).where(Message.request_id == request.id, Message.voice != Voice.NOTE)
    return db.session.scalar(query.order_by(Message.id.desc()).limit(1)) or 0


def check_heard(request: ReuseRequest, seen: int) -> None:
    """Raise Refused when something was written since the page was shown on which somebody answers."""
    if last_heard(request) != seen:
        raise Refused("Something was written in the meantime. Read it first; your text is still here.")


def queue_letter(action: DeskAction) -> None:
    """Have the buyers of declined requests told, once it can no longer be undone."""
    jobs.enqueue(DECLINE_JOB, {"action_id": action.id}, delay=TELL_AFTER)


def tell_decline(payload: jobs.Payload) -> None:
    """Job: tell the buyers why their requests were declined; run twice, it tells once."""
    with transaction():
        action = desk_actions.get(payload["action_id"])
        by = db.session.get_one(Account, action.account_id)
        desk_actions.locked(change.request_id for change in action.changes)
        if desk_actions.undone_by(action) is not None:
            return
        for change in action.changes:
            if change.request.status is RequestStatus.REJECTED and not _is_told(change.request, action):
                _tell(change.request, action.why, by, clock.now())


def _is_told(request: ReuseRequest, action: DeskAction) -> bool:
    reason, said = conversation.read_body(action.why), conversation.for_buyer(request)
    return any(message.body == reason and message.at >= action.at for message in said)


def _tell(request: ReuseRequest, body: str, by: Account, moment: datetime) -> Message:
    return conversation.say(request, Voice.STAFF, body, moment, author_name=by.name, account_id=by.id)
