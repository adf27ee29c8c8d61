"""XML is read record by record; whatever it could use against its reader is refused with a plain sentence."""

import csv
import gzip
import json
import random
import tracemalloc
from pathlib import Path

import pytest

from archive.errors import Invalid
from catalogue.importing import gzipped, readers, survey, xml_records, xml_text
from catalogue.importing.elements import Element
from tests.catalogue import fuzz_xml, importing_xml
from tests.catalogue.importing_xml import releases, written

BOMB = """<?xml version="1.0"?>
<!DOCTYPE releases [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<releases><release id="1"><title>&c;</title></release></releases>"""
THIEF = """<!DOCTYPE releases [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<releases><release id="1"><title>&x;</title></release></releases>"""
FETCHER = '<!DOCTYPE releases SYSTEM "http://localhost:1/x.dtd"><releases><release id="1"/></releases>'


def keys(path: Path) -> list[str]:
    table = readers.look(path)
    return [row.cells[0] for row in readers.rows(table) if not row.problem]


@pytest.mark.parametrize("hostile", [BOMB, THIEF, FETCHER], ids=["unfolds", "reads files", "fetches"])
def test_document_types_and_entities_are_refused(tmp_path: Path, hostile: str) -> None:
    with pytest.raises(Invalid, match="document type"):
        readers.look(written(tmp_path, hostile))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<releases><release id='1'>", "not well formed: no element found"),
        ("<releases><release id='1'></releases>", "mismatched tag, on line 1"),
        ("<releases><release id='1'/></releases><more/>", "junk after document element"),
        ("<releases><release id='1'>\x00</release></releases>", "not well formed"),
        ("<releases><x:release id='1'/></releases>", "unbound prefix"),
        ("<releases><release id='1'>&eacute;</release></releases>", "undefined entity"),
        ("<?xml version='1.0'?><ead><archdesc/></ead>", "begins with <ead>. There are readers for Discogs"),
        ("<mods xmlns='http://www.loc.gov/mods/v3'/>", "begins with <mods>"),
        ("<?xml version='1.0'", "Invalid|begins with"),
        ("<?xml version='1.0' encoding='klingon'?><releases/>", "encoding|begins with"),
        ("<releases></releases>", "no rows"),
    ],
)
def test_what_is_no_file_of_records_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said), survey.taken(readers.look(written(tmp_path, text)), None):
        pass


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "<releases><release id='1'/></releases>")
    path.write_bytes(b"<?xml version='1.0' encoding='x-none'?><releases><release id='1'/></releases>")

    with pytest.raises(Invalid):
        readers.look(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, releases("<title>Ætherische zang – Æ</title>"), encoding=encoding)

    (group,) = importing_xml.planned(path)

    assert group.head.title == "Ætherische zang – Æ"


def test_an_older_encoding_is_read_when_the_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "old.xml"
    path.write_bytes(
        b'<?xml version="1.0" encoding="iso-8859-1"?>' + releases("<title>Zoë</title>").encode("latin-1")
    )

    (group,) = importing_xml.planned(path)

    assert group.head.title == "Zoë"


def test_packed_files_are_read_and_packed_traps_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, trap, broken = (tmp_path / name for name in ("good.gz", "trap.gz", "broken.gz"))
    good.write_bytes(gzip.compress(releases("<title>Een</title>").encode()))
    trap.write_bytes(gzip.compress(b"<releases>" + b" " * 3_000_000))
    broken.write_bytes(good.read_bytes()[:-12])
    monkeypatch.setattr(gzipped, "SMALL", 1_000_000)

    assert keys(good) == ["1"]
    with pytest.raises(Invalid, match="may be a trap"):
        readers.look(trap)
    with pytest.raises(Invalid, match="damaged"):
        readers.look(broken)


def test_a_namespace_may_be_left_out(tmp_path: Path) -> None:
    assert keys(
        written(tmp_path, importing_xml.marc("245 00 $aTitle").replace(f' xmlns="{importing_xml.MARC}"', ""))
    ) == ["1"]


def test_what_stands_outside_of_any_record_is_rejected_and_told(tmp_path: Path) -> None:
    text = "<releases note='n'>lost<release id='1'/><artist><name>X</name></artist></releases>"

    problems = [row.problem for row in readers.rows(readers.look(written(tmp_path, text))) if row.problem]

    assert [problem.partition("”")[0] for problem in problems] == ["“releases", "“text", "“artist"]


