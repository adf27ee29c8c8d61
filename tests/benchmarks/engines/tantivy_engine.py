"""Tantivy through its Python binding: one field of all texts, fast fields for filters, aggregations for facets."""

from importlib import metadata
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from tests.benchmarks import questions, records
from tests.benchmarks.engines.engine import Engine, Hit, Page
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, KEYS, PAGE_SIZE, TEXTS, TOP_VALUES, Record

WRITER_BYTES = 400_000_000
WRITER_THREADS = 2
MARKED = (("title", 200), ("description", 200))  # characters of a passage

Clause = tuple[Occur, Query]

_FACETS = {name: {"terms": {"field": name, "size": TOP_VALUES}} for name in FACETS}


class Tantivy(Engine):
    """An index folder of tantivy's own."""

    kinds = frozenset(questions.KINDS) - {"didyoumean"}

    @staticmethod
    def version() -> str:
        """Name the binding."""
        return f"tantivy {metadata.version('tantivy')}"

    def build(self, catalogue: Path) -> None:
        """Write with two threads."""
        self.folder.mkdir(parents=True)
        index = _registered(tantivy.Index(_schema(), path=str(self.folder)))
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=WRITER_THREADS)
        for record in records.read(catalogue):
            writer.add_document(_document(record))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        """Open the newest state."""
        self._index = _registered(tantivy.Index.open(str(self.folder)))
        self._schema = self._index.schema
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: Question) -> Page:
        """Ask for hits and counts; mark each hit's texts."""
        texts = self._texts(question, "text")
        clauses = [*texts, *self._filters(question)]
        query = Query.boolean_query(clauses) if clauses else Query.all_query()
        found = self._searcher.search(
            query,
            limit=PAGE_SIZE,
            offset=(question.page - 1) * PAGE_SIZE,
            count=True,
            order_by_field="day" if question.newest_first else None,
        )
        counts = self._searcher.aggregate(query, _FACETS)
        facets = {
            name: [(one["key"], one["doc_count"]) for one in counts[name]["buckets"]] for name in FACETS
        }
        markers = [self._marker(question, *marked) for marked in MARKED] if texts else []
        hits = [_hit(self._searcher.doc(address), markers) for _, address in found.hits]
        return Page(found.count, hits, facets)  # type: ignore[attr-defined]  # missing in its types

    def words(self, question: Question) -> list[str]:
        """Suggest the most frequent words that begin so."""
        found = self._searcher.terms_with_prefix("text", question.begun)
        return [word for word, _ in sorted(found, key=lambda pair: -pair[1])[:10]]

    def update(self, record: Record) -> None:
        """Delete by id and add, in one commit."""
        writer = self._index.writer(heap_size=15_000_000, num_threads=1)
        writer.delete_documents_by_term("id", record.id)
        writer.add_document(_document(record))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _texts(self, question: Question, field: str) -> list[Clause]:
        must = [self._word(field, word) for word in question.words]
        must += [self._word("persons", word) for word in question.person]
        if question.any_of:
            must.append(self._any(field, question.any_of))
        if question.phrase:
            # Passages are marked word by word: their fields have no positions.
            is_whole = field == "text"
            phrase = list[str | tuple[int, str]](question.phrase)
            must.append(
                Query.phrase_query(self._schema, field, phrase)
                if is_whole
                else self._any(field, question.phrase)
            )
        if question.prefix:
            must.append(Query.regex_query(self._schema, field, f"{question.prefix}.*"))
        if question.fuzzy:
            must.append(Query.fuzzy_term_query(self._schema, field, question.fuzzy, 1, False))
        return [(Occur.Must, query) for query in must]

    def _word(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word)

    def _any(self, field: str, words: tuple[str, ...]) -> Query:
        return Query.boolean_query([(Occur.Should, self._word(field, word)) for word in words])

    def _filters(self, question: Question) -> list[Clause]:
        filters = [Query.term_query(self._schema, name, value, "basic") for name, value in question.filters]
        if question.days:
            first, last = question.days
            filters.append(Query.range_query(self._schema, "day", tantivy.FieldType.Integer, first, last))
        return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters]

    def _marker(self, question: Question, field: str, characters: int) -> tantivy.SnippetGenerator:
        query = Query.boolean_query(self._texts(question, field))
        marker = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, field)
        marker.set_max_num_chars(characters)
        return marker


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="folded")
    for name in ("title", "description", "persons"):
        builder.add_text_field(name, stored=True, tokenizer_name="folded", index_option="freq")
    for name in ("ensemble", "venue", "date"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in KEYS:
        builder.add_text_field(name, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", stored=True, indexed=True, fast=True)
    return builder.build()


def _registered(index: tantivy.Index) -> tantivy.Index:
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    folded = analyser.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    index.register_tokenizer("folded", folded.build())
    return index


def _document(record: Record) -> tantivy.Document:
    document = tantivy.Document()
    for name in TEXTS:
        document.add_text("text", record.texts[name])
    for name, value in record.stored.items():
        document.add_text(name, value)
    document.add_integer("day", record.day)
    return document


def _hit(document: tantivy.Document, markers: list[tantivy.SnippetGenerator]) -> Hit:
    stored = {name: values[0] for name, values in document.to_dict().items()}
    return Hit(stored, tuple(marker.snippet_from_doc(document).to_html() for marker in markers))
