"""A stream that failed: everybody gets a share back by one act, which may stop anywhere and begin again."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from archive import accounts
from archive.accounts import Role
from archive.db import db
from archive.errors import Invalid, Refused
from archive.jobs import Job
from catalogue import performances
from catalogue.entries import Entry
from licensing import (
    box_offices,
    deal_statements,
    ledger,
    refunds,
    seasons,
    stream_desk,
    stream_failures,
    stream_refunds,
    ticket_sales,
    tickets,
)
from licensing.gateways.books import DisputeStanding
from licensing.money import FULL, Money
from licensing.orders import new_form_key
from licensing.payments import Payment
from licensing.refunds import RefundStatus
from licensing.stream_failures import Outcome, StreamRefund
from licensing.tickets import TicketStatus
from tests.catalogue import staff
from tests.licensing import negotiating, refunding, stage
from tests.licensing.refunding import euro
from tests.licensing.stage import NOW
from tests.licensing.test_deals import DAY, ENDS, agreed
from tests.licensing.test_desk_rights import page, send
from tests.licensing.test_dispute_handling import told

WHY = "De verbinding viel na tien minuten uit."


@pytest.fixture
def marit(app: Flask) -> int:
    return accounts.add("marit@example.org", "Marit", Role.LICENSING, staff.PASSWORD, NOW).id


def sold(entry: Entry, *minors: int) -> list[Payment]:
    """Sell tickets at these prices."""
    return [
        refunding.pay(stage.ordered(entry, minor, stage.viewer(number)))
        for number, minor in enumerate(minors)
    ]


def act_of(entry: Entry, share_bp: int, account_id: int, key: str = "k") -> StreamRefund:
    return stream_failures.give_back(entry, share_bp, WHY, form_key=key, moment=ENDS, account_id=account_id)


def work(act: StreamRefund) -> None:
    """Run the job, twice."""
    act_id, job_id = act.id, db.session.query(Job).first().id  # type: ignore[union-attr]
    db.session.commit()
    for _ in range(2):
        stream_refunds.work({"act_id": act_id, "job_id": job_id})


def arrive(*payments: Payment) -> None:
    """Let the provider say that all refunds of these payments arrived."""
    for payment in payments:
        asked = refunds.of_payment(payment.id)
        refunding.hear(payment, *(refunding.said(refund) for refund in asked))


def test_half_of_every_price_goes_back_and_everybody_is_told(app: Flask, marit: int) -> None:
    entry = stage.performance()
    payments = sold(entry, 1250, 1999, 750)

    act = act_of(entry, 5000, marit)
    work(act)

    asked = [refunds.of_payment(payment.id) for payment in payments]
    assert [[(each.amount_minor, each.status) for each in found] for found in asked] == [
        [(625, RefundStatus.APPROVED)],
        [(1000, RefundStatus.APPROVED)],
        [(375, RefundStatus.APPROVED)],
    ]
    assert (stream_failures.counts(act), stream_failures.gone_back(act)) == ({Outcome.ASKED: 3}, 2000)
    assert act.done_at is not None
    assert len(negotiating.mails(WHY)) == 3


def test_all_of_it_goes_back_ends_the_tickets_and_lowers_the_income_of_the_deal(
    app: Flask, marit: int
) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    payments = sold(entry, 2420, 2420)
    first = deal_statements.issue_when_due(deal, ENDS + DAY)

    work(act_of(entry, FULL, marit))
    arrive(*payments)
    second = deal_statements.issue_when_due(deal, ENDS + 8 * DAY)

    assert tickets.sold(entry.id) == []
    assert first is not None
    assert second is not None
    assert (first.due_minor, second.income_minor, second.new_minor) == (2100, 0, -2100)
    assert ledger.unbalanced_transactions() == []


def test_more_later_gives_back_only_what_is_missing(app: Flask, marit: int) -> None:
    entry = stage.performance()
    (payment,) = sold(entry, 1000)
    refunding.given_back(payment, 300)

    for key, share_bp in (("a", 5000), ("b", 4000), ("c", FULL)):
        work(act_of(entry, share_bp, marit, key))

    assert [refund.amount_minor for refund in refunds.of_payment(payment.id)] == [300, 200, 500]
    outcomes = [stream_failures.counts(act) for act in stream_failures.of_entry(entry.id)]
    assert outcomes == [{Outcome.ASKED: 1}, {Outcome.BACK_ALREADY: 1}, {Outcome.ASKED: 1}]


def test_who_has_a_pass_gets_the_share_of_this_performance(app: Flask, marit: int) -> None:
    season = seasons.ensure("winter", "Winter", euro(1500))
    first, second = (stage.performance(title, season_id=season.id) for title in ("Een", "Twee"))
    order = ticket_sales.order_season(
        season, stage.viewer(), euro(2000), form_key=new_form_key(), consent={"text": "Ja."}, moment=NOW
    )
    stage.reservations.hold(order, NOW)
    payment = refunding.pay(order)

    work(act_of(first, FULL, marit))
    arrive(payment)

    (refund,) = refunds.of_payment(payment.id)
    assert refund.amount == euro(1000)
    states = {ticket.entry_id: ticket.status for ticket in tickets.of_order(order.id)}
    assert states == {first.id: TicketStatus.REVOKED, second.id: TicketStatus.VALID}


# Invariant 20
@pytest.mark.parametrize("stops_at", range(4))
def test_a_job_that_stops_anywhere_goes_on_and_doubles_nothing(
    app: Flask, marit: int, monkeypatch: pytest.MonkeyPatch, stops_at: int
) -> None:
    entry = stage.performance()
    payments = sold(entry, 1000, 2000, 3000)
    act = act_of(entry, 5000, marit)
    monkeypatch.setattr(stream_refunds, "AT_ONCE", 1)
    left, real = [stops_at], stream_refunds.mail.send

    def power_cut(*given_: object, **more: object) -> None:
        if left[0] == 0:
            left[0] = -1
            raise OSError("power cut")
        left[0] -= 1
        real(*given_, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(stream_refunds.mail, "send", power_cut)
    if stops_at < 3:
        with pytest.raises(OSError, match="power cut"):
            work(act)
        db.session.rollback()
        db.session.expire_all()
    work(act)

    amounts = [[refund.amount_minor for refund in refunds.of_payment(each.id)] for each in payments]
    assert amounts == [[500], [1000], [1500]]
    assert len(negotiating.mails(WHY)) == 3


def test_an_act_whose_job_was_given_up_is_taken_up_again_and_one_that_is_done_is_not(
    app: Flask, marit: int
) -> None:
    entry = stage.performance()
    sold(entry, 1000)
    act = act_of(entry, 5000, marit)

    def waiting() -> list[Job]:
        return db.session.query(Job).filter_by(name=stream_failures.JOB).all()

    for job in waiting():
        db.session.delete(job)
    db.session.commit()
    for _ in range(2):
        stream_refunds.follow({})
    assert [job.payload["act_id"] for job in waiting()] == [act.id]

    work(act)
    for job in waiting():
        db.session.delete(job)
    db.session.commit()
    stream_refunds.follow({})
    assert waiting() == []


def test_what_a_bank_holds_is_left_to_a_person_and_a_free_ticket_is_told_only(app: Flask, marit: int) -> None:
    entry = stage.performance()
    (payment,) = sold(entry, 1000)
    told(payment, DisputeStanding.NEEDS_RESPONSE)
    free = stage.performance("Gratis", floor_minor=0, free_reason=box_offices.FreeReason.FUNDED)
    ticket_sales.give(free, stage.viewer(2), new_form_key(), NOW)

    acts = [act_of(entry, 5000, marit, "a"), act_of(free, 5000, marit, "b")]
    for act in acts:
        work(act)

    outcomes = [stream_failures.counts(act) for act in acts]
    assert outcomes == [{Outcome.DISPUTED: 1}, {Outcome.FREE: 1}]
    assert refunds.of_payment(payment.id) == []
    assert len(negotiating.mails(WHY)) == 1


@given(
    price=st.integers(1, 50_000),
    shares=st.lists(st.integers(1, FULL), min_size=1, max_size=4),
)
def test_shares_in_any_order_come_to_the_largest_of_them(price: int, shares: list[int]) -> None:
    gone = 0
    for share_bp in shares:
        gone += max(0, Money(price, "EUR").percent_of(share_bp).minor - gone)

    assert gone == Money(price, "EUR").percent_of(max(shares)).minor <= price


def test_the_desk_proposes_it_when_the_stream_never_opened_or_is_marked(app: Flask, marit: int) -> None:
    entry = stage.performance(stream_url=None)
    shown = stage.performance("Gezien")

    def why(of: Entry, moment: object = ENDS) -> str:
        sheet = stream_desk.sheet(of, moment)  # type: ignore[arg-type]
        assert sheet is not None
        return sheet.why

    assert why(entry, ENDS - timedelta(seconds=1)) == ""
    assert "nooit geopend" in why(entry)
    assert why(shown) == ""
    stream_failures.mark(shown, WHY, ENDS, marit)
    assert "mislukt" in why(shown)
    later = performances.find(shown.id)
    assert later is not None
    later.opens_at = ENDS + DAY
    assert not stream_desk.was_never_opened(later, None, ENDS + DAY - timedelta(seconds=1))


def test_staff_mark_it_and_give_half_back_on_the_page_of_the_performance(client: FlaskClient) -> None:
    entry = stage.performance()
    sold(entry, 1250)
    db.session.commit()
    marit = staff.sign_in(client, Role.LICENSING)
    address = f"/desk/performances/{entry.pid}"

    assert "failed_what-error" in send(marit, f"{address}/stream", {"failed_what": " "}, 422)
    send(marit, f"{address}/stream", {"failed_what": WHY})
    form = {"failed_what": WHY, "form_key": "key", "refund_share": "150"}
    assert "refund_share-error" in send(marit, f"{address}/stream/refunds", form, 422)
    for _ in range(2):
        send(marit, f"{address}/stream/refunds", form | {"refund_share": "50"})
    assert "0 of 1" in page(marit, address) or "0 van 1" in page(marit, address)
    with pytest.raises(Refused, match="already"):
        act_of(entry, 5000, 1, "another")
    with pytest.raises(Invalid):
        act_of(entry, 0, 1, "nothing")
    (act,) = stream_failures.of_entry(entry.id)
    work(act)

    assert "6.25" in page(marit, address)


def test_without_tickets_nothing_begins(app: Flask, marit: int) -> None:
    with pytest.raises(Refused, match="no tickets"):
        act_of(stage.performance(), 5000, marit)
