"""Random and hostile questions, thrown at a running engine: what breaks, and what takes longest.

`python -m tests.catalogue.fuzz_questions --count 100000` asks the site that the environment's DATA_DIR names.
"""

import heapq
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import click
from flask import Flask
from sqlalchemy import func, select

import wsgi
from archive import clock, config
from archive.db import db
from catalogue import folding
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.search import finding, index, query
from catalogue.search.stop_words import STOP_WORDS

Parameters = list[tuple[str, str]]
Asker = Callable[[Parameters], None]

RUNGS = {index.EXACT, index.PREFIX, index.FUZZY, index.ANY, index.NONE, index.DEGRADED}
SLOWEST = 10  # questions kept
ERRORS = 20

SIGNS = [
    *"\"()|*-+?:~^&!{}[]<>/\\'’“”„",
    " ",
    "  ",
    " OR ",
    " AND ",
    " NOT ",
    " -",
    ' -"',
    " (",
    ") ",
    "*",
    "..",
]
SIGNS += [
    f"{name}:" for name in ("person", "leider", "instrument", "plaats", "label", "titel", "id", "jaar", "foo")
]
LITTLE = sorted(STOP_WORDS)
HOSTILE = [
    "' OR 1=1 --",
    "'; DROP TABLE entry; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "${jndi:ldap://x/y}",
    "../../etc/passwd",
    "%00%0a%0d",
    "\x00\x01\x1b[31m\x7f",
    "\u202egnitirw\u202c",
    "\ud800",
    "\ufeff\u200b\u200d",
    "🎷🎺🥁",
    "Z͑ͫ̓ͪ̂ͫ̽a̴̙l̖͈g͇̟o",
    "ﷺ" * 40,
    "ß" * 200,
    "null",
    "NaN",
    "-0",
    "1e309",
    "99999999999999999999",
    "jaar:0000..9999",
    "year:2099..1500",
    "id:",
    'id:"' + "-" * 300,
]
FILTERS = {
    "kind": ["recording", "image", "session", "lp"],
    "decade": ["1950", "undated", "1955"],
    "reuse": ["direct", "none", "?"],
    "instrument": ["ts", "tp", "'"],
    "person": ["x", "nr0000000"],
    "plays": ["x/ts", "/", "nr0000000/ts"],
    "from": ["1955", "abc", "9999"],
    "to": ["1950", "1965", "-1"],
    "sort": ["oldest", "newest", "added", "price", "?"],
    "page": ["2", "0", "9999", "x"],
}


@dataclass
class Report:
    """What came of a number of questions."""

    asked: int = 0
    seconds: float = 0.0
    slowest: list[tuple[float, str]] = field(default_factory=list)  # seconds and the address's parameters
    errors: list[str] = field(default_factory=list)

    def add(self, seconds: float, parameters: Parameters) -> None:
        """Count a question."""
        self.asked += 1
        self.seconds += seconds
        entry = (seconds, urlencode(parameters, errors="replace"))
        (heapq.heappush if len(self.slowest) < SLOWEST else heapq.heappushpop)(self.slowest, entry)

    def lines(self) -> Iterator[str]:
        """Say it for people."""
        each = 1000 * self.seconds / max(1, self.asked)
        yield f"{self.asked} questions, {each:.2f} ms each, {len(self.errors)} errors"
        for seconds, text in sorted(self.slowest, reverse=True):
            yield f"{1000 * seconds:9.1f} ms  {text[:160]}"
        yield from (f"ERROR {text}" for text in self.errors)


def throw(ask: Asker, count: int, seed: int, words: Sequence[str]) -> Report:
    """Ask a number of questions, the same for the same seed; stop at the twentieth error."""
    chance, report = random.Random(seed), Report()
    for _ in range(count):
        parameters = [("q", _question(chance, words)), *_filters(chance)]
        start = time.perf_counter()
        try:
            ask(parameters)
        except Exception as error:  # whatever it is, it is what we are looking for
            report.errors.append(f"{type(error).__name__}: {error} for {parameters!r}"[:2_000])
        report.add(time.perf_counter() - start, parameters)
        if len(report.errors) >= ERRORS:
            break
    return report


def engine(parameters: Parameters) -> None:
    """Ask the engine, and see that the answer makes sense."""
    asked = query.read(parameters)
    result = finding.find(asked, clock.now().date())
    assert result.rung in RUNGS
    assert result.rung != index.DEGRADED, "the index gave up"
    assert len(set(result.pids)) == len(result.pids) <= min(result.total, query.PAGE_SIZE)
    assert result.certain is None or 0 <= result.certain <= result.total
    assert all(count > 0 for values in result.facets.values() for _, count in values[: index.TOP_VALUES])


def pages(site: Flask, address: str) -> Asker:
    """Ask an address of a site as a browser does."""
    client = site.test_client()

    def ask(parameters: Parameters) -> None:
        response = client.get(f"{address}?{urlencode(parameters, errors='replace')}")
        # Too long an address is refused before anybody reads it.
        assert response.status_code in (200, 414), f"status {response.status_code}"

    return ask


def words_of_site(most: int = 5_000) -> list[str]:
    """Give words that entries and people of the site have, in an order that is no order."""
    texts = [
        *db.session.scalars(select(Entry.title).order_by(func.random()).limit(most)),
        *db.session.scalars(select(Agent.name).order_by(func.random()).limit(most)),
    ]
    return sorted({word for text in texts for word in folding.words(text or "")}) or ["jazz"]


def _question(chance: random.Random, words: Sequence[str]) -> str:
    make = chance.choices([_plain, _slipped, _signed, _understood, _endless, _any_text], [4, 3, 6, 2, 1, 2])[
        0
    ]
    return make(chance, words)


def _plain(chance: random.Random, words: Sequence[str]) -> str:
    return " ".join(
        chance.choice([*LITTLE, *[chance.choice(words)] * 20]) for _ in range(chance.randint(1, 8))
    )


def _slipped(chance: random.Random, words: Sequence[str]) -> str:
    letters = list(_plain(chance, words))
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(letters) + 1)
        letters[place : place + chance.randint(0, 1)] = chance.choice(["", "x", "e", "ij"])
    return "".join(letters)


