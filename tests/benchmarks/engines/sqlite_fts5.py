"""SQLite with FTS5: facets by SQL over a narrow table of numbers, what answers kept in a temporary table."""
# ruff: noqa: S608  # SQL is put together from names in this package alone

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import questions, records
from tests.benchmarks.engines.engine import Counts, Engine, Hit, Page
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, KEYS, PAGE_SIZE, STORED, TEXTS, TOP_VALUES, Record

TEXT_COLUMNS = ", ".join(TEXTS)
TABLES = f"""
    PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -400000;
    CREATE TABLE record (number INTEGER PRIMARY KEY, {", ".join(STORED)}, day INTEGER);
    CREATE TABLE facet (number INTEGER PRIMARY KEY, {", ".join(f"{key} INTEGER" for key in KEYS)}, day INTEGER);
    CREATE TABLE value (name, code INTEGER, value, PRIMARY KEY (name, code));
    CREATE VIRTUAL TABLE words USING fts5({TEXT_COLUMNS}, content='record', content_rowid='number',
        tokenize='unicode61 remove_diacritics 2', prefix='3 4');
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'row');
"""
INDEXES = f"""
    INSERT INTO words (words) VALUES ('rebuild');
    INSERT INTO words (words) VALUES ('optimize');
    {" ".join(f"CREATE INDEX facet_{name} ON facet ({name});" for name in (*KEYS, "day"))}
    CREATE INDEX record_id ON record (id);
    ANALYZE;
"""
OPENING = "PRAGMA cache_size = -200000; PRAGMA mmap_size = 8000000000; PRAGMA temp_store = memory;"
MARKED = """
    SELECT highlight(words, 0, '<b>', '</b>'), snippet(words, 1, '<b>', '</b>', '…', 32)
    FROM words WHERE words MATCH ? AND rowid = ?
"""

Arguments = list[str | int]
Codes = dict[str, dict[str, int]]  # of the values of each key


