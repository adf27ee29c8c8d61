"""The buyer's way: ticket, order form, order page, download, licence and its public check."""

import io
import re
import wave
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import transactions
from archive.db import db
from catalogue import entries
from catalogue.entries import Status
from licensing import agreement_documents, agreements, delivery, licences, orders, pricing
from licensing.delivery import Delivery
from licensing.licences import Licence, LicenceStatus, Standing
from licensing.money import Money
from licensing.orders import OrderStatus
from licensing.pricing import Step
from tests.licensing.shop import Shop


@pytest.fixture
def sold(open_shop: Shop) -> Shop:
    """A shop that has sold its recording to Studio Lek."""
    back = open_shop.pay(open_shop.order())
    open_shop.browser.get(back)
    for _ in range(4):
        open_shop.work()
    assert open_shop.the_order().status is OrderStatus.PAID
    return open_shop


def order_page(open_shop: Shop) -> str:
    token = orders.link_token(open_shop.the_order())
    db.session.rollback()
    return open_shop.browser.get(f"/nl/orders/{token}").get_data(as_text=True)


def download_link(open_shop: Shop) -> str:
    found = re.search(r'href="(/downloads/[^"]+)"', order_page(open_shop))
    assert found
    return found[1]


def test_the_form_shows_what_is_ordered_and_says_that_ordering_means_paying(open_shop: Shop) -> None:
    page = open_shop.browser.get(open_shop.order_address()).get_data(as_text=True)

    assert "Blauw uur" in page
    assert "218,41" in page
    button = re.search(r'<button class="btn" type="submit">([^<]+)</button>', page)
    assert button
    assert "218,41" in button[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("email", "noor@"),
        ("email", "noor@studio.example, other@studio.example"),
        ("country", "XX"),
        ("project", "  "),
        ("consent", None),
        ("terms", None),
        ("form_key", "short"),
        ("total_minor", "1"),
        ("total_minor", "-5"),
    ],
)
def test_a_faulty_form_comes_back_filled_in_and_orders_nothing(
    open_shop: Shop, field: str, value: str | None
) -> None:
    answer = open_shop.browser.post(open_shop.order_address(), data=open_shop.fill_in(**{field: value}))

    assert answer.status_code == 422
    if field != "project":
        assert "Slotscène" in answer.get_data(as_text=True)
    assert db.session.scalars(select(orders.Order)).all() == []


def test_the_price_is_the_servers_and_a_change_is_shown_before_ordering(open_shop: Shop) -> None:
    form = open_shop.fill_in()

    answer = open_shop.browser.post(open_shop.order_address(territory="world"), data=form)

    assert answer.status_code == 422
    assert "298,87" in answer.get_data(as_text=True)


def test_what_may_not_be_licensed_directly_leads_back_to_the_ticket(open_shop: Shop) -> None:
    answer = open_shop.browser.get(open_shop.order_address(use="advertising"))

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#licence")


def test_a_withdrawn_entry_cannot_be_ordered(open_shop: Shop) -> None:
    entries.move(open_shop.entry, Status.WITHDRAWN, None, "Op verzoek van de erven")
    db.session.commit()

    assert open_shop.browser.get(open_shop.order_address()).status_code == 410


def test_an_order_keeps_the_price_with_a_trace_that_recomputes_it(open_shop: Shop) -> None:
    open_shop.order()

    line = open_shop.the_order().lines[0]

    assert pricing.recompute([Step(**step) for step in line.trace], "EUR") == Money(line.net_minor, "EUR")


def test_an_order_is_found_by_its_link_only(open_shop: Shop) -> None:
    open_shop.order()

    assert open_shop.browser.get("/nl/orders/1").status_code == 404
    token = orders.link_token(open_shop.the_order())
    assert open_shop.browser.get(f"/nl/orders/{token}x").status_code == 404
    assert open_shop.browser.get(f"/nl/orders/{token}").status_code == 200


def test_the_confirmation_carries_the_link_the_amounts_and_the_consent(sold: Shop) -> None:
    folder = Path(sold.app.config["SETTINGS"].data_dir) / "mail"
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))
    ]

    last = mails[-1]
    body = last.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert last["To"] == "noor@studio.example"
    assert orders.link_token(sold.the_order()) in text
    for part in ("180,50", "37,91", "218,41", sold.the_order().consent["text"]):
        assert part in text