def _signed(chance: random.Random, words: Sequence[str]) -> str:
    parts = [
        chance.choice([*SIGNS, *words[:1], chance.choice(words), chance.choice(words), "1957"])
        for _ in range(30)
    ]
    return "".join(parts[: chance.randint(1, 30)])


def _understood(chance: random.Random, words: Sequence[str]) -> str:
    sign = chance.choice(["on", "op", "plays", "met", "with", "1957", "1955-1960", "jaren 50"])
    return f"{_plain(chance, words)} {sign} {_plain(chance, words)}"


def _endless(chance: random.Random, words: Sequence[str]) -> str:
    piece: str = chance.choice(
        [*SIGNS, "a ", "de ", "(a OR ", "-(", '"', f"{chance.choice(words)} ", "a*", f"{words[0][:2]}* "]
    )
    times = chance.choice([10, 100, 1_000, 10_000])
    return piece * times


def _any_text(chance: random.Random, words: Sequence[str]) -> str:
    if chance.random() < 0.5:
        return f"{chance.choice(HOSTILE)} {chance.choice(words)}"
    return "".join(chr(chance.choice([chance.randrange(0x250), chance.randrange(0xD800)])) for _ in range(40))


def _filters(chance: random.Random) -> Parameters:
    names = chance.sample(sorted(FILTERS), chance.choice([0, 0, 0, 1, 2]))
    return [(name, chance.choice(FILTERS[name])) for name in names]


@click.command()
@click.option("--count", default=10_000, show_default=True, help="How many questions.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same questions.")
@click.option("--through", type=click.Choice(["engine", "page", "api"]), default="engine", show_default=True)
def main(count: int, seed: int, through: str) -> None:
    """Throw questions at the site in DATA_DIR; fail if one breaks it."""
    site = wsgi.create_app(config.read(os.environ))
    with site.app_context():
        words = words_of_site()
        db.session.remove()
    asker = (
        engine
        if through == "engine"
        else pages(site, "/nl/search" if through == "page" else "/api/v1/search")
    )
    with site.test_request_context("/nl/search"):
        report = throw(asker, count, seed, words)
    for line in report.lines():
        click.echo(line)
    sys.exit(1 if report.errors else 0)


if __name__ == "__main__":
    main()
