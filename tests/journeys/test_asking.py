"""A buyer collects, chooses parts, shows it to a colleague, asks, and answers by mail; each page as people see it."""

import os
import subprocess
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import ROOT, Site
from tests.journeys.test_pages import Window, window  # noqa: F401 (a fixture)

pytestmark = pytest.mark.browser

RECORDING = ".card:has([data-play]) .card__collect button"


@pytest.fixture(scope="module")
def asked(chromium: Browser, site: Site) -> dict[str, str]:
    """The addresses of a project with a recording and a picture, of its items, and of a request."""
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        page = context.new_page()
        project = collect_two(page)
        items = [str(link.get_attribute("href")) for link in page.locator("a[href*='/items/']").all()]
        shared = path_of(page.locator(".request__link a").inner_text())
        browsers.follow(page.locator("a[href$='/request']"))
        send_the_request(page)
        return {
            "project": project,
            "sound": items[0],
            "picture": items[1],
            "shared": shared,
            "request": path_of(page.url),
        }


def collect_two(page: Page) -> str:
    """Add a recording beside the results and a picture on its page; return the address of the project."""
    page.goto("/nl/search?kind=recording&reuse=direct")
    browsers.follow(page.locator(RECORDING).first)
    expect(page.locator(".card__collect a")).to_have_count(1)
    page.goto("/nl/search?kind=image&reuse=on_request")
    browsers.follow(page.locator(".card h2 a").first)
    browsers.follow(page.locator(".request__collect button"))
    return path_of(page.url)


def send_the_request(page: Page) -> None:
    page.locator("#title").fill("Nachtboot naar Harwich")
    page.locator("#name").fill("Noor Adriaanse")
    page.locator("#email").fill("noor@studio.example")
    page.locator("#organisation").fill("Studio Lek")
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator("#conversation")).to_be_visible()


def path_of(address: str) -> str:
    return "/" + address.partition("://")[2].partition("/")[2].partition("#")[0]


def test_a_buyer_collects_parts_shows_them_asks_and_answers_by_mail(
    page: Page, chromium: Browser, site: Site
) -> None:
    project = collect_two(page)
    expect(page.locator(".kept__item")).to_have_count(2)

    choose_an_excerpt(page)
    expect(page.locator(".request__part").first).to_contain_text(":")
    draw_a_crop(page)
    expect(page.locator(".request__part")).to_have_count(2)

    shared = page.locator(".request__link a").inner_text()
    with browsers.visiting(chromium, base_url=site.address) as context:
        colleague = context.new_page()
        colleague.goto(shared)
        expect(colleague.locator(".kept__item")).to_have_count(2)
        expect(colleague.locator("main form")).to_have_count(0)

    browsers.follow(page.locator("a[href$='/request']"))
    send_the_request(page)
    answer_by_mail(site, page.locator("main p.meta").first.inner_text().split()[-1])
    page.reload()
    expect(page.locator(".talk")).to_contain_text("Vijf jaar is genoeg.")
    expect(page.locator(".talk")).not_to_contain_text("wie dan ook")
    page.goto(project)
    expect(page.locator(".notice a[href*='/requests/']")).to_be_visible()


def choose_an_excerpt(page: Page) -> None:
    """Drag over the waveform of the first item, hear it begin, and save."""
    browsers.follow(page.locator("a[href*='/items/']").first)
    wave = page.locator("[data-wave]")
    wave.scroll_into_view_if_needed()
    box = wave.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(page.locator("#start")).not_to_have_value("")
    drawn = page.locator("#end").input_value()
    page.locator("[data-range=end]").press("ArrowRight")
    expect(page.locator("#end")).not_to_have_value(drawn)
    browsers.follow(page.locator("main form button[type=submit]"))


def draw_a_crop(page: Page) -> None:
    browsers.follow(page.locator("a[href*='/items/']").nth(1))
    sheet = page.locator("[data-sheet]")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6, steps=5)
    page.mouse.up()
    expect(page.locator("[data-sheet] [data-frame]")).to_be_visible()
    expect(page.locator("#width")).to_have_value("50")
    browsers.follow(page.locator("main form button[type=submit]"))


def answer_by_mail(site: Site, number: str) -> None:
    """Answer the mail that confirmed the request, as a mail program does, and pipe it in as a mail server does."""
    sent = mail_about(number, site.data)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Message-ID"] = (
        sent["To"],
        sent["From"],
        f"<{number}@studio.example>",
    )
    answer["References"] = f"{sent['References']} {sent['Message-ID']}"
    answer.set_content(
        "Vijf jaar is genoeg.\n\nOp zo 22 nov 2026 om 13:00 schreef Archief <a@b.nl>:\n> wie dan ook\n"
    )
    environ = os.environ | {"DATA_DIR": str(site.data)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "receive"]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, input=answer.as_bytes(), check=True, capture_output=True, timeout=120
    )
    assert done.stdout.strip() == b"taken"


def mail_about(number: str, data: Path) -> EmailMessage:
    """Wait for the mail that names a request in its subject."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for file in sorted((data / "mail").glob("*.eml"), reverse=True):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            if number in message["Subject"]:
                return message
        time.sleep(0.2)
    pytest.fail(f"no mail about {number} was posted")


def test_without_script_parts_are_written(chromium: Browser, site: Site, asked: dict[str, str]) -> None:
    options = {"base_url": site.address, "java_script_enabled": False, "locale": "nl-NL"}
    with browsers.visiting(chromium, **options) as context:
        page = context.new_page()
        page.goto(asked["sound"])
        page.locator("#start").fill("0:10")
        page.locator("#end").fill("0:05")
        browsers.follow(page.locator("main form button[type=submit]"))
        expect(page.locator(".summary")).to_be_visible()
        page.locator("#end").fill("0:40")
        browsers.follow(page.locator("main form button[type=submit]"))
        expect(page.locator(".request__part").first).to_contain_text("0:40")


def test_the_pages_of_projects_and_requests_are_accessible(window: Window, asked: dict[str, str]) -> None:  # noqa: F811
    page, lang = window.page, window.lang
    page.goto(f"/{lang}/projects")
    window.check("projects-none")
    page.goto(f"/{lang}/projects/new")
    browsers.follow(page.locator("main form button[type=submit]"))
    window.check("project-new-errors")
    for what in ("project", "sound", "picture", "shared", "request"):
        page.goto(asked[what].replace("/nl/", f"/{lang}/", 1))
        window.check(f"asking-{what}")
    page.goto(f"{asked['project']}/request".replace("/nl/", f"/{lang}/", 1))
    window.check("asking-form")
    browsers.follow(page.locator("main form button[type=submit]"))
    window.check("asking-form-errors")
