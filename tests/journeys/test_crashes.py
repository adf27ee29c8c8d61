"""Kill -9 of web server and job runner during payment and import, then start again: nothing lost, nothing doubled."""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db
from archive.transactions import transaction
from catalogue.entries import Entry, Status
from tests.catalogue import importing_tables
from tests.journeys import books, buying, crashing, stock
from tests.journeys.buying import PAYING, Buyer, Ordered
from tests.journeys.crashing import Killer, Program, Site

pytestmark = pytest.mark.crash

PEOPLE, ORDERS_EACH = 3, 4
KILLS = 4  # of each process, at least
BUYING_SECONDS = 150.0
IMPORT_SECONDS = 90.0
SETTLE_SECONDS = 180.0  # the provider waits ever longer between two tries of an event
# Every event three times, newest first, late; every payment page slow enough to be killed in the middle of it.
MISCHIEF = {
    "duplicate": 2,
    "reorder": True,
    "delay_seconds": 0.3,
    "fault": "slow",
    "fault_path": "/v1/checkout/sessions",
    "fault_calls": 10_000,
    "fault_seconds": 0.2,
    "settle_seconds": 2,
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with crashing.made(tmp_path) as made:
        yield made


def test_killed_while_people_pay_it_loses_and_doubles_nothing(site: Site) -> None:
    with site.opened():
        pids = stock.put_on_sale(4)
    start_all(site)
    script(site, MISCHIEF)

    ordered, faults = buy_through_crashes(site, [f"{site.address}/en/entries/{pid}" for pid in pids])
    script(site, {"duplicate": 2, "reorder": True})
    expected = sum(order.way in PAYING for order in ordered)
    is_settled = crashing.wait_until(lambda: is_all_decided(site, expected), SETTLE_SECONDS)

    provider = books.at_provider(site.provider)
    with site.opened():
        assert books.differences(provider, site.settings.data_dir / "mail") == []
    assert is_settled
    assert faults == []
    assert len(provider.paid) == expected
    assert site.count("SELECT count(*) FROM sales_order") == len(ordered)
    assert "whole" in site.command("audit", "verify")
    assert "in balance" in site.command("ledger", "verify")
    look_at_their_orders(ordered)


def test_an_import_that_is_killed_again_and_again_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    table = tmp_path / "solos.csv"
    stock.write_table(table, sessions=50)

    compare_imports(tmp_path, table, kills=2)


@pytest.mark.real_data
def test_the_import_of_real_data_survives_it_too(tmp_path: Path, real_data: Path) -> None:
    compare_imports(tmp_path, real_data / "recordings" / "wjd_solos.csv", kills=2)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc to look into")
def test_what_dies_is_started_again_and_ctrl_c_leaves_nothing_behind(site: Site) -> None:
    supervisor = supervised(site)
    try:
        assert crashing.wait_until(lambda: crashing.does_answer(f"{site.address}/readyz"), 60)
        kill_and_wait_for_others(
            supervisor, ("flask serve", "--only short", "--only long", "licensing.sandbox")
        )
        assert crashing.wait_until(lambda: crashing.does_answer(f"{site.address}/readyz"), 60)

        os.killpg(supervisor.pid, signal.SIGINT)  # Ctrl-C in a terminal reaches the whole group

        assert supervisor.process is not None
        assert supervisor.process.wait(40) == 0
        assert crashing.processes_of(supervisor.pid) == {}
    finally:
        for pid in crashing.processes_of(supervisor.pid):
            os.kill(pid, signal.SIGKILL)
        supervisor.kill()


def start_all(site: Site) -> None:
    for program in (site.sandbox, site.runner, site.web):
        program.start()
    assert crashing.wait_until(site.answers, 30)
    assert crashing.wait_until(lambda: crashing.does_answer(f"{site.provider}/_sandbox/state"), 30)


def script(site: Site, said: dict[str, Any]) -> None:
    requests.post(f"{site.provider}/_sandbox/behaviour", json=said, timeout=10).raise_for_status()


def buy_through_crashes(site: Site, entries: list[str]) -> tuple[list[Ordered], list[str]]:
    """Let people buy while web server and job runner are killed; return their orders and the faults they saw."""
    until = time.monotonic() + BUYING_SECONDS
    killers = [
        Killer(site.web, site.is_opening_a_payment_page, times=KILLS, seed=1, until=until),
        Killer(site.runner, site.has_job_in_hand, times=KILLS, seed=2, until=until),
    ]
    with crashing.killing(*killers):
        bought = buying.shop_together(entries, PEOPLE, ORDERS_EACH, until)
        for killer in killers:
            killer.join(BUYING_SECONDS)
    assert all(killer.kills >= KILLS for killer in killers)
    assert all(killer.at_work for killer in killers)  # kills that hit nothing would prove nothing
    return bought


def is_all_decided(site: Site, expected: int) -> bool:
    """Whether all who paid have what they bought, and no bank is still thinking."""
    paid = site.count("SELECT count(*) FROM sales_order WHERE status = 'paid'")
    undecided = site.count("SELECT count(*) FROM payment WHERE status = 'processing'")
    return paid == expected and undecided == 0 and site.is_idle()


def look_at_their_orders(ordered: Sequence[Ordered]) -> None:
    """Open every order's page as its buyer does: file and licence for who paid, a button to pay for who did not."""
    with closing(Buyer(time.monotonic() + 60)) as buyer:
        for order in ordered:
            page = buyer.get(order.address)
            assert page.is_delivered == (order.way in PAYING), order
            assert (page.form("/pay") is None) == page.is_paid, order


def compare_imports(folder: Path, table: Path, kills: int) -> None:
    """Import once in peace and once through crashes; both must say the same, and the search must find it all."""
    with crashing.made(folder / "calm") as calm:
        with calm.opened():
            importing_tables.imported(table)
        expected = said_by(calm)
    with crashing.made(folder / "crashed") as site:
        assert import_through_crashes(site, table, kills) > 0

        assert said_by(site) == expected
        assert crashing.wait_until(lambda: not site.is_indexing(), SETTLE_SECONDS)
        assert site.command("search", "check") == "The index says what the database says.\n"
        assert found_by_search(site) == published(site)


def import_through_crashes(site: Site, table: Path, kills: int) -> int:
    """Import while everything is killed; say how often the import was killed before its end."""
    until, chance = time.monotonic() + IMPORT_SECONDS, random.Random(3)
    for program in (site.runner, site.web):
        program.start()
    killers = [
        Killer(site.web, site.answers, times=kills // 2, seed=4, until=until),
        Killer(site.runner, site.has_job_in_hand, times=kills - 1, seed=5, until=until),
    ]
    with crashing.killing(*killers):
        interrupted = sum(is_interrupted(site, table, chance.uniform(0, 0.3)) for _ in range(kills))
        site.command("catalogue", "import", str(table))
    assert all(killer.kills for killer in killers)
    assert crashing.wait_until(site.answers, 30)
    return interrupted


def is_interrupted(site: Site, table: Path, delay: float) -> bool:
    """Import and kill that a moment after the next rows are in; say whether it was still busy."""
    before, run = rows_in(site), site.program("catalogue", "import", str(table))
    run.start()
    crashing.wait_until(lambda: run.has_ended or rows_in(site) > before, 30)
    time.sleep(delay)
    run.kill()
    assert run.process is not None
    return run.process.returncode == -signal.SIGKILL


def rows_in(site: Site) -> int:
    return site.count("SELECT count(*) FROM import_row")


def said_by(site: Site) -> tuple[list[str], dict[str, int]]:
    """All that the catalogue says, and how many rows the tables have; the index follows by itself."""
    with site.opened():
        counts = importing_tables.counts()
        return importing_tables.content(), {name: counts[name] for name in counts if name != "IndexChange"}


def published(site: Site) -> list[str]:
    with site.opened():
        return sorted(db.session.scalars(select(Entry.pid).where(Entry.status == Status.PUBLISHED)))


def found_by_search(site: Site) -> list[str]:
    """All pids that the search gives, page after page, each as often as it comes."""
    found: list[str] = []
    for page in range(1, 100):
        answer = requests.get(f"{site.address}/api/v1/search?page={page}", timeout=10).json()
        found += [item["pid"] for item in answer["items"]]
        if not answer["items"] or len(found) >= answer["total"]:
            break
    return sorted(found)


def supervised(site: Site) -> Program:
    """Start the site as its user does. It has an account, so that no demo collection is loaded."""
    with site.opened(), transaction():
        accounts.add("staff@example.org", "Staff", Role.ADMIN, "a password of enough words", clock.now())
    port = site.address.rpartition(":")[2]
    command = [sys.executable, "-m", "archive.run", "--port", port, "--data", str(site.settings.data_dir)]
    supervisor = Program(command, site.environ, site.folder / "run.txt")
    supervisor.start()
    return supervisor


def kill_and_wait_for_others(supervisor: Program, names: Sequence[str]) -> None:
    """Kill the processes of these names, and wait until each has another in its place."""
    # The web server may answer before its neighbours have been started.
    assert crashing.wait_until(lambda: all(process_named(supervisor, name) for name in names), 60)
    killed = {name: process_named(supervisor, name) for name in names}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    for name, pid in killed.items():
        assert crashing.wait_until(lambda: process_named(supervisor, name) not in (0, pid), 20)  # noqa: B023


def process_named(supervisor: Program, name: str) -> int:
    """The id of a process under the supervisor; 0 when there is none."""
    found = crashing.processes_of(supervisor.pid)
    return next((pid for pid, command in found.items() if name in command), 0)
