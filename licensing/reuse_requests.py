"""Requests: what a buyer asks of the archive when there is no price at once, and how far it has come. The states
are those of the domain; one function moves and writes down who, when and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import CheckConstraint, ForeignKey, Index, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column, lock_row
from archive.errors import Invalid, NotFound, Refused
from archive.triggers import append_only
from licensing.projects import Project


class RequestStatus(str, Enum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TRIAGE = "triage"
    NEEDS_INFO = "needs_info"
    CLEARING = "clearing"
    QUOTABLE = "quotable"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CLOSED_WON = "closed_won"
    CLOSED_LOST = "closed_lost"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


# From each of these the buyer may still withdraw and staff may still reject.
OPEN = frozenset(
    {
        RequestStatus.DRAFT,
        RequestStatus.SUBMITTED,
        RequestStatus.TRIAGE,
        RequestStatus.NEEDS_INFO,
        RequestStatus.CLEARING,
        RequestStatus.QUOTABLE,
        RequestStatus.QUOTED,
        RequestStatus.EXPIRED,
    }
)
CLOSED = frozenset(
    {
        RequestStatus.CLOSED_WON,
        RequestStatus.CLOSED_LOST,
        RequestStatus.WITHDRAWN,
        RequestStatus.REJECTED,
    }
)

# A right that turns up late leads back from a quote to clearing; who accepts and never pays ends as lost.
_ONWARDS: dict[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.DRAFT: frozenset({RequestStatus.SUBMITTED}),
    RequestStatus.SUBMITTED: frozenset({RequestStatus.TRIAGE, RequestStatus.NEEDS_INFO}),
    RequestStatus.TRIAGE: frozenset({RequestStatus.NEEDS_INFO, RequestStatus.CLEARING}),
    RequestStatus.NEEDS_INFO: frozenset({RequestStatus.SUBMITTED}),
    RequestStatus.CLEARING: frozenset({RequestStatus.QUOTABLE}),
    RequestStatus.QUOTABLE: frozenset({RequestStatus.QUOTED, RequestStatus.CLEARING}),
    RequestStatus.QUOTED: frozenset(
        {RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.EXPIRED, RequestStatus.CLEARING}
    ),
    RequestStatus.ACCEPTED: frozenset({RequestStatus.CLOSED_WON, RequestStatus.CLOSED_LOST}),
    RequestStatus.DECLINED: frozenset({RequestStatus.CLOSED_LOST}),
    RequestStatus.EXPIRED: frozenset({RequestStatus.QUOTABLE}),
}
_LEAVING = frozenset({RequestStatus.WITHDRAWN, RequestStatus.REJECTED})
MOVES: dict[RequestStatus, frozenset[RequestStatus]] = {
    status: _ONWARDS.get(status, frozenset()) | (_LEAVING if status in OPEN else frozenset())
    for status in RequestStatus
}

# A move to one of these by somebody of the archive answers the buyer.
_ANSWERS = frozenset({RequestStatus.NEEDS_INFO, RequestStatus.QUOTED, RequestStatus.REJECTED})


class ReuseRequest(Model):
    """One request. Its page is reached by a signed link only: who reads this table cannot make one."""

    __table_args__ = (
        CheckConstraint("status = 'draft' OR submitted_at IS NOT NULL", "submitted_once"),
        Index(None, "status", "submitted_at"),
        Index(None, "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)  # of the form that sent it: sent twice, it is one request
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)  # frozen when it was sent
    requester_name: Mapped[str]
    requester_email: Mapped[str]
    organisation: Mapped[str | None]
    country: Mapped[str]  # ISO 3166-1 alpha-2, as the buyer says
    vat_number: Mapped[str | None]  # as VIES writes it; what is known of it: `vat_numbers`
    licensee: Mapped[str]  # in whose name the licence is to be
    end_user: Mapped[str | None]
    choice: Mapped[dict[str, Any]]  # the answers on the ticket, by question
    user_class: Mapped[str]
    wording: Mapped[str | None]  # what they wrote of their own
    lang: Mapped[str]
    status: Mapped[RequestStatus] = mapped_column(enum_column(RequestStatus))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None]  # the first time
    answered_at: Mapped[datetime | None]  # the first answer by somebody of the archive
    closed_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()


class RequestEvent(Model):
    """One move of a request."""

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("reuse_request.id"), index=True)
    before: Mapped[RequestStatus | None] = mapped_column(enum_column(RequestStatus, "requeststatus_before"))
    after: Mapped[RequestStatus] = mapped_column(enum_column(RequestStatus))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), index=True
    )  # None: buyer or clock
    why: Mapped[str]


event.listen(RequestEvent.__table__, "after_create", append_only("request_event"))


@dataclass(frozen=True)
class Requester:
    """Who asks, in whose name and for whom, as the form says."""

    name: str
    email: str
    organisation: str | None
    country: str
    licensee: str
    end_user: str | None
    lang: str
    vat_number: str | None = None


def submit(
    requester: Requester,
    project: Project,
    choice: Mapping[str, str],
    user_class: str,
    wording: str | None,
    *,
    key: str,
    moment: datetime,
) -> ReuseRequest:
    """Send a request for what lies in `project`, which is the request's own from now on; a form sent again finds
    the request it sent.
    """
    known = find_by_key(key)
    if known is not None:
        return known
    request = ReuseRequest(
        number=f"pending-{key}",
        key=key,
        project_id=project.id,
        requester_name=requester.name,
        requester_email=requester.email,
        organisation=requester.organisation,
        country=requester.country,
        vat_number=requester.vat_number,
        licensee=requester.licensee,
        end_user=requester.end_user,
        choice=dict(choice),
        user_class=user_class,
        wording=wording,
        lang=requester.lang,
        status=RequestStatus.DRAFT,
    )
    db.session.add(request)
    db.session.flush()
    request.number = f"V{moment:%Y}-{request.id:05d}"
    _note(request, None, RequestStatus.DRAFT, moment, None, "written")
    move(request, RequestStatus.SUBMITTED, moment, None, "sent by the buyer")
    return request


def move(request: ReuseRequest, to: RequestStatus, moment: datetime, by: int | None, why: str) -> None:
    """Move a request; nothing happens when it is there already. `by` is an account, None the buyer or the clock.

    Raise Refused for a move that is not allowed, Invalid for a rejection without a reason. Whether all is
    settled before a quote is for the caller to see (`clearance_needs.is_settled`).
    """
    db.session.flush()
    lock_row(request, ["status"])  # one of two at once sees the other's move
    before = request.status
    if before is to:
        return
    if to not in MOVES[before]:
        raise Refused(
            "Request %(number)s cannot go from %(before)s to %(after)s.",
            number=request.number,
            before=before.value,
            after=to.value,
        )
    if to is RequestStatus.REJECTED and not why.strip():
        raise Invalid("Say why the request is rejected; the buyer reads the reason.")
    request.status = to
    _mark_times(request, to, moment, by)
    _note(request, before, to, moment, by, why)


def put_back(request: ReuseRequest, to: RequestStatus, moment: datetime, by: int, why: str) -> None:
    """Take a request's last move back, whatever MOVES says; for undoing, which has seen that nothing came after."""
    before, last = request.status, events_of(request)[-1]
    if before is to:
        return
    if request.answered_at == last.at:
        request.answered_at = None
    request.status, request.closed_at = to, None
    _note(request, before, to, moment, by, why)


