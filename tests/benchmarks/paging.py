"""Pages over HTTP: our search behind Flask beside Datasette, both on this machine, asked in turn."""

import json
import socket
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from tests.benchmarks import contestants, http_peer, machine, questions, results, searching
from tests.benchmarks.engines import known, mapping
from tests.benchmarks.http_load import Server
from tests.benchmarks.questions import Question
from tests.benchmarks.work import Work

# Those that both can answer.
KINDS = ("rare", "common", "and", "or", "phrase", "browse", "filtered", "sortdate", "matchall")
ALL = "all"
PEER, PEER_SOURCE = "datasette", "fts5"

Facts = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """How thoroughly to ask."""

    size: int
    per_kind: int = 8
    repeat: int = 3
    clients: int = 4
    seconds: float = 8.0


@dataclass(frozen=True)
class Site:
    """One of the two, running."""

    version: str
    server: Server
    address: Callable[[Question], str]
    total: Callable[[Facts], int | None]  # None for a page that lacks something


def run(work: Work, options: Options) -> Facts:
    """Ask both, print and return what was found."""
    here = machine.describe()
    print(here, flush=True)
    made = questions.make(work.catalogues, options.size, options.per_kind)
    asked = [question for question in made if question.kind in KINDS]
    database = _ensure_indexes(work, options.size)
    with _running(work, options.size, database) as sites:
        engines = _ask(sites, asked, options)
    show(engines, options)
    return {**searching.heading("http", options.size, here), "clients": options.clients, "engines": engines}


def show(engines: Mapping[str, Facts], options: Options) -> None:
    """Print what was found."""
    print(f"\nms over HTTP, p50 / p95, one client\n{'':10}" + "".join(f"{name:>24}" for name in engines))
    for kind in KINDS:
        cells = (facts["latency"][kind] for facts in engines.values())
        print(f"{kind:10}" + "".join(f"{cell['p50']:>14.1f} /{cell['p95']:>8.1f}" for cell in cells))
    for name, facts in engines.items():
        whole = facts["latency"][ALL]
        print(
            f"{name}: median {whole['p50']:.1f} ms, p95 {whole['p95']:.1f} ms; {facts['pages_per_second']:.0f} pages/s"
            f" for {options.clients} clients; faults: {'; '.join(facts['faults']) or 'none'}"
        )


def _ensure_indexes(work: Work, size: int) -> Path:
    with contestants.ready(work, size, (known.OURS, PEER_SOURCE)) as found:
        for name, reason in found.skipped.items():
            raise click.ClickException(f"{name}: {reason}")
        database = work.index(size, PEER) / "catalogue.db"
        http_peer.ensure_database(work.index(size, PEER_SOURCE) / "catalogue.db", database)
    return database


@contextmanager
def _running(work: Work, size: int, database: Path) -> Iterator[dict[str, Site]]:
    logs = work.root / "logs"
    logs.mkdir(exist_ok=True)
    ports = [_free_port(), _free_port()]
    ours = [
        sys.executable,
        "-m",
        "tests.benchmarks.http_site",
        str(work.index(size, known.OURS)),
        str(ports[0]),
    ]
    with ExitStack() as stack:
        servers = []
        commands = {known.OURS: ours, PEER: http_peer.command(database, ports[1])}
        for (name, command), port in zip(commands.items(), ports, strict=True):
            servers.append(Server(command, port, logs / f"{name}.log"))
            stack.callback(servers[-1].close)
        yield {
            known.OURS: Site(_versions("flask", "waitress"), servers[0], _address, _total),
            PEER: Site(_versions("datasette"), servers[1], http_peer.address, http_peer.total),
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {metadata.version(package)}" for package in packages)


def _address(question: Question) -> str:
    query = mapping.query(question)
    given: dict[str, Any] = {"q": query.q, "sort": query.sort, "page": query.page}
    given |= dict(query.filters)
    if question.days:
        given |= {"from": query.from_year, "to": query.to_year}
    return f"/search?{urlencode(given, doseq=True)}"


def _total(answer: Facts) -> int | None:
    total: int = answer["total"]
    return total


def _ask(sites: Mapping[str, Site], asked: Sequence[Question], options: Options) -> dict[str, Facts]:
    taken: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in sites}
    faults: dict[str, list[str]] = {name: [] for name in sites}
    for number, question in enumerate(asked):
        order = list(sites)[:: 1 if number % 2 else -1]
        best, totals = _best(sites, order, question, options.repeat)
        for name in sites:
            taken[name][question.kind].append(best[name])
            if totals[name] is None or totals[name] != totals[known.OURS]:
                faults[name].append(
                    f"{question.kind} {question.number}: {totals[name]} of {totals[known.OURS]} found"
                )
    return {name: _facts(site, asked, taken[name], faults[name], options) for name, site in sites.items()}


def _best(
    sites: Mapping[str, Site], order: Sequence[str], question: Question, repeat: int
) -> tuple[dict[str, float], dict[str, int | None]]:
    best: dict[str, float] = {}
    totals: dict[str, int | None] = {}
    for _ in range(repeat):
        for name in order:
            fetched = sites[name].server.fetch(sites[name].address(question))
            best[name] = min(best.get(name, fetched.ms), fetched.ms)
            totals[name] = sites[name].total(json.loads(fetched.body)) if fetched.status == 200 else None
    return best, totals


def _facts(
    site: Site,
    asked: Sequence[Question],
    taken: Mapping[str, list[float]],
    faults: list[str],
    options: Options,
) -> Facts:
    whole = {**taken, ALL: [ms for values in taken.values() for ms in values]}
    addresses = [site.address(question) for question in asked]
    return {
        "version": site.version,
        "latency": {
            kind: {"p50": results.percentile(values, 0.5), "p95": results.percentile(values, 0.95)}
            for kind, values in whole.items()
        },
        "faults": faults,
        "pages_per_second": site.server.pages_per_second(addresses, options.clients, options.seconds),
    }
