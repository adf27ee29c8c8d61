"""What staff decide about a clearance: to leave its layer out, to do without the consent, to take that back, or to
write down an answer that came by telephone or letter.
"""

from datetime import date, datetime

from archive import audit, clock
from archive.db import db
from archive.errors import Invalid
from licensing import clearance_needs, clearances, request_terms
from licensing.clearance_answers import Answer, take_in
from licensing.clearances import Clearance, ClearanceStatus
from licensing.request_terms import Terms


def exclude(clearance: Clearance, why: str, moment: datetime, by: int) -> None:
    """Leave the layer out of the licence; raise Invalid without a reason, Refused where that cannot be."""
    _decide(clearance, ClearanceStatus.EXCLUDED, why, moment, by)


def waive(clearance: Clearance, why: str, moment: datetime, by: int) -> None:
    """Do without this consent, on the archive's own responsibility; raise Invalid without a reason, Refused when it
    was refused.
    """
    _decide(clearance, ClearanceStatus.WAIVED, why, moment, by)


def reopen(clearance: Clearance, why: str, moment: datetime, by: int) -> None:
    """Take back that a layer was left out or waived."""
    _decide(clearance, ClearanceStatus.OPEN, why, moment, by)


def record(clearance: Clearance, answer: Answer, evidence: str, moment: datetime, by: int) -> None:
    """Write down an answer that came another way than by the link, or the correction of one; `evidence` says where
    it can be found. Raise Invalid without it.
    """
    if not evidence.strip():
        raise Invalid("Say where the answer is written down: a letter, a mail, a note of the telephone call.")
    if clearance.status in (ClearanceStatus.OPEN, ClearanceStatus.LAPSED):
        clearances.move(clearance, ClearanceStatus.ASKED, moment, by, "asked by telephone or letter")
        clearance.asked_at, clearance.subject = moment, _subject(clearance, clock.day_here(moment))
    take_in(clearance, answer, moment, by, evidence=evidence.strip())
    _audit("recorded", clearance, evidence.strip(), by)


def _decide(clearance: Clearance, to: ClearanceStatus, why: str, moment: datetime, by: int) -> None:
    if not why.strip():
        raise Invalid("Say why: the reason is kept with the clearance.")
    clearances.move(clearance, to, moment, by, why.strip())
    clearance.subject = _subject(clearance, clock.day_here(moment)) if to is ClearanceStatus.WAIVED else None
    db.session.flush()
    _audit(to.value, clearance, why.strip(), by)
    clearance_needs.make_quotable(clearance.request, moment, by)


def _subject(clearance: Clearance, on: date) -> dict[str, object] | None:
    terms: Terms | None = request_terms.of_entry(clearance.request, clearance.entry_id, on)
    return clearance_needs.subject_of(terms) if terms else None


def _audit(what: str, clearance: Clearance, why: str, by: int) -> None:
    audit.record(
        f"clearance.{what}",
        "request",
        clearance.request.number,
        by,
        clearance=clearance.id,
        layer=clearance.layer.value,
        why=why,
    )
