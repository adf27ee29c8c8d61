"""The only source of time. Rules take the time as an argument; whoever begins a request, job or command
asks here once.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)
