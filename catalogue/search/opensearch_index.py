"""The search index in an OpenSearch cluster, for collections that outgrow one machine.

An alias says which index counts: a new one is filled beside the old one and takes its place in one step.
"""

import json
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TypeVar

from catalogue.search import (
    opensearch_answering,
    opensearch_compounds,
    opensearch_mapping,
    opensearch_writing,
)
from catalogue.search.document import Document
from catalogue.search.index import EXACT, BusyIndexError, Companion, DamagedIndexError, Progress, SearchResult
from catalogue.search.opensearch_client import Cluster, UnreachableIndexError
from catalogue.search.opensearch_compounds import Notes, Table
from catalogue.search.opensearch_words import Json
from catalogue.search.opensearch_writing import Turn
from catalogue.search.query import SearchQuery

TURN_TIMEOUT = 10.0  # seconds that a writer waits for another
VERSION_SECONDS = 1.0  # that a version is believed without asking again

Answer = TypeVar("Answer")


class OpenSearchIndex:
    """A `SearchIndex` on OpenSearch."""

    def __init__(self, url: str) -> None:
        self._cluster = Cluster(url)
        self._alias = f"{self._cluster.name}-{opensearch_mapping.FORMAT}"
        self._turns = f"{self._cluster.name}-writer"
        self._version: tuple[float, str] | None = None
        self._halves: tuple[str, Table] = ("", {})  # what words are made of, of the index named

    def search(self, query: SearchQuery, today: date) -> SearchResult:
        """Answer from what the alias means now."""
        return self._asking(lambda: opensearch_answering.answer(self._ask, query, today))

    def first(self, query: SearchQuery, today: date, most: int) -> tuple[str, ...]:
        """Return the first answers from what the alias means now."""
        found = self.search(query, today)
        return found.pids[:most] if found.rung == EXACT else ()

    def values(self, query: SearchQuery, name: str, today: date) -> tuple[tuple[str, int], ...]:
        """Count page by page, so that none is missed."""
        return self._asking(lambda: opensearch_answering.values(self._ask, query, name, today))

    def companions(self, person: str, today: date) -> tuple[Companion, ...]:
        """Count occasions, not entries."""
        return self._asking(lambda: opensearch_answering.companions(self._ask, person, today))

    def apply(self, documents: Collection[Document], removed: Collection[str]) -> None:
        """Write, and let readers see it."""
        with self._writing():
            index = self._current()
            self._cluster.write(index, ((pid, None) for pid in removed))
            table = self._halves_of(index)
            self._cluster.write(index, ((one.pid, _source(one, table)) for one in documents))
            self._cluster.refresh(index)

    def rebuild(self, batches: Iterable[Collection[Document]], progress: Progress) -> None:
        """Fill a new index and swap."""
        index = f"{self._alias}-{secrets.token_hex(6)}"
        body = {"settings": opensearch_mapping.settings(), "mappings": opensearch_mapping.mappings()}
        with self._writing() as turn:
            self._cluster.create(index, body)
            try:
                self._fill(index, batches, progress, turn)
            except BaseException:
                self._cluster.remove([index])
                raise
            self._cluster.swap(self._alias, index)
            old = [name for name in self._cluster.named(f"{self._alias}-*") if name != index]
            self._cluster.remove(old)
            self._cluster.write(f"{self._cluster.name}-halves", ((name, None) for name in old))

    def digests(self) -> dict[str, str]:
        """Read the digests of all documents."""
        return {found["pid"]: found["digest"] for found in self._cluster.scan(self._alias, ("pid", "digest"))}

    def verify(self) -> None:
        """Nothing to do: a cluster checks its own files."""

    def version(self) -> str:
        """Name the index and its last change; asked for again after a moment only."""
        kept = self._version
        if kept is not None and time.monotonic() - kept[0] < VERSION_SECONDS:
            return kept[1]
        try:
            index = self._current()
            version = f"{index}/{self._cluster.last_change(index)}"
        except DamagedIndexError:
            version = ""
        self._version = (time.monotonic(), version)
        return version

    def close(self) -> None:
        """Let go of all connections."""
        self._cluster.close()

    def _ask(self, body: Json) -> Json:
        return self._cluster.search(self._alias, body)

    def _asking(self, ask: Callable[[], Answer]) -> Answer:
        """Ask, and once more when the index was swapped for another in between."""
        try:
            return ask()
        except UnreachableIndexError:
            raise
        except DamagedIndexError:
            return ask()

    def _current(self) -> str:
        names = self._cluster.aliased(self._alias)
        if not names:
            raise DamagedIndexError("there is no index")
        return names[0]

    def _fill(
        self, index: str, batches: Iterable[Collection[Document]], progress: Progress, turn: Turn
    ) -> None:
        done = 0
        with Notes() as notes:
            for documents in batches:
                for document in documents:
                    notes.add(document)
                turn.extend()
                done += len(documents)
                progress(done)
            table = notes.table()
            self._cluster.write(index, _followed(notes.documents(table), turn))
        self._keep_halves(index, table)
        self._cluster.refresh(index)

    def _keep_halves(self, index: str, table: Table) -> None:
        """Keep what words are made of for the documents that are written later."""
        self._cluster.write(f"{self._cluster.name}-halves", [(index, {"table": json.dumps(table)})])
        self._halves = (index, table)

    def _halves_of(self, index: str) -> Table:
        if self._halves[0] != index:
            kept = self._cluster.read(f"{self._cluster.name}-halves", index)
            self._halves = (index, json.loads(kept["_source"]["table"]) if kept else {})
        return self._halves[1]

    @contextmanager
    def _writing(self) -> Iterator[Turn]:
        """Write alone; a cluster that does not answer is busy to a writer: what is to be written waits."""
        try:
            with opensearch_writing.turn(self._cluster, self._turns, TURN_TIMEOUT) as turn:
                yield turn
        except UnreachableIndexError as error:
            raise BusyIndexError(str(error)) from error
        finally:
            self._version = None


def _source(document: Document, table: Table) -> Json:
    words = opensearch_mapping.prose_words(document)
    return opensearch_mapping.source(document) | opensearch_compounds.halves(words, table)


def _followed(documents: Iterable[tuple[str, Json]], turn: Turn) -> Iterator[tuple[str, Json]]:
    """Give documents, and a sign of life now and then."""
    for document in documents:
        turn.extend()
        yield document