def test_records_without_a_number_or_with_that_of_another_are_rejected(tmp_path: Path) -> None:
    text = "<releases><release><title>No</title></release><release id='7'/><release id='7'/></releases>"

    with survey.taken(readers.look(written(tmp_path, text)), None) as surveyed:
        assert (surveyed.count, list(surveyed.lines)) == (3, ["7"])
        assert [(said.line, said.message[:17]) for said in surveyed.rejected] == [
            (1, "must not be empty"),
            (3, "line 2 has the sa"),
        ]


@pytest.mark.parametrize(
    "inside",
    ["<title>" + "x" * (xml_records.MAX_RECORD + 1) + "</title>", "<x/>" * (xml_records.MAX_ELEMENTS + 1)],
    ids=["long", "many"],
)
def test_a_record_beyond_all_measure_is_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(Invalid, match="larger than"):
        readers.look(written(tmp_path, releases(inside)))


def test_nesting_and_tags_beyond_all_measure_are_refused(tmp_path: Path) -> None:
    deep = "<x>" * 10_000
    with pytest.raises(Invalid, match="inside each other"):
        readers.look(written(tmp_path, f"<releases><release id='1'>{deep}"))
    with pytest.raises(Invalid, match="larger than"):
        readers.look(written(tmp_path, "<releases><release id='" + "1" * (3 << 20)))


def test_a_long_file_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    one = "<title>Een</title><notes>" + "n" * 2_000 + "</notes>"
    peaks = []
    for count in (500, 5_000):
        path = written(tmp_path, releases(*[one] * count))
        tracemalloc.start()
        assert sum(1 for _ in xml_records.records(path, xml_text.FORMATS[0].is_record)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5


def test_what_nobody_asks_of_an_element_can_be_told() -> None:
    said = {
        "name": "release",
        "attributes": {"id": "1", "status": "Draft"},
        "children": [
            {"name": "title", "text": " Een "},
            {"name": "title", "text": "Twee"},
            {"name": "artist", "children": [{"name": "name", "text": "Wim"}, {"name": "age", "text": "81"}]},
            {"name": "images", "children": [{"name": "image", "attributes": {"uri": "x"}}]},
            {"name": "empty"},
        ],
    }
    record = Element(said)
    assert (record.first("title"), record.attribute("id")) == ("Een", "1")
    assert [artist.first("name") for artist in record.every("artist")] == ["Wim"]

    unread = list(record.unread({"images"}))

    assert unread == [("@status", "Draft"), ("title", "Twee"), ("artist/age", "81")]


def test_a_record_comes_back_out_of_a_table_as_the_error_sheet_gives_it(tmp_path: Path) -> None:
    (row,) = readers.rows(readers.look(written(tmp_path, releases("<title>Een</title>"))))
    path = tmp_path / "errors.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["id", "Discogs release"], ["1", json.dumps(row.cells[1])], ["2", "[1"], ["3", '{"name": 3}']]
        )

    one, other, third = importing_xml.planned(path)

    assert (one.head.title, one.remarks) == ("Een", ())
    assert [remark.message for remark in other.remarks] == ["holds no record of XML; kept with the row only"]
    assert third.head.title == "?"


def test_a_page_of_the_web_is_still_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="HTML"):
        readers.look(written(tmp_path, "<!DOCTYPE html><html><p>Hello</p></html>"))


def test_records_of_other_kinds_are_refused_by_name(real_data: Path) -> None:
    said = {}
    for path in sorted((real_data / "interchange").rglob("*.xml")):
        if path.parent.name in ("dpla", "ead"):
            with pytest.raises(Invalid) as refused:
                readers.look(path)
            said[path.name] = str(refused.value)

    assert len(said) == 5
    assert all(
        "There are readers for" in message or "document type" in message for message in said.values()
    ), said


def test_mutated_files_are_read_or_refused(real_data: Path, tmp_path: Path) -> None:
    chance, seeds, path = random.Random(22), fuzz_xml.seeds_of(real_data), tmp_path / "mutated.xml"
    outcomes = set()

    for _ in range(300):
        path.write_bytes(fuzz_xml.mutated(chance, chance.choice(seeds)))
        outcomes.add(fuzz_xml.thrown(path).partition(":")[0])

    assert outcomes >= {"read", "refused"}
