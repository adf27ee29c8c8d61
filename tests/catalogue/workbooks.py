# ruff: noqa: E501 - workbooks are written as they are
"""Small workbooks for the tests of readers, written by hand so that each may be odd in one way."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/>'
    '<numFmt numFmtId="165" formatCode="[$-413]mmmm yyyy"/><numFmt numFmtId="166" formatCode="#,##0.00 &quot;dag&quot;"/>'
    '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="22"/><xf numFmtId="166"/><xf numFmtId="46"/></cellXfs></styleSheet>'
)


def xlsx(
    path: Path, *sheets: str, shared: Sequence[str] = (), since_1904: bool = False, **parts: str
) -> Path:
    """Write a workbook: of each sheet the XML of its rows, of each shared text the XML inside `si`."""
    names = [f"xl/worksheets/sheet{at}.xml" for at in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="Blad {at}" sheetId="{at}" r:id="rId{at}"/>' for at in range(1, len(sheets) + 1)
    )
    linked = "".join(
        f'<Relationship Id="rId{at}" Type="{TYPE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{TYPE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{TYPE}"><workbookPr date1904="{int(since_1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships>{linked}<Relationship Id="s" Type="{TYPE}/styles" Target="/xl/styles.xml"/>'
        f'<Relationship Id="t" Type="{TYPE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}>" + "".join(f"<si>{text}</si>" for text in shared) + "</sst>",
        **{
            name: f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
            for name, rows in zip(names, sheets, strict=True)
        },
        **parts,
    }
    return packed(path, members)


def ods(path: Path, content: str, **parts: str) -> Path:
    """Write a workbook of OpenDocument with the XML of its tables."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    body = f"<office:document-content {spaces}><office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>"
    return packed(
        path,
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": body, **parts},
    )


def packed(path: Path, members: dict[str, str]) -> Path:
    """Write a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
