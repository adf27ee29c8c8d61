"""Which entries a batch is about: those that were ticked, all of a list on the desk, or all answers to a question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from archive import clock
from archive.db import db
from catalogue import pids, work_list
from catalogue.batches import Origin
from catalogue.entries import Entry, Status
from catalogue.search import finding
from catalogue.search import query as questions

TICKED, LIST, SEARCH = "ticked", "list", "search"
MAX_TICKED = 500
MAX_WORDS = 200

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Chosen:
    """A choice as an address carries it, and how many entries it means."""

    kind: str
    pairs: Pairs  # names and values that lead back to it
    total: int
    origin: Origin


def read(pairs: Iterable[tuple[str, str]]) -> Chosen:
    """Read a choice from the parameters of an address or form. Within a request: a search is asked for its number."""
    given = [(name, value) for name, value in pairs if value]
    kind = next((value for name, value in given if name == "all"), TICKED)
    if kind == LIST:
        return _list(dict(given))
    if kind == SEARCH:
        return _search(given)
    return _ticked([value for name, value in given if name == "entry"])


def _ticked(values: Sequence[str]) -> Chosen:
    found = [pid for value in values[:MAX_TICKED] if (pid := pids.normalise(value[:100])) is not None]
    kept = list(dict.fromkeys(found))
    ids = select(Entry.id).where(Entry.pid.in_(kept))
    return Chosen(TICKED, [("entry", pid) for pid in kept], _count(ids), Origin(entry_ids=ids))


def _list(given: dict[str, str]) -> Chosen:
    status = given.get("status", "")
    words = given.get("q", "")[:MAX_WORDS]
    kept = Status(status) if status in {known.value for known in Status} else Status.REVIEW
    ids = select(Entry.id).where(*work_list.wanted(kept, words))
    pairs = [("all", LIST), ("status", kept.value), ("q", words)]
    return Chosen(LIST, [pair for pair in pairs if pair[1]], _count(ids), Origin(entry_ids=ids))


def _search(given: Pairs) -> Chosen:
    asked = questions.read(given).on_page(1)
    again = [
        (name, text)
        for name, value in asked.url_args().items()
        for text in (value if isinstance(value, list) else [value])
    ]
    total = finding.find(asked, clock.now().date()).total
    return Chosen(SEARCH, [("all", SEARCH), *again], total, Origin(question=again, total=total))


def _count(ids: Select[tuple[int]]) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
