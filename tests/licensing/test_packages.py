"""What is delivered: packed with its documents, by links that end, and downloads that go on where they broke off."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db
from archive.errors import Gone, Invalid
from licensing import delivery, licences, orders, packages
from licensing.delivery import Delivery
from licensing.orders import OrderStatus
from tests.licensing import shop
from tests.licensing.shop import Shop


@pytest.fixture
def sold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop that has sold its recording, with all that the jobs make of it."""
    monkeypatch.setattr(packages, "FIRST_LOOK", packages.FIRST_LOOK * 0)
    monkeypatch.setattr(packages, "LOOK_AGAIN", packages.LOOK_AGAIN * 0)
    with shop.opened(tmp_path) as opened:
        opened.browser.get(opened.pay(opened.order()))
        opened.work()
        yield opened


def the_delivery(sold: Shop) -> Delivery:
    order = sold.the_order()
    assert order.status is OrderStatus.PAID
    found = delivery.of_licence(licences.of_order(order.id)[0].id)
    assert found is not None
    return found


def link(sold: Shop) -> str:
    return f"/downloads/{delivery.link_token(the_delivery(sold))}"


def body(sold: Shop, address: str, **headers: str) -> tuple[int, bytes]:
    with sold.browser.get(address, headers=headers) as answer:
        return answer.status_code, answer.get_data()


def test_a_package_holds_file_licence_invoice_checksums_and_what_they_are(sold: Shop) -> None:
    page = sold.browser.get(f"/nl/orders/{orders.link_token(sold.the_order())}").get_data(as_text=True)
    address = re.search(r'href="(/downloads/[^"]+/package.zip)"', page)
    assert address

    status, content = body(sold, address[1])

    assert status == 200
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}
        files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    readme = files.pop("README.txt").decode()
    assert sums == {name: hashlib.sha256(file).hexdigest() for name, file in files.items()}
    assert len(files) == 3
    assert sum(1 for file in files.values() if file.startswith(b"%PDF")) == 2
    licence = the_delivery(sold).licence
    assert licence.number in readme
    assert licence.code in readme


def test_a_package_made_again_is_the_same_to_the_byte(sold: Shop, tmp_path: Path) -> None:
    contents = packages._contents(the_delivery(sold))
    assert contents is not None

    for name in ("one.zip", "two.zip"):
        packages._write(tmp_path / name, contents)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    package = packages.find(the_delivery(sold).id)
    assert package is not None
    assert hashlib.sha256((tmp_path / "one.zip").read_bytes()).hexdigest() == package.sha256


def test_a_download_that_broke_off_goes_on_and_is_counted_once(sold: Shop) -> None:
    address = link(sold) + "/package.zip"
    status, whole = body(sold, address)
    etag = sold.fetch(address, Range="bytes=5-5").headers["ETag"]

    middle, rest = body(sold, address, **{"Range": f"bytes={len(whole) // 2}-", "If-Range": etag})

    assert (status, middle) == (200, 206)
    assert whole[len(whole) // 2 :] == rest
    assert the_delivery(sold).used == 1


def test_who_has_a_part_of_another_file_gets_all_of_this_one_and_it_counts(sold: Shop) -> None:
    address = link(sold)

    status, content = body(sold, address, **{"Range": "bytes=100-", "If-Range": '"of-another-file"'})

    assert status == 200
    assert len(content) > 100
    assert the_delivery(sold).used == 1


@pytest.mark.parametrize("asked", ["bytes=0-99", "bytes=1-", "bytes=-100"])
def test_a_range_without_a_start_that_was_counted_is_no_way_around_the_count(sold: Shop, asked: str) -> None:
    status, _content = body(sold, link(sold), Range=asked)

    assert (status, the_delivery(sold).used) in ((206, 1), (410, 0))


# Lesson 35
def test_a_link_that_leaked_cannot_be_continued_for_ever(sold: Shop) -> None:
    address = link(sold)
    body(sold, address)

    statuses = [body(sold, address, Range="bytes=1-")[0] for _ in range(delivery.AGAIN + 2)]

    assert statuses == [206] * delivery.AGAIN + [410] * 2


# Lesson 35
def test_staff_stop_the_links_that_were_handed_out_and_the_order_has_new_ones(sold: Shop) -> None:
    leaked, staff = link(sold), staff_member()

    delivery.stop_links(the_delivery(sold), "put on a forum", clock.now(), staff)
    db.session.commit()

    assert body(sold, leaked)[0] in (404, 410)
    assert body(sold, link(sold))[0] == 200
    assert [one.why for one in delivery.events_of(the_delivery(sold).id)] == ["put on a forum"]


def test_a_delivery_is_stopped_and_begun_anew_by_staff_with_a_reason(sold: Shop) -> None:
    staff, ready = staff_member(), the_delivery(sold)
    with pytest.raises(Invalid):
        delivery.stop(ready, " ", clock.now(), staff)
    delivery.stop(ready, "the wrong file", clock.now(), staff)
    with pytest.raises(Gone):
        delivery.redeem(delivery.link_token(ready), clock.now(), is_continued=False)

    delivery.deliver_again(ready, "mended", clock.now(), staff)

    assert delivery.redeem(delivery.link_token(ready), clock.now(), is_continued=False).id == ready.id


def test_a_held_licence_stops_its_package_too(sold: Shop) -> None:
    address = link(sold) + "/package.zip"
    licences.suspend(the_delivery(sold).licence, "a dispute", clock.now(), None)
    db.session.commit()

    assert body(sold, address)[0] == 410


def staff_member() -> int:
    account = accounts.add("desk@example.org", "Desk", Role.LICENSING, "a long enough one 12", clock.now())
    db.session.commit()
    return account.id
