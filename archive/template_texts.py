"""Texts and numbers in templates, made quick: a page says hundreds of each, and Flask-Babel looks its translations up
by the name of the locale for every one.
"""

from typing import Any

from flask import Flask, g
from flask_babel import get_locale, get_translations


def init_app(app: Flask) -> None:
    """Let templates translate and write numbers by these; call it after Babel has put in its own."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _translations().ugettext(text),
        ngettext=lambda one, many, number: _translations().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.filters["numberformat"] = number


def number(value: float) -> str:
    """Write a number as people of the page's language do: 1.234 in Dutch, 1,234 in English."""
    language = get_locale().language
    grouped = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    if language == "nl":
        return grouped.translate(str.maketrans(",.", ".,"))
    return grouped


def _translations() -> Any:
    # One locale object serves a request, unless another language is spoken for a while: then it is another object.
    locale = get_locale()
    known = g.get("template_texts")
    if known is None or known[0] is not locale:
        known = g.template_texts = (locale, get_translations())
    return known[1]
