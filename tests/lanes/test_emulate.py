"""Hosted Checkout in a real browser, and a page that expires, against emulate: a server by others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from archive.db import db
from licensing.gateways.gateway import GatewayUnavailable, Outcome, gateway
from licensing.payments import PaymentStatus
from licensing.provider_events import ProviderEvent
from tests import browsers
from tests.lanes.front import LINE, Front, Json, Peer, session_of, standing
from tests.lanes.peers import EMULATE_SECRET
from tests.licensing import served
from tests.licensing.served import ServedShop


class Priced(Front):
    """A session of emulate's has prices that were made before, and forgets what it was for."""

    def create(self, form: Json) -> Json:
        product = self.peer.post("/v1/products", name=form[f"{LINE}[product_data][name]"])
        amount = {"unit_amount": form[f"{LINE}[unit_amount]"], "currency": form[f"{LINE}[currency]"]}
        price = self.peer.post("/v1/prices", product=product["id"], **amount)
        kept = {name: form[name] for name in ("mode", "success_url", "cancel_url", "metadata[payment]")}
        line = {"line_items[0][price]": price["id"], "line_items[0][quantity]": "1"}
        session = self.peer.post("/v1/checkout/sessions", **kept, **line)
        self.asked[session["id"]] = form
        return self._whole(session)

    def show(self, name: str) -> Json:
        return self._whole(self.peer.get(f"/v1/checkout/sessions/{name}"))

    def expire(self, name: str) -> Json:
        return self.peer.post(f"/v1/checkout/sessions/{name}/expire")

    def _whole(self, session: Json) -> Json:
        return session_of(session["id"], self.asked[session["id"]]) | session


@pytest.fixture
def peer() -> Peer:
    if not (url := os.environ.get("EMULATE_URL")):
        pytest.skip("EMULATE_URL does not name emulate; `make test-stripe-lanes` starts it")
    return Peer(url)


@contextmanager
def shop_at(folder: Path, api_base: str) -> Iterator[ServedShop]:
    """Serve a site where emulate was told at its start that it would be."""

    @contextmanager
    def provider(_webhook: str) -> Iterator[str]:
        yield api_base

    port = int(os.environ["EMULATE_SHOP_PORT"])
    with served.opened(folder, provider, EMULATE_SECRET, port=port) as opened:
        yield opened


@pytest.fixture
def shop(tmp_path: Path, peer: Peer) -> Iterator[ServedShop]:
    with standing(Priced(peer)) as front, shop_at(tmp_path, front) as opened:
        yield opened


@pytest.mark.browser
def test_a_buyer_pays_on_its_page_and_comes_back_to_a_paid_order(shop: ServedShop, chromium: Browser) -> None:
    address = shop.begin(shop.place())

    with browsers.visiting(chromium) as context:
        page = context.new_page()
        page.goto(address)
        browsers.follow(page.get_by_role("button", name="Pay $218.41"))
        returned = page.url
    shop.work()

    assert returned.startswith(shop.page_of(shop.the_payment().order))
    assert shop.the_payment().status is PaymentStatus.SUCCEEDED
    # Its events are signed, and have no id: each was refused, and the return alone was enough.
    assert db.session.scalar(select(func.count()).select_from(ProviderEvent)) == 0


@pytest.mark.browser
def test_a_page_that_we_close_cannot_be_paid_and_closing_it_again_changes_nothing(
    shop: ServedShop, chromium: Browser
) -> None:
    address = shop.begin(shop.place())
    session = shop.the_payment().session_id or ""

    said = [gateway().expire(session).outcome for _ in range(2)]

    assert said == [Outcome.EXPIRED] * 2
    with browsers.visiting(chromium) as context:
        page = context.new_page()
        page.goto(address)
        assert page.get_by_role("button").count() == 0
        assert "no longer available" in page.inner_text("body")


def test_what_it_refuses_of_our_own_request_leaves_the_order_to_be_paid(tmp_path: Path, peer: Peer) -> None:
    with shop_at(tmp_path, peer.url) as shop:
        with pytest.raises(GatewayUnavailable):
            shop.begin(shop.place())

        assert shop.the_payment().status is PaymentStatus.CREATED


def test_an_answer_without_an_amount_is_no_report(tmp_path: Path, peer: Peer) -> None:
    bare = peer.post("/v1/checkout/sessions", mode="payment")

    with shop_at(tmp_path, peer.url), pytest.raises(GatewayUnavailable):
        gateway().read(bare["id"])
