"""What docs/search.md tells people to type is understood, and finds what it says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.search import index as seam
from catalogue.search import parsing, query
from catalogue.search.signs import FIELDS
from catalogue.search.whoosh_index import WhooshIndex
from tests.opensearch.collection import BLUE_HOUR, BLUE_TRAIN, OPEN, PHOTO, STATION, TODAY

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
RECORDINGS = (BLUE_HOUR, BLUE_TRAIN, STATION, replace(OPEN, titles=("Live in de Big Band",)))


def rows(heading: str) -> list[list[str]]:
    """Give the cells of the rows of the table under a row of headings."""
    lines = TEXT.split(heading)[1].splitlines()[2:]
    table = lines[: next((place for place, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


def typed(cell: str) -> str:
    return cell.strip("`").replace("\\|", "|")


TYPED = [(typed(row[0]), row[2]) for row in rows("| typed | means | finds |")]
FIELD_ROWS = rows("| field | also | looks in | example | finds |")
RUNGS = [(row[0], typed(row[2]), row[3]) for row in rows("| rung | what answers | example | finds |")]
OTHERWISE = [
    typed(code)
    for row in rows("| typed | means | finds |")
    for code in re.findall(r"also (`.+)", row[1])
    for code in re.findall(r"`[^`]+`", code)
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshIndex]:
    opened = WhooshIndex(tmp_path_factory.mktemp("documented"))
    opened.rebuild([[*RECORDINGS, PHOTO]], lambda _done: None)
    yield opened
    opened.close()


def found(index: WhooshIndex, q: str) -> tuple[str, list[str]]:
    result = index.search(query.read([("q", q)]), TODAY)
    by_pid = {one.pid: one.titles[0] for one in RECORDINGS}
    return result.rung, sorted(by_pid[pid] for pid in result.pids)


def titles(cell: str) -> list[str]:
    return sorted(re.findall(r"\*([^*]+)\*", cell))


@pytest.mark.parametrize(
    ("q", "finds"), [*TYPED, *((typed(row[3]), row[4]) for row in FIELD_ROWS)], ids=lambda text: text[:30]
)
def test_what_is_to_be_typed_is_understood_and_finds_what_it_says(index: WhooshIndex, q: str, finds: str):
    assert parsing.parse(q).ignored == ()
    assert found(index, q) == ("exact", titles(finds))


@pytest.mark.parametrize("q", OTHERWISE)
def test_other_ways_to_type_it_are_understood(q: str):
    assert parsing.parse(q).ignored == ()
    assert not parsing.parse(f"webster {q} tenor").question.is_empty


@pytest.mark.parametrize(("rung", "q", "finds"), RUNGS)
def test_each_rung_is_reached_by_its_example(index: WhooshIndex, rung: str, q: str, finds: str):
    assert found(index, q) == (rung, titles(finds))


def test_all_fields_rungs_and_modules_are_documented():
    fields = {name for row in FIELD_ROWS for name in re.findall(r"`(\w+):`", f"{row[0]} {row[1]}")}
    folder = ROOT / "catalogue" / "search"
    modules = {path.stem for path in folder.rglob("*.py") if not path.stem.startswith(("opensearch", "_"))}

    assert fields == set(FIELDS)
    assert [rung for rung, _q, _finds in RUNGS] == [
        seam.EXACT, seam.PREFIX, seam.FUZZY, seam.ANY, seam.NONE,
    ]  # fmt: skip
    assert {name for name in modules if f"`{name}`" not in TEXT} == set()
