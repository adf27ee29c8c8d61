"""Agreements: made from what was accepted, in force when paid, printed once, frozen for ever."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from archive import job_runner, storage
from archive.db import db
from licensing import agreement_documents, agreements, licences, orders
from licensing.agreements import Agreement, AgreementEvent, AgreementStatus, Particulars
from licensing.licences import Licence
from licensing.orders import Order
from tests.licensing import sales
from tests.licensing.sales import NOW, line_for

TODAY = NOW.date()


@pytest.fixture
def order(app: Flask) -> Order:
    """An order of two pieces that is not paid yet."""
    return sales.placed([line_for(sales.entry_for_sale(title, title)) for title in ("Stuk 1", "Stuk 2")])


def test_an_accepted_order_has_one_agreement_that_gives_no_right_before_payment(order: Order) -> None:
    agreement = agreements.generate(order, NOW)

    assert agreements.generate(order, NOW) is agreement
    assert agreement.status is AgreementStatus.GENERATED
    assert agreement.licensee == "Studio Lek"
    assert db.session.scalars(select(Licence)).all() == []


def test_payment_puts_it_in_force_with_a_licence_for_each_piece(order: Order) -> None:
    agreement = agreements.generate(order, NOW)

    sales.pay(order)

    assert agreement.status is AgreementStatus.IN_FORCE
    assert len(agreements.of_agreement(agreement.id)) == 2
    moves = db.session.scalars(select(AgreementEvent.after).order_by(AgreementEvent.id)).all()
    assert moves == [AgreementStatus.GENERATED, AgreementStatus.IN_FORCE]


def test_the_document_is_printed_once_and_kept_with_its_hash(order: Order) -> None:
    agreement = agreements.generate(order, NOW)
    sales.pay(order)
    db.session.commit()
    job_runner.run_due()
    db.session.rollback()
    key, sha256 = agreement.storage_key, agreement.sha256
    assert key is not None

    agreement_documents.print_agreement({"agreement_id": agreement.id})

    db.session.rollback()
    with storage.vault().open(key) as file:
        assert file.read().startswith(b"%PDF-1.7")
    assert (agreement.storage_key, agreement.sha256) == (key, sha256)


@pytest.mark.parametrize(
    "statement",
    [
        update(Agreement).values(licensee="Iemand anders"),
        update(Agreement).values(sha256="0" * 64),
        update(Agreement).values(storage_key=None, sha256=None),
        update(Agreement).values(layers_granted={}),
        delete(Agreement),
        update(AgreementEvent).values(why="niets"),
    ],
    ids=["licensee", "hash", "document", "layers", "deleted", "history"],
)
def test_what_was_agreed_cannot_be_changed(order: Order, statement) -> None:
    agreement = agreements.generate(order, NOW)
    agreements.keep_document(agreement, storage.Stored("vault/a.pdf", 10, "f" * 64))

    with pytest.raises(DatabaseError):
        db.session.execute(statement)


def test_conditions_of_a_holder_stand_with_the_layer_they_are_about(order: Order) -> None:
    first = order.lines[0]
    particulars = Particulars(
        end_user="Omroep Noordwester", conditions={(first.entry_id, "master"): "niet in de leader"}
    )

    agreement = agreements.generate(order, NOW, particulars)

    granted = dict(agreement.layers_granted[str(first.id)]["granted"])
    assert "niet in de leader" in granted["Opname (master)"]
    other = dict(agreement.layers_granted[str(order.lines[1].id)]["granted"])
    assert "niet in de leader" not in other["Opname (master)"]
    assert agreement.end_user == "Omroep Noordwester"


def test_a_layer_that_was_left_out_is_not_granted_and_names_whom_to_ask(app: Flask) -> None:
    entry = sales.entry_for_sale()
    order = sales.placed([line_for(entry, layers_excluded=("performance",))])

    said = agreements.generate(order, NOW).layers_granted[str(order.lines[0].id)]

    assert said["layers"]["not_granted"] == ["composition", "performance"]
    assert said["layers"]["granted"] == ["master"]
    withheld = dict(said["not_granted"])
    assert "Buma/Stemra" in withheld["Compositie"]
    assert said["roles"] == {"master": "owner"}


def test_an_agreement_ends_with_the_last_of_its_licences(order: Order) -> None:
    agreement = agreements.generate(order, NOW)
    sales.pay(order)
    first, second = licences.of_order(order.id)

    licences.revoke(first, "gebruikt in reclame", NOW, None)
    agreements.follow(agreement, NOW, TODAY)
    assert agreement.status is AgreementStatus.IN_FORCE

    licences.revoke(second, "gebruikt in reclame", NOW, None)
    agreements.follow(agreement, NOW, TODAY)
    assert agreement.status is AgreementStatus.TERMINATED


def test_an_agreement_ends_when_its_time_is_over(order: Order) -> None:
    agreement = agreements.generate(order, NOW)
    sales.pay(order)

    agreements.follow(agreement, NOW, TODAY.replace(year=2040))
    agreements.follow(agreement, NOW, TODAY.replace(year=2040))

    assert agreement.status is AgreementStatus.ENDED


def test_the_acceptance_is_fingerprinted_over_lines_prices_and_terms(order: Order) -> None:
    before = agreement_documents.accepted_hash(order)

    order.lines[0].net_minor += 1

    assert agreement_documents.accepted_hash(order) != before
    assert order.status is orders.OrderStatus.OPEN
