"""Kill -9 of web server and job runner while the payment provider tells of thousands of things.

    python -m tests.journeys.kill_payments --deliveries 10000
    python -m tests.journeys.kill_payments --deliveries 10000 --postgres

In each round people order and pay, and all that the provider has had to tell so far is posted: shuffled,
doubled, a tenth of it never, some of it spoilt; both processes are killed and started again all the while. Then the
provider's open payments are read once more, and its books are compared with ours, to the cent.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from archive import clock, mail
from archive.transactions import transaction
from catalogue import entries
from licensing import orders, payments
from licensing.orders import LineKind, PricedLine
from tests.benchmarks import postgres_cluster
from tests.journeys import books, crashing, posting, stock
from tests.journeys.crashing import Killer, Site
from tests.journeys.posting import Event, Posted
from tests.licensing import sales

KILLS = 4  # of each process, in a round
UNHEARD = 0.1  # share of events that are never delivered
SETTLE_SECONDS = 240.0
# How an order ends, as often as it stands here.
ENDS = (
    *("ideal", "ideal", "card", "card", "bancontact", "sepa_debit"),
    *("fail, card", "sepa_debit_fails", "fail", "leaves"),
)
PAYING = frozenset({"ideal", "card", "bancontact", "sepa_debit", "fail, card"})


@dataclass
class Tally:
    """What was done to the site, and what is wrong with it in the end."""

    orders: Counter[str] = field(default_factory=Counter)
    events: int = 0
    unheard: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    posted: Posted = field(default_factory=Posted)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        answers = ", ".join(f"{count} x {status}" for status, count in self.posted.answers.items())
        return (
            f"{self.posted.total} deliveries of {self.events - self.unheard} events "
            f"({self.unheard} never delivered) about {self.orders.total()} orders; answers: {answers}, "
            f"no answer: {self.posted.unanswered}; killed: web {self.kills['web']}, "
            f"runner {self.kills['runner']}; {self.seconds:.0f} s"
        )


def run(site: Site, deliveries: int, count: int, rounds: int, seed: int) -> Tally:
    """Let it all happen to a site; the tally says what is wrong in the end."""
    chance, tally, began = random.Random(seed), Tally(), time.monotonic()
    for program in (site.sandbox, site.runner, site.web):
        program.start()
    assert crashing.wait_until(site.answers, 60)
    with site.opened():
        pids = stock.put_on_sale(2)
    act(site, "behaviour", drop=True, settle_seconds=1)  # we are the provider's postman
    heard: dict[str, bool] = {}
    for number in range(rounds):
        place_and_pay(site, pids, count // rounds, chance, tally)
        play_round(site, deliveries // rounds, number, heard, chance, tally)
    tally.events, tally.unheard = len(heard), sum(not told for told in heard.values())
    tally.wrong = settle(site, tally)
    tally.seconds = time.monotonic() - began
    return tally


def place_and_pay(site: Site, pids: Sequence[str], count: int, chance: random.Random, tally: Tally) -> None:
    """Place orders, every eighth for a licence, and let each end in its own way."""
    for _ in range(count):
        with site.opened():
            address = place(chance.choice(pids), chance, is_licence=chance.random() < 1 / 8)
        end = chance.choice(ENDS)
        tally.orders[end] += 1
        for outcome in end.split(", ") if end != "leaves" else ():
            requests.post(address, data={"outcome": outcome}, allow_redirects=False, timeout=30)


def place(pid: str, chance: random.Random, *, is_licence: bool) -> str:
    """Place one order; return where it can be paid."""
    with transaction():
        entry = entries.get(pid)
        line = sales.line_for(entry) if is_licence else tip(chance.randint(200, 5_000))
        order = sales.placed([line], moment=clock.now())
        order.buyer_email = f"{order.number}@buyers.example"
        told = {"number": order.number, "token": orders.link_token(order)}
        mail.send("order_placed", order.buyer_email, order.lang, **told)
        orders_page = f"http://localhost/orders/{orders.link_token(order)}"
        return payments.begin(order, clock.now(), return_url=orders_page, cancel_url=orders_page)


def tip(minor: int) -> PricedLine:
    return sales.line_for(None, minor, kind=LineKind.TIP, choice={}, vat_bp=0, vat_code="O")


def play_round(
    site: Site, deliveries: int, number: int, heard: dict[str, bool], chance: random.Random, tally: Tally
) -> None:
    """Post what the provider has told so far while both processes are killed."""
    events = told(site)
    for event in events:
        heard.setdefault(event["id"], chance.random() >= UNHEARD)
    letters = posting.letters([event for event in events if heard[event["id"]]], deliveries, chance)
    until, before = time.monotonic() + SETTLE_SECONDS, tally.posted.total

    def is_due() -> bool:
        """Whether so much was answered that the web server is to die again, somewhere in what it does next."""
        step = len(letters) // (KILLS + 1)
        return tally.posted.total - before > step * (killers["web"].kills + 1)

    killers = {
        "web": Killer(site.web, is_due, times=KILLS, seed=number, until=until),
        "runner": Killer(site.runner, site.has_job_in_hand, times=KILLS, seed=-number, until=until),
    }
    with crashing.killing(*killers.values()):
        address = f"{site.address}/webhooks/stripe"
        posting.post_all(address, site.settings.stripe_webhook_secret, letters, tally.posted)
    for name, killer in killers.items():
        tally.kills[name] += killer.kills


def told(site: Site) -> list[Event]:
    """Return all events of the provider."""
    return books.listed(site.provider, "events")


def settle(site: Site, tally: Tally) -> list[str]:
    """Let everything come to its end in peace; say what differs then."""
    assert crashing.wait_until(site.answers, 60)
    site.command("payments", "reconcile")
    is_idle = crashing.wait_until(site.is_idle, SETTLE_SECONDS)
    return [
        *tally.posted.wrongly,
        *(["some work was left undone"] if not is_idle else []),
        *differences(site, tally),
    ]


def differences(site: Site, tally: Tally) -> Iterator[str]:
    """Compare what was done, what the provider says and what the site says."""
    provider = books.at_provider(site.provider)
    expected = sum(count for end, count in tally.orders.items() if end in PAYING)
    if len(provider.paid) != expected:
        yield f"{len(provider.paid)} payments at the provider, {expected} were made"
    with site.opened():
        yield from books.differences(provider, site.settings.data_dir / "mail")
        stored = site.count("SELECT count(*) FROM provider_event")
    if stored != len(tally.posted.taken):
        yield f"{stored} events are stored, {len(tally.posted.taken)} were answered well"
    if "in balance" not in site.command("ledger", "verify"):
        yield "the ledger is out of balance"


def act(site: Site, path: str, **given: Any) -> dict[str, Any]:
    """Let the sandbox do something."""
    answer = requests.post(f"{site.provider}/_sandbox/{path}", json=given, timeout=30)
    answer.raise_for_status()
    return dict(answer.json())


@contextmanager
def database(folder: Path, *, is_postgres: bool) -> Iterator[str]:
    """Have a database for as long as the block lasts: its address, or nothing for the site's own SQLite."""
    if not is_postgres:
        yield ""
        return
    with postgres_cluster.running(folder / "postgres", postgres_cluster.DURABLE):
        yield f"postgresql+psycopg://{os.environ['PGUSER']}@/postgres?host={os.environ['PGHOST']}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.kill_payments", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--orders", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own, not on SQLite")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server of the database is another user
        with (
            database(folder, is_postgres=options.postgres) as address,
            crashing.made(folder / "site", address) as site,
        ):
            tally = run(site, options.deliveries, options.orders, options.rounds, options.seed)
            print(tally)
            print("\n".join(tally.wrong) or "books balanced to the cent, nothing lost, nothing doubled")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
