"""The desk's pages of names and places, of merging, and of what may be double: each works without script."""

import html
import re
import threading
from contextvars import Context

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive import accounts, clock
from archive.accounts import Role as StaffRole
from archive.db import db
from catalogue import agents, authorities, credits, places
from catalogue.agents import Agent, AgentKind, NameKind
from catalogue.duplicate_pairs import DuplicatePair
from catalogue.duplicates import refreshing
from catalogue.entries import Entry, Status
from catalogue.merges import Merge
from catalogue.merging import fields
from catalogue.merging.fields import Thing
from catalogue.places import Place, PlaceKind
from tests import counting
from tests.catalogue import specimens

PASSWORD = "paard batterij nietje"
BUDGET = 25  # statements of one page


@pytest.fixture
def two(app: Flask) -> tuple[Agent, Agent]:
    """John Coltrane and a misprint of him, each at a public concert."""
    tenor = specimens.instrument("tenor-saxophone", "tenorsaxofoon", "tenor saxophone")
    right, wrong = specimens.person("John Coltrane"), specimens.person("John Coltane")
    for title, player in (("Blue World", right), ("Blue Train", wrong)):
        specimens.session(title, specimens.plays(player, tenor), date="1957")
    db.session.commit()
    return right, wrong


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of Marit, who catalogues and has signed in."""
    accounts.add("marit@example.org", "Marit", StaffRole.CATALOGUER, PASSWORD, clock.now())
    db.session.commit()
    return sign_in(client)


def sign_in(client: FlaskClient) -> FlaskClient:
    page = client.get("/nl/sign-in").get_data(as_text=True)
    answer = client.post(
        "/nl/sign-in", data={"csrf_token": token_in(page), "email": "marit@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 303
    return client


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def form_of(client: FlaskClient, address: str) -> tuple[str, dict[str, str]]:
    """Return a page and the hidden fields of its form."""
    page = client.get(address).get_data(as_text=True)
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return page, dict(hidden)


def test_only_staff_see_these_pages(client: FlaskClient, two: tuple[Agent, Agent]) -> None:
    for address in ("people", "places", "duplicates", "merges", f"people/{two[0].pid}"):
        assert "/sign-in" in client.get(f"/en/desk/{address}").location


def test_a_name_is_found_by_its_beginning_and_shows_who_uses_it(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    found = marit.get("/en/desk/people?q=colt&kind=person").get_data(as_text=True)
    page = marit.get(f"/en/desk/people/{two[0].pid}").get_data(as_text=True)

    assert found.count("Coltrane, John") == 1
    assert "1 entry" in found
    assert "Blue World" in page


def test_a_person_is_edited_with_names_dates_and_numbers(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    address = f"/en/desk/people/{two[0].pid}"
    _, form = form_of(marit, address)
    form |= {
        "name": "John William Coltrane",
        "kind": "person",
        "born": "23 september 1926",
        "died": "1967",
        "living_private": "1",
        "other_name": "Trane",
        "other_kind": "stage",
        "scheme": "",
        "value": "https://www.wikidata.org/wiki/Q7346",
        "comment": "from the passport",
    }

    answer = marit.post(address, data=form)

    db.session.rollback()
    agent = db.session.get_one(Agent, two[0].id)
    assert answer.status_code == 303
    assert (agent.name, agent.sort_name, agent.version) == (
        "John William Coltrane",
        "Coltrane, John William",
        1,
    )
    assert (agent.born_edtf, agent.died_edtf, agent.living_private) == ("1926-09-23", "1967", True)
    assert [(known.name, known.kind) for known in agent.names] == [("Trane", NameKind.STAGE)]
    assert [(one.scheme, one.value) for one in authorities.identifiers_of(agent)] == [("wikidata", "Q7346")]
    page = marit.get(address).get_data(as_text=True)
    assert "from the passport" in page
    assert "Marit" in page
    assert "1926" not in marit.get(f"/en/people/{agent.pid}").get_data(as_text=True)


def test_what_is_wrong_stays_in_the_form_and_is_named(marit: FlaskClient, two: tuple[Agent, Agent]) -> None:
    address = f"/en/desk/people/{two[0].pid}"
    _, form = form_of(marit, address)

    answer = marit.post(
        address, data=form | {"name": "", "born": "ergens toen", "scheme": "isni", "value": "0000 0001"}
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="ergens toen"' in page
    assert 'value="0000 0001"' in page
    assert page.count('class="error"') == 3


def test_the_second_of_two_who_edit_is_told_and_keeps_what_was_typed(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    address = f"/en/desk/people/{two[0].pid}"
    _, form = form_of(marit, address)
    marit.post(address, data=form | {"name": "John W. Coltrane", "kind": "person"})

    answer = marit.post(address, data=form | {"name": "Trane", "kind": "person"})

    assert answer.status_code == 409
    assert 'value="Trane"' in answer.get_data(as_text=True)
    db.session.rollback()
    assert db.session.get_one(Agent, two[0].id).name == "John W. Coltrane"


def test_whoever_edits_what_was_merged_meanwhile_is_led_to_what_stays(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    right, wrong = two
    _, editing = form_of(marit, f"/en/desk/people/{wrong.pid}")
    merge(marit, right, wrong)

    answer = marit.post(
        f"/en/desk/people/{wrong.pid}", data=editing | {"name": "John Coltane", "kind": "person"}
    )

    assert answer.status_code == 409
    assert 'value="John Coltane"' in answer.get_data(as_text=True)
    followed = marit.get(f"/en/desk/people/{wrong.pid}")
    assert (followed.status_code, followed.location) == (301, f"/en/desk/people/{right.pid}")


def test_a_new_person_and_a_new_place_are_added(marit: FlaskClient, app: Flask) -> None:
    city = places.ensure(PlaceKind.CITY, "Rotterdam")
    db.session.commit()
    _, person = form_of(marit, "/en/desk/people/new?name=Coba+van+Rhijn")
    _, place = form_of(marit, "/en/desk/places/new")

    first = marit.post("/en/desk/people/new", data=person | {"name": "Coba van Rhijn", "kind": "person"})
    second = marit.post(
        "/en/desk/places/new",
        data=place
        | {"name": "De Kaap", "kind": "venue", "parent": "Rotterdam", "lat": "51,9", "lon": "4.48"}
        | {"variants": "Zaal Katendrecht\nKaapzaal\n"},
    )

    assert (first.status_code, second.status_code) == (303, 303)
    added = db.session.scalars(select(Place).where(Place.name == "De Kaap")).one()
    assert (added.parent_id, added.variants, added.lat) == (city.id, ["Zaal Katendrecht", "Kaapzaal"], 51.9)
    assert db.session.scalars(select(Agent).where(Agent.sort_name == "Rhijn, Coba van")).one().version == 1


def test_a_place_does_not_lie_in_itself_or_nowhere(marit: FlaskClient, app: Flask) -> None:
    city = places.ensure(PlaceKind.CITY, "Rotterdam")
    venue = places.ensure(PlaceKind.VENUE, "De Kaap", city)
    db.session.commit()
    address = f"/en/desk/places/{city.pid}"
    _, form = form_of(marit, address)

    for parent in (venue.line, "Atlantis", "Rotterdam"):
        answer = marit.post(
            address, data=form | {"name": "Rotterdam", "kind": "city", "parent": parent, "parent_pick": ""}
        )
        assert answer.status_code == 422, parent


def merge(client: FlaskClient, kept: Thing, merged: Thing, **chosen: str) -> Merge:
    kind = fields.kind_of(kept).value
    address = f"/en/desk/merge/{kind}/{kept.pid}?with={merged.pid}"
    _, form = form_of(client, address)
    answer = client.post(address.partition("?")[0], data=form | chosen)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    db.session.rollback()
    return db.session.scalars(select(Merge).order_by(Merge.id.desc()).limit(1)).one()


def test_both_sides_are_shown_field_by_field_with_what_moves(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    right, wrong = two
    wrong.born_edtf, wrong.bio_en = "1926", "Played the tenor."
    right.bio_en = "A tenor saxophonist."
    db.session.commit()

    page = marit.get(f"/en/desk/merge/agent/{right.pid}?with={wrong.pid}").get_data(as_text=True)

    assert "Credits <strong" in page
    for field, side in (("agent.name", "kept"), ("agent.born_edtf", "merged"), ("agent.bio_en", "kept")):
        assert re.search(rf'name="field\.{field}" value="{side}" checked', page), field


def test_every_old_address_leads_on_for_ever(marit: FlaskClient, two: tuple[Agent, Agent]) -> None:
    right, wrong = two
    merge(marit, right, wrong)

    for address in ("/id/{}", "/en/people/{}", "/api/v1/people/{}/companions"):
        answer = marit.get(address.format(wrong.pid))
        assert (answer.status_code, answer.location) == (301, address.format(right.pid)), address
        assert answer.cache_control.no_cache, "browsers would keep it after an undo"
    third = specimens.person("Jon Coltrane")
    db.session.commit()
    merge(marit, third, right)
    assert marit.get(f"/id/{wrong.pid}").location == f"/id/{third.pid}"
    assert marit.get(f"/id/{third.pid}").status_code == 303


def test_the_number_of_a_place_leads_to_what_was_made_there(marit: FlaskClient, app: Flask) -> None:
    kept, gone = specimens.venue("De Kaap", "Rotterdam"), specimens.venue("Kaapzaal", "Rotterdam")
    hidden = specimens.venue("Nergens", "Rotterdam")
    specimens.session("Nachtconcert", place_id=gone.id)
    db.session.commit()
    merge(marit, kept, gone)

    assert marit.get(f"/id/{gone.pid}").location == f"/id/{kept.pid}"
    assert marit.get(f"/id/{kept.pid}").location == f"/nl/search?place={kept.pid}"
    assert marit.get(f"/id/{hidden.pid}").status_code == 404


def test_an_entry_that_was_merged_leads_on_and_may_be_had_back(marit: FlaskClient, app: Flask) -> None:
    kept, gone = specimens.session("Nachtconcert", date="1958"), specimens.session("Concert in de nacht")
    db.session.commit()
    kept_pid, gone_pid = kept.pid, gone.pid

    made = merge(marit, kept, gone)

    for address in ("/id/{}", "/nl/entries/{}", "/api/v1/entries/{}"):
        answer = marit.get(address.format(gone_pid))
        assert (answer.status_code, answer.location) == (301, address.format(kept_pid)), address
    assert "Concert in de nacht" not in marit.get("/en/desk?status=withdrawn").get_data(as_text=True)
    assert marit.get(f"/id/{gone_pid}?version=1").location == f"/id/{kept_pid}"
    assert marit.get(f"/nl/entries/{gone_pid}/versions/1").location == f"/nl/entries/{kept_pid}"
    page, form = form_of(marit, f"/en/desk/merges/{made.id}")
    assert "Concert in de nacht" in page
    assert marit.post(f"/en/desk/merges/{made.id}/undo", data=form).status_code == 303
    assert marit.get(f"/nl/entries/{gone_pid}").status_code == 200
    assert marit.post(f"/en/desk/merges/{made.id}/undo", data=form).status_code == 409


def test_a_merge_of_what_was_changed_since_is_refused_and_keeps_the_choices(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    right, wrong = two
    address = f"/en/desk/merge/agent/{right.pid}"
    _, form = form_of(marit, f"{address}?with={wrong.pid}")
    authorities.save(wrong, None)
    db.session.commit()

    answer = marit.post(address, data=form | {"field.agent.name": "merged", "comment": "one man"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert re.search(r'name="field\.agent\.name" value="merged" checked', page)
    assert 'value="one man"' in page


def test_what_cannot_be_merged_is_said_before_anything_is_asked(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    band = agents.add(AgentKind.ENSEMBLE, "John Coltrane Quartet")
    db.session.commit()

    assert marit.get(f"/en/desk/merge/agent/{two[0].pid}?with={two[0].pid}").status_code == 422
    assert marit.get(f"/en/desk/merge/agent/{two[0].pid}?with={band.pid}").status_code == 422
    assert marit.get(f"/en/desk/merge/agent/{two[0].pid}?with=nr0").status_code == 404
    choosing = marit.get(f"/en/desk/merge/agent/{two[0].pid}").get_data(as_text=True)
    assert "John Coltane" in choosing  # shares a word
    assert f"with={two[0].pid}" not in choosing


def test_of_two_merges_at_the_same_moment_one_is_made(app: Flask, two: tuple[Agent, Agent]) -> None:
    accounts.add("marit@example.org", "Marit", StaffRole.CATALOGUER, PASSWORD, clock.now())
    third = specimens.person("Jon Coltrane")
    db.session.commit()
    right, wrong = two
    wanted = [(right.pid, wrong.pid), (wrong.pid, right.pid), (third.pid, wrong.pid), (wrong.pid, third.pid)]
    browsers = [sign_in(app.test_client()) for _ in wanted]
    forms = [
        form_of(browser, f"/en/desk/merge/agent/{kept}?with={gone}")[1]
        for browser, (kept, gone) in zip(browsers, wanted, strict=True)
    ]
    barrier, statuses = threading.Barrier(len(wanted)), []

    def send(at: int) -> None:
        barrier.wait()
        answer = browsers[at].post(f"/en/desk/merge/agent/{wanted[at][0]}", data=forms[at])
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=Context().run, args=(send, at)) for at in range(len(wanted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [303, 409, 409, 409]
    db.session.rollback()
    merged = db.session.scalars(select(Agent).where(Agent.merged_into_id.is_not(None))).all()
    assert len(merged) == 1


def test_a_merge_and_an_edit_at_the_same_moment_have_one_winner(app: Flask, two: tuple[Agent, Agent]) -> None:
    accounts.add("marit@example.org", "Marit", StaffRole.CATALOGUER, PASSWORD, clock.now())
    db.session.commit()
    right, wrong = two
    addresses = (f"/en/desk/merge/agent/{right.pid}", f"/en/desk/people/{wrong.pid}")
    browsers = [sign_in(app.test_client()) for _ in addresses]
    forms = [
        form_of(browsers[0], f"{addresses[0]}?with={wrong.pid}")[1],
        form_of(browsers[1], addresses[1])[1] | {"name": "J. Coltane", "kind": "person"},
    ]
    barrier, statuses = threading.Barrier(2), {}

    def send(at: int) -> None:
        barrier.wait()
        statuses[at] = browsers[at].post(addresses[at], data=forms[at]).status_code

    threads = [threading.Thread(target=Context().run, args=(send, at)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses.values()) == [303, 409]


def test_the_queue_keeps_apart_takes_back_and_leads_to_the_merge(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    refreshing.refresh({"job_id": 1})
    (pair,) = db.session.scalars(select(DuplicatePair)).all()
    number = pair.id

    page, form = form_of(marit, "/en/desk/duplicates")
    assert "One letter apart" in page
    assert "Both play tenor saxophone" in page
    assert f"/en/desk/merge/agent/{two[0].pid}?with={two[1].pid}" in page
    apart = marit.post(f"/en/desk/duplicates/{number}", data=form | {"do": "different"})
    assert "Nothing to decide" in marit.get(apart.location).get_data(as_text=True)
    assert "John Coltane" in marit.get("/en/desk/duplicates?state=different").get_data(as_text=True)
    marit.post(f"/en/desk/duplicates/{number}", data=form | {"do": "reopen"})
    assert "One letter apart" in marit.get("/en/desk/duplicates").get_data(as_text=True)
    assert marit.post("/en/desk/duplicates/look", data=form).status_code == 303
    assert marit.post("/en/desk/duplicates/999", data=form).status_code == 404


def test_the_queue_holds_recordings_that_may_be_described_twice(marit: FlaskClient, app: Flask) -> None:
    nights = [specimens.session("Nachtconcert", date="14 maart 1958") for _ in range(2)]
    first, second = (specimens.recording("Blauw uur", at=night, duration_ms=200_000) for night in nights)
    first.status = Status.DRAFT
    db.session.commit()
    refreshing.refresh({"job_id": 1})
    number = db.session.scalars(select(DuplicatePair.id)).one()

    page, form = form_of(marit, "/en/desk/duplicates")

    assert "The same title on the same day" in page
    assert "Both last as long" in page
    assert f"/en/desk/entries/{second.pid}" in page
    assert f"/en/desk/merge/entry/{second.pid}?with={first.pid}" in page  # what is public stays
    assert marit.get(f"/en/desk/merge/entry/{second.pid}?with={first.pid}").status_code == 200
    apart = marit.post(f"/en/desk/duplicates/{number}", data=form | {"do": "different"})
    assert "Nothing to decide" in marit.get(apart.location).get_data(as_text=True)


def test_each_page_asks_the_database_a_fixed_number_of_questions(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    place = specimens.venue("De Kaap", "Rotterdam")
    first, second = specimens.session("Nachtconcert"), specimens.session("Concert", place_id=place.id)
    tenor = specimens.instrument("tenor-saxophone", "tenorsaxofoon", "tenor saxophone")
    for number in range(12):
        name = f"Player {'abcdefghijklm'[number]} Terwindt"
        specimens.session(f"Concert {number}", specimens.plays(specimens.person(name), tenor))
    for _ in range(3):
        authorities.save(two[0], None, "again")
    db.session.commit()
    refreshing.refresh({"job_id": 1})
    made = merge(marit, called("Player a Terwindt"), called("Player b Terwindt"))

    for address in (
        "people?q=ter",
        "places",
        f"people/{two[0].pid}",
        f"places/{place.pid}",
        f"merge/agent/{two[0].pid}?with={two[1].pid}",
        f"merge/entry/{first.pid}?with={second.pid}",
        f"merges/{made.id}",
        "merges",
        "duplicates",
    ):
        with counting.statements() as asked:
            answer = marit.get(f"/en/desk/{address}")
        assert answer.status_code == 200, address
        assert len(asked) <= BUDGET, (address, len(asked))


def called(name: str) -> Agent:
    return db.session.scalars(select(Agent).where(Agent.name == name)).one()


def test_an_editor_who_had_an_entry_open_keeps_its_people_when_one_of_them_is_merged(
    marit: FlaskClient, two: tuple[Agent, Agent]
) -> None:
    right, wrong = two
    (entry,) = db.session.scalars(select(Entry).where(Entry.title == "Blue Train")).all()
    _, form = whole_form(marit, f"/en/desk/entries/{entry.pid}")
    merge(marit, right, wrong)

    answer = marit.post(f"/en/desk/entries/{entry.pid}", data=form | {"title": ["Blue Train, again"]})

    assert answer.status_code == 303, answer.get_data(as_text=True)
    db.session.rollback()
    assert db.session.get_one(Entry, entry.id).title == "Blue Train, again"
    assert [credit.agent_id for credit in credits.of(entry.id)[entry.id]] == [right.id]


def test_an_editor_of_the_entry_that_went_is_told_and_changes_nothing(marit: FlaskClient, app: Flask) -> None:
    kept, gone = specimens.session("Nachtconcert", date="1958"), specimens.session("Concert in de nacht")
    db.session.commit()
    address = f"/en/desk/entries/{gone.pid}"
    _, form = whole_form(marit, address)
    merge(marit, kept, gone)

    answer = marit.post(address, data=form | {"title": ["Concert bij nacht"]})

    assert answer.status_code == 409
    assert "Concert bij nacht" in answer.get_data(as_text=True)
    db.session.rollback()
    assert db.session.get_one(Entry, gone.id).title == "Concert in de nacht"
    assert marit.get(address).location == f"/en/desk/entries/{kept.pid}"


def whole_form(client: FlaskClient, address: str) -> tuple[str, dict[str, list[str]]]:
    """Return a page and all that its editor would send, as a browser does."""
    page = client.get(address).get_data(as_text=True)
    form: dict[str, list[str]] = {}
    inside = page.partition('id="editor"')[2].partition("</form>")[0]
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (not re.search(r'type="(checkbox|radio)"', tag) or " checked" in tag):
            form.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', inside, re.DOTALL
    ):
        form.setdefault(name, []).append(html.unescape(text))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        form.setdefault(name, []).append(chosen[1] if chosen else first[1] if first else "")
    return page, form
