"""The editor through HTTP: names that are picked and never guessed, drafts, the last look, two editors, new entries."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive import clock
from archive.accounts import Account
from archive.accounts import Role as StaffRole
from archive.db import db
from catalogue import (
    agents,
    credits,
    drafts,
    entries,
    identifiers,
    instruments,
    places,
    relations,
    revisions,
    terms,
)
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import EntryKind, Status
from catalogue.places import Place, PlaceKind
from catalogue.recording_sessions import RecordingSession, SessionType
from catalogue.recordings import LineUp, Recording, TakeStatus
from catalogue.terms import TermScheme
from tests import counting
from tests.catalogue import page_forms, staff
from tests.catalogue.page_forms import Form


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client)


@pytest.fixture
def session(app: Flask) -> str:
    """A session with three players; its pid."""
    instruments.ensure_all()
    known = terms.by_code(TermScheme.INSTRUMENT)
    made = entries.add(EntryKind.SESSION, "Nacht in de Kade", clock.now())
    db.session.add(RecordingSession(entry_id=made.id, session_type=SessionType.CONCERT))
    names = {"Joop Terwindt": "trumpet", "Lies Hogendoorn": "piano", "Cees Kranenborg": "drums"}
    people = [played(agents.add(AgentKind.PERSON, name), known[code].id) for name, code in names.items()]
    credits.replace(made.id, people)
    entries.set_date(made, "14 maart 1958")
    entries.save(made, None, "made")
    db.session.commit()
    return made.pid


@pytest.fixture
def recording(session: str) -> str:
    """A recording of the session with its line-up; its pid."""
    made = entries.add(EntryKind.RECORDING, "Blauw uur", clock.now())
    part = Recording(entry_id=made.id, session_id=entries.get(session).id, take_status=TakeStatus.ISSUED)
    db.session.add(part)
    entries.save(made, None, "made")
    db.session.commit()
    return made.pid


def played(agent: Agent, instrument_id: int) -> Credit:
    return Credit(
        agent_id=agent.id, role=Role.PERFORMER, instrument_id=instrument_id, certainty=Certainty.CERTAIN
    )


def page(browser: FlaskClient, pid: str, lang: str = "en") -> str:
    answer = browser.get(f"/{lang}/desk/entries/{pid}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def form(browser: FlaskClient, pid: str, **changes: str | list[str]) -> Form:
    """The editor's form with some fields typed anew."""
    typed = {
        name.replace("__", "."): [text] if isinstance(text, str) else text for name, text in changes.items()
    }
    return page_forms.read(page(browser, pid)) | typed


def send(browser: FlaskClient, pid: str, typed: Form, do: str = "saved", path: str = "") -> tuple[int, str]:
    answer = browser.post(f"/en/desk/entries/{pid}{path}", data=typed | {"do": [do]})
    db.session.rollback()
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def line(form: Form, table: str, at: int, **columns: str) -> Form:
    """Type in one line of a table."""
    changed = {name: list(texts) for name, texts in form.items()}
    for name, text in columns.items():
        changed[f"{table}.{name.replace('__', '.')}"][at] = text
    return changed


def test_a_form_sent_back_unchanged_changes_nothing(marit: FlaskClient, session: str, recording: str) -> None:
    for pid in (session, recording):
        assert send(marit, pid, form(marit, pid))[0] == 303

        assert entries.get(pid).version == 1


def test_an_unknown_name_comes_back_with_choices_and_adds_nobody(marit: FlaskClient, session: str) -> None:
    typed = line(form(marit, session), "people", 3, name="Lies Hogendorn", instrument="sopraansax")

    status, shown = send(marit, session, typed)

    assert status == 422
    assert "“Lies Hogendorn” is not known" in shown
    assert 'value="new:person"' in shown
    assert db.session.scalar(select(Agent).where(Agent.name == "Lies Hogendorn")) is None


def test_the_choice_that_was_made_is_taken(marit: FlaskClient, session: str) -> None:
    joop = db.session.scalars(select(Agent.pid).where(Agent.name == "Joop Terwindt")).one()
    typed = line(
        form(marit, session), "people", 3, name="Terwindt", name__pick=f"={joop}", instrument="vocals"
    )

    assert send(marit, session, typed)[0] == 303

    added = credits.of(entries.get(session).id)[entries.get(session).id][3]
    assert added.agent is not None
    assert added.agent.pid == joop


