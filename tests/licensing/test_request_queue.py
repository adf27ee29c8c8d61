"""The queue: each request in its tab, sorted by what is due, turned by key, found by number, name or title."""

from datetime import timedelta

import pytest
from flask import Flask

from archive import accounts
from archive.accounts import Role
from archive.db import db
from archive.errors import NotFound
from licensing import request_figures, request_queue
from licensing.request_queue import Order, Question, Tab
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.licensing import asking
from tests.licensing.asking import NOON

pytestmark = pytest.mark.usefixtures("app")
LATER = NOON + timedelta(days=3)


def seen(question: Question, account_id: int = 0) -> list[ReuseRequest]:
    return request_queue.read(question, account_id, LATER).requests


@pytest.mark.parametrize(
    ("status", "tab"),
    [
        ("submitted", "new"),
        ("triage", "new"),
        ("needs_info", "buyer"),
        ("clearing", "clearing"),
        ("quotable", "to_quote"),
        ("expired", "to_quote"),
        ("quoted", "quoted"),
        ("accepted", "quoted"),
        ("declined", "done"),
        ("closed_won", "done"),
        ("closed_lost", "done"),
        ("withdrawn", "done"),
        ("rejected", "done"),
    ],
)
def test_each_state_lies_in_one_tab(status: str, tab: str) -> None:
    request = asking.request(RequestStatus(status))

    counts = request_queue.counts(0, LATER)

    assert {found.value for found, number in counts.items() if number} == {tab}
    assert [found for found in Tab if request in seen(Question(found))] == [Tab(tab), Tab.ALL]


def test_what_a_buyer_is_still_writing_is_not_shown() -> None:
    request = asking.request()
    request.status = RequestStatus.DRAFT
    db.session.commit()

    assert seen(Question(Tab.ALL)) == []
    assert sum(request_queue.counts(0, LATER).values()) == 0
    with pytest.raises(NotFound):
        request_queue.get(request.number)


def test_mine_and_overdue_cut_across_the_states(app: Flask) -> None:
    me = accounts.add("daan@example.org", "Daan", Role.LICENSING, "paard batterij nietje", NOON)
    late, waiting, done = (
        asking.request(),
        asking.request(RequestStatus.NEEDS_INFO),
        asking.request(RequestStatus.REJECTED),
    )
    for request in (late, waiting, done):
        request.assigned_to, request.due_at = me.id, NOON + timedelta(days=1)
    db.session.commit()

    assert seen(Question(Tab.MINE), me.id) == [late, waiting]
    assert seen(Question(Tab.OVERDUE), me.id) == [late]  # for the other the buyer is waited for
    counts = request_queue.counts(me.id, LATER)
    assert (counts[Tab.MINE], counts[Tab.OVERDUE]) == (2, 1)


def test_what_is_due_first_comes_first_and_what_has_no_date_last() -> None:
    never, second, first = (asking.request() for _ in range(3))
    second.due_at, first.due_at = NOON + timedelta(days=2), NOON + timedelta(days=1)
    db.session.commit()

    assert seen(Question(Tab.NEW, order=Order.DUE)) == [first, second, never]
    assert seen(Question(Tab.NEW, order=Order.NEWEST)) == [first, second, never]
    assert seen(Question(Tab.NEW, order=Order.OLDEST)) == [never, second, first]


@pytest.mark.parametrize("order", list(Order))
def test_pages_are_turned_forth_and_back_without_missing_or_doubling(
    monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr(request_queue, "PAGE", 3)
    for number in range(8):
        asking.request().due_at = None if number % 3 else NOON + timedelta(days=number)
    db.session.commit()

    forth, question = [], Question(Tab.NEW, order=order)
    while True:
        page = request_queue.read(question, 0, LATER)
        forth.append(page)
        if not page.after:
            break
        question = Question(Tab.NEW, order=order, after=page.after)
    ids = [request.id for page in forth for request in page.requests]

    assert [len(page.requests) for page in forth] == [3, 3, 2]
    assert len(set(ids)) == 8
    assert forth[0].before == ""
    back = request_queue.read(Question(Tab.NEW, order=order, before=forth[2].before), 0, LATER)
    assert back.requests == forth[1].requests
    start = request_queue.read(Question(Tab.NEW, order=order, before=back.before), 0, LATER)
    assert start.requests == forth[0].requests
    assert start.before == ""


@pytest.mark.parametrize(
    "key", ["", "-", "x-1", "1-", "99999999999999999999-1", "999999999999999999-1", "1-²"]
)
def test_a_key_that_is_none_or_far_away_is_harmless(key: str) -> None:
    asking.request()

    assert isinstance(seen(Question(Tab.NEW, after=key)), list)


def test_a_request_is_found_by_number_name_and_title() -> None:
    request = asking.request(of=asking.project(title="Nachten in Loosdrecht"))
    other = asking.request(RequestStatus.REJECTED)

    assert seen(Question(Tab.ALL, words=request.number)) == [request]
    assert seen(Question(Tab.ALL, words="loosdrecht NACHT")) == [request]
    assert set(seen(Question(Tab.ALL, words="adriaanse lek"))) == {request, other}
    assert seen(Question(Tab.ALL, words="100%")) == []


def test_the_median_is_over_first_answers_of_the_last_months() -> None:
    assert request_figures.median_answer(NOON) is None
    for hours in (1, 30, 34):
        asking.request().answered_at = NOON + timedelta(hours=hours)
    old = asking.request()
    old.submitted_at, old.answered_at = NOON - timedelta(days=400), NOON - timedelta(days=300)
    db.session.commit()

    assert request_figures.median_answer(LATER) == timedelta(hours=30)


def test_a_day_is_over_at_midnight_in_town() -> None:
    due = request_queue.end_of(NOON.date())

    assert due.isoformat() == "2026-11-23T00:00:00+01:00"
    assert request_queue.last_day(due) == NOON.date()
    request = asking.request()
    request.due_at = due
    assert not request_queue.is_late(request, due)
    assert request_queue.is_late(request, due + timedelta(seconds=1))
