"""Orders placed and paid without a browser or a payment provider, for tests of what follows from them."""

import secrets
from datetime import UTC, datetime
from typing import Any

from catalogue.entries import Entry
from licensing import fulfilment, orders, wording
from licensing.fulfilment import Receipt
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, OrderStatus, PricedLine
from tests.licensing import shop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOOR = Buyer(
    name="Noor Adriaanse",
    email="noor@studio.example",
    organisation="Studio Lek",
    country="NL",
    project="Slotscène",
    lang="nl",
)


def entry_for_sale(title: str = "Blauw uur", shelfmark: str = "NR-0412") -> Entry:
    """Add a recording whose rights are cleared; the composition is reported to Buma/Stemra."""
    return shop.recording_for_sale(shop.tone(), title, shelfmark)


def line_for(entry: Entry | None, minor: int = 18050, **changes: Any) -> PricedLine:
    """Price a licence of an entry; `changes` are other fields of the line, without an entry its kind too."""
    choice = changes.pop("choice", shop.CHOICE)
    net, bp = Money(minor, "EUR"), changes.pop("vat_bp", 2100)
    fields: dict[str, Any] = {
        "entry_id": entry.id if entry else None,
        "title": entry.title if entry else "Nachtregister",
        "kind": LineKind.LICENCE_FEE,
        "choice": choice,
        "summary": wording.summary(choice, "nl") if entry else "",
        "net": net,
        "vat": net.percent_of(bp),
        "vat_code": "S",
        "vat_bp": bp,
        "vat_country": "NL",
        "trace": [],
        "rate_card": "2026-1",
    }
    return PricedLine(**fields | changes)


def placed(lines: list[PricedLine], buyer: Buyer = NOOR, moment: datetime = NOW) -> Order:
    """Place an order of these lines."""
    consent = {"text": "Lever meteen.", "at": moment.isoformat()}
    return orders.place(
        buyer, lines, form_key=secrets.token_urlsafe(16), consent=consent, terms="2026-1", moment=moment
    )


def paid(lines: list[PricedLine], buyer: Buyer = NOOR, moment: datetime = NOW) -> Order:
    """Place an order of these lines and pay it."""
    order = placed(lines, buyer, moment)
    pay(order, moment)
    return order


def pay(order: Order, moment: datetime = NOW) -> None:
    """Let the money of an order come in."""
    if order.status is OrderStatus.OPEN:
        orders.move(order, OrderStatus.AWAITING_PAYMENT, moment, "payment begun")
    fulfilment.complete(order, receipt_of(order), moment)


def receipt_of(order: Order, payment: str = "1") -> Receipt:
    """Make the receipt of a payment of an order."""
    return Receipt(f"{order.number}-{payment}", f"pi_{order.number}_{payment}", None, None, order.currency)
