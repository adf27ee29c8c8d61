"""Tips for the archive, from credit or by an order of their own: nothing is sold, so there is no VAT and no invoice."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from archive.errors import Invalid
from licensing import money, orders, wallet, wallet_uses
from licensing.ledger import AccountKind, Posting
from licensing.money import Money, NotAnAmount
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.place_of_supply import HOME
from licensing.wallet import Wallet
from licensing.wallet_moves import WalletMove

STEPS = (200, 500, 1000)
LEAST, MOST = 200, 50_000  # cents; below the least, paying costs a third and more of it


@dataclass(frozen=True)
class Tip:
    """How much somebody gives, as a valid form says."""

    amount: Money
    form_key: str


def read_amount(text: str) -> Money:
    """Read what somebody types; raise Invalid for what is no amount or none that is taken."""
    least, most = Money(LEAST, wallet.CURRENCY), Money(MOST, wallet.CURRENCY)
    try:
        amount = money.parse(text, wallet.CURRENCY)
    except NotAnAmount:
        amount = Money(0, wallet.CURRENCY)
    if not least <= amount <= most:
        raise Invalid("Fill in an amount from €2 to €500, such as 5 or 7,50.")
    return amount


def from_credit(giver: Wallet, tip: Tip, moment: datetime) -> WalletMove:
    """Take a tip from credit, once per form. Raise NotEnough: a tip is never paid half in credit, because what would
    be left to pay may be less than the provider takes.
    """
    revenue = Posting(AccountKind.REVENUE, -tip.amount, LineKind.TIP.value)
    return wallet_uses.spend(
        giver, tip.amount, LineKind.TIP, f"tip:{tip.form_key}", f"tip {moment:%Y-%m-%d}", [revenue], moment
    )


def order(tip: Tip, email: str, lang: str, moment: datetime) -> Order:
    """Place the order of a tip; a form sent again finds the order it placed."""
    line = PricedLine(
        entry_id=None,
        title=_("Tip for the archive"),
        kind=LineKind.TIP,
        choice={},
        summary="",
        net=tip.amount,
        vat=Money(0, tip.amount.currency),
        vat_code="O",
        vat_bp=0,
        vat_country=HOME,
        trace=[],
        rate_card="",
    )
    return orders.place(
        Buyer(email, email, None, HOME, "", lang),
        [line],
        form_key=tip.form_key,
        consent={"text": "", "at": moment.isoformat()},
        terms=orders.TERMS_VERSION,
        moment=moment,
    )
