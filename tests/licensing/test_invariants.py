"""The twenty invariants of the books as a state machine: people, banks, staff and crashes do as they like, and
after each step all that must be true is asked of the rows. Profile `nightly` takes 10,000 steps, any other 500.

Which check holds which invariant is the table in docs/ledger.md; a test here looks each name up.
"""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from archive import clock, job_runner, jobs
from archive.db import db
from licensing import ledger, ledger_days, proofs, reconciliation, wallet_refunds
from tests.journeys import books
from tests.licensing import invariants, stories
from tests.licensing.stories import at
from tests.licensing.story_of_payments import Payments
from tests.licensing.story_of_royalties import Royalties
from tests.licensing.story_of_tickets import Tickets
from tests.licensing.story_of_uses import Uses

IS_NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
PRINTED = 3  # balances of one story that are printed and looked at again
STEPS = 100  # of one story
STEPS_ASKED = 10_000 if IS_NIGHTLY else 500
# The first story is Hypothesis's simplest, the same step again and again; and some end before their last step.
STORIES = 1 + (150 if IS_NIGHTLY else 6)
ROOT = Path(__file__).parents[2]


class Books(Payments, Uses, Tickets, Royalties):
    """One story, on a site and a provider of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.past: dict[datetime, dict[tuple[str, str, str], int]] = {}
        self.has_begun = False

    @rule()
    def a_balance_is_printed(self) -> None:
        moment = clock.now()
        if len(self.past) < PRINTED:
            self.past[moment] = ledger.trial_balance(moment)
            db.session.rollback()

    @rule()
    def the_day_is_closed(self) -> None:
        with at(clock.now() + timedelta(days=1, hours=3)):
            ledger_days.run_closing({})

    @rule()
    def the_books_are_verified(self) -> None:
        found = [contradiction for outcome in proofs.run() for contradiction in outcome.found]
        assert not found, found
        db.session.rollback()

    @invariant()
    def all_that_must_be_true_is(self) -> None:
        type(self).taken += self.has_begun  # it is asked before the first step too
        self.has_begun = True
        if self.has_written:  # else the rows are those that it was asked of before
            self.nothing_is_broken()
            self.has_written = False

    def nothing_is_broken(self) -> None:
        """Ask it of the rows."""
        found = [*invariants.broken(), *self.changed_balances(), *self.changed_statements()]
        assert not found, found
        db.session.rollback()

    def changed_balances(self) -> list[datetime]:
        """Name the moments whose balance is not what was printed then; there must be none."""
        return [moment for moment, printed in self.past.items() if ledger.trial_balance(moment) != printed]

    def teardown(self) -> None:
        """Let everything come to its end: in whatever order events came, the books are now those of the provider."""
        try:
            self.the_end()
        finally:
            self.ends.close()

    def the_end(self) -> None:
        """Tell all there is to tell, lay the books side by side twice, as every night, and compare to the cent."""
        for story in (self._tell_all, self._compare, self._compare):
            story()
            jobs.take_back()
            job_runner.run_due()
            wallet_refunds.follow({})
            db.session.rollback()
        provider = books.at_provider(self.shop.sandbox.base_url)
        found = books.wrong_money(provider)
        assert not found, found
        self.the_books_are_verified()
        self.nothing_is_broken()

    def _tell_all(self) -> None:
        for told in self.shop.events():
            assert self.shop.deliver(told) == 200

    def _compare(self) -> None:
        reconciliation.compare_fully({})
        db.session.rollback()


# Lesson 4, lesson 11, lesson 13, lesson 15, lesson 18
def test_whatever_happens_in_whatever_order_with_crashes_the_books_stay_right() -> None:
    Books.taken = 0

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            report_multiple_bugs=False,
            derandomize=not IS_NIGHTLY,
            phases=[Phase.generate],  # to make a story shorter takes many sites; the first that fails is told
            suppress_health_check=list(HealthCheck),
        ),
    )

    print(f"{Books.taken} steps were taken")
    assert Books.taken >= STEPS_ASKED


def held_by() -> dict[int, list[str]]:
    """Read the table of the invariants: by number, what holds each."""
    document = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", document, re.MULTILINE)
    return {int(number): re.findall(r"`([^`]+)`", names) for number, names in rows}


def is_there(name: str) -> bool:
    """Say whether a check, a step, or a test of this name is there."""
    path, _, test = name.partition("::")
    if test:
        return f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")
    return (
        hasattr(Books, name)
        or hasattr(stories, name)
        or name in {each.__name__ for each in invariants.CHECKS}
    )


def test_the_table_says_of_each_of_the_twenty_invariants_what_holds_it() -> None:
    table = held_by()

    assert list(table) == list(range(1, 21))
    assert [name for names in table.values() for name in names if not is_there(name)] == []


def test_the_table_names_every_check() -> None:
    named = {name for names in held_by().values() for name in names}

    assert {check.__name__ for check in invariants.CHECKS} <= named
