"""What staff do with requests at the desk, one or many at once, and the way back.

An action keeps what each request said before and after it. Undoing is another action: it puts back only what still
says what the first one left, so nobody's later work is lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, event, func, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from archive import audit, clock
from archive.accounts import Account, Role
from archive.db import Model, db, enum_column
from archive.errors import DomainError, Invalid, NotFound, Refused
from archive.triggers import append_only
from licensing import clearance_needs, reuse_requests
from licensing.reuse_requests import RequestEvent, RequestStatus, ReuseRequest
from licensing.vocabulary import N_

UNDO_FOR = timedelta(minutes=10)
MAX_REASON = 2_000
AT_ONCE = 200  # requests in one action
ACTING = frozenset({Role.LICENSING, Role.ADMIN})
NO_REQUEST = N_("no request: unwanted mail")
# Where staff send a request by hand; asking, quoting and rejecting have ways of their own.
STEPS = (
    RequestStatus.TRIAGE,
    RequestStatus.SUBMITTED,
    RequestStatus.CLEARING,
    RequestStatus.QUOTABLE,
    RequestStatus.CLOSED_LOST,
)


class ActionKind(str, Enum):
    """What was done."""

    ASSIGN = "assign"
    DUE = "due"
    MOVE = "move"
    DECLINE = "decline"  # rejected with a reason that the buyer is sent
    SPAM = "spam"  # rejected; nobody is written to
    UNDO = "undo"


class DeskAction(Model):
    """One thing that somebody did at the desk."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ActionKind] = mapped_column(enum_column(ActionKind))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    why: Mapped[str]
    undoes_id: Mapped[int | None] = mapped_column(
        ForeignKey("desk_action.id"), unique=True
    )  # once, by anybody

    changes: Mapped[list["DeskChange"]] = relationship(back_populates="action", order_by="DeskChange.id")


class DeskChange(Model):
    """What an action changed of one request."""

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("desk_action.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("reuse_request.id"), index=True)
    before: Mapped[dict[str, Any]]  # status, assigned_to, due_at, and the number of the last move
    after: Mapped[dict[str, Any]]

    action: Mapped[DeskAction] = relationship(back_populates="changes")
    request: Mapped[ReuseRequest] = relationship()


for _table in ("desk_action", "desk_change"):
    event.listen(Model.metadata.tables[_table], "after_create", append_only(_table))


@dataclass
class Outcome:
    """What became of an action: the requests that say now what was wanted, and those it left with the reason."""

    action: DeskAction
    done: list[ReuseRequest] = field(default_factory=list)
    left: list[tuple[ReuseRequest, DomainError]] = field(default_factory=list)


@dataclass(frozen=True)
class Doing:
    """Who does something, when, why, and what each request said on their page (by id, from `stamp`)."""

    account_id: int
    moment: datetime
    why: str = ""
    seen: Mapping[int, str] = field(default_factory=dict)


def stamp(request: ReuseRequest) -> str:
    """Write in one word what staff act upon; a form carries it, so that a later change is noticed."""
    due = f"{request.due_at:%Y%m%d%H%M%S}" if request.due_at else "0"
    return f"{request.status.value}.{request.assigned_to or 0}.{due}"


def staff() -> list[Account]:
    """Return who requests can be assigned to, by name."""
    query = select(Account).where(Account.role.in_(ACTING), Account.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Account.name, Account.id)))


def assign(requests: Sequence[ReuseRequest], to: int | None, doing: Doing) -> Outcome:
    """Give requests to one of the staff, or to nobody; raise Invalid for somebody who cannot act on them."""
    if to is not None and to not in {account.id for account in staff()}:
        raise Invalid("Choose somebody who works on licences.")

    def change(request: ReuseRequest) -> None:
        request.assigned_to = to

    return _act(ActionKind.ASSIGN, requests, doing, change)


def set_due(requests: Sequence[ReuseRequest], due_at: datetime | None, doing: Doing) -> Outcome:
    """Say when requests must be dealt with."""

    def change(request: ReuseRequest) -> None:
        request.due_at = due_at

    return _act(ActionKind.DUE, requests, doing, change)


def move(requests: Sequence[ReuseRequest], to: RequestStatus, doing: Doing) -> Outcome:
    """Move requests onwards; those that cannot go there stay. Raise Invalid for what is not staff's to say."""
    if to not in STEPS:
        raise Invalid("Choose where the requests are to go.")
    return _act(ActionKind.MOVE, requests, doing, lambda request: _move(request, to, doing))


def decline(requests: Sequence[ReuseRequest], doing: Doing) -> Outcome:
    """Reject requests with a reason for their buyers; raise Invalid without one."""
    if not doing.why.strip():
        raise Invalid("Say why; the buyer reads it.")
    if len(doing.why) > MAX_REASON:
        raise Invalid("A reason has at most %(limit)s characters. Shorten it.", limit=MAX_REASON)
    to = RequestStatus.REJECTED
    return _act(ActionKind.DECLINE, requests, doing, lambda request: _move(request, to, doing))


def mark_spam(requests: Sequence[ReuseRequest], doing: Doing) -> Outcome:
    """Reject requests that are none; nobody is written to."""

    def change(request: ReuseRequest) -> None:
        answered = request.answered_at
        reuse_requests.move(
            request, RequestStatus.REJECTED, doing.moment, doing.account_id, doing.why or NO_REQUEST
        )
        request.answered_at = answered  # nobody was answered: it must not shorten the time to an answer

    return _act(ActionKind.SPAM, requests, doing, change)


