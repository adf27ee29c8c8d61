"""The card of an experiment as others may have it: JSON for programs and a PDF for people, without personal data."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import format_date
from flask_babel import gettext as _

from archive.config import current
from licensing import experiment_measures, periods, typesetting
from licensing.experiment_measures import Measured
from licensing.experiments import Experiment
from licensing.levers import LEVERS
from licensing.proportions import Finding

FORM = "nachtregister-experiment/1"  # changes when a reader of older cards could go wrong
TEMPLATE = "experiment.typ"


def sentences() -> dict[Finding, str]:
    """Say in words what each finding means."""
    return {
        Finding.TOO_FEW: _("Too few people took part to say anything."),
        Finding.NO_DIFFERENCE: _("The difference may well be chance."),
        Finding.DIFFERENCE: _("The difference is larger than chance explains (19 times in 20)."),
    }


def written(experiment: Experiment, currency: str) -> dict[str, Any]:
    """Write the card for programs; amounts are texts in units of the currency."""
    result = experiment_measures.measure(experiment, currency)
    return {
        "form": FORM,
        "institution": current().site_name,
        "title": experiment.title,
        "hypothesis": experiment.hypothesis,
        "method": "by lot" if experiment.is_by_lot else "in turn",
        "lever": experiment.lever,
        "sales_counted": experiment.kinds,
        "status": experiment.status.value,
        "started": _day(experiment.started_at),
        "stopped": _day(experiment.stopped_at),
        "currency": currency,
        "variants": [_variant(measured) for measured in result.variants],
        "first_beside_others": [finding.value for finding in result.findings],
        "staff_minutes": experiment.staff_minutes,
        "left_per_hour_of_staff": result.per_hour.plain() if result.per_hour is not None else None,
        "lessons": experiment.lessons,
    }


def printed(experiment: Experiment, currency: str, lang: str, moment: datetime) -> bytes:
    """Print the card as PDF, in the language of the page."""
    result = experiment_measures.measure(experiment, currency)
    words = sentences()
    data = {
        "lang": lang,
        "title": experiment.title,
        "site": current().site_name,
        "kind": _("Experiment"),
        "printed": _shown(moment),
        "facts": [[label, text] for label, text in facts(experiment) if text],
        "columns": [
            _("Variant"),
            _("Visitors"),
            _("Heard"),
            _("Sales"),
            _("Bought"),
            _("Left to the archive"),
        ],
        "rows": [_row(measured, lang) for measured in result.variants],
        "findings": [words[finding] for finding in result.findings],
        "per_hour": result.per_hour.show(lang) if result.per_hour else "",
        "per_hour_label": _("Left for an hour of staff work"),
        "lessons_label": _("What we learnt"),
        "lessons": experiment.lessons,
    }
    faces = [Path(current_app.static_folder or "") / "vendor" / "print"]
    return typesetting.print_pdf(TEMPLATE, data, moment, faces)


def facts(experiment: Experiment) -> list[tuple[str, str]]:
    """List what stands on the card beside its numbers, with labels."""
    lever = LEVERS.get(experiment.lever or "")
    method = (
        _("By lot: each visitor sees one of the variants") if lever else _("In turn: one after the other")
    )
    return [
        (_("Hypothesis"), experiment.hypothesis),
        (_("Method"), method),
        (_("What differs"), _(lever.label) if lever else ""),
        (_("Began"), _shown(experiment.started_at)),
        (_("Ended"), _shown(experiment.stopped_at)),
    ]


def percent(measured: Measured) -> str:
    """Write the share that bought with the range in which it lies: "4.0 % (2.1 to 7.4)"."""
    value = measured.share.value
    if value is None:
        return "–"
    low, high = measured.share.interval
    shares = {"share": _tenth(value), "low": _tenth(low), "high": _tenth(high)}
    return str(_("%(share)s %% (%(low)s to %(high)s)", **shares))


def _variant(measured: Measured) -> dict[str, Any]:
    low, high = measured.share.interval
    earned = measured.earned
    return {
        "code": measured.variant.code,
        "label": measured.variant.label,
        "value": measured.variant.value or None,
        "first_day": measured.variant.first_day or None,
        "last_day": measured.variant.last_day or None,
        "visitors": measured.visitors,
        "heard": measured.heard,
        "sales": measured.sales,
        "share_that_bought": measured.share.value,
        "interval_95": [round(low, 4), round(high, 4)],
        "gross": earned.gross.plain(),
        "vat": earned.vat.plain(),
        "fees": earned.fees.plain(),
        "rights_holders": earned.shared.plain(),
        "left": earned.left.plain(),
    }


def _row(measured: Measured, lang: str) -> list[str]:
    visitors = "–" if measured.visitors is None else str(measured.visitors)
    left = measured.earned.left.show(lang)
    return [
        measured.variant.label,
        visitors,
        str(measured.heard),
        str(measured.sales),
        percent(measured),
        left,
    ]


def _tenth(share: float) -> str:
    return f"{share * 100:.1f}"


def _shown(moment: datetime | None) -> str:
    return str(format_date(periods.day_of(moment), "long")) if moment else ""


def _day(moment: datetime | None) -> str | None:
    return periods.day_of(moment).isoformat() if moment else None
