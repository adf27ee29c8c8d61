"""How the made-up catalogue is told to our own search: records as documents, questions in the syntax of the site."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue.search.document import Bearer, Document, Part
from catalogue.search.engine.expanding import EVERY_BIT
from catalogue.search.engine.shape import DECADE, Shape
from catalogue.search.query import SearchQuery
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, KEYS, Record

COLUMNS = tuple(name for name in FACETS if name != DECADE)  # decades are worked out from dates
# The other engines do not stem, and look for slips of the pen in all texts.
SHAPE = Shape(
    counted=COLUMNS,
    kept=tuple(name for name in KEYS if name not in FACETS),
    languages=(),
    slips=EVERY_BIT,
)


@dataclass(frozen=True)
class RecordDocument(Document):
    """A document that is filtered and counted by what the records have."""

    keys: Mapping[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, tuple[str, ...]]:
        """Return the values by name."""
        return {name: (self.keys[name],) for name in SHAPE.names}


def document(record: Record) -> RecordDocument:
    """Put each text where the site would. Ensembles stand as labels: the records do not count them as persons."""
    persons = [Bearer(Part.PERSON, name, (name,)) for name in record.names]
    ensembles = [Bearer(Part.LABEL, name, (name,)) for name in (record.texts["ensemble"],) if name]
    return RecordDocument(
        pid=record.id,
        kind=record.keys["kind"],
        titles=(record.texts["title"],),
        bearers=(*persons, *ensembles),
        places=(record.texts["venue"],),
        prose=(record.texts["description"],),
        lo=record.day,
        hi=record.day,
        keys=record.keys,
    )


def query(question: Question) -> SearchQuery:
    """Write a question as somebody would type and tick it."""
    first, last = question.days or (None, None)
    return SearchQuery(
        q=text(question),
        filters=tuple((name, (_value(name, value),)) for name, value in question.filters),
        from_year=first // 10_000 if first else None,
        to_year=last // 10_000 if last else None,
        sort=_sort(question),
        page=question.page,
    )


def text(question: Question) -> str:
    """Return what is typed."""
    if question.any_of:
        return " OR ".join(question.any_of)
    if question.phrase:
        return f'"{" ".join(question.phrase)}"'
    if question.person:
        return f"person:({' '.join(question.person)})"
    if question.prefix:
        return f"{question.prefix}*"
    return question.fuzzy or question.misspelt or " ".join(question.words)


def _sort(question: Question) -> str:
    if question.newest_first:
        return "newest"
    return "relevance" if text(question) else "added"


def _value(name: str, value: str) -> str:
    return value.removesuffix("s") if name == DECADE else value


def shown(name: str, value: str) -> str:
    """Return a value as the records have it."""
    return f"{value}s" if name == DECADE else value
