"""VAT of another country: an order was taxed where its buyer turned out not to be.

The invoice is credited wholly and another one stands for it, with the VAT of the right country taken out of the same
price (Directive 2006/112/EC, art. 73 and 78): the buyer pays what was agreed, and the difference is the archive's. The
lines of the order take the right tax over, so that whatever goes back later goes back at that rate.
"""

from datetime import datetime

from flask_babel import gettext as _

from archive import audit, clock, mail
from archive.db import db
from archive.errors import Refused
from archive.language import speaking
from licensing import (
    credit_notes,
    fulfilment,
    invoice_documents,
    invoices,
    ledger,
    orders,
    refund_parts,
    taxes,
    vat_numbers,
)
from licensing.invoices import Invoice, TaxTotal
from licensing.ledger import AccountKind, Posting
from licensing.orders import Order, OrderLine
from licensing.taxes import Rate, VatLine


def correct(order: Order, country: str, moment: datetime) -> Invoice:
    """Tax a paid order in another country; the buyer is told. Raise Refused for what only people can correct."""
    rate, issued = rate_in(order, country), invoices.all_of_order(order.id)
    if len(issued) != 1:
        raise Refused(
            "Something of this order was credited already. Correct the rest by hand, with the bookkeeper."
        )
    with speaking(order.lang):
        why = _("The buyer is in another country: the VAT is that of %(country)s.", country=country)
    before = _postings(order)
    note = credit_notes.credit(issued[0], why, moment)
    taxed = taxes.included_in(order.gross, rate)
    _tax_anew(order, taxed)
    total = TaxTotal(rate.un_code, rate.bp, taxed.net.minor, taxed.vat.minor)
    nets = {position: line.net_minor for position, line in enumerate(order.lines, start=1)}
    made = invoices.replace(issued[0], [total], moment, nets)
    for document in (note, made):
        invoice_documents.print_later(document)
    after = [Posting(posting.kind, -posting.amount, posting.owner) for posting in _postings(order)]
    ledger.post("vat_correction", order.number, f"vat_country:{order.number}", [*before, *after], moment)
    audit.record(
        "order.vat_corrected", "order", order.number, None, credit_note=note.number, invoice=made.number
    )
    _tell(order, note, made)
    return made


def rate_in(order: Order, country: str) -> Rate:
    """Give the rate that an order would have borne in a country; raise Refused when it is more than one."""
    day = clock.day_here(order.placed_at)
    customer = vat_numbers.customer(country, order.organisation, order.vat_number, day)
    rates = {taxes.rate_to(line.kind, customer, day) for line in order.lines}
    if len(rates) != 1:
        raise Refused(
            "The lines of this order bear different tax there. Correct it by hand, with the bookkeeper."
        )
    return rates.pop()


def _tax_anew(order: Order, taxed: VatLine) -> None:
    """Give each line its part of the VAT that is in the same price."""
    grosses = {left.line: left.gross for left in refund_parts.left_of(order)}
    weights = [grosses[line.id].minor for line in order.lines]
    for line, vat in zip(order.lines, taxed.vat.allocate(weights), strict=True):
        _tax_line(line, grosses[line.id].minor - vat.minor, vat.minor, taxed.rate)
    order.net_minor, order.vat_minor = taxed.net.minor, taxed.vat.minor
    db.session.flush()


def _tax_line(line: OrderLine, net_minor: int, vat_minor: int, rate: Rate) -> None:
    line.net_minor, line.vat_minor = net_minor, vat_minor
    line.vat_country, line.vat_code, line.vat_bp = rate.country, rate.un_code, rate.bp


def _postings(order: Order) -> list[Posting]:
    """Take an order out of income and VAT, as it is taxed now."""
    earned = order.net_by(fulfilment.counterpart).items()
    due = [
        Posting(AccountKind.VAT_PAYABLE, share.vat, f"{share.tax.country}:{share.tax.bp}")
        for share in order.taxed
    ]
    return [*(Posting(kind, net, owner) for (kind, owner), net in earned), *due]


def _tell(order: Order, note: Invoice, made: Invoice) -> None:
    mail.send(
        "country_corrected",
        order.buyer_email,
        order.lang,
        number=order.number,
        note=note.number,
        invoice=made.number,
        token=orders.link_token(order),
    )
