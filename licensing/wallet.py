"""Wallets: credit paid ahead at this archive, for use at this archive, of an account or of whoever has a secret link.

The balance is what the ledger owes the wallet (WALLET_LIABILITY, owner: the wallet's number); both change in one
transaction, and the balance only by a guarded update, so that no two spenders ever share a cent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from flask import g
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import clock
from archive.db import Model, db, enum_column
from archive.errors import Refused
from archive.language import language
from archive.triggers import append_only
from licensing import ledger, wallet_vat
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import Money
from licensing.orders import LineKind, Order
from licensing.vocabulary import N_

# "24 months from last use" in days, the longer way round.
LASTS = timedelta(days=731)
CURRENCY = "EUR"
TOP_UP_KIND = "sale"  # what fulfilment books an order as


class VatMode(str, Enum):
    """When the VAT in credit is due (Directive 2006/112/EC, art. 30a and 30b)."""

    MULTI = "multi"  # at each use: the rate is not known before
    SINGLE = "single"  # at the top-up


class MoveKind(str, Enum):
    """What changed a balance."""

    TOP_UP = "top_up"
    SPENT = "spent"
    GIVEN_BACK = "given_back"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    EXPIRED = "expired"
    HANDED_OVER = "handed_over"  # to the wallet of an account
    TAKEN_OVER = "taken_over"  # from a wallet without an account


class Wallet(Model):
    """The credit of one account, or of whoever has the link."""

    __table_args__ = (
        CheckConstraint("balance_minor >= 0", "is_never_overspent"),
        CheckConstraint("account_id IS NULL OR token_hash IS NULL", "has_one_way_in"),
        Index(None, "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    link_seed: Mapped[str | None]  # see `wallet_links`; both None with an account
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None]  # of a guest: where the link goes; None once it is forgotten
    lang: Mapped[str]
    country: Mapped[str]  # ISO 3166-1 alpha-2, as the owner says: uses are taxed there
    currency: Mapped[str]
    vat_mode: Mapped[VatMode] = mapped_column(enum_column(VatMode))  # as the setting was when it was made
    balance_minor: Mapped[int]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("wallet.id"), index=True)

    @property
    def balance(self) -> Money:
        """What can be spent."""
        return Money(self.balance_minor, self.currency)

    @property
    def owner(self) -> str:
        """What its account in the ledger is called."""
        return str(self.id)


class WalletMove(Model):
    """One change of a balance, as the statement shows it."""

    __table_args__ = (
        UniqueConstraint("wallet_id", "transaction_id"),
        CheckConstraint("amount_minor != 0", "moves_something"),
        CheckConstraint("balance_minor >= 0", "is_never_overspent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"), index=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), index=True)
    kind: Mapped[MoveKind] = mapped_column(enum_column(MoveKind))
    sold: Mapped[LineKind | None] = mapped_column(enum_column(LineKind))  # what credit was spent on
    amount_minor: Mapped[int]  # positive: credit came in
    balance_minor: Mapped[int]  # afterwards
    reference: Mapped[str]  # of the order or the grant; says nothing of who heard what
    why: Mapped[str]
    at: Mapped[datetime]

    wallet: Mapped[Wallet] = relationship()
    transaction: Mapped[LedgerTransaction] = relationship()


event.listen(WalletMove.__table__, "after_create", append_only("wallet_move"))


class NotEnough(Refused):
    """The balance does not cover a use; `missing` is what would have to be added."""

    code = "not-enough-credit"

    def __init__(self, missing: Money) -> None:
        self.missing = missing
        super().__init__(
            N_("Your credit is %(missing)s short. Top it up and try again; nothing was charged."),
            missing=missing.show(language()),
        )


def make(
    account_id: int | None, email: str | None, *, lang: str, country: str, vat_mode: VatMode, moment: datetime
) -> Wallet:
    """Make an empty wallet in euro; one without an account is then given its link (`wallet_links.give`)."""
    made = Wallet(
        account_id=account_id,
        email=email,
        lang=lang,
        country=country,
        currency=CURRENCY,
        vat_mode=vat_mode,
        balance_minor=0,
        created_at=moment,
        last_used_at=moment,
        expires_at=moment + LASTS,
    )
    db.session.add(made)
    db.session.flush()
    return made


def present() -> Wallet | None:
    """Return the wallet of whoever asks: the account's, or else that of the link which the browser keeps."""
    if "wallet" not in g:
        g.wallet = _find_present()
    found: Wallet | None = g.wallet
    return found


