"""What the desk shows of a stream that may have failed: whether money should go back, and how far that is."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from catalogue import performances
from catalogue.entries import Entry
from catalogue.performances import Performance
from licensing import box_offices, stream_failures, tickets
from licensing.money import Money
from licensing.stream_failures import Outcome, StreamFailure, StreamRefund


@dataclass(frozen=True)
class Act:
    """One act of giving money back, and how far it is."""

    act: StreamRefund
    done: int
    total: int
    asked: Money
    disputed: int


@dataclass(frozen=True)
class StreamSheet:
    """The stream of a performance: what was said of it, why money should go back (empty: nothing says so), and acts."""

    failure: StreamFailure | None
    why: str
    tickets: int
    acts: list[Act]

    @property
    def is_at_work(self) -> bool:
        """Whether money is going back now."""
        return any(each.act.done_at is None for each in self.acts)


def sheet(entry: Entry, moment: datetime) -> StreamSheet | None:
    """Say what the desk shows; None where there are no tickets and nothing was said."""
    office, performance = box_offices.find(entry.id), performances.find(entry.id)
    if office is None or performance is None:
        return None
    failure, acts = stream_failures.find(entry.id), stream_failures.of_entry(entry.id)
    why = ""
    if not acts and failure is not None:
        why = _("The stream was marked as failed.")
    elif not acts and was_never_opened(performance, office.stream_url, moment):
        why = _("The stream was never opened: it has no address, and the performance is over.")
    shown = [_act(each, office.currency) for each in acts]
    return StreamSheet(failure, why, len(tickets.sold(entry.id)), shown)


def was_never_opened(performance: Performance, stream_url: str | None, moment: datetime) -> bool:
    """Say whether a stream should have been seen by a moment and had no address. Pure."""
    return not stream_url and moment >= max(performance.opens_at, performance.ends_at)


def _act(act: StreamRefund, currency: str) -> Act:
    counts = stream_failures.counts(act)
    done, asked = sum(counts.values()), Money(stream_failures.gone_back(act), currency)
    left = 0 if act.done_at else stream_failures.count_left(act)
    return Act(act, done, done + left, asked, counts.get(Outcome.DISPUTED, 0))
