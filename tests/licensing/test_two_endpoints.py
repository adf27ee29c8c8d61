"""A site that its provider tells everything twice, by two endpoints with secrets of their own, as while moving from
one to the other. It does it once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from archive.db import db
from licensing import ledger
from licensing.licences import Licence
from licensing.payments import PaymentStatus
from licensing.provider_events import ProviderEvent
from licensing.sandbox import process
from licensing.sandbox.endpoints import Endpoint
from tests.licensing import served, shop
from tests.licensing.sandbox_shop import eventually
from tests.licensing.served import ServedShop

FIRST, SECOND, WRONG = "whsec_of_the_first", "whsec_of_the_second", "whsec_of_somebody_else"


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[ServedShop]:
    """A site with two endpoints at its provider, and a third of which it has never heard the secret."""

    @contextmanager
    def provider(webhook: str) -> Iterator[str]:
        also = [Endpoint(f"{webhook}?second", SECOND), Endpoint(f"{webhook}?third", WRONG)]
        with process.running(
            tmp_path / "sandbox", webhook, FIRST, also=also, waits=[0.05], pause=0.02
        ) as sandbox:
            yield sandbox.base_url

    with served.opened(tmp_path, provider, FIRST, SECOND) as opened:
        yield opened


def deliveries(open_shop: ServedShop, endpoint: int) -> list[tuple[bool, str | None]]:
    """What the provider knows of what it sent to one endpoint: whether it was taken, and the last answer."""
    state = requests.get(f"{open_shop.provider}/_sandbox/state", timeout=60).json()
    return [
        (each["delivered"], each["last_answer"])
        for each in state["deliveries"]
        if each["endpoint"] == endpoint
    ]


def test_what_is_told_twice_with_different_signatures_is_done_once(open_shop: ServedShop) -> None:
    page = open_shop.begin(open_shop.place())
    requests.post(page, data={"outcome": "ideal"}, allow_redirects=False, timeout=60)

    for endpoint in (0, 1):
        eventually(lambda told=endpoint: deliveries(open_shop, told) == [(True, "200")] * 4)
    open_shop.work()

    assert open_shop.the_payment().status is PaymentStatus.SUCCEEDED
    assert db.session.scalar(select(func.count()).select_from(ProviderEvent)) == 4
    assert db.session.scalar(select(func.count()).select_from(Licence)) == 1
    assert ledger.unbalanced_transactions() == []


def test_an_endpoint_with_a_wrong_secret_is_refused_and_hinders_no_other(open_shop: ServedShop) -> None:
    page = open_shop.begin(open_shop.place())
    requests.post(page, data={"outcome": "ideal"}, allow_redirects=False, timeout=60)

    eventually(lambda: deliveries(open_shop, 2) == [(False, "400")] * 4)
    eventually(lambda: deliveries(open_shop, 0) == [(True, "200")] * 4)

    body = b'{"id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}'
    answers = [open_shop.post_event(body, shop.signature(body, secret)) for secret in (FIRST, SECOND, WRONG)]
    assert answers == [200, 200, 400]
