"""Topping a wallet up: in three steps, up to a cap, by an order that is paid like any other."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from archive.accounts import Account
from archive.config import current
from archive.db import db
from archive.errors import Refused
from licensing import orders, wallet, wallet_links, wallet_moves, wallet_vat
from licensing.ledger import LedgerTransaction
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.wallet import VatMode, Wallet
from licensing.wallet_moves import MoveKind

STEPS = (500, 1000, 2000)  # cents; the least of them is far above what the provider refuses
SALE = "sale"  # what fulfilment books an order as
MOST = 15_000  # credit in one wallet: what is owed to its owner must stay small


@dataclass(frozen=True)
class Wish:
    """How much somebody wants, as a valid form says."""

    minor: int
    email: str
    lang: str
    country: str
    form_key: str


def order(wish: Wish, account: Account | None, moment: datetime) -> Order:
    """Place the order of a top-up, of the wallet that is present or of a new one; a form sent again finds the order
    it placed. Raise Refused above the cap.
    """
    known = orders.find_by_form_key(wish.form_key)
    if known is not None:
        return known
    topped = _wallet(wish, account, moment)
    amount = Money(wish.minor, topped.currency)
    if topped.balance_minor + wish.minor > MOST:
        raise Refused(
            "A wallet holds at most %(most)s. Use some of your credit first.",
            most=Money(MOST, topped.currency).show(wish.lang),
        )
    return orders.place(
        Buyer(wish.email, wish.email, None, wish.country, "", wish.lang),
        [_line(topped, amount)],
        form_key=wish.form_key,
        consent={"text": "", "at": moment.isoformat()},  # nothing is used yet, so no right is given up
        terms=orders.TERMS_VERSION,
        moment=moment,
    )


def wallet_of(placed: Order) -> Wallet | None:
    """Find the wallet that an order tops up, as it is now."""
    ids = [line.choice["wallet_id"] for line in placed.lines if line.kind is LineKind.TOP_UP]
    return wallet.current(int(ids[0])) if ids else None


def credit(paid: Order, moment: datetime) -> None:
    """Add the credit of a paid order, once; the sale itself has been booked."""
    topped = wallet_of(paid)
    if topped is None:
        return
    wallet.hold(topped)
    is_sale = (LedgerTransaction.reference == paid.number) & (LedgerTransaction.kind == SALE)
    booked = db.session.scalars(select(LedgerTransaction).where(is_sale)).one()
    if wallet_moves.find(topped, booked) is None:
        wallet_vat.begin(topped, paid.number, paid.gross, moment)
        wallet.change(topped, paid.gross)
        wallet.touch(topped, moment)
        wallet_moves.note(topped, booked, MoveKind.TOP_UP, paid.gross, moment)


def _wallet(wish: Wish, account: Account | None, moment: datetime) -> Wallet:
    found = wallet.present()
    if found is None:
        mode = VatMode(current().wallet_vat_mode)
        whose = (account.id, None) if account is not None else (None, wish.email)
        found = wallet.make(*whose, lang=wish.lang, country=wish.country, vat_mode=mode, moment=moment)
        if account is None:
            wallet_links.give(found)
    elif found.account_id is None and found.email is None:
        found.email = wish.email
    found.country, found.lang = wish.country, wish.lang
    return found


def _line(topped: Wallet, amount: Money) -> PricedLine:
    return PricedLine(
        entry_id=None,
        title=_("Listening credit"),
        kind=LineKind.TOP_UP,
        choice={"wallet_id": topped.id},
        summary=_("For listening, downloads, passes and tips at this archive"),
        net=amount,
        vat=Money(0, amount.currency),
        # Outside the scope on the receipt: where VAT is due at the top-up, `wallet_vat` books it (art. 30b).
        vat_code="O",
        vat_bp=0,
        vat_country=topped.country,
        trace=[],
        rate_card="",
    )
