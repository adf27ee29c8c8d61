"""Understands a date as written: a closed list of forms, each of them understood wholly or not at all."""

import re
from dataclasses import dataclass

from catalogue import folding
from catalogue.dates import edtf, limits, thirds, tokens
from catalogue.dates.edtf import Choice, Expression, Point, Span
from catalogue.dates.notes import DateError, Note
from catalogue.dates.tokens import Fragment, Now, Token
from catalogue.dates.vocabulary import Frame, Joint, Mark, Part

_PHRASES = {
    "tot en met": "tot",
    "t/m": "tot",
    "up to and including": "until",
    "up to": "until",
    "vroeger dan": "voor",
    "eerder dan": "voor",
    "earlier than": "before",
    "later dan": "na",
    "later than": "after",
}
_PHRASE = re.compile(r"\b(?:" + "|".join(_PHRASES) + r")\b")
# A concert that ends after midnight lies on two days.
_NIGHT = re.compile(r"^(?:(?:in de |in the )?(?:nacht|night) )(?:van|of|from) (.+?) (?:op|naar|to) (.+)$")
_PREFIX = re.compile(r"\b(early|mid|late|begin|midden|eind)-")
_WINTER = re.compile(r"\bwinter (?:van |of )?([0-9]{4}) ?[-/] ?((?:[0-9]{2})?[0-9]{2})(?![0-9])")


@dataclass
class _Piece:
    """One date among several, filled token by token and then from its neighbours."""

    year: str | None = None
    month: int | None = None
    day: int | None = None
    part: Part | None = None
    is_approximate: bool = False
    is_uncertain: bool = False
    is_now: bool = False
    is_month_first: bool = False

    def is_empty(self) -> bool:
        return not (self.year or self.month or self.day or self.part or self.is_now)


# What a piece covers, from a first to a last point: the same twice unless it is a third; None for now.
_Stretch = tuple[Point, Point] | None


def translate(text: str) -> tuple[Expression, Note | None]:
    """Understand a text as a date, with a remark on what was assumed.

    Raise DateError with the reason if it is none.
    """
    found = tokens.tokenise(_plain(text))
    marks, rest = _take_marks(found)
    frame, rest = _take_frame(rest)
    pieces, joints = _cut(rest)
    _share_months(pieces)
    _share_years(pieces)
    for mark in marks:
        for piece in pieces:
            _qualify(piece, mark)
    stretches = [_stretch(piece, pieces) for piece in pieces]
    expression = _limit(frame, stretches, joints) if frame else _join(stretches, joints)
    remarks = [token.note for token in found if isinstance(token, Fragment) and token.note]
    return expression, remarks[0] if remarks else None


def _plain(text: str) -> str:
    plain = re.sub(r'[()\[\]"]', " ", folding.fold(text)).strip(" .,;:")
    plain = _NIGHT.sub(r"\1 tot \2", _PHRASE.sub(lambda found: _PHRASES[found[0]], plain))
    return _WINTER.sub(_one_winter, _PREFIX.sub(r"\1 ", plain))


def _one_winter(found: re.Match[str]) -> str:
    # A winter is named after both its years or after the one in which it begins.
    is_one = (int(found[1]) + 1) % 100 == int(found[2][-2:])
    return f"winter {found[1]}" if is_one else found[0]


def _take_marks(found: list[Token]) -> tuple[list[Mark], list[Token]]:
    """Take the marks off both ends: "ca. 1930-1950" and "25-26 mei 1979?" mean each of the dates between."""
    start, end = 0, len(found)
    while start < end and isinstance(found[start], Mark):
        start += 1
    while start < end and isinstance(found[end - 1], Mark):
        end -= 1
    outer = found[:start] + found[end:]
    return [token for token in outer if isinstance(token, Mark)], found[start:end]


def _take_frame(found: list[Token]) -> tuple[Frame | None, list[Token]]:
    frame = found[0] if found and isinstance(found[0], Frame) else None
    rest = found[1:] if frame else found
    # Further on, "tot" stands between two dates and "van" adds nothing; the other limits have no place there.
    inner: list[Token] = [
        Joint.TO if token is Frame.UNTIL else token for token in rest if token is not Frame.FROM
    ]
    if any(isinstance(token, Frame) for token in inner):
        raise DateError(Note.NOT_UNDERSTOOD)
    return frame, inner


def _cut(found: list[Token]) -> tuple[list[_Piece], list[Joint]]:
    """Gather tokens into pieces and the joints between them."""
    pieces, joints = [_Piece()], list[Joint]()
    for place, token in enumerate(found):
        piece, following = pieces[-1], found[place + 1] if place + 1 < len(found) else None
        if isinstance(token, Joint):
            if _is_silent(token, piece, following):
                continue
            if piece.is_empty():
                joints[-1:] = [_merged(joints, token)]
            else:
                joints.append(token)
                pieces.append(_Piece())
        elif isinstance(token, Fragment):
            if not _has_room(piece, token):
                joints.append(_between_days(piece, token))
                pieces.append(_Piece())
            _fill(pieces[-1], token)
        else:
            _qualify(piece, token)
    if joints and joints[-1] is Joint.TO and pieces[-1].is_empty():  # "1958-"
        pieces[-1].is_now = True
    return pieces, joints


def _is_silent(joint: Joint, piece: _Piece, following: Token | None) -> bool:
    """Say whether a comma or the English "of" only ties a year or month to what it belongs to."""
    if joint not in (Joint.COMMA, Joint.OR) or not isinstance(following, Fragment) or piece.year:
        return False
    if following.year and not following.month:
        return bool(piece.month or piece.day or piece.part)
    is_month = following.is_named and not piece.month
    return joint is Joint.OR and is_month and bool(piece.day or piece.part)


