"""Our own search through its seam: the way of a question on the site, from what is typed to a page.

The site shows what its database holds of the entries found; here the texts that the index keeps stand for it.
"""

from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from datetime import date
from itertools import islice
from pathlib import Path

from catalogue.search.index import Found, SearchResult
from catalogue.search.query import SearchQuery
from catalogue.search.whoosh_index import WhooshIndex
from tests.benchmarks import records, vocabulary
from tests.benchmarks.engines import mapping
from tests.benchmarks.engines.engine import Engine, Hit, Page, Reading
from tests.benchmarks.engines.mapping import RecordDocument
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, PAGE_SIZE, TOP_VALUES, Record

SETUP = Path(__file__).parents[3] / "setup.cfg"  # run in its checkout, the project is not installed
BATCH = 1_000
TODAY = date(2026, 1, 1)  # nothing here is embargoed
SUGGESTED = 10


class Nachtregister(Engine):
    """The index of the site, in a shape of its own for these records."""

    reading = Reading.LADDER

    @staticmethod
    def version() -> str:
        """Name the site's version."""
        about = ConfigParser()
        about.read(SETUP, encoding="utf-8")
        return f"Nachtregister {about['metadata']['version']}"

    def build(self, catalogue: Path) -> None:
        """Fill the index as the site does when it makes it anew."""
        self.folder.mkdir(parents=True)
        index = self._new_index()
        index.rebuild(_documents(catalogue), lambda _done: None)
        index.close()

    def open(self) -> None:
        """Make the index read its newest state."""
        self._index = self._new_index()
        self._index.search(SearchQuery(sort="added"), TODAY)

    def search(self, question: Question) -> Page:
        """Ask as somebody on the site would."""
        return self.page(mapping.query(question))

    def page(self, query: SearchQuery) -> Page:
        """Make a page; the site's holds 24 entries, of which as many are shown here as of the others."""
        result = self._index.search(query, TODAY)
        pids = result.pids[:PAGE_SIZE]
        facets = {
            name: [(mapping.shown(name, value), count) for value, count in result.facets[name][:TOP_VALUES]]
            for name in FACETS
        }
        return Page(
            result.total,
            [Hit(texts, _marked(result, pid)) for pid, texts in zip(pids, self._stored(pids), strict=True)],
            facets,
        )

    def words(self, question: Question) -> list[str]:
        """Offer another question, or titles that begin so; the names that the site offers too are not the index's."""
        if question.misspelt:
            better = self._index.search(mapping.query(question), TODAY).did_you_mean
            return [better] if better else []
        found: list[str] = []
        for kinds in (
            vocabulary.KINDS[:1],
            vocabulary.KINDS[1:],
        ):  # as the site asks for sessions and for the rest
            asked = SearchQuery(q=f"title:({question.begun}*)", filters=(("kind", kinds),))
            found += self._index.first(asked, TODAY, SUGGESTED // 2)
        return [stored["title"] for stored in self._stored(found)]

    def update(self, record: Record) -> None:
        """Apply a change as the job of the site does, and look for it."""
        self._index.apply([mapping.document(record)], ())
        self._index.search(SearchQuery(sort="added"), TODAY)

    def _new_index(self) -> WhooshIndex:
        return WhooshIndex(self.folder / "index", mapping.SHAPE)

    def _stored(self, pids: Sequence[str]) -> list[dict[str, str]]:
        """Return the texts that are kept of some entries."""
        return [
            {"id": pid, "title": title, "persons": ", ".join(names), "description": " ".join(texts["text"])}
            for pid, texts in zip(pids, self._index.texts(pids), strict=True)
            for title, *names in (texts["seen"],)
        ]


def _documents(catalogue: Path) -> Iterator[list[RecordDocument]]:
    found = map(mapping.document, records.read(catalogue))
    while batch := list(islice(found, BATCH)):
        yield batch


def _marked(result: SearchResult, pid: str) -> tuple[str, ...]:
    found: Found | None = result.highlights.get(pid)
    if found is None:
        return ()
    return ("".join(f"<b>{text}</b>" if is_marked else text for text, is_marked in found.pieces),)
