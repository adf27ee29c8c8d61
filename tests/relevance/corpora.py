"""The collections that relevance is measured on, each in an index of its own: by default the site's own engine, with
OPENSEARCH_URL that of OpenSearch. Only the seam is used, so what is measured is the contract with any engine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from flask import Flask
from sqlalchemy import select

import wsgi
from archive import clock, config
from archive.db import db
from archive.transactions import transaction
from catalogue.agents import Agent, AgentKind
from catalogue.demo import load, naming
from catalogue.demo.content import Content
from catalogue.demo.describing import Describer
from catalogue.importing import run
from catalogue.search import collecting, query
from catalogue.search.document import Document
from catalogue.search.index import SearchIndex, SearchResult
from tests import databases
from tests.relevance import concerts

TODAY = date(2026, 11, 22)
MAX_PAGES = 40

SOLOS = Path("recordings/wjd_solos.csv")


@dataclass(frozen=True)
class Corpus:
    """One collection in an index; `people` are the names of persons as the catalogue shows them."""

    name: str
    site: Flask = field(repr=False)
    everything: tuple[Document, ...] = field(repr=False)  # what waits for the end of an embargo included
    people: frozenset[str] = field(repr=False)

    @property
    def index(self) -> SearchIndex:
        """The engine that is measured."""
        engine: SearchIndex = self.site.extensions["search_index"]
        return engine

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """What the public may find today."""
        return tuple(one for one in self.everything if one.embargo <= _day_number(TODAY))

    @cached_property
    def by_pid(self) -> dict[str, Document]:
        """The public documents by pid."""
        return {one.pid: one for one in self.documents}

    def find(self, q: str, *parameters: tuple[str, str]) -> SearchResult:
        """Ask one page."""
        return self.index.search(query.read([("q", q), *parameters]), TODAY)

    def find_all(self, q: str, *parameters: tuple[str, str], at_most: int = 10_000) -> tuple[str, ...]:
        """Ask page after page for the pids of all that answers, in order."""
        found: list[str] = []
        for page in range(1, MAX_PAGES + 1):
            result = self.find(q, *parameters, ("page", str(page)))
            found += result.pids
            if len(found) >= min(result.total, at_most) or not result.pids:
                break
        return tuple(found[:at_most])


def of_demo(folder: Path, content: Content) -> Corpus:
    """Describe the demo collection, without its files."""
    with _site(folder, "demo") as site:
        moment = clock.now()
        with transaction():
            known = naming.ensure(content)
        describer = Describer(content, known, moment, load.publication(content, moment))
        with transaction():
            for pid, describe in describer.steps():
                known.entries[pid] = describe().id
        return _of_database("demo", site)


def of_solos(folder: Path, real_data: Path) -> Corpus:
    """Import the Weimar Jazz Database."""
    with _site(folder, "solos") as site:
        run.write(real_data / SOLOS, None, lambda _done, _all: None, clock.now())
        return _of_database("solos", site)


def of_concerts(folder: Path, real_data: Path) -> Corpus:
    """Read the concerts of Carnegie Hall."""
    with _site(folder, "concerts") as site:
        everything = tuple(concerts.documents(real_data / concerts.FILE))
        people = frozenset(bearer.shown for one in everything for bearer in one.bearers)
        return _indexed(Corpus("concerts", site, everything, people))


@contextmanager
def _site(folder: Path, name: str) -> Iterator[Flask]:
    """Make a site with empty tables, inside its application context."""
    site = wsgi.create_app(_settings(folder, name))
    with site.app_context():
        databases.make_tables(site)
        try:
            yield site
        finally:
            db.session.remove()


def _settings(folder: Path, name: str) -> config.Settings:
    environ = {"DATA_DIR": str(folder / name), "BASE_URL": "http://localhost"}
    server = os.environ.get("OPENSEARCH_URL")
    return config.read(environ | ({"SEARCH_URL": f"{server.rstrip('/')}/relevance-{name}"} if server else {}))


def _indexed(corpus: Corpus) -> Corpus:
    corpus.index.rebuild([corpus.everything], lambda _done: None)
    return corpus


def _of_database(name: str, site: Flask) -> Corpus:
    everything = tuple(one for batch in collecting.every_batch() for one in batch)
    people = frozenset(db.session.scalars(select(Agent.name).where(Agent.kind == AgentKind.PERSON)))
    return _indexed(Corpus(name, site, everything, people))


def _day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def close(corpus: Corpus) -> None:
    """Let go of its files."""
    corpus.index.close()
    with corpus.site.app_context():
        for engine in db.engines.values():
            engine.dispose()
