"""Reading the content: whatever does not hang together is an error that says where."""

import shutil
from pathlib import Path

import pytest

from catalogue.demo import reading
from catalogue.demo.reading import ContentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content, for a test to spoil."""
    return Path(shutil.copytree(reading.FOLDER, tmp_path / "content"))


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "people",
            'name = "Sal Montezinos"',
            'name = "Sal M."',
            "there is no person or group 'Sal Montezinos'",
        ),
        ("places", 'name = "Loods 7"', 'name = "Loods 8"', "there is no place 'Loods 7'"),
        ("collections", 'key = "loods"', 'key = "shed"', "there is no collection 'loods'"),
        ("rights", 'code = "cleared"', 'code = "clear"', "NR-0412: there is no rights situation 'cleared'"),
        ("carriers", "shellac25 =", "shellac26 =", "there is no carrier 'shellac25'"),
        ("carriers", "logboek =", "logbook =", "katendrecht-1958: there is no source 'logboek'"),
        ("works", 'title = "Blauw uur"', 'title = "Uur"', "NR-0412: there is no work 'Blauw uur'"),
        ("ensembles", 'name = "Havenlicht"', 'name = "Licht"', "'Havenlicht' is no label in ensembles.toml"),
        (
            "sessions-1956-1960",
            'shelf = "NR-0412"',
            'shelf = "NR-0411"',
            "NR-0411: this shelfmark is there twice",
        ),
        ("photographs", 'ink = "bone"', 'ink = "plum"', "there is no ink 'plum'"),
        ("photographs", 'by = "Theo van Aalst"', 'buy = "?"', "photographs.toml, image NR-1001: .*'buy'"),
        (
            "sessions-1956-1960",
            '"minor_blues F 126 402"',
            '"tango F 126 402"',
            "NR-0412: there is no form 'tango'",
        ),
        ("sessions-1956-1960", 'matrix = "TG 56-07"', 'matrx = "TG 56-07"', "recording NR-0274: .*'matrx'"),
        ("places", "[", "[[", "places.toml: "),
    ],
)
def test_what_does_not_hang_together_is_told(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    spoilt = folder / f"{file}.toml"
    text = spoilt.read_text(encoding="utf-8")
    assert old in text
    spoilt.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=complaint):
        reading.read(folder)


def test_a_work_code_has_its_check_digit() -> None:
    assert reading.iswc(34_524_680) == "T-034.524.680-1"  # the example of ISO 15707