@pytest.mark.parametrize("kind", [AgentKind.PERSON, AgentKind.ENSEMBLE])
def test_somebody_new_is_added_in_place(marit: FlaskClient, session: str, kind: AgentKind) -> None:
    typed = line(form(marit, session), "people", 3, name="De Kadegasten", name__pick=f"new:{kind.value}")

    assert send(marit, session, typed)[0] == 303

    assert db.session.scalars(select(Agent.kind).where(Agent.name == "De Kadegasten")).one() is kind


def test_somebody_new_on_two_lines_is_one_person_and_no_namesake(marit: FlaskClient, session: str) -> None:
    known = agents.add(AgentKind.PERSON, "Jan de Vries")
    db.session.commit()
    typed = line(
        form(marit, session), "people", 3, name="Jan de Vries", name__pick="new:person", instrument="tp"
    )
    typed = line(typed, "people", 4, name="Jan de Vries", name__pick="new:person", instrument="flh")

    assert send(marit, session, typed)[0] == 303

    people = credits.of(entries.get(session).id)[entries.get(session).id]
    assert people[3].agent_id == people[4].agent_id != known.id


def test_of_two_of_one_name_one_must_be_chosen(marit: FlaskClient, session: str) -> None:
    for _ in range(2):
        agents.add(AgentKind.PERSON, "Jan de Vries")
    db.session.commit()

    status, shown = send(marit, session, line(form(marit, session), "people", 3, name="Jan de Vries"))

    assert status == 422
    assert "Several are called “Jan de Vries”" in shown


def test_another_name_that_only_one_goes_by_is_enough(marit: FlaskClient, session: str) -> None:
    lies = db.session.scalars(select(Agent).where(Agent.name == "Lies Hogendoorn")).one()
    agents.add_name(lies, "Elisabeth Hogendoorn")
    db.session.commit()

    assert (
        send(marit, session, line(form(marit, session), "people", 3, name="elisabeth hogendoorn"))[0] == 303
    )


def test_an_instrument_may_be_typed_in_any_spelling_and_not_be_made_up(
    marit: FlaskClient, session: str
) -> None:
    typed = form(marit, session)

    assert send(marit, session, line(typed, "people", 0, instrument="flh"))[0] == 303
    people = credits.of(entries.get(session).id)[entries.get(session).id]
    assert people[0].instrument is not None
    assert people[0].instrument.code == "flugelhorn"
    assert (
        send(marit, session, line(form(marit, session), "people", 0, instrument="zingende zaagmachine"))[0]
        == 422
    )


def test_a_new_hall_comes_with_its_town(marit: FlaskClient, session: str) -> None:
    typed = form(marit, session, place="De Kade, Zaandam", place__pick="new:venue")

    assert send(marit, session, typed)[0] == 303

    hall = db.session.scalars(select(Place).where(Place.name == "De Kade")).one()
    assert (hall.kind, hall.line, entries.get(session).place_id) == (
        PlaceKind.VENUE,
        "De Kade, Zaandam",
        hall.id,
    )


def test_a_place_that_is_known_is_found_by_its_line(marit: FlaskClient, session: str) -> None:
    for town in ("Zaandam", "Gouda"):
        places.ensure(PlaceKind.VENUE, "De Kade", places.ensure(PlaceKind.CITY, town))
    db.session.commit()

    assert send(marit, session, form(marit, session, place="De Kade"))[0] == 422
    assert send(marit, session, form(marit, session, place="De Kade, Gouda"))[0] == 303
    place = entries.get(session).place
    assert place is not None
    assert place.line == "De Kade, Gouda"


