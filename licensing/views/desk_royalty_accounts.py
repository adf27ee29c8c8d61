"""One statement, one party's account and the fee of one licence at the desk: approve, pay, agree terms, take back."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import addresses, clock
from archive.errors import DomainError
from archive.serving_files import send_stored
from licensing import (
    accruals,
    licences,
    payout_terms,
    payouts,
    periods,
    reserves,
    royalty_accounts,
    royalty_approval,
    royalty_desk,
    royalty_documents,
    royalty_forms,
    royalty_pages,
    royalty_statements,
    statement_links,
)
from licensing.money import Money
from licensing.parties import Party
from licensing.royalty_accounts import Accrual
from licensing.royalty_documents import CSV, PDF
from licensing.royalty_statements import StatementStatus
from licensing.views.desk_royalties import CURRENCY, licensing_only

_TYPES = {"pdf": PDF, "csv": CSV}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    base = "/desk/royalties"
    pages.add_url_rule(f"{base}/statements/<number>", "desk_royalty_statement", statement)
    pages.add_url_rule(f"{base}/statements/<number>.<any(pdf, csv):kind>", "desk_royalty_document", document)
    pages.add_url_rule(f"{base}/parties/<int:party_id>", "desk_royalty_party", party)
    pages.add_url_rule(f"{base}/licences/<number>", "desk_royalty_licence", licence)
    for address, name, view in (
        ("statements/<number>/approve", "desk_royalty_approve_one", approve),
        ("statements/<number>/payouts", "desk_royalty_payout", pay),
        ("parties/<int:party_id>/terms", "desk_royalty_terms", set_terms),
        ("parties/<int:party_id>/link", "desk_royalty_link", renew_link),
        ("licences/<number>/take-back", "desk_royalty_take_back", take_back),
    ):
        pages.add_url_rule(f"{base}/{address}", name, view, methods=["POST"])


@licensing_only
def statement(number: str) -> ResponseReturnValue:
    """Show a statement with its account, lines, moves and payments."""
    return _show_statement(number)


@licensing_only
def document(number: str, kind: str) -> ResponseReturnValue:
    """Send a statement as PDF or CSV."""
    found = royalty_documents.get(royalty_statements.get(number), _TYPES[kind])
    return send_stored(found.storage_key, found.media_type, f"{number}.{kind}", found.sha256)


@licensing_only
def approve(number: str) -> ResponseReturnValue:
    """Approve one statement and tell the party."""
    royalty_approval.approve(royalty_statements.get_for_change(number), clock.now(), g.account.id)
    return redirect(url_for("licensing.desk_royalty_statement", number=number), 303)


@licensing_only
def pay(number: str) -> ResponseReturnValue:
    """Record what the bank paid on a statement."""
    form, currency = request.form, royalty_statements.get(number).currency
    try:
        amount, paid_on = royalty_forms.amount(form, "amount", currency), royalty_forms.day(form, "paid_on")
        payouts.record(number, amount, paid_on, form.get("bank_reference", ""), clock.now(), g.account.id)
    except DomainError as refusal:
        return _show_statement(number, refusal), refusal.status
    return redirect(url_for("licensing.desk_royalty_statement", number=number), 303)


@licensing_only
def party(party_id: int) -> ResponseReturnValue:
    """Show the account of a party: balance, statements, newest lines, terms."""
    return _show_party(royalty_desk.get_party(party_id))


@licensing_only
def set_terms(party_id: int) -> ResponseReturnValue:
    """Agree new terms with a party, from a day on."""
    found = royalty_desk.get_party(party_id)
    try:
        terms, first = royalty_forms.terms(request.form), royalty_forms.day(request.form, "valid_from")
        payout_terms.set_terms(found, terms, first, clock.now(), g.account.id)
    except DomainError as refusal:
        return _show_party(found, refusal), refusal.status
    return redirect(url_for("licensing.desk_royalty_party", party_id=party_id), 303)


@licensing_only
def renew_link(party_id: int) -> ResponseReturnValue:
    """Make another link for a party, so that the old one leads nowhere."""
    statement_links.renew_link(royalty_desk.get_party(party_id).id, g.account.id)
    return redirect(url_for("licensing.desk_royalty_party", party_id=party_id), 303)


@licensing_only
def licence(number: str) -> ResponseReturnValue:
    """Show how the fee of a licence was divided, and what became of it."""
    return _show_licence(number)


@licensing_only
def take_back(number: str) -> ResponseReturnValue:
    """Reverse what was booked for a licence, wholly or in part."""
    accrual = accruals.get_of_licence(licences.get_by_number(number))
    try:
        _take_back(accrual)
    except DomainError as refusal:
        return _show_licence(number, refusal), refusal.status
    return redirect(url_for("licensing.desk_royalty_licence", number=number), 303)


def _take_back(accrual: Accrual) -> None:
    form = request.form
    said = form.get("amount", "").strip()
    amount = royalty_forms.amount(form, "amount", accrual.currency) if said else None
    why, key = form.get("why", ""), f"desk:{accrual.id}:{form.get('form_key', '')}"
    accruals.take_back(accrual, amount, why, key, clock.now(), g.account.id)


def _show_statement(number: str, refusal: DomainError | None = None) -> str:
    found = royalty_statements.get(number)
    is_payable = found.status is StatementStatus.APPROVED
    return render_template(
        "licensing/desk_royalty_statement.html",
        **royalty_pages.whole(found),
        events=royalty_statements.events_of(found.id),
        states=royalty_pages.STATES,
        payouts=payouts.of_statement(found.id),
        left=payouts.outstanding(found) if is_payable else None,
        refusal=refusal,
        form=request.form,
        today=periods.day_of(clock.now()),
    )


def _show_party(found: Party, refusal: DomainError | None = None) -> str:
    today = periods.day_of(clock.now())
    access = statement_links.find_link_token(found.id)
    terms = payout_terms.on_day({found.id}, today)[found.id]
    return render_template(
        "licensing/desk_royalty_party.html",
        party=found,
        balance=royalty_desk.balance_of(found.id, CURRENCY),
        withheld=reserves.withheld_from(found.id, CURRENCY),
        statements=[royalty_pages.summary(each) for each in royalty_statements.of_party(found.id)],
        movements=royalty_desk.movements_of(found.id),
        kinds=royalty_pages.KINDS,
        layer_label=royalty_pages.layer_label,
        terms=terms,
        history=payout_terms.history(found.id),
        masked=payout_terms.masked,
        link=addresses.absolute("licensing.royalties", lang=terms.lang, token=access) if access else "",
        refusal=refusal,
        form=request.form,
        today=today,
        money=Money,
    )


def _show_licence(number: str, refusal: DomainError | None = None) -> str:
    accrual = accruals.get_of_licence(licences.get_by_number(number))
    parts: list[Any] = royalty_accounts.parts_of(accrual.id)
    net_back, fees = royalty_accounts.so_far(accrual.id)
    return render_template(
        "licensing/desk_royalty_licence.html",
        accrual=accrual,
        parts=parts,
        booked=royalty_accounts.booked([part.id for part in parts]),
        nothing=royalty_accounts.Sums(),
        events=royalty_accounts.events_of(accrual.id),
        net_back=Money(net_back, accrual.currency),
        fees=Money(fees, accrual.currency),
        refusal=refusal,
        form=request.form,
        form_key=accruals.new_form_key(),
        layer_label=royalty_pages.layer_label,
        money=Money,
    )
