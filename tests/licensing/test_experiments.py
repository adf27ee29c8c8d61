"""Experiments: written down before they begin, shown by lot, measured from the books, and shared without names."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from archive import clock
from archive.accounts import Role
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue import interest
from catalogue.interest import Sort
from licensing import credit_notes, experiment_card, experiment_measures, experiments, invoices, rates
from licensing.experiments import Deed, Experiment, Exposure, Outcome, Variant
from licensing.money import Money
from licensing.proportions import Finding
from tests.catalogue import staff
from tests.licensing import hearing, sales, wallets

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
BY_LOT = (Variant("a", "Packages first", "packages"), Variant("b", "Questions first", "questions"))
IN_TURN = (
    Variant("a", "One euro", first_day="2026-10-01", last_day="2026-10-31"),
    Variant("b", "What you want", first_day="2026-11-01", last_day="2026-11-30"),
)
pytestmark = pytest.mark.usefixtures("app")


def plan(**changes: Any) -> Experiment:
    told: dict[str, Any] = {
        "title": "Packages above",
        "hypothesis": "Who sees a package first buys more often.",
        "lever": "offers",
        "variants": BY_LOT,
        "kinds": ["licence_fee"],
    }
    return experiments.add(**told | changes, moment=NOON, account_id=None)


def begun(**changes: Any) -> Experiment:
    experiment = plan(**changes)
    experiments.start(experiment, NOON, None)
    return experiment


def visitor_of(experiment: Experiment, code: str) -> str:
    """A visitor who draws a variant."""
    numbers = (f"visitor-{number}" for number in range(100))
    return next(number for number in numbers if experiments.drawn(experiment, number).code == code)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"variants": BY_LOT[:1]}, "two to four variants"),
        ({"variants": (*BY_LOT, Variant("c", " ", "packages"))}, "each with a name"),
        ({"variants": (BY_LOT[0], Variant("b", "The same", "packages"))}, "show the same"),
        ({"variants": (BY_LOT[0], Variant("b", "Free", "free of charge"))}, "one of the values"),
        ({"lever": "price"}, "one of the values"),
        ({"kinds": []}, "which sales count"),
        ({"lever": None}, "first and last day"),
        ({"lever": None, "variants": (IN_TURN[0], IN_TURN[0])}, "on the same day"),
        (
            {"lever": None, "variants": (IN_TURN[0], Variant("b", "x", "", "2026-11-30", "2026-11-01"))},
            "begins before it ends",
        ),
    ],
)
def test_a_plan_that_cannot_be_measured_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        plan(**changes)


def test_a_lever_is_turned_by_one_experiment_at_a_time() -> None:
    begun()
    second = plan(title="Another")

    with pytest.raises(Refused, match="Stop that one first"):
        experiments.start(second, NOON, None)

    second.status, second.started_at = experiments.Status.RUNNING, NOON
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_has_begun_is_not_begun_again_and_what_is_over_is_not_stopped_again() -> None:
    experiment = begun()
    with pytest.raises(Refused, match="begun already"):
        experiments.start(experiment, NOON, None)

    experiments.stop(experiment, 90, "It did.", NOON + timedelta(days=9), None)

    with pytest.raises(Refused, match="that runs"):
        experiments.stop(experiment, 90, "It did.", NOON, None)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=20))
def test_a_visitor_always_draws_the_same_variant(visitors: list[str]) -> None:
    experiment = Experiment(id=7, variants=[vars(variant) for variant in BY_LOT])

    assert [experiments.drawn(experiment, each) for each in visitors] == [
        experiments.drawn(experiment, each) for each in visitors
    ]


def test_each_variant_is_about_as_likely_as_the_others() -> None:
    experiment = Experiment(id=7, variants=[vars(variant) for variant in BY_LOT])

    drawn = Counter(experiments.drawn(experiment, str(number)).code for number in range(2000))

    assert 900 < drawn["a"] < 1100


def test_a_visitor_counts_once_and_only_their_hash_is_kept() -> None:
    experiment = begun()
    experiments.expose(experiment, "visitor-1", NOON)
    experiments.expose(experiment, "visitor-1", NOON)

    (seen,) = db.session.scalars(select(Exposure))
    assert "visitor" not in seen.subject
    assert experiments.subject_of(Experiment(id=99), "visitor-1") != seen.subject


def test_what_somebody_does_who_saw_no_variant_is_not_kept() -> None:
    experiment = begun()

    experiments.note(experiment, "visitor-1", Deed.HEARD, "aaaa-bbbb-c", NOON)

    assert db.session.scalar(select(func.count(Outcome.id))) == 0


def test_by_lot_each_variant_has_its_visitors_and_what_they_paid() -> None:
    experiment, entry = begun(), sales.entry_for_sale()
    for code in ("a", "b"):
        experiments.expose(experiment, visitor_of(experiment, code), NOON)
    buyer = visitor_of(experiment, "b")
    paid = sales.paid([sales.line_for(entry, 10000)], moment=NOON)
    unpaid = sales.placed([sales.line_for(entry, 70000)], moment=NOON)
    for order in (paid, paid, unpaid):
        experiments.note(experiment, buyer, Deed.ORDERED, order.number, NOON)
    experiments.note(experiment, buyer, Deed.HEARD, entry.pid, NOON)

    one, other = experiment_measures.measure(experiment, "EUR").variants

    assert (one.visitors, one.heard, one.sales, one.earned.gross) == (1, 0, 0, Money(0, "EUR"))
    assert (other.visitors, other.heard, other.sales) == (1, 1, 1)
    assert (other.earned.gross, other.earned.net) == (Money(12100, "EUR"), Money(10000, "EUR"))


def test_what_was_credited_is_not_earned() -> None:
    experiment = begun()
    buyer = visitor_of(experiment, "a")
    experiments.expose(experiment, buyer, NOON)
    order = sales.paid([sales.line_for(sales.entry_for_sale(), 10000)], moment=NOON)
    experiments.note(experiment, buyer, Deed.ORDERED, order.number, NOON)
    invoice = invoices.of_order(order.id)
    assert invoice is not None
    credit_notes.credit(invoice, "withdrawn", NOON)

    measured = experiment_measures.measure(experiment, "EUR").variants[0]

    assert measured.earned.gross == Money(0, "EUR")


def test_in_turn_each_variant_has_the_sales_of_its_days() -> None:
    experiment, entry = begun(lever=None, variants=IN_TURN), sales.entry_for_sale()
    interest.write({(NOON.date(), Sort.HEARD, entry.pid): 40, (date(2026, 10, 5), Sort.HEARD, "x"): 60})
    sales.paid([sales.line_for(entry, 10000)], moment=NOON)
    sales.paid([sales.line_for(entry, 10000)], moment=datetime(2026, 12, 1, 0, tzinfo=UTC))
    experiments.stop(experiment, 120, "", NOON, None)

    result = experiment_measures.measure(experiment, "EUR")

    assert [(each.visitors, each.heard, each.sales) for each in result.variants] == [
        (None, 60, 0),
        (None, 40, 1),
    ]
    assert result.findings == (Finding.NO_DIFFERENCE,)
    assert result.per_hour == Money(result.variants[1].earned.left.minor // 2, "EUR")


def test_the_card_says_all_that_was_measured_and_nothing_of_anybody() -> None:
    experiment = begun()
    buyer = visitor_of(experiment, "a")
    experiments.expose(experiment, buyer, NOON)
    order = sales.paid([sales.line_for(sales.entry_for_sale(), 10000)], moment=NOON)
    experiments.note(experiment, buyer, Deed.ORDERED, order.number, NOON)
    experiments.stop(experiment, 30, "A package helps.", NOON, None)

    card = experiment_card.written(experiment, "EUR")
    printed = pypdf.PdfReader(io.BytesIO(experiment_card.printed(experiment, "EUR", "en", NOON)))

    assert card["variants"][0]["gross"] == "121.00"
    assert card["first_beside_others"] == ["too_few"]
    said = str(card) + printed.pages[0].extract_text()
    assert "A package helps." in said
    for personal in (order.number, order.buyer_name, order.buyer_email, buyer):
        assert personal not in said


def test_visitors_see_their_variant_and_keep_it(client: FlaskClient) -> None:
    entry = sales.entry_for_sale()
    rates.activate(rates.load(rates.CARDS[-1]))
    begun()
    db.session.commit()
    address = f"/en/entries/{entry.pid}"

    pages = [client.get(address).get_data(as_text=True) for _ in range(3)]

    assert client.get_cookie("visitor") is not None
    db.session.rollback()
    (seen,) = db.session.scalars(select(Exposure))
    above = "Or put it together yourself"
    assert [above in page for page in pages] == [seen.variant == "a"] * 3


def test_who_asks_not_to_be_followed_gets_no_cookie_and_is_not_counted(client: FlaskClient) -> None:
    entry = sales.entry_for_sale()
    rates.activate(rates.load(rates.CARDS[-1]))
    begun()
    db.session.commit()

    client.get(f"/en/entries/{entry.pid}", headers={"Sec-GPC": "1"})

    assert client.get_cookie("visitor") is None
    assert db.session.scalar(select(func.count(Exposure.id))) == 0


def test_without_an_experiment_no_cookie_is_set(client: FlaskClient) -> None:
    entry = sales.entry_for_sale()
    rates.activate(rates.load(rates.CARDS[-1]))
    db.session.commit()

    client.get(f"/en/entries/{entry.pid}")

    assert client.get_cookie("visitor") is None


def test_an_experiment_is_planned_started_stopped_and_taken_along_at_the_desk(client: FlaskClient) -> None:
    desk, place = staff.sign_in(client, Role.LICENSING), "/en/desk/reports/experiments"
    form = {
        "csrf_token": staff.token_in(desk.get(f"{place}/new?method=offers").get_data(as_text=True)),
        "title": "Packages above",
        "hypothesis": "They sell better there.",
        "a_label": "Above",
        "a_value": "packages",
        "b_label": "Below",
        "b_value": "questions",
        "kinds": "licence_fee",
    }
    faulty = desk.post(f"{place}/new?method=offers", data=form | {"b_value": "packages"})
    assert faulty.status_code == 422
    assert "They sell better there." in faulty.get_data(as_text=True)

    made = desk.post(f"{place}/new?method=offers", data=form)
    assert made.status_code == 303
    one = made.headers["Location"]
    assert desk.get(f"{one}.pdf").status_code == 404
    desk.post(f"{one}/start", data=form)
    assert desk.post(f"{one}/stop", data=form | {"hours": "many"}).status_code == 422
    desk.post(f"{one}/stop", data=form | {"hours": "2,5", "lessons": "Above it is."})

    page = desk.get(one).get_data(as_text=True)
    assert "Above it is." in page
    assert desk.get(f"{one}.json").get_json()["staff_minutes"] == 150
    assert desk.get(f"{one}.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("page", ["", "/demand", "/experiments", "/months.csv", "/experiments/1"])
def test_reports_are_for_those_who_license(client: FlaskClient, page: str) -> None:
    cataloguer = staff.sign_in(client, Role.CATALOGUER)

    assert cataloguer.get(f"/en/desk/reports{page}").status_code == 403


def test_reports_show_what_earned_and_what_is_wanted(client: FlaskClient) -> None:
    entry, wanted = sales.entry_for_sale(), sales.entry_for_sale("Laat uur", "NR-0413")
    moment = clock.now()
    sales.paid([sales.line_for(entry, 10000)], moment=moment)
    today = moment.date()
    interest.write(
        {
            (today, Sort.HEARD, entry.pid): 9,
            (today, Sort.HEARD, wanted.pid): 4,
            (today, Sort.NOT_FOUND, "zeldzaam woord"): 2,
            (today, Sort.NOT_FOUND, "terwindt live"): 3,
        }
    )
    db.session.commit()
    desk = staff.sign_in(client, Role.LICENSING)

    income_page = desk.get("/en/desk/reports").get_data(as_text=True)
    demand_page = desk.get("/en/desk/reports/demand").get_data(as_text=True)

    assert "€121.00" in income_page
    assert "Blauw uur" in income_page
    assert "Laat uur" in demand_page
    assert "Blauw uur" not in demand_page
    assert "terwindt live" in demand_page
    assert "zeldzaam woord" not in demand_page  # asked too seldom to be nobody's


def test_an_impossible_period_is_told(client: FlaskClient) -> None:
    desk = staff.sign_in(client, Role.LICENSING)

    for page in ("", "/demand", "/months.csv"):
        answer = desk.get(f"/en/desk/reports{page}?period=1999-13")
        assert answer.status_code == 422
        assert "2026-Q4" in answer.get_data(as_text=True)


def test_what_is_heard_for_credit_is_a_sale_where_it_counts() -> None:
    experiment, owner, entry = begun(kinds=["listen"]), wallets.guest(500), hearing.recording()
    listener = visitor_of(experiment, "a")
    experiments.expose(experiment, listener, NOON)
    grant = hearing.hear(owner, entry)
    experiments.note(experiment, listener, Deed.USED, grant.key, NOON)

    measured = experiment_measures.measure(experiment, "EUR").variants[0]

    assert (measured.sales, measured.earned.gross) == (1, Money(25, "EUR"))