def find_of_account(account_id: int) -> Wallet | None:
    """Find the wallet of an account."""
    return db.session.scalar(select(Wallet).where(Wallet.account_id == account_id))


def current(wallet_id: int) -> Wallet:
    """Get a wallet, or the one that it has become part of."""
    found = db.session.get_one(Wallet, wallet_id)
    while found.merged_into_id is not None:
        found = db.session.get_one(Wallet, found.merged_into_id)
    return found


def hold(wallet: Wallet) -> None:
    """Let nobody else change a wallet until this transaction ends, and read it anew."""
    db.session.refresh(wallet, with_for_update=True)


def spend(
    wallet: Wallet,
    amount: Money,
    kind: LineKind,
    key: str,
    reference: str,
    postings: Sequence[Posting],
    moment: datetime,
) -> WalletMove:
    """Take credit and book what it paid for, once per `key` of this wallet; a replay returns the first move.

    `postings` say where the amount goes and sum to minus it (credits: revenue, VAT ...). Raise NotEnough, and Refused
    for a key whose credit was given back.
    """
    hold(wallet)
    known = ledger.find(_key(wallet, key))
    if known is not None:
        return _first_use(wallet, known)
    if amount.minor <= 0 or amount.currency != wallet.currency:
        raise ValueError(f"{amount} cannot be taken from a wallet in {wallet.currency}")
    taken = Posting(AccountKind.WALLET_LIABILITY, amount, wallet.owner)
    whole = [taken, *_taxed(wallet, postings)]
    ledger.require_balance(whole)
    change(wallet, -amount)
    _touch(wallet, moment)
    booked = _booked(ledger.post("wallet_use", reference, _key(wallet, key), whole, moment))
    return note(wallet, booked, MoveKind.SPENT, -amount, moment, sold=kind)


def give_back(wallet: Wallet, key: str, why: str, moment: datetime) -> WalletMove | None:
    """Reverse what was spent under `key`, wholly and once; None when that was done, or nothing was spent."""
    used = ledger.find(_key(wallet, key))
    if used is None:
        return None
    hold(wallet)
    spent = move_of(wallet, used)
    booked = ledger.reverse(used.key, "wallet_use_reversed", f"{used.key}:back", moment)
    if booked is None:
        return None
    amount = Money(-spent.amount_minor, wallet.currency)
    change(wallet, amount)
    _touch(wallet, moment)
    move = note(wallet, booked, MoveKind.GIVEN_BACK, amount, moment, why=why, sold=spent.sold)
    if wallet.merged_into_id is not None:
        hand_over(wallet, current(wallet.id), f"{key}:back", moment)
    return move


def top_up(order: Order, moment: datetime) -> None:
    """Add the credit of a paid order, once; the sale itself has been booked."""
    for line in order.lines:
        if line.kind is not LineKind.TOP_UP:
            continue
        wallet = current(int(line.choice["wallet_id"]))
        hold(wallet)
        booked = db.session.scalars(
            select(LedgerTransaction).where(
                LedgerTransaction.reference == order.number, LedgerTransaction.kind == TOP_UP_KIND
            )
        ).one()
        if _find_move(wallet, booked) is None:
            _book_vat_inside(wallet, order, moment)
            change(wallet, order.gross)
            _touch(wallet, moment)
            note(wallet, booked, MoveKind.TOP_UP, order.gross, moment)


