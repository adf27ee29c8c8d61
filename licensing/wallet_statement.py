"""The statement of a wallet, as a bank gives one: by month, with what was there before and after, every move, and the
VAT in what was used. It says what sort of thing was used, never which piece.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from archive import clock, spreadsheets
from archive.db import db
from archive.language import language
from licensing import wallet_freezes
from licensing.ledger import AccountKind, LedgerAccount, LedgerEntry
from licensing.money import Money
from licensing.orders import LineKind, Order
from licensing.wallet import Wallet
from licensing.wallet_freezes import FreezeWhy
from licensing.wallet_moves import MoveKind, WalletMove

USES = (MoveKind.SPENT, MoveKind.GIVEN_BACK)
VAT = (AccountKind.VAT_PAYABLE, AccountKind.WALLET_VAT)
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

WORDS = {
    MoveKind.TOP_UP: _l("Topped up"),
    MoveKind.REFUNDED: _l("Paid back to you"),
    MoveKind.CHARGED_BACK: _l("Taken back by the bank that paid it"),
    MoveKind.REFUND_FAILED: _l("Could not be paid back"),
    MoveKind.EXPIRED: _l("Not used for two years"),
    MoveKind.HANDED_OVER: _l("Moved to your account"),
    MoveKind.TAKEN_OVER: _l("Moved here from credit without an account"),
}
# The other changes of a freeze come with a move of the balance, which says it all.
FROZEN = {
    FreezeWhy.DISPUTED: _l("%(amount)s stands still: a bank is looking into the payment of this top-up"),
    FreezeWhy.CAME_BACK: _l("%(amount)s stands still: a bank is looking into the payment of this top-up"),
    FreezeWhy.WON: _l("%(amount)s can be used again: the payment of this top-up stands"),
}
USED = {
    LineKind.LISTEN: _l("Listening"),
    LineKind.DOWNLOAD: _l("Download"),
    LineKind.PASS: _l("Pass"),
    LineKind.TICKET: _l("Ticket"),
    LineKind.TIP: _l("Tip"),
}


@dataclass(frozen=True)
class Row:
    """One move, in the reader's language; without an amount it says what happened to credit that is there."""

    at: datetime
    what: str
    reference: str
    amount: Money | None
    balance: Money


@dataclass(frozen=True)
class TaxRow:
    """What was used at one rate in a month, with the VAT in it."""

    country: str
    bp: int
    gross: Money
    vat: Money

    @property
    def net(self) -> Money:
        """Without the VAT."""
        return self.gross - self.vat


@dataclass(frozen=True)
class Statement:
    """One month of a wallet, oldest move first."""

    first: datetime
    opening: Money
    closing: Money
    rows: list[Row]
    taxes: list[TaxRow]


def read_month(text: str | None, moment: datetime) -> datetime:
    """Read "2026-11" as the first moment of that month here; anything else is the month of `moment`."""
    found = MONTH.fullmatch(text or "")
    here = moment.astimezone(clock.HERE)
    year, month = (int(found[1]), int(found[2])) if found else (here.year, here.month)
    return datetime(max(year, 2000), month, 1, tzinfo=clock.HERE)


def shifted(first: datetime, months: int) -> datetime:
    """Return the first moment of so many months later."""
    index = first.year * 12 + first.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=clock.HERE)


def of_month(wallet: Wallet, first: datetime) -> Statement:
    """Put the statement of a month together."""
    moves = _moves(wallet, first, shifted(first, 1))
    opening = _balance_before(wallet, first)
    closing = Money(moves[-1].balance_minor, wallet.currency) if moves else opening
    shown = _in_order(rows(wallet, moves), _frozen(wallet, first, shifted(first, 1)))
    return Statement(first, opening, closing, shown, _taxes(wallet, moves))


def rows(wallet: Wallet, moves: list[WalletMove]) -> list[Row]:
    """Say in words what moves are."""
    currency = wallet.currency
    return [
        Row(
            move.at,
            words(move),
            move.reference,
            Money(move.amount_minor, currency),
            Money(move.balance_minor, currency),
        )
        for move in moves
    ]


