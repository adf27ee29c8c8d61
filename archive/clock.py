"""The only source of time. Rules take the time as an argument; whoever begins a request, job or command
asks here once.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")  # days on documents are days in the archive's town


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


def day_here(moment: datetime) -> date:
    """Return the day that it is in the archive's town."""
    return moment.astimezone(HERE).date()
