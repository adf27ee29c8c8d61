"""A quote is drafted from what was asked, frozen once it is sent, and becomes one order at most."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from archive.db import db
from archive.errors import Invalid, NotFound, Refused
from archive.transactions import transaction
from licensing import (
    agreements,
    clearance_decisions,
    clearance_needs,
    clearances,
    conversation,
    exclusivity,
    licences,
    orders,
    pricing,
    projects,
    quote_acceptance,
    quote_drafts,
    quote_exchange,
    quote_upkeep,
    quotes,
    reuse_requests,
    rights,
)
from licensing.claims import Basis, ClaimStatus, Layer, Use
from licensing.clearance_answers import Answer, Reply
from licensing.conversation import Voice
from licensing.money import Money
from licensing.orders import LineKind, Order
from licensing.pricing import Step
from licensing.projects import Part
from licensing.quotes import Quote, QuoteLine, QuoteStatus
from licensing.reasons import Verdict
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.licensing import negotiating, sales
from tests.licensing.negotiating import NO, NOON, later

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _in_force(app: Flask) -> None:
    negotiating.prices()


def plain_request() -> ReuseRequest:
    return negotiating.request(negotiating.piece())


def status(of: Quote) -> QuoteStatus:
    db.session.refresh(of)
    return of.status


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


# Drafting


def test_a_draft_prices_each_item_by_the_rate_card_with_its_trace() -> None:
    entry = negotiating.piece()
    made = negotiating.request(entry, part=Part(0, 20_000))
    projects.add(made.project, entry.id, Part(60_000, 150_000))

    draft = negotiating.drafted(made)

    short, longer = draft.lines
    assert (short.choice["duration"], longer.choice["duration"]) == ("30s", "2min")
    for line in draft.lines:
        steps = [Step(**step) for step in line.trace]
        assert pricing.recompute(steps, "EUR").minor == line.net_minor
    assert draft.net_minor == sum(line.net_minor or 0 for line in draft.lines)
    assert draft.gross_minor == draft.net_minor + draft.vat_minor
    assert short.item == {"in_ms": 0, "out_ms": 20_000}


def test_drafting_again_goes_on_with_the_draft_that_is_there() -> None:
    made = plain_request()

    assert negotiating.drafted(made) is negotiating.drafted(made, later(days=1))


def test_what_a_rights_holder_asks_is_a_line_of_its_own() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()))
    negotiating.answered(negotiating.asked(made), Answer(Reply.CONDITIONS, "Ada Vos", fee=euro(12_500)))

    draft = negotiating.drafted(made)

    assert [(line.kind, line.net_minor) for line in draft.lines][1:] == [(LineKind.CLEARANCE_FEE, 12_500)]
    assert "Erven Vos" in draft.lines[1].description


def test_what_was_refused_is_left_out_with_the_reason() -> None:
    made = negotiating.request(
        negotiating.piece(negotiating.heirs(), title="Blauw uur"), negotiating.piece(title="Tram 24")
    )
    negotiating.answered(negotiating.asked(made), NO)

    draft = negotiating.drafted(made)

    assert [line.title for line in draft.lines] == ["Tram 24"]
    (left_out,) = draft.left_out
    assert left_out["title"] == "Blauw uur"
    assert "Erven Vos" in left_out["why"]


def test_a_layer_that_is_left_out_is_named_with_whom_to_ask() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()))
    (clearance,) = clearance_needs.open_for(made, NOON)
    clearance_decisions.exclude(clearance, "te duur", NOON, negotiating.staff().id)

    (line,) = negotiating.drafted(made).lines

    assert line.layers_excluded == ["performance"]
    assert line.withheld == [{"layer": "performance", "holder": "Erven Vos"}]


def test_a_use_that_is_not_on_the_rate_card_waits_for_staff_and_is_never_free() -> None:
    made = negotiating.request(negotiating.piece(), choice=negotiating.CHOICE | {"use": "advertising"})
    draft = negotiating.drafted(made)
    (line,) = draft.lines

    assert line.net_minor is None
    with pytest.raises(Refused, match="Fill in a price"):
        quote_exchange.send(draft, NOON, negotiating.staff().id)
    quote_drafts.set_price(line, euro(90_000), "", negotiating.staff().id)
    quote_exchange.send(draft, NOON, negotiating.staff().id)
    assert draft.net_minor == 90_000


def test_a_discount_takes_a_reason_and_its_trace_still_adds_up() -> None:
    draft = negotiating.drafted(plain_request())
    (line,) = draft.lines
    by, full = negotiating.staff().id, line.net_minor or 0

    with pytest.raises(Invalid, match="Say why"):
        quote_drafts.set_price(line, euro(full - 1_000), " ", by)
    quote_drafts.set_price(line, euro(full - 1_000), "vierde stuk van dit jaar", by)
    assert (draft.net_minor, line.discount_reason) == (full - 1_000, "vierde stuk van dit jaar")
    assert pricing.recompute([Step(**step) for step in line.trace], "EUR").minor == full - 1_000
    quote_drafts.set_price(line, None, "", by)
    assert (line.net_minor, line.discount_reason) == (full, None)


@pytest.mark.parametrize("minor", [0, -5, 10**12])
def test_a_price_that_cannot_be_is_refused(minor: int) -> None:
    draft = negotiating.drafted(plain_request())

    with pytest.raises(Invalid):
        quote_drafts.set_price(draft.lines[0], euro(minor), "omdat", negotiating.staff().id)


def test_fees_are_added_for_pieces_of_the_request_and_taken_out() -> None:
    made, by = plain_request(), negotiating.staff().id
    draft, entry_id = negotiating.drafted(made), made.project.items[0].entry_id
    before = draft.net_minor

    line = quote_drafts.add_line(draft, LineKind.RESEARCH_FEE, entry_id, "Zoeken", euro(7_500), NOON, by)
    assert draft.net_minor == before + 7_500
    quote_drafts.remove_line(line, by)
    assert draft.net_minor == before
    for kind, entry in ((LineKind.LICENCE_FEE, entry_id), (LineKind.RESEARCH_FEE, 999)):
        with pytest.raises(Invalid):
            quote_drafts.add_line(draft, kind, entry, "Zoeken", euro(7_500), NOON, by)


# Sending


def test_a_request_that_is_not_settled_cannot_be_quoted() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()), negotiating.piece(title="Tram 24"))
    draft = negotiating.drafted(made)

    with pytest.raises(Refused, match="Not every layer"):
        quote_exchange.send(draft, NOON, negotiating.staff().id)


def test_a_sent_quote_is_mailed_and_moves_its_request() -> None:
    quote = negotiating.sent(plain_request())

    assert (status(quote), quote.request.status) == (QuoteStatus.SENT, RequestStatus.QUOTED)
    assert quote.valid_until == NOON.date() + timedelta(days=quote_drafts.VALID_DAYS)
    assert quote.request.answered_at == NOON
    (letter,) = negotiating.mails(quotes.link_token(quote))
    assert letter["to"] == "noor@studio.example"


def test_a_quote_holds_no_longer_than_the_consents_it_rests_on() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()))
    soon = NOON.date() + timedelta(days=5)
    negotiating.answered(negotiating.asked(made), Answer(Reply.YES, "Ada Vos", valid_to=soon))

    assert negotiating.sent(made).valid_until == soon


FROZEN = (
    "UPDATE quote SET gross_minor = gross_minor + 1, net_minor = net_minor + 1",
    "UPDATE quote SET valid_until = '2030-01-01'",
    "UPDATE quote SET message = 'anders'",
    "UPDATE quote SET left_out = '[1]'",
    "UPDATE quote SET status = 'draft'",
    "DELETE FROM quote",
    "UPDATE quote_line SET net_minor = 1, list_minor = 1",
    "UPDATE quote_line SET description = 'anders'",
    "DELETE FROM quote_line",
    "INSERT INTO quote_line SELECT id + 9, quote_id, position, entry_id, item, kind, title, description, choice,"
    " user_class, list_minor, net_minor, discount_reason, vat_code, vat_bp, vat_country, trace, rate_card,"
    " layers_excluded, withheld FROM quote_line",
)


def test_what_was_sent_is_frozen_in_the_database() -> None:
    negotiating.sent(plain_request())

    for statement in FROZEN:
        with pytest.raises(DBAPIError, match="frozen"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_what_was_sent_is_frozen_in_code() -> None:
    quote, by = negotiating.sent(plain_request()), negotiating.staff().id
    line = quote.lines[0]
    changes: list[Callable[[], object]] = [
        lambda: quote_drafts.set_price(line, euro(1), "omdat", by),
        lambda: quote_drafts.remove_line(line, by),
        lambda: quote_drafts.write(quote, "anders", 9),
        lambda: quote_drafts.add_line(quote, LineKind.RESEARCH_FEE, line.entry_id, "x", euro(1), NOON, by),
    ]

    for change in changes:
        with pytest.raises(Refused, match="frozen"):
            change()


def test_the_next_version_takes_the_place_of_the_one_before_when_it_is_sent() -> None:
    first = negotiating.sent(plain_request())
    second = negotiating.drafted(first.request)
    assert status(first) is QuoteStatus.SENT

    quote_exchange.send(second, later(hours=1), negotiating.staff().id)

    assert (status(first), status(second)) == (QuoteStatus.SUPERSEDED, QuoteStatus.SENT)
    assert (first.version, second.version) == (1, 2)


def test_only_one_draft_and_one_sent_version_can_be() -> None:
    quote = negotiating.sent(plain_request())
    other = {c.name: getattr(quote, c.name) for c in Quote.__table__.columns if c.name != "id"}

    db.session.add(Quote(**other | {"key": "x", "number": "x", "version": 9}))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_draft_has_no_page() -> None:
    with pytest.raises(NotFound):
        quotes.get_by_token(quotes.link_token(negotiating.drafted(plain_request())))


# Accepting


def test_an_accepted_quote_is_an_order_of_the_same_amount_with_the_evidence() -> None:
    quote = negotiating.sent(plain_request())

    order = negotiating.accepted(quote)

    assert (order.gross_minor, order.net_minor) == (quote.gross_minor, quote.net_minor)
    assert (status(quote), quote.request.status) == (QuoteStatus.ACCEPTED, RequestStatus.ACCEPTED)
    evidence = quote.accepted_evidence or {}
    assert evidence["quote_sha256"] == quote_acceptance.content_hash(quote)
    assert (evidence["name"], evidence["button"]) == ("Noor Adriaanse", "Akkoord")
    assert negotiating.mails(orders.link_token(order))


def test_accepting_again_is_the_same_order() -> None:
    quote = negotiating.sent(plain_request())

    assert negotiating.accepted(quote) is negotiating.accepted(quote, later(days=90))


def test_two_who_accept_at_once_make_one_order(app: Flask) -> None:
    quote = negotiating.sent(plain_request())
    quote_id, made, together = quote.id, [], threading.Barrier(4)
    db.session.rollback()

    def accept() -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    made.append(negotiating.accepted(quotes.get(quote_id)).number)
            finally:
                db.session.remove()

    buyers = [threading.Thread(target=accept) for _ in range(4)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert len(made) == 4
    assert len(set(made)) == 1
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


def test_one_who_accepts_while_another_declines_ends_in_one_answer(app: Flask) -> None:
    quote = negotiating.sent(plain_request())
    quote_id, said, together = quote.id, [], threading.Barrier(2)
    db.session.rollback()

    def answer(what: Callable[[Quote], object]) -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    what(quotes.get(quote_id))
                said.append("taken")
            except Refused:
                said.append("refused")
            finally:
                db.session.remove()

    answers: list[Callable[[Quote], object]] = [
        negotiating.accepted,
        lambda found: quote_exchange.decline(found, "te duur", NOON),
    ]
    people = [threading.Thread(target=answer, args=(what,)) for what in answers]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(said) == ["refused", "taken"]
    found = quotes.get(quote_id)
    placed = db.session.scalar(select(func.count()).select_from(Order))
    assert placed == (1 if found.status is QuoteStatus.ACCEPTED else 0)


def nothing_happened(quote: Quote) -> bool:
    db.session.rollback()
    return status(quote) is not QuoteStatus.ACCEPTED and db.session.scalar(select(func.count(Order.id))) == 0


def test_an_expired_quote_is_refused_also_before_the_clock_has_come_by() -> None:
    quote = negotiating.sent(plain_request())
    after = later(days=quote_drafts.VALID_DAYS + 1)

    for _ in range(2):
        with pytest.raises(Refused, match="expired"):
            negotiating.accepted(quote, after)
        assert nothing_happened(quote)
        quote_upkeep.expire_due(after)
        db.session.commit()
    assert (status(quote), quote.request.status) == (QuoteStatus.EXPIRED, RequestStatus.QUOTABLE)


def test_a_quote_holds_on_its_last_day_until_midnight_in_amsterdam() -> None:
    negotiating.sent(plain_request())
    last = later(days=quote_drafts.VALID_DAYS)

    assert quote_upkeep.expire_due(last.replace(hour=22)) == 0
    assert quote_upkeep.expire_due(last.replace(hour=23, minute=1)) == 1


def test_a_superseded_quote_is_refused() -> None:
    first = negotiating.sent(plain_request())
    quote_exchange.send(negotiating.drafted(first.request), NOON, negotiating.staff().id)
    db.session.commit()

    with pytest.raises(Refused, match="newer version"):
        negotiating.accepted(first)
    assert nothing_happened(first)


def test_a_withdrawn_request_takes_its_quote_along() -> None:
    quote = negotiating.sent(plain_request())
    reuse_requests.move(quote.request, RequestStatus.WITHDRAWN, NOON, None, "no longer wanted")
    db.session.commit()

    with pytest.raises(Refused, match="closed"):
        negotiating.accepted(quote)
    assert nothing_happened(quote)


def test_other_terms_than_those_of_the_quote_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    quote = negotiating.sent(plain_request())

    with pytest.raises(Refused, match="terms"):
        negotiating.accepted(quote, terms_version="2020-1")
    monkeypatch.setattr(orders, "TERMS_VERSION", "2027-1")
    with pytest.raises(Refused, match="terms"):
        negotiating.accepted(quote)
    assert nothing_happened(quote)


def test_rights_that_were_denied_since_then_refuse_with_the_reason() -> None:
    quote = negotiating.sent(plain_request())
    donor = negotiating.heirs("Familie Prins")
    rights.record(
        quote.lines[0].entry,
        Layer.DEPOSIT_CONTRACT,
        Basis.OWNED,
        ClaimStatus.CONFIRMED,
        NOON,
        party=donor,
        limits={Use.LICENCE_SYNC.value: Verdict.DENY.value},
    )
    db.session.commit()

    with pytest.raises(Refused, match="Familie Prins"):
        negotiating.accepted(quote)
    assert nothing_happened(quote)


def test_a_claim_added_while_a_quote_is_open_refuses_tells_staff_and_leads_back_to_clearing() -> None:
    quote = negotiating.sent(plain_request())
    dam = negotiating.heirs("Erven Dam")
    entry = quote.lines[0].entry
    rights.record(entry, Layer.LYRICS, Basis.REPRESENTED, ClaimStatus.DISPUTED, NOON, party=dam)
    db.session.commit()

    with pytest.raises(Refused, match="needs a consent") as refused:
        negotiating.accepted(quote)
    assert nothing_happened(quote)
    for _ in range(2):
        quote_acceptance.follow_refusal(quote, refused.value, NOON)

    assert quote.request.status is RequestStatus.CLEARING
    (opened,) = clearances.of_request(quote.request_id)
    assert (opened.layer, opened.party) == (Layer.LYRICS, dam)
    notes = [note.body for note in conversation.of(quote.request) if note.voice is Voice.NOTE]
    assert len(notes) == 1
    assert "Blauw uur" in notes[0]


def test_what_somebody_else_got_exclusively_since_then_is_refused() -> None:
    entry = negotiating.piece()
    quote = negotiating.sent(negotiating.request(entry))
    choice = {**quote.lines[0].choice, "exclusivity": "exclusive"}
    taken = sales.placed([sales.line_for(entry, choice=choice, is_exclusive=True)], moment=NOON)
    exclusivity.reserve(taken, NOON)
    db.session.commit()

    with pytest.raises(Refused, match="exclusive"):
        negotiating.accepted(quote)
    db.session.rollback()
    assert (status(quote), quote.request.status) == (QuoteStatus.SENT, RequestStatus.QUOTED)
    assert db.session.scalar(select(func.count(Order.id))) == 1


def test_a_name_is_needed() -> None:
    quote = negotiating.sent(plain_request())

    with pytest.raises(Invalid, match="name"):
        negotiating.accepted(quote, name="  ")


def test_the_consents_and_conditions_of_a_quote_are_in_its_agreement() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()))
    negotiating.answered(negotiating.asked(made), Answer(Reply.CONDITIONS, "Ada Vos", "Niet onder geweld."))

    order = negotiating.accepted(negotiating.sent(made))

    agreement = agreements.of_order(order.id)
    assert agreement is not None
    (covered,) = agreement.layers_granted.values()
    assert "performance" in covered["layers"]["granted"]
    assert "Niet onder geweld." in str(covered["granted"])
    assert (agreement.licensee, agreement.production_type) == ("Studio Lek", "documentary")


def test_a_layer_that_was_left_out_is_not_in_the_agreement() -> None:
    made = negotiating.request(negotiating.piece(negotiating.heirs()))
    (clearance,) = clearance_needs.open_for(made, NOON)
    clearance_decisions.exclude(clearance, "te duur", NOON, negotiating.staff().id)

    order = negotiating.accepted(negotiating.sent(made))

    agreement = agreements.of_order(order.id)
    assert agreement is not None
    (covered,) = agreement.layers_granted.values()
    assert covered["layers"]["not_granted"] == ["performance"]
    assert "Erven Vos" in str(covered["not_granted"])


def test_a_paid_order_gives_its_licence_once_and_ends_its_request_as_won() -> None:
    quote = negotiating.sent(plain_request())
    order = negotiating.accepted(quote)

    sales.pay(order, later(hours=1))

    assert quote.request.status is RequestStatus.CLOSED_WON
    assert len(licences.of_order(order.id)) == 1


# Declining and offering something else


def test_a_declined_quote_closes_its_request_and_is_answered_once() -> None:
    quote = negotiating.sent(plain_request())

    quote_exchange.decline(quote, "te duur", NOON)

    assert (status(quote), quote.request.status) == (QuoteStatus.DECLINED, RequestStatus.CLOSED_LOST)
    assert quote.answer == "te duur"
    with pytest.raises(Refused, match="answered already"):
        negotiating.accepted(quote)


def test_a_counter_offer_is_made_once_for_each_version_and_the_quote_holds() -> None:
    quote = negotiating.sent(plain_request())

    made = quote_exchange.counter(quote, 10_000, "Voor een podcast zonder geld.", NOON)
    again = quote_exchange.counter(quote, 9_000, "Of minder.", NOON)

    assert (again, made.offered_minor) == (made, 10_000)
    assert status(quote) is QuoteStatus.SENT
    assert "Voor een podcast zonder geld." in [m.body for m in conversation.for_buyer(quote.request)]
    for offered in (0, quote.net_minor):
        second = negotiating.sent(plain_request())
        with pytest.raises(Invalid, match="below the price"):
            quote_exchange.counter(second, offered, "x", NOON)


def test_the_buyer_is_warned_once_before_a_quote_ends() -> None:
    quote = negotiating.sent(plain_request())
    soon = later(days=quote_drafts.VALID_DAYS - 2)

    assert [quote_upkeep.warn_due(moment) for moment in (NOON, soon, soon)] == [0, 1, 0]
    assert len(negotiating.mails(quotes.link_token(quote))) == 2


def test_answers_are_kept_for_good() -> None:
    quote = negotiating.sent(plain_request())
    quote_exchange.decline(quote, "te duur", NOON)
    db.session.commit()

    for statement in (
        "UPDATE quote SET answer = 'anders'",
        "UPDATE quote SET status = 'sent'",
        "UPDATE quote_event SET why = 'x'",
        "DELETE FROM quote_event",
    ):
        with pytest.raises(DBAPIError, match=r"frozen|append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_a_line_with_a_price_of_its_own_needs_a_reason_in_the_database_too() -> None:
    draft = negotiating.drafted(plain_request())
    line: QuoteLine = draft.lines[0]

    line.net_minor = 1
    with pytest.raises(IntegrityError):
        db.session.flush()
