"""Lists as Stripe pages them: newest first, a cursor, `has_more`, at most a hundred a page.

Rules: https://docs.stripe.com/api/pagination
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from licensing.sandbox import api_errors
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

FOREVER = sys.maxsize

OLDER = "SELECT body FROM objects WHERE object = ? AND created BETWEEN ? AND ? AND seq < ? ORDER BY seq DESC"
NEWER = "SELECT body FROM objects WHERE object = ? AND created BETWEEN ? AND ? AND seq > ? ORDER BY seq"


def page(work: Work, kind: str, params: dict[str, Any], url: str, fits: Callable[[Json], bool]) -> Json:
    """Return one page of the objects of a kind that fit; raise ApiError for a bad limit or cursor."""
    limit = _limit(params)
    earliest, latest = _span(params.get("created"))
    backwards = "ending_before" in params
    cursor = params.get("ending_before") or params.get("starting_after")
    edge = (
        FOREVER
        if cursor is None
        else _place(work, cursor, "ending_before" if backwards else "starting_after")
    )
    rows = work.db.execute(NEWER if backwards else OLDER, (kind, earliest, latest, edge))
    found = _fitting((json.loads(row["body"]) for row in rows), fits)
    data = list(islice(found, limit + 1))
    shown = data[:limit]
    return envelope(shown[::-1] if backwards else shown, url, has_more=len(data) > limit)


def excerpt(items: list[Json], params: dict[str, Any], url: str) -> Json:
    """Return one page of a list that an object carries in itself, in its own order."""
    limit = _limit(params)
    names = [item["id"] for item in items]
    cursor = params.get("starting_after")
    if cursor is not None and cursor not in names:
        raise api_errors.no_such("item", cursor, param="starting_after", status=400)
    start = 0 if cursor is None else names.index(cursor) + 1
    return envelope(items[start : start + limit], url, has_more=start + limit < len(items))


def envelope(data: list[Json], url: str, *, has_more: bool) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _fitting(bodies: Iterable[Json], fits: Callable[[Json], bool]) -> Iterator[Json]:
    return (body for body in bodies if fits(body))


def _limit(params: dict[str, Any]) -> int:
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError("Limit must be between 1 and 100.", param="limit")
    return limit


def _span(created: int | dict[str, int] | None) -> tuple[int, int]:
    """Return the first and last second that the filter `created` lets through."""
    if isinstance(created, int):
        return created, created
    bounds = created or {}
    earliest = max(bounds.get("gte", 0), bounds.get("gt", -1) + 1)
    return earliest, min(bounds.get("lte", FOREVER), bounds.get("lt", FOREVER) - 1)


def _place(work: Work, cursor: str, param: str) -> int:
    row = work.db.execute("SELECT seq FROM objects WHERE id = ?", (cursor,)).fetchone()
    if row is None:
        raise api_errors.no_such("object", cursor, param=param, status=400)
    return int(row["seq"])
