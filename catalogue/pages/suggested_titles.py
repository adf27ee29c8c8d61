"""Suggested titles: sessions, takes, pictures and works that have the words that were typed, from the index."""

from dataclasses import dataclass
from datetime import date

from catalogue import folding
from catalogue.pages import cards, labels, links, pieces, questions
from catalogue.pages.pieces import Piece
from catalogue.search import finding
from catalogue.search.index import EXACT, SearchResult
from catalogue.search.query import KINDS, SearchQuery

SHORTEST = 2  # letters of a word that may be a beginning
TITLED = tuple(kind for kind in KINDS if kind != "session")


@dataclass(frozen=True)
class Suggestion:
    """One thing to go to: an entry, a person's page, or a question with its number of answers."""

    label: str
    url: str
    count: int
    note: str
    found: str | None  # by which other name, in words


def make(words: list[str], lang: str, today: date, most: int) -> dict[str, list[Suggestion]]:
    """Suggest sessions and titles with all these words, the last one as a beginning."""
    asked = _question(words)
    sessions = _ask(asked, ("session",), today)
    titled = _ask(asked, TITLED, today)
    found = {piece.entry.pid: piece for piece in pieces.with_pids([*sessions.pids[:most], *titled.pids])}
    return {
        "session": [_entry(found[pid], lang) for pid in sessions.pids[:most] if pid in found],
        "title": _titles([found[pid] for pid in titled.pids if pid in found], lang, today, most),
    }


def _question(words: list[str]) -> str:
    *before, last = words
    if len(last) >= SHORTEST:
        return f"title:({' '.join([*before, last])}*)"
    return f"title:({' '.join(before)})"


def _ask(asked: str, kinds: tuple[str, ...], today: date) -> SearchResult:
    query = SearchQuery(q=asked, filters=(("kind", kinds),))
    result = finding.find(query, today)
    # A wider rung answers something else; a suggestion must have what was typed.
    return result if result.rung == EXACT else SearchResult()


def _titles(found: list[Piece], lang: str, today: date, most: int) -> list[Suggestion]:
    """Offer each title once: to the entry, or to all entries called so."""
    by_title: dict[str, list[Piece]] = {}
    for piece in found:
        by_title.setdefault(folding.fold(piece.entry.title), []).append(piece)
    groups = list(by_title.values())[:most]
    return [_entry(group[0], lang) if len(group) == 1 else _title(group[0], today) for group in groups]


def _entry(piece: Piece, lang: str) -> Suggestion:
    note = [cards.type_label(piece), cards.who(piece), cards.where_when(piece, lang)]
    return Suggestion(
        label=labels.title(piece.entry, lang),
        url=links.to_entry("catalogue.entry", piece.entry.pid),
        count=1,
        note=", ".join(part for part in note if part),
        found=None,
    )


def _title(piece: Piece, today: date) -> Suggestion:
    title = piece.entry.title.replace('"', " ")
    query = SearchQuery(q=f'title:"{title}"')
    return Suggestion(
        label=piece.entry.title,
        url=questions.url(query),
        count=finding.find(query, today).total,
        note=str(labels.KINDS_MANY[piece.entry.kind]).lower(),
        found=None,
    )
