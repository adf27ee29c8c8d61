"""The texts of a table as values: line-ups, names, times. Pure; a mapping names them as in READERS.

What cannot be understood is an UnreadableError; what was understood with doubt says so in a note.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from catalogue import instruments

MAX_NUMBER = 1_000_000
MAX_SECONDS = 100 * 60 * 60  # nothing in an archive lasts longer; a number beyond is no time

_BRACKETS = re.compile(r"(?P<name>.*?)\s*\((?P<inside>[^()]*)\)\s*", re.DOTALL)
_AFTER_BRACKET = re.compile(r"(?<=\))\s*[.,]\s*(?=\S)")
_CLOCK = re.compile(r"(?:(\d{1,2})[:.])?(\d{1,3})[:.](\d{2})")
_LENGTH = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,9}))?", re.ASCII)
_SEVERAL = re.compile(r"\s*(?:,|/|;|&|\band\b|\ben\b)\s*")
_FULL_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[\w.'’-]+)*\s+[^\W\d_][\w'’-]+(?:\s+(?:Jr|Sr)\.?)?")


class UnreadableError(ValueError):
    """A text that is not what its column should hold; the message says what it should be."""


@dataclass(frozen=True)
class Player:
    """One person of a line-up with the instruments as written."""

    name: str
    instruments: tuple[str, ...]


@dataclass(frozen=True)
class LineUp:
    """A line-up: the names as they stand between semicolons, the players made of them, and the doubts."""

    names: tuple[str, ...]
    players: tuple[Player, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A stretch of a recording in milliseconds; no end is not known. The note says what was doubtful."""

    start_ms: int
    end_ms: int | None
    note: str = ""


@dataclass(frozen=True)
class People:
    """The people named in one cell; `is_group` when it names several that cannot be taken apart safely."""

    names: tuple[str, ...]
    is_group: bool


def text(cell: str) -> str:
    """Give the text without spaces around it."""
    return cell.strip()


def number(cell: str) -> Decimal:
    """Read a number above 0, such as 2.25."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value < MAX_NUMBER:
        raise UnreadableError("should be a number above 0, such as 2.25")
    return value


def lineup(cell: str) -> LineUp:
    """Read "Name (instrument, instrument); Name (instrument)". The order of the source is kept."""
    names: list[str] = []
    players: list[Player] = []
    notes: list[str] = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        names.append(_read(part)[0])
        pieces = _AFTER_BRACKET.split(part)
        if len(pieces) > 1:
            notes.append(f"“{part}” holds {len(pieces)} players; a semicolon is missing")
        for piece in pieces:
            _add_players(piece, players, notes)
    return LineUp(tuple(names), tuple(players), tuple(notes))


def composers(cell: str) -> People:
    """Read the makers of a piece. They are taken apart only where every part looks like a full name.

    "Parker, Gillespie" stays as the source has it: a surname alone is nobody in particular.
    """
    whole = " ".join(cell.split())
    parts = [part for part in _SEVERAL.split(whole) if part]
    if len(parts) > 1 and all(_FULL_NAME.fullmatch(part) for part in parts):
        return People(tuple(dict.fromkeys(parts)), is_group=False)
    return People((whole,), is_group=_names_several(whole))


def instrument(cell: str) -> instruments.Instrument:
    """Read one instrument."""
    found = instruments.find(cell)
    if found is None:
        raise UnreadableError("no instrument of the list; add the spelling to instruments.toml")
    return found


def time_range(cell: str) -> Span:
    """Read "00:51-03:21", minutes and seconds; also with a full stop for a colon, or an unknown end (??)."""
    first, dash, last = cell.strip().rstrip(";").partition("-")
    start = _clock(first)
    if start is None or not dash:
        raise UnreadableError("should be two times such as 00:51-03:21")
    end = _clock(last)
    if end is None:
        return Span(start, None, "the end is not known")
    if end <= start:
        return Span(start, None, f"the end, {last.strip()}, comes before the start; left open")
    return Span(start, end)


def seconds(cell: str) -> int:
    """Read seconds, "49.0728", as milliseconds. A negative number stands for "not known"."""
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if not 0 <= value < MAX_SECONDS:
        raise UnreadableError("should be a number of seconds, 0 or more")
    return round(value * 1000)


def year(cell: str) -> int:
    """Read a year of four figures."""
    if not re.fullmatch(r"\d{4}", cell.strip(), re.ASCII):
        raise UnreadableError("should be a year of four figures")
    return int(cell)


def mbid(cell: str) -> str:
    """Read a MusicBrainz identifier, which is a UUID, also in an address; said twice in one cell it is still one."""
    said = " ".join(dict.fromkeys(part.rpartition("=")[2].rpartition("/")[2] for part in cell.split()))
    try:
        return str(uuid.UUID(said))
    except ValueError as error:
        raise UnreadableError(
            "should be a MusicBrainz identifier, 36 characters with four hyphens"
        ) from error


def duration(cell: str) -> int:
    """Read how long something lasts, "07:08", "1:02:03" or "09:53.026", as milliseconds."""
    found = _LENGTH.fullmatch(cell.strip())
    if found is None or int(found[3]) >= 60 or (found[1] and int(found[2]) >= 60):
        raise UnreadableError("should be minutes and seconds, such as 07:08")
    hours, minutes, secs = (int(part or 0) for part in found.groups()[:3])
    whole = ((hours * 60 + minutes) * 60 + secs) * 1000
    length = whole + round(float(f"0.{found[4] or 0}") * 1000)
    if not length:
        raise UnreadableError("should be more than nothing")
    return length


Reader = Callable[[str], object]

READERS: Mapping[str, Reader] = {
    "text": text,
    "number": number,
    "lineup": lineup,
    "composers": composers,
    "instrument": instrument,
    "time_range": time_range,
    "seconds": seconds,
    "duration": duration,
    "year": year,
    "mbid": mbid,
}


def _add_players(piece: str, players: list[Player], notes: list[str]) -> None:
    name, played = _read(piece)
    if not played:
        notes.append(f"“{piece}” names no instrument")
    several = [part for part in re.split(r"\s*,\s*", name) if part]
    if len(several) > 1 and all(_FULL_NAME.fullmatch(part) for part in several):
        notes.append(f"“{piece}” names {len(several)} people; taken apart")
        players.extend(Player(part, played) for part in several)
    else:
        players.append(Player(name, played))


def _read(piece: str) -> tuple[str, tuple[str, ...]]:
    found = _BRACKETS.fullmatch(piece)
    if found is None:
        return piece, ()
    inside = tuple(word.strip() for word in found["inside"].split(",") if word.strip())
    return " ".join(found["name"].split()), inside


def _names_several(whole: str) -> bool:
    return bool(re.search(r"[,/;&]|\s-\s|\w-[A-Z]", whole))


def _clock(said: str) -> int | None:
    found = _CLOCK.fullmatch(said.strip())
    if found is None or int(found[3]) >= 60:
        return None
    hours, minutes, secs = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + secs) * 1000
