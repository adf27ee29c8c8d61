"""Offers: the same ticket on the page and for programs, with a price or with the reason why there is none."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g, render_template, request
from flask.testing import FlaskClient

from archive import assets
from archive.assets import AssetRole
from archive.db import db
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Status
from licensing import covered, offers, offers_on_pages, orders, parties, pricing, rates, rights
from licensing.choices import Choice
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.orders import Buyer, LineKind, PricedLine
from licensing.parties import PartyKind
from licensing.pricing import Step
from licensing.reasons import Verdict

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def card(app: Flask) -> None:
    """A rate card in force, and a reader of English."""
    g.lang = "en"
    rates.activate(rates.load(rates.CARD_OF_2026))


def published(kind: EntryKind = EntryKind.RECORDING, title: str = "Blauw uur") -> Entry:
    """An entry with a master file that everybody may see, without any claim."""
    entry = entries.add(kind, title, NOW)
    master = assets.keep(
        b"x", role=AssetRole.MASTER, filename="a", media_type="audio/wav", suffix=".wav", moment=NOW
    )
    entry_files.attach(entry.id, master)
    entries.move(entry, Status.PUBLISHED, None)
    return entry


def claim(entry: Entry, layer: Layer, basis: Basis, holder: str | None = None, **details) -> None:
    party = parties.ensure(PartyKind.ORGANISATION, holder) if holder else None
    rights.record(entry, layer, basis, ClaimStatus.CONFIRMED, NOW, party=party, **details)


@pytest.fixture
def cleared() -> Entry:
    entry = published()
    claim(entry, Layer.COMPOSITION, Basis.COLLECTIVE, "Buma/Stemra")
    claim(entry, Layer.PERFORMANCE, Basis.REPRESENTED, "the heirs of Joop Terwindt")
    claim(entry, Layer.MASTER, Basis.OWNED)
    db.session.commit()
    return entry


@pytest.fixture
def out_of_commerce() -> Entry:
    entry = published()
    claim(entry, Layer.MASTER, Basis.OUT_OF_COMMERCE, notified_on=date(2025, 1, 15))
    db.session.commit()
    return entry


def ticket(app: Flask, entry: Entry, lang: str = "en", **choice: str) -> str:
    """The ticket as it stands on the entry's page."""
    with app.test_request_context(f"/{lang}/entries/{entry.pid}", query_string=choice):
        app.preprocess_request()
        assert request.view_args is not None
        return render_template("licensing/_offers.html", entry=entry)


def test_the_design_example_is_offered_to_the_cent(cleared: Entry) -> None:
    offer = offers.offer_for(cleared, Choice.read({}), TODAY)

    assert offer.choice.answers() == {
        "use": "documentary",
        "territory": "europe",
        "term": "5_years",
        "duration": "30s",
    }
    assert offer.price is not None
    amounts = (offer.price.net, offer.vat.vat, offer.total)
    assert [amount.show("nl") for amount in amounts] == ["€ 180,50", "€ 37,91", "€ 218,41"]
    assert (offer.state, offer.card_version) == ("priced", "2026-2")


def test_the_stored_trace_recomputes_the_price(cleared: Entry) -> None:
    offer = offers.offer_for(cleared, Choice.read({"territory": "world", "duration": "whole"}), TODAY)

    stored = [Step(**step) for step in offer.trace_for_storage()]

    assert offer.price is not None
    assert pricing.recompute(stored, "EUR") == offer.price.net


def test_a_choice_is_written_as_one_line(cleared: Entry) -> None:
    offer = offers.offer_for(cleared, Choice.read({}), TODAY)

    assert offer.summary("en") == "Documentary, Europe, 5 years, up to 30 seconds"


def test_advertising_with_cleared_makers_is_on_request(cleared: Entry) -> None:
    offer = offers.offer_for(cleared, Choice.read({"use": "advertising"}), TODAY)

    assert (offer.state, offer.price) == ("on_request", None)
    assert "must agree to this use" in offer.message


def test_what_is_allowed_but_has_no_rate_is_on_request_and_says_so() -> None:
    picture = published(EntryKind.IMAGE)
    claim(picture, Layer.PHOTOGRAPH, Basis.PUBLIC_DOMAIN)

    offer = offers.offer_for(picture, Choice.read({"use": "advertising"}), TODAY)

    assert (offer.decision.verdict, offer.state) == (Verdict.ALLOW, "on_request")
    assert offer.message == "We have no fixed price for this use. Ask the archive for a quote."


def test_a_picture_is_asked_for_its_size() -> None:
    picture = published(EntryKind.IMAGE)
    claim(picture, Layer.PHOTOGRAPH, Basis.ASSIGNED)

    offer = offers.offer_for(picture, Choice.read({"size": "full"}), TODAY)

    first = [question.code for question in offer.questions if not question.is_further]
    assert first == ["use", "territory", "term", "size"]
    assert offer.price is not None
    assert offer.price.net.show("en") == "€84.00"


