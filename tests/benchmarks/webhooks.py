"""How fast the site takes what the payment provider tells it, on SQLite and on PostgreSQL with all on disk.

    python -m tests.benchmarks.webhooks --rate 50
    python -m tests.benchmarks.webhooks --rate 100 --postgres

Web server, job runner and poster share the machine. New events about payments of some orders come at a fixed rate; a
late start counts as waiting, so that a server that falls behind cannot hide it. Then as many as it can take.
"""

import argparse
import http.client
import json
import os
import queue
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from tests.journeys import books, crashing, kill_payments, stock
from tests.journeys.crashing import Site
from tests.licensing.shop import signature

POSTERS = 8
ORDERS = 20
WARM_UP = 50  # events before anything is counted


@dataclass(frozen=True)
class Run:
    """What one run took: milliseconds of each answer, and the seconds from the first to the last."""

    milliseconds: list[float]
    seconds: float
    faults: int  # answers that were not 200

    def __str__(self) -> str:
        cuts = quantiles(self.milliseconds, n=100, method="inclusive")
        rate = len(self.milliseconds) / self.seconds
        return (
            f"{len(self.milliseconds)} events in {self.seconds:.1f} s, {rate:.0f}/s; p50 {cuts[49]:.1f} ms, "
            f"p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, worst {max(self.milliseconds):.0f} ms; "
            f"{self.faults} not taken"
        )


class Bodies:
    """New events without end: like those of the provider, each with an id of its own."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self._patterns = books.listed(site.provider, "events")
        self._chance, self._number = chance, 0
        self._lock = threading.Lock()

    def next(self) -> bytes:
        with self._lock:
            self._number += 1
            event = self._chance.choice(self._patterns) | {"id": f"evt_bench{self._number:09}"}
        return json.dumps(event | {"created": int(time.time())}, indent=2).encode()


def post_at_rate(site: Site, bodies: Bodies, rate: float, seconds: float) -> Run:
    """Post so many events a second, by the clock; 0 is as many as go."""
    due: queue.Queue[float | None] = queue.Queue()
    took: list[float] = []
    faults: list[int] = []
    began = time.perf_counter()
    count = int(rate * seconds) if rate else 0
    for number in range(count):
        due.put(began + number / rate)
    posters = [
        threading.Thread(target=_post_on, args=(site, bodies, due, began + seconds, took, faults))
        for _ in range(POSTERS)
    ]
    for poster in posters:
        due.put(None)
        poster.start()
    for poster in posters:
        poster.join()
    return Run(took, time.perf_counter() - began, len(faults))


def _post_on(
    site: Site,
    bodies: Bodies,
    due: "queue.Queue[float | None]",
    until: float,
    took: list[float],
    faults: list[int],
) -> None:
    is_paced = due.qsize() > POSTERS
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=30)
    secret = site.settings.stripe_webhook_secret
    while True:
        at = due.get() if is_paced else time.perf_counter()
        if at is None or (not is_paced and at > until):
            break
        body = bodies.next()
        headers = {"Stripe-Signature": signature(body, secret), "Content-Type": "application/json"}
        time.sleep(max(0.0, at - time.perf_counter()))
        connection.request("POST", "/webhooks/stripe", body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - at) * 1_000)
        if answer.status != 200:
            faults.append(answer.status)
    connection.close()


@contextmanager
def opened(*, is_postgres: bool) -> Iterator[Site]:
    """Run a whole site with some paid orders, and end it."""
    with tempfile.TemporaryDirectory(prefix="webhooks-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server of the database is another user
        with (
            kill_payments.database(folder, is_postgres=is_postgres) as address,
            crashing.made(folder / "site", address) as site,
        ):
            for program in (site.sandbox, site.runner, site.web):
                program.start()
            assert crashing.wait_until(site.answers, 60)
            with site.opened():
                pids = stock.put_on_sale(2)
            kill_payments.act(site, "behaviour", drop=True, settle_seconds=1)
            kill_payments.place_and_pay(site, pids, ORDERS, random.Random(1), kill_payments.Tally())
            yield site


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.webhooks", description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0, help="events a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args(arguments)
    with opened(is_postgres=options.postgres) as site:
        bodies = Bodies(site, random.Random(2))
        post_at_rate(site, bodies, 25.0, WARM_UP / 25.0)
        paced = post_at_rate(site, bodies, options.rate, options.seconds)
        most = post_at_rate(site, bodies, 0, options.seconds / 2)
    where = "PostgreSQL" if options.postgres else "SQLite"
    print(f"{where}, {options.rate:.0f}/s asked: {paced}")
    print(f"{where}, as many as go: {most}")
    print(f"load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main(sys.argv[1:])
