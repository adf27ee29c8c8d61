"""What experts expect: a table of cases, the entries that they name, and whether an engine does as they say."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.search.document import Document, Part
from tests.opensearch import engines
from tests.relevance import corpora, spelling
from tests.relevance.corpora import Corpus
from tests.relevance.shelves import Pids, Shelves

KINDS = ("first", "among", "before", "exactly", "never")
WITHIN = 10
ALL_PAGES = 960


@dataclass(frozen=True)
class Case:
    """One expectation; `named` are the entries it speaks of, as the table names them."""

    q: str
    kind: str
    named: tuple[str, ...]
    why: str
    places: int
    known_failure: str | None  # on the engine that is measured

    @property
    def label(self) -> str:
        """What a report calls it."""
        return f"{self.q} [{self.kind}]"


def read(collection: str) -> list[Case]:
    """Read the cases of a collection."""
    text = Path(__file__).with_name(f"cases_{collection}.toml").read_text(encoding="utf-8")
    return [_case(row) for row in tomllib.loads(text)["case"]]


def _case(row: dict[str, Any]) -> Case:
    (kind,) = (kind for kind in KINDS if kind in row)
    named = tuple(row[kind])
    places = row.get("places", len(named)) if kind == "first" else row.get("within", WITHIN)
    return Case(row["q"], kind, named, row["why"], places, _known_failure(row.get("known_failure")))


def _known_failure(told: str | dict[str, str] | None) -> str | None:
    if not isinstance(told, dict):
        return told
    if unknown := told.keys() - set(engines.BOTH):
        raise ValueError(f"no engine is called {', '.join(sorted(unknown))}")
    return told.get(corpora.engine_name())


def failure(case: Case, corpus: Corpus, shelves: Shelves) -> str | None:
    """Say how an answer is not as expected; None if it is."""
    named = [entries(text, corpus, shelves) for text in case.named]
    pages = case.kind in ("exactly", "never", "before")
    found = corpus.find_all(case.q, at_most=ALL_PAGES if pages else case.places)
    wrong = "; ".join(_CHECKS[case.kind](case, named, found))
    return f"{wrong}\nfound: {_shown(found[:WITHIN], corpus)}" if wrong else None


def entries(named: str, corpus: Corpus, shelves: Shelves) -> Pids:
    """Find the entries that a case names; at least one."""
    how, colon, text = named.partition(": ")
    if not colon:
        found = frozenset(one.pid for one in corpus.everything if named in one.marks)
    elif how in _FINDERS:
        found = frozenset(one.pid for one in corpus.documents if _FINDERS[how](one, text))
    elif how == "named":
        found = shelves.named(text)
    elif how == "plays":
        found = shelves.playing(*text.split(" / "))
    else:
        found = frozenset(
            one.pid for one in corpus.documents if one.titles[0] == text and how in ("title", one.kind)
        )
    if not found:
        raise LookupError(f"nothing in the collection is {named!r}")
    return found


def _is_first(case: Case, named: list[Pids], found: tuple[str, ...]) -> Iterator[str]:
    right = frozenset[str]().union(*named)
    if len(found) < case.places:
        yield f"only {len(found)} of {case.places} places are taken"
    yield from (
        f"place {at} is taken by another" for at, pid in enumerate(found, start=1) if pid not in right
    )


def _is_among(case: Case, named: list[Pids], found: tuple[str, ...]) -> Iterator[str]:
    for text, pids in zip(case.named, named, strict=True):
        if not pids.intersection(found):
            yield f"{text} is not among the first {case.places}"


def _is_before(case: Case, named: list[Pids], found: tuple[str, ...]) -> Iterator[str]:
    earlier, later = (_best(found, pids) for pids in (named[0], named[1] - named[0]))
    if earlier is None:
        yield f"{case.named[0]} is not found"
    elif later is not None and later < earlier:
        yield f"{case.named[1]} has place {later}, {case.named[0]} place {earlier}"


def _is_exact(case: Case, named: list[Pids], found: tuple[str, ...]) -> Iterator[str]:
    right = frozenset[str]().union(*named)
    if missing := right.difference(found):
        yield f"{len(missing)} of {len(right)} are missing"
    if surplus := frozenset(found) - right:
        yield f"{len(surplus)} are not asked for"


def _is_never(case: Case, named: list[Pids], found: tuple[str, ...]) -> Iterator[str]:
    for text, pids in zip(case.named, named, strict=True):
        if pids.intersection(found):
            yield f"{text} is found"


_CHECKS = {
    "first": _is_first,
    "among": _is_among,
    "before": _is_before,
    "exactly": _is_exact,
    "never": _is_never,
}


def _best(found: tuple[str, ...], pids: Pids) -> int | None:
    return next((at for at, pid in enumerate(found, start=1) if pid in pids), None)


def _shown(pids: tuple[str, ...], corpus: Corpus) -> str:
    return ", ".join(f"{one.kind} {one.titles[0]}" for pid in pids if (one := corpus.by_pid.get(pid)))


def _has_credit(one: Document, text: str, *parts: Part) -> bool:
    asked = " ".join(spelling.plain_words(text))
    return any(
        asked in spelling.runs(name)
        for bearer in one.bearers
        if bearer.part in parts
        for name in bearer.names
    )


def _is_credited(one: Document, text: str) -> bool:
    return _has_credit(one, text, Part.PERSON, Part.LEADER)


def _is_led(one: Document, text: str) -> bool:
    return _has_credit(one, text, Part.LEADER)


def _has_label(one: Document, text: str) -> bool:
    return _has_credit(one, text, Part.LABEL)


def _are_together(one: Document, text: str) -> bool:
    return all(_is_credited(one, name) for name in text.split(" + "))


def _is_at(one: Document, text: str) -> bool:
    asked = " ".join(spelling.plain_words(text))
    return any(asked in spelling.runs(place) for place in one.places)


def _is_dated(one: Document, text: str) -> bool:
    first, last = (int(year) for year in text.split("-"))
    if one.lo is None and one.hi is None:
        return False
    return (one.lo or 0) // 10_000 <= last and (one.hi or 99_999_999) // 10_000 >= first


def _has_instrument(one: Document, text: str) -> bool:
    played = (instrument for bearer in one.bearers for instrument in bearer.instruments)
    return spelling.folded(text) in map(spelling.folded, played)


_FINDERS = {
    "credited": _is_credited,
    "led": _is_led,
    "label": _has_label,
    "together": _are_together,
    "at": _is_at,
    "dated": _is_dated,
    "instrument": _has_instrument,
}
