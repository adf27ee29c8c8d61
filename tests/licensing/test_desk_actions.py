"""What staff do at the desk: many at once, each change written down, undone only where nobody was there since."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import accounts, audit
from archive.accounts import Account, Role
from archive.audit import AuditEntry
from archive.db import db
from archive.errors import DomainError, Invalid, Refused
from archive.transactions import transaction
from licensing import conversation, desk_actions, desk_replies, reuse_requests
from licensing.conversation import Voice
from licensing.desk_actions import DeskAction, Doing, Outcome
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.licensing import asking
from tests.licensing.asking import NOON


@pytest.fixture
def marit(app: Flask) -> Account:
    return accounts.add("marit@example.org", "Marit", Role.LICENSING, "paard batterij nietje", NOON)


@pytest.fixture
def daan(app: Flask) -> Account:
    return accounts.add("daan@example.org", "Daan", Role.LICENSING, "paard batterij nietje", NOON)


def by(account: Account, minutes: int = 0, why: str = "") -> Doing:
    return Doing(account.id, NOON + timedelta(minutes=minutes), why)


def kept(outcome: Outcome) -> Outcome:
    db.session.commit()
    return outcome


def test_requests_are_assigned_together_and_it_is_written_down(marit: Account) -> None:
    found = [asking.request(), asking.request()]

    outcome = kept(desk_actions.assign(found, marit.id, by(marit)))

    assert [request.assigned_to for request in found] == [marit.id, marit.id]
    assert [change.request_id for change in outcome.action.changes] == [request.id for request in found]
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "request.assign")).all()
    assert [entry.object_id for entry in said] == [request.number for request in found]
    assert audit.first_broken() is None


def test_only_who_works_on_licences_is_given_requests(marit: Account) -> None:
    request = asking.request()
    other = accounts.add("cor@example.org", "Cor", Role.CATALOGUER, "paard batterij nietje", NOON)

    with pytest.raises(Invalid):
        desk_actions.assign([request], other.id, by(marit))


def test_what_cannot_go_there_stays_and_the_rest_goes(marit: Account) -> None:
    new, rejected = asking.request(), asking.request(RequestStatus.REJECTED)

    outcome = kept(desk_actions.move([new, rejected], RequestStatus.TRIAGE, by(marit)))

    assert outcome.done == [new]
    assert [request for request, _why in outcome.left] == [rejected]
    assert (new.status, rejected.status) == (RequestStatus.TRIAGE, RequestStatus.REJECTED)


@pytest.mark.parametrize("to", ["accepted", "closed_won", "quoted", "needs_info", "rejected", "draft"])
def test_staff_do_not_move_a_request_where_others_must(marit: Account, to: str) -> None:
    with pytest.raises(Invalid):
        desk_actions.move([asking.request()], RequestStatus(to), by(marit))


def test_who_acts_on_an_old_page_overwrites_nothing(marit: Account, daan: Account) -> None:
    request = asking.request()
    seen = {request.id: desk_actions.stamp(request)}
    kept(desk_actions.assign([request], daan.id, by(daan)))

    outcome = desk_actions.assign([request], marit.id, Doing(marit.id, NOON, seen=seen))

    assert outcome.done == []
    assert request.assigned_to == daan.id


def test_undoing_puts_back_what_each_request_said(marit: Account, daan: Account) -> None:
    mine, free = asking.request(), asking.request(RequestStatus.TRIAGE)
    mine.assigned_to = daan.id
    db.session.commit()
    first = kept(desk_actions.assign([mine, free], marit.id, by(marit)))

    undone = kept(desk_actions.undo(first.action, by(daan, 5)))

    assert (mine.assigned_to, free.assigned_to) == (daan.id, None)
    assert undone.done == [mine, free]
    with pytest.raises(Refused, match="undone already"):
        desk_actions.undo(first.action, by(marit, 6))
    with pytest.raises(Refused):
        desk_actions.undo(undone.action, by(marit, 6))


def test_undoing_leaves_what_somebody_else_has_moved_since(marit: Account, daan: Account) -> None:
    still, moved = asking.request(), asking.request()
    first = kept(desk_actions.move([still, moved], RequestStatus.TRIAGE, by(marit)))
    kept(desk_actions.move([moved], RequestStatus.CLEARING, by(daan, 1)))

    undone = kept(desk_actions.undo(first.action, by(marit, 2)))

    assert [request for request, _why in undone.left] == [moved]
    assert (still.status, moved.status) == (RequestStatus.SUBMITTED, RequestStatus.CLEARING)


def test_there_and_back_again_by_somebody_else_is_their_work_too(marit: Account, daan: Account) -> None:
    request = asking.request()
    first = kept(desk_actions.decline([request], by(marit, why="Niet van ons.")))
    kept(desk_actions.undo(first.action, by(daan, 1)))
    kept(desk_actions.decline([request], by(daan, 2, "Toch niet van ons.")))

    with pytest.raises(Refused):
        desk_actions.undo(first.action, by(marit, 3))
    assert request.status is RequestStatus.REJECTED


def test_after_a_while_nothing_is_undone(marit: Account) -> None:
    request = asking.request()
    first = kept(desk_actions.decline([request], by(marit, why="Niet van ons.")))

    with pytest.raises(Refused, match="no longer"):
        desk_actions.undo(first.action, by(marit, 11))
    assert not desk_actions.may_undo(first.action, NOON + timedelta(minutes=11))


def test_an_undone_decline_leaves_no_answer_and_no_end(marit: Account) -> None:
    request = asking.request()
    first = kept(desk_actions.decline([request], by(marit, why="Niet van ons.")))
    assert (request.answered_at, request.closed_at) == (NOON, NOON)

    kept(desk_actions.undo(first.action, by(marit, 1)))

    assert (request.status, request.answered_at, request.closed_at) == (RequestStatus.SUBMITTED, None, None)
    assert reuse_requests.events_of(request)[-1].account_id == marit.id


def test_a_decline_says_why(marit: Account) -> None:
    for why in ("", "  ", "x" * 2001):
        with pytest.raises(Invalid):
            desk_actions.decline([asking.request()], by(marit, why=why))


def test_a_declined_buyer_is_told_once_though_the_job_runs_twice(marit: Account) -> None:
    request = asking.request()
    outcome = kept(desk_actions.decline([request], by(marit, why="Niet van ons.")))

    for _ in range(2):
        desk_replies.tell_decline({"action_id": outcome.action.id})

    assert [message.body for message in conversation.for_buyer(request)] == ["Niet van ons."]


def test_nobody_is_told_of_a_decline_that_was_undone(marit: Account) -> None:
    request = asking.request()
    outcome = kept(desk_actions.decline([request], by(marit, why="Niet van ons.")))
    kept(desk_actions.undo(outcome.action, by(marit, 1)))

    desk_replies.tell_decline({"action_id": outcome.action.id})

    assert conversation.of(request) == []


def test_unwanted_mail_is_no_answer(marit: Account) -> None:
    request = asking.request()

    kept(desk_actions.mark_spam([request], by(marit)))

    assert (request.status, request.answered_at) == (RequestStatus.REJECTED, None)


def test_a_note_is_not_for_the_buyer_and_a_question_waits_for_them(marit: Account) -> None:
    request = asking.request(RequestStatus.TRIAGE)

    desk_replies.note(request, "Bellen met de erven.", marit, NOON)
    desk_replies.ask(request, "Hoe lang duurt de scène?", marit, NOON)
    db.session.commit()

    assert [message.voice for message in conversation.for_buyer(request)] == [Voice.STAFF]
    assert request.status is RequestStatus.NEEDS_INFO
    with pytest.raises(Refused):
        desk_replies.check_heard(request, 0)
    desk_replies.check_heard(request, desk_replies.last_heard(request))


def test_two_who_undo_at_once_undo_once(app: Flask, marit: Account) -> None:
    request = asking.request()
    action_id = kept(desk_actions.assign([request], marit.id, by(marit))).action.id
    marit_id = marit.id
    db.session.rollback()
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def undo() -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    desk_actions.undo(
                        desk_actions.get(action_id), Doing(marit_id, NOON + timedelta(minutes=1))
                    )
                outcomes.append("undone")
            except DomainError:
                outcomes.append("refused")

    threads = [threading.Thread(target=undo) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "undone"]
    assert db.session.scalar(select(func.count()).where(DeskAction.undoes_id == action_id)) == 1


def test_two_who_assign_at_once_do_not_both_win(app: Flask, marit: Account, daan: Account) -> None:
    request = asking.request()
    request_id, seen = request.id, {request.id: desk_actions.stamp(request)}
    ids = [marit.id, daan.id]
    db.session.rollback()
    outcomes: list[int] = []
    ready = threading.Barrier(2)

    def assign(account_id: int) -> None:
        with app.app_context():
            ready.wait()
            with transaction():
                found = db.session.get_one(ReuseRequest, request_id)
                outcome = desk_actions.assign([found], account_id, Doing(account_id, NOON, seen=seen))
                outcomes.append(len(outcome.done))

    threads = [threading.Thread(target=assign, args=[account_id]) for account_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [0, 1]
