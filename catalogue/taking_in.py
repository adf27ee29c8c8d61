"""What becomes of a file that was sent: the job that looks at it and lets it into the vault, or says why not."""

from datetime import datetime, timedelta
from typing import Any

from archive import assets, audit, clock, decoding, judging, storage
from archive.assets import Asset, AssetRole
from archive.config import current
from archive.db import db
from archive.errors import Invalid
from archive.judging import Judged, Outcome
from archive.transactions import transaction
from catalogue import arrivals, derivatives, masters, outbox
from catalogue.arrivals import Arrival, ArrivalState

SWEEP = "arrivals.sweep"
SWEEP_EVERY = timedelta(hours=6)
UNFINISHED = timedelta(days=1)  # after which a writer into the vault must have died

STATES = {Outcome.REFUSED: ArrivalState.REFUSED, Outcome.QUARANTINED: ArrivalState.QUARANTINED}


def take_in(payload: dict[str, Any]) -> None:
    """Look at a file and let it in; may be run twice, as what was decided stays decided."""
    arrival = db.session.get(Arrival, payload["arrival_id"])
    if arrival is None or arrival.state is not ArrivalState.WAITING:
        return
    path, filename = arrivals.path_of(arrival), arrival.filename
    db.session.rollback()
    if not path.exists():
        _decide(
            payload, ArrivalState.REFUSED, refusal=Invalid("This file did not come in whole. Send it again.")
        )
        return
    sha256 = judging.sha256_of(path)
    known = assets.master_with(sha256)
    db.session.rollback()
    if known is not None:
        _recognise(payload, known.id, sha256)
        path.unlink(missing_ok=True)
        return
    judged = judging.judge(
        path, filename, decoding.limits_of(current()), lambda: derivatives.keep_lease(payload["job_id"])
    )
    if judged.outcome is not Outcome.ACCEPTED:
        _decide(payload, STATES[judged.outcome], sha256=sha256, refusal=judged.refusal)
        if judged.outcome is Outcome.REFUSED:
            path.unlink(missing_ok=True)
        return
    _let_in(payload, judged, sha256)
    path.unlink(missing_ok=True)


def use_here(arrival: Arrival, account_id: int) -> None:
    """Let the entry that a known file was sent to have that file too."""
    if arrival.state is ArrivalState.DUPLICATE and arrival.asset is not None:
        _attach(arrival, arrival.asset, account_id)
        arrival.state = ArrivalState.ACCEPTED


def sweep(_payload: dict[str, Any]) -> None:
    """Remove what was begun and left: files of which no more came, bytes that nobody asks for, told outcomes."""
    moment = clock.now()
    with transaction():
        for arrival in list(arrivals.overdue(moment)):
            arrivals.path_of(arrival).unlink(missing_ok=True)
            db.session.delete(arrival)
    storage.vault().sweep(moment - UNFINISHED)
    _sweep_folder(moment)


def _let_in(payload: dict[str, Any], judged: Judged, sha256: str) -> None:
    arrival = db.session.get_one(Arrival, payload["arrival_id"])
    kind, name = judged.kind, arrival.filename
    with arrivals.path_of(arrival).open("rb") as file:
        db.session.rollback()
        stored = storage.vault().put(file, kind.suffix if kind else "")
    with transaction():
        arrival = db.session.get_one(Arrival, payload["arrival_id"])
        moment = clock.now()
        # Two who send the same file at once: the second finds what the first has just put away.
        master = assets.master_with(sha256) or assets.add(
            stored,
            role=AssetRole.MASTER,
            filename=name,
            media_type=kind.media_type if kind else "",
            moment=moment,
            **judged.facts,
        )
        _attach(arrival, master, arrival.account_id)
        _tell(arrival, ArrivalState.ACCEPTED, moment, sha256=sha256)
        derivatives.order(master)


def _recognise(payload: dict[str, Any], asset_id: int, sha256: str) -> None:
    with transaction():
        arrival = db.session.get_one(Arrival, payload["arrival_id"])
        master = db.session.get_one(Asset, asset_id)
        owners = masters.entries_with(master.id)
        arrival.asset_id = master.id
        if owners:
            _tell(arrival, ArrivalState.DUPLICATE, clock.now(), sha256=sha256)
            return
        _attach(arrival, master, arrival.account_id)  # it was taken off its entry before, and comes back
        _tell(arrival, ArrivalState.ACCEPTED, clock.now(), sha256=sha256)
        derivatives.order(master)


def _attach(arrival: Arrival, master: Asset, account_id: int) -> None:
    arrival.asset_id = master.id
    masters.attach(arrival.entry_id, master)
    audit.record(
        "file.added", "entry", arrival.entry.pid, account_id, file=arrival.filename, sha256=master.sha256
    )
    outbox.add(arrival.entry_id)


def _decide(
    payload: dict[str, Any], state: ArrivalState, *, sha256: str | None = None, refusal: Invalid | None = None
) -> None:
    with transaction():
        arrival = db.session.get_one(Arrival, payload["arrival_id"])
        if refusal is not None:
            arrival.reason, arrival.details = refusal.message, dict(refusal.details)
        _tell(arrival, state, clock.now(), sha256=sha256)


def _tell(arrival: Arrival, state: ArrivalState, moment: datetime, *, sha256: str | None) -> None:
    arrival.state, arrival.updated_at, arrival.sha256 = state, moment, sha256


def _sweep_folder(moment: datetime) -> None:
    if not arrivals.folder().is_dir():
        return
    for path in arrivals.folder().iterdir():
        is_old = path.stat().st_mtime < (moment - UNFINISHED).timestamp()
        if is_old and not arrivals.is_known(path.name):
            path.unlink(missing_ok=True)
    db.session.rollback()
