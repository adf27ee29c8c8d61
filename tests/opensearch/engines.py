"""Both engines for tests: the embedded one in a folder, and OpenSearch where OPENSEARCH_URL names a node."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalogue.search.index import SearchIndex
from catalogue.search.opensearch_client import Cluster
from catalogue.search.opensearch_index import OpenSearchIndex
from catalogue.search.whoosh_index import WhooshIndex

EMBEDDED, OPENSEARCH = "embedded", "opensearch"
BOTH = (EMBEDDED, OPENSEARCH)


@contextmanager
def opened(name: str, folder: Path) -> Iterator[SearchIndex]:
    """Open an engine without an index; what it writes is gone afterwards. Skip visibly without a node."""
    if name == EMBEDDED:
        embedded = WhooshIndex(folder)
        yield embedded
        embedded.close()
        return
    with names_of_its_own() as url:
        index = OpenSearchIndex(url)
        yield index
        index.close()


@contextmanager
def names_of_its_own() -> Iterator[str]:
    """Give an address of the node under which there is nothing yet, and clear it afterwards."""
    node = os.environ.get("OPENSEARCH_URL")
    if not node:
        pytest.skip("OPENSEARCH_URL does not name a running node; `make test-opensearch` starts one")
    url = f"{node}/test-{secrets.token_hex(6)}"
    yield url
    cluster = Cluster(url)
    cluster.remove(cluster.named(f"{cluster.name}-*"))
    cluster.close()