def words(move: WalletMove) -> str:
    """Say what a move is."""
    used = str(USED[move.sold]) if move.sold is not None else ""
    if move.kind is MoveKind.GIVEN_BACK:
        return str(_("Given back: %(use)s", use=used))
    return used if move.kind is MoveKind.SPENT else str(WORDS[move.kind])


def all_moves(wallet: Wallet) -> list[WalletMove]:
    """Return every move, oldest first."""
    query = select(WalletMove).where(WalletMove.wallet_id == wallet.id).order_by(WalletMove.id)
    return list(db.session.scalars(query))


def as_csv(wallet: Wallet) -> str:
    """Write every move as CSV (RFC 4180): day, time, what, reference, amount, balance, currency."""
    heads = (_("Day"), _("Time"), _("What"), _("Reference"), _("Amount"), _("Balance"), _("Currency"))
    shown = _in_order(rows(wallet, all_moves(wallet)), _frozen(wallet))
    return spreadsheets.table([heads, *(_csv_row(row) for row in shown)])


def _csv_row(row: Row) -> Sequence[str]:
    here = row.at.astimezone(clock.HERE)
    amounts = (row.amount.plain() if row.amount else "", row.balance.plain(), row.balance.currency)
    return f"{here:%Y-%m-%d}", f"{here:%H:%M}", row.what, row.reference, *amounts


def _frozen(wallet: Wallet, since: datetime | None = None, until: datetime | None = None) -> list[Row]:
    """Say what came to stand still, and what can be used again, in a time."""
    found = []
    for move in wallet_freezes.moves_of(wallet):
        is_within = (since is None or since <= move.at) and (until is None or move.at < until)
        if is_within and move.why in FROZEN:
            amount = Money(abs(move.amount_minor), wallet.currency).show(language())
            what = str(FROZEN[move.why]) % {"amount": amount}
            balance = Money(move.balance_minor, wallet.currency)
            found.append(Row(move.at, what, move.freeze.reference, None, balance))
    return found


def _in_order(moves: list[Row], others: list[Row]) -> list[Row]:
    return sorted([*moves, *others], key=lambda row: row.at)


def is_first(order: Order, wallet: Wallet) -> bool:
    """Say whether an order is the first that topped a wallet up."""
    first = select(func.min(WalletMove.id)).where(WalletMove.wallet_id == wallet.id).scalar_subquery()
    return db.session.scalar(select(WalletMove.reference).where(WalletMove.id == first)) == order.number


def _moves(wallet: Wallet, since: datetime, until: datetime) -> list[WalletMove]:
    query = select(WalletMove).where(
        WalletMove.wallet_id == wallet.id,
        WalletMove.at >= since.astimezone(UTC),
        WalletMove.at < until.astimezone(UTC),
    )
    return list(db.session.scalars(query.order_by(WalletMove.id)))


def _balance_before(wallet: Wallet, moment: datetime) -> Money:
    before = (
        select(WalletMove.balance_minor)
        .where(WalletMove.wallet_id == wallet.id, WalletMove.at < moment.astimezone(UTC))
        .order_by(WalletMove.id.desc())
        .limit(1)
    )
    return Money(db.session.scalar(before) or 0, wallet.currency)


def _taxes(wallet: Wallet, moves: list[WalletMove]) -> list[TaxRow]:
    uses = {move.transaction_id: move for move in moves if move.kind in USES}
    query = (
        select(LedgerEntry.transaction_id, LedgerAccount.owner, LedgerEntry.amount_minor)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.transaction_id.in_(uses), LedgerAccount.kind.in_(VAT))
    )
    sums: dict[tuple[str, int], list[int]] = {}
    for transaction_id, owner, minor in db.session.execute(query):
        country, bp = owner.split(":")[:2]
        total = sums.setdefault((country, int(bp)), [0, 0])
        total[0] -= uses[transaction_id].amount_minor
        total[1] -= minor
    return [_tax_row(key, total, wallet.currency) for key, total in sorted(sums.items())]


def _tax_row(key: tuple[str, int], total: list[int], currency: str) -> TaxRow:
    return TaxRow(*key, gross=Money(total[0], currency), vat=Money(total[1], currency))
