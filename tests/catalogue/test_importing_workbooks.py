# ruff: noqa: E501 - workbooks are written as they are
"""Workbooks, XLSX and ODS: cells as people see them, traps refused before they cost anything."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Invalid
from catalogue.importing import cell_values, readers
from tests.catalogue import workbooks

MEASURE = """
import resource, sys, time
from pathlib import Path
from archive.errors import Invalid
from catalogue.importing import readers
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    for _ in readers.rows(readers.look(Path(sys.argv[1]))): pass
except Invalid as refusal:
    print(refusal)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, time.process_time() - began)
"""


def cells(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for row in readers.rows(readers.look(path))]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "Albert “Tootie” Heath"),
        ('<c r="A1" t="s"><v>1</v></c>', "東京 live"),
        ('<c r="A1" t="inlineStr"><is><t>Oleo_x000D_</t></is></c>', "Oleo\r"),
        ('<c r="A1" t="str"><f>A2&amp;B2</f><v>So What</v></c>', "So What"),
        ('<c r="A1"><v>1959</v></c>', "1959"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A1" s="5"><v>3</v></c>', "3"),
        ('<c r="A1" s="1"><v>21611</v></c>', "1959-03-02"),
        ('<c r="A1" s="2"><v>21610</v></c>', "1959-03"),
        ('<c r="A1" s="3"><v>0.297222222222222</v></c>', "07:08"),
        ('<c r="A1" s="4"><v>16886.8645833333</v></c>', "1946-03-25 20:45"),
        ('<c r="A1" s="6"><v>1.5</v></c>', "36:00"),
        ('<c r="A1" s="1"><v>60</v></c>', "1900-02-29"),
        ('<c r="A1" s="1"><v>1</v></c>', "1900-01-01"),
        ('<c r="A1" s="1"><v>99999999999</v></c>', "99999999999"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="d"><v>1959-03-02</v></c>', "1959-03-02"),
        ('<c r="A1" s="1"><v>ca. 1959</v></c>', "ca. 1959"),
    ],
)
def test_a_cell_says_what_people_see(tmp_path: Path, cell: str, text: str) -> None:
    shared = [
        "<t>Albert “Tootie” Heath</t>",
        "<r><t>東京</t></r><r><t xml:space='preserve'> live</t></r><rPh><t>とう</t></rPh>",
    ]

    assert cells(workbooks.xlsx(tmp_path / "a.xlsx", f'<row r="1">{cell}</row>', shared=shared)) == [(text,)]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" s="1"><v>20149</v></c></row>'

    assert cells(workbooks.xlsx(tmp_path / "a.xlsx", row, since_1904=True)) == [("1959-03-02",)]


def test_cells_and_rows_stand_where_the_sheet_says_or_after_one_another(tmp_path: Path) -> None:
    rows = (
        '<row r="3"><c r="B3"><v>1</v></c><c r="D3"><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>'
        '<row r="9"><c r="A9"/></row>'
    )
    table = readers.look(workbooks.xlsx(tmp_path / "a.xlsx", rows))

    assert [(row.line, row.cells) for row in readers.rows(table)] == [
        (3, ("", "1", "", "2")),
        (4, ("3", "4")),
    ]


def test_a_row_knows_its_sheet(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2"><v>1</v></c></row>'
    table = readers.look(workbooks.xlsx(tmp_path / "a.xlsx", row, row))

    assert [table.where(each.line) for each in readers.rows(table)] == [("Blad 1", 2), ("Blad 2", 2)]
    assert len(readers.head(table, 5)) == 2


def test_a_sheet_of_opendocument_is_read_as_people_see_it(tmp_path: Path) -> None:
    content = (
        '<table:table table:name="Opnamen"><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>So<text:s text:c="2"/>What<text:line-break/>2</text:p>'
        "<office:annotation><text:p>aside</text:p></office:annotation></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="4.0"><text:p>4,00</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="1959-03-02"><text:p>02-03-59</text:p></table:table-cell>'
        '<table:table-cell office:value-type="time" office:time-value="PT07H08M00S"><text:p>07:08</text:p></table:table-cell>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:covered-table-cell><text:p>x</text:p></table:covered-table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048500"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table>"
    )
    table = readers.look(workbooks.ods(tmp_path / "a.ods", content))

    assert table.sheets == ("Opnamen",)
    assert [(row.line, row.cells) for row in readers.rows(table)] == [
        (3, ("So  What\n2", "4", "4", "1959-03-02", "07:08", "TRUE")),
        (4, ("x",)),
        (5, ("x",)),
    ]


BOMB = "0" * (70 << 20)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def trap(folder: Path, name: str) -> Path:
    path = folder / "trap"
    match name:
        case "sheet":
            return workbooks.xlsx(path, f"<row><c><v>{BOMB}</v></c></row>")
        case "texts":
            return workbooks.xlsx(path, "<row/>", shared=[f"<t>{BOMB}</t>"])
        case "content":
            return workbooks.ods(path, f"<text:p>{BOMB}</text:p>")
        case "laughs" | "external":
            declared = LAUGHS if name == "laughs" else EXTERNAL
            return workbooks.xlsx(
                path, "", **{"xl/worksheets/sheet1.xml": f"{declared}<worksheet>&b;</worksheet>"}
            )
        case "ods-laughs":
            return workbooks.ods(path, "", **{"content.xml": f"{LAUGHS}<x>&b;</x>"})
        case "repeated":
            cell = f'<table:table-cell table:number-columns-repeated="16000"><text:p>{"x" * 200}</text:p></table:table-cell>'
            row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
            return workbooks.ods(path, f"<table:table>{row}</table:table>")
        case "liar":
            return claiming_less(workbooks.xlsx(path, f"<row><c><v>{BOMB}</v></c></row>"))
        case _:
            return workbooks.xlsx(path, "<row>" + "<c>" * 500 + "</c>" * 500 + "</row>")


def claiming_less(path: Path) -> Path:
    """Let the largest member of a zip file claim to be small."""
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda member: member.file_size).file_size
    path.write_bytes(path.read_bytes().replace(largest.to_bytes(4, "little"), (5000).to_bytes(4, "little")))
    return path


@pytest.mark.parametrize(
    "name", ["sheet", "texts", "content", "laughs", "external", "ods-laughs", "repeated", "liar", "deep"]
)
def test_a_trap_is_refused_within_a_second_and_50_mb(tmp_path: Path, name: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", MEASURE, str(trap(tmp_path, name))], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    megabytes, seconds = told[-1].split()

    assert len(told) == 2, "it was not refused"
    assert int(megabytes) < 50
    assert float(seconds) < 1


def test_old_and_binary_workbooks_are_refused_with_what_to_do(tmp_path: Path) -> None:
    old, binary = tmp_path / "old.xls", tmp_path / "new.xlsb"
    old.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    workbooks.packed(binary, {"[Content_Types].xml": "<Types/>", "xl/workbook.bin": ""})

    with pytest.raises(Invalid, match=r"Save as, XLSX"):
        cells(old)
    with pytest.raises(Invalid, match="Save it as XLSX"):
        cells(binary)


@pytest.mark.parametrize("end", [30, 200, 900])
def test_half_a_workbook_is_refused(tmp_path: Path, end: int) -> None:
    path = workbooks.xlsx(tmp_path / "a.xlsx", '<row><c t="s"><v>7</v></c></row>')
    path.write_bytes(path.read_bytes()[:end])

    with pytest.raises(Invalid):
        cells(path)


def test_a_text_that_is_not_there_is_damage(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="damaged"):
        cells(workbooks.xlsx(tmp_path / "a.xlsx", '<row><c t="s"><v>7</v></c></row>'))


@given(value=st.text("0123456789.eE+-", max_size=12), code=st.text('ymdhs[]0#?@;\\"gen/ ', max_size=12))
def test_no_number_and_no_format_fails(value: str, code: str) -> None:
    assert isinstance(cell_values.shown(value, code), str)
    assert isinstance(cell_values.shown(value, code, since_1904=True), str)


def test_the_jazz_trio_workbook_is_read_whole(real_data: Path) -> None:
    table = readers.look(real_data / "recordings" / "jazz_trio_corpus_chronology.xlsx")
    found = list(readers.rows(table))

    assert (len(table.sheets), len(found)) == (12, 12_120)
    assert found[2].cells[:8] == (
        "1", "1962-01-10", "1962-01-10 12:00", "0", "McCoy Tyner", "McCoy Tyner", "Art Davis", "Elvin Jones",
    )  # fmt: skip
