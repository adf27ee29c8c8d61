"""Reading what staff type to give money back; or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.errors import Invalid
from licensing import money
from licensing.money import Money, NotAnAmount
from licensing.order_sheet import Returnable, Sheet
from licensing.orders import OrderLine

MAX_REASON = 300


@dataclass(frozen=True)
class Asked:
    """What is to go back, on which payment, for which line (None: the whole order), and why."""

    returnable: Returnable
    amount: Money
    line: OrderLine | None
    reason: str
    key: str


def read(form: Mapping[str, str], sheet: Sheet) -> Asked:
    """Read the form of an order; raise Invalid."""
    chosen = next((each for each in sheet.returnable if each.key == form.get("on")), None)
    if chosen is None:
        raise Invalid("Nothing can go back on this payment any more. Look at the refunds of the order.")
    line = next((each for each in sheet.order.lines if str(each.id) == form.get("line")), None)
    reason = " ".join(form.get("reason", "").split())
    if not 0 < len(reason) <= MAX_REASON:
        raise Invalid("Say why, in at most 300 characters: it is printed on the credit note.")
    key = form.get("form_key", "")
    if not key:
        raise Invalid("Open the order again and fill in the form there.")
    amount = _amount(form.get("amount", ""), chosen)
    return Asked(chosen, amount, line, reason, f"desk:{sheet.order.number}:{key[:60]}")


def _amount(text: str, chosen: Returnable) -> Money:
    if not text.strip():
        return chosen.left
    try:
        return money.parse(text, chosen.left.currency)
    except NotAnAmount as error:
        raise Invalid("Write an amount as 80 or 80,00.") from error
