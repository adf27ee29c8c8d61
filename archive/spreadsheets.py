"""Tables for spreadsheets: CSV (RFC 4180), and what keeps a program that opens it from reading more into it than is
there.
"""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"  # before a table that people open: without it Excel takes UTF-8 for something else
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
