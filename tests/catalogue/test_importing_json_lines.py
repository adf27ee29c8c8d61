"""JSON Lines: one object a line, its values kept; what is none is told, what is a trap is refused."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Invalid
from catalogue.importing import gzipped, readers
from catalogue.importing.tables import Row

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def written(folder: Path, *lines: str | bytes, name: str = "table.jsonl") -> Path:
    path = folder / name
    text = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


def rows(path: Path) -> list[Row]:
    return list(readers.rows(readers.look(path)))


@pytest.mark.parametrize("name", ["table.jsonl", "table.jsonl.gz", "table.csv", "table.csv.gz"])
def test_it_is_recognised_by_what_it_holds_and_not_by_its_name(tmp_path: Path, name: str) -> None:
    table = readers.look(written(tmp_path, '{"id": "1", "works": [{"title": "Oleo"}]}', name=name))

    assert (table.columns, table.separator) == (("id", "works"), "JSON Lines")
    assert [row.cells for row in readers.rows(table)] == [("1", [{"title": "Oleo"}])]


@given(table=st.lists(st.dictionaries(TEXT, VALUES, min_size=1, max_size=4), min_size=1, max_size=5))
def test_values_are_kept_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, table: list[dict[str, Any]]
) -> None:
    path = written(tmp_path_factory.mktemp("lines"), *map(json.dumps, table))
    columns = readers.look(path).columns

    said = [dict(zip(columns, row.cells, strict=True)) for row in rows(path)]

    assert [{name: value for name, value in row.items() if value is not None} for row in said] == table


def test_the_columns_are_the_names_of_all_lines(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}', "", '{"b": 2, "a": null}')

    assert readers.look(path).columns == ("a", "b")
    assert [(row.line, row.cells) for row in rows(path)] == [(1, (1, None)), (3, (None, 2))]


def test_a_byte_order_mark_says_nothing(tmp_path: Path) -> None:
    assert rows(written(tmp_path, b'\xef\xbb\xbf{"a": 1}'))[0].cells == (1,)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"a": 1', "no JSON object"),
        ("[1, 2]", "no JSON object with anything in it"),
        ("{}", "no JSON object with anything in it"),
        ("plain words", "no JSON object"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "no JSON object"),
        ('{"a": ' + "9" * 5000 + "}", "no JSON object"),
        ('{"a": NaN}', "NaN, which is no number"),
        ('{"a": 1e999}', "a number beyond all measure"),
        ('{"a": ["x\\u0000"]}', "a NUL character"),
        ('{"a": {"\\ud83d": 1}}', "half a character"),
        (b'{"a": "\xff"}', "not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_used_is_a_row_with_a_problem(
    tmp_path: Path, line: str | bytes, says: str
) -> None:
    first, bad, last = rows(written(tmp_path, '{"a": 1}', line, '{"a": "\\ud83c\\udfba \\\\u0000"}'))

    assert says in bad.problem
    assert (bad.line, bad.cells) == (2, ())
    assert (first.cells, last.cells) == ((1,), ("🎺 \\u0000",))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"a": 1}, {"a": 2}]', "one JSON list"),
        (b'{"a": "' + b"x" * 1_100_000 + b'"}', "Line 1 is longer than 1,048,576 bytes"),
        (b'{"a": 1}\n' + b" " * 2_000_000, "Line 2 is longer"),
        (b'{\n"a": 1\n}', "No line of the file is a JSON object"),
        (b"\n".join(b'{"a%d": 1}' % at for at in range(600)), "more than 500 different names"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_no_table_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, says: str, packed: bool
) -> None:
    path = written(tmp_path, content, name="table.jsonl.gz" if packed else "table.jsonl")

    with pytest.raises(Invalid) as refusal:
        rows(path)

    assert says in str(refusal.value)


def test_a_packed_file_that_grows_beyond_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gzipped, "SMALL", 100_000)
    path = written(tmp_path, *['{"a": 1}'] * 200_000, name="bomb.jsonl.gz")

    with pytest.raises(Invalid, match="more than 200 times as large"):
        readers.look(path)


@pytest.mark.parametrize("cut", [20, 40, -1])
def test_a_damaged_packed_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, '{"a": "' + "Oleo, Solar, Doxy" * 9 + '"}', name="table.jsonl.gz")
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + (b"" if cut == -1 else bytes(20)))

    with pytest.raises(Invalid):
        readers.look(path)


def test_the_checksum_is_that_of_the_file_as_it_lies(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}', name="table.jsonl.gz")

    assert readers.look(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
