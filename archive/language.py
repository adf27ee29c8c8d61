"""The two languages. Pages live under /nl/ and /en/; `url_for` fills the language in, and each page knows
its address in the other one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Flask, current_app, g, request, url_for
from flask_babel import Babel, force_locale

from archive.config import current

LANGUAGES = ("nl", "en")
# Dates in English as Europe writes them: 1 January 2026.
LOCALES = {"nl": "nl", "en": "en_GB"}
PREFIX = "/<any(nl, en):lang>"


def init_app(app: Flask) -> None:
    """Choose the language of each request."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/archive/translations"
    Babel(app, locale_selector=lambda: LOCALES[language()], timezone_selector=lambda: "Europe/Amsterdam")
    app.url_value_preprocessor(_take)
    app.url_defaults(_fill_in)
    app.context_processor(_for_templates)


def page_blueprint(name: str, import_name: str) -> Blueprint:
    """Make a blueprint whose pages live under the language."""
    return Blueprint(name, import_name, url_prefix=PREFIX)


def language() -> str:
    """Return the language of this request: of its address, else of the browser, else the site's."""
    chosen: str | None = g.get("lang")
    if chosen is None:
        chosen = g.lang = preferred()
    return chosen


def preferred() -> str:
    """Return the language of the address, even of one that leads nowhere; else what the browser asks for;
    else the site's.
    """
    if not request:
        return current().default_language
    beginning = request.path.split("/", 2)[1]
    if beginning in LANGUAGES:
        return beginning
    return request.accept_languages.best_match(LANGUAGES, default=current().default_language)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak a language for a while, whatever that of the request is."""
    with force_locale(LOCALES[lang]):
        yield


def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.lang = values.pop("lang", None) if values else None
    if g.lang is None:
        g.lang = preferred()


def _fill_in(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and _has_language(endpoint):
        values["lang"] = language()


def _has_language(endpoint: str) -> bool:
    try:
        return current_app.url_map.is_endpoint_expecting(endpoint, "lang")
    except KeyError:
        return False  # no such page: building its address says so in words


def _for_templates() -> dict[str, Any]:
    return {"lang": language(), "url_in_other_language": url_in_other_language}


def url_in_other_language() -> str:
    """Return the address of the page in the other language; of its home page where this page has none."""
    other = "en" if language() == "nl" else "nl"
    if request.endpoint is None or request.method != "GET" or not _has_language(request.endpoint):
        return url_for("catalogue.home", lang=other)
    arguments = {key: values for key, values in request.args.lists() if key != "lang"}
    return url_for(request.endpoint, **{**arguments, **(request.view_args or {}), "lang": other})
