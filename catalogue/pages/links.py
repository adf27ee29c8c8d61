"""Addresses that a page has many of. Each pattern is worked out once for a request: doing so for every link takes
longer than showing what it leads to.
"""

from typing import Any
from urllib.parse import urlencode

from flask import g, url_for

_PID = "0pid0"  # stands for the pid in a pattern; pids are letters and digits, which need no quoting

Patterns = dict[tuple[object, ...], str]


def to_entry(endpoint: str, pid: str, **values: Any) -> str:
    """Return the address of something of an entry, as `url_for` does."""
    return _pattern(endpoint, pid=_PID, **values).replace(_PID, pid, 1)


def to_answer(endpoint: str, asked: dict[str, Any], **values: Any) -> str:
    """Return the address that asks a question: texts and lists of texts by their names."""
    address = _pattern(endpoint, **values)
    return f"{address}?{urlencode(asked, doseq=True)}" if asked else address


def _pattern(endpoint: str, **values: Any) -> str:
    patterns: Patterns = g.setdefault("link_patterns", {})
    key = (endpoint, *sorted(values.items()))
    if key not in patterns:
        patterns[key] = url_for(endpoint, **values)
    return patterns[key]
