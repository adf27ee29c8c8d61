"""Amounts, times and titles as people write them."""

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from archive.db import db
from catalogue import sources
from catalogue.pages import labels, references
from catalogue.sources import Source
from tests.catalogue import specimens


@pytest.mark.parametrize(
    ("minor", "dutch", "english"),
    [
        (1800, "€ 18", "€18"),
        (75, "€ 0,75", "€0.75"),
        (1850, "€ 18,50", "€18.50"),
        (1805, "€ 18,05", "€18.05"),
        (123_400, "€ 1.234", "€1,234"),
    ],
)
def test_a_price_has_cents_only_where_there_are_any(shared_site: Flask, minor: int, dutch: str, english: str):
    for lang, amount in (("nl", dutch), ("en", english)):
        with shared_site.test_request_context("/"), force_locale(lang):
            assert (labels.price_label(minor, lang) or "").endswith(amount)


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [(0, "0:00"), (59_499, "0:59"), (59_500, "1:00"), (402_000, "6:42"), (3_723_000, "1:02:03")],
)
def test_a_duration_is_rounded_to_seconds(milliseconds: int, written: str):
    assert labels.duration_label(milliseconds) == written


def test_a_supplied_title_is_shown_in_the_reader_s_language_and_a_printed_one_as_printed(shared_site: Flask):
    session, take = specimens.session("[Opnamesessie voor Soultrane]"), specimens.recording("Theme for Ernie")
    session.alt_titles = [{"text": "[Recording session for Soultrane]", "lang": "en", "kind": "supplied"}]
    take.alt_titles = [{"text": "Thema voor Ernie", "lang": "nl", "kind": "translation"}]

    assert [labels.title(session, lang) for lang in ("nl", "en")] == [
        "[Opnamesessie voor Soultrane]",
        "[Recording session for Soultrane]",
    ]
    assert labels.title(take, "nl") == "Theme for Ernie"


def test_only_an_address_on_the_web_becomes_a_link(shared_site: Flask):
    entry = specimens.recording()
    for url in ("https://example.org/book", "javascript:alert(1)"):
        sources.cite(entry.id, f"Source at {url}")
    for cited in db.session.scalars(select(Source)):
        cited.url = cited.citation.removeprefix("Source at ")

    linked, plain = references.sources(entry.id)

    assert str(linked).startswith('<a href="https://example.org/book"')
    assert plain == "Source at javascript:alert(1)"
