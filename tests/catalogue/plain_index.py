"""An index that looks at every document for every question: slow, small and plainly right, to compare with."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from archive.db import db
from catalogue import folding
from catalogue.search import collecting
from catalogue.search.document import Document, year_span
from catalogue.search.index import EXACT, NONE, Companion, DamagedIndexError, SearchResult
from catalogue.search.query import SearchQuery


class PlainIndex:
    """All documents of the database as they were when it was made."""

    def __init__(self) -> None:
        self.documents = [document for batch in collecting.every_batch() for document in batch]
        self.made = 0
        self.is_damaged = False
        db.session.rollback()

    def search(self, query: SearchQuery, today: date) -> SearchResult:
        """Answer with everything that has the words of a title, or all words anywhere in a title."""
        found = self._answers(query, today)
        years: Counter[int] = Counter()
        for document in found:
            if span := year_span(document.lo, document.hi):
                years.update(range(span[0], span[1] + 1))
        kinds = Counter(document.kind for document in found)
        return SearchResult(
            pids=tuple(document.pid for document in found[:24]),
            total=len(found),
            facets={"kind": tuple(kinds.most_common())},
            years=dict(years),
            rung=EXACT if found else NONE,
        )

    def first(self, query: SearchQuery, today: date, most: int) -> tuple[str, ...]:
        """Return the first answers."""
        return self.search(query, today).pids[:most]

    def values(self, query: SearchQuery, name: str, today: date) -> tuple[tuple[str, int], ...]:
        """Count the values of one filter."""
        counted = Counter(
            value for document in self._answers(query, today) for value in set(_values(document, name))
        )
        return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    def companions(self, person: str, today: date) -> tuple[Companion, ...]:
        """List who was there with a person."""
        occasions, years = defaultdict(set), defaultdict(set)
        for document in self._answers(SearchQuery(), today):
            if person in document.players and document.occasion:
                for other in set(document.players) - {person}:
                    occasions[other].add(document.occasion)
                    years[other].update(year_span(document.lo, document.hi) or ())
        found = [
            Companion(pid, len(seen), min(years[pid], default=None), max(years[pid], default=None))
            for pid, seen in occasions.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.occasions, one.pid)))

    def version(self) -> str:
        """Change with `made`."""
        return f"plain {self.made}"

    def close(self) -> None:
        """Hold no file."""

    def _answers(self, query: SearchQuery, today: date) -> list[Document]:
        if self.is_damaged:
            raise DamagedIndexError("broken on purpose")
        number = today.year * 10_000 + today.month * 100 + today.day
        return [
            document
            for document in self.documents
            if document.embargo <= number
            and _has_title(document, query.q)
            and all(set(values) & set(_values(document, name)) for name, values in query.filters)
        ]


def _values(document: Document, name: str) -> Iterable[str]:
    return {
        "kind": (document.kind,),
        "person": document.persons,
        "with": document.persons,
        "label": document.labels,
        "place": document.place_pids,
        "instrument": document.instruments,
        "plays": document.plays,
    }[name]


def _has_title(document: Document, q: str) -> bool:
    wanted = q.removeprefix("title:").strip('()"*')
    titles = folding.words(" ".join(document.titles))
    return all(any(word.startswith(typed) for word in titles) for typed in folding.words(wanted))