def test_all_parts_of_a_recording_are_saved(marit: FlaskClient, session: str, recording: str) -> None:
    work = entries.add(EntryKind.WORK, "Blue Hour", clock.now())
    db.session.commit()
    typed = form(
        marit, recording, work="Blue Hour", take="2", matrix_no="PH 4127", duration="6:42.500", language="nl"
    )
    typed = line(typed, "identifiers", 0, scheme="isrc", value="NL-A50-58-00012")
    typed = line(typed, "segments", 0, start_ms="0:00", end_ms="1:04", label_nl="thema", who="Joop Terwindt")
    typed = line(typed, "carriers", 0, carrier_nl="¼-inch band", location="kast 4")
    typed = line(typed, "sources", 0, citation="Jazzwereld 12", field="take", locator="p. 7", note="met foto")
    typed = line(typed, "relations", 0, kind="cover_of", entry="Blue Hour")
    typed = line(typed, "genres", 0, term="hard bop", term__pick="new:term")
    typed = line(typed, "alt_titles", 0, text="Blue Hour", lang="en", kind="translated")

    status, shown = send(marit, recording, typed)

    assert (status, shown.split("?")[0]) == (303, f"/en/desk/entries/{recording}")
    snapshot = revisions.get(entries.get(recording).id, 2).snapshot
    assert (
        snapshot["recording"][0] | {"work_id": work.id, "take": "2", "duration_ms": 402_500}
        == (snapshot["recording"][0])
    )
    assert [row["value"] for row in snapshot["identifiers"]] == ["NLA505800012"]
    assert [(row["label_nl"], row["label_en"], row["end_ms"]) for row in snapshot["segments"]] == [
        ("thema", "thema", 64_000)
    ]
    assert [row["location"] for row in snapshot["holdings"]] == ["kast 4"]
    assert [(row["field"], row["locator"], row["note"]) for row in snapshot["sources"]] == [
        ("take", "p. 7", "met foto")
    ]
    assert [(row["to_id"], row["kind"]) for row in snapshot["relations"]] == [(work.id, "cover_of")]
    assert len(snapshot["terms"]) == 1
    assert snapshot["alt_titles"] == [{"text": "Blue Hour", "lang": "en", "kind": "translated"}]
    assert send(marit, recording, form(marit, recording))[0] == 303
    assert entries.get(recording).version == 2


@pytest.mark.parametrize(
    ("table", "columns", "message"),
    [
        ("identifiers", {"scheme": "isrc", "value": "NL-A50"}, "It looks like NL-A50-58-00012"),
        ("identifiers", {"scheme": "iswc", "value": "T-034.524.680-2"}, "The check digit is wrong"),
        ("identifiers", {"scheme": "mbid", "value": "https://viaf.org/viaf/1"}, "an address of VIAF"),
        ("segments", {"start_ms": "1:04", "end_ms": "0:30", "label_nl": "solo"}, "It ends before it begins"),
        ("segments", {"start_ms": "een minuut", "label_nl": "solo"}, "Type minutes and seconds"),
        ("sources", {"locator": "p. 7"}, "Name the book"),
        ("relations", {"kind": "cover_of", "entry": "nergens"}, "“nergens” is not known"),
        ("carriers", {"shelfmark": "B 12"}, "Say what sort of carrier"),
    ],
)
def test_what_is_wrong_stays_in_the_form_and_is_told(
    marit: FlaskClient, recording: str, table: str, columns: dict[str, str], message: str
) -> None:
    status, shown = send(marit, recording, line(form(marit, recording), table, 0, **columns))

    assert status == 422
    assert message in shown
    assert 'aria-invalid="true"' in shown
    kept = page_forms.read(shown)
    assert all(kept[f"{table}.{name}"][0] == text for name, text in columns.items())
    assert entries.get(recording).version == 1


def test_an_identifier_that_was_wrong_before_may_stay(marit: FlaskClient, recording: str) -> None:
    identifiers.add_to_entry(entries.get(recording).id, "isrc", "from an old list")
    db.session.commit()
    typed = line(form(marit, recording), "identifiers", 1, scheme="matrix", value="PH 1")

    assert send(marit, recording, typed)[0] == 303


def test_the_line_up_of_the_session_is_copied_to_be_edited(marit: FlaskClient, recording: str) -> None:
    assert "The line-up is that of the session" in page(marit, recording)

    assert send(marit, recording, form(marit, recording), "lineup")[0] == 303
    copied = form(marit, recording)
    assert copied["people.name"][:3] == ["Joop Terwindt", "Lies Hogendoorn", "Cees Kranenborg"]
    assert not credits.of(entries.get(recording).id)[entries.get(recording).id]

    assert send(marit, recording, line(copied, "people", 2, name="", instrument=""))[0] == 303
    part = db.session.get_one(Recording, entries.get(recording).id)
    assert part.lineup is LineUp.OWN
    assert len(credits.of(part.entry_id)[part.entry_id]) == 2


