"""Who may write an OpenSearch index: one at a time, by a document that says until when; whoever dies gives way."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from catalogue.search.index import BusyIndexError, DamagedIndexError
from catalogue.search.opensearch_client import Cluster, ConflictError, Json

LEASE = 120.0  # seconds that a writer keeps others out without a sign of life
PAUSE = 0.2
_KEY = "writer"


class Turn:
    """The right to write; `extend` is a sign of life."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._writer = secrets.token_hex(8)
        self._state: Json = {}
        self._until = 0.0

    def take(self, timeout: float) -> None:
        """Wait for the turn; raise BusyIndexError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not self._try():
            if time.monotonic() >= deadline:
                raise BusyIndexError("another process is writing the search index")
            time.sleep(PAUSE)

    def extend(self) -> None:
        """Keep the turn for longer; raise BusyIndexError if somebody else has it by now."""
        if self._until - time.time() > LEASE / 2:
            return
        try:
            self._write(self._state)
        except ConflictError as error:
            raise BusyIndexError("another process has begun to write the search index") from error

    def give_back(self) -> None:
        """Let others write."""
        try:
            self._cluster.drop(self._index, _KEY, self._state)
        except (ConflictError, DamagedIndexError):
            return  # it is another's by now, or ends by itself

    def _try(self) -> bool:
        other = self._cluster.read(self._index, _KEY)
        if other is not None and other["_source"]["until"] > time.time():
            return False
        try:
            self._write(other)
        except ConflictError:
            return False
        return True

    def _write(self, instead_of: Json | None) -> None:
        until = time.time() + LEASE
        document = {"writer": self._writer, "until": until}
        self._state = self._cluster.put(self._index, _KEY, document, instead_of)
        self._until = until


@contextmanager
def turn(cluster: Cluster, index: str, timeout: float) -> Iterator[Turn]:
    """Keep other writers out, also on other machines; raise BusyIndexError after `timeout` seconds."""
    mine = Turn(cluster, index)
    mine.take(timeout)
    try:
        yield mine
    finally:
        mine.give_back()
