"""Receipts: what was bought without an agreement, in words, and the mail that says it was paid.

The mail is written when it is posted, because it may carry the link of a wallet, which no row may hold.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from archive import jobs, language, mail
from archive.db import db
from catalogue.entries import Entry
from licensing import orders, top_ups, wallet_links, wording
from licensing.money import Money
from licensing.orders import LineKind, Order

POST_JOB = "receipts.post"
GIVES_A_USE = frozenset({LineKind.DOWNLOAD, LineKind.PASS})

KINDS = {
    LineKind.LISTEN: _l("Listening"),
    LineKind.DOWNLOAD: _l("Download"),
    LineKind.PASS: _l("Pass"),
    LineKind.TICKET: _l("Ticket"),
    LineKind.TIP: _l("Tip"),
    LineKind.TOP_UP: _l("Listening credit"),
}


@dataclass(frozen=True)
class Line:
    """One thing bought, in the reader's language; the amount is without VAT."""

    what: str
    title: str
    entry: Entry | None
    summary: str
    amount: Money


def lines(order: Order) -> list[Line]:
    """Say what was bought."""
    return [
        Line(str(KINDS[line.kind]), line.title, line.entry, line.summary, line.net) for line in order.lines
    ]


def taxes(order: Order) -> list[tuple[str, Money]]:
    """Say what VAT was in it, once per rate; nothing where there was none."""
    return [
        (_("VAT %(rate)s%%", rate=wording.percent(share.tax.bp)), share.vat)
        for share in order.taxed
        if share.vat
    ]


def send(order: Order) -> None:
    """Queue the mail of a paid order."""
    jobs.enqueue(POST_JOB, {"order_id": order.id}, key=f"{POST_JOB}:{order.id}")


def post(payload: jobs.Payload) -> None:
    """Job: post the receipt of an order, with the link of the wallet that it topped up."""
    order = db.session.get_one(Order, payload["order_id"])
    if order.paid_at is None:
        return
    topped = top_ups.wallet_of(order)
    key = wallet_links.key_of(topped) if topped is not None and topped.link_seed else None
    with language.speaking(order.lang):
        letter = mail.write(
            "order_receipt",
            order.buyer_email,
            order.lang,
            order.paid_at,
            order=order,
            token=orders.link_token(order),
            lines=lines(order),
            taxes=taxes(order),
            gives_use=any(line.kind in GIVES_A_USE for line in order.lines),
            wallet=topped,
            key=key,
        )
    db.session.rollback()  # the post may be slow, and nothing is to be written
    mail.deliver(letter | {"job_id": payload["job_id"]})
