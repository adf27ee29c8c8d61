"""An archivist brings a table in, with errors: hand in, map, dry run, mend, bring in, look, undo; in a real browser."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window, window  # noqa: F401 - a fixture
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

HEADER = ["Nr", "Titel", "Datum", "Bezetting", "Duur", "Opmerking"]
ROWS = [
    ["QX-1", "Steigerwals", "14 maart 1958", "Joop Terwindt (tp); Rita Bakker (p)", "06:42", "mooie band"],
    ["QX-2", "Kraanlied", "14 maart 1958", "Joop Terwindt (tp); Rita Bakker (p)", "03:10", ""],
    ["QX-3", "", "1961", "Rita Bakker (p)", "04:00", "titel onleesbaar"],
    ["QX-4", "Nachttrein", "31-02-1958", "Rita Bakker (p)", "veel", ""],
    ["QX-1", "Dubbel genummerd", "1962", "", "", ""],
]


def table(folder: Path, mark: str) -> Path:
    """A table of which no other test has the titles or the numbers."""
    path = folder / f"kaartenbak-{mark}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [[row[0].replace("QX", mark), row[1] and f"{row[1]} {mark}", *row[2:]] for row in ROWS]
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    return path


def hand_in(page: Page, path: Path, lang: str = "nl") -> None:
    page.goto(f"/{lang}/desk/imports")
    page.locator("#file").set_input_files(path)
    browsers.follow(page.locator(".drop button[type=submit]"))


def map_columns(page: Page, mark: str) -> None:
    page.locator("#name").fill(f"Kaartenbak {mark}")
    page.locator("#collection").fill(f"Kaartenbak {mark}")
    page.locator("#source").fill("Kaartenbak van Joop Terwindt")
    page.locator("input[name=publish]").check()
    browsers.follow(page.locator("form[novalidate] button[type=submit]"))
    browsers.await_still(page, ".tabs")


def test_a_table_with_errors_comes_in_is_mended_and_undone(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site, "cataloguer")
    hand_in(page, table(tmp_path, "QX"))

    # The guess is right; without a source the form comes back.
    expect(page.locator("#field-1")).to_have_value("title")
    expect(page.locator("#field-3")).to_have_value("lineup")
    browsers.follow(page.locator("form[novalidate] button[type=submit]"))
    expect(page.locator(".summary")).to_be_visible()
    map_columns(page, "QX")

    expect(page.locator(".legend-row .good")).to_have_text(re.compile("^2 "))
    expect(page.locator(".legend-row .partly")).to_have_text(re.compile("^1 "))
    expect(page.locator(".legend-row .bad")).to_have_text(re.compile("^2 "))
    expect(page.locator(".dry--rows")).to_contain_text("QX-1")
    with page.expect_download() as sheet:
        page.locator("a[href$='errors.csv']").click()
    errors = list(csv.reader(io.StringIO(sheet.value.path().read_text(encoding="utf-8-sig"))))
    assert [row[0] for row in errors[1:]] == ["QX-3", "QX-1"]

    browsers.follow(page.locator("form[action$='/run'] button"))
    browsers.await_still(page, "form[action$='/undo']")
    first = page.url

    # Mended, and handed in again: it is known by now, and its two columns of errors are taken off.
    errors[1][1], errors[2][0] = "Ochtendploeg QX", "QX-5"
    mended = tmp_path / "errors.csv"
    with mended.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(errors)
    hand_in(page, mended)
    browsers.follow(page.locator("form[action$='/check'] button", has_text="Kaartenbak QX").first)
    browsers.await_still(page, "form[action$='/run']")
    expect(page.locator(".legend-row .good")).to_have_text(re.compile("^2 "))
    browsers.follow(page.locator("form[action$='/run'] button"))
    browsers.await_still(page, "form[action$='/undo']")

    page.goto("/nl/desk?status=published&q=QX")
    expect(page.locator(".qrow", has_text="Steigerwals QX").first).to_be_visible()
    expect(page.locator(".qrow", has_text="Ochtendploeg QX").first).to_be_visible()

    page.goto(first)
    browsers.follow(page.locator("form[action$='/undo'] button"))
    browsers.await_still(page, "main:not(:has(progress))")
    page.goto("/nl/desk?status=published&q=QX")
    expect(page.locator(".qrow", has_text="Steigerwals QX")).to_have_count(0)
    expect(page.locator(".qrow", has_text="Ochtendploeg QX").first).to_be_visible()


def test_what_is_no_table_is_refused_beside_the_file(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site, "cataloguer")
    path = tmp_path / "foto.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n....")

    hand_in(page, path)

    expect(page.locator("#file-error")).to_contain_text("PNG")


def test_the_pages_of_the_import_desk_are_accessible(
    window: Window,  # noqa: F811 - the fixture
    site: Site,
    tmp_path: Path,
) -> None:
    page, mark = window.page, re.sub(r"\W", "", window.name).upper()
    sign_in(page, site, "cataloguer")
    hand_in(page, table(tmp_path, mark), window.lang)
    window.check("import-columns")
    browsers.follow(page.locator("form[novalidate] button[type=submit]"))
    window.check("import-columns-errors")
    map_columns(page, mark)
    window.check("import-refused")
    browsers.follow(page.locator(".tabs a").nth(1))
    window.check("import-look")
    browsers.follow(page.locator("form[action$='/run'] button"))
    browsers.await_still(page, "form[action$='/undo']")
    window.check("import-done")
    browsers.follow(page.locator("form[action$='/undo'] button"))
    browsers.await_still(page, "main:not(:has(progress))")
    window.check("import-undone")
    page.goto(f"/{window.lang}/desk/imports")
    window.check("imports")
