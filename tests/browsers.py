"""Browsers: the test client, of which each request has contexts of its own, and what tests with a real browser share.

Playwright's click comes back before the next page is there. Whatever leaves a page goes through `follow` or
`leaving`, so that no test reads a page that is on its way out, or the void between two.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from werkzeug.test import TestResponse

PATIENCE = 60_000  # milliseconds for whatever is waited for: the machine may have much other work
RELOADS = "meta[http-equiv=refresh]"

expect.set_options(timeout=PATIENCE)


class Visitor(FlaskClient):
    """A browser. Flask would otherwise lend the test's application context, with its `g` and its database session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer: TestResponse = Context().run(super().open, *args, **kwargs)
        return answer


@contextmanager
def visiting(chromium: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a patient browser context with these options of Playwright's; it is closed at the end."""
    # A page that comes in the middle of a moving one makes Chromium complain of the move it gave up.
    context = chromium.new_context(**{"reduced_motion": "reduce"} | options)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def leaving(page: Page) -> Iterator[None]:
    """Do what leads to another page; at the end that page is loaded."""
    with page.expect_navigation(wait_until="load"):
        yield


def follow(pressed: Locator) -> None:
    """Press a link or button that leads to another page, and wait until that page is loaded."""
    with leaving(pressed.page):
        pressed.click()


def await_still(page: Page, showing: str) -> None:
    """Wait for a page that shows what the selector says and no longer reloads itself.

    Both in one look: between two looks the page may have been loaded anew.
    """
    page.locator(f"html:not(:has({RELOADS})):has({showing})").wait_for(state="attached")
    page.wait_for_load_state("load")
