"""PostgreSQL: weighted words with a GIN index, all facets in one pass of GROUPING SETS.

Where the server is comes from the usual settings of its clients (PGHOST, PGUSER, PGDATABASE).
"""
# ruff: noqa: S608  # SQL is put together from names in this package alone

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks import postgres_cluster, questions, records
from tests.benchmarks.engines.engine import Counts, Engine, Hit, Page
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, KEYS, PAGE_SIZE, STORED, TEXTS, TOP_VALUES, Record

CONFIGURATION = (
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS plain",
    "CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION plain ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_part,"
    " hword_asciipart, numword, numhword WITH unaccent, simple",
)
SESSION = (
    "SET jit = off; SET work_mem = '256MB'; SET effective_cache_size = '4GB'; SET random_page_cost = 1.1"
)
COLUMNS = ("number", *STORED, "day")
WEIGHTS = dict(zip(TEXTS, "ADBCC", strict=True))
TITLE_MARKED = "ts_headline('plain', title, %s::tsquery, 'HighlightAll=true')"
PASSAGE_MARKED = "ts_headline('plain', description, %s::tsquery, 'MaxFragments=2, MaxWords=20, MinWords=8')"

Arguments = list[Any]
Connection = psycopg.Connection[tuple[Any, ...]]


class PostgreSql(Engine):
    """A table named after the folder, in a cluster that may be filled."""

    kinds = frozenset(questions.KINDS) - {"fuzzy"}

    @staticmethod
    def version() -> str:
        """Ask the server's program."""
        return postgres_cluster.version()

    def build(self, catalogue: Path) -> None:
        """Copy the records in, work out their words, and index at last."""
        self.folder.mkdir(parents=True)
        connection = _connect()
        for statement in (*CONFIGURATION, *_tables(self._table)):
            _run(connection, statement)
        copying = f"COPY {self._table} ({', '.join(COLUMNS)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(copying.encode()) as copy:
            for number, record in enumerate(records.read(catalogue), 1):
                copy.write_row((number, *record.stored.values(), record.day))
        for statement in _indexing(self._table):
            _run(connection, statement)
        connection.close()

    def open(self) -> None:
        """Connect; the server is there already."""
        self._connection = _connect()
        _run(self._connection, SESSION)

    def search(self, question: Question) -> Page:
        """Ask twice: for the counts, and for the page."""
        column, words = expression(question)
        where, arguments = _conditions(question, column, words)
        total, facets = self._counts(where, arguments)
        return Page(total, self._hits(question, (column, words), where, arguments), facets)

    def words(self, question: Question) -> list[str]:
        """Look in the list of all words."""
        if question.begun:
            condition, order, asked = "word LIKE %s", "ndoc DESC LIMIT 10", [f"{question.begun}%"]
        else:
            condition, order = "word %% %s", "similarity(word, %s) DESC, ndoc DESC LIMIT 5"
            asked = [question.misspelt] * 2
        sql = f"SELECT word FROM {self._table}_words WHERE {condition} ORDER BY {order}"
        return [row[0] for row in _run(self._connection, sql, asked)]

    def update(self, record: Record) -> None:
        """Change a row and its words, in one transaction."""
        number = int(record.id.removeprefix("jz"))  # the key of the table; ids go up by one
        columns = ", ".join(f"{name} = %s" for name in (*STORED, "day"))
        values = [*record.stored.values(), record.day, number]
        with self._connection.transaction():
            _run(self._connection, f"UPDATE {self._table} SET {columns} WHERE number = %s", values)
            _run(self._connection, f"{_wording(self._table)} WHERE number = %s", [number])

    def size(self) -> int:
        """Ask the server."""
        sql = "SELECT pg_total_relation_size(%s) + pg_total_relation_size(%s)"
        with _connect() as connection:
            row = connection.execute(sql, [self._table, f"{self._table}_words"]).fetchone()
        return int(row[0]) if row else 0

    def processes(self) -> list[int]:
        """Count the server's process for this connection too; what its processes share is left out."""
        return [os.getpid(), self._connection.info.backend_pid]

    @property
    def _table(self) -> str:
        return "records_" + "".join(c for c in self.folder.parent.name if c.isalnum())

    def _counts(self, where: str, arguments: Arguments) -> tuple[int, dict[str, Counts]]:
        columns = ", ".join(FACETS)
        sets = ", ".join(f"({name})" for name in FACETS)
        rows = _run(
            self._connection,
            f"SELECT GROUPING ({columns}), COALESCE ({columns}), count(*) FROM {self._table} {where}"
            f" GROUP BY GROUPING SETS ({sets}, ())",
            arguments,
        ).fetchall()
        counted = {
            name: [(value, count) for grouping, value, count in rows if grouping == _bits(place)]
            for place, name in enumerate(FACETS)
        }
        total = next(count for grouping, _, count in rows if grouping == 2 ** len(FACETS) - 1)
        return total, {
            name: sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:TOP_VALUES]
            for name, counts in counted.items()
        }

    def _hits(self, question: Question, text: tuple[str, str], where: str, arguments: Arguments) -> list[Hit]:
        column, words = text
        order, ordering = "number", []
        if question.newest_first:
            order = "day DESC"
        elif words:
            order, ordering = f"ts_rank('{{0.1, 0.2, 0.4, 1.0}}', {column}, %s::tsquery) DESC", [words]
        page = (
            f"SELECT {', '.join(STORED)} FROM {self._table} {where} ORDER BY {order}"
            f" LIMIT {PAGE_SIZE} OFFSET {(question.page - 1) * PAGE_SIZE}"
        )
        sql = f"SELECT page.*, {TITLE_MARKED}, {PASSAGE_MARKED} FROM ({page}) page" if words else page
        marking = [words, words] if words else []
        return list(_read(_run(self._connection, sql, [*marking, *arguments, *ordering])))


