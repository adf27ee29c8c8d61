"""What is asked of an OpenSearch cluster, over its client; the only module that knows it.

Whatever goes wrong comes out as one of the errors of the seam.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from opensearchpy import OpenSearch, exceptions, helpers

from catalogue.search.index import DamagedIndexError

Json = dict[str, Any]
Action = tuple[str, Json | None]  # an id, and its document or None to take it out

DEFAULT_NAME = "nachtregister"
ANSWER_SECONDS = 10
WRITE_SECONDS = 120
CONNECTIONS = 32
AT_ONCE = 250  # documents in one request
SCAN_SIZE = 5_000


class UnreachableIndexError(DamagedIndexError):
    """The engine does not answer now, though its index may be whole. The cure is to wait."""


class ConflictError(Exception):
    """Somebody else wrote this document first."""


class Cluster:
    """A cluster at an address as `https://user:password@host:9200/name`; names of indices begin with `name`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.name = parts.path.strip("/") or DEFAULT_NAME
        is_secure = parts.scheme == "https"
        host = {"host": parts.hostname, "port": parts.port or (443 if is_secure else 9200)}
        self._client = OpenSearch(
            hosts=[host],
            http_auth=(unquote(parts.username), unquote(parts.password or "")) if parts.username else None,
            use_ssl=is_secure,
            verify_certs=is_secure,
            timeout=ANSWER_SECONDS,
            max_retries=1,
            pool_maxsize=CONNECTIONS,
            http_compress=True,
        )

    def search(self, target: str, body: Json) -> Json:
        """Ask one question of all that an alias or index holds; never answered in part."""
        with naming_trouble():
            answer: Json = self._client.search(
                index=target, body=body, params={"allow_partial_search_results": "false"}
            )
        return answer

    def scan(self, target: str, fields: Sequence[str]) -> Iterator[Json]:
        """Give the single values of some fields of every document."""
        body = {"query": {"match_all": {}}, "_source": False, "docvalue_fields": list(fields)}
        with naming_trouble():
            for hit in helpers.scan(
                self._client, query=body, index=target, size=SCAN_SIZE, request_timeout=WRITE_SECONDS
            ):
                yield {field: hit["fields"][field][0] for field in fields}

    def write(self, target: str, actions: Iterable[Action]) -> None:
        """Put documents in or take them out; on disk on return, but not seen before `refresh`."""
        lines: list[Json] = []
        for number, (key, document) in enumerate(actions, start=1):
            lines += [{"delete": {"_id": key}}] if document is None else [{"index": {"_id": key}}, document]
            if number % AT_ONCE == 0:
                self._bulk(target, lines)
                lines = []
        if lines:
            self._bulk(target, lines)

    def refresh(self, target: str) -> None:
        """Let readers see what was written."""
        with naming_trouble():
            self._client.indices.refresh(index=target, params={"request_timeout": WRITE_SECONDS})

    def create(self, index: str, body: Json) -> None:
        """Make an empty index."""
        with naming_trouble():
            self._client.indices.create(index=index, body=body, params={"request_timeout": WRITE_SECONDS})

    def aliased(self, alias: str) -> list[str]:
        """List the indices that go by an alias; none if there is no such alias."""
        with naming_trouble():
            found = self._client.indices.get_alias(name=alias, params={"ignore": 404})
        return [] if "error" in found else sorted(found)

    def swap(self, alias: str, index: str) -> None:
        """Let an alias mean this index alone, in one step."""
        actions: list[Json] = [{"remove": {"index": old, "alias": alias}} for old in self.aliased(alias)]
        with naming_trouble():
            self._client.indices.update_aliases(
                body={"actions": [*actions, {"add": {"index": index, "alias": alias}}]}
            )

    def named(self, pattern: str) -> list[str]:
        """List the indices whose names are like a pattern."""
        with naming_trouble():
            return sorted(self._client.indices.get(index=pattern))

    def remove(self, indices: Iterable[str]) -> None:
        """Remove indices."""
        for index in indices:
            with naming_trouble():
                self._client.indices.delete(index=index, params={"ignore_unavailable": "true"})

    def last_change(self, index: str) -> str:
        """Return a name that is another one after any change of an index."""
        with naming_trouble():
            found = self._client.indices.stats(index=index, params={"level": "shards"})
        shards = found["indices"][index]["shards"]
        numbers = {number: copies[0]["seq_no"]["max_seq_no"] for number, copies in shards.items()}
        return "-".join(str(numbers[number]) for number in sorted(numbers, key=int))

    def read(self, index: str, key: str) -> Json | None:
        """Return a document with the number of its state; None if there is none."""
        with naming_trouble():
            found = self._client.get(index=index, id=key, params={"ignore": 404})
        return found if found.get("found") else None

    def put(self, index: str, key: str, document: Json, instead_of: Json | None) -> Json:
        """Write a document in the place of a state that was read, or as a new one; raise ConflictError."""
        params = {"op_type": "create"} if instead_of is None else _state(instead_of)
        with naming_trouble():
            written: Json = self._client.index(index=index, id=key, body=document, params=params)
        return written

    def drop(self, index: str, key: str, state: Json) -> None:
        """Remove a document unless somebody else has written it since; raise ConflictError."""
        with naming_trouble():
            self._client.delete(index=index, id=key, params={**_state(state), "ignore": 404})

    def close(self) -> None:
        """Let go of all connections."""
        self._client.close()

    def _bulk(self, target: str, lines: list[Json]) -> None:
        with naming_trouble():
            answer = self._client.bulk(index=target, body=lines, params={"request_timeout": WRITE_SECONDS})
        if answer["errors"]:
            results = [result for item in answer["items"] for result in item.values()]
            refused = [result["error"] for result in results if "error" in result]
            if refused:
                raise UnreachableIndexError(f"OpenSearch refused {len(refused)} documents: {refused[0]}")


@contextmanager
def naming_trouble() -> Iterator[None]:
    """Raise what the client raises inside as an error of the seam, or as a ConflictError."""
    try:
        yield
    except exceptions.ConflictError as error:
        raise ConflictError(str(error)) from error
    except exceptions.NotFoundError as error:
        raise DamagedIndexError("there is no index") from error
    except (exceptions.OpenSearchException, helpers.errors.ScanError) as error:
        raise UnreachableIndexError(f"OpenSearch does not answer: {error!r}") from error


def _state(read: Json) -> Json:
    return {"if_seq_no": read["_seq_no"], "if_primary_term": read["_primary_term"]}
