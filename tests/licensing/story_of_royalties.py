"""What is told and paid to rights holders, in a story of the books: quarters close, statements are paid, or in part."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from archive import clock
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import disputes, ledger, payouts, periods, royalty_approval, royalty_closing, royalty_drafts
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.periods import Period
from licensing.royalty_statements import RoyaltyStatement, StatementStatus
from tests.licensing.stories import CUTS, NTH, Story, at, killed_after

PAYABLE = select(RoyaltyStatement.id).where(RoyaltyStatement.status == StatementStatus.APPROVED)


class Royalties(Story):
    """Statements are closed quarter after quarter; what is told stays as it was told."""

    def prepare(self) -> None:
        super().prepare()
        self.quarter = _quarter_of(periods.day_of(clock.now()))
        self.told: dict[str, str] = {}

    @rule(cut=CUTS)
    def a_quarter_is_closed(self, cut: int | None) -> None:
        with at(self.quarter.end + timedelta(days=2)) as moment, killed_after(cut):
            with transaction():
                asked = royalty_closing.ask(self.quarter, moment, self.staff).id
            royalty_closing.run({"period_id": asked})
            with transaction():
                royalty_approval.approve_all(asked, moment, self.staff)
            self.quarter = _quarter_of(self.quarter.last_day + timedelta(days=1))
        self._remember()

    @rule(nth=NTH, share=st.sampled_from((1, 50, 100)), cut=CUTS)
    def a_holder_is_paid(self, nth: int, share: int, cut: int | None) -> None:
        statement_id = self.nth(PAYABLE.order_by(RoyaltyStatement.id), nth)
        if statement_id is not None:
            with killed_after(cut), transaction():
                self._pay(db.session.get_one(RoyaltyStatement, statement_id), share)

    def _pay(self, statement: RoyaltyStatement, share: int) -> None:
        moment, left = statement.closed_at + timedelta(days=1), payouts.outstanding(statement)
        assert left <= _payable(statement.party_id)
        amount, name = Money(max(1, left.minor * share // 100), left.currency), statement.number
        reference = f"SEPA {len(payouts.of_statement(statement.id))}"
        try:
            payouts.record(name, amount, periods.day_of(moment), reference, moment, self.staff)
        except Refused:
            assert amount > left
            db.session.rollback()
        else:
            assert amount <= left

    def _remember(self) -> None:
        for statement in db.session.scalars(select(RoyaltyStatement)):
            if statement.status is not StatementStatus.OPEN:
                self.told.setdefault(statement.number, royalty_drafts.numbers(statement, statement.lines))
        db.session.rollback()

    def changed_statements(self) -> list[str]:
        """Name the statements that do not say what they said when they were closed; there must be none."""
        found = db.session.scalars(select(RoyaltyStatement).where(RoyaltyStatement.number.in_(self.told)))
        now = {statement.number: royalty_drafts.numbers(statement, statement.lines) for statement in found}
        db.session.rollback()
        return sorted(number for number, said in self.told.items() if now.get(number) != said)


def _payable(party_id: int) -> Money:
    owed = -ledger.balance(AccountKind.ROYALTY_PAYABLE, "EUR", str(party_id))
    free = owed - disputes.frozen_royalties("EUR").get(party_id, Money(0, "EUR"))
    return max(free, Money(0, "EUR"))


def _quarter_of(day: date) -> Period:
    return periods.quarter(day.year, (day.month + 2) // 3)
