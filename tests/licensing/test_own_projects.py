"""Who signs in takes their projects and requests along, and erases their projects with the account."""

import pytest
from sqlalchemy import select

from archive import accounts
from archive.accounts import Account, Role
from archive.db import db
from catalogue import own_data
from licensing import conversation, projects, sending
from licensing.conversation import Voice
from licensing.projects import Content, Part, Particulars, Project
from licensing.reuse_requests import ReuseRequest
from tests.licensing import asking
from tests.licensing.asking import NOON

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def noor() -> Account:
    """An account with a project, of which a request was sent."""
    account = accounts.add("noor@studio.example", "Noor", Role.BUYER, "a long enough password", NOON)
    said = Particulars("Slotscène", "documentary", {}, note="Voor Omroep Zee")
    project = projects.make(said, key=projects.new_key(), lang="nl", moment=NOON, owner_account_id=account.id)
    item = projects.add(project, asking.entry().id, Part(0, 5_000))
    sent = sending.send(
        asking.NOOR,
        said,
        [Content(item.entry_id, item.part)],
        "editorial",
        key=projects.new_key(),
        moment=NOON,
        copied_from=project,
    )
    conversation.say(sent, Voice.NOTE, "Betaalt altijd laat", NOON)
    conversation.hear(sent, "Kan het ook korter?", NOON, author_name="Noor")
    db.session.commit()
    return account


def test_the_data_of_an_account_hold_its_projects_and_requests_and_no_note(noor: Account) -> None:
    kept = own_data.of(noor, "nl")["licensing"]

    assert [project["title"] for project in kept["projects"]] == ["Slotscène"]
    assert kept["projects"][0]["items"][0]["out_ms"] == 5_000
    assert [said["body"] for said in kept["requests"][0]["conversation"]] == ["Kan het ook korter?"]
    assert "Betaalt altijd laat" not in str(kept)


def test_an_erased_account_leaves_no_project_and_the_request_that_the_archive_has(noor: Account) -> None:
    own_data.erase(noor, NOON)
    db.session.commit()

    assert db.session.scalars(select(Project.owner_account_id)).all() == [None]
    request = db.session.scalars(select(ReuseRequest)).one()
    assert [item.part for item in request.project.items] == [Part(0, 5_000)]
    assert request.project.copied_from_id is None
