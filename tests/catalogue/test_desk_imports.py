"""The import desk: hand in, map, dry run, choose, bring in, undo; each step told, nothing lost, nothing in twice."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive import clock, job_runner
from archive.db import db
from catalogue import entries
from catalogue.cli import catalogue_group
from catalogue.entries import Entry, EntryKind, Status
from catalogue.importing import error_sheets, intakes, plan, readers, survey
from catalogue.importing.intakes import Intake, IntakeState
from catalogue.pages import findings
from catalogue.recordings import Recording
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.rights import RightsClaim
from tests import counting
from tests.catalogue import workbooks
from tests.catalogue.staff import sign_in as signed_in

HEADER = ["Nr", "Titel", "Datum", "Bezetting", "Duur", "Opmerking"]
ROWS = [
    ["NR-1", "Blauw uur", "14 maart 1958", "Joop Terwindt (tp); Rita Bakker (p)", "06:42", "mooie band"],
    ["NR-2", "Kade", "14 maart 1958", "Joop Terwindt (tp); Rita Bakker (p)", "03:10", ""],
    ["NR-3", "", "1961", "Rita Bakker (p)", "04:00", ""],
    ["NR-4", "Nachtwerk", "31-02-1958", "Rita Bakker (p)", "veel", ""],
    ["NR-1", "Dubbel", "1962", "", "", ""],
]


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    """The browser of somebody who catalogues and has signed in."""
    return signed_in(client)


def token(client: FlaskClient, address: str = "/en/desk/imports") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, address
    return found[1]


def as_csv(rows: list[list[str]], header: list[str] = HEADER) -> bytes:
    return "\n".join(";".join(f'"{cell}"' for cell in row) for row in [header, *rows]).encode("utf-8-sig")


def hand_in(staff: FlaskClient, content: bytes, name: str = "opnamen.csv") -> int:
    answer = staff.post(
        "/en/desk/imports",
        data={"csrf_token": token(staff), "file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    return int(answer.location.split("/")[4])


MAPPED = {
    "shape": "recording",
    "header": "1",
    "field": ["shelfmark", "title", "date", "lineup", "duration", ""],
    "key": ["Nr"],
    "name": "Kaartenbak",
    "collection": "Kaartenbak Terwindt",
    "source": "Kaartenbak van Joop Terwindt",
    "publish": "1",
}


def post(staff: FlaskClient, address: str, **data: object) -> int:
    db.session.rollback()
    answer = staff.post(address, data={"csrf_token": token(staff), **data})
    job_runner.run_due()
    db.session.rollback()
    return answer.status_code


def mapped(staff: FlaskClient, content: bytes) -> str:
    address = f"/en/desk/imports/{hand_in(staff, content)}"
    assert post(staff, f"{address}/columns", **MAPPED) == 303
    return address


def the_intake(address: str) -> Intake:
    db.session.rollback()
    return intakes.get(int(address.rpartition("/")[2]))


def titles(status: Status = Status.PUBLISHED) -> list[str]:
    db.session.rollback()
    kinds = Entry.kind == EntryKind.RECORDING
    return sorted(db.session.scalars(select(Entry.title).where(kinds, Entry.status == status)))


def test_columns_are_guessed_and_shown_with_what_they_say(staff: FlaskClient) -> None:
    page = staff.get(f"/en/desk/imports/{hand_in(staff, as_csv(ROWS))}/columns").text

    assert "Joop Terwindt (tp); Rita Bakker (p)" in page
    for field in ("title", "date", "lineup", "duration"):
        assert f'<option value="{field}" selected>' in page
    assert re.search(r'value="Titel"(?! checked)', page)


def test_a_form_with_errors_comes_back_as_it_was_posted(staff: FlaskClient) -> None:
    number = hand_in(staff, as_csv(ROWS))
    wrong = {
        **MAPPED,
        "field": ["title", "title", "date", "", "", ""],
        "key": [],
        "source": "",
        "name": "Mijn kaarten",
    }

    answer = staff.post(f"/en/desk/imports/{number}/columns", data={"csrf_token": token(staff), **wrong})

    assert answer.status_code == 422
    for said in (
        "is chosen for Nr, Titel",
        "tells each row from all others",
        "where the data come from",
        "Mijn kaarten",
    ):
        assert said in answer.text
    assert the_intake(f"/{number}").state is IntakeState.NEW


def test_the_dry_run_tells_each_row_and_writes_nothing(staff: FlaskClient) -> None:
    address = mapped(staff, as_csv(ROWS))
    intake = the_intake(address)

    assert intake.state is IntakeState.CHECKED
    assert titles() == []
    assert {state.value: counts for state, counts in intakes.counts(intake).items()} == {
        "good": (2, 2),
        "look": (1, 1),
        "refused": (2, 0),
    }
    refused = staff.get(f"{address}?show=refused").text
    assert "must not be empty: fill it in" in refused
    assert "line 2 has the same" in refused
    look = staff.get(f"{address}?show=look").text
    assert "31-02-1958" in look
    assert "There is no such day" in look
    assert "should be minutes and seconds" in look
    assert "Opmerking (1)" in look  # kept with the row


def test_the_chosen_rows_come_in_and_a_second_time_nothing_does(staff: FlaskClient) -> None:
    address = mapped(staff, as_csv(ROWS))
    doubtful = staff.get(f"{address}?show=look").text
    (row,) = re.findall(r'name="shown" value="(\d+)"', doubtful)
    post(staff, f"{address}/rows", show="look", shown=row)

    assert post(staff, f"{address}/run") == 303

    assert titles() == ["Blauw uur", "Kade"]
    assert db.session.scalar(select(func.count(Recording.duration_ms))) == 2
    assert the_intake(address).report["totals"]["left_out"] == 1
    again = mapped(staff, as_csv(ROWS))
    post(staff, f"{again}/run")
    assert the_intake(again).report["totals"]["unchanged"] == 2
    assert titles() == ["Blauw uur", "Kade", "Nachtwerk"]


def test_the_error_sheet_is_mended_and_handed_in_again(staff: FlaskClient, tmp_path: Path) -> None:
    address = mapped(staff, as_csv(ROWS))
    post(staff, f"{address}/run")

    sheet = staff.get(f"{address}/errors.csv")
    book = tmp_path / "errors.xlsx"
    book.write_bytes(staff.get(f"{address}/errors.xlsx").data)

    assert sheet.headers["Content-Disposition"] == 'attachment; filename="opnamen-errors.csv"'
    assert next(readers.rows(readers.look(book))).cells == (
        *HEADER,
        "import: column",
        "import: reason",
    )
    lines = sheet.get_data(as_text=True).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("NR-3,,1961")
    mended = (
        sheet.data.decode("utf-8-sig")
        .replace("NR-3,,", "NR-3,Ochtend,")
        .replace("NR-1,Dubbel", "NR-5,Dubbel")
    )
    second = f"/en/desk/imports/{hand_in(staff, mended.encode('utf-8-sig'))}"
    assert "This table is known" in staff.get(f"{second}/columns").text
    post(staff, f"{second}/check", mapping="Kaartenbak")
    post(staff, f"{second}/run")
    assert titles() == ["Blauw uur", "Dubbel", "Kade", "Nachtwerk", "Ochtend"]


def test_an_undo_takes_back_what_came_in_and_leaves_what_was_edited(staff: FlaskClient) -> None:
    address = mapped(staff, as_csv(ROWS))
    post(staff, f"{address}/run")
    edited = db.session.scalars(select(Entry).where(Entry.title == "Kade")).one()
    edited.description_nl = "Met de hand beschreven"
    entries.save(edited, None, "beschreven")
    db.session.commit()

    assert post(staff, f"{address}/undo") == 303

    assert titles() == ["Kade"]
    assert titles(Status.WITHDRAWN) == ["Blauw uur", "Nachtwerk"]
    undone = the_intake(address).undone
    assert (undone["left"][0]["title"], undone["left"][0]["why"]) == ("Kade", "edited")
    assert "edited, published or withdrawn since" in staff.get(address).text
    again = mapped(staff, as_csv(ROWS))
    post(staff, f"{again}/run")
    assert titles() == ["Blauw uur", "Kade", "Nachtwerk"]


def test_an_undo_puts_back_what_an_import_changed(staff: FlaskClient) -> None:
    post(staff, f"{mapped(staff, as_csv(ROWS[:2]))}/run")
    changed = mapped(staff, as_csv([[*ROWS[0][:1], "Blauw uurtje", *ROWS[0][2:]], ROWS[1]]))
    post(staff, f"{changed}/run")
    assert titles() == ["Blauw uurtje", "Kade"]

    post(staff, f"{changed}/undo")

    assert titles() == ["Blauw uur", "Kade"]
    assert the_intake(changed).undone["restored"] == 1
    post(staff, f"{mapped(staff, as_csv([[*ROWS[0][:1], 'Blauw uurtje', *ROWS[0][2:]]]))}/run")
    assert titles() == ["Blauw uurtje", "Kade"]


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")]
)
def test_what_is_no_table_is_refused_with_a_reason(staff: FlaskClient, content: bytes) -> None:
    answer = staff.post(
        "/en/desk/imports",
        data={"csrf_token": token(staff), "file": (io.BytesIO(content), "table.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert db.session.scalar(select(Intake.id)) is None


def test_a_step_that_cannot_be_taken_is_refused(staff: FlaskClient) -> None:
    address = f"/en/desk/imports/{hand_in(staff, as_csv(ROWS))}"

    assert post(staff, f"{address}/run") == 422
    assert post(staff, f"{address}/undo") == 409
    assert post(staff, f"{address}/check", mapping="nothing") == 422
    assert staff.get("/en/desk/imports/999").status_code == 404


def test_a_dry_run_that_is_refused_says_so_beside_the_columns(staff: FlaskClient) -> None:
    address = f"/en/desk/imports/{hand_in(staff, as_csv(ROWS))}"

    post(staff, f"{address}/check", mapping="wjd_solos")

    assert the_intake(address).state is IntakeState.NEW
    assert "needs columns that the table has not" in staff.get(f"{address}/columns").text


def test_the_public_sees_nothing_of_it(client: FlaskClient) -> None:
    assert client.get("/en/desk/imports").status_code in (302, 303, 401, 403)


def test_the_pages_ask_a_fixed_number_of_questions(staff: FlaskClient) -> None:
    rows = [[f"NR-{at}", "" if at % 2 else f"Stuk {at}", "1961", "", "", ""] for at in range(60)]
    address = mapped(staff, as_csv(rows))
    for page, most in ((f"{address}?show=refused", 14), ("/en/desk/imports", 10)):
        with counting.statements() as asked:
            assert staff.get(page).status_code == 200
        assert len(asked) <= most


def test_an_undone_draft_is_nobodys_business(staff: FlaskClient, client: FlaskClient) -> None:
    address = f"/en/desk/imports/{hand_in(staff, as_csv(ROWS[:1]))}"
    post(staff, f"{address}/columns", **{**MAPPED, "publish": ""})
    post(staff, f"{address}/run")
    pid = db.session.scalars(select(Entry.pid).where(Entry.title == "Blauw uur")).one()

    post(staff, f"{address}/undo")

    assert client.get(f"/en/entries/{pid}").status_code == 404
    assert entries.get(pid).status is Status.WITHDRAWN


def test_an_undo_leaves_what_was_sold_or_has_others_under_it(staff: FlaskClient) -> None:
    address = mapped(staff, as_csv(ROWS[:2]))
    post(staff, f"{address}/run")
    sold, session = (
        db.session.scalars(select(Entry).where(Entry.title == title)).one()
        for title in ("Blauw uur", "[Opnamesessie van 14 maart 1958]")
    )
    db.session.add(
        RightsClaim(
            entry_id=sold.id,
            layer=Layer.MASTER,
            basis=Basis.OWNED,
            territory=["WW"],
            status=ClaimStatus.CONFIRMED,
            limits={},
            recorded_at=clock.now(),
        )
    )
    db.session.commit()
    pids = {sold.pid: "sale", session.pid: "entry", session.parent.pid if session.parent else "": "entry"}

    post(staff, f"{address}/undo")

    assert {each["pid"]: each["why"] for each in the_intake(address).undone["left"]} == pids
    assert titles() == ["Blauw uur"]


def test_lines_of_an_error_sheet_keep_every_cell(app: Flask, staff: FlaskClient) -> None:
    address = mapped(staff, as_csv(ROWS))

    _, *lines = error_sheets.lines(the_intake(address), str.upper, refused_only=False)

    assert [line[:6] for line in lines] == [ROWS[2], ROWS[3], ROWS[4]]
    assert lines[0][6:] == ["Titel", "MUST NOT BE EMPTY: FILL IT IN"]


def test_what_is_found_is_said_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context("/nl/"):
        for sentence in findings.SENTENCES:
            filled = re.sub(r"%\((\w+)\)s", "x 1", sentence)
            assert findings.said(filled)
        assert findings.said("no sentence of ours") == "no sentence of ours"


def test_every_finding_of_a_real_table_is_a_sentence_of_ours(real_data: Path) -> None:
    path = real_data / "recordings" / "wjd_solos.csv"
    with survey.taken(readers.look(path), None) as surveyed:
        groups = [plan.group(surveyed.mapping, surveyed.rows_of(key)) for key in surveyed.sessions]

    messages = {remark.message for group in groups for remark in group.remarks}
    assert len(messages) >= 20
    assert [message for message in messages if not findings.is_known(message)] == []


def test_sheets_and_the_row_of_the_header_are_chosen(staff: FlaskClient, tmp_path: Path) -> None:
    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    def sheet(*rows: list[str]) -> str:
        return "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)

    book = workbooks.xlsx(
        tmp_path / "boek.xlsx",
        sheet(["Opnamen van Joop"], ["Nr", "Titel"], ["A-1", "Blauw uur"]),
        sheet(["Meer opnamen"], ["Titel", "Nr"], ["Kade", "A-2"], ["", "A-3"]),
        sheet(["Aantekeningen"]),
    )
    number = hand_in(staff, book.read_bytes(), "boek.xlsx")
    address = f"/en/desk/imports/{number}"
    assert '<option value="2" selected>2: Nr | Titel' in staff.get(f"{address}/columns").text
    chosen = {"sheet": ["Blad 1", "Blad 2"], "header": "2", "field": ["", "title", ""], "key": ["Nr"]}
    post(staff, f"{address}/columns", **{**MAPPED, **chosen})
    post(staff, f"{address}/run")

    assert titles() == ["Blauw uur", "Kade"]
    page = staff.get(f"{address}?show=refused").text
    assert "Blad 2</span> 4" in page
    assert "Opnamen van Joop" in page  # above the header
    assert the_intake(address).found["sheets_left_out"] == ["Blad 3"]


def test_a_mapping_made_at_the_desk_serves_the_command(
    app: Flask, staff: FlaskClient, tmp_path: Path
) -> None:
    mapped(staff, as_csv(ROWS))
    path = tmp_path / "meer.csv"
    path.write_bytes(as_csv([["NR-9", "Vroeg", "1961", "", "", ""]]))

    told = app.test_cli_runner().invoke(catalogue_group, ["import", str(path), "--mapping", "Kaartenbak"])

    assert told.exit_code == 0, told.output
    assert titles() == ["Vroeg"]
