"""What every story of the books is told with: a site and a provider of its own, a process that may die after any
statement, a clock that may run ahead, and a count of the steps that were really taken.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import requests
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Select, event, func, select

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db
from archive.errors import DomainError
from archive.transactions import transaction
from catalogue.entries import Entry
from licensing import orders, parties, payments, reservations, use_prices
from licensing.money import Money
from licensing.orders import Order, PricedLine
from licensing.parties import PartyKind
from licensing.small_prices import GrantKind
from licensing.use_prices import PriceMode
from tests.journeys import books
from tests.licensing import hearing, royalties, sales, shop, wallets

NTH = st.integers(0, 9)
# What any step may be cut off after: so many statements to the database, or none.
CUTS = st.one_of(st.none(), st.none(), st.integers(1, 40))
CREDIT = 5_000  # cents that the first wallet of each story has been topped up with


class Killed(BaseException):
    """The process has died here: nothing may catch it."""


@contextmanager
def killed_after(statements: int | None) -> Iterator[None]:
    """Die before the next statement once so many have been made; what was not committed is lost."""
    left = statements

    def count(*_: Any) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left < 0:
                raise Killed

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield
    except Killed:
        left = None
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
        db.session.rollback()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let it be another moment for the site."""
    with mock.patch.object(clock, "now", return_value=moment):
        yield moment


class Story(RuleBasedStateMachine):
    """One story: two recordings (of one a performer is owed a part, and one pays for it what one wants), a wallet."""

    taken = 0  # steps of all stories

    def __init__(self) -> None:
        super().__init__()
        self.ends = ExitStack()
        folder = self.ends.enter_context(TemporaryDirectory())
        self.shop = self.ends.enter_context(shop.opened(Path(folder)))
        self.pages: list[str] = []
        self.has_written = True
        event.listen(db.engine, "before_cursor_execute", self._notice)
        self.shop.script(settle_seconds=0)
        with transaction():
            self.prepare()
        self.first_credit_is_bought()

    def prepare(self) -> None:
        """Put there what all happens to; each part of a story adds its own."""
        moment = clock.now()
        performer = parties.add(PartyKind.PERSON, "Wim Bakboord", email="wim@bakboord.example", country="NL")
        royalties.agree(performer, moment, minimum_minor=0)
        represented = hearing.recording_of(performer)
        hearing.add_sound(self.shop.entry)
        use_prices.set_price(
            represented, GrantKind.LISTEN, PriceMode.OPEN, Money(7, "EUR"), None, moment, None
        )
        self.performer, self.pieces = performer.id, (self.shop.entry.id, represented.id)
        self.staff = accounts.add(
            "boeken@example.org", "Boeken", Role.LICENSING, "long enough to pass", moment
        ).id

    def first_credit_is_bought(self) -> None:
        """Let somebody buy credit, as uses need some."""
        with transaction():
            self.order([wallets.top_up_line(wallets.guest(0, clock.now()), CREDIT)])
        self.shop.pay(self.pages[-1])
        self.shop.deliver(self.shop.event("checkout.session.completed"))
        self.shop.work()

    def order(self, lines: list[PricedLine]) -> None:
        """Place an order of these lines and go to pay."""
        order = sales.placed(lines, moment=clock.now())
        order.buyer_email = f"{order.number}@buyers.example"
        self.pages.append(self.begin(order))

    def begin(self, order: Order) -> str:
        """Go and pay, as the button does; return where."""
        page, moment = f"http://localhost/orders/{orders.link_token(order)}", clock.now()
        reservations.hold(order, moment)
        return payments.begin(order, moment, return_url=page, cancel_url=page)

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do what the rules may refuse."""
        try:
            act()
        except DomainError:
            db.session.rollback()

    def _notice(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Notice whether anything has been written since somebody looked."""
        self.has_written |= not statement.lstrip().startswith(("SELECT", "BEGIN"))

    def nth(self, query: Select[tuple[int]], nth: int) -> int | None:
        """Choose one of the first ten that a query finds."""
        found = db.session.scalars(query.limit(10)).all()
        db.session.rollback()
        return found[nth % len(found)] if found else None

    def piece(self, number: int) -> Entry:
        return db.session.get_one(Entry, self.pieces[number])

    def listed(self, what: str) -> list[dict[str, Any]]:
        """Read a list of the provider, newest first."""
        return books.listed(self.shop.sandbox.base_url, what)

    def act(self, path: str, **given: Any) -> dict[str, Any]:
        """Let somebody do something in the provider's own pages, which may refuse it."""
        answer = requests.post(f"{self.shop.sandbox.base_url}/_sandbox/{path}", json=given, timeout=60)
        return dict(answer.json())


def count(table: type) -> int:
    """Count the rows of a table as they are on disk."""
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.rollback()
    return found
