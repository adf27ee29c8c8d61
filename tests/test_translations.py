"""The texts that people read: each is translated, whole, and says the same with the same gaps."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_babel

from archive import errors
from archive.errors import DomainError

ROOT = Path(__file__).parent.parent
DUTCH = ROOT / "archive" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
FLOORS = ("archive", "catalogue", "licensing")

GAP = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
MARKUP = re.compile(r"<[^>]*>|&\w+;")
FORMAL = re.compile(r"\b(u|uw)\b", re.IGNORECASE)


@cache
def extra_keywords() -> tuple[str, ...]:
    """The names that `make texts` looks for, beyond Babel's own."""
    found = re.search(r"^KEYWORDS := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return tuple(found[1].split())


@cache
def extracted() -> frozenset[str | tuple[str, ...]]:
    """The texts in code and templates, taken as `make texts` takes them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as settings:
        methods, options = parse_mapping_cfg(settings)  # type: ignore[no-untyped-call]
    keywords: dict[str, Any] = {**DEFAULT_KEYWORDS, **dict.fromkeys(extra_keywords())}
    rows = extract_from_dir(ROOT, methods, options, keywords)
    return frozenset(text for _file, _line, text, _comments, _context in rows)


@cache
def catalogue() -> Catalog:
    with DUTCH.open("rb") as file:
        return read_po(file, locale="nl")


def translated() -> list[Message]:
    return [message for message in catalogue() if message.id]


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """The singular and plural of a text, or the text alone."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def pairs() -> Iterator[tuple[str, str]]:
    """Each translation with the form of its text that it stands for."""
    for message in translated():
        yield from zip(forms(message.id), forms(message.string), strict=True)


def test_the_catalogue_holds_all_texts_and_no_others() -> None:
    known = {message.id for message in translated()}

    assert extracted() - known == set(), "run `make texts` and translate what is new"
    assert known - extracted() == set(), "run `make texts`"


def test_nothing_is_empty_or_only_guessed() -> None:
    assert [text for text, translation in pairs() if not translation.strip()] == []
    assert [message.id for message in translated() if message.fuzzy] == []


def test_a_text_that_counts_has_a_singular_and_a_plural() -> None:
    assert catalogue().num_plurals == 2
    assert [m.id for m in translated() if m.pluralizable and len(forms(m.string)) != 2] == []


def test_a_translation_has_the_gaps_of_its_text() -> None:
    assert [
        (text, translation)
        for text, translation in pairs()
        if sorted(GAP.findall(text)) != sorted(GAP.findall(translation))
    ] == []


def test_a_percent_sign_is_written_twice_where_gaps_are_filled() -> None:
    assert [text for pair in pairs() for text in pair if "%" in GAP.sub("", text)] == []


def test_a_translation_brings_no_markup() -> None:
    assert [
        translation
        for text, translation in pairs()
        if set(MARKUP.findall(translation)) - set(MARKUP.findall(text))
    ] == []


def test_a_translation_begins_and_ends_as_its_text() -> None:
    assert [
        (text, translation)
        for text, translation in pairs()
        if edges(text) != edges(translation) and not text.startswith(("%", "{"))
    ] == []


def edges(text: str) -> tuple[bool, str]:
    """Whether a text begins with a capital, and the mark it ends with."""
    return text[:1].isupper(), text[-1:] if text[-1:] in ".:,;?" else ""


def test_the_voice_is_that_of_a_person_at_the_counter() -> None:
    assert [
        translation for _text, translation in pairs() if "!" in translation or FORMAL.search(translation)
    ] == []


def test_every_kind_of_refusal_is_looked_for(app: Flask) -> None:
    kinds = {kind.__name__ for kind in below(DomainError) if kind.__module__.startswith(FLOORS)}

    assert kinds <= set(extra_keywords())


def below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


@pytest.mark.parametrize("floor", FLOORS)
def test_a_text_is_one_sentence_with_gaps_and_not_glued_together(floor: str) -> None:
    names = {"_", "_l", "gettext", "ngettext", *extra_keywords()}
    glued = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / floor).rglob("*.py")
        for call in calls(path)
        if called(call) in names and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]

    assert glued == []


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


@pytest.fixture
def bilingual(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A visitor of a site whose catalogue has just been compiled."""
    compiled = tmp_path / "nl" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue())
    monkeypatch.setattr(get_babel(app), "translation_directories", [str(tmp_path)])
    return app.test_client()


def test_a_refusal_is_told_in_the_language_of_the_page(app: Flask, bilingual: FlaskClient) -> None:
    def view() -> str:
        raise errors.Invalid("This field has at most %(limit)s characters.", limit=500)

    app.add_url_rule("/<any(nl, en):lang>/broken", "broken", view)

    assert "Dit veld heeft hoogstens 500 tekens." in bilingual.get("/nl/broken").text
    assert "This field has at most 500 characters." in bilingual.get("/en/broken").text


def test_an_address_that_leads_nowhere_is_told_in_its_language(bilingual: FlaskClient) -> None:
    assert "niet in het register" in bilingual.get("/nl/nergens").text
    assert "not in the register" in bilingual.get("/en/nowhere").text
