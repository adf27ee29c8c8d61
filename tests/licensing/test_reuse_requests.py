"""A request moves only as the domain says, and each move is written down for good."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from archive import accounts
from archive.accounts import Role
from archive.db import db
from archive.errors import Invalid, NotFound, Refused
from licensing import project_links, projects, reuse_requests
from licensing.reuse_requests import CLOSED, MOVES, OPEN, RequestEvent, RequestStatus, ReuseRequest
from tests.licensing import asking
from tests.licensing.asking import NOON, WAYS

pytestmark = pytest.mark.usefixtures("app")

LATER = NOON + timedelta(hours=3)
PAIRS = [(before, after) for before in WAYS for after in RequestStatus if before is not after]
ALLOWED = [(before, after) for before, after in PAIRS if after in MOVES[before]]
REFUSED = [(before, after) for before, after in PAIRS if after not in MOVES[before]]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_an_allowed_move_is_made_and_written_down(before: RequestStatus, after: RequestStatus) -> None:
    request = asking.request(before)
    known = len(reuse_requests.events_of(request))

    reuse_requests.move(request, after, LATER, None, "because")

    assert request.status is after
    event = reuse_requests.events_of(request)[known]
    assert (event.before, event.after, event.at, event.why) == (before, after, LATER, "because")


def test_any_other_move_is_refused_and_leaves_no_trace() -> None:
    for before in WAYS:
        request = asking.request(before)
        known = len(reuse_requests.events_of(request))
        for after in [after for first, after in REFUSED if first is before]:
            with pytest.raises(Refused):
                reuse_requests.move(request, after, LATER, None, "because")
        assert request.status is before
        assert len(reuse_requests.events_of(request)) == known


def test_the_table_of_moves_is_that_of_the_domain() -> None:
    assert MOVES.keys() == set(RequestStatus)
    assert {status for status in RequestStatus if not MOVES[status]} == CLOSED
    leaving = {RequestStatus.WITHDRAWN, RequestStatus.REJECTED}
    assert {status for status in RequestStatus if leaving <= MOVES[status]} == OPEN
    assert not any(leaving & MOVES[status] for status in RequestStatus if status not in OPEN)


def test_a_move_to_where_it_stands_does_nothing() -> None:
    request = asking.request(RequestStatus.TRIAGE)
    known = len(reuse_requests.events_of(request))

    reuse_requests.move(request, RequestStatus.TRIAGE, LATER, None, "again")

    assert len(reuse_requests.events_of(request)) == known


@settings(max_examples=40)
@given(steps=st.lists(st.sampled_from(list(RequestStatus)), max_size=12))
def test_whatever_is_asked_the_history_is_a_chain_of_allowed_moves(steps: list[RequestStatus]) -> None:
    request = asking.request()
    for number, step in enumerate(steps):
        try:
            reuse_requests.move(request, step, NOON + timedelta(minutes=number), None, "asked")
        except Refused:
            continue

    history = reuse_requests.events_of(request)

    assert history[0].before is None
    assert all(one.after is next_.before for one, next_ in itertools.pairwise(history))
    assert all(one.after in MOVES[one.before] for one in history if one.before is not None)
    assert history[-1].after is request.status
    assert (request.closed_at is not None) == (request.status in CLOSED)
    assert request.submitted_at == NOON


def test_a_rejection_says_why() -> None:
    request = asking.request()

    with pytest.raises(Invalid):
        reuse_requests.move(request, RequestStatus.REJECTED, LATER, None, "  ")

    assert request.status is RequestStatus.SUBMITTED


def test_the_first_answer_is_of_staff_and_keeps_its_moment() -> None:
    staff = accounts.add("eva@archief.example", "Eva", Role.LICENSING, "a long enough password", NOON)
    request = asking.request()

    reuse_requests.move(request, RequestStatus.TRIAGE, LATER, staff.id, "read")
    assert request.answered_at is None
    reuse_requests.move(request, RequestStatus.NEEDS_INFO, LATER, staff.id, "for how long")
    reuse_requests.move(request, RequestStatus.SUBMITTED, LATER + timedelta(1), None, "said")
    reuse_requests.move(request, RequestStatus.REJECTED, LATER + timedelta(2), staff.id, "the heirs say no")

    assert request.answered_at == LATER
    assert request.closed_at == LATER + timedelta(2)
    assert reuse_requests.events_of(request)[-1].account_id == staff.id


def test_a_form_sent_twice_is_one_request() -> None:
    project, key = asking.project(), projects.new_key()

    first, second = (
        reuse_requests.submit(asking.NOOR, project, asking.CHOICE, "commercial", None, key=key, moment=NOON)
        for _ in range(2)
    )

    assert first is second
    assert first.number == f"V2026-{first.id:05d}"
    assert first.status is RequestStatus.SUBMITTED


def test_a_request_is_found_by_its_signed_link_only() -> None:
    request = asking.request()
    token = reuse_requests.link_token(request)

    assert reuse_requests.get_by_token(token) is request
    for forged in (
        request.key,
        token + "x",
        token.replace(".", ""),
        "",
        "a.b",
        project_links.owner_token(request.project),
    ):
        with pytest.raises(NotFound):
            reuse_requests.get_by_token(forged)


@pytest.mark.parametrize("verb", ["UPDATE request_event SET why = 'other'", "DELETE FROM request_event"])
def test_history_is_permanent(verb: str) -> None:
    asking.request()

    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(verb))
    db.session.rollback()


def test_a_request_that_was_never_sent_stands_nowhere_but_in_draft() -> None:
    asking.request()

    with pytest.raises(IntegrityError):
        db.session.execute(update(ReuseRequest).values(submitted_at=None))
    db.session.rollback()
    assert db.session.scalars(select(RequestEvent.after)).all() == [
        RequestStatus.DRAFT,
        RequestStatus.SUBMITTED,
    ]
