"""The desk: staff see what waits, edit, publish and withdraw; every change is written down, and nobody overwrites
another's.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive import clock
from archive.accounts import Role as StaffRole
from archive.audit import AuditEntry, first_broken
from archive.db import db
from catalogue import agents, credits, entries, instruments, revisions, terms
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.outbox import IndexChange
from catalogue.recordings import LineUp, Recording, TakeStatus
from catalogue.terms import TermScheme
from tests.catalogue import page_forms, staff
from tests.catalogue.page_forms import Form


@pytest.fixture
def entry(app: Flask) -> Entry:
    """A draft recording with a trumpeter who is printed under another name, and an unknown drummer."""
    instruments.ensure_all()
    known = terms.by_code(TermScheme.INSTRUMENT)
    made = entries.add(EntryKind.RECORDING, "Blauw uur", clock.now(), shelfmark="NR-0412")
    db.session.add(Recording(entry_id=made.id, position=1, take_status=TakeStatus.UNKNOWN, lineup=LineUp.OWN))
    entries.set_date(made, "14 maart 1958")
    joop = agents.add(AgentKind.PERSON, "Joop Terwindt")
    credits.replace(
        made.id,
        [
            credit(
                joop,
                known["trumpet"].id,
                leader=True,
                credited_as="J. Terwindt",
                certainty=Certainty.PROBABLE,
            ),
            credit(None, known["drums"].id),
        ],
    )
    entries.save(made, None, "made")
    db.session.commit()
    return made


def credit(agent: Agent | None, instrument_id: int, **details: object) -> Credit:
    values: dict[str, object] = {"leader": False, "certainty": Certainty.CERTAIN} | details
    return Credit(
        agent_id=agent.id if agent else None, role=Role.PERFORMER, instrument_id=instrument_id, **values
    )


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of Marit, who catalogues and has signed in."""
    return staff.sign_in(client)


def form_of(browser: FlaskClient, entry: Entry) -> Form:
    """Read the editor's form as a browser would send it unchanged."""
    db.session.rollback()
    pid = entry.pid
    db.session.rollback()
    return page_forms.read(browser.get(f"/nl/desk/entries/{pid}").get_data(as_text=True))


def post(browser: FlaskClient, entry: Entry, form: Form, **changes: str) -> int:
    pid = entry.pid
    db.session.rollback()
    answer = browser.post(
        f"/nl/desk/entries/{pid}", data=form | {name: [text] for name, text in changes.items()}
    )
    db.session.rollback()
    return answer.status_code


def test_the_desk_is_for_staff(app: Flask, client: FlaskClient, entry: Entry) -> None:
    for address in ("/nl/desk", f"/nl/desk/entries/{entry.pid}", "/nl/desk/orders"):
        answer = client.get(address)

        assert answer.status_code == 303
        assert "/nl/sign-in" in answer.headers["Location"]


def test_the_work_list_says_what_an_entry_lacks(marit: FlaskClient, entry: Entry) -> None:
    page = marit.get("/en/desk?status=draft").get_data(as_text=True)

    assert "Blauw uur" in page
    for lack in ("No description", "Somebody is unknown: Drums", "No file yet"):
        assert lack in page


def test_saving_changes_the_entry_and_writes_down_who_and_why(marit: FlaskClient, entry: Entry) -> None:
    form = form_of(marit, entry)

    status = post(
        marit,
        entry,
        form,
        title="Blauw uur (nacht)",
        date="voorjaar 1958",
        description_nl="Stoelen.",
        comment="band",
    )

    assert status == 303
    assert (entry.title, entry.date_text, entry.description_nl) == (
        "Blauw uur (nacht)",
        "voorjaar 1958",
        "Stoelen.",
    )
    assert entry.date_lo is not None
    assert entry.date_lo // 10000 == 1958
    latest = revisions.history(entry.id)[0]
    assert (latest.comment, latest.version, latest.snapshot["title"]) == ("band", 2, "Blauw uur (nacht)")
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.object_id) == ("entry.saved", entry.pid)
    assert last.account_id is not None
    assert first_broken() is None
    assert entry.id in db.session.scalars(select(IndexChange.entry_id)).all()


def test_people_left_alone_keep_their_spelling_and_certainty(marit: FlaskClient, entry: Entry) -> None:
    post(marit, entry, form_of(marit, entry), title="Blauw uur")

    first, second = credits.of(entry.id)[entry.id]

    assert first.agent is not None
    assert (first.agent.name, first.credited_as, first.certainty, first.leader) == (
        "Joop Terwindt",
        "J. Terwindt",
        Certainty.PROBABLE,
        True,
    )
    assert second.agent is None
    assert second.instrument is not None


