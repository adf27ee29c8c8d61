"""What is alike for all XML records: how one is planned, what has no place, dates in doubt, notes as sources. Pure."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from catalogue import dates
from catalogue.importing import elements, rows
from catalogue.importing.elements import Element
from catalogue.importing.mapping import Mapping
from catalogue.importing.publications import Saying
from catalogue.importing.records import GroupPlan, PlannedEntry, PlannedSource
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow

MOST_SHOWN = 200  # characters of what was not understood

Describe = Callable[[Mapping, str, Element, ReadRow], PlannedEntry]


def plan(
    mapping: Mapping, source: Sequence[SourceRow], column: str, ignored: Collection[str], describe: Describe
) -> GroupPlan:
    """Plan the record in a column of the first row; `describe` makes its entry of mapping, key, record and row."""
    row = ReadRow(source[0])
    found = record(row, column)
    head = describe(mapping, rows.session_key(mapping, source[0].cells), found, row)
    tell_unread(row, found, ignored)
    return GroupPlan.of_one(head, (each.key for each in source), row.remarks)


def record(row: ReadRow, column: str) -> Element:
    """Return the record that a row holds; a table made by hand may hold none, and then it says nothing."""
    found = elements.of_cell(row.row.cells.get(column))
    if found is None:
        row.remark(Look.UNREADABLE, column, "", "holds no record of XML; kept with the row only")
    return found or Element({"name": "?"})


def tell_unread(row: ReadRow, record: Element, ignored: Collection[str]) -> None:
    """Tell what of a record nobody asked for; it is kept with the row and nowhere else."""
    for path, said in record.unread(ignored):
        row.remark(
            Look.ELEMENT, path, said[:MOST_SHOWN], "has no place in the catalogue; kept with the row only"
        )


def check_date(row: ReadRow, column: str, written: str) -> None:
    """Say where a date was read with doubt or not at all."""
    if not written:
        return
    reading = dates.read(written)
    if reading.note is not None or not reading.certain:
        why = reading.note.value if reading.note else "uncertain"
        row.remark(Look.DATE, column, written[:MOST_SHOWN], f"read as {reading.edtf or 'no date'} ({why})")


def is_understood(written: str) -> bool:
    """Say whether a date was understood."""
    return dates.read(written).edtf is not None


def is_no_day(written: str) -> bool:
    """Say whether a text is written as a day that no calendar has: 1977-13-08."""
    if len(written) != 10 or written[4] + written[7] != "--":
        return False
    year, month, day = written[:4], written[5:7], written[8:]
    if not (year + month + day).isascii() or not (year + month + day).isdigit():
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return month != "00" and day != "00"  # zeros say that it is not known
    return False


def sources(mapping: Mapping, saying: Saying, whole: PlannedSource) -> tuple[PlannedSource, ...]:
    """Return the source of the whole, and of each field the notes that were taken of it."""
    words = mapping.collection
    notes = (
        PlannedSource(words.citation, field=name, note="\n".join(said), url=words.url)
        for name, said in saying.notes.items()
    )
    return (whole, *notes)
