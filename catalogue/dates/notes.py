"""What the reader of dates has to tell a person about a text: what it assumed, or why it gave up."""

from enum import Enum


class Note(str, Enum):
    """A remark on a reading. With the first four it is a date; with the others it has no EDTF, no bounds."""

    MONTH_FIRST = "month_first"  # 04.20.1927: the other order has no such month
    DAY_FIRST = "day_first"  # 04/05/1927: both orders are possible, this one is ours
    SEASON = "season"  # 1919-21 is spring in EDTF, but may have been meant as years; the suggestion says so
    DECADE = "decade"  # 1900s is ten years for us, and may be a century; the suggestion says so
    EMPTY = "empty"
    UNDATED = "undated"  # the text says that there is no date
    NO_YEAR = "no_year"
    NO_SUCH_DAY = "no_such_day"
    TWO_DIGIT_YEAR = "two_digit_year"
    BACKWARDS = "backwards"  # ends before it begins
    NOT_UNDERSTOOD = "not_understood"


class DateError(Exception):
    """A text that is no date for us, with the reason.

    `suggestion` is EDTF; `instead` is a text to read in its place to find a suggestion.
    """

    def __init__(self, note: Note, suggestion: str | None = None, instead: str | None = None) -> None:
        super().__init__(note)
        self.note = note
        self.suggestion = suggestion
        self.instead = instead
