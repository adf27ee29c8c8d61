"""Corrections from the public: sent without account, seen as a difference, put in by one button or kindly declined."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive import clock
from archive.audit import AuditEntry
from archive.db import db
from archive.transactions import transaction
from catalogue import agents, contact_keeping, corrections, credits, entries, revisions
from catalogue.agents import Agent, AgentKind
from catalogue.corrections import About, Correction, CorrectionState
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Entry, Status
from catalogue.views import corrections as views
from tests import counting
from tests.catalogue import specimens, visitors
from tests.catalogue.visitors import outbox, post, text_of, words

QUEUE = "/en/desk/suggestions"
FORM = {
    "about": "date",
    "proposed": "15 March 1958",
    "source": "The poster says so.",
    "name": "Coba van Rhijn",
    "contact": "coba@example.org",
    "consent": "1",
}


@pytest.fixture
def entry(app: Flask) -> Entry:
    """A published recording that says its own date."""
    made = specimens.recording("Blauw uur", date="14 March 1958", shelfmark="NR-0412")
    db.session.commit()
    return made


@pytest.fixture
def marit(app: Flask) -> FlaskClient:
    """The browser of a cataloguer."""
    return visitors.staff(app.test_client())


def send(browser: FlaskClient, pid: str, page: str = "correct", **changed: str) -> Correction:
    """Send a suggestion; return it as it is kept."""
    answer = post(browser, f"/en/entries/{pid}/{page}", **(FORM | changed))
    assert (answer.status_code, answer.location) == (303, f"/en/entries/{pid}/thanks"), words(answer)
    return newest()


def newest() -> Correction:
    db.session.rollback()
    return db.session.scalars(select(Correction).order_by(Correction.id.desc())).first()  # type: ignore[return-value]


def decide(browser: FlaskClient, correction: Correction, to: str, **more: str):
    number, version = correction.id, correction.entry.version
    db.session.rollback()
    return post(browser, f"{QUEUE}/{number}", form_on=QUEUE, to=to, **({"version": str(version)} | more))


def test_what_is_sent_waits_with_what_the_entry_said(client: FlaskClient, entry: Entry) -> None:
    sent = send(client, entry.pid)

    assert (sent.about, sent.seen, sent.proposed, sent.state) == (
        About.DATE,
        "14 March 1958",
        "15 March 1958",
        CorrectionState.WAITING,
    )
    assert (sent.contact, sent.lang) == ("coba@example.org", "en")
    assert db.session.get_one(Entry, sent.entry_id).date_text == "14 March 1958"


def test_one_button_puts_it_in_with_its_history_and_a_thank_you(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    sent = send(client, entry.pid)
    page = marit.get(QUEUE).get_data(as_text=True)
    assert "<del>14</del>" in page
    assert "<ins>15</ins>" in page

    answer = decide(marit, sent, "apply")

    assert (answer.status_code, answer.location) == (303, f"{QUEUE}?decided={sent.id}")
    changed = entries.get(entry.pid)
    assert (changed.date_text, changed.date_edtf) == ("15 March 1958", "1958-03-15")
    last = revisions.history(changed.id)[0]
    assert last.comment == f"Suggested by a visitor (suggestion {sent.id})"
    assert (last.version, newest().version, newest().state) == (
        changed.version,
        changed.version,
        CorrectionState.APPLIED,
    )
    (mail,) = outbox()
    assert mail["To"] == "coba@example.org"
    assert mail["Subject"] == "Thank you: Blauw uur has been improved"
    assert "Dear Coba van Rhijn" in text_of(mail)


def test_a_name_stands_in_the_history_only_with_consent(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    sent = send(client, entry.pid, may_be_named="1")

    decide(marit, sent, "apply")

    assert "Suggested by Coba van Rhijn" in revisions.history(entry.id)[0].comment


@pytest.mark.parametrize(
    ("about", "proposed", "field"),
    [
        ("title", "Blauw  uur, take 2", "title"),
        ("description_en", "After midnight.\n\nChairs are moved.", "description_en"),
    ],
)
def test_texts_are_put_in(
    client: FlaskClient, marit: FlaskClient, entry: Entry, about: str, proposed: str, field: str
) -> None:
    sent = send(client, entry.pid, about=about, proposed=proposed)

    decide(marit, sent, "apply")

    db.session.rollback()
    wanted = " ".join(proposed.split()) if about == "title" else proposed
    assert getattr(entries.get(entry.pid), field) == wanted


def test_a_suggestion_on_what_changed_since_says_so(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    sent = send(client, entry.pid)
    with transaction():
        changed = entries.get(entry.pid)
        entries.set_date(changed, "spring 1958")
        entries.save(changed, None)

    page = words(marit.get(QUEUE))

    assert "This has been changed since. When the suggestion came it said: 14 March 1958" in page
    assert decide(marit, sent, "apply").status_code == 303, "who has seen that may still use it"


def test_nobody_s_change_is_overwritten_unseen(client: FlaskClient, marit: FlaskClient, entry: Entry) -> None:
    sent = send(client, entry.pid)
    version = entries.get(entry.pid).version
    with transaction():
        changed = entries.get(entry.pid)
        entries.set_date(changed, "spring 1958")
        entries.save(changed, None)

    answer = decide(marit, sent, "apply", version=str(version), reply="half an answer")

    assert answer.status_code == 409
    assert "Somebody else has saved this entry" in words(answer)
    assert "half an answer" in words(answer)
    assert (entries.get(entry.pid).date_text, newest().state) == ("spring 1958", CorrectionState.WAITING)


def test_declining_takes_a_reason_and_the_sender_reads_it(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    sent = send(client, entry.pid)

    without = decide(marit, sent, "decline", reply="  ")
    answer = decide(marit, sent, "decline", reply="The diary of the hall says the 14th.")

    assert without.status_code == 422
    assert answer.status_code == 303
    assert newest().state is CorrectionState.DECLINED
    assert entries.get(entry.pid).date_text == "14 March 1958"
    (mail,) = outbox()
    assert "The diary of the hall says the 14th." in text_of(mail)


def test_a_suggestion_is_decided_once(client: FlaskClient, marit: FlaskClient, entry: Entry) -> None:
    sent = send(client, entry.pid)
    decide(marit, sent, "decline", reply="No.")

    answer = decide(marit, sent, "apply")

    assert answer.status_code == 409
    assert entries.get(entry.pid).date_text == "14 March 1958"
    assert len(outbox()) == 1


def test_of_an_entry_that_was_merged_staff_are_told(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    sent = send(client, entry.pid)
    with transaction():
        other = specimens.recording("Blauw uur")
        db.session.execute(
            update(Entry)
            .where(Entry.id == sent.entry_id)
            .values(merged_into_id=other.id, status=Status.WITHDRAWN, withdrawn_reason="merged")
        )

    assert decide(marit, sent, "apply").status_code == 409
    assert newest().state is CorrectionState.WAITING


def test_without_an_address_there_is_no_mail(client: FlaskClient, marit: FlaskClient, entry: Entry) -> None:
    sent = send(client, entry.pid, name="", contact="", consent="")

    decide(marit, sent, "apply")

    assert outbox() == []


def test_a_date_that_a_session_says_is_corrected_there(
    client: FlaskClient, marit: FlaskClient, app: Flask
) -> None:
    night = specimens.session(
        "Nachtconcert", date="14 March 1958", place_id=specimens.venue("De Kade", "Delft").id
    )
    take = specimens.recording("Blauw uur", at=night)
    db.session.commit()

    sent = send(client, take.pid)

    assert sent.entry.pid == night.pid
    decide(marit, sent, "apply")
    assert entries.get(night.pid).date_text == "15 March 1958"
    assert entries.get(take.pid).date_text is None


def test_somebody_unknown_gets_a_name(client: FlaskClient, marit: FlaskClient, app: Flask) -> None:
    drums = specimens.instrument("drums", "drums", "drums")
    night = specimens.session("Nachtconcert", specimens.plays(None, drums))
    take = specimens.recording("Blauw uur", at=night)
    wim = specimens.person("Wim Bakboord")
    db.session.commit()

    sent = send(client, take.pid, "who", proposed="Bakboord, Wim")
    page = words(marit.get(QUEUE))
    assert "Wim Bakboord" in page
    assert "Bakboord, Wim not in the register yet" in page
    (vacancy,) = credits.of(sent.entry_id)[sent.entry_id]
    decide(marit, sent, "apply", choice=str(wim.id), vacancy=str(vacancy.id))

    (credit,) = credits.of(night.id)[night.id]
    assert (credit.agent_id, credit.instrument_id, credit.certainty) == (wim.id, drums.id, Certainty.PROBABLE)


def test_a_face_in_a_picture_gets_a_name_and_a_place(
    client: FlaskClient, marit: FlaskClient, app: Flask
) -> None:
    picture = specimens.picture()
    specimens.photo(picture)
    db.session.commit()

    sent = send(client, picture.pid, "who", proposed="Lies Hogendoorn", spot="1", x="30", y="99")
    page = marit.get(QUEUE).get_data(as_text=True)
    decide(marit, sent, "apply", choice="new")

    assert 'aria-label="The spot that was marked, 30 percent' in page
    (credit,) = credits.of(picture.id)[picture.id]
    assert credit.agent
    assert (credit.agent.name, credit.role) == ("Lies Hogendoorn", Role.DEPICTED)
    assert credit.region == {"x": 26.0, "y": 92.0, "w": 8.0, "h": 8.0}


@pytest.mark.parametrize(
    ("x", "y"), [("", ""), ("nan", "5"), ("inf", "2"), ("-1", "50"), ("50", "101"), ("abc", "1")]
)
def test_a_spot_outside_the_picture_is_left_out(client: FlaskClient, app: Flask, x: str, y: str) -> None:
    picture = specimens.picture()
    db.session.commit()

    assert send(client, picture.pid, "who", proposed="Lies", spot="1", x=x, y=y).region is None


def test_of_two_of_one_name_staff_choose(client: FlaskClient, marit: FlaskClient, app: Flask) -> None:
    take = specimens.recording("Blauw uur")
    for _ in range(2):
        agents.add(AgentKind.PERSON, "Jan de Vries")
    db.session.commit()
    sent = send(client, take.pid, "who", proposed="Jan de Vries")

    answer = decide(marit, sent, "apply")

    assert answer.status_code == 422
    assert "Choose whom is meant" in words(answer)
    assert newest().state is CorrectionState.WAITING


def test_a_place_that_is_known_is_put_in_and_another_is_left_to_the_editor(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    hall = specimens.venue("De Kade", "Delft")
    db.session.commit()
    known = send(client, entry.pid, about="place", proposed="de kade, Delft")
    decide(marit, known, "apply", choice=str(hall.id))
    assert entries.get(entry.pid).place_id == hall.id

    unknown = send(client, entry.pid, about="place", proposed="Nowhere Hall")
    assert "not in the register yet" in words(marit.get(f"{QUEUE}?number={unknown.id}"))
    assert decide(marit, unknown, "apply").status_code == 422
    assert decide(marit, unknown, "settle", reply="Put in by hand.").status_code == 303


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"about": ""}, "about"),
        ({"about": "version"}, "about"),
        ({"proposed": " "}, "proposed"),
        ({"proposed": "x" * 501}, "proposed"),
        ({"source": ""}, "source"),
        ({"source": "x" * 1001}, "source"),
        ({"contact": "no address"}, "contact"),
        ({"consent": ""}, "consent"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_keeps_what_was_typed(
    client: FlaskClient, entry: Entry, changed: dict[str, str], field: str
) -> None:
    answer = post(client, f"/en/entries/{entry.pid}/correct", **(FORM | changed))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert "The poster says so." in page or field == "source"
    assert db.session.scalars(select(Correction)).all() == []


def test_programs_that_fill_in_everything_are_thanked_and_forgotten(
    client: FlaskClient, entry: Entry
) -> None:
    answer = post(client, f"/en/entries/{entry.pid}/correct", **FORM, website="https://spam.example")

    assert answer.status_code == 303
    assert db.session.scalars(select(Correction)).all() == []


def test_one_machine_cannot_fill_the_queue(client: FlaskClient, entry: Entry) -> None:
    answers = [
        post(client, f"/en/entries/{entry.pid}/correct", **FORM).status_code
        for _ in range(views.FOR_ADDRESS + 1)
    ]

    assert answers[-1] == 429
    assert set(answers[:-1]) == {303}


@pytest.mark.parametrize("page", ["correct", "who", "thanks"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_kind_of_entry_has_these_pages(client: FlaskClient, app: Flask, page: str, lang: str) -> None:
    night = specimens.session("Nachtconcert", date="14 March 1958")
    made = [night, specimens.recording(at=night), specimens.picture(), specimens.collection()]
    addresses = [f"/{lang}/entries/{entry.pid}/{page}" for entry in made]
    db.session.commit()

    assert [client.get(address).status_code for address in addresses] == [200] * 4


@pytest.mark.parametrize("page", ["correct", "who", "thanks"])
def test_what_is_not_public_cannot_be_corrected(client: FlaskClient, entry: Entry, page: str) -> None:
    with transaction():
        entries.move(entries.get(entry.pid), Status.WITHDRAWN, None, "a mistake")

    assert client.get(f"/en/entries/{entry.pid}/{page}").status_code == 410
    assert client.get(f"/en/entries/nr0000000000000/{page}").status_code == 404


def test_markup_in_a_suggestion_stays_text(client: FlaskClient, marit: FlaskClient, entry: Entry) -> None:
    send(client, entry.pid, proposed="<script>alert(1)</script>", source="<b>bold</b>\x00")

    page = marit.get(QUEUE).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_a_full_queue_takes_few_questions(client: FlaskClient, marit: FlaskClient, entry: Entry) -> None:
    for number in range(20):
        corrections.add(
            specimens.recording(f"Take {number}"),
            About.TITLE,
            seen="Take",
            proposed=f"Take {number + 1}",
            source="The box",
            lang="en",
            created_at=clock.now(),
        )
    pid = entry.pid
    db.session.commit()

    with counting.statements() as queue:
        assert marit.get(QUEUE).status_code == 200
    with counting.statements() as form:
        client.get(f"/en/entries/{pid}/correct")

    assert len(queue) <= 6
    assert len(form) <= 8


def test_only_cataloguers_see_the_queue(app: Flask, client: FlaskClient, entry: Entry) -> None:
    send(client, entry.pid)
    assert "/en/sign-in" in client.get(QUEUE).location

    visitors.sign_in_by_mail(client)

    assert client.get(QUEUE).status_code == 403
    assert post(client, f"{QUEUE}/1", form_on="/en/account", to="apply", version="2").status_code == 403


def test_names_and_addresses_go_after_the_stated_time(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    answered = send(client, entry.pid).id
    decide(marit, newest(), "apply")
    waiting = send(client, entry.pid).id
    with transaction():
        long_ago = clock.now() - corrections.CONTACT_KEPT - timedelta(hours=1)
        db.session.execute(update(Correction).where(Correction.id == answered).values(decided_at=long_ago))

    contact_keeping.run({"job_id": 0})

    db.session.rollback()
    first, second = (db.session.get_one(Correction, number) for number in (answered, waiting))
    assert (first.name, first.contact, first.proposed) == (None, None, "15 March 1958")
    assert second.contact == "coba@example.org"
    with transaction():
        second.created_at = clock.now() - corrections.CONTACT_KEPT_UNANSWERED - timedelta(hours=1)
    contact_keeping.run({"job_id": 0})
    db.session.rollback()
    assert db.session.get_one(Correction, waiting).contact is None


def test_no_name_or_address_gets_into_history_or_audit(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    decide(marit, send(client, entry.pid), "apply")

    kept = [revision.comment for revision in revisions.history(entry.id)]
    kept += [str(row.detail) for row in db.session.scalars(select(AuditEntry))]

    assert not [text for text in kept if "Coba" in text or "coba@" in text]


def test_an_answer_comes_in_the_language_of_the_sender(
    client: FlaskClient, marit: FlaskClient, entry: Entry
) -> None:
    post(client, f"/nl/entries/{entry.pid}/correct", form_on="/nl/sign-in", **FORM)
    sent = newest()

    decide(marit, sent, "apply")

    assert f"http://localhost/nl/entries/{entry.pid}" in text_of(outbox()[-1])
    assert db.session.scalars(select(Agent)).all() == []
    assert db.session.scalars(select(Credit)).all() == []
