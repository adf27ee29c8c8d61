"""What a person should look at after an import: a kind, the line, the column, the value, and why."""

from dataclasses import dataclass
from enum import Enum


class Look(str, Enum):
    """Why something deserves a look. Nothing of this keeps a row out."""

    SOLOIST = "soloist_not_in_line_up"
    LINE_UP = "line_up_doubtful"
    INSTRUMENT = "unknown_instrument"
    COMPOSERS = "composers_kept_together"
    NAMES_TOGETHER = "names_kept_together"
    DATE = "date_doubtful"
    YEAR = "date_outside_year"
    TIME = "time_doubtful"
    UNREADABLE = "cell_not_understood"
    DISAGREEMENT = "rows_of_one_session_differ"
    NAMES = "names_alike"
    LABELS = "labels_alike"
    IDENTIFIER = "identifier_of_several"
    ROLE = "role_not_understood"
    VALUE = "value_doubtful"
    ELEMENT = "element_without_place"
    STAFF = "changed_by_staff"
    MISSING = "no_longer_in_the_file"


@dataclass(frozen=True)
class Remark:
    """Something to look at; line 0 where it concerns more than one row."""

    kind: Look
    line: int
    column: str
    value: str
    message: str
