"""Day passes and copies to keep, sold by an order of their own to who has no credit.

A single listen costs less than a payment can be, so it is sold from credit, or within a pass.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from archive.errors import Refused
from catalogue.entries import Entry
from licensing import listening, orders, periods, taxes, use_prices
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.permissions import Decision
from licensing.small_prices import GrantKind, Prices
from licensing.use_prices import Price

DIRECT = (GrantKind.DOWNLOAD, GrantKind.PASS)
LEAST = 50  # cents; the provider takes no less (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)


@dataclass(frozen=True)
class Wish:
    """What is ordered, and what came with the form: the price it showed, and what was offered where one may choose."""

    kind: GrantKind
    entry: Entry | None  # None: a pass
    seen: Money | None
    offered: Money | None


def is_direct(kind: GrantKind, price: Price) -> bool:
    """Say whether a use can be paid by an order of its own."""
    return kind in DIRECT and price.amount.minor >= LEAST


def order(wish: Wish, buyer: Buyer, *, form_key: str, consent: dict[str, Any], moment: datetime) -> Order:
    """Place the order of a pass or a copy; a form sent again finds the order it placed.

    Raise Refused where the rights do not allow it or the price has changed, Invalid below the floor, Unavailable
    without a file. Whatever is raised, nothing was ordered.
    """
    known = orders.find_by_form_key(form_key)
    if known is not None:
        return known
    on, entry_id = periods.day_of(moment), wish.entry.id if wish.entry else None
    decision = listening.require(wish.kind, wish.entry, buyer.country, on)
    price = use_prices.of(entry_id, wish.kind, on)
    if not is_direct(wish.kind, price):
        raise Refused("This costs less than a payment can be. Add credit and pay from that.")
    if wish.seen is not None and wish.seen != price.amount:
        raise listening.PriceChanged(price.amount)
    line = _line(wish, price, price.agreed(wish.offered), buyer.country, decision, moment)
    return orders.place(
        buyer, [line], form_key=form_key, consent=consent, terms=orders.TERMS_VERSION, moment=moment
    )


def require_still(found: Order, moment: datetime) -> None:
    """Raise Refused before a buyer is sent to pay for what may no longer be given, or costs more by now."""
    for line in found.lines:
        if line.kind.value not in [kind.value for kind in DIRECT]:
            continue
        kind, on = GrantKind(line.kind.value), periods.day_of(moment)
        listening.require(kind, line.entry, found.country, on)
        if use_prices.of(line.entry_id, kind, on).amount.minor > line.choice["pays_minor"]:
            raise Refused("This costs more by now. Order again at the new price; nothing was charged.")


def _line(
    wish: Wish, price: Price, pays: Money, country: str, decision: Decision | None, moment: datetime
) -> PricedLine:
    on, kind = periods.day_of(moment), LineKind(wish.kind.value)
    taxed = taxes.included_in(pays, taxes.tax_of_sale(kind, country, on))
    return PricedLine(
        entry_id=wish.entry.id if wish.entry else None,
        title=wish.entry.title if wish.entry else _("Day pass"),
        kind=kind,
        choice={"pays_minor": pays.minor, "decided": listening.reasons(decision)},
        summary=_said(wish.kind, use_prices.listed(on)),
        net=taxed.net,
        vat=taxed.vat,
        vat_code=taxed.rate.un_code,
        vat_bp=taxed.rate.bp,
        vat_country=taxed.rate.country,
        trace=[],
        rate_card=price.version,
    )


def _said(kind: GrantKind, prices: Prices) -> str:
    lasts = prices.lasts[kind]
    if kind is GrantKind.PASS:
        hours = int(lasts.total_seconds()) // 3600
        return str(_("Every recording that can be heard for credit, for %(hours)s hours", hours=hours))
    return str(
        _(
            "MP3 for private use; its link works for %(days)s days and %(times)s times",
            days=lasts.days,
            times=prices.download_times,
        )
    )
