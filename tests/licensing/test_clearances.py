"""What a request needs is asked once for each layer and party, counts for that request alone, and is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from archive.db import db
from archive.errors import Gone, Invalid, NotFound, Refused
from archive.jobs import Job
from licensing import (
    clearance_answers,
    clearance_decisions,
    clearance_links,
    clearance_needs,
    clearance_upkeep,
    clearances,
    conversation,
    projects,
    reuse_requests,
    rights,
)
from licensing.claims import Basis, ClaimStatus, Layer, Use
from licensing.clearance_answers import Answer, Reply
from licensing.clearances import MOVES, Clearance, ClearanceEvent, ClearanceStatus
from licensing.conversation import Voice
from licensing.money import Money
from licensing.projects import Part
from licensing.reasons import Verdict
from licensing.reuse_requests import RequestStatus
from tests.licensing import negotiating
from tests.licensing.negotiating import NO, NOON, YES, later

pytestmark = pytest.mark.usefixtures("app")
TODAY = NOON.date()
DE = frozenset({"NL"})


@pytest.fixture(autouse=True)
def _in_force(app: object) -> None:
    negotiating.prices()


def status(of: Clearance) -> ClearanceStatus:
    db.session.refresh(of)
    return of.status


def open_first(**party: str) -> Clearance:
    made = negotiating.request(negotiating.piece(negotiating.heirs(**party)))
    (opened,) = clearance_needs.open_for(made, NOON)
    return opened


def test_a_request_that_needs_nobody_is_settled() -> None:
    made = negotiating.request(negotiating.piece())

    assert clearance_needs.needed(made, TODAY) == []
    assert clearance_needs.is_settled(made, TODAY)


def test_each_party_of_a_layer_gets_a_clearance_of_its_own() -> None:
    vos, dam = negotiating.heirs("Erven Vos"), negotiating.heirs("Erven Dam")
    made = negotiating.request(negotiating.piece(vos, dam), negotiating.piece(title="Tram 24"))

    opened = clearance_needs.open_for(made, NOON)

    assert [(found.layer, found.party) for found in opened] == [
        (Layer.PERFORMANCE, dam),
        (Layer.PERFORMANCE, vos),
    ]
    assert not clearance_needs.is_settled(made, TODAY)


def test_opening_again_opens_nothing() -> None:
    opened = open_first()

    assert clearance_needs.open_for(opened.request, later(hours=1)) == []
    assert clearances.of_request(opened.request_id) == [opened]


def test_two_excerpts_of_a_piece_need_one_consent() -> None:
    piece = negotiating.piece(negotiating.heirs())
    made = negotiating.request(piece, part=Part(0, 20_000))
    projects.add(made.project, piece.id, Part(60_000, 70_000))

    assert len(clearance_needs.open_for(made, NOON)) == 1


def test_the_database_holds_one_clearance_for_a_party_and_one_for_the_rest() -> None:
    known = open_first()
    same = {"request_id": known.request_id, "entry_id": known.entry_id, "layer": known.layer, "lang": "nl"}

    for party_id in (known.party_id, None):
        if party_id is None:
            db.session.add(Clearance(**same, party_id=None, status=ClearanceStatus.OPEN))
        db.session.add(Clearance(**same, party_id=party_id, status=ClearanceStatus.OPEN))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_asking_mails_the_party_a_link_that_neither_table_nor_job_can_give_away() -> None:
    clearance = negotiating.asked(
        negotiating.request(negotiating.piece(negotiating.heirs())), offered=Money(7500, "EUR")
    )
    key = clearance_links.key_of(clearance)
    stored = str([vars(clearance), [job.payload for job in db.session.scalars(select(Job))]])

    assert status(clearance) is ClearanceStatus.ASKED
    assert key not in stored
    assert clearance_links.get_by_key(key) is clearance
    assert clearance.request.status is RequestStatus.CLEARING


def test_asking_twice_is_asking_once() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    key = clearance_links.key_of(clearance)

    clearance_links.ask(clearance, later(hours=1), negotiating.staff().id)

    assert clearance_links.key_of(clearance) == key
    letters = [job for job in db.session.scalars(select(Job)) if job.name == clearance_links.POST_JOB]
    assert len(letters) == 1


def test_nobody_can_be_asked_without_a_name_or_an_address() -> None:
    silent = open_first(email=None)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="no e-mail address"):
        clearance_links.ask(silent, NOON, negotiating.staff().id)

    entry = negotiating.piece()
    rights.record(entry, Layer.LYRICS, Basis.UNKNOWN, ClaimStatus.CONFIRMED, NOON)
    (unknown,) = clearance_needs.open_for(negotiating.request(entry), NOON)
    with pytest.raises(Refused, match="Nobody is known"):
        clearance_links.ask(unknown, NOON, negotiating.staff().id)


def test_a_yes_settles_the_request_and_leaves_the_entry_s_own_rights_alone() -> None:
    entry = negotiating.piece(negotiating.heirs())
    clearance = negotiating.asked(negotiating.request(entry))
    before = (rights.claims_of(entry.id), rights.decide(entry, Use.LICENCE_SYNC, TODAY, DE))

    negotiating.answered(clearance)

    assert status(clearance) is ClearanceStatus.GRANTED
    assert clearance.request.status is RequestStatus.QUOTABLE
    assert (rights.claims_of(entry.id), rights.decide(entry, Use.LICENCE_SYNC, TODAY, DE)) == before
    assert before[1].verdict is Verdict.ASK


def test_a_consent_counts_for_its_own_request_alone() -> None:
    entry = negotiating.piece(negotiating.heirs())
    negotiating.answered(negotiating.asked(negotiating.request(entry)))
    other = negotiating.request(entry)

    assert not clearance_needs.is_settled(other, TODAY)
    assert len(clearance_needs.open_for(other, NOON)) == 1


def test_a_consent_does_not_cover_what_is_asked_later() -> None:
    clearance = negotiating.answered(
        negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    )
    made = clearance.request
    made.choice = made.choice | {"territory": "world"}

    assert not clearance_needs.is_settled(made, TODAY)
    clearance_needs.open_for(made, later(hours=1))
    assert status(clearance) is ClearanceStatus.LAPSED


def test_a_longer_excerpt_is_something_else_too() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()), part=Part(0, 20_000))
    negotiating.answered(negotiating.asked(made))

    projects.set_part(made.project.items[0], Part(0, 25_000), None)

    assert not clearance_needs.is_settled(made, TODAY)


def test_conditions_and_a_fee_are_kept_and_told_to_staff_not_to_the_buyer() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))

    negotiating.answered(
        clearance, Answer(Reply.CONDITIONS, "Ada Vos", "Niet onder geweld.", Money(12_500, "EUR"))
    )

    assert status(clearance) is ClearanceStatus.GRANTED_WITH_CONDITIONS
    assert (clearance.conditions, clearance.fee_minor) == ("Niet onder geweld.", 12_500)
    voices = {message.voice for message in conversation.of(clearance.request)}
    assert voices == {Voice.RIGHTSHOLDER, Voice.NOTE}
    assert conversation.for_buyer(clearance.request) == []


def test_a_no_keeps_the_piece_out_and_cannot_be_waived() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    negotiating.answered(clearance, NO)

    assert not clearance_needs.is_settled(clearance.request, TODAY)
    (standing,) = clearance_needs.standings(clearance.request, TODAY)
    assert standing.decision.verdict is Verdict.DENY
    with pytest.raises(Refused):
        clearance_decisions.waive(clearance, "wij durven het aan", NOON, negotiating.staff().id)
    clearance_decisions.exclude(clearance, "regelt de koper zelf", NOON, negotiating.staff().id)
    assert clearance_needs.is_settled(clearance.request, TODAY)


def test_a_no_to_one_piece_leaves_the_others() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()), negotiating.piece(title="Tram 24"))
    negotiating.answered(negotiating.asked(made), NO)

    assert clearance_needs.is_settled(made, TODAY)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(Reply.YES, " "), "name"),
        (Answer(Reply.CONDITIONS, "Ada"), "conditions"),
        (Answer(Reply.CONDITIONS, "Ada", "x" * 2_001), "characters"),
        (Answer(Reply.CONDITIONS, "Ada", None, Money(-1, "EUR")), "fee"),
        (Answer(Reply.YES, "Ada", valid_to=TODAY - timedelta(days=1)), "still to come"),
    ],
)
def test_an_answer_that_cannot_be_changes_nothing(answer: Answer, words: str) -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))

    with pytest.raises(Invalid, match=words):
        clearance_answers.by_link(clearance_links.key_of(clearance), answer, NOON)

    db.session.rollback()
    assert status(clearance) is ClearanceStatus.ASKED


def test_a_link_used_again_changes_nothing() -> None:
    clearance = negotiating.answered(
        negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    )

    negotiating.answered(clearance, NO, later(days=1))

    assert status(clearance) is ClearanceStatus.GRANTED
    assert clearance.answered_at == NOON


def test_an_expired_link_answers_nothing_and_wants_a_new_one_once() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    key, after = clearance_links.key_of(clearance), NOON + clearance_links.LINK_LASTS

    with pytest.raises(Gone, match="expired"):
        clearance_answers.by_link(key, YES, after)
    clearance_links.want_new(clearance, after)
    clearance_links.want_new(clearance, after + timedelta(minutes=1))

    assert status(clearance) is ClearanceStatus.ASKED
    assert len(negotiating.mails("new link|nieuwe link")) == 1
    clearance_links.ask(clearance, after, negotiating.staff().id)
    assert clearance_links.key_of(clearance) != key
    with pytest.raises(NotFound):
        clearance_links.get_by_key(key)
    negotiating.answered(clearance, YES, after + timedelta(hours=1))
    assert status(clearance) is ClearanceStatus.GRANTED


def test_a_request_that_was_withdrawn_needs_no_answer() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    reuse_requests.move(clearance.request, RequestStatus.WITHDRAWN, NOON, None, "no longer wanted")

    with pytest.raises(Refused, match="no longer needed"):
        clearance_answers.by_link(clearance_links.key_of(clearance), YES, NOON)
    with pytest.raises(Refused, match="any more"):
        clearance_links.ask(clearance, later(days=90), negotiating.staff().id)


def test_silence_is_reminded_given_up_and_handed_to_staff_each_once() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))

    def at(moment: object) -> tuple[int, int, int]:
        steps = (clearance_upkeep.remind, clearance_upkeep.stop_waiting, clearance_upkeep.escalate)
        done = [step(moment) for step in steps]  # type: ignore[arg-type]
        return done[0], done[1], done[2]

    assert at(later(days=9)) == (0, 0, 0)
    assert at(later(days=10)) == (1, 0, 0)
    assert at(later(days=11)) == (0, 0, 0)
    assert at(later(days=21)) == (0, 1, 0)
    assert status(clearance) is ClearanceStatus.NO_ANSWER
    assert at(later(days=28)) == (0, 0, 1)
    assert at(later(days=29)) == (0, 0, 0)
    assert status(clearance) is ClearanceStatus.ESCALATED
    letters = [job.payload["letter"] for job in db.session.scalars(select(Job)) if "letter" in job.payload]
    assert letters == ["clearance_asked", "clearance_reminded"]


def test_a_late_answer_is_an_answer() -> None:
    clearance = negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    clearance_upkeep.stop_waiting(later(days=21))
    clearance_upkeep.escalate(later(days=28))

    negotiating.answered(clearance, YES, later(days=30))

    assert status(clearance) is ClearanceStatus.GRANTED


def test_a_consent_that_is_not_taken_up_in_time_lapses() -> None:
    clearance = negotiating.answered(
        negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    )
    after = NOON + clearance_answers.HOLDS + timedelta(days=1)

    assert not clearance_needs.is_settled(clearance.request, after.date())
    assert (clearance_upkeep.lapse(NOON), clearance_upkeep.lapse(after)) == (0, 1)
    assert status(clearance) is ClearanceStatus.LAPSED


def test_staff_write_down_an_answer_by_telephone_with_where_it_can_be_found() -> None:
    clearance = open_first(email=None)  # type: ignore[arg-type]
    by = negotiating.staff().id

    with pytest.raises(Invalid, match="written down"):
        clearance_decisions.record(clearance, YES, " ", NOON, by)
    clearance_decisions.record(clearance, YES, "notitie 22-11, map 58", NOON, by)

    assert status(clearance) is ClearanceStatus.GRANTED
    assert clearance.evidence == "notitie 22-11, map 58"
    assert clearance_needs.is_settled(clearance.request, TODAY)


def test_a_correction_goes_through_the_archive_and_is_written_down() -> None:
    clearance = negotiating.answered(
        negotiating.asked(negotiating.request(negotiating.piece(negotiating.heirs())))
    )

    clearance_decisions.record(clearance, NO, "mail van 23-11", later(days=1), negotiating.staff().id)

    history = clearances.history_of(clearance.request_id)[clearance.id]
    assert [event.after.value for event in history] == ["open", "asked", "granted", "refused"]
    assert clearance.valid_to is None


@pytest.mark.parametrize("decide", [clearance_decisions.waive, clearance_decisions.exclude])
def test_to_waive_or_leave_out_takes_a_reason_settles_and_can_be_taken_back(decide: object) -> None:
    clearance, by = open_first(), negotiating.staff().id

    with pytest.raises(Invalid, match="Say why"):
        decide(clearance, "  ", NOON, by)  # type: ignore[operator]
    decide(clearance, "drummer onvindbaar", NOON, by)  # type: ignore[operator]
    assert clearance_needs.is_settled(clearance.request, TODAY)

    clearance_decisions.reopen(clearance, "toch gevonden", NOON, by)
    assert not clearance_needs.is_settled(clearance.request, TODAY)


def test_another_claim_on_the_layer_unsettles_the_request_and_staff_are_told_once() -> None:
    entry = negotiating.piece(negotiating.heirs())
    clearance = negotiating.answered(negotiating.asked(negotiating.request(entry)))
    drummer = negotiating.heirs("Wim Bakboord", "wim@bakboord.example")
    rights.record(entry, Layer.PERFORMANCE, Basis.REPRESENTED, ClaimStatus.DISPUTED, NOON, party=drummer)

    for hour in (1, 2):
        clearance_upkeep.recheck_one(clearance.request, later(hours=hour))

    assert not clearance_needs.is_settled(clearance.request, TODAY)
    assert len(negotiating.mails("The rights have changed|De rechten")) >= 1
    notes = [m.body for m in conversation.of(clearance.request) if m.voice is Voice.NOTE]
    assert len(notes) == len(set(notes))


def test_history_is_only_ever_added_to() -> None:
    open_first()
    db.session.commit()

    for statement in ("UPDATE clearance_event SET why = 'x'", "DELETE FROM clearance_event"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_the_table_of_moves_is_that_of_the_domain() -> None:
    assert MOVES.keys() == set(ClearanceStatus)
    assert MOVES[ClearanceStatus.LAPSED].isdisjoint(clearances.GIVEN)
    assert ClearanceStatus.WAIVED not in MOVES[ClearanceStatus.REFUSED]
    leads_to_no_answer = {status for status in MOVES if ClearanceStatus.NO_ANSWER in MOVES[status]}
    assert leads_to_no_answer == {ClearanceStatus.ASKED}
    assert {status for status in MOVES if ClearanceStatus.LAPSED in MOVES[status]} == clearances.GIVEN


def test_any_other_move_is_refused_and_leaves_no_trace() -> None:
    clearance = open_first()
    for before in ClearanceStatus:
        clearance.status = before
        db.session.flush()
        for after in set(ClearanceStatus) - MOVES[before] - {before}:
            with pytest.raises(Refused):
                clearances.move(clearance, after, NOON, None, "because")
    assert len(list(db.session.scalars(select(ClearanceEvent)))) == 1
