"""Answers of rights holders: yes, yes with conditions, or no; given once by the link, anything later by the archive."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from flask_babel import lazy_gettext as _l

from archive import clock, mail
from archive.db import db
from archive.errors import Invalid
from licensing import (
    clearance_links,
    clearance_needs,
    clearance_words,
    clearances,
    conversation,
    request_notices,
)
from licensing.clearances import Clearance, ClearanceStatus
from licensing.conversation import Voice
from licensing.money import Money
from licensing.vocabulary import LAYERS, N_

MAX_WORDS = 2_000
MAX_NAME = 200
MAX_FEE = 10_000_000  # minor units: what is above is a slip of the keyboard
# A production takes about half a year from quote to contract; a consent that is not taken up by then is asked again.
HOLDS = timedelta(days=180)


class Reply(str, Enum):
    """What a rights holder can say."""

    YES = "yes"
    CONDITIONS = "conditions"
    NO = "no"


_LEADS_TO = {
    Reply.YES: ClearanceStatus.GRANTED,
    Reply.CONDITIONS: ClearanceStatus.GRANTED_WITH_CONDITIONS,
    Reply.NO: ClearanceStatus.REFUSED,
}
TOLD = {
    Reply.YES: N_("%(name)s says yes for %(holder)s: %(layer)s of “%(title)s”."),
    Reply.CONDITIONS: N_("%(name)s says yes with conditions for %(holder)s: %(layer)s of “%(title)s”."),
    Reply.NO: N_("%(name)s says no for %(holder)s: %(layer)s of “%(title)s”."),
}


@dataclass(frozen=True)
class Answer:
    """What was answered, and by whom; `words` are conditions or the reason for a no, the fee is without VAT."""

    reply: Reply
    name: str
    words: str | None = None
    fee: Money | None = None
    valid_to: date | None = None


def by_link(key: str, answer: Answer, moment: datetime) -> Clearance:
    """Take in an answer given through the link; when it was answered already, nothing changes.

    Raise NotFound, Gone for an expired link, Refused when the answer is no longer needed, Invalid.
    """
    known = clearance_links.get_by_key(key)
    if known.answered_at is not None:
        return known
    clearance = clearance_links.get_open(key, moment)
    take_in(clearance, answer, moment, None)
    _confirm(clearance, moment)
    return clearance


def take_in(
    clearance: Clearance, answer: Answer, moment: datetime, by: int | None, evidence: str | None = None
) -> None:
    """Store an answer and tell staff; raise Invalid for one that cannot be, Refused when it comes too late."""
    _check(answer, clock.day_here(moment))
    clearances.move(clearance, _LEADS_TO[answer.reply], moment, by, f"answered by {answer.name}")
    is_yes = answer.reply is not Reply.NO
    clearance.answered_at, clearance.answered_by = moment, answer.name
    clearance.conditions, clearance.evidence = answer.words, evidence
    clearance.fee_minor = answer.fee.minor if answer.fee and is_yes else None
    clearance.valid_to = (answer.valid_to or clock.day_here(moment) + HOLDS) if is_yes else None
    db.session.flush()
    _tell(clearance, answer, moment, by)
    clearance_needs.make_quotable(clearance.request, moment, by)


def _check(answer: Answer, on: date) -> None:
    if not answer.name.strip() or len(answer.name) > MAX_NAME:
        raise Invalid("Fill in your name: we keep it with your answer.")
    if answer.reply is Reply.CONDITIONS and not (answer.words or answer.fee):
        raise Invalid("Write down your conditions, or the fee you ask.")
    if len(answer.words or "") > MAX_WORDS:
        raise Invalid("Use at most %(limit)s characters; send us a longer text by mail.", limit=MAX_WORDS)
    if answer.fee is not None and not 0 < answer.fee.minor <= MAX_FEE:
        raise Invalid("Fill in the fee as an amount in euros, such as 250 or 250,00.")
    if answer.valid_to is not None and answer.valid_to < on:
        raise Invalid("Choose a last day that is still to come.")


def _tell(clearance: Clearance, answer: Answer, moment: datetime, by: int | None) -> None:
    if answer.words:
        conversation.say(clearance.request, Voice.RIGHTSHOLDER, answer.words, moment, author_name=answer.name)
    if by is not None:
        return  # whoever wrote it down knows
    request_notices.tell_staff(
        clearance.request,
        TOLD[answer.reply],
        moment,
        name=answer.name,
        holder=clearance.holder,
        layer=_l(LAYERS[clearance.layer.value]),
        title=clearance.entry.title,
    )


def _confirm(clearance: Clearance, moment: datetime) -> None:
    # What was said goes to the party's own address too: whoever answered in its name shows there.
    if clearance.party is None or clearance.party.email is None:
        return
    mail.send(
        "clearance_answered",
        clearance.party.email,
        clearance.lang,
        name=clearance.party.name,
        question=clearance_words.question(clearance, clearance.lang),
        status=clearance.status.value,
        answered_by=clearance.answered_by,
        answered_at=moment,
        words=clearance.conditions,
        fee=clearance_words.amount(clearance.fee_minor, clearance.lang),
        valid_to=clearance.valid_to,
    )
