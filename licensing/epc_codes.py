"""The QR code that fills in a transfer in a banking app (European Payments Council, EPC069-12, version 2)."""

from markupsafe import Markup
from segno import helpers

from licensing.money import Money

MAX_NAME = 70  # characters of the payee (EPC069-12, table 1)
_INK, _PAPER = "#000", "#fff"  # cameras want dark on light, whatever the page's colours


def drawn(name: str, iban: str, amount: Money, reference: str) -> Markup:
    """Draw the code as SVG for a page. `amount` is in euro, `reference` after ISO 11649."""
    code = helpers.make_epc_qr(name[:MAX_NAME], iban, amount.decimal, reference=reference)
    return Markup(code.svg_inline(scale=5, border=4, dark=_INK, light=_PAPER))  # noqa: S704 - of our own making
