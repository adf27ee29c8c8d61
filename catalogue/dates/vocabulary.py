"""The closed list of words that dates are written with: Dutch, English, and the German names of months.

Folded, that is without capitals and accents. What is not here is not guessed at.
"""

from enum import Enum
from typing import TypeVar

from catalogue.dates.edtf import AUTUMN, SPRING, SUMMER, WINTER

Meaning = TypeVar("Meaning")


class Mark(Enum):
    """What a source says about its own certainty."""

    APPROXIMATE = "~"
    UNCERTAIN = "?"


class Joint(Enum):
    """What stands between two dates."""

    TO = "to"
    AND = "and"
    OR = "or"
    SLASH = "/"
    COMMA = ","


class Frame(Enum):
    """What stands before a date and makes it a limit."""

    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    FROM = "from"
    UNTIL = "until"


class Part(Enum):
    """One third of a century, decade, year or month."""

    EARLY = 0
    MIDDLE = 1
    LATE = 2


def _by_word(words_of: dict[Meaning, str]) -> dict[str, Meaning]:
    return {word: meaning for meaning, words in words_of.items() for word in words.split()}


MONTHS = _by_word(
    {
        1: "januari january januar janner jan",
        2: "februari february februar febr feb",
        3: "maart march marz mrt mar",
        4: "april apr",
        5: "mei may mai",
        6: "juni june jun",
        7: "juli july jul",
        8: "augustus august aug",
        9: "september sept sep",
        10: "oktober october okt oct",
        11: "november nov",
        12: "december dezember dec dez",
        SPRING: "voorjaar lente spring",
        SUMMER: "zomer summer",
        AUTUMN: "najaar herfst autumn fall",
        WINTER: "winter",
    }
)
DECADES = _by_word(
    {
        "191X": "tien",
        "192X": "twintig twintiger twenties",
        "193X": "dertig dertiger thirties",
        "194X": "veertig veertiger forties",
        "195X": "vijftig vijftiger fifties",
        "196X": "zestig zestiger sixties",
        "197X": "zeventig zeventiger seventies",
        "198X": "tachtig tachtiger eighties",
        "199X": "negentig negentiger nineties",
    }
)
MARKS = _by_word(
    {
        Mark.APPROXIMATE: "~ ± +/- ca c circa omstreeks rond rondom ongeveer "
        "approx approximately about around",
        Mark.UNCERTAIN: "? waarschijnlijk wsch vermoedelijk mogelijk misschien "
        "probably possibly presumably perhaps",
    }
)
JOINTS = _by_word(
    {
        Joint.TO: "- through bis to",
        Joint.AND: "en and und + &",
        Joint.OR: "of or oder",
        Joint.SLASH: "/",
        Joint.COMMA: ",",
    }
)
FRAMES = _by_word(
    {
        Frame.BETWEEN: "tussen between",
        Frame.BEFORE: "voor before",
        Frame.AFTER: "na after",
        Frame.FROM: "vanaf sinds van since from",
        Frame.UNTIL: "tot until till uiterlijk",
    }
)
PARTS = _by_word(
    {
        Part.EARLY: "begin vroege early",
        Part.MIDDLE: "midden medio half halverwege mid",
        Part.LATE: "eind einde late end",
    }
)
# Said at the end of a span that is not over.
NOW = frozenset(["heden", "nu", "present", "now", "today"])
_ARTICLES = ["de", "het", "the", "in", "op", "on", "anno", "jaar", "year", "jaren"]
_WEEKDAYS = _by_word(
    {
        1: "maandag ma monday mon",
        2: "dinsdag di tuesday tues tue",
        3: "woensdag wo wednesday wed",
        4: "donderdag do thursday thurs thu",
        5: "vrijdag vr friday fri",
        6: "zaterdag za saturday sat",
        7: "zondag zo sunday sun",
    }
)
# In dates, these add nothing; a weekday is not checked against its date.
FILLERS = frozenset([*_ARTICLES, *_WEEKDAYS])
# Without brackets and full stops at the ends.
UNDATED = frozenset(
    [
        *["z.d", "zd", "s.d", "sd", "s.a", "n.d", "nd", "n.v.t", "n/a", "?", "-"],
        *["zonder datum", "geen datum", "ongedateerd", "datum onbekend", "onbekend"],
        *["no date", "not dated", "undated", "date unknown", "unknown"],
    ]
)