def hand_over(wallet: Wallet, to: Wallet, key: str, moment: datetime) -> None:
    """Move all credit of a wallet into another one of the same person, once per `key`. Raise Refused for another
    currency or way of taxing.
    """
    if (wallet.currency, wallet.vat_mode) != (to.currency, to.vat_mode):
        raise Refused("These two wallets cannot become one. Use up the credit of the older one first.")
    for each in sorted((wallet, to), key=lambda one: one.id):
        hold(each)  # always in this order, so that two of these never wait for each other
    amount = wallet.balance
    postings = [
        Posting(AccountKind.WALLET_LIABILITY, amount, wallet.owner),
        Posting(AccountKind.WALLET_LIABILITY, -amount, to.owner),
    ]
    if not amount or ledger.find(_key(wallet, f"over:{key}")) is not None:
        return
    booked = _booked(
        ledger.post("wallet_merged", f"wallet {to.id}", _key(wallet, f"over:{key}"), postings, moment)
    )
    change(wallet, -amount)
    note(wallet, booked, MoveKind.HANDED_OVER, -amount, moment)
    change(to, amount)
    _touch(to, moment)
    note(to, booked, MoveKind.TAKEN_OVER, amount, moment)


def change(wallet: Wallet, by: Money) -> None:
    """Change a balance that is held; raise NotEnough rather than go below zero. Whoever calls it books and notes it."""
    changed = db.session.scalar(
        update(Wallet)
        .where(Wallet.id == wallet.id, Wallet.balance_minor + by.minor >= 0)
        .values(balance_minor=Wallet.balance_minor + by.minor)
        .returning(Wallet.balance_minor)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(wallet)
    if changed is None:
        missing = -by - wallet.balance
        raise NotEnough(missing)


def move_of(wallet: Wallet, transaction: LedgerTransaction) -> WalletMove:
    """Get the move that a transaction made in a wallet."""
    found = _find_move(wallet, transaction)
    if found is None:
        raise ValueError(f"transaction {transaction.key} did not move wallet {wallet.id}")
    return found


def note(
    wallet: Wallet,
    transaction: LedgerTransaction,
    kind: MoveKind,
    amount: Money,
    moment: datetime,
    *,
    why: str = "",
    sold: LineKind | None = None,
) -> WalletMove:
    """Write a change of the balance down, after it was made."""
    move = WalletMove(
        wallet_id=wallet.id,
        transaction_id=transaction.id,
        kind=kind,
        sold=sold,
        amount_minor=amount.minor,
        balance_minor=wallet.balance_minor,
        reference=transaction.reference,
        why=why,
        at=moment,
    )
    db.session.add(move)
    db.session.flush()
    return move


def _touch(wallet: Wallet, moment: datetime) -> None:
    wallet.last_used_at, wallet.expires_at = moment, moment + LASTS
    db.session.flush()


def _find_present() -> Wallet | None:
    account = g.get("account")
    if account is not None:
        return find_of_account(account.id)
    key_hash = g.get("wallet_key_hash")
    if key_hash is None:
        return None
    return db.session.scalar(select(Wallet).where(Wallet.token_hash == key_hash))


def _find_move(wallet: Wallet, transaction: LedgerTransaction) -> WalletMove | None:
    return db.session.scalar(
        select(WalletMove).where(
            WalletMove.wallet_id == wallet.id, WalletMove.transaction_id == transaction.id
        )
    )


def _first_use(wallet: Wallet, used: LedgerTransaction) -> WalletMove:
    if ledger.find(f"{used.key}:back") is not None:
        raise Refused("This was given back to your credit. Begin again from the page of the piece.")
    return move_of(wallet, used)


def _taxed(wallet: Wallet, postings: Sequence[Posting]) -> list[Posting]:
    """Where the VAT was paid with the top-up, a use takes it from what was paid ahead."""
    if wallet.vat_mode is VatMode.MULTI:
        return list(postings)
    ahead = AccountKind.WALLET_VAT
    return [replace(each, kind=ahead) if each.kind is AccountKind.VAT_PAYABLE else each for each in postings]


def _book_vat_inside(wallet: Wallet, order: Order, moment: datetime) -> None:
    if wallet.vat_mode is VatMode.SINGLE:
        postings = wallet_vat.due(wallet.country, order.gross, clock.day_here(moment))
        ledger.post("wallet_vat", order.number, f"wallet_vat:{order.number}", postings, moment)


def _booked(transaction: LedgerTransaction | None) -> LedgerTransaction:
    if transaction is None:
        raise RuntimeError("a use of credit was booked by somebody else while the wallet was held")
    return transaction


def _key(wallet: Wallet, key: str) -> str:
    return f"wallet:{wallet.id}:{key}"
