"""Templates and static files: what holds for all of them, whoever wrote them."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, UndefinedError, nodes

from tests.offenders import offenders

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "archive" / "static"
# Not pages of the site: letters have no style sheet, and the plain error page must not need the layout.
NOT_PAGES = ("mail/", "documents/", "sandbox/", "errors/plain.html")

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
SITE = [name for name in NAMES if not name.startswith(NOT_PAGES)]
PAGES = [
    name
    for name in SITE
    if not name.startswith(("layout/", "macros/")) and not Path(name).name.startswith("_")
]


def test_a_template_parses() -> None:
    assert [name for name in NAMES if not parsed(name).body] == []


def test_a_template_needs_no_inline_style_or_script() -> None:
    # JSON-LD is data for search engines, which no browser runs.
    script = r"<script(?![^>]*\s(?:src=|type=\"application/ld\+json\"))[^>]*>"
    inline = rf"\sstyle\s*=|<style|{script}|\son[a-z]+\s*=\s*[\"']|javascript:"

    assert offenders(SITE, lambda name: re.findall(inline, markup(name))) == {}


def test_every_picture_has_a_text_beside_it_and_a_size() -> None:
    def bare(name: str) -> list[str]:
        images = re.findall(r"<img\b.*?>", without_logic(TEMPLATES / name))
        return [
            image for image in images for needed in ("alt", "width", "height") if f" {needed}=" not in image
        ]

    assert offenders(SITE, bare) == {}


def test_nothing_on_a_page_comes_from_elsewhere() -> None:
    assert offenders(SITE, lambda name: re.findall(r"(?:src|href)=\"(?:https?:)?//", markup(name))) == {}


def test_every_page_extends_the_layout() -> None:
    layouts = ("layout/base.html", "layout/desk.html", "layout/narrow.html")

    assert [name for name in PAGES if layout_of(name) not in layouts] == []


def test_a_form_that_posts_carries_its_token() -> None:
    def without_token(name: str) -> list[str]:
        forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", markup(name), re.DOTALL)
        return [form for form in forms if "csrf_token" not in form and "hidden_tag" not in form]

    assert offenders(SITE, without_token) == {}


def test_a_page_says_to_our_own_site_where_it_was() -> None:
    # Over TLS the check of forms wants to know; other sites are told nothing by the header that all pages have.
    assert [name for name in SITE if "no-referrer" in markup(name)] == []


def test_an_undefined_name_raises(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ no_such_thing }}").render()


@pytest.mark.parametrize("path", sorted(STATIC.glob("css/*.css")), ids=lambda path: path.name)
def test_raw_colours_live_in_the_tokens_alone(path: Path) -> None:
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))

    assert bool(colours) == (path.name == "tokens.css")


@pytest.mark.parametrize("path", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_a_script_imports_only_scripts_beside_it(path: Path) -> None:
    for module in re.findall(r"(?:from|import) \"(.*?)\"", path.read_text(encoding="utf-8")):
        assert (path.parent / module).is_file()
        assert module.startswith("./")


@pytest.mark.parametrize("path", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_a_script_writes_no_markup(path: Path) -> None:
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text())


def test_a_field_with_an_error_names_its_hint_and_error(app: Flask) -> None:
    page = macro(
        app,
        'field("mail", "E-mail", "a@b", hint="For the licence", error="Fill it in", extra={"maxlength": 9})',
    )

    control = page.attributes("input")

    assert page.attributes("label")["for"] == control["id"] == "mail"
    assert control["aria-describedby"].split() == ["mail-hint", "mail-error"]
    assert {"mail-hint", "mail-error"} <= page.ids
    assert (control["aria-invalid"], control["maxlength"]) == ("true", "9")


def test_a_field_in_order_names_nothing_that_is_not_there(app: Flask) -> None:
    control = macro(app, 'field("mail", "E-mail")').attributes("input")

    assert control == {"class": "input", "type": "text", "id": "mail", "name": "mail", "value": ""}


@pytest.mark.parametrize("errors", ['[("mail", "Fill it in")]', '{"mail": "Fill it in", "name": none}'])
def test_the_summary_leads_to_the_fields_that_are_wrong(app: Flask, errors: str) -> None:
    page = macro(app, f"error_summary({errors})")

    assert page.attributes("a") == {"href": "#mail"}
    assert page.attributes("div")["role"] == "alert"


@pytest.mark.parametrize("reuse", ["direct", "on_request", "listen_only", "none"])
def test_every_state_of_re_use_has_a_word_of_its_own(app: Flask, reuse: str) -> None:
    others = {"direct", "on_request", "listen_only", "none"} - {reuse}

    words = macro(app, f'tag("{reuse}")').text

    assert words
    assert words not in {macro(app, f'tag("{other}")').text for other in others}


def test_a_picture_that_may_not_be_licensed_is_for_looking(app: Flask) -> None:
    assert macro(app, 'tag("listen_only", is_image=true)').text != macro(app, 'tag("listen_only")').text


def test_what_is_filled_in_is_escaped(app: Flask) -> None:
    page = macro(app, """field("x", "<b>Label</b>", '"><script>')""")

    assert page.attributes("input")["value"] == '"><script>'
    assert page.text == "<b>Label</b>"


class Page(HTMLParser):
    """The elements and the text of a piece of markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self._elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, tag: str) -> dict[str, str]:
        """Return the attributes of the only element of this name."""
        (found,) = [attributes for name, attributes in self._elements if name == tag]
        return {name: value or "" for name, value in found.items()}

    @property
    def ids(self) -> set[str | None]:
        return {attributes.get("id") for _, attributes in self._elements}


def macro(app: Flask, call: str) -> Page:
    """Render a call of one of the shared macros."""
    template = app.jinja_env.from_string('{% import "macros/parts.html" as parts %}{{ parts.' + call + " }}")
    with app.test_request_context():
        return Page(template.render())


def without_logic(path: Path) -> str:
    """Return the markup of a template; what Jinja fills in becomes a word of its own name."""
    markup = re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"{{\s*(\w*).*?}}", r"\1", markup, flags=re.DOTALL)


@cache
def markup(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def parsed(name: str) -> nodes.Template:
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    return environment.parse(markup(name), name)


def layout_of(name: str) -> str | None:
    """Follow `extends` up to a file in layout/."""
    while not name.startswith("layout/"):
        parents = [node.template for node in parsed(name).find_all(nodes.Extends)]
        if not parents or not isinstance(parents[0], nodes.Const):
            return None
        name = parents[0].value
    return name
