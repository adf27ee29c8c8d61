"""How long the proof of the books takes, on SQLite and on PostgreSQL with all on disk.

    python -m tests.benchmarks.ledger_load --entries 1000000
    python -m tests.benchmarks.ledger_load --entries 1000000 --postgres

A year of top-ups and listens: orders with their payments, fees and sales, wallets, uses, and a closed day for each day.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

import wsgi
from archive import config, schema
from archive.db import Model, db
from licensing import ledger_days, proofs
from licensing.ledger import (
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    LedgerSeal,
    LedgerTransaction,
)
from licensing.orders import LineKind, Order, OrderLine, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.wallet import LASTS, VatMode, Wallet
from licensing.wallet_moves import MoveKind, WalletMove
from tests.journeys import kill_payments

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
USES_PER_ORDER = 2
ENTRIES_PER_ORDER = 4 + USES_PER_ORDER * 3
ORDERS_PER_WALLET = 5
CENTS, FEE, LISTEN, VAT = 1000, 40, 25, 4
CHUNK = 2_000  # orders written at a time
FIXED = {"stripe_clearing": 1, "fees_expense": 2, "revenue": 3, "vat_payable": 4}
FIRST_WALLET_ACCOUNT = 10


def main(arguments: Sequence[str]) -> None:
    """Make the books, prove them, and print what each proof took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ledger_load", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own, not on SQLite")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ledger-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server of the database is another user
        with kill_payments.database(folder, is_postgres=options.postgres) as address:
            environment = {"DATA_DIR": str(folder / "site"), "BASE_URL": "http://localhost"}
            app = wsgi.create_app(config.read(environment | ({"DATABASE_URL": address} if address else {})))
            with app.app_context():
                schema.upgrade()
                db.create_all()
                fill(options.entries // ENTRIES_PER_ORDER)
                prove()
                db.session.remove()
                db.engine.dispose()


def fill(orders: int) -> None:
    """Write so many orders of top-ups, with what follows from them."""
    began = time.perf_counter()
    is_postgres = db.engine.dialect.name == "postgresql"
    if is_postgres:  # without what triggers and keys ask of each row, which is not what is measured
        db.session.execute(text("SET session_replication_role = replica"))
    wallets = max(1, orders // ORDERS_PER_WALLET)
    _write(LedgerAccount, _accounts(wallets))
    _write(Wallet, _wallets(wallets, orders))
    for start in range(0, orders, CHUNK):
        numbers = range(start, min(start + CHUNK, orders))
        _write_orders(numbers, orders, wallets)
    db.session.commit()
    if is_postgres:
        db.session.execute(text("ANALYZE"))  # as the server does by itself within minutes
    ledger_days.close(BEGIN + YEAR + timedelta(days=2))
    db.session.commit()
    print(f"made in {time.perf_counter() - began:.0f} s", flush=True)


def prove() -> None:
    """Prove the books and print what it took, in wall-clock and processor seconds."""
    count = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    began, work = time.perf_counter(), time.process_time()
    outcomes = proofs.run()
    wall, processor = time.perf_counter() - began, time.process_time() - work
    for outcome in outcomes:
        print(f"{outcome.seconds:7.2f} s  {outcome.proof.claim} {outcome.found or ''}")
    dialect = db.engine.dialect.name
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{count} entries on {dialect}: {wall:.1f} s, of which processor {processor:.1f} s; load {load}")


def _write(model: type[Model], rows: list[dict[str, Any]]) -> None:
    if rows and db.engine.dialect.name == "postgresql":
        _copy(model, rows)
    elif rows:
        db.session.execute(insert(model), rows)


def _copy(model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Write rows as PostgreSQL takes them fastest, each value as its column stores it."""
    table, dialect = model.__table__, db.engine.dialect
    columns = [column for column in table.columns if column.name in rows[0] or column.default is not None]
    stored = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    given = [column.default.arg if column.default is not None else None for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    raw = db.session.connection().connection.cursor()
    with raw.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            values = [row.get(column.name, value) for column, value in zip(columns, given, strict=True)]
            copy.write_row(
                [each(value) if each else value for each, value in zip(stored, values, strict=True)]
            )


def _accounts(wallets: int) -> list[dict[str, Any]]:
    fixed = [
        {"id": number, "kind": AccountKind(kind), "owner": "", "currency": "EUR"}
        for kind, number in FIXED.items()
    ]
    owed = AccountKind.WALLET_LIABILITY
    return fixed + [
        {"id": FIRST_WALLET_ACCOUNT + each, "kind": owed, "owner": str(each), "currency": "EUR"}
        for each in range(1, wallets + 1)
    ]


def _wallets(wallets: int, orders: int) -> list[dict[str, Any]]:
    of_wallet = [0] * (wallets + 1)
    for number in range(orders):
        of_wallet[number % wallets + 1] += CENTS - USES_PER_ORDER * LISTEN
    return [
        {
            "id": each,
            "lang": "nl",
            "country": "NL",
            "currency": "EUR",
            "vat_mode": VatMode.MULTI,
            "balance_minor": of_wallet[each],
            "frozen_minor": 0,
            "created_at": BEGIN,
            "last_used_at": BEGIN,
            "expires_at": BEGIN + LASTS,
        }
        for each in range(1, wallets + 1)
    ]


def _write_orders(numbers: range, orders: int, wallets: int) -> None:
    moments = {number: BEGIN + YEAR * number / orders for number in numbers}
    _write(Order, [_order(number, moments[number]) for number in numbers])
    _write(OrderLine, [_line(number, number % wallets + 1) for number in numbers])
    _write(Payment, [_payment(number, moments[number]) for number in numbers])
    booked = [each for number in numbers for each in _bookings(number, moments[number], number % wallets + 1)]
    _write(LedgerTransaction, [transaction for transaction, _entries in booked])
    _write(LedgerEntry, [entry for _transaction, entries in booked for entry in entries])
    _write(LedgerSeal, [{"transaction_id": transaction["id"]} for transaction, _entries in booked])
    _write(WalletMove, [move for number in numbers for move in _moves(number, moments[number], wallets)])


def _bookings(
    number: int, moment: datetime, wallet: int
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    first = number * (2 + USES_PER_ORDER) + 1
    owed = FIRST_WALLET_ACCOUNT + wallet
    sale = [(FIXED["stripe_clearing"], CENTS), (owed, -CENTS)]
    yield _booking(first, "sale", f"B{number}", f"payment:pi_{number}", moment, sale)
    fee = [(FIXED["fees_expense"], FEE), (FIXED["stripe_clearing"], -FEE)]
    yield _booking(first + 1, "fee", f"pay_{number}", f"fee:ch_{number}", moment, fee)
    for use in range(USES_PER_ORDER):
        parts = [(owed, LISTEN), (FIXED["revenue"], VAT - LISTEN), (FIXED["vat_payable"], -VAT)]
        yield _booking(
            first + 2 + use, "wallet_use", f"use_{number}_{use}", f"use:{number}:{use}", moment, parts
        )


def _moves(number: int, moment: datetime, wallets: int) -> Iterator[dict[str, Any]]:
    first = number * (2 + USES_PER_ORDER) + 1
    balance = number // wallets * (CENTS - USES_PER_ORDER * LISTEN)
    changes = [(first, MoveKind.TOP_UP, CENTS)]
    changes += [(first + 2 + use, MoveKind.SPENT, -LISTEN) for use in range(USES_PER_ORDER)]
    for transaction, kind, minor in changes:
        balance += minor
        yield {
            "wallet_id": number % wallets + 1,
            "transaction_id": transaction,
            "kind": kind,
            "sold": LineKind.LISTEN if minor < 0 else None,
            "amount_minor": minor,
            "balance_minor": balance,
            "reference": f"B{number}",
            "why": "",
            "at": moment,
        }


def _booking(
    number: int, kind: str, reference: str, key: str, moment: datetime, parts: list[tuple[int, int]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    transaction = {"id": number, "kind": kind, "reference": reference, "key": key, "occurred_at": moment}
    return transaction, [
        {"transaction_id": number, "account_id": account, "amount_minor": minor} for account, minor in parts
    ]


def _order(number: int, moment: datetime) -> dict[str, Any]:
    texts = dict.fromkeys(("buyer_name", "buyer_email", "project", "terms_version"), "x")
    return texts | {
        "id": number + 1,
        "number": f"B{number}",
        "form_key": f"{random.getrandbits(64)}-{number}",
        "country": "NL",
        "lang": "nl",
        "status": OrderStatus.PAID,
        "currency": "EUR",
        "net_minor": CENTS,
        "vat_minor": 0,
        "gross_minor": CENTS,
        "consent": {},
        "placed_at": moment,
        "paid_at": moment,
    }


def _line(number: int, wallet: int) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "user_class", "summary", "rate_card"), "")
    return texts | {
        "order_id": number + 1,
        "kind": LineKind.TOP_UP,
        "choice": {"wallet_id": wallet},
        "is_exclusive": False,
        "layers_excluded": [],
        "net_minor": CENTS,
        "vat_code": "O",
        "vat_bp": 0,
        "vat_country": "NL",
        "trace": [],
    }


def _payment(number: int, moment: datetime) -> dict[str, Any]:
    return {
        "reference": f"pay_{number}",
        "order_id": number + 1,
        "provider": "stripe",
        "amount_minor": CENTS,
        "currency": "EUR",
        "status": PaymentStatus.SUCCEEDED,
        "idempotency_key": f"checkout-{number}",
        "created_at": moment,
        "expires_at": moment,
        "session_id": f"cs_{number}",
        "intent_id": f"pi_{number}",
        "charge_id": f"ch_{number}",
        "fee_minor": FEE,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