def test_where_nothing_can_be_sold_no_questions_are_asked(out_of_commerce: Entry) -> None:
    offer = offers.offer_for(out_of_commerce, Choice.read({}), TODAY)

    assert (offer.state, offer.questions) == ("refused", ())
    assert "Out of commerce" in offer.message


def test_what_nobody_has_looked_into_is_on_request() -> None:
    offer = offers.offer_for(published(), Choice.read({}), TODAY)

    assert (offer.state, offer.questions) == ("on_request", ())
    assert offer.message == "Nobody has looked into the rights yet. The archive does that when you ask."


def test_a_session_is_not_licensed_by_itself() -> None:
    session = entries.add(EntryKind.SESSION, "Nachtconcert", NOW)

    assert offers.offer_for(session, Choice.read({}), TODAY).state == "on_request"


def test_before_the_first_rate_card_everything_is_on_request(cleared: Entry) -> None:
    offer = offers.offer_for(cleared, Choice.read({}), date(2025, 6, 1))

    assert (offer.state, offer.message) == ("on_request", pricing.NO_CARD)


def test_the_list_of_rates_says_what_each_price_includes() -> None:
    listed = {line.use: (line.included, line.from_label) for line in offers_on_pages.rate_list(TODAY, "en")}

    assert listed["Podcast"] == ("One episode, world, 5 years", "€18")
    assert listed["Book or magazine"] == ("Print run up to 3,000, Benelux, 5 years", "€35")
    assert listed["Advertising"] == ("Always a quote", "on request")


def test_the_ticket_works_without_script(app: Flask, cleared: Entry) -> None:
    html = ticket(app, cleared, use="podcast", territory="world")

    assert 'value="podcast" checked' in html
    assert 'value="world" selected' in html
    assert "€21.78" in html  # 18.00 and 21 % of it
    assert f'formaction="/en/entries/{cleared.pid}/order"' in html


def test_the_ticket_shows_how_the_price_is_made(app: Flask, cleared: Entry) -> None:
    html = ticket(app, cleared)

    assert "<dt>Documentary: Netherlands, 5 years, up to 30 seconds</dt><dd>€95.00</dd>" in html
    assert "<dt>Europe × 1.9</dt><dd>€180.50</dd>" in html
    assert "Price list 2026-2" in html


def test_the_ticket_tells_which_answer_it_did_not_know(app: Flask, cleared: Entry) -> None:
    html = ticket(app, cleared, territory="<moon>")

    assert "We do not know “&lt;moon&gt;” as an answer to “Where”" in html


def test_the_ticket_of_a_work_out_of_commerce_says_why_and_sells_nothing(
    app: Flask, out_of_commerce: Entry
) -> None:
    html = ticket(app, out_of_commerce)

    assert "nothing of it may be sold or licensed" in html
    assert "<button" not in html
    assert "mailto:" not in html


def test_on_request_leads_to_a_person(app: Flask) -> None:
    entry = published(title="Wals & meer")

    html = ticket(app, entry)

    assert f'formaction="/en/entries/{entry.pid}/request"' in html


def test_the_interface_gives_what_the_page_shows(app: Flask, client: FlaskClient, cleared: Entry) -> None:
    answer = client.get(f"/api/v1/entries/{cleared.pid}/price?territory=europe&lang=nl").get_json()

    assert (answer["decision"], answer["net_minor"], answer["vat_minor"], answer["total_minor"]) == (
        "allow",
        18050,
        3791,
        21841,
    )
    assert (answer["currency"], answer["vat_bp"], answer["rate_card"]) == ("EUR", 2100, "2026-2")
    assert (answer["ticket"]["net"], answer["ticket"]["vat"], answer["ticket"]["total"]) == (
        "€ 180,50",
        "€ 37,91",
        "€ 218,41",
    )
    assert [step["amount"] for step in answer["ticket"]["trace"]] == [
        "€ 95,00",
        "€ 180,50",
        "€ 180,50",
        "€ 180,50",
    ]
    page = ticket(app, cleared, lang="nl", territory="europe")
    assert all(answer["ticket"][name] in page for name in ("net", "vat_label", "vat", "total", "button"))


def test_the_interface_refuses_with_reasons(client: FlaskClient, out_of_commerce: Entry) -> None:
    answer = client.get(f"/api/v1/entries/{out_of_commerce.pid}/price?lang=en").get_json()

    assert (answer["decision"], answer["net_minor"], answer["ticket"]["state"]) == ("deny", None, "refused")
    assert answer["reasons"][0]["layer"] == "master"
    assert answer["reasons"][0]["verdict"] == "deny"


def test_the_price_of_what_is_not_public_is_not_told(client: FlaskClient) -> None:
    draft = entries.add(EntryKind.RECORDING, "Proefband", NOW)
    db.session.commit()

    assert client.get(f"/api/v1/entries/{draft.pid}/price").status_code == 404


