"""Experiments at the desk: plan one, start and stop it, see what it measured, and take the card along."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid, NotFound
from archive.language import language
from archive.sign_in import staff_only
from licensing import experiment_card, experiment_forms, experiment_measures, experiments
from licensing.experiment_forms import CODES, COUNTED, IN_TURN
from licensing.experiments import Experiment
from licensing.levers import LEVERS
from licensing.sale_words import KINDS

CURRENCY = "EUR"
PLACE = "/desk/reports/experiments"
licensing_only = staff_only(Role.LICENSING)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule(PLACE, "desk_report_experiments", desk_report_experiments)
    pages.add_url_rule(f"{PLACE}/new", "desk_report_new", new, methods=["GET", "POST"])
    pages.add_url_rule(f"{PLACE}/<int:number>", "desk_report_experiment", one)
    pages.add_url_rule(f"{PLACE}/<int:number>/start", "desk_report_start", start, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/<int:number>/stop", "desk_report_stop", stop, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/<int:number>.<any(pdf, json):form>", "desk_report_card", card)


@licensing_only
def desk_report_experiments() -> ResponseReturnValue:
    """List all experiments."""
    return render_template("licensing/desk_report_experiments.html", experiments=experiments.every())


@licensing_only
def new() -> ResponseReturnValue:
    """Plan an experiment: first what differs, then the rest."""
    method = request.args.get("method", "")
    if not method:
        return _plan("")
    if request.method == "GET":
        return _plan(experiment_forms.read_method(method))
    try:
        planned = experiment_forms.read(request.form, experiment_forms.read_method(method))
        made = experiments.add(
            planned.title,
            planned.hypothesis,
            planned.lever,
            planned.variants,
            planned.kinds,
            clock.now(),
            g.account.id,
        )
    except Invalid as refusal:
        return _plan(method, refusal), refusal.status
    return _to(made)


@licensing_only
def one(number: int) -> ResponseReturnValue:
    """Show an experiment and what it measured so far."""
    return _show(experiments.get(number))


@licensing_only
def start(number: int) -> ResponseReturnValue:
    """Begin an experiment."""
    experiment = experiments.get(number)
    try:
        experiments.start(experiment, clock.now(), g.account.id)
    except DomainError as refusal:
        return _show(experiment, refusal), refusal.status
    return _to(experiment)


@licensing_only
def stop(number: int) -> ResponseReturnValue:
    """End an experiment, with the hours it took and what was learnt."""
    experiment = experiments.get(number)
    try:
        minutes = experiment_forms.read_minutes(request.form.get("hours", ""))
        lessons = experiment_forms.read_lessons(request.form)
        experiments.stop(experiment, minutes, lessons, clock.now(), g.account.id)
    except DomainError as refusal:
        return _show(experiment, refusal), refusal.status
    return _to(experiment)


@licensing_only
def card(number: int, form: str) -> ResponseReturnValue:
    """Send the card of an experiment that has begun, as PDF or JSON."""
    experiment = experiments.get(number)
    if experiment.started_at is None:
        raise NotFound("There is a card once the experiment has begun.")
    if form == "json":
        return experiment_card.written(experiment, CURRENCY)
    printed = experiment_card.printed(experiment, CURRENCY, language(), clock.now())
    answer = Response(printed, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="experiment-{number}.pdf"'
    return answer


def _plan(method: str, refusal: DomainError | None = None) -> str:
    values = _values(method)
    return render_template(
        "licensing/desk_report_new.html",
        method=method,
        in_turn=IN_TURN,
        levers=[(code, _(lever.label)) for code, lever in LEVERS.items()],
        values=values,
        kinds=[(kind.value, _(label)) for kind, label in KINDS.items() if kind.value in COUNTED],
        codes=CODES[: len(values)] if values else CODES,
        form=request.form,
        error=refusal.sentence() if refusal else "",
    )


def _values(method: str) -> list[tuple[str, str]]:
    lever = LEVERS.get(method)
    return [(code, _(label)) for code, label in lever.values.items()] if lever else []


def _show(experiment: Experiment, refusal: DomainError | None = None) -> str:
    return render_template(
        "licensing/desk_report_experiment.html",
        experiment=experiment,
        facts=[(label, text) for label, text in experiment_card.facts(experiment) if text],
        result=experiment_measures.measure(experiment, CURRENCY),
        percent=experiment_card.percent,
        sentences=experiment_card.sentences(),
        kinds=[_(KINDS[kind]) for kind in KINDS if kind.value in experiment.kinds],
        form=request.form,
        error=refusal.sentence() if refusal else "",
    )


def _to(experiment: Experiment) -> ResponseReturnValue:
    return redirect(url_for("licensing.desk_report_experiment", number=experiment.id), 303)