def test_a_date_is_explained_while_it_is_typed(marit: FlaskClient) -> None:
    said = marit.get("/en/desk/date?text=voorjaar+1961").get_json()
    unclear = marit.get("/en/desk/date?text=ooit").get_json()

    assert (said["is_understood"], said["said"]) == (True, "Understood as: spring 1961")
    assert unclear["is_understood"] is False
    assert "Not understood" in unclear["said"]


def test_names_are_offered_also_of_what_is_not_public(marit: FlaskClient, session: str) -> None:
    people = marit.get("/en/desk/pick/agent?q=hogend").get_json()["groups"]
    found = marit.get("/en/desk/pick/entry-session?q=kade").get_json()["groups"]

    assert people[0]["suggestions"][0]["label"] == "Lies Hogendoorn"
    assert [one["value"] for one in people[1]["suggestions"]] == [
        "new:person",
        "new:ensemble",
        "new:organisation",
    ]
    assert found[0]["suggestions"][0]["value"] == f"={session}"
    assert marit.get("/en/desk/pick/entry?q=").get_json()["groups"] == []


def test_what_is_typed_is_kept_for_its_writer_alone(app: Flask, marit: FlaskClient, session: str) -> None:
    daan = staff.sign_in(app.test_client(), StaffRole.CATALOGUER, "Daan")

    kept = marit.post(f"/en/desk/entries/{session}/draft", data=form(marit, session, title="Half a thou"))

    assert kept.status_code == 200
    assert "Draft kept at" in kept.get_json()["said"]
    assert 'value="Half a thou"' in page(marit, session)
    assert "not saved yet" in page(marit, session)
    assert "Half a thou" not in page(daan, session)
    assert entries.get(session).title == "Nacht in de Kade"


def test_a_draft_goes_when_it_is_saved_or_thrown_away(marit: FlaskClient, session: str) -> None:
    account = db.session.scalars(select(Account.id)).one()
    entry_id = entries.get(session).id
    for path, do in (("/draft", "discard"), ("", "saved")):
        typed = form(marit, session, title=f"Anders {do}")
        marit.post(f"/en/desk/entries/{session}/draft", data=typed)
        db.session.rollback()
        assert drafts.find(entry_id, account) is not None

        send(marit, session, typed, do, path)

        assert drafts.find(entry_id, account) is None
    assert entries.get(session).title == "Anders saved"


def test_what_says_nothing_new_is_no_draft(marit: FlaskClient, session: str) -> None:
    typed = form(marit, session, title="Anders")
    send(marit, session, typed)

    late = marit.post(f"/en/desk/entries/{session}/draft", data=typed)

    assert late.get_json()["said"] == ""
    assert "not saved yet" not in page(marit, session)


def test_too_much_is_not_kept_as_a_draft(marit: FlaskClient, session: str) -> None:
    typed = form(marit, session, description_nl="x" * 300_000, description_en="x" * 300_000)

    assert marit.post(f"/en/desk/entries/{session}/draft", data=typed).status_code in (400, 413)


def test_publishing_shows_first_what_the_public_will_see(marit: FlaskClient, session: str) -> None:
    status, address = send(marit, session, form(marit, session, title="Nacht aan de Kade"), "published")
    assert (status, "/changes" in address) == (303, True)
    assert entries.get(session).status is Status.DRAFT

    shown = marit.get(address).get_data(as_text=True)
    assert "Nobody sees this entry now" in shown
    for text in ("Nacht aan de Kade", "14 maart 1958", "Joop Terwindt, Performer"):
        assert text in shown

    assert send(marit, session, publishing(shown), "", "/publish")[0] == 303
    assert (entries.get(session).status, entries.get(session).title) == (
        Status.PUBLISHED,
        "Nacht aan de Kade",
    )


def test_of_what_is_public_only_the_differences_are_shown(marit: FlaskClient, session: str) -> None:
    entries.move(entries.get(session), Status.PUBLISHED, None)
    db.session.commit()

    _status, address = send(marit, session, form(marit, session, leader_text="Kwintet Terwindt"), "published")
    shown = marit.get(address).get_data(as_text=True)

    assert "<ins>Kwintet Terwindt</ins>" in shown
    assert "14 maart 1958" not in shown
    assert send(marit, session, publishing(shown), "", "/publish")[0] == 303
    part = db.session.get_one(RecordingSession, entries.get(session).id)
    assert part.leader_text == "Kwintet Terwindt"


