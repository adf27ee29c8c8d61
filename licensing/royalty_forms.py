"""Reading what staff type on the pages of royalties: amounts, percentages, days, parties; or what is wrong with it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from archive.db import db
from archive.errors import Invalid
from archive.language import LANGUAGES
from catalogue.entries import Entry
from licensing import money, parties, payout_terms, periods, reserves
from licensing.claims import Layer
from licensing.money import FULL, Money, NotAnAmount
from licensing.parties import Party, Payout
from licensing.payout_terms import Terms
from licensing.periods import NotAPeriod, Period
from licensing.royalty_rules import Fees

Form = Mapping[str, str]


def period(form: Form) -> Period:
    """Read a period; raise Invalid."""
    try:
        return periods.read(form.get("period", ""))
    except NotAPeriod as error:
        raise Invalid("Write a period as 2026-Q4, 2026, or 2026-01-01/2026-01-31; a year at most.") from error


def amount(form: Form, name: str, currency: str) -> Money:
    """Read an amount as people write it; raise Invalid."""
    try:
        return money.parse(form.get(name, ""), currency)
    except NotAnAmount as error:
        raise Invalid("Write an amount as 80 or 80,00.") from error


def percent(form: Form, name: str) -> int:
    """Read a percentage as basis points; raise Invalid."""
    try:
        exact = Decimal(form.get(name, "").strip().removesuffix("%").strip().replace(",", ".")) * 100
        if not 0 <= exact <= FULL or exact != int(exact):
            raise Invalid("A percentage lies between 0 and 100, with two decimals at most.", field=name)
    except InvalidOperation as error:
        raise Invalid("Write a percentage as 20 or 12,5.", field=name) from error
    return int(exact)


def day(form: Form, name: str) -> date:
    """Read a day; raise Invalid."""
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError as error:
        raise Invalid("Write a day as 2026-11-22.") from error


def kept(form: Form) -> tuple[Entry, Layer]:
    """Read which entry and layer something was kept on; raise Invalid."""
    pid, _space, layer = form.get("kept", "").partition(" ")
    try:
        return reserves.get_entry(pid), Layer(layer)
    except ValueError as error:
        raise Invalid("Choose from the list what was kept.") from error


def party(form: Form) -> Party:
    """Read a party by its number or whole name, the one it was merged into; raise Invalid unless there is just one."""
    said = " ".join(form.get("party", "").split())
    is_number = said.isascii() and said.isdigit() and len(said) < 10
    numbered = db.session.get(Party, int(said)) if is_number else None
    found = [numbered] if numbered is not None else parties.named(said)
    if len(found) != 1:
        raise Invalid("There is no party of exactly this name, or there are several: give its number.")
    return parties.current(found[0])


def terms(form: Form) -> Terms:
    """Read the terms of a party; raise Invalid."""
    try:
        method, fees = Payout(form.get("method", "")), Fees(form.get("fees", ""))
    except ValueError as error:
        raise Invalid("Choose how the party is paid, and who bears the fees.") from error
    iban = payout_terms.read_iban(form["iban"]) if form.get("iban", "").strip() else None
    return Terms(
        commission_bp=percent(form, "commission"),
        minimum_minor=amount(form, "minimum", payout_terms.CURRENCY).minor,
        fees=fees,
        method=method,
        iban=iban,
        account_holder=" ".join(form.get("account_holder", "").split())[:200] or None,
        self_billing=form.get("self_billing") == "1",
        lang=form["lang"] if form.get("lang") in LANGUAGES else LANGUAGES[0],
    )
