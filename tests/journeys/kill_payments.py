"""Kill -9 of web server and job runner while the payment provider tells of thousands of things.

    python -m tests.journeys.kill_payments --deliveries 10000
    python -m tests.journeys.kill_payments --deliveries 10000 --postgres

In each round people order and pay, banks dispute, money goes back from our desk and from the provider's, payouts go
out and fail; all that the provider has had to tell so far is posted: shuffled, doubled, a tenth of it never, some of it
spoilt; both processes are killed and started again all the while. Then the books are laid side by side as every night,
and compared once more by this program, to the cent.
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
from sqlalchemy import select

from archive import clock, jobs, mail
from archive.db import db
from archive.transactions import transaction
from catalogue import entries
from licensing import orders, payments, reconciliation, refunds
from licensing.money import Money
from licensing.orders import LineKind, PricedLine
from licensing.payments import PaymentStatus
from licensing.provider_events import ProviderEvent
from tests.benchmarks import postgres_cluster
from tests.journeys import books, crashing, posting, stock
from tests.journeys.crashing import Killer, Site
from tests.journeys.posting import Event, Posted
from tests.licensing import invariants, sales, wallets

KILLS = 4  # of each process, in a round
UNHEARD = 0.1  # share of events that are never delivered
SETTLE_SECONDS = 240.0
SETTLE_PAUSE = 3.0  # until banks have decided
# How an order ends, as often as it stands here.
ENDS = (
    *("ideal", "ideal", "card", "card", "bancontact", "sepa_debit"),
    *("fail, card", "sepa_debit_fails", "fail", "leaves"),
)
# What happens to a payment afterwards, as often as it stands here; the rest is left in peace.
FATES = ("refunded there", "refunded here", "disputed", *["kept"] * 5)
DECISIONS = ("under_review", "won", "lost", "undecided")
PAYING = frozenset({"ideal", "card", "bancontact", "sepa_debit", "fail, card"})


@dataclass
class Tally:
    """What was done to the site, and what is wrong with it in the end."""

    orders: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    decided: set[str] = field(default_factory=set)  # charges whose fate has come
    events: int = 0
    unheard: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    posted: Posted = field(default_factory=Posted)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        fates = ", ".join(f"{count} {fate}" for fate, count in self.fates.items())
        answers = ", ".join(f"{count} x {status}" for status, count in self.posted.answers.items())
        return (
            f"{self.posted.total} deliveries of {self.events - self.unheard} events "
            f"({self.unheard} never delivered) about {self.orders.total()} orders ({fates}); answers: {answers}, "
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
        unsettle(site, chance, tally)
        play_round(site, deliveries // rounds, number, heard, chance, tally)
    tally.events, tally.unheard = len(heard), sum(not told for told in heard.values())
    tally.wrong = settle(site, tally)
    tally.seconds = time.monotonic() - began
    return tally


def place_and_pay(site: Site, pids: Sequence[str], count: int, chance: random.Random, tally: Tally) -> None:
    """Place orders and let each end in its own way."""
    for _ in range(count):
        with site.opened():
            address = place(chance.choice(pids), chance)
        end = chance.choice(ENDS)
        tally.orders[end] += 1
        for outcome in end.split(", ") if end != "leaves" else ():
            requests.post(address, data={"outcome": outcome}, allow_redirects=False, timeout=30)


def place(pid: str, chance: random.Random) -> str:
    """Place one order, every eighth for a licence, and for tips and credit; return where it can be paid."""
    with transaction():
        line = _line(pid, chance)
        order = sales.placed([line], moment=clock.now())
        order.buyer_email = f"{order.number}@buyers.example"
        told = {"number": order.number, "token": orders.link_token(order)}
        mail.send("order_placed", order.buyer_email, order.lang, **told)
        orders_page = f"http://localhost/orders/{orders.link_token(order)}"
        return payments.begin(order, clock.now(), return_url=orders_page, cancel_url=orders_page)


def _line(pid: str, chance: random.Random) -> PricedLine:
    kind = chance.choice(("licence", *["credit"] * 2, *["tip"] * 5))
    if kind == "licence":
        return sales.line_for(entries.get(pid))
    if kind == "credit":
        return wallets.top_up_line(wallets.guest(0, clock.now()), chance.choice((500, 1_000, 2_000)))
    minor = chance.randint(200, 5_000)
    return sales.line_for(None, minor, kind=LineKind.TIP, choice={}, vat_bp=0, vat_code="O")


def unsettle(site: Site, chance: random.Random, tally: Tally) -> None:
    """Let happen to payments what happens to them later: refunds here and there, disputes, payouts."""
    for charge in books.listed(site.provider, "charges"):
        if charge["status"] != "succeeded" or charge["id"] in tally.decided:
            continue
        tally.decided.add(charge["id"])
        fate = chance.choice(FATES)
        if fate == "refunded here" and not refund_here(site, charge, chance):
            fate = "kept"
        if fate == "refunded there":
            act(site, "refunds", charge=charge["id"], amount=chance.randint(1, charge["amount"]))
        if fate == "disputed":
            dispute(site, charge, chance)
        tally.fates[fate] += 1
    try:
        made = act(site, "payouts", amount=chance.randint(1, 2_000), in_transit=True)
        act(site, f"payouts/{made['id']}", status=chance.choice(("paid", "paid", "failed")))
    except requests.HTTPError:
        return  # there is not enough yet
    tally.fates["payouts"] += 1


def refund_here(site: Site, charge: dict[str, Any], chance: random.Random) -> bool:
    """Ask at our desk for a part to go back; False while the site does not know of the money, or may not."""
    with site.opened(), transaction():
        payment = payments.find(charge["metadata"]["payment"])
        left = refunds.left_of_sale(payment.order).minor if payment else 0
        if payment is None or payment.status is not PaymentStatus.SUCCEEDED or not left:
            return False
        amount = Money(chance.randint(1, left), payment.currency)
        refund = refunds.ask(payment, amount, "Te veel", key=f"kill-{payment.id}", moment=clock.now())
        refunds.approve(refund, clock.now())
        return True


def dispute(site: Site, charge: dict[str, Any], chance: random.Random) -> None:
    """Let a bank take a payment back, and maybe decide."""
    made = act(site, "disputes", charge=charge["id"])
    decision = chance.choice(DECISIONS)
    if made["status"] != "lost" and decision != "undecided":
        act(site, f"disputes/{made['id']}", status=decision)


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
    time.sleep(SETTLE_PAUSE)
    is_idle = all(compare(site) for _ in range(2))  # the second sees whether the first mended what it found
    return [
        *tally.posted.wrongly,
        *(["some work was left undone"] if not is_idle else []),
        *differences(site, tally),
    ]


def compare(site: Site) -> bool:
    """Lay the books side by side, as every night; False when the work that follows does not end."""
    with site.opened(), transaction():
        jobs.enqueue(reconciliation.FULL_JOB, {})
    return crashing.wait_until(site.is_idle, SETTLE_SECONDS)


def differences(site: Site, tally: Tally) -> Iterator[str]:
    """Compare what was done, what the provider says and what the site says."""
    provider = books.at_provider(site.provider)
    expected = sum(count for end, count in tally.orders.items() if end in PAYING)
    if len(provider.paid) != expected:
        yield f"{len(provider.paid)} payments at the provider, {expected} were made"
    with site.opened():
        yield from books.differences(provider, site.settings.data_dir / "mail")
        yield from invariants.broken()
        heard = set(db.session.scalars(select(ProviderEvent.event_id)))
    if not tally.posted.taken <= heard:
        yield f"{len(tally.posted.taken - heard)} events were answered well and are not stored"
    try:
        site.command("ledger", "verify")
    except AssertionError as error:
        yield str(error)


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
