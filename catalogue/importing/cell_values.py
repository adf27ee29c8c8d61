"""Numbers of spreadsheet cells as people see them: days, months, years and times where the format says so. Pure.

Sources: ECMA-376 part 1, 18.8.30 (number formats) and 18.17.4 (dates as numbers).
"""

import math
import re
from datetime import UTC, datetime, timedelta

BUILT_IN = {
    **dict.fromkeys((14, 15), "yyyy-mm-dd"),
    16: "dd-mm",
    17: "mm-yyyy",
    **dict.fromkeys((18, 20), "hh:mm"),
    **dict.fromkeys((19, 21), "hh:mm:ss"),
    22: "yyyy-mm-dd hh:mm",
    **dict.fromkeys(range(27, 37), "yyyy-mm-dd"),
    **dict.fromkeys((45, 47), "mm:ss"),
    46: "[h]:mm:ss",
    **dict.fromkeys(range(50, 59), "yyyy-mm-dd"),
}
_NO_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_FIRST = datetime(1899, 12, 30, tzinfo=UTC)  # day 0, from 1 March 1900 on
_FIRST_OF_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_LEAP_DAY = 60  # 29 February 1900, which was none, and which the programs count all the same


def shown(value: str, code: str, *, since_1904: bool = False) -> str:
    """Say the number of a cell by its format: "1959-03-02", "1959-03" for month and year, "07:08", or the number."""
    number = _number(value)
    if number is None:
        return value
    letters = _letters(code)
    if not letters:
        return plain(number)
    try:
        return _moment(number, letters, since_1904=since_1904)
    except (OverflowError, ValueError):
        return plain(number)


def plain(number: float) -> str:
    """Say a number with the 15 digits that spreadsheets keep, whole numbers without a point."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _letters(code: str) -> frozenset[str]:
    """Tell which of y, m, d, h and s a format shows; none for a format of plain numbers."""
    first = _NO_CODES.sub("", code.split(";")[0]).lower()
    if "general" in first or (any(sign in first for sign in "0#?@") and not re.search(r"[ydh]|s", first)):
        return frozenset()
    return frozenset(first) & frozenset("ymdhs")


def _moment(number: float, letters: frozenset[str], *, since_1904: bool) -> str:
    if not letters & frozenset("yd") and letters != frozenset("m"):
        return _time(round(number * 86_400), has_hours="h" in letters)
    days, seconds = divmod(round(number * 86_400), 86_400)
    if not since_1904 and days == _LEAP_DAY:
        return "1900-02-29"
    if not since_1904 and days < _LEAP_DAY:
        days += 1
    day = (_FIRST_OF_1904 if since_1904 else _FIRST) + timedelta(days=days, seconds=seconds)
    has_time = seconds and "h" in letters
    if "d" not in letters and not has_time:
        return day.strftime("%Y-%m") if "m" in letters else day.strftime("%Y")
    if not has_time:
        return day.strftime("%Y-%m-%d")
    return day.strftime("%Y-%m-%d %H:%M:%S" if day.second else "%Y-%m-%d %H:%M")


def _time(seconds: int, *, has_hours: bool) -> str:
    if seconds < 0:
        raise ValueError("a time before midnight")
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if not has_hours and not hours:
        return f"{minutes:02}:{rest:02}"
    return f"{hours:02}:{minutes:02}:{rest:02}" if rest else f"{hours:02}:{minutes:02}"
