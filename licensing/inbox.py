"""The inbox in words: what each kind of anomaly means, what a person does about it, and the button that repairs it,
where there is one.

A kind without words is shown by its name: nothing is ever hidden. Who files a new kind adds its words here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.language import language
from licensing import (
    anomalies,
    countries,
    dispute_handling,
    location_decisions,
    payments,
    provider_payouts,
    reconciliation,
    refund_sending,
    refunds,
)
from licensing.anomalies import Anomaly
from licensing.money import Money
from licensing.vocabulary import N_

_ORDER = re.compile(r"\bB\d{4}-\d{5,}(?!\d)")
Repair = Callable[[Anomaly, int, datetime], None]
Decide = Callable[[Anomaly, str, int, datetime], None]


@dataclass(frozen=True)
class Kind:
    """The words of a kind; with `button` come `repair`, or `choices` (value, label) and `decide`."""

    title: str
    to_do: str
    button: str = ""
    repair: Repair | None = None
    choices: Callable[[Anomaly], list[tuple[str, str]]] | None = None
    decide: Decide | None = None
    stays: bool = False  # after the button it waits until it has come right by itself


@dataclass(frozen=True)
class Item:
    """One thing in the inbox, with its words and the order that it is about, if it is about one."""

    anomaly: Anomaly
    kind: Kind
    order: str


def items(found: list[Anomaly]) -> list[Item]:
    """Put words to anomalies."""
    return [Item(each, words(each.kind), _order_of(each)) for each in found]


def _order_of(anomaly: Anomaly) -> str:
    """Name the order that an anomaly is about; nothing where it names none."""
    named = _ORDER.search(
        f"{anomaly.detail.get('order') or ''} {anomaly.reference} {anomaly.detail.get('payment')}"
    )
    return named[0] if named else ""


def words(kind: str) -> Kind:
    """Give the words of a kind."""
    return KINDS.get(kind) or Kind(kind, UNKNOWN)


def repair(anomaly_id: int, account_id: int, moment: datetime, choice: str = "") -> Anomaly:
    """Press the button of an anomaly, once, with what was chosen; nothing happens when it is done.

    Raise NotFound, Refused, Invalid.
    """
    anomaly = anomalies.get(anomaly_id)
    kind = words(anomaly.kind)
    if anomaly.done_at is not None:
        return anomaly
    if kind.decide is not None:
        kind.decide(anomaly, choice, account_id, moment)
        anomalies.done(anomaly_id, f"{kind.button}: {choice}", account_id, moment)
    elif kind.repair is not None:
        kind.repair(anomaly, account_id, moment)
        if not kind.stays:
            anomalies.done(anomaly_id, kind.button, account_id, moment)
    return anomaly


def _read_payment(anomaly: Anomaly, _account_id: int, _moment: datetime) -> None:
    payment = payments.find(anomaly.reference)
    if payment is not None:
        payments.queue_sync(payment)


def _read_dispute(anomaly: Anomaly, _account_id: int, _moment: datetime) -> None:
    dispute_handling.queue_sync(anomaly.reference)


def _send_again(anomaly: Anomaly, account_id: int, moment: datetime) -> None:
    refund_sending.try_again(refunds.get_by_reference(anomaly.reference), moment, account_id)


def _read_payout(anomaly: Anomaly, _account_id: int, _moment: datetime) -> None:
    provider_payouts.queue_sync(anomaly.reference)


def _countries(anomaly: Anomaly) -> list[tuple[str, str]]:
    order = location_decisions.find_order(anomaly)
    told = location_decisions.countries(order) if order else []
    return [(code, countries.label(code, language())) for code in told]


def _locate(anomaly: Anomaly, choice: str, account_id: int, moment: datetime) -> None:
    order = location_decisions.find_order(anomaly)
    if order is not None:
        location_decisions.decide(order, choice, account_id, moment)


def _compare(_anomaly: Anomaly, _account_id: int, _moment: datetime) -> None:
    reconciliation.queue()


UNKNOWN = N_("Look at what is written here, put right what is wrong, and say what you did.")
SENT_BACK = N_(
    "The money goes back by itself, and the buyer is told. What came by bank transfer is sent from the order's page."
)
_AGAIN = N_("Read again")
KINDS: dict[str, Kind] = {
    "payment_differs": Kind(
        N_("Payment differs from the order"),
        N_("Compare it with the order at the provider. If the order is right, send the money back there."),
        _AGAIN,
        _read_payment,
    ),
    "paid_twice": Kind(N_("Paid twice"), SENT_BACK),
    "promised_elsewhere": Kind(
        N_("Paid late, and promised to somebody else"),
        SENT_BACK,
    ),
    "out_of_commerce": Kind(
        N_("Paid, and out of commerce in the meantime"),
        SENT_BACK,
    ),
    "not_fulfillable": Kind(
        N_("Paid when the last place was sold"),
        N_("The money goes back by itself and the buyer was told. If a place came free, offer it to them."),
    ),
    "nothing_to_deliver": Kind(
        N_("Nothing to deliver"), N_("Put the master file with the entry, then deliver from its licence.")
    ),
    "vat_to_give_back": Kind(
        N_("VAT to give back"),
        N_(
            "The buyer's VAT number was confirmed after the payment. Send the VAT back from the archive's account."
        ),
    ),
    "oss_threshold_near": Kind(
        N_("Consumers elsewhere in the Union: 8,000 euro this year"),
        N_("Register for the One Stop Shop before it is 10,000. The page VAT shows how it stands."),
    ),
    "oss_threshold_passed": Kind(
        N_("Consumers elsewhere in the Union: over 10,000 euro this year"),
        N_("Register for the One Stop Shop and set VAT_OSS_FROM: the home rate may no longer be charged."),
    ),
    "location_differs": Kind(
        N_("It is not clear in which country the buyer is"),
        N_(
            "What the buyer says and what the payment or the VAT number tells are different countries, with different"
            " VAT. Ask the buyer, then choose. Another country than the buyer said makes a credit note and a new"
            " invoice of the same amount; credit is taxed by that country from now on."
        ),
        N_("Decide"),
        choices=_countries,
        decide=_locate,
    ),
    "unknown_payment": Kind(
        N_("Payment without an order"),
        N_("Look it up at the provider. If it is not the archive's, send it back there."),
    ),
    "unknown_dispute": Kind(
        N_("Dispute of a payment that is not here"),
        N_("Answer it at the provider, and find out which order it belongs to."),
        _AGAIN,
        _read_dispute,
    ),
    "dispute_differs": Kind(
        N_("Dispute that does not fit its payment"),
        N_("Compare both at the provider; nothing was booked."),
        _AGAIN,
        _read_dispute,
    ),
    "dispute_warning": Kind(
        N_("A bank asks about a payment"),
        N_(
            "Answer at the provider. What was bought, licence or credit, stands still; no money was taken yet."
        ),
    ),
    "dispute_needs_response": Kind(
        N_("Payment disputed"),
        N_("Send the order, the agreement and the download times to the provider before the last day."),
    ),
    "dispute_under_review": Kind(
        N_("Dispute with the bank"),
        N_("Nothing to do but wait: what was bought stands still, the money is in reserve."),
    ),
    "dispute_won": Kind(
        N_("Dispute won"), N_("The money is back, and what was bought can be used again. Tell the buyer.")
    ),
    "dispute_lost": Kind(
        N_("Dispute lost"),
        N_("The sale was taken back. Revoke the licence, or agree with the buyer on another payment."),
    ),
    "dispute_turned": Kind(
        N_("Lost dispute won after all"),
        N_("The money lies in reserve. Book the sale anew with the bookkeeper."),
    ),
    "payout_failed": Kind(
        N_("Payout came back"),
        N_("Correct the bank account at the provider; the money is there again."),
        _AGAIN,
        _read_payout,
    ),
    "clearing_differs": Kind(
        N_("Our books differ from the provider's"),
        N_("See the lines below that are not booked; when they are, this goes by itself."),
        N_("Compare now"),
        _compare,
        stays=True,
    ),
    "unbooked_line": Kind(
        N_("Line of the provider that is not booked"),
        N_("What it is about is being read again. If it is a fee of the provider, book it as one."),
        N_("Book as a fee"),
        reconciliation.book_line,
    ),
    "refund_failed": Kind(
        N_("Refund came back"),
        N_("The money is still the buyer's: find out why it came back, and send it again."),
        N_("Send again"),
        _send_again,
    ),
    "refund_refused": Kind(N_("Refund refused"), N_("The provider says why on the page of the order.")),
    "refunded_at_provider": Kind(
        N_("Refunded in the provider's own pages"),
        N_("It is booked. Check that the licence should have stopped, and tell the buyer."),
    ),
    "refunded_spent_credit": Kind(
        N_("Credit given back that was spent already"),
        N_(
            "The provider gave back more of a top-up than was left of it; the rest is booked as a loss. Ask the buyer."
        ),
    ),
    "transfer_unplaced": Kind(
        N_("Transfer without a reference"),
        N_("Say on the page of transfers which order it is for, or set it aside."),
    ),
    "transfer_short": Kind(
        N_("Transfer of too little"),
        N_("On the page of transfers, ask the buyer for the rest, or take it as paid."),
    ),
    "transfer_over": Kind(
        N_("Transfer of too much"),
        N_("On the page of transfers, send back what is too much, or keep it for the order."),
    ),
    "transfer_return_differs": Kind(
        N_("Sent back at the bank, but not as agreed"),
        N_("Compare the line of the bank's statement with the return on the page of transfers."),
    ),
}


def detail(anomaly: Anomaly) -> list[tuple[str, Any]]:
    """List what was written down with an anomaly, for those who look into it; amounts as money."""
    currency = anomaly.detail.get("currency", "EUR")
    told = [(name, value) for name, value in sorted(anomaly.detail.items()) if value not in (None, "", False)]
    return [
        (_LABELS.get(name, name), Money(value, currency) if name in AMOUNTS else value)
        for name, value in told
        if name not in ("currency", "order")
    ]


AMOUNTS = ("amount_minor", "fee_minor", "missing_minor", "ours", "sold_minor", "theirs")
_LABELS = {
    "amount": N_("Amount"),
    "amount_minor": N_("Amount"),
    "fee_minor": N_("Fee"),
    "ours": N_("Ours"),
    "theirs": N_("The provider's"),
    "kept": N_("Belongs to the buyer"),
    "missing": N_("Missing amount"),
    "missing_minor": N_("Missing amount"),
    "payment": N_("Payment"),
    "intent": N_("Payment"),
    "charge": N_("Charge at the provider"),
    "reason": N_("Why"),
    "sent": N_("Sent"),
    "sold_minor": N_("Sold without VAT"),
    "what": N_("Difference"),
    "why": N_("Why"),
    "type": N_("Kind"),
    "source": N_("Of"),
    "description": N_("Words of the provider"),
    "event": N_("Event"),
    "said": N_("The buyer says"),
    "paid_from": N_("The payment comes from"),
    "vat_number": N_("VAT number"),
    "needed": N_("Pieces of evidence that the law asks for"),
    "final": N_("Cannot be answered"),
}
