"""Credit that nobody uses ends: after two years, and never before two reminders. What ends is booked for what it is."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import clock, jobs, mail
from archive.accounts import Account
from archive.db import Model, db
from archive.transactions import transaction
from licensing import ledger, wallet, wallet_links, wallet_moves, wallet_vat
from licensing.ledger import AccountKind, Posting
from licensing.wallet import Wallet
from licensing.wallet_moves import MoveKind, WalletMove

JOB = "wallet.expire"
POST_JOB = "wallet.remind"
EVERY = timedelta(hours=6)
DAYS_BEFORE = (60, 14)
AFTER_THE_LAST = timedelta(days=min(DAYS_BEFORE))  # so long is left to whoever was reminded late


class WalletReminder(Model):
    """One reminder that credit will end, so that it is sent once."""

    __table_args__ = (UniqueConstraint("wallet_id", "expires_at", "days_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"), index=True)
    expires_at: Mapped[datetime]  # the end that it reminded of: a use puts it off
    days_before: Mapped[int]
    sent_at: Mapped[datetime]


def run(_payload: jobs.Payload) -> None:
    """Job: remind of credit that ends soon, and end what was reminded of twice."""
    moment = clock.now()
    until = moment + timedelta(days=max(DAYS_BEFORE))
    query = select(Wallet.id).where(Wallet.balance_minor > Wallet.frozen_minor, Wallet.expires_at <= until)
    for wallet_id in list(db.session.scalars(query.order_by(Wallet.id))):
        with transaction():
            follow(db.session.get_one(Wallet, wallet_id), moment)


def follow(due: Wallet, moment: datetime) -> None:
    """Do the next thing that is due for one wallet, if any."""
    wallet.hold(due)
    if not due.spendable:
        return
    sent = _sent(due)
    for days in DAYS_BEFORE:
        if days not in sent and due.expires_at <= moment + timedelta(days=days):
            _remind(due, days, moment)
            return
    last = max(sent.values(), default=moment)
    if len(sent) == len(DAYS_BEFORE) and moment >= max(due.expires_at, last + AFTER_THE_LAST):
        end(due, moment)


def end(due: Wallet, moment: datetime, why: str = "") -> None:
    """Book all credit of a wallet as expired."""
    amount = due.spendable
    postings = [
        Posting(AccountKind.WALLET_LIABILITY, amount, due.owner),
        Posting(AccountKind.EXPIRED_CREDIT, -amount),
        *wallet_vat.ended(due, amount),
    ]
    moves = select(func.count()).select_from(WalletMove).where(WalletMove.wallet_id == due.id)
    key = f"wallet:{due.id}:expired:{db.session.scalar(moves)}"
    wallet.change(due, -amount)
    booked = ledger.post("wallet_expired", f"wallet {due.id}", key, postings, moment)
    if booked is not None:
        wallet_moves.note(due, booked, MoveKind.EXPIRED, -amount, moment, why=why)


def post(payload: jobs.Payload) -> None:
    """Job: post a reminder, unless the credit was used in the meantime."""
    due = db.session.get_one(Wallet, payload["wallet_id"])
    address = _address(due)
    if address is None or due.expires_at.isoformat() != payload["expires_at"] or not due.balance_minor:
        return
    letter = mail.write(
        "wallet_ending",
        address,
        due.lang,
        datetime.fromisoformat(payload["sent_at"]),
        balance=due.balance.show(due.lang),
        ends_on=due.expires_at,
        key=wallet_links.key_of(due) if due.link_seed else None,
    )
    db.session.rollback()  # the post may be slow, and nothing is to be written
    mail.deliver(letter | {"job_id": payload["job_id"]})


def _remind(due: Wallet, days: int, moment: datetime) -> None:
    db.session.add(
        WalletReminder(wallet_id=due.id, expires_at=due.expires_at, days_before=days, sent_at=moment)
    )
    said = {"expires_at": due.expires_at.isoformat(), "sent_at": moment.isoformat()}
    jobs.enqueue(POST_JOB, {"wallet_id": due.id, **said})


def _sent(due: Wallet) -> dict[int, datetime]:
    query = select(WalletReminder).where(
        WalletReminder.wallet_id == due.id, WalletReminder.expires_at == due.expires_at
    )
    return {reminder.days_before: reminder.sent_at for reminder in db.session.scalars(query)}


def _address(due: Wallet) -> str | None:
    if due.account_id is None:
        return due.email
    account = db.session.get_one(Account, due.account_id)
    return account.email if account.disabled_at is None else None
