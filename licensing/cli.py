"""Commands of the sale: the ledger's proof, reading payments again, rate cards, and the demo collection
with its rights.
"""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from archive import clock
from archive.cli import plainly
from archive.transactions import transaction
from licensing import demo, ledger, mail_replies, payments, rates, royalty_checks

ledger_group = AppGroup("ledger", help="The books.")
payments_group = AppGroup("payments", help="Payments at the provider.")
rates_group = AppGroup("rates", help="What uses cost.")
demo_group = AppGroup("demo", help="The made-up collection that shows how the site works.")

mail_group = AppGroup("mail", help="Mail that comes in.")

groups = (ledger_group, payments_group, rates_group, demo_group, mail_group)

MAX_MAIL = 30_000_000  # bytes that are looked at: what is larger is its attachments
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes back


@ledger_group.command("verify", help="Prove that all sums to zero, and that what is owed is what was earned.")
@plainly
def verify() -> None:
    """Print the trial balance; end with status 1 when anything is wrong."""
    wrong = ledger.unbalanced_transactions()
    totals = ledger.trial_balance(clock.now())
    for (kind, owner, currency), minor in sorted(totals.items()):
        click.echo(f"{kind:16} {owner:20} {currency} {minor:>12}")
    if wrong or sum(totals.values()):
        raise click.ClickException(f"The ledger is out of balance: transactions {wrong}")
    differing = royalty_checks.differences()
    if differing:
        raise click.ClickException("The royalty accounts differ from the ledger:\n" + "\n".join(differing))
    click.echo("The ledger is in balance.")


@payments_group.command("reconcile", help="Read every open payment at the provider again.")
@plainly
def reconcile() -> None:
    """Queue the reading; the job runner does it."""
    payments.reconcile({})
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
