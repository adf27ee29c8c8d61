"""A record comes in from a file of Discogs; people find from it to a player, the label, a recording, and back."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import browsers
from tests.catalogue.importing_xml import releases
from tests.journeys.conftest import ROOT, Site
from tests.journeys.test_pages import Window, window  # noqa: F401 (a fixture)

pytestmark = pytest.mark.browser

TITLE = "Nachtboot naar Harwich"
RECORD = releases(
    f"""<artists><artist><id>900001</id><name>Kwartet Van Loon (2)</name><role/></artist></artists>
    <title>{TITLE}</title><labels><label catno="MD 1203" id="900002" name="Maasdisc"/></labels>
    <extraartists>
    <artist><id>900003</id><name>Truus van Loon</name><anv>T. v. Loon</anv><role>Tenor Saxophone</role></artist>
    <artist><id>900004</id><name>Piet Kaart</name><role>Piano, Arranged By</role><tracks>A1, B1</tracks></artist>
    <artist><id>900005</id><name>Jo Prins</name><role>Photography By [Cover]</role></artist></extraartists>
    <formats><format name="Vinyl" qty="1" text=""><descriptions>
    <description>LP</description></descriptions></format></formats>
    <genres><genre>Jazz</genre></genres><styles><style>Hard Bop</style></styles><country>Netherlands</country>
    <released>1961-05-00</released><notes>Recorded in one night on the boat.</notes><tracklist>
    <track><position/><title>The way there</title><duration/></track>
    <track><position>A1</position><title>Harwich</title><duration>5:47</duration>
    <extraartists><artist><id>900003</id><name>Truus van Loon</name><role>Written-By</role></artist></extraartists>
    </track>
    <track><position>A2</position><title>A title so long that it needs more than one line on a telephone</title>
    <duration>12:08</duration></track>
    <track><position>B1</position><title>Medley</title><duration/><sub_tracks>
    <track><position>B1.a</position><title>Fog</title><duration/></track></sub_tracks></track></tracklist>"""
)


@pytest.fixture(scope="module")
def record(site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Import the record as staff does, and name a recording on it; return its number."""
    path = tmp_path_factory.mktemp("record") / "record.xml"
    path.write_text(RECORD.replace('id="1"', 'id="987654321"'), encoding="utf-8")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "catalogue", "import", str(path)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"DATA_DIR": str(site.data)}, check=True, timeout=120)
    return _with_a_recording(site.data)


def _with_a_recording(data: Path) -> str:
    database = sqlite3.connect(data / "nachtregister.sqlite", timeout=30)
    (made,) = database.execute("SELECT id, pid FROM entry WHERE title = ? ORDER BY id", (TITLE,)).fetchall()
    found = "SELECT id FROM entry WHERE kind = 'recording' AND status = 'published' ORDER BY id LIMIT 1"
    database.execute(
        f"UPDATE track SET recording_id = ({found}) WHERE release_id = ? AND number = 'A1'",  # noqa: S608
        (made[0],),
    )
    database.commit()
    database.close()
    return str(made[1])


def test_from_a_record_to_its_recording_and_back(page: Page, record: str) -> None:
    page.goto(f"/en/entries/{record}")
    assert page.locator("h1").inner_text().lower() == TITLE.lower()
    assert "MD 1203" in page.locator("main").inner_text()

    browsers.follow(page.locator(".tracks__title a"))
    assert page.locator("h2", has_text="On these releases").is_visible()

    browsers.follow(page.locator(f"a[href='/en/entries/{record}']"))
    assert page.locator(".tracks__line").count() == 5


def test_from_a_record_to_a_player_and_the_label(page: Page, record: str) -> None:
    page.goto(f"/nl/entries/{record}")
    browsers.follow(page.locator("main a", has_text="Truus van Loon").first)
    assert "truus van loon" in page.locator("h1").inner_text().lower()

    page.goto(f"/nl/entries/{record}")
    browsers.follow(page.locator("main dd a", has_text="Maasdisc").first)
    assert "maasdisc" in page.locator("h1").inner_text().lower()


def test_pages_of_releases_and_works_are_accessible(window: Window, record: str, site: Site) -> None:  # noqa: F811
    window.page.goto(f"/{window.lang}/entries/{record}")
    window.check("release")
    browsers.follow(window.page.locator(".tracks__title a"))
    window.check("recording-on-release")
    window.page.goto(f"/{window.lang}/entries/{_work(site.data)}")
    window.check("work")


def _work(data: Path) -> str:
    database = sqlite3.connect(data / "nachtregister.sqlite", timeout=30)
    query = "SELECT e.pid FROM entry e JOIN recording r ON r.work_id = e.id WHERE e.status = 'published' ORDER BY e.id"
    found: str = database.execute(query).fetchone()[0]
    database.close()
    return found
