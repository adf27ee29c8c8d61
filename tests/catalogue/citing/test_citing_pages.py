"""Citations of entries on the site: the page, the files, and older versions as they were, public parts only."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import clock
from archive.db import db
from archive.transactions import transaction
from catalogue import agents, credits, entries
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.entries import Entry, Status
from tests import counting
from tests.catalogue import specimens
from tests.catalogue.citing import csl
from tests.catalogue.visitors import words


@pytest.fixture
def entry(app: Flask) -> Entry:
    """A take of a session, with its composer."""
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    night = specimens.session(
        "Nachtconcert",
        specimens.plays(specimens.person("Joop Terwindt"), trumpet, leader=True),
        specimens.plays(agents.add(AgentKind.ENSEMBLE, "Trio Ten Have"), trumpet),
        date="14 maart 1958",
        place_id=specimens.venue("De Kade", "Delft").id,
    )
    composer = specimens.did(specimens.person("Coba van Rhijn"), Role.COMPOSER)
    made = specimens.recording("Blauw uur", composer, at=night, shelfmark="NR-0412", duration_ms=402_000)
    db.session.commit()
    return made


def change(entry: Entry, **values: object) -> int:
    """Save an entry with other values; return the version it was before."""
    with transaction():
        found = entries.get(entry.pid)
        before = found.version
        for name, value in values.items():
            setattr(found, name, value)
        entries.save(found, None)
    db.session.rollback()
    return before


def test_the_page_cites_in_each_style_with_this_version(client: FlaskClient, entry: Entry) -> None:
    page = words(client.get(f"/en/entries/{entry.pid}"))

    pinned = f"http://localhost/id/{entry.pid}?version={entry.version}"
    assert (
        f"Terwindt, J. (1958, March 14). Blauw uur [Concert recording]. Nachtregister (NR-0412). {pinned}"
        in page
    )
    assert "Terwindt, Joop. “Blauw uur.” Concert recording. March 14, 1958. De Kade, Delft. NR-0412." in page
    assert "Joop Terwindt, “Blauw uur,” concert recording, March 14, 1958, De Kade, Delft, NR-0412" in page


def test_csl_json_says_what_the_standard_allows(client: FlaskClient, entry: Entry) -> None:
    answer = client.get(f"/en/entries/{entry.pid}/cite.json")

    (item,) = answer.json
    assert csl.faults(answer.json) == []
    assert answer.content_type.startswith("application/vnd.citationstyles.csl+json")
    assert (item["type"], item["title"], item["version"]) == ("song", "Blauw uur", str(entry.version))
    assert item["author"] == [{"family": "Terwindt", "given": "Joop"}]
    assert item["composer"] == [{"family": "Rhijn", "given": "Coba", "non-dropping-particle": "van"}]
    assert item["performer"][1] == {"literal": "Trio Ten Have"}
    assert item["issued"] == {"date-parts": [[1958, 3, 14]]}


@pytest.mark.parametrize(
    ("date", "issued"),
    [
        ("1958", {"date-parts": [[1958]]}),
        ("maart 1958", {"date-parts": [[1958, 3]]}),
        ("ca. 1958", {"date-parts": [[1958]], "circa": True}),
        ("voorjaar 1961", {"date-parts": [[1961]], "season": 1}),
        ("1958-1960", {"date-parts": [[1958], [1960]]}),
        ("jaren vijftig", {"literal": "1950s"}),
        ("op een avond", {"literal": "op een avond"}),
        (None, None),
    ],
)
def test_dates_are_numbers_where_they_can_be(
    client: FlaskClient, app: Flask, date: str | None, issued: dict[str, object] | None
) -> None:
    made = specimens.recording("Blauw uur", date=date)
    db.session.commit()

    listed = client.get(f"/en/entries/{made.pid}/cite.json").json

    assert csl.faults(listed) == []
    assert listed[0].get("issued") == issued


@pytest.mark.parametrize("kind", ["session", "picture", "collection"])
def test_every_kind_of_entry_can_be_cited(client: FlaskClient, app: Flask, kind: str) -> None:
    made = getattr(specimens, kind)()
    db.session.commit()

    assert csl.faults(client.get(f"/nl/entries/{made.pid}/cite.json").json) == []
    assert client.get(f"/nl/entries/{made.pid}/cite.bib").get_data(as_text=True).startswith("@misc{")
    assert client.get(f"/nl/entries/{made.pid}/cite.ris").get_data(as_text=True).endswith("ER  - \r\n\r\n")


def test_other_formats_and_other_entries_are_not_found(client: FlaskClient, entry: Entry) -> None:
    assert client.get(f"/en/entries/{entry.pid}/cite.pdf").status_code == 404
    assert client.get("/en/entries/nr0000000000000/cite.bib").status_code == 404


def test_a_citation_leads_to_the_version_that_was_cited(client: FlaskClient, entry: Entry) -> None:
    cited = change(entry, title="Blauwe uren", description_en="Wrong at first.")
    change(entry, title="Blauw uur (late)", description_en=None)

    page = client.get(f"/id/{entry.pid}?version={cited}", follow_redirects=True)

    assert page.status_code == 200
    assert page.request.path == f"/en/entries/{entry.pid}/versions/{cited}" or "/nl/" in page.request.path
    assert page.headers["X-Robots-Tag"] == "noindex"
    english = words(client.get(f"/en/entries/{entry.pid}/versions/{cited}"))
    assert "This is an older version." in english
    assert "Blauw uur" in english
    assert "Blauwe uren" not in english
    assert "Trumpet Joop Terwindt leader" in english
    assert "14 March 1958" in english
    assert "Duration 6:42" in english
    between = words(client.get(f"/en/entries/{entry.pid}/versions/{cited + 1}"))
    assert "Blauwe uren" in between
    assert "Wrong at first." in between


def test_the_line_up_is_as_the_session_said_it_then(client: FlaskClient, entry: Entry) -> None:
    with transaction():
        night = db.session.get_one(Entry, entry.id)
        session = entries.get(specimens_session(night))
        credits.replace(session.id, [])
        entries.save(session, None)
    cited = change(entry, title="Later title")

    page = words(client.get(f"/en/entries/{entry.pid}/versions/{cited}"))

    assert "Joop Terwindt" in page


def specimens_session(entry: Entry) -> str:
    from_recording = db.session.get_one(specimens.Recording, entry.id)
    assert from_recording.session
    return from_recording.session.pid


def test_the_present_version_is_the_page_itself(client: FlaskClient, entry: Entry) -> None:
    answer = client.get(f"/en/entries/{entry.pid}/versions/{entry.version}")

    assert (answer.status_code, answer.location) == (303, f"/en/entries/{entry.pid}")


def test_what_was_no_more_than_a_draft_is_not_shown(client: FlaskClient, app: Flask) -> None:
    made = entries.add(entries.EntryKind.WORK, "Secret first thoughts", specimens.NOON)
    entries.save(made, None)
    made.title = "What it became"
    specimens.publish(made)
    db.session.commit()

    versions = range(1, made.version)
    answers = [client.get(f"/en/entries/{made.pid}/versions/{number}") for number in versions]

    assert {answer.status_code for answer in answers} == {404}
    assert not [answer for answer in answers if "Secret" in answer.get_data(as_text=True)]


def test_what_lay_under_embargo_then_is_not_shown_now(client: FlaskClient, entry: Entry) -> None:
    change(entry, embargo_until=clock.now().date() + timedelta(days=30), title="Still secret")
    hidden = change(entry, embargo_until=None, title="Public again")

    answer = client.get(f"/en/entries/{entry.pid}/versions/{hidden}")

    assert answer.status_code == 404
    assert "Still secret" not in answer.get_data(as_text=True)


def test_of_a_withdrawn_entry_no_version_is_shown(client: FlaskClient, entry: Entry) -> None:
    cited = entry.version
    with transaction():
        entries.move(entries.get(entry.pid), Status.WITHDRAWN, None, "At the request of the heirs")

    assert client.get(f"/id/{entry.pid}?version={cited}").status_code == 410
    assert client.get(f"/en/entries/{entry.pid}/versions/{cited}").status_code == 410
    assert client.get(f"/en/entries/{entry.pid}/cite.bib").status_code == 410


@pytest.mark.parametrize("number", [0, 99, 10**30])
def test_a_version_that_never_was_is_not_found(client: FlaskClient, entry: Entry, number: int) -> None:
    assert client.get(f"/en/entries/{entry.pid}/versions/{number}").status_code == 404


def test_machines_and_nonsense_get_the_present_one(client: FlaskClient, entry: Entry) -> None:
    assert client.get(f"/id/{entry.pid}?version=abc").location.endswith(f"/entries/{entry.pid}")
    shouted = client.get(f"/id/{entry.pid.upper()}?version=2")
    assert shouted.location == f"/id/{entry.pid}?version=2"


def test_an_older_version_takes_few_questions(client: FlaskClient, entry: Entry) -> None:
    cited = change(entry, title="Later title")

    with counting.statements() as seen:
        client.get(f"/en/entries/{entry.pid}/versions/{cited}")

    assert len(seen) <= 14
