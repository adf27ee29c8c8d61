"""Values of columns as JSON holds them, and back, so that a merge can keep rows as they were."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Table
from sqlalchemy import Enum as SqlEnum

from archive.db import UtcDateTime
from catalogue import snapshots

Row = dict[str, Any]


def plain(row: Mapping[str, Any]) -> Row:
    """Turn a row into what JSON can hold."""
    return {name: snapshots.plain(value) for name, value in row.items()}


def typed(table: Table, row: Mapping[str, Any]) -> Row:
    """Turn a row that was kept into what its table takes; columns that are gone are left out."""
    return {name: value_of(table.c[name], value) for name, value in row.items() if name in table.c}


def value_of(column: Column[Any], value: Any) -> Any:
    """Turn one value that was kept into what its column takes."""
    if value is None:
        return None
    if isinstance(column.type, SqlEnum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return value
