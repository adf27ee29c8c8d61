"""Wallets: credit paid ahead at this archive, for use at this archive, of an account or of whoever has a secret link.

The balance is what the ledger owes the wallet (WALLET_LIABILITY, owner: the wallet's number); both change in one
transaction, and the balance only by a guarded update, so that no two spenders ever share a cent.
"""

from datetime import datetime, timedelta
from enum import Enum

from flask import g
from sqlalchemy import CheckConstraint, ForeignKey, Index, select, update
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column, lock_row
from archive.errors import Refused
from archive.language import language
from licensing.money import Money
from licensing.vocabulary import N_

# "24 months from last use" in days, the longer way round.
LASTS = timedelta(days=731)
CURRENCY = "EUR"


class VatMode(str, Enum):
    """When the VAT in credit is due (Directive 2006/112/EC, art. 30a and 30b)."""

    MULTI = "multi"  # at each use: the rate is not known before
    SINGLE = "single"  # at the top-up


class Wallet(Model):
    """The credit of one account, or of whoever has the link."""

    __table_args__ = (
        CheckConstraint("balance_minor >= 0", "is_never_overspent"),
        CheckConstraint("frozen_minor >= 0 AND frozen_minor <= balance_minor", "frozen_stays_in_it"),
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
    frozen_minor: Mapped[int]  # of the balance: banks dispute its payment; see `wallet_freezes`
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("wallet.id"), index=True)

    @property
    def balance(self) -> Money:
        """What is in it, as the ledger owes it."""
        return Money(self.balance_minor, self.currency)

    @property
    def frozen(self) -> Money:
        """What of that cannot be spent while a bank looks into its payment."""
        return Money(self.frozen_minor, self.currency)

    @property
    def spendable(self) -> Money:
        """What can be spent."""
        return self.balance - self.frozen

    @property
    def owner(self) -> str:
        """What its account in the ledger is called."""
        return str(self.id)

    def key(self, what: str) -> str:
        """Name something that is booked once for it."""
        return f"wallet:{self.id}:{what}"


SHORT = N_("Your credit is %(missing)s short. Top it up and try again; nothing was charged.")
HELD = N_(
    "%(frozen)s of your credit cannot be used while a bank looks into its payment, and without it you are %(missing)s "
    "short. Nothing was charged."
)


class NotEnough(Refused):
    """The credit that can be spent does not cover a use; `missing` is what would have to be added."""

    code = "not-enough-credit"

    def __init__(self, missing: Money, frozen: Money) -> None:
        self.missing = missing
        words = {"missing": missing.show(language()), "frozen": frozen.show(language())}
        super().__init__(HELD if frozen else SHORT, **words)


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
        frozen_minor=0,
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
    lock_row(wallet)


def change(wallet: Wallet, by: Money) -> None:
    """Change a balance that is held; raise NotEnough rather than go below what is frozen. Whoever calls it books and
    notes it.
    """
    changed = db.session.scalar(
        update(Wallet)
        .where(Wallet.id == wallet.id, Wallet.balance_minor + by.minor >= Wallet.frozen_minor)
        .values(balance_minor=Wallet.balance_minor + by.minor)
        .returning(Wallet.balance_minor)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(wallet)
    if changed is None:
        missing = -by - wallet.spendable
        raise NotEnough(missing, wallet.frozen)


def freeze(wallet: Wallet, by: Money) -> None:
    """Let more of a balance that is held stand still, or less; the database refuses more than there is."""
    changed = update(Wallet).where(Wallet.id == wallet.id).values(frozen_minor=Wallet.frozen_minor + by.minor)
    db.session.execute(changed.execution_options(synchronize_session=False))
    db.session.refresh(wallet)


def touch(wallet: Wallet, moment: datetime) -> None:
    """Put off the day on which credit ends: it was used, or added to."""
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
