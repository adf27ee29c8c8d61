"""What is worth a look in a row of any shape. Pure."""

from catalogue import dates
from catalogue.importing.mapping import Mapping
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow


def check_date(mapping: Mapping, row: ReadRow) -> None:
    """Say where a date was read with doubt, or does not hold the year that the source gives beside it."""
    written, year = row.texts["date"], row.get("year", int)
    if not written:
        return
    reading, column = dates.read(written), mapping.column("date")
    if reading.note is not None or not reading.certain:
        why = reading.note.value if reading.note else "uncertain"
        row.remark(Look.DATE, column, written, f"read as {reading.edtf or 'no date'} ({why})")
    if year is not None and not _holds(reading.lo, reading.hi, year):
        row.remark(Look.YEAR, column, written, f"read as {reading.edtf}, which does not hold the year {year}")


def _holds(lo: int | None, hi: int | None, year: int) -> bool:
    return (lo is None or lo // 10_000 <= year) and (hi is None or year <= hi // 10_000)
