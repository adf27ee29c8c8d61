"""What hearing or keeping one recording costs, at the desk: as listed, fixed, from a floor, or free with a reason."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid
from archive.sign_in import staff_only
from catalogue import entries
from catalogue.entries import Entry, EntryKind
from licensing import periods, royalty_forms, use_prices
from licensing.money import Money
from licensing.small_prices import GrantKind
from licensing.use_prices import FreeReason, PriceMode
from licensing.views.hearing import CURRENCY

KINDS = {GrantKind.LISTEN: _l("To hear it whole"), GrantKind.DOWNLOAD: _l("A copy to keep")}
MODES = {
    PriceMode.LISTED: _l("As the list says"),
    PriceMode.FIXED: _l("A price of its own"),
    PriceMode.OPEN: _l("Pay what you want, from"),
    PriceMode.FREE: _l("Free"),
}
REASONS = {
    FreeReason.PROMOTION: _l("To draw attention"),
    FreeReason.HOLDER_WISH: _l("Those who hold the rights want no money for it"),
    FreeReason.FUNDED: _l("Somebody else pays"),
}


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/desk/entries/<pid>/listening", "desk_use_prices", prices, methods=["GET", "POST"])


@staff_only(Role.LICENSING)
def prices(pid: str) -> ResponseReturnValue:
    """Show what uses of a recording cost; set one."""
    entry = entries.get(pid)
    if request.method == "GET":
        return _page(entry)
    try:
        _set(entry)
    except DomainError as refusal:
        return _page(entry, refusal), refusal.status
    return redirect(url_for("licensing.desk_use_prices", pid=pid, saved=1), 303)


def _set(entry: Entry) -> None:
    form = request.form
    kinds, modes = {each.value: each for each in KINDS}, {each.value: each for each in MODES}
    kind, mode = kinds.get(form.get("kind", "")), modes.get(form.get("mode", ""))
    if kind is None or mode is None or entry.kind is not EntryKind.RECORDING:
        raise Invalid("Choose what of a recording the price is for, and how it is made.")
    reasons = {each.value: each for each in REASONS}
    said = form.get("amount", "").strip()
    amount = royalty_forms.amount(form, "amount", CURRENCY) if said else Money(0, CURRENCY)
    reason = reasons.get(form.get("reason", ""))
    use_prices.set_price(entry, kind, mode, amount, reason, clock.now(), g.account.id)


def _page(entry: Entry, refusal: DomainError | None = None) -> str:
    today = periods.day_of(clock.now())
    return render_template(
        "licensing/desk_use_prices.html",
        entry=entry,
        now=[(label, use_prices.of(entry.id, kind, today)) for kind, label in KINDS.items()],
        kinds=[(kind.value, label) for kind, label in KINDS.items()],
        modes=[(mode.value, label) for mode, label in MODES.items()],
        mode_words=MODES,
        reasons=[("", ""), *((reason.value, label) for reason, label in REASONS.items())],
        reason_words=REASONS,
        history=use_prices.history(entry.id),
        kind_words=KINDS,
        money=Money,
        refusal=refusal,
        form=request.form,
    )
