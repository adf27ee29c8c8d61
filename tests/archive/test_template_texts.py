"""Templates speak the language of the page, and write numbers as it does."""

import pytest
from flask import Flask, render_template_string

from archive.language import speaking


@pytest.mark.parametrize(
    ("lang", "value", "written"),
    [
        ("nl", 0, "0"),
        ("nl", 1234567, "1.234.567"),
        ("en", 1234567, "1,234,567"),
        ("nl", 21.0, "21"),
        ("nl", 25.5, "25,5"),
        ("en", 1025.55, "1,025.55"),
    ],
)
def test_numbers_are_written_as_the_language_does(app: Flask, lang: str, value: float, written: str) -> None:
    with app.test_request_context(f"/{lang}/"), speaking(lang):
        assert render_template_string("{{ value | numberformat }}", value=value) == written


def test_another_language_spoken_for_a_while_is_not_remembered(app: Flask) -> None:
    with app.test_request_context("/nl/"):
        said = [render_template_string("{{ _('Sign in') }}")]
        with speaking("en"):
            said.append(render_template_string("{{ _('Sign in') }}"))
        said.append(render_template_string("{{ _('Sign in') }}"))

    assert said == ["Inloggen", "Sign in", "Inloggen"]


def test_what_is_put_into_a_text_is_escaped(app: Flask) -> None:
    with app.test_request_context("/en/"):
        said = render_template_string("{{ _('Order %(number)s', number='<b>') }}")

    assert said == "Order &lt;b&gt;"