def find_by_key(key: str) -> ReuseRequest | None:
    """Find the request that a form has sent."""
    return db.session.scalar(select(ReuseRequest).where(ReuseRequest.key == key))


def get_by_key(key: str) -> ReuseRequest:
    """Get the request that a form has sent; raise NotFound."""
    found = find_by_key(key)
    if found is None:
        raise NotFound("There is no such request. Send the form again.")
    return found


def link_token(request: ReuseRequest) -> str:
    """Make the signed part of the request's link; always the same."""
    return _signer().dumps(request.key)


def get_by_token(token: str) -> ReuseRequest:
    """Get the request behind a link; raise NotFound."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        key = None
    request = db.session.scalar(select(ReuseRequest).where(ReuseRequest.key == key))
    if request is None:
        raise NotFound("There is no request behind this link. Copy the whole link from the mail.")
    return request


def get_by_number(number: str) -> ReuseRequest:
    """Get a request by its number, for the desk; raise NotFound."""
    request = db.session.scalar(select(ReuseRequest).where(ReuseRequest.number == number))
    if request is None:
        raise NotFound("There is no request with this number.")
    return request


def events_of(request: ReuseRequest) -> list[RequestEvent]:
    """Return the moves of a request, oldest first."""
    query = select(RequestEvent).where(RequestEvent.request_id == request.id).order_by(RequestEvent.id)
    return list(db.session.scalars(query))


def of_project(project: Project) -> list[ReuseRequest]:
    """Return the requests that were sent from a project, the newest first."""
    query = select(ReuseRequest).join(Project, Project.id == ReuseRequest.project_id)
    of_it = Project.copied_from_id == project.id
    return list(db.session.scalars(query.where(of_it).order_by(ReuseRequest.id.desc())))


def _mark_times(request: ReuseRequest, to: RequestStatus, moment: datetime, by: int | None) -> None:
    if to is RequestStatus.SUBMITTED and request.submitted_at is None:
        request.submitted_at = moment
    if by is not None and to in _ANSWERS and request.answered_at is None:
        request.answered_at = moment
    if to in CLOSED:
        request.closed_at = moment


def _note(
    request: ReuseRequest,
    before: RequestStatus | None,
    after: RequestStatus,
    moment: datetime,
    by: int | None,
    why: str,
) -> None:
    db.session.add(
        RequestEvent(request_id=request.id, before=before, after=after, at=moment, account_id=by, why=why)
    )
    db.session.flush()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="request")
