"""Collecting as buyers do: one button, no account, parts of sounds and pictures, prices line by line, two links."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db
from catalogue import entries
from catalogue.entries import Entry, Status
from catalogue.merges import MergeKind
from catalogue.merging import joining
from licensing import project_lines, project_links, projects
from licensing.project_lines import Line
from licensing.projects import Part, Project, ProjectItem
from tests import counting
from tests.catalogue import specimens
from tests.licensing import asking


@pytest.fixture
def pid(app: Flask) -> str:
    """A recording with a price."""
    asking.prices()
    added = asking.recording().pid
    db.session.commit()
    return added


def token_of(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).get_data(as_text=True))
    assert found, address
    return found[1]


def post(client: FlaskClient, address: str, page: str = "", **fields: str) -> tuple[int, str]:
    """Post a form of a page (its own address unless said); return the status and where it leads, or what it says."""
    answer = client.post(address, data=fields | {"csrf_token": token_of(client, page or address)})
    return answer.status_code, answer.headers.get("Location", "") or answer.get_data(as_text=True)


def add(client: FlaskClient, pid: str, **fields: str) -> str:
    """Press the button on the page of an entry; return the address of the project."""
    status, location = post(client, "/nl/projects/add", f"/nl/entries/{pid}", pid=pid, **fields)
    assert status == 303, location
    return location.partition("#")[0]


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def the_project() -> Project:
    db.session.rollback()
    return db.session.scalars(select(Project)).one()


def lines_of(project: Project) -> list[Line]:
    with current_app.test_request_context("/nl/"):
        return project_lines.read(project, "nl", clock.now().date())


def gross(project: Project) -> int:
    found = project_lines.total(lines_of(project)).gross
    assert found is not None
    return found.minor


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def test_one_button_makes_a_project_and_the_browser_remembers_it(client: FlaskClient, pid: str) -> None:
    client.get(f"/nl/entries/{pid}")
    assert client.get_cookie("projects") is None

    address = add(client, pid, use="podcast", territory="world", term="1_year")
    again = add(client, pid)

    assert address == again
    assert client.get_cookie("projects") is not None
    project = the_project()
    assert [item.entry.pid for item in project.items] == [pid]
    assert project.answers["use"] == "podcast"
    assert project.answers["territory"] == "world"
    assert address in text_of(client, f"/nl/entries/{pid}")


def test_another_browser_begins_a_project_of_its_own(app: Flask, client: FlaskClient, pid: str) -> None:
    assert add(client, pid) != add(app.test_client(), pid)
    assert count(Project) == 2


def test_results_of_a_search_have_the_button_and_lead_back(client: FlaskClient, pid: str) -> None:
    status, location = post(
        client, "/nl/projects/add", f"/nl/entries/{pid}", pid=pid, after="/nl/search?q=blauw"
    )

    assert (status, location) == (303, f"/nl/search?q=blauw#card-{pid}")


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_stays_on_the_site(client: FlaskClient, pid: str, after: str) -> None:
    assert add(client, pid, after=after).startswith("/nl/projects/")


def test_nothing_is_asked_of_the_database_for_those_who_have_no_project(
    client: FlaskClient, pid: str
) -> None:
    with counting.statements() as asked:
        client.get(f"/nl/entries/{pid}")

    assert [query for query in asked if "FROM project" in query] == []


def test_an_excerpt_is_written_as_two_times_and_its_price_follows_its_length(
    client: FlaskClient, pid: str
) -> None:
    address = add(client, pid)
    item = f"{address}/items/{the_project().items[0].id}"
    whole = gross(the_project())

    status, location = post(client, item, start="1:10", end="1:35,5", note="Slotscène <b>", position="1")

    assert (status, location.partition("#")[0]) == (303, address)
    assert the_project().items[0].part == Part(70_000, 95_500)
    page = text_of(client, address)
    assert "1:10" in page
    assert "Slotscène <b>" in page
    assert gross(the_project()) < whole


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1:10", ""),
        ("", "1:10"),
        ("2:00", "1:00"),
        ("1:00", "1:00"),
        ("abc", "1:00"),
        ("0:00", "9:99"),
        ("0", "7:00"),
    ],
)
def test_an_excerpt_that_cannot_be_comes_back_as_it_was_typed(
    client: FlaskClient, pid: str, start: str, end: str
) -> None:
    address = add(client, pid)
    item = f"{address}/items/{the_project().items[0].id}"

    status, page = post(client, item, start=start, end=end, note="Mijn aantekening")

    assert status == 422
    assert "Mijn aantekening" in page
    assert 'aria-invalid="true"' in page
    assert the_project().items[0].part == projects.WHOLE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"x": "10", "y": "20,5", "width": "50", "height": "25"},
            {"x": 0.1, "y": 0.205, "width": 0.5, "height": 0.25},
        ),
        ({"x": "60", "y": "0", "width": "50", "height": "10"}, None),
        ({"x": "10", "y": "0", "width": "50"}, None),
        ({"x": "1e9", "y": "0", "width": "50", "height": "10"}, None),
        ({"x": "nan", "y": "0", "width": "50", "height": "10"}, None),
        ({"x": "-1", "y": "0", "width": "50", "height": "10"}, None),
        ({"x": "0", "y": "0", "width": "0", "height": "0"}, None),
    ],
)
def test_a_crop_is_four_numbers_in_per_cent(
    client: FlaskClient, pid: str, fields: dict[str, str], expected: dict[str, float] | None
) -> None:
    picture = asking.picture().pid
    db.session.commit()
    address = add(client, picture)
    item = f"{address}/items/{the_project().items[0].id}"

    status, _said = post(client, item, **fields)

    assert status == (422 if expected is None else 303)
    assert the_project().items[0].crop == expected


def test_items_are_moved_and_taken_out_with_buttons(client: FlaskClient, pid: str) -> None:
    others = [asking.recording(title).pid for title in ("B", "C")]
    db.session.commit()
    address = [add(client, each) for each in (pid, *others)].pop()
    first, second, third = (item.id for item in the_project().items)

    post(client, f"{address}/items", address, down=str(first))
    post(client, f"{address}/items", address, up=str(third))
    assert [item.id for item in the_project().items] == [second, third, first]
    post(client, f"{address}/items", address, take_out=str(third))
    assert [item.id for item in the_project().items] == [second, first]
    assert post(client, f"{address}/items", address, up="999999")[0] == 404
    assert post(client, f"{address}/items", address, up="x")[0] == 303


def test_the_link_for_others_shows_everything_and_changes_nothing(
    app: Flask, client: FlaskClient, pid: str
) -> None:
    address = add(client, pid)
    found = re.search(r"/nl/projects/shared/[\w.-]+", text_of(client, address))
    assert found
    colleague = app.test_client()

    page = text_of(colleague, found[0])

    assert "Blauw uur" in page
    assert "csrf_token" not in page.partition("<main")[2].partition("</main")[0]
    shared = found[0].rpartition("/")[2]
    for path in ("", "/particulars", "/items/1", "/request"):
        assert colleague.get(f"/nl/projects/{shared}{path}").status_code == 404
    own = address.rpartition("/")[2]
    assert own not in page
    assert colleague.get(f"/nl/projects/shared/{own}").status_code == 404


def test_pages_of_a_project_are_neither_kept_nor_listed_nor_told_to_others(
    client: FlaskClient, pid: str
) -> None:
    answer = client.get(add(client, pid))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    # Told to nobody else; a browser that tells not even us could send no form over TLS.
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_project_is_begun_by_a_form_and_an_error_keeps_what_was_typed(
    client: FlaskClient, pid: str
) -> None:
    said = {
        "title": "Nachtboot",
        "production_type": "documentary",
        "territory": "benelux",
        "term": "5_years",
        "user_class": "editorial",
        "end_user": "Omroep <Zee>",
        "note": "regel 1\nregel 2",
        "form_key": projects.new_key(),
    }
    for wrong in (
        {"title": " "},
        {"title": "x" * 201},
        {"territory": "moon"},
        {"deadline": "2001-01-01"},
        {"deadline": "morgen"},
        {"form_key": "short"},
    ):
        status, page = post(client, "/nl/projects/new", **(said | wrong))
        assert status == 422, wrong
        assert "Omroep &lt;Zee&gt;" in page
    assert count(Project) == 0

    day = (clock.now() + timedelta(days=30)).date().isoformat()
    first, second = (post(client, "/nl/projects/new", **said, deadline=day) for _ in range(2))

    assert first == second
    assert count(Project) == 1
    page = text_of(client, first[1])
    assert "Er zit nog niets in" in page
    assert the_project().end_user == "Omroep <Zee>"


def test_what_a_project_says_can_be_changed_and_prices_follow(client: FlaskClient, pid: str) -> None:
    address = add(client, pid, territory="netherlands")
    before = gross(the_project())

    status, _location = post(
        client,
        f"{address}/particulars",
        title="Nachtboot",
        production_type="documentary",
        territory="world",
        term="5_years",
        user_class="editorial",
        form_key=projects.new_key(),
    )

    assert status == 303
    assert the_project().title == "Nachtboot"
    assert gross(the_project()) > before


def test_the_sum_is_that_of_its_lines_and_counts_those_without_a_price(app: Flask, pid: str) -> None:
    project = asking.project()
    for entry in (entries.get(pid), asking.recording("B"), asking.picture()):
        projects.add(project, entry.id)

    lines = lines_of(project)
    total = project_lines.total(lines)

    priced = [line.offer.vat for line in lines if line.offer and line.offer.price]
    assert len(priced) == 2
    assert total.unpriced == 1
    assert total.gross == priced[0].gross + priced[1].gross
    assert total.net == priced[0].net + priced[1].net


def test_what_was_withdrawn_or_merged_since_is_said_on_its_line(client: FlaskClient, pid: str) -> None:
    gone, merged, kept = (specimens.recording(title) for title in ("Weg", "Dubbel", "Gebleven"))
    address = [add_committed(client, entry) for entry in (gone, merged)].pop()
    db.session.rollback()
    entries.move(entries.get(gone.pid), Status.WITHDRAWN, None, "Op verzoek van de erven")
    two = [entries.get(entry.pid) for entry in (kept, merged)]
    joining.merge(
        MergeKind.ENTRY, joining.Order(two[0].id, two[1].id, {}, two[0].version, two[1].version), None
    )
    db.session.commit()

    page = text_of(client, address)
    lines = lines_of(the_project())

    assert "Op verzoek van de erven" in page
    assert [line.state for line in lines] == ["withdrawn", "merged"]
    assert lines[1].card is not None
    assert lines[1].card.pid == kept.pid
    asked = project_lines.contents(the_project(), clock.now().date())
    assert [content.entry_id for content in asked] == [two[0].id]
    item = the_project().items[0].id
    assert client.get(f"{address}/items/{item}").status_code == 410


def add_committed(client: FlaskClient, entry: Entry) -> str:
    db.session.commit()
    return add(client, entry.pid)


def test_a_withdrawn_or_unknown_entry_cannot_be_added(client: FlaskClient, pid: str) -> None:
    page = f"/nl/entries/{pid}"
    entries.move(asking.entry("Weg"), Status.WITHDRAWN, None, "Op verzoek")
    gone = db.session.scalars(select(Entry.pid).where(Entry.title == "Weg")).one()
    db.session.commit()

    assert post(client, "/nl/projects/add", page, pid=gone)[0] == 410
    assert post(client, "/nl/projects/add", page, pid="nr0000000000000")[0] == 404
    assert post(client, "/nl/projects/add", page)[0] == 404
    assert count(Project) == 0


def test_who_signs_in_takes_projects_along_and_has_them_elsewhere(
    app: Flask, client: FlaskClient, pid: str
) -> None:
    add(client, pid)
    account = accounts.add("noor@studio.example", "Noor", Role.BUYER, "a long enough password", clock.now())
    account_id = account.id
    db.session.commit()
    for browser in (client, app.test_client()):
        sign_in(browser)
        assert "/nl/projects/" in text_of(browser, "/nl/projects").partition("<main")[2]
    assert the_project().owner_account_id == account_id
    assert count(ProjectItem) == 1


def sign_in(browser: FlaskClient) -> None:
    status, _ = post(browser, "/nl/sign-in", email="noor@studio.example", password="a long enough password")
    assert status == 303


def test_a_project_of_an_account_is_not_shown_to_the_browser_after_signing_out(
    app: Flask, client: FlaskClient, pid: str
) -> None:
    add(client, pid)
    accounts.add("noor@studio.example", "Noor", Role.BUYER, "a long enough password", clock.now())
    db.session.commit()
    sign_in(client)
    client.delete_cookie("sid")

    assert project_links.owner_token(the_project()) not in text_of(client, "/nl/projects")


def test_a_full_project_of_500_shows_all_its_lines_and_their_sum(
    client: FlaskClient, app: Flask, pid: str
) -> None:
    address = add(client, pid)
    project = the_project()
    for number in range(projects.MAX_ITEMS - 1):
        db.session.add(
            ProjectItem(
                project_id=project.id,
                entry_id=project.items[0].entry_id,
                in_ms=number * 100,
                out_ms=number * 100 + 20_000,
                position=number + 2,
            )
        )
    db.session.commit()

    with counting.statements() as asked:
        page = text_of(client, address)

    assert page.count('name="take_out"') == projects.MAX_ITEMS
    assert len(asked) < 40
    assert post(client, "/nl/projects/add", f"/nl/entries/{pid}", pid=asking_another())[0] == 409


def asking_another() -> str:
    added = asking.recording("Nog een").pid
    db.session.commit()
    return added


def test_too_many_changes_from_one_address_are_stopped(
    client: FlaskClient, pid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("licensing.views.collecting.CHANGES", 2)
    page = f"/nl/entries/{pid}"

    assert [post(client, "/nl/projects/add", page, pid=pid)[0] for _ in range(3)] == [303, 303, 429]
