"""What columns may mean: guessed from their names and values, composed into a mapping, and no cell lost on the way."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Invalid
from catalogue.importing import composing, guessing, headers, readers, survey
from catalogue.importing import mapping as mappings
from catalogue.importing.headers import Choice
from catalogue.importing.mapping import Mapping, Shape
from catalogue.importing.report import Report
from catalogue.importing.tables import SHEET_COLUMN
from tests.catalogue import workbooks

COLUMNS = ["titel", "datum", "nr"]


def composed(fields: dict[str, str], key: list[str], shape: Shape = Shape.RECORDING) -> Mapping:
    chosen = composing.Chosen("Kaarten", shape, fields, key, "Kaartenbak", "Kaartenbak", "", is_public=False)
    return mappings.parse("Kaarten", composing.compose(chosen))


def guessed(shape: Shape = Shape.RECORDING, /, **values: list[str]) -> dict[str, str]:
    return guessing.fields(list(values), values, shape)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Titel", "title"),
        ("recording_title", "title"),
        ("Opname-datum", "date"),
        ("Bezetting", "lineup"),
        ("Band leader", "leader"),
        ("Componist", "composer"),
        ("Catalogusnummer", "catalogue_no"),
        ("Speelduur", "duration"),
        ("Zaal", "venue"),
        ("Inventarisnummer", "shelfmark"),
        ("Beschrijving", "description"),
        ("drums", "plays:drums"),
        ("Altsax", "plays:alto_saxophone"),
        ("Kleur", ""),
    ],
)
def test_a_column_is_guessed_by_its_name_in_either_language(column: str, field: str) -> None:
    assert guessed(**{column: []}) == {column: field}


def test_a_column_without_a_telling_name_is_guessed_by_its_values() -> None:
    assert guessed(
        a=["14 maart 1958", "ca. 1961"],
        b=["06:42", "03:10"],
        c=["Joop Terwindt (tp); Rita Bakker (p)", "Rita Bakker (p)"],
        d=["ff750e5b-882a-4742-8c9f-795b988fff39", "72d0306f-d3ed-4332-9d59-1c22271568d7"],
        e=["blauw", "groen"],
        f=["1", "2"],
    ) == {"a": "date", "b": "duration", "c": "lineup", "d": "mbid", "e": "", "f": ""}


def test_no_field_is_guessed_twice() -> None:
    assert list(guessed(titel=[], title=[], naam=[]).values()) == ["title", "", ""]


@pytest.mark.parametrize(
    ("columns", "shape"),
    [
        (["Titel", "Fotograaf", "Datum"], Shape.PHOTOGRAPH),
        (["Concert", "Zaal", "Datum"], Shape.CONCERT),
        (["Titel", "Bezetting", "Speelduur"], Shape.RECORDING),
    ],
)
def test_what_a_row_is_is_guessed(columns: list[str], shape: Shape) -> None:
    assert guessing.shape(columns) is shape


def test_the_key_is_the_number_that_never_repeats() -> None:
    values = {"titel": ["a", "b"], "nr": ["1", "2"], "jaar": ["1958", "1958"]}

    assert guessing.key(list(values), values) == ["nr"]
    assert guessing.key(["jaar"], values) == []


@pytest.mark.parametrize("shape", [Shape.RECORDING, Shape.CONCERT, Shape.PHOTOGRAPH])
def test_every_choice_of_fields_makes_a_mapping_that_can_be_read(shape: Shape) -> None:
    fields = {f"column {at}": field for at, field in enumerate(guessing.FIELDS[shape])}

    mapping = composed({**fields, "id": "", "rest": ""}, ["id"], shape)

    assert mapping.shape is shape
    assert mapping.kept([*fields, "id", "rest"]) == ["rest"]


CELL = st.text("ab12 ;(),\"'é", max_size=6)
ROW = st.lists(CELL, max_size=5)


@given(above=st.lists(ROW, max_size=2), rows=st.lists(ROW, min_size=1, max_size=8), is_book=st.booleans())
def test_no_cell_is_dropped_without_a_line_in_the_report(
    tmp_path: Path, above: list[list[str]], rows: list[list[str]], is_book: bool
) -> None:
    path = (
        workbook(tmp_path, [*above, COLUMNS, *rows]) if is_book else table(tmp_path, [*above, COLUMNS, *rows])
    )
    mapping = composed({"titel": "title", "datum": "date", "nr": ""}, ["nr"])
    try:
        found = readers.look(path)
        _, header_of = headers.find(found, None, Choice(mapping))
        with survey.taken(found, None, Choice(mapping)) as surveyed:
            said = Report(surveyed, is_dry=True).as_json()
            kept = {row.line: row.cells for key in surveyed.sessions for row in surveyed.rows_of(key)}
            used = {*mapping.columns, *said["kept_columns"]}
    except Invalid:
        return  # the file as a whole is refused, which is told

    told = {each["line"] for key in ("rejected", "above_header") for each in said[key]}
    (header,) = header_of.values()
    for row in readers.rows(found):
        filled = [cell for cell in row.cells if cell.strip()]
        if row.line == header.line or row.line in told:
            continue
        assert sorted(
            kept[row.line][column] for column in kept[row.line] if is_filled(kept[row.line], column)
        ) == sorted(filled)
        assert {column for column in kept[row.line] if is_filled(kept[row.line], column)} <= used


def is_filled(cells: Any, column: str) -> bool:
    return column != SHEET_COLUMN and bool(cells[column].strip())


def table(folder: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = folder / "table.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def workbook(folder: Path, rows: list[list[str]]) -> Path:
    def cell(text: str) -> str:
        plain = text.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'

    return workbooks.xlsx(folder / "a.xlsx", "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows))
