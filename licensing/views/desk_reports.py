"""What earns and what is wanted, for those who license: numbers, bars, tables, and the same as CSV."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import NotFound
from archive.sign_in import staff_only
from catalogue.interest import Sort
from licensing import demand, income, income_files, periods
from licensing.orders import LineKind
from licensing.periods import NotAPeriod, Period
from licensing.sale_words import KINDS

CURRENCY = "EUR"
SHOWN = 20
BAR_HEIGHT = 180
licensing_only = staff_only(Role.LICENSING)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/reports", "desk_reports", desk_reports)
    pages.add_url_rule("/desk/reports/<table>.csv", "desk_report_file", desk_report_file)
    pages.add_url_rule("/desk/reports/demand", "desk_report_demand", desk_report_demand)


@licensing_only
def desk_reports() -> ResponseReturnValue:
    """Show the income of a period."""
    period, error = _period()
    found = income.of_period(period, CURRENCY)
    sold = income.by_entry(period, CURRENCY)
    answer = render_template(
        "licensing/desk_reports.html",
        found=found,
        total=found.total,
        bars=_bars(found),
        bar_height=BAR_HEIGHT,
        kinds=[(_(KINDS[LineKind(kind)]), net) for kind, net in found.kinds.items()],
        collections=income.by_collection(sold, CURRENCY),
        entries=sold[:SHOWN],
        files={table: _file(table, period) for table in income_files.TABLES},
        period=period,
        asked=request.args.get("period", period.name),
        error=error,
    )
    return (answer, 422) if error else answer


@licensing_only
def desk_report_file(table: str) -> ResponseReturnValue:
    """Send one of the tables as CSV."""
    if table not in income_files.TABLES:
        raise NotFound("There is no such table. Choose one on the page of reports.")
    period, error = _period()
    if error:
        return Response(error, 422, mimetype="text/plain")
    answer = Response(income_files.written(table, period, CURRENCY), mimetype="text/csv")
    name = f"{table}-{period.name.replace('/', '_')}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@licensing_only
def desk_report_demand() -> ResponseReturnValue:
    """Show what people look for, listen to and ask for, and do not buy."""
    period, error = _period()
    answer = render_template(
        "licensing/desk_report_demand.html",
        unsold=demand.unsold(period),
        searched=demand.questions(period, Sort.SEARCHED),
        not_found=demand.questions(period, Sort.NOT_FOUND),
        at_least=demand.SEEN_ENOUGH,
        period=period,
        asked=request.args.get("period", period.name),
        error=error,
    )
    return (answer, 422) if error else answer


def _period() -> tuple[Period, str]:
    """Read the period that is asked for; this year when none is, or none that there can be, with what is wrong then."""
    this_year = periods.read(str(periods.day_of(clock.now()).year))
    text = request.args.get("period", "")
    try:
        return (periods.read(text) if text else this_year), ""
    except NotAPeriod:
        return this_year, _("Fill in a quarter (2026-Q4), a year (2026), or days (2026-01-01/2026-01-31).")


def _bars(found: income.Income) -> list[tuple[str, int, int]]:
    """Say of each month how high its bars are: what came in without VAT, and what is left of it."""
    months = list(found.months.values())
    heights = income_files.bars([month.net for month in months], BAR_HEIGHT)
    left = [
        max(0, month.left.minor) * height // month.net.minor if month.net.minor > 0 else 0
        for month, height in zip(months, heights, strict=True)
    ]
    return list(zip((f"{first:%m}" for first in found.months), heights, left, strict=True))


def _file(table: str, period: Period) -> str:
    return url_for("licensing.desk_report_file", table=table, period=period.name)
