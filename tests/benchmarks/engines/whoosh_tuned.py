"""Whoosh as fast as it goes by itself: one field of all texts, one searcher for long, filters kept, counts alone."""

from typing import Any

from whoosh import analysis, fields, highlight, index, qparser, query, sorting
from whoosh.support.charset import accent_map

from tests.benchmarks.engines import whoosh_plain
from tests.benchmarks.engines.engine import Hit, Page
from tests.benchmarks.engines.whoosh_plain import PlainWhoosh
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, PAGE_SIZE, TEXTS, Record


def _analyser_of_all() -> Any:
    # Line breaks stand between texts: taken out again they leave a gap that no phrase runs across.
    words = (
        analysis.RegexTokenizer(r"\w+|\n") | analysis.LowercaseFilter() | analysis.CharsetFilter(accent_map)
    )
    return words | analysis.StopFilter(stoplist=["\n"], minsize=1, renumber=False)


class TunedWhoosh(PlainWhoosh):
    """All that its documentation and its code allow."""

    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        text=fields.TEXT(analyzer=_analyser_of_all()),
        persons=fields.TEXT(analyzer=whoosh_plain.analyser(), phrase=False, stored=True),
        **{name: fields.STORED for name in TEXTS if name != "persons"},
        **whoosh_plain.key_fields(),
    )

    def values(self, record: Record) -> dict[str, Any]:
        """Add all texts as one."""
        return {**super().values(record), "text": record.everything}

    def open(self) -> None:
        """Make the searcher and what marks texts."""
        self._searcher = index.open_dir(str(self.folder)).searcher()
        self._parser = qparser.QueryParser("text", self.schema)
        self._parser.add_plugin(qparser.FuzzyTermPlugin())
        self._marking = (
            whoosh_plain.analyser(),
            highlight.ContextFragmenter(maxchars=200, surround=40),
            highlight.HtmlFormatter(tagname="b"),
        )
        self._filters: dict[str, Any] = {}

    def search(self, question: Question) -> Page:
        """Search for as many as the page ends with."""
        text = whoosh_plain.expression(question)
        parsed = self._parser.parse(text) if text else query.Every()
        order = {"sortedby": "day", "reverse": True} if question.newest_first else {}
        last = question.page * PAGE_SIZE
        found = self._searcher.search(
            parsed,
            groupedby=list(FACETS),
            maptype=sorting.Count,
            filter=self._filter(question),
            limit=last,
            scored=bool(text),
            **order,
        )
        words = self._words(parsed) if text else frozenset()
        hits = [self._hit(row, words) for _, row in found.top_n[last - PAGE_SIZE : last]]
        facets = {name: whoosh_plain.most_frequent(found.groups(name)) for name in FACETS}
        return Page(len(found), hits, facets)

    def words(self, question: Question) -> list[str]:
        """Suggest from all texts."""
        if question.misspelt:
            near: list[str] = self._searcher.suggest("text", question.misspelt, limit=5, maxdist=2, prefix=1)
            return near
        reader = self._searcher.reader()
        found = [
            (reader.doc_frequency("text", word), word)
            for word in reader.expand_prefix("text", question.begun)
        ]
        return [word.decode() for _, word in sorted(found, key=lambda pair: -pair[0])[:10]]

    def _filter(self, question: Question) -> Any:
        """Return the rows that pass; Whoosh itself would find them anew each time."""
        wanted = whoosh_plain.filter_of(question)
        if wanted is None:
            return None
        key = repr(wanted)
        if key not in self._filters:
            self._filters[key] = self._searcher._query_to_comb(wanted)
        return self._filters[key]

    def _words(self, parsed: Any) -> frozenset[str]:
        found = parsed.existing_terms(self._searcher.reader(), phrases=True, expand=True)
        return frozenset(word.decode() if isinstance(word, bytes) else word for _, word in found)

    def _hit(self, row: int, words: frozenset[str]) -> Hit:
        stored = whoosh_plain.stored(self._searcher.stored_fields(row))
        if not words:
            return Hit(stored)
        texts = (stored["title"], stored["description"])
        return Hit(stored, tuple(highlight.highlight(text, words, *self._marking, top=2) for text in texts))