def test_the_file_is_the_master_with_the_rights_written_into_it(sold: Shop) -> None:
    answer = sold.fetch(download_link(sold))

    assert answer.status_code == 200
    assert sounding(answer.data) == sounding(sold.master)
    assert b"bext" in answer.data
    assert db.session.scalars(select(Licence.number)).one().encode() in answer.data
    assert answer.headers["Content-Disposition"] == "attachment; filename=NR-0412.wav"
    assert answer.headers["Cache-Control"] == "private, no-store"


def sounding(content: bytes) -> bytes:
    with wave.open(io.BytesIO(content)) as file:
        return file.readframes(file.getnframes())


def test_a_broken_download_goes_on_where_it_stopped_and_counts_once(sold: Shop) -> None:
    link = download_link(sold)
    whole = sold.fetch(link)

    rest = sold.fetch(link, Range="bytes=100-")

    assert rest.status_code == 206
    assert rest.data == whole.data[100:]
    db.session.rollback()
    assert db.session.scalars(select(Delivery.used)).one() == 1


def test_a_download_ends_after_as_many_times_as_agreed(sold: Shop) -> None:
    link = download_link(sold)

    statuses = [sold.fetch(link).status_code for _ in range(delivery.MAX_USES + 2)]

    assert statuses == [200] * delivery.MAX_USES + [410, 410]


def test_a_download_link_goes_stale_and_cannot_be_made_up(
    sold: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = download_link(sold)
    signed, _dot, signature = link.rpartition(".")
    # Not the last character: it has bits that mean nothing.
    forged = f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    assert sold.fetch(forged).status_code == 410

    monkeypatch.setattr(delivery, "LINK_LASTS", timedelta(seconds=-1))
    assert sold.fetch(link).status_code == 410


@pytest.mark.parametrize("status", [LicenceStatus.SUSPENDED, LicenceStatus.REVOKED])
def test_a_download_stops_with_its_licence(sold: Shop, status: LicenceStatus) -> None:
    link = download_link(sold)
    with transactions.transaction():
        db.session.scalars(select(Licence)).one().status = status

    assert sold.fetch(link).status_code == 410


def test_the_licence_is_a_document_that_stays_as_it_is(sold: Shop) -> None:
    token = orders.link_token(sold.the_order())
    db.session.rollback()

    first, second = (sold.fetch(f"/nl/orders/{token}/licence.pdf").data for _ in range(2))

    assert first.startswith(b"%PDF-")
    assert first == second


def test_anybody_can_check_a_licence_without_learning_whose_it_is(sold: Shop) -> None:
    code = db.session.scalars(select(Licence.code)).one()
    db.session.rollback()

    page = sold.browser.get(f"/licences/{code}", follow_redirects=True).get_data(as_text=True)
    typed = sold.browser.get(
        "/nl/licences", query_string={"code": f" {code.lower()} "}, follow_redirects=True
    )

    assert "Blauw uur" in page
    assert "Studio Lek" not in page
    assert "Noor" not in page
    assert typed.status_code == 200
    assert sold.browser.get("/nl/licences/2222-2222-2222").status_code == 404


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 2, 28), Standing.NOT_YET),
        (date(2026, 3, 1), Standing.VALID),
        (date(2031, 2, 28), Standing.VALID),
        (date(2031, 3, 1), Standing.EXPIRED),
    ],
)
def test_a_licence_holds_from_its_first_to_its_last_day(today: date, expected: Standing) -> None:
    licence = Licence(status=LicenceStatus.ACTIVE, starts_on=date(2026, 3, 1), ends_on=date(2031, 2, 28))

    assert licences.standing(licence, today) is expected


def test_staff_see_orders_and_others_do_not(sold: Shop) -> None:
    assert sold.browser.get("/nl/desk/orders").status_code == 303


def test_a_licence_bought_in_a_trial_says_so_on_the_document(sold: Shop) -> None:
    agreement = agreements.of_order(sold.the_order().id)

    assert agreement is not None
    assert agreement_documents.terms_of(agreement).is_test
