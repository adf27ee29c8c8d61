"""Income: what came in, what goes on, and what stays, by month, kind, collection and entry."""

from datetime import UTC, date, datetime

import pytest

from archive.db import db
from catalogue import entries, interest
from catalogue.entries import Entry, EntryKind
from catalogue.interest import Sort
from licensing import credit_notes, demand, fulfilment, income, income_files, invoices, ledger, periods
from licensing.fulfilment import Receipt
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import LineKind
from tests.licensing import hearing, sales, wallets
from tests.licensing.royalties import holder, played_by, sell

YEAR = periods.read("2026")
NOVEMBER = datetime(2026, 11, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app")


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def sold(entry: Entry, minor: int, moment: datetime = NOVEMBER) -> None:
    sales.paid([sales.line_for(entry, minor)], moment=moment)


def test_a_sale_stands_in_its_month_with_vat_apart() -> None:
    sold(sales.entry_for_sale(), 10000)

    found = income.of_period(YEAR, "EUR")

    november = found.months[date(2026, 11, 1)]
    assert (november.net, november.vat, november.gross) == (euro(10000), euro(2100), euro(12100))
    assert found.total.net == euro(10000)
    assert len(found.months) == 12
    assert found.kinds == {"licence_fee": euro(10000)}


def test_what_goes_to_others_and_to_the_provider_is_not_left() -> None:
    sell(played_by(holder()), 10000)
    fulfilment.book_fee(Receipt("pay_1", "pi_1", "ch_1", 175, "EUR"), NOVEMBER)

    total = income.of_period(YEAR, "EUR").total

    shared = ledger.balance(AccountKind.ROYALTY_EXPENSE, "EUR")
    assert shared.minor > 0
    assert (total.fees, total.shared) == (euro(175), shared)
    assert total.left == total.net - shared - euro(175)


def test_months_are_those_of_the_archives_town() -> None:
    last_hour_of_utc = datetime(
        2026, 10, 31, 23, 30, tzinfo=UTC
    )  # half past midnight of 1 November in Amsterdam

    sold(sales.entry_for_sale(), 5000, last_hour_of_utc)

    months = income.of_period(YEAR, "EUR").months
    assert months[date(2026, 11, 1)].net == euro(5000)
    assert months[date(2026, 10, 1)].net == euro(0)


def test_a_refund_is_taken_off_in_the_month_in_which_it_was_made() -> None:
    sold(sales.entry_for_sale(), 5000)
    back = [
        Posting(AccountKind.REVENUE, euro(5000), "licence_fee"),
        Posting(AccountKind.VAT_PAYABLE, euro(1050), "NL:2100"),
        Posting(AccountKind.STRIPE_CLEARING, euro(-6050)),
    ]
    ledger.post("refund", "B2026-00001", "refund:1", back, datetime(2026, 12, 3, tzinfo=UTC))

    months = income.of_period(YEAR, "EUR").months
    assert months[date(2026, 11, 1)].gross == euro(6050)
    assert months[date(2026, 12, 1)].gross == euro(-6050)


def test_entries_are_listed_by_what_they_earn_less_what_was_credited() -> None:
    one, other = sales.entry_for_sale(), sales.entry_for_sale("Laat uur", "NR-0413")
    order = sales.paid([sales.line_for(one, 9000)], moment=NOVEMBER)
    sold(other, 5000)
    invoice = invoices.of_order(order.id)
    assert invoice is not None
    credit_notes.credit(invoice, "withdrawn", NOVEMBER)

    found = income.by_entry(YEAR, "EUR")

    assert [(row.entry, row.net, row.sales) for row in found] == [(other, euro(5000), 1), (one, euro(0), 1)]


def test_what_is_about_no_entry_stands_last() -> None:
    wallet_line = sales.line_for(
        sales.entry_for_sale(), 2000, entry_id=None, kind=LineKind.TIP, title="Fooi", choice={}, vat_bp=0
    )
    sales.paid([wallet_line], moment=NOVEMBER)
    sold(sales.entry_for_sale("Laat uur", "NR-0413"), 100)

    found = income.by_entry(YEAR, "EUR")

    assert found[-1].entry is None
    assert found[-1].net == euro(2000)


def test_collections_add_up_what_lies_in_them() -> None:
    fonds = entries.add(EntryKind.COLLECTION, "Collectie Terwindt", NOVEMBER)
    series = entries.add(EntryKind.COLLECTION, "Banden", NOVEMBER)
    inside, outside = sales.entry_for_sale(), sales.entry_for_sale("Laat uur", "NR-0413")
    series.parent_id, inside.parent_id = fonds.id, series.id
    db.session.flush()
    sold(inside, 3000)
    sold(inside, 4000)
    sold(outside, 9000)

    found = income.by_collection(income.by_entry(YEAR, "EUR"), "EUR")

    assert [(row.entry, row.net, row.sales, len(row.entries)) for row in found] == [
        (fonds, euro(7000), 2, 1),
        (None, euro(9000), 1, 1),
    ]


def test_tables_are_written_for_a_spreadsheet_without_formulas() -> None:
    sold(sales.entry_for_sale("=1+1"), 10000)

    assert income_files.written("months", periods.read("2026-Q4"), "EUR").splitlines() == [
        "month,currency,gross,vat,net,fees,rights_holders,left",
        "2026-10,EUR,0.00,0.00,0.00,0.00,0.00,0.00",
        "2026-11,EUR,121.00,21.00,100.00,0.00,0.00,100.00",
        "2026-12,EUR,0.00,0.00,0.00,0.00,0.00,0.00",
    ]
    assert "licence_fee,EUR,100.00" in income_files.written("kinds", YEAR, "EUR")
    assert "'=1+1" in income_files.written("entries", YEAR, "EUR")
    assert income_files.written("collections", YEAR, "EUR").count("\n") == 2


def test_bars_are_as_high_as_the_largest_allows() -> None:
    assert income_files.bars([euro(50), euro(100), euro(-20), euro(0)], 180) == [90, 180, 0, 0]
    assert income_files.bars([euro(0)], 180) == [0]


def test_what_is_heard_from_credit_counts_for_its_entry() -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    hearing.hear(owner, entry)

    found = income.by_entry(YEAR, "EUR")

    assert [(row.entry, row.net, row.sales) for row in found] == [(entry, euro(21), 1)]
    assert income.of_period(YEAR, "EUR").kinds == {"listen": euro(21)}


def test_what_was_heard_for_money_is_not_among_the_unsold() -> None:
    owner, entry = wallets.guest(500), hearing.recording()
    interest.write({(wallets.NOW.date(), Sort.HEARD, entry.pid): 3})
    assert [row.entry for row in demand.unsold(YEAR)] == [entry]

    hearing.hear(owner, entry)

    assert demand.unsold(YEAR) == []
