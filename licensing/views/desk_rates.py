"""Rate cards at the desk: the versions, one as a readable table, a new one as a draft, two side by side, and what
puts a card in and out of force.
"""

from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import bodies, clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid
from archive.sign_in import staff_only
from licensing import rate_comparison, rate_files, rates, wording
from licensing.rate_comparison import Change, Example
from licensing.rate_files import NotACard, Problem
from licensing.rates import RateCard
from licensing.vocabulary import DIMENSIONS_OF, N_, OPTIONS, PACKAGES, QUESTIONS, USES, USES_OF

BODY = rate_files.LARGEST + (1 << 14)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/rates", "desk_rates", desk_rates)
    pages.add_url_rule("/desk/rates", "desk_rates_upload", upload, methods=["POST"])
    pages.add_url_rule("/desk/rates/compare", "desk_rates_compare", compare)
    pages.add_url_rule("/desk/rates/<version>", "desk_rate_card", show)
    pages.add_url_rule(
        "/desk/rates/<version>/<any(activate, retire, discard):what>",
        "desk_rate_move",
        move,
        methods=["POST"],
    )


@staff_only(Role.LICENSING)
def desk_rates() -> ResponseReturnValue:
    """List the versions, with a form to hand in another."""
    return _list([])


@bodies.takes(BODY)
@staff_only(Role.LICENSING)
def upload() -> ResponseReturnValue:
    """Keep a file as a draft, or tell what is wrong with it line by line."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _list([Problem(None, N_("Choose a file first."), {})]), 422
    try:
        card = rates.store(rate_files.read(file.stream.read(BODY)), g.account.id)
    except NotACard as refusal:
        return _list(refusal.problems), 422
    except DomainError as refusal:
        return _list(
            [Problem(None, refusal.message, {k: str(v) for k, v in refusal.details.items()})]
        ), refusal.status
    return redirect(url_for("licensing.desk_rate_card", version=card.version), 303)


@staff_only(Role.LICENSING)
def show(version: str) -> ResponseReturnValue:
    """Show a card as tables."""
    return _card(rates.get(version))


@staff_only(Role.LICENSING)
def move(version: str, what: str) -> ResponseReturnValue:
    """Put a draft in force from a day, end a card after a day, or throw a draft away."""
    card, today = rates.get(version), clock.now().date()
    try:
        if what == "discard":
            rates.discard(card, g.account.id)
            return redirect(url_for("licensing.desk_rates"), 303)
        change = rates.put_in_force if what == "activate" else rates.take_out_of_force
        change(card, _day(), today, g.account.id)
    except DomainError as refusal:
        return _card(card, refusal.sentence()), refusal.status
    return redirect(url_for("licensing.desk_rate_card", version=version), 303)


@staff_only(Role.LICENSING)
def compare() -> ResponseReturnValue:
    """Show what changes from one version to another."""
    before, after = rates.get(request.args.get("before", "")), rates.get(request.args.get("after", ""))
    if before.currency != after.currency:
        raise Invalid("These cards are in two currencies. Compare two in the same one.")
    found = rate_comparison.compare(rates.as_card(before), rates.as_card(after))
    return render_template(
        "licensing/desk_rates_compare.html",
        before=before,
        after=after,
        cards=rates.all_versions(),
        counts=Counter(example.change.value for example in found),
        examples=[
            _example(example) for example in found if example.change not in (Change.SAME, Change.NEVER)
        ],
    )


def _list(problems: list[Problem]) -> str:
    card = rates.active_on(clock.now().date())
    return render_template(
        "licensing/desk_rates.html",
        cards=rates.all_versions(),
        problems=problems,
        current=card.version if card else "",
    )


def _card(stored: RateCard, error: str = "") -> str:
    card, today = rates.as_card(stored), clock.now().date()
    kinds = [
        {
            "code": kind,
            "rows": [
                (USES[row.use], row, wording.capital(wording.in_one_line(row.included)))
                for row in card.rows
                if row.asset_type == kind
            ],
            "without": [USES[use] for use in USES_OF[kind] if card.row(kind, use) is None],
            "packages": [
                (PACKAGES[code][0], package, wording.capital(wording.in_one_line(package.answers)))
                for code, package in card.packages_of(kind).items()
            ],
        }
        for kind in DIMENSIONS_OF
    ]
    return render_template(
        "licensing/desk_rate_card.html",
        stored=stored,
        card=card,
        kinds=kinds,
        factors=[
            (QUESTIONS[found.dimension], OPTIONS[found.dimension][found.code], wording.factor(found.bp))
            for found in card.factors
        ],
        others=[other for other in rates.all_versions() if other.id != stored.id],
        today=today,
        error=error,
    )


def _example(example: Example) -> dict[str, Any]:
    return {
        "change": example.change.value,
        "asset_type": example.asset_type,
        "package": PACKAGES[example.package][0] if example.package else "",
        "summary": wording.capital(wording.in_one_line(example.answers)),
        "before": example.before,
        "after": example.after,
        "difference": example.difference,
    }


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise Invalid("Fill in a day, such as 2027-01-01.") from None