class SqliteFts5(Engine):
    """One database file."""

    kinds = frozenset(questions.KINDS) - {"fuzzy", "didyoumean"}

    @staticmethod
    def version() -> str:
        """Name the SQLite inside Python."""
        return f"SQLite {sqlite3.sqlite_version}"

    def build(self, catalogue: Path) -> None:
        """Fill tables first, then index them in one go."""
        self.folder.mkdir(parents=True)
        connection = sqlite3.connect(self.folder / "catalogue.db")
        connection.executescript(TABLES)
        columns = ", ".join("?" * (2 + len(STORED)))
        connection.executemany(f"INSERT INTO record VALUES ({columns})", _rows(catalogue))
        codes: Codes = {key: {} for key in KEYS}
        keys = connection.execute(f"SELECT number, {', '.join(KEYS)}, day FROM record")
        columns = ", ".join("?" * (2 + len(KEYS)))
        connection.executemany(f"INSERT INTO facet VALUES ({columns})", [_narrow(row, codes) for row in keys])
        values = [(key, code, value) for key in KEYS for value, code in codes[key].items()]
        connection.executemany("INSERT INTO value VALUES (?, ?, ?)", values)
        connection.executescript(INDEXES)
        connection.commit()
        connection.close()

    def open(self) -> None:
        """Connect and read the values of facets."""
        self._connection = sqlite3.connect(self.folder / "catalogue.db")
        self._connection.executescript(OPENING)
        self._connection.execute("CREATE TEMP TABLE answer (number INTEGER PRIMARY KEY)")
        self._codes: Codes = {key: {} for key in KEYS}
        self._values: dict[tuple[str, int], str] = {}
        for name, code, value in self._connection.execute("SELECT name, code, value FROM value"):
            self._codes[name][value] = code
            self._values[name, code] = value

    def search(self, question: Question) -> Page:
        """Collect what answers once; count, order and fetch from that."""
        match, (conditions, arguments) = expression(question), self._conditions(question)
        is_everything = not match and not conditions
        table = "facet" if is_everything else "answer"
        if not is_everything:
            self._collect(match, conditions, arguments)
        total: int = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        ordered = self._ordered(question, match, conditions, table)
        offset = (question.page - 1) * PAGE_SIZE
        asked: Arguments = [match, *arguments] if match and not question.newest_first else []
        rows = self._connection.execute(f"{ordered} LIMIT {PAGE_SIZE} OFFSET {offset}", asked).fetchall()
        return Page(total, [self._hit(row[0], match) for row in rows], self._facets(is_everything))

    def words(self, question: Question) -> list[str]:
        """Suggest the most frequent words that begin so."""
        sql = "SELECT term FROM vocabulary WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT 10"
        return [
            row[0] for row in self._connection.execute(sql, (question.begun, f"{question.begun}\U0010ffff"))
        ]

    def update(self, record: Record) -> None:
        """Take the old texts out of the index, and put in the new ones."""
        connection = self._connection
        old = connection.execute(
            f"SELECT number, {TEXT_COLUMNS} FROM record WHERE id = ?", (record.id,)
        ).fetchone()
        marks = ", ".join("?" * len(TEXTS))
        connection.execute(
            f"INSERT INTO words (words, rowid, {TEXT_COLUMNS}) VALUES ('delete', ?, {marks})", old
        )
        number = old[0]
        values = ", ".join(f"{name} = ?" for name in (*STORED, "day"))
        stored = [*record.stored.values(), record.day, number]
        connection.execute(f"UPDATE record SET {values} WHERE number = ?", stored)
        row = _narrow((number, *record.keys.values(), record.day), self._codes)
        connection.execute(f"REPLACE INTO facet VALUES ({', '.join('?' * len(row))})", row)
        new = [number, *record.texts.values()]
        connection.execute(f"INSERT INTO words (rowid, {TEXT_COLUMNS}) VALUES (?, {marks})", new)
        connection.commit()

    def _conditions(self, question: Question) -> tuple[list[str], Arguments]:
        conditions = [f"facet.{name} = ?" for name, _ in question.filters]
        arguments: Arguments = [self._codes[name].get(value, -1) for name, value in question.filters]
        if question.days:
            conditions.append("facet.day BETWEEN ? AND ?")
            arguments += question.days
        return conditions, arguments

    def _collect(self, match: str, conditions: list[str], arguments: Arguments) -> None:
        self._connection.execute("DELETE FROM answer")
        if match:
            sql = f"SELECT words.rowid {_matching(conditions)}"
        else:
            sql = f"SELECT number FROM facet WHERE {' AND '.join(conditions)}"
        self._connection.execute(f"INSERT INTO answer {sql}", [match, *arguments] if match else arguments)

    def _ordered(self, question: Question, match: str, conditions: list[str], table: str) -> str:
        if question.newest_first:
            joined = "" if table == "facet" else "answer CROSS JOIN "
            return f"SELECT facet.number FROM {joined}facet {'USING (number)' if joined else ''} ORDER BY day DESC"
        if not match:
            return f"SELECT number FROM {table} ORDER BY number"
        if not conditions:
            return "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank"
        return f"SELECT number FROM (SELECT words.rowid AS number, bm25(words) AS s {_matching(conditions)}) ORDER BY s"

    def _facets(self, is_everything: bool) -> dict[str, Counts]:
        source = "facet" if is_everything else "answer CROSS JOIN facet USING (number)"
        counts = "SELECT facet.{0}, count(*) AS n FROM {1} GROUP BY 1 ORDER BY n DESC LIMIT {2}"
        return {
            name: [
                (self._values[name, code], count)
                for code, count in self._connection.execute(counts.format(name, source, TOP_VALUES))
            ]
            for name in FACETS
        }

    def _hit(self, number: int, match: str) -> Hit:
        columns = f"SELECT {', '.join(STORED)} FROM record WHERE number = ?"
        stored = dict(zip(STORED, self._connection.execute(columns, (number,)).fetchone(), strict=True))
        marked = self._connection.execute(MARKED, (match, number)).fetchone() if match else ()
        return Hit(stored, tuple(marked))


def expression(question: Question) -> str:
    """Write the text of a question in the syntax of FTS5; "" if it has none."""
    quoted = [f'"{word}"' for word in question.words or question.any_of]
    if question.phrase:
        return f'"{" ".join(question.phrase)}"'
    if question.person:
        return " AND ".join(f'persons:"{word}"' for word in question.person)
    if question.prefix:
        return f'"{question.prefix}"*'
    return (" OR " if question.any_of else " AND ").join(quoted)


def _matching(conditions: list[str]) -> str:
    if not conditions:
        return "FROM words WHERE words MATCH ?"
    joined = "FROM words CROSS JOIN facet ON facet.number = words.rowid WHERE words MATCH ? AND "
    return joined + " AND ".join(conditions)


def _rows(catalogue: Path) -> Iterator[list[str | int]]:
    for number, record in enumerate(records.read(catalogue), 1):
        yield [number, *record.stored.values(), record.day]


def _narrow(row: Sequence[Any], codes: Codes) -> list[int]:
    """Put codes in the place of the values between a number and a day."""
    number, *values, day = row
    coded = (codes[key].setdefault(value, len(codes[key])) for key, value in zip(KEYS, values, strict=True))
    return [number, *coded, day]
