"""The collections that relevance is measured on, each in an index of its own: by default the site's own engine, with
OPENSEARCH_URL that of OpenSearch. Only the seam is used, so what is measured is the contract with any engine."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from flask import Flask
from sqlalchemy import select

import wsgi
from archive import clock
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
from tests.opensearch import engines
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


def engine_name() -> str:
    """Name the engine that is measured."""
    return engines.OPENSEARCH if os.environ.get("OPENSEARCH_URL") else engines.EMBEDDED


@contextmanager
def of_demo(folder: Path, content: Content) -> Iterator[Corpus]:
    """Describe the demo collection, without its files."""

    def fill() -> None:
        moment = clock.now()
        with transaction():
            known = naming.ensure(content)
        describer = Describer(content, known, moment, load.publication(content, moment))
        with transaction():
            for pid, describe in describer.steps():
                known.entries[pid] = describe().id

    with _site(folder, "demo") as site:
        yield _of_database("demo", site, fill)


@contextmanager
def of_solos(folder: Path, real_data: Path) -> Iterator[Corpus]:
    """Import the Weimar Jazz Database."""
    with _site(folder, "solos") as site:
        yield _of_database(
            "solos",
            site,
            lambda: run.write(real_data / SOLOS, None, lambda _done, _all: None, clock.now()),
        )


@contextmanager
def of_concerts(folder: Path, real_data: Path) -> Iterator[Corpus]:
    """Read the concerts of Carnegie Hall."""
    with _site(folder, "concerts") as site:
        everything = tuple(concerts.documents(real_data / concerts.FILE))
        people = frozenset(bearer.shown for one in everything for bearer in one.bearers)
        yield _indexed(Corpus("concerts", site, everything, people))


@contextmanager
def _site(folder: Path, name: str) -> Iterator[Flask]:
    """Make a site with the engine that is measured, and close both afterwards."""
    site = wsgi.create_app(
        databases.settings({"DATA_DIR": str(folder / name), "BASE_URL": "http://localhost"})
    )
    with ExitStack() as stack:
        if engine_name() == engines.OPENSEARCH:
            site.extensions["search_index"] = stack.enter_context(engines.opened(engines.OPENSEARCH, folder))
        yield site
        site.extensions["search_index"].close()
        with site.app_context():
            for engine in db.engines.values():
                engine.dispose()


def _of_database(name: str, site: Flask, fill: Callable[[], object]) -> Corpus:
    """Fill the tables, and index what they hold."""
    with site.app_context():
        databases.make_tables(site)
        fill()
        everything = tuple(one for batch in collecting.every_batch() for one in batch)
        people = frozenset(db.session.scalars(select(Agent.name).where(Agent.kind == AgentKind.PERSON)))
        db.session.remove()
    return _indexed(Corpus(name, site, everything, people))


def _indexed(corpus: Corpus) -> Corpus:
    corpus.index.rebuild([corpus.everything], lambda _done: None)
    return corpus


def _day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
