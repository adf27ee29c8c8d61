"""Whoosh as its documentation shows it: a field for each text, a parser over all, a searcher for each question."""

from typing import Any

from whoosh import fields, index, qparser
from whoosh import query as queries

from tests.benchmarks.engines import whoosh_plain
from tests.benchmarks.engines.engine import Hit, Page
from tests.benchmarks.engines.whoosh_plain import PlainWhoosh
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, PAGE_SIZE, TEXTS


class NaiveWhoosh(PlainWhoosh):
    """What a first attempt is likely to be."""

    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        **{name: fields.TEXT(analyzer=whoosh_plain.analyser(), stored=True) for name in TEXTS},
        **whoosh_plain.key_fields(),
    )

    def open(self) -> None:
        """Open the index, no searcher."""
        self._index = index.open_dir(str(self.folder))

    def search(self, question: Question) -> Page:
        """Search with everything Whoosh offers for it."""
        text = whoosh_plain.expression(question)
        parser = qparser.MultifieldParser(TEXTS, self._index.schema)
        parser.add_plugin(qparser.FuzzyTermPlugin())
        order = {"sortedby": "day", "reverse": True} if question.newest_first else {}
        with self._index.searcher() as searcher:
            found = searcher.search_page(
                parser.parse(text) if text else queries.Every(),
                question.page,
                pagelen=PAGE_SIZE,
                groupedby=list(FACETS),
                filter=whoosh_plain.filter_of(question),
                **order,
            )
            groups = {name: found.results.groups(name) for name in FACETS}
            facets = {
                name: whoosh_plain.most_frequent({value: len(rows) for value, rows in group.items()})
                for name, group in groups.items()
            }
            return Page(len(found), [_hit(hit, bool(text)) for hit in found], facets)

    def words(self, question: Question) -> list[str]:
        """Suggest from titles and descriptions."""
        with self._index.searcher() as searcher:
            if question.misspelt:
                found: list[str] = searcher.suggest(
                    "description", question.misspelt, limit=5, maxdist=2, prefix=1
                )
                return found
            return _begun(searcher.reader(), question.begun)


def _begun(reader: Any, letters: str) -> list[str]:
    counts: dict[str, int] = {}
    for name in ("title", "description"):
        for word in reader.expand_prefix(name, letters):
            counts[word.decode()] = counts.get(word.decode(), 0) + reader.doc_frequency(name, word)
    return sorted(counts, key=lambda word: -counts[word])[:10]


def _hit(found: Any, is_marked: bool) -> Hit:
    marked = (found.highlights("title"), found.highlights("description")) if is_marked else ()
    return Hit(whoosh_plain.stored(found.fields()), marked)
