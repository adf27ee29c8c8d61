"""Experiments where visitors meet them: which variant a page shows, and what somebody did who saw it.

Nothing is asked and no cookie is set while no experiment runs.
"""

import secrets
from datetime import datetime, timedelta
from functools import partial

from flask import Flask, Response, after_this_request, g, request

from archive import clock, cookies
from archive.transactions import after_commit
from licensing import experiments
from licensing.experiments import Deed, Experiment
from licensing.grants import Grant
from licensing.levers import LEVERS
from licensing.orders import Order

COOKIE = "visitor"
KEPT = timedelta(days=90)


def init_app(app: Flask) -> None:
    """Let pages ask for their variant, and hear when a fragment begins to play."""
    app.jinja_env.globals["tried"] = tried
    app.extensions.setdefault("on_heard", []).append(heard)


def tried(lever: str) -> str:
    """Give the value of a lever that this visitor sees; the ordinary one without an experiment."""
    experiment = _running(lever)
    if experiment is None:
        return LEVERS[lever].ordinary
    visitor = _visitor()
    experiment_id, moment = experiment.id, clock.now()

    def expose() -> None:
        experiments.expose(experiments.get(experiment_id), visitor, moment)

    if not experiments.has_seen(experiment, visitor):
        after_commit(expose)
    return experiments.drawn(experiment, visitor).value


def heard(pid: str) -> None:
    """Write down that a visitor who takes part began to play a fragment."""
    _note(Deed.HEARD, pid)


def ordered(order: Order) -> None:
    """Write down that a visitor who takes part placed an order."""
    _note(Deed.ORDERED, order.number)


def used(grant: Grant) -> None:
    """Write down that a visitor who takes part used credit."""
    _note(Deed.USED, grant.key)


def _note(deed: Deed, reference: str) -> None:
    visitor = request.cookies.get(cookies.bound(COOKIE))
    if not visitor or _declines():
        return
    moment = clock.now()
    for experiment in experiments.all_by_lot():
        after_commit(partial(_write, experiment.id, visitor, deed, reference, moment))


def _write(experiment_id: int, visitor: str, deed: Deed, reference: str, moment: datetime) -> None:
    experiments.note(experiments.get(experiment_id), visitor, deed, reference, moment)


def _running(lever: str) -> Experiment | None:
    if _declines() or (g.get("account") is not None and g.account.is_staff):
        return None
    return experiments.running(lever)


def _declines() -> bool:
    # Global Privacy Control (W3C): whoever sends it wants no part in what is measured of visitors.
    return request.headers.get("Sec-GPC") == "1"


def _visitor() -> str:
    """Return the number of this visitor; a new one is kept in a cookie."""
    known = request.cookies.get(cookies.bound(COOKIE)) or g.get("visitor")
    if known:
        return str(known)
    g.visitor = secrets.token_urlsafe(16)

    @after_this_request
    def keep(response: Response) -> Response:
        cookies.keep(response, cookies.bound(COOKIE), g.visitor, KEPT)
        return response

    return str(g.visitor)