def expression(question: Question) -> tuple[str, str]:
    """Write the text of a question as a tsquery, after the column that it is for; "" if it has none."""
    if question.person:
        return "person_words", " & ".join(question.person)
    if question.phrase:
        return "words", " <-> ".join(question.phrase)
    if question.prefix:
        return "words", f"{question.prefix}:*"
    return "words", (" | " if question.any_of else " & ").join(question.words or question.any_of)


def _conditions(question: Question, column: str, words: str) -> tuple[str, Arguments]:
    conditions = [f"{column} @@ %s::tsquery"] if words else []
    arguments: Arguments = [words] if words else []
    for name, value in question.filters:
        conditions.append(f"{name} = %s")
        arguments.append(value)
    if question.days:
        conditions.append("day BETWEEN %s AND %s")
        arguments += question.days
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), arguments


def _tables(table: str) -> Iterator[str]:
    yield f"DROP TABLE IF EXISTS {table}, {table}_words"
    texts = ", ".join(f"{name} text" for name in STORED)
    yield f"CREATE UNLOGGED TABLE {table} (number int, {texts}, day int, words tsvector, person_words tsvector)"


def _indexing(table: str) -> Iterator[str]:
    yield _wording(table)
    yield f"VACUUM FULL {table}"
    yield "SET maintenance_work_mem = '1GB'"
    yield f"ALTER TABLE {table} ADD PRIMARY KEY (number)"
    for column in ("words", "person_words"):
        yield f"CREATE INDEX ON {table} USING gin ({column}) WITH (fastupdate = off)"
    for column in (*KEYS, "day"):
        yield f"CREATE INDEX ON {table} ({column})"
    yield f"CREATE TABLE {table}_words AS SELECT word, ndoc FROM ts_stat('SELECT words FROM {table}')"
    yield f"CREATE INDEX ON {table}_words (word text_pattern_ops)"
    yield f"CREATE INDEX ON {table}_words USING gin (word gin_trgm_ops)"
    yield f"VACUUM ANALYZE {table}"
    yield f"ANALYZE {table}_words"


def _wording(table: str) -> str:
    weighted = " || ".join(
        f"setweight(to_tsvector('plain', {text}), '{weight}')" for text, weight in WEIGHTS.items()
    )
    return f"UPDATE {table} SET words = {weighted}, person_words = to_tsvector('plain', persons)"


def _bits(place: int) -> int:
    # GROUPING sets a bit for each column that a row is not grouped by.
    return ((1 << len(FACETS)) - 1) ^ (1 << (len(FACETS) - 1 - place))


def _read(rows: psycopg.Cursor[tuple[Any, ...]]) -> Iterator[Hit]:
    for row in rows:
        stored = dict(zip(STORED, row[: len(STORED)], strict=True))
        yield Hit(stored, tuple(row[len(STORED) :]))


def _connect() -> Connection:
    return psycopg.connect(autocommit=True)


def _run(
    connection: Connection, sql: str, arguments: Arguments | None = None
) -> psycopg.Cursor[tuple[Any, ...]]:
    # Statements with values are prepared the first time: a site asks the same ones again and again.
    return connection.execute(sql.encode(), arguments, prepare=bool(arguments) or None)