def publishing(shown: str) -> Form:
    version = shown.split('name="version" value="')[1].split('"')[0]
    return {"csrf_token": [staff.token_in(shown)], "version": [version]}


def test_what_became_another_since_it_was_looked_at_is_shown_again(marit: FlaskClient, session: str) -> None:
    shown = marit.get(f"/en/desk/entries/{session}/changes").get_data(as_text=True)
    send(marit, session, form(marit, session, title="Anders"))

    status, address = send(marit, session, publishing(shown), "", "/publish")

    assert (status, "/changes" in address) == (303, True)
    assert entries.get(session).status is Status.DRAFT


def test_two_editors_choose_field_by_field_and_nothing_is_overwritten(
    marit: FlaskClient, session: str
) -> None:
    mine = form(marit, session, title="Nacht van Marit", description_nl="Van Marit", leader_text="Kwintet")
    theirs = form(marit, session, title="Nacht van Daan", description_en="By Daan")
    assert send(marit, session, theirs)[0] == 303

    status, shown = send(marit, session, mine)

    assert status == 409
    for text in ("Nacht van Marit", "Nacht van Daan", "Van Marit", "By Daan"):
        assert text in shown
    assert entries.get(session).title == "Nacht van Daan"
    chosen = {"csrf_token": [staff.token_in(shown)], "take.title": ["mine"]}
    assert marit.post(f"/en/desk/entries/{session}/choices", data=chosen).status_code == 303
    assert send(marit, session, form(marit, session))[0] == 303
    entry = entries.get(session)
    assert (entry.title, entry.description_nl, entry.description_en) == (
        "Nacht van Marit",
        "Van Marit",
        "By Daan",
    )


def test_a_choice_left_out_is_asked_again_and_nothing_is_lost(marit: FlaskClient, session: str) -> None:
    mine = form(marit, session, title="Nacht van Marit")
    send(marit, session, form(marit, session, title="Nacht van Daan"))
    _status, shown = send(marit, session, mine)
    empty = {"csrf_token": [staff.token_in(shown)]}

    answer = marit.post(f"/en/desk/entries/{session}/choices", data=empty)

    assert answer.status_code == 422
    assert 'value="Nacht van Marit"' in page(marit, session)


def test_a_save_that_overwrites_nothing_goes_through_although_the_entry_was_moved(
    marit: FlaskClient, session: str
) -> None:
    mine = form(marit, session, title="Nacht van Marit")
    entries.move(entries.get(session), Status.REVIEW, None)
    db.session.commit()

    assert send(marit, session, mine)[0] == 303
    assert (entries.get(session).title, entries.get(session).status) == ("Nacht van Marit", Status.REVIEW)


def test_an_entry_goes_to_review_with_what_was_typed(marit: FlaskClient, session: str) -> None:
    assert send(marit, session, form(marit, session, title="Klaar"), "review")[0] == 303

    assert (entries.get(session).title, entries.get(session).status) == ("Klaar", Status.REVIEW)


def test_withdrawing_without_a_reason_is_refused_and_keeps_what_was_typed(
    marit: FlaskClient, session: str
) -> None:
    entries.move(entries.get(session), Status.PUBLISHED, None)
    db.session.commit()

    status, shown = send(marit, session, form(marit, session, leader_text="Kwintet"), "withdrawn")

    assert status == 409
    assert "Say why the entry is withdrawn" in shown
    assert 'value="Kwintet"' in shown
    assert entries.get(session).status is Status.PUBLISHED


def test_one_goes_on_in_the_list_where_one_was(marit: FlaskClient, session: str) -> None:
    others = []
    for title in ("Eerste", "Tweede", "Derde"):
        made = entries.add(EntryKind.WORK, title, clock.now())
        entries.save(made, None)
        others.append(made.pid)
    db.session.commit()
    _first, second, third = others
    address = f"/en/desk/entries/{second}?status=draft&page=1"
    shown = marit.get(address).get_data(as_text=True)
    action = shown.split('id="editor" method="post" action="')[1].split('"')[0].replace("&amp;", "&")

    saved = marit.post(action, data=page_forms.read(shown) | {"title": ["Tweede, beter"], "do": ["saved"]})
    shown = marit.get(saved.headers["Location"]).get_data(as_text=True)

    assert f"/en/desk/entries/{third}?" in shown.split('rel="prev"')[0].rsplit("<a", 1)[1]
    assert f"/en/desk/entries/{others[0]}?" in shown.split('rel="next"')[0].rsplit("<a", 1)[1]


