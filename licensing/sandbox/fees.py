"""What Stripe keeps of a payment, by method: European cards, iDEAL, Bancontact, SEPA.

Source: https://stripe.com/nl/pricing
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """A share in basis points and a fixed part in cents."""

    share: int
    fixed: int


RATES = {"card": Rate(150, 25), "ideal": Rate(0, 29), "bancontact": Rate(0, 35), "sepa_debit": Rate(0, 35)}
DISPUTE = 2_000  # cents, whoever wins


def fee(method: str, amount: int) -> int:
    """Return the fee in cents on an amount in cents, the share rounded half up."""
    rate = RATES[method]
    return (amount * rate.share + 5_000) // 10_000 + rate.fixed
