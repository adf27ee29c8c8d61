"""What a missing clearance costs: uses that were asked for and not to be had, by what stands in the way."""

from datetime import date, timedelta

from sqlalchemy import select

from archive import clock
from archive.accounts import Role
from archive.db import db
from licensing import claiming, missed, parties, rights
from licensing.claiming import Said
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.missed import MissedUse
from licensing.parties import Party, PartyKind
from licensing.reasons import Verdict
from tests.catalogue import staff
from tests.licensing.shop import Shop

CHOICE = {"use": "documentary", "territory": "europe"}


def give_tape_to(open_shop: Shop, basis: Basis, name: str = "Noordwester") -> Party:
    """Let the tape of the recording belong to somebody else."""
    party = parties.ensure(PartyKind.ORGANISATION, name)
    tape = [row for row in rights.rows_of(open_shop.entry.id) if row.layer is Layer.MASTER][-1]
    said = Said(Layer.MASTER, basis, ClaimStatus.CONFIRMED, party=party)
    claiming.change(tape, said, clock.now(), None, "akte")
    db.session.commit()
    return party


def ask_price(open_shop: Shop, **choice: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in choice.items())
    open_shop.browser.get(f"/api/v1/entries/{open_shop.entry.pid}/price?{query}")
    db.session.rollback()


def test_a_price_that_cannot_be_given_is_counted_with_what_stands_in_the_way(open_shop: Shop) -> None:
    party = give_tape_to(open_shop, Basis.UNKNOWN)

    for _time in range(2):
        ask_price(open_shop, **CHOICE)
    ask_price(open_shop, use="podcast", territory="world")
    (found,) = missed.obstacles(clock.now().date())

    assert (found.layer, found.party, found.verdict) == ("master", party, Verdict.ASK)
    assert (found.asked, found.entries, found.lost, found.in_all) == (3, {open_shop.entry.id}, 0, 1)
    assert sorted(db.session.scalars(select(MissedUse.times))) == [1, 2]


def test_what_is_to_be_had_or_was_not_chosen_is_not_counted(open_shop: Shop) -> None:
    ask_price(open_shop, **CHOICE)
    give_tape_to(open_shop, Basis.UNKNOWN)
    ask_price(open_shop)
    ask_price(open_shop, use="theft", territory="atlantis")

    assert db.session.scalars(select(MissedUse)).all() == []


def test_an_order_form_that_had_to_be_closed_is_counted(open_shop: Shop) -> None:
    filled = open_shop.fill_in()
    give_tape_to(open_shop, Basis.OUT_OF_COMMERCE)

    open_shop.browser.post(open_shop.order_address(), data=filled)
    db.session.rollback()

    (found,) = missed.obstacles(clock.now().date())
    assert (found.verdict, found.asked) == (Verdict.DENY, 1)


def test_what_was_cleared_since_stands_in_nobodys_way(open_shop: Shop) -> None:
    give_tape_to(open_shop, Basis.UNKNOWN)
    ask_price(open_shop, **CHOICE)
    give_tape_to(open_shop, Basis.REPRESENTED)

    assert missed.obstacles(clock.now().date()) == []


def test_a_year_later_it_is_forgotten(open_shop: Shop) -> None:
    give_tape_to(open_shop, Basis.UNKNOWN)
    today = clock.now().date()
    missed.note(open_shop.entry.id, CHOICE, Verdict.ASK, today - timedelta(days=365))
    missed.note(open_shop.entry.id, CHOICE, Verdict.ASK, date(2000, 1, 1))

    assert missed.obstacles(today) == []


def test_staff_see_it_on_a_page(open_shop: Shop) -> None:
    give_tape_to(open_shop, Basis.UNKNOWN)
    ask_price(open_shop, **CHOICE)
    staff.sign_in(open_shop.browser, Role.CATALOGUER)

    page = open_shop.browser.get("/en/desk/rights/missed").get_data(as_text=True)

    assert "Noordwester" in page
    assert "Recording (master)" in page
