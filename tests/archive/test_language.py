"""Two languages: which one a page is in, and speaking the other for a while."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import format_date

from archive import language


@pytest.mark.parametrize(
    ("path", "accepts", "spoken"),
    [
        ("/nl/search", "en", "nl"),
        ("/en/nowhere", "nl", "en"),
        ("/id/x", "en, nl;q=0.5", "en"),
        ("/id/x", "fr", "nl"),
        ("/", "", "nl"),
    ],
)
def test_the_address_chooses_the_language_and_else_the_browser(
    app: Flask, path: str, accepts: str, spoken: str
) -> None:
    with app.test_request_context(path, headers={"Accept-Language": accepts}):
        assert language.preferred() == spoken


@pytest.mark.parametrize(("lang", "written"), [("nl", "1 januari 2026"), ("en", "1 January 2026")])
def test_what_is_said_in_a_language_has_its_dates(app: Flask, lang: str, written: str) -> None:
    with app.test_request_context("/nl/"), language.speaking(lang):
        assert format_date(date(2026, 1, 1), "long") == written