def test_a_licence_covers_what_is_cleared_and_names_whom_to_ask_for_the_rest(cleared: Entry) -> None:
    decision = offers.offer_for(cleared, Choice.read({}), TODAY).decision

    said = covered.of(decision)

    assert said["granted"] == [
        ["Performers", "The archive may license this for the heirs of Joop Terwindt."],
        ["Recording (master)", "The archive holds this right."],
    ]
    assert [name for name, _sentence in said["not_granted"]] == ["Composition"]
    assert "Report your use there" in said["not_granted"][0][1]
    assert said["roles"] == {"performance": "representative", "master": "owner"}


def test_the_page_says_for_each_layer_how_it_stands(app: Flask, cleared: Entry) -> None:
    claim(cleared, Layer.DEPOSIT_CONTRACT, Basis.REPRESENTED, "the family", note_en="Given in 1987.")

    with app.test_request_context("/en/"):
        app.preprocess_request()
        lines = offers_on_pages.template_globals()["rights_lines"](cleared.pid)

    assert [(line.state, line.heading) for line in lines] == [
        ("half", "Composition: you arrange this yourself."),
        ("ok", "Performers: cleared."),
        ("ok", "Recording (master): cleared."),
        ("ok", "Agreement with the donor: cleared."),
    ]
    assert lines[0].text.startswith("Registered with Buma/Stemra.")
    assert lines[-1].text == "Given in 1987."


def test_a_layer_that_nobody_claimed_is_shown_as_not_cleared(app: Flask) -> None:
    entry = published()
    claim(entry, Layer.MASTER, Basis.OWNED)

    with app.test_request_context("/en/"):
        app.preprocess_request()
        lines = offers_on_pages.template_globals()["rights_lines"](entry.pid)

    assert ("no", "Performers: not cleared yet.") in [(line.state, line.heading) for line in lines]


def test_ready_packages_come_first_with_what_is_saved_on_their_parts(app: Flask, cleared: Entry) -> None:
    html = ticket(app, cleared)

    assert html.index("Ready packages") < html.index("What for")
    assert 'href="/en/entries/' + cleared.pid + '?package=podcast_episode#licence"' in html
    # 51.84 and 21 % of it are 62.73; the package costs 45.00 and 21 % of it.
    assert "€54.45" in html
    assert "€8.28 less than put together yourself" in html


def test_a_chosen_package_is_marked_priced_and_ordered(app: Flask, cleared: Entry) -> None:
    html = ticket(app, cleared, package="film")

    assert re.search(r'data-package="film" aria-current="true"', html)
    assert 'name="package" value="film"' in html
    assert "<dt>Fixed price of the package</dt><dd>€140.00</dd>" in html


def test_an_unknown_package_is_told_and_the_calculator_answers(app: Flask, cleared: Entry) -> None:
    html = ticket(app, cleared, package="<opera>")

    assert "There is no package “&lt;opera&gt;” for this" in html
    assert "€218.41" in html


def test_circumstances_wait_behind_a_fold_that_opens_when_one_is_unusual(app: Flask, cleared: Entry) -> None:
    assert "<details>\n      <summary>More about your use" in ticket(app, cleared)
    assert "<details open>\n      <summary>More about your use" in ticket(app, cleared, user_class="academic")


def test_what_a_company_does_with_it_needs_the_consent_that_commercial_use_needs(cleared: Entry) -> None:
    offer = offers.offer_for(cleared, Choice.read({"user_class": "commercial"}), TODAY)

    assert (offer.state, offer.decision.verdict) == ("on_request", Verdict.ASK)


def sold(entry: Entry, **choice: str) -> None:
    offer = offers.offer_for(entry, Choice.read(choice), TODAY)
    assert offer.price is not None
    line = PricedLine(
        entry_id=entry.id,
        title=entry.title,
        kind=LineKind.LICENCE_FEE,
        choice=offer.choice.answers(),
        summary="",
        net=offer.price.net,
        vat=offer.vat.vat,
        vat_code="S",
        vat_bp=2100,
        vat_country="NL",
        trace=[],
        rate_card="2026-2",
        is_exclusive="exclusivity" in choice,
    )
    buyer = Buyer("Noor", "noor@studio.example", None, "NL", "Slotscène", "nl")
    orders.place(buyer, [line], form_key=orders.new_form_key(), consent={}, terms="1", moment=NOW)


def test_what_somebody_else_holds_exclusively_is_refused_with_its_last_day(cleared: Entry) -> None:
    sold(cleared, exclusivity="exclusive")

    offer = offers.offer_for(cleared, Choice.read({}), TODAY)
    elsewhere = offers.offer_for(cleared, Choice.read({"use": "podcast"}), TODAY)

    assert (offer.state, elsewhere.state) == ("refused", "priced")
    assert "Somebody has the exclusive right to this use until 21 November 2031" in offer.message


def test_an_exclusive_use_beside_licences_already_given_must_be_asked_for_as_such(cleared: Entry) -> None:
    sold(cleared)

    alone = offers.offer_for(cleared, Choice.read({"exclusivity": "exclusive"}), TODAY)
    beside = offers.offer_for(cleared, Choice.read({"exclusivity": "from_now"}), TODAY)

    assert (alone.state, beside.state) == ("on_request", "priced")
    assert "Others may already use this" in alone.message
    assert "exclusive beside licences already given" in beside.summary("en")
