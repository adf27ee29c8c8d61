"""Tables from files: each is read, or refused with a sentence that says what to do."""

import codecs
import csv
import hashlib
import io
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Invalid
from catalogue.importing import readers

# The rows of each awkward table that are not blank, or what its refusal says.
AWKWARD: dict[str, int | str] = {
    "blank_line.ods": 4,
    "example.tsv": 141,
    "excel_pasting.csv": 19,
    "long.csv": 4000,
    "null.csv": 10,
    "simple.psv": 29,
    "spanish_chars.csv": 116,
    "unicode_sheet_name.xls": "XLS",
    "utf-16le_encoded.csv": 328,
    "utf8bom.csv": 1,
    "weird_head_padding.csv": 83,
}

MEASURE = """
import resource, sys
from pathlib import Path
from archive.errors import Invalid
from catalogue.importing import readers
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    list(readers.rows(readers.look(Path(sys.argv[1]))))
except Invalid as refusal:
    print(refusal)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def cells(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for row in readers.rows(readers.look(path))]


def written(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", sorted(AWKWARD))
def test_an_awkward_table_is_read_or_refused_with_a_reason(real_data: Path, name: str) -> None:
    path, expected = real_data / "awkward_tables" / name, AWKWARD[name]

    if isinstance(expected, int):
        assert len(cells(path)) == expected
    else:
        with pytest.raises(Invalid, match="CSV") as refusal:
            cells(path)
        assert expected in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "line", "column", "says"),
    [
        ("blank_line.ods", 5, 0, "Ian"),
        ("blank_line.ods", 2, 2, "2010-10-10"),
        ("example.tsv", 141, 0, "2012-06-27 19:00:00"),
        ("excel_pasting.csv", 4, 8, "2007"),
        ("excel_pasting.csv", 5, 1, "2,666"),
        ("long.csv", 4000, 0, "foo"),
        ("null.csv", 1, 1, "null"),
        ("simple.psv", 29, 2, "251000"),
        ("spanish_chars.csv", 1, 7, "Descripción"),
        ("utf-16le_encoded.csv", 1, 0, "Organisation_code"),
        ("utf8bom.csv", 1, 0, "kitten"),
        ("weird_head_padding.csv", 12, 1, "1985"),
    ],
)
def test_an_awkward_table_is_read_right(
    real_data: Path, name: str, line: int, column: int, says: str
) -> None:
    found = {row.line: row.cells for row in readers.rows(readers.look(real_data / "awkward_tables" / name))}

    assert found[line][column].strip() == says


def test_no_file_of_another_kind_raises_anything_but_a_refusal(real_data: Path) -> None:
    for path in [*real_data.glob("images_odd/*"), *real_data.glob("audio/*/*")]:
        with suppress(Invalid):
            cells(path)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("latin-1", "cp1252"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_usual_encodings_are_recognised(tmp_path: Path, encoding: str, name: str) -> None:
    path = written(tmp_path, "title,composer\nÀ la française,Pietje Bëll\nSolitude,Duke\n".encode(encoding))

    assert readers.look(path).encoding == name
    assert cells(path)[1] == ("À la française", "Pietje Bëll")


def test_mixed_encodings_are_refused_rather_than_turned_into_nonsense(tmp_path: Path) -> None:
    path = written(tmp_path, "title\nDélaissée\n".encode() + "Délaissé\n".encode("latin-1"))

    with pytest.raises(Invalid, match="neither UTF-8 nor Windows-1252"):
        cells(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_counting(tmp_path: Path, delimiter: str) -> None:
    lines = [
        ["title", "line-up", "year"],
        ["Blue Seven, take 1", "a; b | c", "1956"],
        ["Oleo", "d; e", "1954"],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)

    assert cells(written(tmp_path, text.getvalue())) == [tuple(line) for line in lines]


def test_a_row_knows_the_line_it_begins_on_although_cells_hold_line_breaks(tmp_path: Path) -> None:
    path = written(tmp_path, '\n\ntitle,chords\n"Oleo","Bb\nG7\nC7"\nSolar,Cm\n')

    assert [row.line for row in readers.rows(readers.look(path))] == [3, 4, 7]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"title,composer\nOleo,So\0nny\n", "Line 2 holds a NUL character"),
        (b"\x89PNG\r\n\x1a\n....", "This file is PNG"),
        (b"\xff\xd8\xff\xe0 a picture", "This file is JPEG"),
        (b"%PDF-1.7", "This file is PDF"),
        (b"PK\x03\x04....xl/workbook.xml", "(XLSX) and is damaged"),
        (b'title,composer\n"Oleo,Sonny Rollins\nSolar,Miles Davis\n', "never closed"),
        (b'title,composer\n"Oleo" or so,Sonny Rollins\n', "line 2"),
        (b'title\n"' + b"x" * 140_000 + b'"\n', "more than 131,072 characters"),
        (b"title\n" + b"x" * 1_100_000 + b"\n", "Line 2 is longer than 1,048,576 characters"),
        (b"title\n\x81\x8d", "neither UTF-8 nor Windows-1252"),
        (codecs.BOM_UTF16_LE + "title\n".encode("utf-16-le") + b"\0", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cells(written(tmp_path, content))

    assert says in str(refusal.value)


def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    cell = '"' + "x" * 99_000 + '\n"'
    path = written(tmp_path, "title\n" + ",".join([cell] * 50) + "\n")

    with pytest.raises(Invalid, match="is longer than 4,194,304 characters"):
        cells(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Check the name"):
        readers.look(tmp_path / "nothing.csv")
    with pytest.raises(Invalid, match="is not a file"):
        readers.look(tmp_path)


def test_a_line_of_200_mb_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"title,composer\n")
        for _ in range(200):
            file.write(b"x" * 1_000_000)

    told = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert "longer than" in told[0]
    assert int(told[1]) < 30  # MB


@given(
    rows=st.lists(
        st.lists(st.text("abcé\"' \n", min_size=1).filter(str.strip), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_is_read_as_it_was_written(
    tmp_path: Path, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([["one", "two", "three"], *rows])

    path = written(tmp_path, text.getvalue().encode(encoding))

    assert cells(path)[1:] == [tuple(row) for row in rows]


def test_the_checksum_is_that_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "title,composer\nBlue Seven,Sonny Rollins\n")

    assert readers.look(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
