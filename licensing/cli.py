"""Commands of the sale: the ledger's proof, reading payments again, rate cards, and the demo collection
with its rights.
"""

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from archive import clock
from archive.cli import plainly
from archive.transactions import transaction
from licensing import demo, ledger_days, mail_replies, proofs, rates, reconciliation
from licensing.money import Money

ledger_group = AppGroup("ledger", help="The books.")
payments_group = AppGroup("payments", help="Payments at the provider.")
rates_group = AppGroup("rates", help="What uses cost.")
demo_group = AppGroup("demo", help="The made-up collection that shows how the site works.")

mail_group = AppGroup("mail", help="Mail that comes in.")

groups = (ledger_group, payments_group, rates_group, demo_group, mail_group)

MAX_MAIL = 30_000_000  # bytes that are looked at: what is larger is its attachments
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes back


@ledger_group.command(
    "verify", help="Prove the books: every claim that must hold of them, read from the rows."
)
@plainly
def verify() -> None:
    """Print each claim with the time it took; end with status 1 when anything contradicts one."""
    outcomes = proofs.run()
    for outcome in outcomes:
        mark = "wrong" if outcome.found else "holds"
        click.echo(f"{mark} {outcome.seconds:7.2f} s  {outcome.proof.claim}")
        for contradiction in outcome.found:
            click.echo(f"                 {contradiction}")
    if any(outcome.found for outcome in outcomes):
        raise click.ClickException("The books contradict themselves; see above.")
    click.echo("The ledger is in balance.")


@ledger_group.command("balance", help="Print the trial balance at the end of a day.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day, as 2026-11-22; today if left out.")
@plainly
def trial_balance(day: datetime | None) -> None:
    """Print the balance of every account, and the sum of all by currency."""
    totals = ledger_days.balance_on(day.date() if day else clock.day_here(clock.now()))
    sums: Counter[str] = Counter()
    for (kind, owner, currency), minor in sorted(totals.items()):
        sums[currency] += minor
        click.echo(f"{kind:16} {owner:20} {currency} {Money(minor, currency).plain():>14}")
    for currency, minor in sorted(sums.items()):
        click.echo(f"{'all together':37} {currency} {Money(minor, currency).plain():>14}")


@ledger_group.command("close", help="Close the days that are over: nothing can be booked on them any more.")
@plainly
def close_days() -> None:
    """Close every day that is over; the job does so each hour."""
    with transaction():
        closed = ledger_days.close(clock.now())
    click.echo(f"{closed} days are closed.")


@payments_group.command(
    "reconcile", help="Lay our books beside the provider's, and read every open payment again."
)
@plainly
def reconcile() -> None:
    """Compare now; what must be read again is queued, and the job runner does it."""
    reconciliation.compare_fully({})
    found = reconciliation.latest(1)[0]
    click.echo(
        f"{found.lines_read} lines were read, {found.lines_unknown} are not booked,"
        f" {found.events_missed} events had been missed."
    )
    click.echo("Open payments are queued to be read again.")


@rates_group.command(
    "load", help="Store a rate card from its file as a draft, and put it in force with --activate."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--activate", is_flag=True)
@plainly
def load_rates(file: Path, activate: bool) -> None:
    """Load a rate card."""
    with transaction():
        card = rates.load(file)
        if activate:
            rates.activate(card)
    click.echo(f"Rate card {card.version} is {card.status.value}.")


@demo_group.command("load", help="Load the demo collection; what is there already stays as it is.")
@plainly
def load_demo() -> None:
    """Load entries, files, rights and accounts of the demo."""
    demo.load(click.echo)


@mail_group.command("receive", help="Read one mail from standard input, as a mail server pipes it.")
def receive_mail() -> None:
    """Put an answer into the conversation of its request. What is not one is let go: nothing bounces."""
    raw = sys.stdin.buffer.read(MAX_MAIL)
    try:
        with transaction():
            outcome = mail_replies.receive(raw, clock.now())
    except OperationalError:
        sys.exit(TRY_AGAIN)
    click.echo(outcome.value)