def _merged(joints: list[Joint], joint: Joint) -> Joint:
    """Let the word win over the comma before it, as in "1958, 1959 of 1960"."""
    if joints[-1:] != [Joint.COMMA]:
        raise DateError(Note.NOT_UNDERSTOOD)
    return joint


def _has_room(piece: _Piece, fragment: Fragment) -> bool:
    taken = (piece.year and fragment.year, piece.month and fragment.month, piece.day and fragment.day)
    return not any(taken) and not piece.is_now


def _between_days(piece: _Piece, fragment: Fragment) -> Joint:
    """Join days that follow one another without a sign: 20.22.01.1965."""
    if piece.year or piece.month or not piece.day or not fragment.day:
        raise DateError(Note.NOT_UNDERSTOOD)
    return Joint.AND


def _fill(piece: _Piece, fragment: Fragment) -> None:
    piece.is_month_first |= fragment.is_named and piece.day is None
    piece.year = piece.year or fragment.year
    piece.month = piece.month or fragment.month
    piece.day = piece.day or fragment.day


def _qualify(piece: _Piece, token: Token) -> None:
    if token is Mark.APPROXIMATE:
        piece.is_approximate = True
    elif token is Mark.UNCERTAIN:
        piece.is_uncertain = True
    elif isinstance(token, Part) and piece.is_empty():
        piece.part = token
    elif isinstance(token, Now) and piece.is_empty():
        piece.is_now = True
    else:
        raise DateError(Note.NOT_UNDERSTOOD)


def _share_months(pieces: list[_Piece]) -> None:
    """Give days without a month that of a neighbour: the next in "25, 26 mei", the last in "June 10-12"."""
    is_month_first = any(piece.is_month_first and piece.day for piece in pieces)
    for row in (pieces, pieces[::-1]) if is_month_first else (pieces[::-1], pieces):
        month = None
        for piece in row:
            if piece.day:
                piece.month = month = piece.month or month


def _share_years(pieces: list[_Piece]) -> None:
    """Give months without a year the one of the next that has both, or else of the last."""
    for row in (pieces[::-1], pieces):
        year = None
        for piece in row:
            if piece.month or piece.part:
                piece.year = year = piece.year or year


def _stretch(piece: _Piece, pieces: list[_Piece]) -> _Stretch:
    if piece.is_now:
        return None
    if not piece.year or (piece.day and not piece.month):
        is_yearless = not any(other.year for other in pieces) and not any(
            other.is_empty() for other in pieces
        )
        raise DateError(Note.NO_YEAR if is_yearless else Note.NOT_UNDERSTOOD)
    point = Point(piece.year, piece.month, piece.day, piece.is_approximate, piece.is_uncertain)
    if not edtf.is_possible(point):
        month = f"-{piece.month:02}" if piece.month and piece.month <= 12 and piece.day else ""
        raise DateError(Note.NO_SUCH_DAY, suggestion=piece.year + month)
    if piece.part is None:
        return point, point
    third = thirds.third(edtf.unmarked(point), piece.part)
    if third is None or not third.start or not third.end:
        raise DateError(Note.NOT_UNDERSTOOD)
    return third.start, third.end


def _limit(frame: Frame, stretches: list[_Stretch], joints: list[Joint]) -> Expression:
    if frame is Frame.FROM and joints == [Joint.TO]:
        return _join(stretches, joints)
    if frame is Frame.BETWEEN:
        if joints not in ([Joint.AND], [Joint.TO]) or not (stretches[0] and stretches[1]):
            raise DateError(Note.NOT_UNDERSTOOD)
        return Choice((Span(stretches[0][0], stretches[1][1]),), is_one_of=True)
    if joints or not stretches[0]:
        raise DateError(Note.NOT_UNDERSTOOD)
    start, end = stretches[0]
    return {
        Frame.BEFORE: Span(None, limits.before(start)),
        Frame.AFTER: Span(limits.after(end), None),
        Frame.FROM: Span(start, None),
        Frame.UNTIL: Span(None, end),
    }[frame]


def _join(stretches: list[_Stretch], joints: list[Joint]) -> Expression:
    if joints in ([Joint.TO], [Joint.SLASH]) and stretches[0]:
        start = stretches[0][0]
        end = stretches[1][1] if stretches[1] else None
        if joints == [Joint.TO] or not start.day:
            return Span(start, end) if start != end else start
    members = _members(stretches, joints)
    if len(members) == 1 and isinstance(members[0], Point):
        return members[0]
    kinds = set(joints) - {Joint.TO, Joint.COMMA}
    if Joint.OR in kinds and len(kinds) > 1:
        raise DateError(Note.NOT_UNDERSTOOD)
    return Choice(tuple(members), is_one_of=len(members) == 1 or Joint.OR in kinds)


def _members(stretches: list[_Stretch], joints: list[Joint]) -> list[Point | Span]:
    members: list[Point | Span] = []
    previous = None
    for stretch, joint in zip(stretches, [None, *joints], strict=True):
        if not stretch or (joint is Joint.TO and previous is Joint.TO):
            raise DateError(Note.NOT_UNDERSTOOD)
        if joint is Joint.TO:
            before = members.pop()
            members.append(Span(before.start if isinstance(before, Span) else before, stretch[1]))
        else:
            members.append(stretch[0] if stretch[0] == stretch[1] else Span(*stretch))
        previous = joint
    return members
