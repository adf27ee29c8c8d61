"""What was ordered of an entry is still paid, delivered and checked when the entry has been merged with another."""

import re

from archive.db import db
from catalogue import entries, entry_files
from catalogue.merges import MergeKind
from catalogue.merging import joining
from catalogue.merging.joining import Order
from catalogue.pages import merging as merging_page
from licensing import orders
from licensing.orders import OrderStatus
from tests.catalogue import specimens
from tests.licensing.shop import Shop


def test_an_open_order_is_paid_and_delivered_after_a_merge(open_shop: Shop) -> None:
    payment_page = open_shop.order()
    db.session.rollback()
    kept = specimens.recording("Blauw uur (band)")
    db.session.commit()
    gone = entries.get(open_shop.entry.pid)
    kept_pid, gone_pid, title = kept.pid, gone.pid, gone.title
    made = joining.merge(MergeKind.ENTRY, Order(kept.id, gone.id, {}, kept.version, gone.version), None)
    db.session.commit()

    open_shop.browser.get(open_shop.pay(payment_page))
    for _ in range(4):
        open_shop.work()

    assert open_shop.the_order().status is OrderStatus.PAID
    token = orders.link_token(open_shop.the_order())
    db.session.rollback()
    page = open_shop.browser.get(f"/nl/orders/{token}").get_data(as_text=True)
    link = re.search(r'href="(/downloads/[^"]+)"', page)
    assert title in page
    assert link
    assert open_shop.fetch(link[1]).status_code == 200
    assert open_shop.browser.get(f"/nl/entries/{gone_pid}").location == f"/nl/entries/{kept_pid}"
    stays = entry_files.of(made.kept_id)[made.kept_id]
    assert stays.master is not None
    joining.undo(made.id, None)
    assert entry_files.of(made.kept_id)[made.kept_id].master is None


def test_the_page_of_a_merge_says_what_keeps_to_the_old_number(open_shop: Shop) -> None:
    open_shop.order()
    db.session.rollback()
    kept, gone = specimens.recording("Blauw uur (band)"), entries.get(open_shop.entry.pid)
    db.session.commit()

    with open_shop.app.test_request_context("/nl/"):
        page = merging_page.make(kept, gone, "nl")

    assert {name for name, _ in page.merged.others} == {"order line", "rights claim"}
