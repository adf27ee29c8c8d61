"""VAT, for staff: how near the threshold of the One Stop Shop is, what a quarter's returns ask, and VAT numbers that
wait for an answer.
"""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import audit, clock
from archive.accounts import Role
from archive.config import current
from archive.errors import NotFound
from archive.language import language
from archive.sign_in import staff_only
from licensing import countries, oss, vat_numbers, vat_returns, vies
from licensing.vat_returns import Quarter

SHOWN = 50
SHORTEST_YEAR, LATEST_YEAR = 2000, 2999


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/vat", "desk_vat", desk_vat)
    pages.add_url_rule("/desk/vat/numbers/<number>", "desk_vat_ask", desk_vat_ask, methods=["POST"])


@staff_only(Role.LICENSING)
def desk_vat() -> ResponseReturnValue:
    """Show the threshold, the returns of a quarter, and the numbers."""
    today = clock.day_here(clock.now())
    quarter = _quarter() or vat_returns.quarter_of(today)
    return render_template(
        "licensing/desk_vat.html",
        tallies=[oss.tally(today.year), oss.tally(today.year - 1)],
        threshold=oss.THRESHOLD,
        since=current().vat_oss_from,
        quarter=quarter,
        quarters=_last_quarters(vat_returns.quarter_of(today)),
        due=vat_returns.due(quarter),
        reverse=vat_returns.reversed_in(quarter),
        numbers=vat_numbers.latest(SHOWN),
        is_asked=vies.is_asked(),
        country=lambda code: countries.label(code, language()),
    )


@staff_only(Role.LICENSING)
def desk_vat_ask(number: str) -> ResponseReturnValue:
    """Have a number asked for again at the next round."""
    if vat_numbers.find(number) is None:
        raise NotFound("There is no such VAT number.")
    vat_numbers.ask_soon(number, clock.now())
    audit.record("vat_number.asked_again", "vat_number", number, g.account.id)
    return redirect(url_for("licensing.desk_vat", _anchor="numbers"), 303)


def _quarter() -> Quarter | None:
    """Read the quarter that is asked for, such as 2026-4; None for anything else."""
    year, _dash, number = request.args.get("quarter", "").partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")):
        return None
    return Quarter(int(year), int(number)) if SHORTEST_YEAR <= int(year) <= LATEST_YEAR else None


def _last_quarters(last: Quarter) -> list[tuple[str, str]]:
    """Name the last eight quarters, newest first."""
    found, quarter = [], last
    for _each in range(8):
        label = _("quarter %(number)s of %(year)s", number=quarter.number, year=str(quarter.year))
        found.append((f"{quarter.year}-{quarter.number}", str(label)))
        quarter = Quarter(quarter.year - (quarter.number == 1), quarter.number - 1 or 4)
    return found