def find(action_id: int) -> DeskAction | None:
    """Find an action."""
    return db.session.get(DeskAction, action_id)


def get(action_id: int) -> DeskAction:
    """Get an action; raise NotFound."""
    found = find(action_id)
    if found is None:
        raise NotFound("There is no such action.")
    return found


def undone_by(action: DeskAction) -> DeskAction | None:
    """Find the action that undid another one."""
    return db.session.scalar(select(DeskAction).where(DeskAction.undoes_id == action.id))


def may_undo(action: DeskAction, moment: datetime) -> bool:
    """Say whether it makes sense to offer the way back."""
    in_time = moment <= action.at + UNDO_FOR
    return action.kind is not ActionKind.UNDO and in_time and undone_by(action) is None


def undo(action: DeskAction, doing: Doing) -> Outcome:
    """Put back what an action changed, where it still says so; raise Refused when it is too late."""
    if action.kind is ActionKind.UNDO:
        raise Refused("This put something back already. Do it again instead.")
    requests = locked(change.request_id for change in action.changes)
    if undone_by(action) is not None:
        raise Refused("This was undone already.")
    if doing.moment > action.at + UNDO_FOR:
        raise Refused("This can no longer be undone. Change the request itself.")
    outcome = Outcome(_written(ActionKind.UNDO, doing, undoes_id=action.id))
    last = _last_moves([request.id for request in requests])
    changes = {change.request_id: change for change in action.changes}
    for request in requests:
        change, present = changes[request.id], _snapshot(request, last)
        if present != change.after:
            outcome.left.append((request, Refused("It was changed by somebody else in the meantime.")))
            continue
        _put_back(request, change.before, doing)
        _note(outcome, request, present, _snapshot(request, _last_moves([request.id])))
    return outcome


def locked(request_ids: Iterable[int]) -> list[ReuseRequest]:
    """Read requests anew and let nobody else change them until this transaction ends."""
    query = select(ReuseRequest).where(ReuseRequest.id.in_(list(request_ids))).order_by(ReuseRequest.id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def changes_of(request: ReuseRequest) -> list[DeskChange]:
    """Return what was done with a request at the desk, oldest first, with the actions."""
    query = select(DeskChange).join(DeskChange.action).options(contains_eager(DeskChange.action))
    of_it = query.where(DeskChange.request_id == request.id)
    return list(db.session.scalars(of_it.order_by(DeskChange.id)))


def _act(
    kind: ActionKind, requests: Sequence[ReuseRequest], doing: Doing, change: Callable[[ReuseRequest], None]
) -> Outcome:
    if not requests:
        raise Invalid("Tick a request first.")
    if len(requests) > AT_ONCE:
        raise Invalid("At most %(limit)s requests at once.", limit=AT_ONCE)
    ours = locked(request.id for request in requests)
    outcome, last = Outcome(_written(kind, doing)), _last_moves([request.id for request in ours])
    for request in ours:
        before = _snapshot(request, last)
        if doing.seen.get(request.id, stamp(request)) != stamp(request):
            outcome.left.append((request, Refused("It was changed by somebody else in the meantime.")))
            continue
        try:
            change(request)
        except Refused as refusal:
            outcome.left.append((request, refusal))
            continue
        _note(outcome, request, before, _snapshot(request, _last_moves([request.id])))
    return outcome


def _move(request: ReuseRequest, to: RequestStatus, doing: Doing) -> None:
    if to is RequestStatus.QUOTABLE and not clearance_needs.is_settled(request, clock.day_here(doing.moment)):
        raise Refused(
            "Not every right is settled yet: clear it, leave it out, or say why it can be done without."
        )
    reuse_requests.move(request, to, doing.moment, doing.account_id, doing.why)
    if to is RequestStatus.CLEARING:
        clearance_needs.open_for(request, doing.moment, doing.account_id)
        clearance_needs.make_quotable(request, doing.moment, doing.account_id)


def _put_back(request: ReuseRequest, before: Mapping[str, Any], doing: Doing) -> None:
    due = before["due_at"]
    request.assigned_to = before["assigned_to"]
    request.due_at = datetime.fromisoformat(due) if due else None
    reuse_requests.put_back(
        request, RequestStatus(before["status"]), doing.moment, doing.account_id, "put back"
    )


def _written(kind: ActionKind, doing: Doing, *, undoes_id: int | None = None) -> DeskAction:
    action = DeskAction(
        kind=kind, account_id=doing.account_id, at=doing.moment, why=doing.why, undoes_id=undoes_id
    )
    db.session.add(action)
    db.session.flush()
    return action


def _note(outcome: Outcome, request: ReuseRequest, before: dict[str, Any], after: dict[str, Any]) -> None:
    outcome.done.append(request)
    if before == after:
        return
    action = outcome.action
    db.session.add(DeskChange(action_id=action.id, request_id=request.id, before=before, after=after))
    audit.record(
        f"request.{action.kind.value}",
        "request",
        request.number,
        action.account_id,
        before=before,
        after=after,
    )


def _snapshot(request: ReuseRequest, last_moves: Mapping[int, int]) -> dict[str, Any]:
    return {
        "status": request.status.value,
        "assigned_to": request.assigned_to,
        "due_at": request.due_at.isoformat() if request.due_at else None,
        "move": last_moves.get(request.id, 0),
    }


def _last_moves(request_ids: Sequence[int]) -> dict[int, int]:
    query = select(RequestEvent.request_id, func.max(RequestEvent.id)).where(
        RequestEvent.request_id.in_(request_ids)
    )
    return dict(db.session.execute(query.group_by(RequestEvent.request_id)).tuples().all())
