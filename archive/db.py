"""The database: one SQLAlchemy object, the base of all tables, the column types and names of constraints that
every table shares.

SQLite is the default and PostgreSQL the way out of one machine; nothing here is particular to either but the
pragmas.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import Enum
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Date, DateTime, Integer, MetaData, Text, TypeDecorator, event, text
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.sql import functions
from sqlalchemy.sql.compiler import SQLCompiler

BUSY_TIMEOUT_MS = 10_000
LOOK_SECONDS = 0.001  # between two looks whether another process has given the write lock back

# SQLite must be told at BEGIN that a transaction will write: a reader that turns writer half-way is refused
# at once when somebody else has written in between, whatever the time-out
# (https://sqlite.org/isolation.html).
_will_write: ContextVar[bool] = ContextVar("will_write", default=False)
_TURN = "turn to write"
_turns: dict[str, Lock] = {}  # by database


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on both sides, stored in UTC. A naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must know its time zone; ask archive.clock.now()")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


def enum_column(kind: type[Enum], name: str = "") -> SqlEnum:
    """Store an enum by its value, with a CHECK constraint that refuses anything else.

    Where a table has two columns of a kind, one gets a `name` of its own, as constraints need different ones.
    """
    return SqlEnum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=name or kind.__name__.lower(),
    )


_mapping = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    ),
    type_annotation_map={
        str: Text(),
        int: BigInteger().with_variant(Integer(), "sqlite"),
        datetime: UtcDateTime(),
        date: Date(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    },
)


class _Base(DeclarativeBase):
    # The map lives in a registry: as a class attribute it breaks Flask-SQLAlchemy 3.1.1.
    registry = _mapping


db = SQLAlchemy(model_class=_Base)

if TYPE_CHECKING:

    class Model(_Base):
        """The base of every table, as the type checker sees it."""

        __abstract__ = True
else:
    Model = db.Model


@contextmanager
def writing() -> Iterator[None]:
    """Let transactions that begin inside take SQLite's write lock at once."""
    token = _will_write.set(True)
    try:
        yield
    finally:
        _will_write.reset(token)


def expect_writes(will: bool) -> None:
    """Say for a request whether its transactions write. Set at each request: server threads outlive them."""
    _will_write.set(will)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, SqliteConnection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_size_limit=67108864",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if not _will_write.get():
        connection.exec_driver_sql("BEGIN")
        return
    _take_turn(connection)
    try:
        _begin_immediately(connection)
    except BaseException:
        _end_turn(None, connection)
        raise


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _send_no_nul(
    connection: Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    # PostgreSQL has no room for it in a text and fails (postgresql.org/docs/current/datatype-character.html);
    # forms, files and mail of strangers may hold one.
    if connection.dialect.name == "postgresql" and isinstance(parameters, dict):
        parameters = _without_nul(parameters)
    elif connection.dialect.name == "postgresql" and isinstance(parameters, list):
        parameters = [_without_nul(row) for row in parameters]
    return statement, parameters


def _without_nul(row: dict[str, Any]) -> dict[str, Any]:
    bad = {
        name: value.replace("\0", "\ufffd")
        for name, value in row.items()
        if isinstance(value, str) and "\0" in value
    }
    return {**row, **bad} if bad else row


def _begin_immediately(connection: Connection) -> None:
    """Take the write lock within a moment of another process giving it back: SQLite itself would sleep longer and
    longer, up to 0.1 s, while the lock is free (https://sqlite.org/c3ref/busy_timeout.html).
    """
    raw = cast("SqliteConnection", connection.connection.dbapi_connection)
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1_000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _is_begun(raw, until):
            time.sleep(LOOK_SECONDS)
    except SqliteError:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails again, and says so in SQLAlchemy's words
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _is_begun(raw: SqliteConnection, until: float) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except SqliteError as error:
        # The low byte of an extended code says what it is (https://sqlite.org/rescode.html).
        if error.sqlite_errorcode & 0xFF == SQLITE_BUSY and time.monotonic() < until:
            return False
        raise
    return True


def _take_turn(connection: Connection) -> None:
    """Let the threads of this process wait for each other here, so that one of them at most looks for the lock."""
    if _TURN in connection.info:
        return
    turn = _turns.setdefault(connection.engine.url.database or "", Lock())
    if turn.acquire(timeout=BUSY_TIMEOUT_MS / 1_000):
        connection.info[_TURN] = turn


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "invalidate")
def _end_turn(_connection: Any, record: ConnectionPoolEntry | Connection, _error: object = None) -> None:
    # At "commit" the disk has still to be waited for; a connection comes back to its pool after that.
    turn = record.info.pop(_TURN, None)
    if turn is not None:
        turn.release()


@compiles(functions.sum, "postgresql")
def _sum_of_whole_numbers(element: "functions.sum[Any]", compiler: SQLCompiler, **kwargs: Any) -> str:
    """Let a sum of whole numbers be one: PostgreSQL adds them up to a numeric, which comes as a Decimal."""
    said = compiler.visit_function(element, **kwargs)
    return f"CAST({said} AS BIGINT)" if isinstance(element.type, Integer) else said


def only_writer(table: str) -> None:
    """Let nobody else write to `table` until this transaction ends; on SQLite a writer is alone anyway."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE'))


def lock_row(row: Model, names: Sequence[str] | None = None) -> None:
    """Read a row anew (or the columns and relationships named), and let nobody else change it until this ends.

    Of the row itself alone: PostgreSQL refuses to lock what an outer join brings along with it.
    """
    db.session.refresh(row, names, with_for_update={"of": type(row)})


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let a migration rebuild tables on SQLite: to drop one would else delete what refers to it.

    The migration checks every reference before it commits (sqlite.org/lang_altertable.html, section 7).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = cast("SqliteConnection", connection.connection.dbapi_connection)
    raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so around SQLAlchemy
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
