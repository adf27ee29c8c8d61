"""Where webhooks go: one endpoint or more, each with a secret of its own, and each is sent every event.

They are those of the present start, in its order; what was still to be sent to one that is gone waits for it.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from licensing.sandbox.store import Work


@dataclass(frozen=True)
class Endpoint:
    """An address of a shop, and the secret that signs what is sent there."""

    url: str
    secret: str


def loopback(url: str) -> SplitResult:
    """Return the parts of an http URL on this machine; raise ValueError for any other."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not _is_this_machine(parts.hostname or ""):
        raise ValueError(f"The sandbox sends webhooks to this machine only, over http, and not to {url}.")
    return parts


def replace(work: Work, given: Sequence[Endpoint]) -> None:
    """Let these be the endpoints from now on."""
    work.db.execute("DELETE FROM endpoints")
    rows = [(position, each.url, each.secret) for position, each in enumerate(given)]
    work.db.executemany("INSERT INTO endpoints (position, url, secret) VALUES (?, ?, ?)", rows)


def positions(work: Work) -> list[int]:
    """Return the endpoints by their place in the list."""
    return [row["position"] for row in work.db.execute("SELECT position FROM endpoints ORDER BY position")]


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
