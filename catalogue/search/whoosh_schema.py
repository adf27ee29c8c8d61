"""How a document lies in a Whoosh index: fields that are searched, and a record to make columns of."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from whoosh import fields, formats

from catalogue.search import analysis
from catalogue.search.document import Document

# Part of the name of every index folder: an index of another format is made anew.
# Count up with each change of fields or analysis.
FORMAT = 1


class Record(NamedTuple):
    """What is read back for every document when an index is opened."""

    pid: str
    digest: str
    kind: str
    lengths: tuple[int, ...]  # words of each field in analysis.LENGTH_SHARES
    facets: dict[str, tuple[str, ...]]
    lo: int | None
    hi: int | None
    price: int | None
    embargo: int
    added: int


class WordsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """Takes in words that have been found already, each with its place."""

    def __init__(self) -> None:
        super().__init__(format=formats.Positions(), analyzer=None)

    def index(
        self, value: list[tuple[str, int]], **_options: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Give each word once with its number, weight and places, as Whoosh's writer wants it."""
        places: dict[str, set[int]] = {}
        for word, place in value:
            places.setdefault(word, set()).add(place)
        for word, found in places.items():
            yield word.encode(), len(found), float(len(found)), self.format.encode(sorted(found))


def schema() -> Any:
    """Return the schema of the index."""
    words = {
        name: WordsField() for name in (*analysis.WORD_FIELDS, *analysis.STEM_FIELDS, *analysis.KEY_FIELDS)
    }
    return fields.Schema(
        pid=fields.ID(unique=True, stored=True), record=fields.STORED, texts=fields.STORED, **words
    )


def values(document: Document) -> dict[str, Any]:
    """Return the values of the fields of a document."""
    found = {
        "title": list(analysis.tokens(document.titles)),
        "names": list(analysis.tokens(dict.fromkeys(name.text for name in document.names))),
        "subjects": list(analysis.tokens(document.subjects)),
        "places": list(analysis.tokens(document.places)),
        "prose": list(analysis.tokens(document.prose)),
        "stems_nl": _unplaced(analysis.stems("nl", document.words_nl)),
        "stems_en": _unplaced(analysis.stems("en", document.words_en)),
        "marks": _unplaced([analysis.mark(text) for text in document.marks]),
        "wholes": _unplaced([analysis.whole(text) for text in document.titles]),
    }
    lengths = tuple(len(found[name]) for name in analysis.LENGTH_SHARES)
    filled: dict[str, Any] = {name: words for name, words in found.items() if words}
    return {
        "pid": document.pid,
        "record": tuple(_record(document, lengths)),
        "texts": _texts(document),
        **filled,
    }


def _unplaced(words: list[str]) -> list[tuple[str, int]]:
    return [(word, 0) for word in words if word]


def _texts(document: Document) -> dict[str, list[str]]:
    """Keep what an answer is explained with: what a card shows, and by kind what it does not."""
    return {
        "seen": [document.titles[0], *dict.fromkeys(name.shown for name in document.names)],
        "name": list(dict.fromkeys(name.text for name in document.names if name.text != name.shown)),
        "title": list(document.titles[1:]),
        "number": list(document.marks),
        "text": list(document.prose),
    }


def _record(document: Document, lengths: tuple[int, ...]) -> Record:
    return Record(
        pid=document.pid,
        digest=document.digest,
        kind=document.kind,
        lengths=lengths,
        facets={
            "kind": (document.kind,),
            "reuse": (document.reuse,) if document.reuse else (),
            "place": document.place_pids,
            "instrument": document.instruments,
            "person": document.persons,
            "decade": document.decades,
            "collection": document.collections,
        },
        lo=document.lo,
        hi=document.hi,
        price=document.price,
        embargo=document.embargo,
        added=document.added,
    )