# A performance begins with its hours, on a page of its own.
@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.PERFORMANCE])
def test_an_entry_of_each_kind_can_be_begun_and_saved(marit: FlaskClient, kind: EntryKind) -> None:
    begun = marit.get("/en/desk/new").get_data(as_text=True)
    typed = {"csrf_token": staff.token_in(begun), "kind": kind.value, "title": "  Iets   nieuws "}

    answer = marit.post("/en/desk/new", data=typed)

    assert answer.status_code == 303
    pid = answer.headers["Location"].rsplit("/", 1)[1]
    assert (entries.get(pid).title, entries.get(pid).status) == ("Iets nieuws", Status.DRAFT)
    assert send(marit, pid, form(marit, pid, title="Iets beters"))[0] == 303
    assert entries.get(pid).title == "Iets beters"


def test_a_new_recording_of_a_session_has_its_line_up(marit: FlaskClient, session: str) -> None:
    begun = marit.get(f"/en/desk/new?kind=recording&session={session}").get_data(as_text=True)
    typed = {"csrf_token": staff.token_in(begun), "kind": "recording", "title": "Toegift", "session": session}

    pid = marit.post("/en/desk/new", data=typed).headers["Location"].rsplit("/", 1)[1]

    assert "Joop Terwindt" in page(marit, pid)


@pytest.mark.parametrize("typed", [{"kind": "opera", "title": "x"}, {"kind": "work", "title": " "}, {}])
def test_what_is_no_beginning_comes_back(marit: FlaskClient, typed: dict[str, str]) -> None:
    token = staff.token_in(marit.get("/en/desk/new").get_data(as_text=True))

    assert marit.post("/en/desk/new", data=typed | {"csrf_token": token}).status_code == 422


def test_an_entry_may_not_lie_in_itself(marit: FlaskClient) -> None:
    outer = entries.add(EntryKind.COLLECTION, "Buiten", clock.now())
    inner = entries.add(EntryKind.COLLECTION, "Binnen", clock.now(), parent_id=outer.id)
    db.session.commit()

    status, shown = send(
        marit, outer.pid, form(marit, outer.pid, parent="Binnen", parent__pick=f"={inner.pid}")
    )

    assert status == 422
    assert "That collection lies inside this one" in shown


def test_relations_are_seen_from_both_sides(session: str, recording: str) -> None:
    one, other = entries.get(recording), entries.get(session)
    relations.replace(one.id, [(relations.RelationKind.DOCUMENTS, other.id)] * 2)

    assert [found.target for found in relations.of(one.id)] == [other]
    assert [found.origin for found in relations.around(other.id)] == [one]


def test_the_editor_of_an_entry_with_thirty_credits_asks_the_database_little(
    marit: FlaskClient, session: str
) -> None:
    entry = entries.get(session)
    known = list(terms.by_code(TermScheme.INSTRUMENT).values())
    people = [played(agents.add(AgentKind.PERSON, f"Player {at}"), known[at].id) for at in range(30)]
    credits.replace(entry.id, people)
    db.session.commit()

    with counting.statements() as asked:
        page(marit, session)

    assert len(asked) < 25, "\n".join(asked)


def test_odd_drafts_are_no_server_error(marit: FlaskClient, session: str) -> None:
    typed = {
        "csrf_token": form(marit, session)["csrf_token"],
        "seen": json.dumps([1]),
        "version": "x",
        "people.key": "z",
    }

    assert marit.post(f"/en/desk/entries/{session}/draft", data=typed).status_code == 200
    assert marit.get(f"/en/desk/entries/{session}").status_code == 200
    assert marit.get(f"/en/desk/entries/{session}/changes").status_code == 200


def test_what_an_import_kept_and_no_list_offers_stays(marit: FlaskClient, recording: str) -> None:
    identifiers.add_to_entry(entries.get(recording).id, "card_index", "B 12")
    db.session.commit()
    typed = line(form(marit, recording), "identifiers", 1, scheme="matrix", value="PH 1")

    assert send(marit, recording, typed)[0] == 303

    found = [(one.scheme, one.value) for one in identifiers.of_entry(entries.get(recording).id)]
    assert found == [("card_index", "B 12"), ("matrix", "PH 1")]
