"""The electronic invoice: the same invoice for machines, after EN 16931, in its two syntaxes.

CII goes into the PDF (as Factur-X does), UBL beside it. Keys such as BT-1 are the standard's own numbers.
"""

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

from facturx import generate_xml

from licensing import typesetting
from licensing.invoices import Invoice, InvoiceKind, InvoiceLine, PartyBlock, TaxTotal
from licensing.money import Money

LEVEL = "en16931"
TYPE_CODES = {InvoiceKind.INVOICE: "380", InvoiceKind.CREDIT_NOTE: "381"}  # UNTDID 1001
ONE = "C62"  # a piece (UN/ECE recommendation 20)
OUTSIDE = "O"  # has no rate, and its parties no VAT number: BR-O-02 to BR-O-05
# Why there is no tax: in words, and as a code of the Connecting Europe Facility's list VATEX.
EXEMPTIONS = {
    "AE": ("Reverse charge", "VATEX-EU-AE"),
    OUTSIDE: ("Not subject to VAT", "VATEX-EU-O"),
}
TRADE_REGISTER = "0106"  # KVK (ISO 6523)


class Syntax(str, Enum):
    """How it is written down."""

    CII = "factur-x"
    UBL = "ubl-2.1"


def written(invoice: Invoice, syntax: Syntax) -> bytes:
    """Write an invoice or credit note; checked against the schema of the syntax."""
    xml: bytes = generate_xml(
        _terms(invoice), flavor=syntax.value, level=LEVEL, check_xsd=True, check_schematron=None
    )
    return xml


def _terms(invoice: Invoice) -> dict[str, Any]:
    def amount(minor: int) -> str:
        return str(Money(minor, invoice.currency).decimal)

    is_invoice = invoice.kind is InvoiceKind.INVOICE
    terms: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.issue_date,
        "BT-3": TYPE_CODES[invoice.kind],
        "BT-5": invoice.currency,
        "BT-14": invoice.order.number,
        "BT-20": "Paid" if is_invoice else "Paid back to where the payment came from",
        **_supplied(invoice),
        "BG-4": _party(invoice, invoice.seller),
        "BG-7": _party(invoice, invoice.buyer),
        "BT-106": amount(invoice.net_minor),
        "BT-109": amount(invoice.net_minor),
        "BT-110": amount(invoice.vat_minor),
        "BT-112": amount(invoice.gross_minor),
        "BT-113": amount(invoice.gross_minor if is_invoice else 0),
        "BT-115": amount(0 if is_invoice else invoice.gross_minor),
        "BG-23": [_tax(total, amount) for total in invoice.tax_totals],
        "BG-25": [_line(line, amount(line.net_minor)) for line in invoice.lines],
    }
    if invoice.refers_to is not None:
        terms["BG-3"] = [{"BT-25": invoice.refers_to.number, "BT-26": invoice.refers_to.issue_date}]
    return terms


def _supplied(invoice: Invoice) -> dict[str, Any]:
    """Say when it is supplied: on a day (BT-72), or from one to another (BG-14), completed on the last (BT-72)."""
    first, last = invoice.service_date, invoice.service_until
    return {"BT-72": first} if last is None else {"BT-72": last, "BT-73": first, "BT-74": last}


def _party(invoice: Invoice, block: dict[str, Any]) -> dict[str, str]:
    party = PartyBlock(**block)
    is_taxed = any(total.code != OUTSIDE for total in invoice.tax_totals)
    told = {
        "name": party.name,
        "addr_l1": party.street,
        "postcode": party.postcode,
        "city": party.city,
        "country_code": party.country,
        "vat_identifier": party.vat_id if is_taxed else "",
        "legal_identifier": party.registration,
        "legal_identifier_schemeid": TRADE_REGISTER if party.registration else "",
    }
    return {name: typesetting.printable(text) for name, text in told.items() if text}


def _tax(total: TaxTotal, amount: Callable[[int], str]) -> dict[str, str]:
    told = {
        "BT-116": amount(total.net_minor),
        "BT-117": amount(total.vat_minor),
        "BT-118": total.code,
        **({} if total.code == OUTSIDE else {"BT-119": _percent(total.bp)}),
    }
    if total.code in EXEMPTIONS:
        told["BT-120"], told["BT-121"] = EXEMPTIONS[total.code]
    return told


def _line(line: InvoiceLine, net: str) -> dict[str, str]:
    return {
        "BT-126": str(line.position),
        "BT-129": "1",
        "BT-130": ONE,
        "BT-131": net,
        "BT-146": net,
        "BT-151": line.vat_code,
        **({} if line.vat_code == OUTSIDE else {"BT-152": _percent(line.vat_bp)}),
        "BT-153": typesetting.printable(line.title),
        "BT-154": typesetting.printable(line.description),
        "BT-155": line.reference,
    }


def _percent(bp: int) -> str:
    return str(Decimal(bp) / 100)
