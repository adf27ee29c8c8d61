"""Words looked for in the database alone: titles, names and numbers as they are written there."""

import re
from collections.abc import Callable, Mapping

from sqlalchemy import and_, false, func, not_, or_, select

from catalogue import folding
from catalogue.agents import Agent, AgentName
from catalogue.credits import Credit
from catalogue.entries import Entry
from catalogue.identifiers import Identifier
from catalogue.places import Place
from catalogue.search import fallback_pairs, signs
from catalogue.search.document import FIRST_DAY, LAST_DAY
from catalogue.search.fallback_pairs import Condition
from catalogue.search.question import Scope
from catalogue.search.signs import YEAR, Kind, Piece
from catalogue.terms import Term

MAX_PIECES = 12  # each makes the question to the database longer

_YEARS = re.compile(r"(\d{4})?\s*(\.\.|-)?\s*(\d{4})?")
_SAYING = (Kind.WORD, Kind.PHRASE, Kind.WORDS)


def conditions(q: str) -> list[Condition]:
    """Say of an entry what a question asks of its words; brackets are passed over."""
    rows: list[list[Condition]] = []
    joins = denies = False
    for piece in signs.read(q)[:MAX_PIECES]:
        if piece.kind in (Kind.OR, Kind.NOT):
            joins, denies = joins or piece.kind is Kind.OR, denies or piece.kind is Kind.NOT
        elif piece.kind in _SAYING and folding.words(piece.text):
            said = not_(_says(piece)) if denies or piece.is_unwanted else _says(piece)
            if joins and rows:
                rows[-1].append(said)
            else:
                rows.append([said])
            joins = denies = False
    return [or_(*row) for row in rows]


def in_years(first: int | None, last: int | None) -> Condition:
    """Say of an entry that it may be of a range of years, open at a side that is None."""
    return and_(
        or_(Entry.date_lo.is_not(None), Entry.date_hi.is_not(None)),
        func.coalesce(Entry.date_lo, FIRST_DAY) <= (LAST_DAY if last is None else last * 10_000 + 9_999),
        func.coalesce(Entry.date_hi, LAST_DAY) >= (FIRST_DAY if first is None else first * 10_000),
    )


def _says(piece: Piece) -> Condition:
    """Say of an entry that it holds the words of a piece: a phrase as it stands, other words one by one."""
    if piece.field == YEAR:
        return _is_of(piece.text)
    texts = [piece.text] if piece.kind is Kind.PHRASE else piece.text.split()
    plain = [text.strip("\"-*'") for text in texts if folding.words(text)]
    return and_(*(_FIELDS.get(piece.field, _anywhere)(text) for text in plain))


def _is_of(text: str) -> Condition:
    read = _YEARS.fullmatch(text.strip())
    if read is None or not (read[1] or read[3]):
        return false()
    first, last = (int(year) if year else None for year in (read[1], read[3]))
    return in_years(first, last) if read[2] else in_years(first or last, first or last)


def _anywhere(text: str) -> Condition:
    return or_(_title(text), _number(text), _person(text))


def _title(text: str) -> Condition:
    return Entry.title.icontains(text, autoescape=True)


def _number(text: str) -> Condition:
    # Nothing here may be NULL: what is not known to hold a word would not be known to lack it either.
    is_given = (Identifier.entry_id.is_not(None), Identifier.value.icontains(text, autoescape=True))
    shelfmark = func.coalesce(Entry.shelfmark, "")
    return or_(
        shelfmark.icontains(text, autoescape=True),
        Entry.pid == text,
        Entry.id.in_(select(Identifier.entry_id).where(*is_given)),
    )


def _named(text: str) -> Condition:
    others = select(AgentName.agent_id).where(AgentName.name.icontains(text, autoescape=True))
    return or_(Agent.name.icontains(text, autoescape=True), Agent.id.in_(others))


def _person(text: str) -> Condition:
    return fallback_pairs.any_of(
        fallback_pairs.credited(Agent.pid, Credit.agent_id == Agent.id, _named(text))
    )


def _leader(text: str) -> Condition:
    leads = (Credit.agent_id == Agent.id, Credit.leader.is_(True))
    return fallback_pairs.any_of(fallback_pairs.credited(Agent.pid, *leads, _named(text)))


def _instrument(text: str) -> Condition:
    labels = or_(*(label.icontains(text, autoescape=True) for label in (Term.label_nl, Term.label_en)))
    return fallback_pairs.any_of(fallback_pairs.credited(Term.code, Credit.instrument_id == Term.id, labels))


def _place(text: str) -> Condition:
    return fallback_pairs.any_of(
        fallback_pairs.held_at(Place.pid, Place.name.icontains(text, autoescape=True))
    )


def _label(text: str) -> Condition:
    return fallback_pairs.any_of(fallback_pairs.issued(Agent.pid, _named(text)))


_FIELDS: Mapping[str, Callable[[str], Condition]] = {
    Scope.PERSON.value: _person,
    Scope.LEADER.value: _leader,
    Scope.INSTRUMENT.value: _instrument,
    Scope.PLACE.value: _place,
    Scope.LABEL.value: _label,
    Scope.TITLE.value: _title,
    Scope.ID.value: _number,
}
