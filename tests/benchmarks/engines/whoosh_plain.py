"""What both set-ups of plain Whoosh share: analysis, fields to filter by, and questions written for its parser."""

from importlib import metadata
from pathlib import Path
from typing import Any, ClassVar

from whoosh import analysis, fields, index, query
from whoosh.support.charset import accent_map

from tests.benchmarks import records
from tests.benchmarks.engines.engine import Counts, Engine
from tests.benchmarks.questions import Question
from tests.benchmarks.records import KEYS, TEXTS, TOP_VALUES, Record

MEMORY_MB = 512


class PlainWhoosh(Engine):
    """An index written by Whoosh's own writer."""

    schema: ClassVar[Any]

    @staticmethod
    def version() -> str:
        """Name the package."""
        return f"Whoosh-Reloaded {metadata.version('whoosh-reloaded')}"

    def build(self, catalogue: Path) -> None:
        """Write in one commit."""
        self.folder.mkdir(parents=True)
        writer = index.create_in(str(self.folder), self.schema).writer(limitmb=MEMORY_MB)
        for record in records.read(catalogue):
            writer.add_document(**self.values(record))
        writer.commit()

    def values(self, record: Record) -> dict[str, Any]:
        """Return the values of a record's fields."""
        return {"id": record.id, "day": record.day, **record.texts, **record.keys}

    def update(self, record: Record) -> None:
        """Replace one document, in a commit."""
        writer = index.open_dir(str(self.folder)).writer()
        writer.update_document(**self.values(record))
        writer.commit()
        self.open()


def analyser() -> Any:
    """Return what cuts texts into folded words."""
    return analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter() | analysis.CharsetFilter(accent_map)


def key_fields() -> dict[str, Any]:
    """Return the fields that are filtered by, counted and sorted by."""
    keys = {name: fields.ID(sortable=True, stored=True) for name in KEYS}
    return {**keys, "day": fields.NUMERIC(int, sortable=True, stored=True)}


def filter_of(question: Question) -> Any:
    """Return the filters of a question as one query; None without any."""
    filters = [query.Term(name, value) for name, value in question.filters]
    if question.days:
        filters.append(query.NumericRange("day", *question.days))
    return query.And(filters) if filters else None


def expression(question: Question) -> str:
    """Write the text of a question for the parser; "" if it has none."""
    if question.any_of:
        return " OR ".join(question.any_of)
    if question.phrase:
        return f'"{" ".join(question.phrase)}"'
    if question.person:
        return f"persons:({' '.join(question.person)})"
    if question.prefix:
        return f"{question.prefix}*"
    if question.fuzzy:
        return f"{question.fuzzy}~1/1"
    return " ".join(question.words)


def most_frequent(counts: dict[str, int]) -> Counts:
    """Return the values shown of a facet."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP_VALUES]


def stored(values: dict[str, Any]) -> dict[str, str]:
    """Return what is stored of a document, less what only serves to sort."""
    return {name: value for name, value in values.items() if name != "day"} | dict.fromkeys(
        set(TEXTS) - set(values), ""
    )
