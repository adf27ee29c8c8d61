"""Which engine searches: one setting says so. Embedded in a folder, or an OpenSearch cluster for what outgrows it."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from archive.config import SettingsError
from catalogue.search.index import SearchIndex
from catalogue.search.whoosh_index import WhooshIndex

try:
    from catalogue.search.opensearch_index import OpenSearchIndex
except ModuleNotFoundError:  # its client is an extra
    OpenSearchIndex = None  # type: ignore[assignment,misc]


def at(url: str) -> SearchIndex:
    """Return the index at an address; raise SettingsError for one that no engine has."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return WhooshIndex(Path(url2pathname(parts.path)))
    if parts.scheme not in ("http", "https"):
        raise SettingsError(f"SEARCH_URL must begin with file://, http:// or https://, not {parts.scheme}://")
    if OpenSearchIndex is None:
        raise SettingsError(
            "SEARCH_URL names an OpenSearch cluster: install the extra, nachtregister[opensearch]"
        )
    return OpenSearchIndex(url)
