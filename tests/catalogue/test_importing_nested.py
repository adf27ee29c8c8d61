"""Cells that hold lists of objects: people and pieces."""

import pytest

from catalogue.importing import nested
from catalogue.importing.nested import Person, Piece
from catalogue.importing.parsing import UnreadableError

PARTS = {"name": "name", "roles": "roles"}
SCHEMES = {"hall": "id", "wikidata": "qid"}


def test_people_have_names_roles_and_identifiers() -> None:
    cell = [
        {"name": " John Lewis ", "roles": ["piano", "conductor"], "id": "58864", "qid": None},
        {"name": "Percy Heath", "id": 8492, "qid": "Q981283"},
    ]

    assert nested.people(cell, PARTS, SCHEMES) == (
        Person("John Lewis", ("piano", "conductor"), (("hall", "58864"),)),
        Person("Percy Heath", (), (("hall", "8492"), ("wikidata", "Q981283"))),
    )


def test_pieces_have_titles_and_perhaps_makers() -> None:
    cell = [{"title": "Django", "composer": "John Lewis"}, {"title": "Selections", "composer": None}]

    assert nested.pieces(cell, {"title": "title", "composer": "composer"}, {}) == (
        Piece("Django", "John Lewis"),
        Piece("Selections", ""),
    )


@pytest.mark.parametrize("cell", ["John Lewis", {"name": "John Lewis"}, ["John Lewis"], [{"name": ""}], [{}]])
def test_what_is_no_list_of_people_is_told(cell: object) -> None:
    with pytest.raises(UnreadableError):
        nested.people(cell, PARTS, SCHEMES)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" a ", "a"), (None, ""), ([], ""), ({}, ""), (0, "0"), (5.0, "5.0"), (["é"], '["é"]'), (True, "true")],
)
def test_every_value_can_be_said_in_words(cell: object, text: str) -> None:
    assert nested.text(cell) == text
    assert nested.is_blank(cell) == (text == "")
