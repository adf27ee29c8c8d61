"""Files in a real browser: sent and published, refused, known already; a fragment chosen by keyboard."""

import io
import re
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window, window  # noqa: F401 - a fixture
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

RECORDING, PICTURE = "recording", "image"


def photo(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (600, 800, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def tape(seconds: int) -> bytes:
    out = io.BytesIO()
    times = np.arange(seconds * 16_000) / 16_000
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((9_000 * np.sin(2 * np.pi * (200 + 5 * times) * times)).astype("<i2").tobytes())
    return out.getvalue()


def payload(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def files_of_a_draft(page: Page) -> str:
    """Open the files of the first picture among the drafts of the work list; return its pid."""
    page.goto("/en/desk?status=draft")
    row = page.locator(".qrow", has=page.locator(".meta", has_text=re.compile(r"^Picture"))).first
    pid = (row.locator("h3 a").get_attribute("href") or "").split("entry=")[1].split("&")[0]
    page.goto(f"/en/desk/entries/{pid}/files")
    return pid


def files_of_a(page: Page, kind: str, lang: str = "en") -> None:
    """Open the files of the first public entry of a kind."""
    pid = page.request.get(f"/api/v1/search?kind={kind}").json()["items"][0]["pid"]
    page.goto(f"/{lang}/desk/entries/{pid}/files")


def send(page: Page, *files: FilePayload) -> None:
    page.locator("#file").set_input_files(list(files))


def await_done(page: Page) -> None:
    for _ in range(page.locator("[data-copies]").count()):  # of files of the demo, which have fewer copies
        browsers.follow(page.locator("[data-copies]").first)
    expect(page.locator("[data-files]:not([data-busy])")).to_be_visible()
    expect(page.locator(".master .todo, .master .part")).to_have_count(0)


def test_a_picture_is_sent_recognised_and_published(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    pid = files_of_a_draft(page)
    before = page.locator(".master").count()
    content = photo(len(pid) + before)

    send(
        page,
        payload("nacht.png", content),
        payload("half.png", photo(2)[:-50]),
        payload("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    )
    expect(page.locator(".master")).to_have_count(before + 1)
    expect(page.locator(".arrival--quarantined")).to_contain_text("half.png")
    expect(page.locator(".arrival--refused")).to_contain_text("SVG")
    await_done(page)
    send(page, payload("same.png", content))
    expect(page.locator(".arrival--duplicate")).to_contain_text("It is a file of this entry")

    page.goto(f"/en/desk/entries/{pid}")
    browsers.follow(page.locator("button[value=published]"))
    assert page.request.get(f"/media/{pid}/thumbnail.jpg").ok
    page.goto("/en/desk/vault")
    expect(page.locator(".arrivals")).to_contain_text("half.png")


def test_a_fragment_is_chosen_by_keyboard(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    files_of_a(page, RECORDING)
    send(page, payload("band 12.wav", tape(40)))
    clip = page.locator(".master", has_text="band 12.wav").locator(".clip")
    expect(clip.locator("audio")).to_be_attached()
    await_done(page)

    clip.locator(".clip__range").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(clip.locator("input[name=start]")).to_have_value("0:03")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0:04.5")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("6")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with browsers.leaving(page):
        page.keyboard.press("Enter")

    # It may be cut already, and the page may have shown itself again.
    for _ in range(120):
        page.goto(page.url.split("?")[0])
        if clip.locator("input[name=length]").input_value() == "6":
            break
        page.wait_for_timeout(500)
    expect(clip.locator("input[name=start]")).to_have_value("0:04.5")
    expect(clip.locator("input[name=marked]")).to_be_checked()


def test_the_pages_of_files_are_accessible(window: Window, site: Site, tmp_path: Path) -> None:  # noqa: F811
    page = window.page
    sign_in(page, site, "admin")
    for kind in (RECORDING, PICTURE):
        files_of_a(page, kind, window.lang)
        window.check(f"files-{kind}")
    page.goto(f"/{window.lang}/desk/vault")
    window.check("vault")
