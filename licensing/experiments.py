"""Experiments: a hypothesis and two or more variants that are shown to visitors by lot, or held one after the other.

By lot, a visitor gets a variant from a random number in a cookie of their own; only its hash is kept, apart for each
experiment, so that nobody can be followed from one to the next. Who asks not to be followed (Sec-GPC) takes no part.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from itertools import pairwise
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused
from licensing.levers import LEVERS

MOST_VARIANTS = 4


class Status(str, Enum):
    """How far an experiment is."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Variant:
    """One way to do it. By lot: a value of the lever. In turn: the days on which it held, the last included."""

    code: str  # a, b, c ...
    label: str
    value: str = ""
    first_day: str = ""  # ISO 8601
    last_day: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """The days on which it held."""
        return date.fromisoformat(self.first_day), date.fromisoformat(self.last_day)


class Experiment(Model):
    """One card of an experiment. A lever is turned by one running experiment at a time."""

    __table_args__ = (
        CheckConstraint("staff_minutes >= 0", "time_is_not_negative"),
        CheckConstraint("(status = 'draft') = (started_at IS NULL)", "started_when_running"),
        CheckConstraint("(status = 'stopped') = (stopped_at IS NOT NULL)", "stopped_when_over"),
        Index(
            "uq_experiment_running_lever",
            "lever",
            unique=True,
            sqlite_where=text("status = 'running' AND lever IS NOT NULL"),
            postgresql_where=text("status = 'running' AND lever IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    hypothesis: Mapped[str]
    lever: Mapped[str | None]  # code of `levers.LEVERS`; None: the variants are held in turn
    variants: Mapped[list[Any]] = mapped_column(JSON)
    kinds: Mapped[list[Any]] = mapped_column(JSON)  # codes of `orders.LineKind` that count as a sale
    status: Mapped[Status] = mapped_column(enum_column(Status))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    staff_minutes: Mapped[int]
    lessons: Mapped[str]

    @property
    def ways(self) -> tuple[Variant, ...]:
        """Its variants."""
        return tuple(Variant(**each) for each in self.variants)

    @property
    def is_by_lot(self) -> bool:
        """Whether visitors get a variant by lot."""
        return self.lever is not None


class Exposure(Model):
    """A visitor who took part, once per experiment."""

    __table_args__ = (UniqueConstraint("experiment_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"), index=True)
    variant: Mapped[str]
    subject: Mapped[str]  # SHA-256 of the experiment and the visitor's number
    at: Mapped[datetime]

    experiment: Mapped[Experiment] = relationship()


class Deed(str, Enum):
    """What a visitor who took part did."""

    HEARD = "heard"  # a fragment
    ORDERED = "ordered"  # the reference is the order's number; whether it was paid is the order's to say
    USED = "used"  # something for credit; the reference is the grant's key


class Outcome(Model):
    """Something that a visitor who took part did."""

    __table_args__ = (UniqueConstraint("exposure_id", "deed", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exposure_id: Mapped[int] = mapped_column(ForeignKey("exposure.id"), index=True)
    deed: Mapped[Deed] = mapped_column(enum_column(Deed))
    reference: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


def add(
    title: str,
    hypothesis: str,
    lever: str | None,
    variants: Sequence[Variant],
    kinds: Sequence[str],
    moment: datetime,
    account_id: int | None,
) -> Experiment:
    """Write down an experiment before it begins. Raise Invalid."""
    _require_sense(lever, variants, kinds)
    experiment = Experiment(
        title=title,
        hypothesis=hypothesis,
        lever=lever,
        variants=[asdict(variant) for variant in variants],
        kinds=list(kinds),
        status=Status.DRAFT,
        made_at=moment,
        made_by_id=account_id,
        staff_minutes=0,
        lessons="",
    )
    db.session.add(experiment)
    db.session.flush()
    audit.record("experiment.added", "experiment", str(experiment.id), account_id, title=title)
    return experiment


def start(experiment: Experiment, moment: datetime, account_id: int | None) -> None:
    """Begin; from now on nothing of it can be changed. Raise Refused when its lever is in use, or it has begun."""
    if experiment.status is not Status.DRAFT:
        raise Refused("This experiment has begun already.")
    if experiment.lever and running(experiment.lever) is not None:
        raise Refused("Another experiment changes the same thing. Stop that one first.")
    experiment.status, experiment.started_at = Status.RUNNING, moment
    db.session.flush()
    audit.record("experiment.started", "experiment", str(experiment.id), account_id)


def stop(
    experiment: Experiment, staff_minutes: int, lessons: str, moment: datetime, account_id: int | None
) -> None:
    """End it and write down what was learnt. Raise Refused for one that does not run."""
    if experiment.status is not Status.RUNNING:
        raise Refused("Only an experiment that runs can be stopped.")
    experiment.status, experiment.stopped_at = Status.STOPPED, moment
    experiment.staff_minutes, experiment.lessons = staff_minutes, lessons
    db.session.flush()
    audit.record("experiment.stopped", "experiment", str(experiment.id), account_id)


def get(number: int) -> Experiment:
    """Get an experiment; raise NotFound."""
    found = db.session.get(Experiment, number)
    if found is None:
        raise NotFound("There is no such experiment.")
    return found


def every() -> list[Experiment]:
    """Return all experiments, the newest first."""
    return list(db.session.scalars(select(Experiment).order_by(Experiment.id.desc())))


def running(lever: str) -> Experiment | None:
    """Find the experiment that runs on a lever."""
    query = select(Experiment).where(Experiment.status == Status.RUNNING, Experiment.lever == lever)
    return db.session.scalar(query)


def all_by_lot() -> list[Experiment]:
    """Return all experiments by lot that run."""
    query = select(Experiment).where(Experiment.status == Status.RUNNING, Experiment.lever.is_not(None))
    return list(db.session.scalars(query))


def has_seen(experiment: Experiment, visitor: str) -> bool:
    """Say whether it is written down that a visitor has seen their variant."""
    return _exposure(experiment.id, subject_of(experiment, visitor)) is not None


def subject_of(experiment: Experiment, visitor: str) -> str:
    """Hash a visitor's number for one experiment."""
    return hashlib.sha256(f"{experiment.id}:{visitor}".encode()).hexdigest()


def drawn(experiment: Experiment, visitor: str) -> Variant:
    """Give the variant of a visitor: always the same, and each as likely as the others."""
    ways = experiment.ways
    return ways[int(subject_of(experiment, visitor)[:16], 16) % len(ways)]


def expose(experiment: Experiment, visitor: str, moment: datetime) -> None:
    """Write down that a visitor has seen their variant, once."""
    subject = subject_of(experiment, visitor)
    if _exposure(experiment.id, subject) is None:
        seen = Exposure(experiment_id=experiment.id, variant=drawn(experiment, visitor).code, subject=subject)
        seen.at = moment
        _add_once(seen)


def note(experiment: Experiment, visitor: str, deed: Deed, reference: str, moment: datetime) -> None:
    """Write down what a visitor did who has seen their variant; of others nothing is kept."""
    seen = _exposure(experiment.id, subject_of(experiment, visitor))
    if seen is None:
        return
    same = (Outcome.exposure_id == seen.id, Outcome.deed == deed, Outcome.reference == reference)
    if db.session.scalar(select(Outcome.id).where(*same)) is None:
        _add_once(Outcome(exposure_id=seen.id, deed=deed, reference=reference, at=moment))


def _exposure(experiment_id: int, subject: str) -> Exposure | None:
    return db.session.scalar(
        select(Exposure).where(Exposure.experiment_id == experiment_id, Exposure.subject == subject)
    )


def _add_once(row: Exposure | Outcome) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return  # two pages of one visitor at once: the other has written it


def _require_sense(lever: str | None, variants: Sequence[Variant], kinds: Sequence[str]) -> None:
    if not 2 <= len(variants) <= MOST_VARIANTS or any(not variant.label.strip() for variant in variants):
        raise Invalid("Describe two to four variants, each with a name.")
    if not kinds:
        raise Invalid("Choose which sales count.")
    if lever is not None:
        values = [variant.value for variant in variants]
        if lever not in LEVERS or any(value not in LEVERS[lever].values for value in values):
            raise Invalid("Choose for each variant one of the values that can be shown.")
        if len(set(values)) != len(values):
            raise Invalid("Two variants show the same. Choose another value for one of them.")
        return
    _require_days(variants)


def _require_days(variants: Sequence[Variant]) -> None:
    try:
        days = sorted(variant.days for variant in variants)
    except ValueError as error:
        raise Invalid("Fill in the first and last day of each variant, such as 2026-11-30.") from error
    if any(first > last for first, last in days):
        raise Invalid("A variant begins before it ends.")
    if any(before[1] >= after[0] for before, after in pairwise(days)):
        raise Invalid("Two variants hold on the same day. Let one end before the other begins.")
