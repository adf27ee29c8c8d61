"""Paying by bank transfer, as the buyer sees it: for which orders it is offered, where to send how much until when."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from archive.config import current
from licensing import bank_entries, bank_money, creditor_references, epc_codes
from licensing.document_tables import day_of
from licensing.gateways.gateway import TRANSFER
from licensing.money import Money
from licensing.payments import OPEN, Payment

CURRENCY = "EUR"  # SEPA credit transfers are in euro
FULL_UNITS = 100  # cents in the setting's euros


@dataclass(frozen=True)
class Instructions:
    """What a payer needs. `code` is the QR code as SVG, `missing` what is to be paid (still)."""

    name: str
    iban: str
    reference: str
    missing: Money
    received: Money
    until: date
    code: Markup


def is_offered(gross: Money) -> bool:
    """Say whether so much may be paid by transfer: in euro, from the amount in the settings.

    For orders by agreement alone: what is heard or seen at once does not wait for a bank.
    """
    settings = current()
    is_enough = gross.minor >= settings.transfer_minimum * FULL_UNITS
    return bool(settings.seller_iban) and gross.currency == CURRENCY and is_enough


def instructions(payment: Payment | None) -> Instructions | None:
    """Tell how to pay an open transfer; None for any other payment, and when all of it has come."""
    if payment is None or payment.provider != TRANSFER or payment.status not in OPEN:
        return None
    return told(payment)


def told(payment: Payment) -> Instructions | None:
    """Tell how to pay (what is missing of) a transfer, open or not; None when nothing is, or without an account."""
    settings = current()
    missing, reference = bank_money.missing(payment), payment.session_id
    if not missing or not settings.seller_iban or reference is None:
        return None
    name = settings.seller_name or settings.site_name
    return Instructions(
        name=name,
        iban=_grouped(settings.seller_iban),
        reference=creditor_references.show(reference),
        missing=missing,
        received=bank_entries.received(payment),
        until=day_of(payment.expires_at),
        code=epc_codes.drawn(name, settings.seller_iban, missing, reference),
    )


def _grouped(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
