"""What artists get: costs first, a guarantee, a share; told within the week, booked once, paid no more than owed."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from archive import accounts
from archive.accounts import Role
from archive.errors import Invalid, NotFound, Refused
from catalogue.entries import Entry
from licensing import deal_payouts, deal_rules, deal_statements, deals, ledger, tickets
from licensing.deal_rules import Basis, Terms
from licensing.deals import Artist, Deal
from licensing.ledger import AccountKind
from licensing.money import Money
from tests.catalogue import staff
from tests.licensing import negotiating, refunding, stage
from tests.licensing.stage import NOW, STARTS

JOOP = Artist("Joop Terwindt", "joop@terwindt.example", "nl", 2)
NEL = Artist("Nel Oosthout", "nel@oosthout.example", "en", 1)
ENDS = STARTS + timedelta(hours=2)
OVER = STARTS + timedelta(days=7)
DAY = timedelta(days=1)


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


# income, costs, guarantee, share in per cent, what the artists get: against it, and on top of it
WORKED = [
    (1000, 400, 0, 70, 420, 420),
    (1000, 400, 300, 70, 420, 510),
    (500, 400, 300, 70, 300, 300),
    (0, 400, 300, 70, 300, 300),
    (1000, 0, 0, 100, 1000, 1000),
    (1000, 0, 200, 0, 200, 200),
]


@pytest.mark.parametrize(("income", "costs", "guarantee", "share", "versus", "plus"), WORKED)
def test_costs_come_first_and_the_guarantee_stands(
    income: int, costs: int, guarantee: int, share: int, versus: int, plus: int
) -> None:
    for basis, due in ((Basis.VERSUS, versus), (Basis.PLUS, plus)):
        terms = Terms(basis, euros(guarantee), share * 100)
        assert deal_rules.work_out(euros(income), euros(costs), terms).due == euros(due)


amounts = st.integers(0, 10**7).map(lambda minor: Money(minor, "EUR"))


@given(amounts, amounts, amounts, st.integers(0, 10_000), st.sampled_from(Basis))
def test_artists_never_get_less_than_the_guarantee_nor_more_than_that_and_the_income(
    income: Money, costs: Money, guarantee: Money, share: int, basis: Basis
) -> None:
    due = deal_rules.work_out(income, costs, Terms(basis, guarantee, share)).due

    assert guarantee <= due <= max(guarantee, income)


@given(st.lists(amounts, min_size=1, max_size=6), st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_what_is_told_adds_up_to_what_is_due_whatever_came_before(
    dues: list[Money], weights: list[int]
) -> None:
    told = [Money(0, "EUR") for _ in weights]

    for due in dues:
        parts = deal_rules.divide(due, weights, told)
        told = [before + part for before, part in zip(told, parts, strict=True)]
        assert sum(part.minor for part in told) == due.minor


def agreed(entry: Entry, share: int = 7000, guarantee: int = 0) -> Deal:
    terms = Terms(Basis.VERSUS, Money(guarantee, "EUR"), share)
    return deals.agree(entry, terms, [JOOP, NEL], [("Zaal en stream", Money(1000, "EUR"))], NOW, None)


def test_a_statement_comes_the_day_after_and_is_booked_and_mailed(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    for number in range(3):
        stage.bought(entry, 1210, stage.viewer(number))

    assert deal_statements.issue_when_due(deal, ENDS) is None
    statement = deal_statements.issue_when_due(deal, ENDS + DAY)

    assert statement is not None
    assert (statement.tickets, statement.income_minor, statement.due_minor) == (3, 3000, 1400)
    assert [statement.part_of(artist).minor for artist in deal.artists] == [933, 467]
    assert ledger.balance(AccountKind.DEAL_PAYABLE, "EUR", str(deal.id)) == Money(-1400, "EUR")
    assert ledger.balance(AccountKind.DEAL_EXPENSE, "EUR") == Money(1400, "EUR")
    assert all(negotiating.mails(deals.link_token(artist)) for artist in deal.artists)


def test_nothing_is_stated_twice_and_the_last_statement_ends_it(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    stage.bought(entry, 4840)
    moments = [
        ENDS + DAY,
        ENDS + DAY,
        ENDS + 2 * DAY,
        ENDS + 8 * DAY,
        OVER + DAY,
        OVER + 2 * DAY,
        OVER + 9 * DAY,
    ]

    for moment in moments:
        deal_statements.issue_when_due(deal, moment)

    assert [each.is_final for each in deal_statements.of(deal.id)] == [False, True]
    assert ledger.balance(AccountKind.DEAL_PAYABLE, "EUR", str(deal.id)) == Money(-2100, "EUR")


# Invariant 12
def test_a_ticket_that_is_paid_back_is_corrected_by_the_next_statement(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    back = stage.bought(entry, 2420)
    stage.bought(entry, 2420, stage.viewer(2))
    first = deal_statements.issue_when_due(deal, ENDS + DAY)

    tickets.revoke_of(back, ENDS + 2 * DAY, "paid back")
    second = deal_statements.issue_when_due(deal, ENDS + 8 * DAY)

    assert first is not None
    assert second is not None
    assert (first.due_minor, second.due_minor, second.new_minor) == (2100, 700, -1400)
    assert ledger.balance(AccountKind.DEAL_PAYABLE, "EUR", str(deal.id)) == Money(-700, "EUR")


# Invariant 12
def test_a_part_that_is_paid_back_lowers_the_income_and_the_next_statement_says_so(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)  # 10 euro of costs, 70 per cent
    back = refunding.pay(stage.ordered(entry, 2420))
    stage.bought(entry, 2420, stage.viewer(2))
    stated = [deal_statements.issue_when_due(deal, ENDS + DAY)]

    refunding.given_back(back, 1210, "half")
    stated.append(deal_statements.issue_when_due(deal, ENDS + 8 * DAY))
    refunding.given_back(back, 1210, "the rest")
    assert deal_statements.issue_when_due(deal, ENDS + 14 * DAY) is None
    stated.append(deal_statements.issue_when_due(deal, ENDS + 15 * DAY))

    found = [each for each in stated if each is not None]
    assert [(each.tickets, each.income_minor, each.due_minor, each.new_minor) for each in found] == [
        (2, 4000, 2100, 2100),
        (2, 3000, 1400, -700),
        (1, 2000, 700, -700),
    ]
    assert tickets.income_of([entry.id]) == {entry.id: (1, Money(2000, "EUR"))}
    assert ledger.balance(AccountKind.DEAL_PAYABLE, "EUR", str(deal.id)) == Money(-700, "EUR")
    assert ledger.unbalanced_transactions() == []


def test_what_is_paid_back_after_the_last_statement_is_corrected_by_one_more(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    payment = refunding.pay(stage.ordered(entry, 2420))
    for moment in (ENDS + DAY, OVER + DAY):
        deal_statements.issue_when_due(deal, moment)

    refunding.given_back(payment, 605)
    corrected = [deal_statements.issue_when_due(deal, OVER + (8 + days) * DAY) for days in (0, 7, 14)]

    assert [each and (each.is_final, each.income_minor, each.new_minor) for each in corrected] == [
        (True, 1500, -350),
        None,
        None,
    ]


def test_terms_stand_once_a_statement_was_sent_but_costs_may_change(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    deal_statements.issue_when_due(deal, ENDS + DAY)

    with pytest.raises(Refused, match="stand"):
        agreed(entry, share=5000)
    more = [("Zaal en stream", Money(1000, "EUR")), ("Stemmer", Money(150, "EUR"))]
    deals.agree(entry, deal.terms, [JOOP, NEL], more, NOW, None)

    assert deal.costs_in_all == Money(1150, "EUR")


# Invariant 13
def test_no_more_is_paid_than_statements_say_and_a_form_sent_twice_pays_once(app: Flask) -> None:
    entry = stage.performance()
    deal = agreed(entry)
    stage.bought(entry, 4840)
    deal_statements.issue_when_due(deal, ENDS + DAY)
    joop = deal.artists[0]
    account = accounts.add("marit@example.org", "Marit", Role.LICENSING, staff.PASSWORD, NOW).id

    def pay(minor: int, key: str) -> None:
        deal_payouts.record(
            joop,
            Money(minor, "EUR"),
            date(2026, 12, 20),
            "BANK 1",
            form_key=key,
            moment=NOW,
            account_id=account,
        )

    pay(1000, "a")
    pay(1000, "a")
    assert deal_payouts.owed(joop) == Money(400, "EUR")
    with pytest.raises(Refused, match=r"4\.00 is owed"):
        pay(401, "b")
    assert ledger.balance(AccountKind.BANK, "EUR") == Money(-1000, "EUR")
    assert ledger.balance(AccountKind.DEAL_PAYABLE, "EUR", str(deal.id)) == Money(-1100, "EUR")
    assert ledger.unbalanced_transactions() == []


def test_a_deal_without_sense_is_refused(app: Flask) -> None:
    entry, terms = stage.performance(), Terms(Basis.PLUS, euros(0), 5000)

    for artists, costs in (([], []), ([JOOP, JOOP], []), ([JOOP], [("Zaal", euros(1)), ("Zaal", euros(2))])):
        with pytest.raises(Invalid):
            deals.agree(entry, terms, artists, costs, NOW, None)
    with pytest.raises(Invalid):
        deals.agree(entry, Terms(Basis.PLUS, euros(0), 10_001), [JOOP], [], NOW, None)


def test_a_link_that_we_did_not_make_opens_no_sheet(app: Flask) -> None:
    artist = agreed(stage.performance()).artists[0]

    with pytest.raises(NotFound):
        deals.get_artist_by_token(artist.key)