def test_an_emptied_line_goes_and_a_person_picked_comes(marit: FlaskClient, entry: Entry) -> None:
    cees = agents.add(AgentKind.PERSON, "Cees Kranenborg")
    db.session.commit()
    form = form_of(marit, entry)
    form["people.name"][:2] = ["", "Cees  Kranenborg"]
    form["people.instrument"][0] = form["people.credited_as"][0] = ""

    assert post(marit, entry, form) == 303

    (only,) = credits.of(entry.id)[entry.id]
    assert only.agent_id == cees.id


@pytest.mark.parametrize(
    ("field", "value"), [("title", "  "), ("title", "x" * 501), ("description_nl", "x" * 20_001)]
)
def test_a_faulty_form_comes_back_and_changes_nothing(
    marit: FlaskClient, entry: Entry, field: str, value: str
) -> None:
    assert post(marit, entry, form_of(marit, entry), **{field: value, "comment": "een opmerking"}) == 422
    assert (entry.title, entry.version) == ("Blauw uur", 1)


def test_more_people_than_fit_are_refused(marit: FlaskClient, entry: Entry) -> None:
    form = form_of(marit, entry)
    many = {"people.name": ["x"] * 301, "people.role": ["prf"] * 301}

    assert post(marit, entry, form | many) == 422


def test_a_form_with_fields_missing_or_odd_is_no_server_error(marit: FlaskClient, entry: Entry) -> None:
    form = form_of(marit, entry)
    bare = {"csrf_token": form["csrf_token"]}

    assert post(marit, entry, bare) == 422
    assert post(marit, entry, bare | {"title": ["x"], "version": ["9" * 400]}) == 409
    assert post(marit, entry, form | {"people.role": ["zzz"], "people.id": ["x"]}) == 422
    assert post(marit, entry, form | {"seen": ["{"], "people.key": []}) == 303


def test_a_second_editor_is_refused_and_loses_nothing(marit: FlaskClient, entry: Entry) -> None:
    old = form_of(marit, entry)
    post(marit, entry, old, title="Blauw uur, eerste")

    assert post(marit, entry, old, title="Blauw uur, tweede") == 409
    assert entry.title == "Blauw uur, eerste"


def test_what_is_published_is_seen_and_what_is_withdrawn_says_why(marit: FlaskClient, entry: Entry) -> None:
    pid, form = entry.pid, form_of(marit, entry)
    visitor = marit.application.test_client()
    assert visitor.get(f"/nl/entries/{pid}").status_code == 404

    move(marit, pid, form, "published")
    assert visitor.get(f"/nl/entries/{pid}").status_code == 200

    assert move(marit, pid, form, "withdrawn", reason="") == 409
    move(marit, pid, form, "withdrawn", reason="Op verzoek van de erven")
    gone = visitor.get(f"/nl/entries/{pid}")
    assert gone.status_code == 410
    for text in ("Blauw uur", "Op verzoek van de erven"):
        assert text in gone.get_data(as_text=True)
    assert visitor.get("/nl/entries/nr0000000000000").status_code == 404


def test_a_refused_withdrawal_leaves_the_text_in_the_editor(marit: FlaskClient, entry: Entry) -> None:
    form = form_of(marit, entry)

    refused = marit.post(
        f"/nl/desk/entries/{entry.pid}/status", data={"csrf_token": form["csrf_token"], "to": "withdrawn"}
    )

    assert refused.status_code == 409
    assert 'value="Blauw uur"' in refused.get_data(as_text=True)


def move(browser: FlaskClient, pid: str, form: Form, to: str, reason: str = "") -> int:
    data = {"csrf_token": form["csrf_token"], "to": to, "reason": reason}
    return browser.post(f"/nl/desk/entries/{pid}/status", data=data).status_code


@pytest.mark.parametrize("role", [StaffRole.LICENSING, StaffRole.RESEARCHER])
def test_only_cataloguers_edit(app: Flask, client: FlaskClient, entry: Entry, role: StaffRole) -> None:
    pid = entry.pid
    staff.sign_in(client, role, "Noor")

    assert client.get(f"/nl/desk/entries/{pid}").status_code == 403


def test_an_entry_moves_only_along_its_table(entry: Entry) -> None:
    with pytest.raises(Exception, match="This step cannot be taken"):
        entries.move(entry, Status.WITHDRAWN, None, "nee")


def test_staff_see_the_pictures_of_what_is_not_public_and_nobody_else_keeps_them(
    marit: FlaskClient, entry: Entry
) -> None:
    address = f"/media/{entry.pid}/sleeve.svg"
    db.session.rollback()

    seen = marit.get(address)

    assert seen.status_code == 200
    assert seen.cache_control.private
    assert marit.application.test_client().get(address).status_code == 404
