"""Exclusivity: who may already use an entry, for what, where and until when, so that nothing is promised twice.

The lines of orders and their licences are the record; whoever sells takes turns per entry before looking at it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from archive import clock
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from catalogue.entries import Entry
from licensing import orders, vocabulary
from licensing.licences import Licence, LicenceStatus
from licensing.orders import LineKind, Order, OrderLine, OrderStatus
from licensing.vocabulary import COUNTRIES, N_, WORLDWIDE

RELEASE_JOB = "exclusivity.release"
RELEASE_EVERY = timedelta(hours=6)
HOLD = timedelta(days=14)  # an exclusive use that was ordered and not paid is free again after this

# An order that waits for its money holds what it grants; one that was given up does not.
HOLDING = (OrderStatus.OPEN, OrderStatus.AWAITING_PAYMENT, OrderStatus.PAID)
ENDED = (LicenceStatus.REVOKED, LicenceStatus.SUPERSEDED)

TAKEN = N_(
    "Somebody has the exclusive right to this use until %(day)s. Choose another use or country, or come back then."
)
TAKEN_FOR_GOOD = N_("Somebody has the exclusive right to this use. Choose another use or country.")
OTHERS_MAY = N_(
    "Others may already use this for the same purpose, so it cannot be exclusive from today. Choose “exclusive"
    " beside licences already given”, or ask the archive."
)

# Asked for with every price, so it is put together once.
_SOLD = (
    select(OrderLine, Order, Licence)
    .join(Order, Order.id == OrderLine.order_id)
    .outerjoin(Licence, Licence.order_line_id == OrderLine.id)
    .where(
        OrderLine.entry_id.in_(bindparam("entry_ids", expanding=True)),
        OrderLine.kind == LineKind.LICENCE_FEE,
        Order.status.in_(HOLDING),
        or_(Licence.id.is_(None), Licence.status.not_in(ENDED)),
    )
    .order_by(OrderLine.id)
)


@dataclass(frozen=True)
class Grant:
    """A use that was sold or is asked for: of what, where (ISO codes or WW), from which day to which (None: no end)."""

    entry_id: int
    use_code: str
    territory: frozenset[str]
    first_day: date
    last_day: date | None
    is_exclusive: bool = False
    excerpt: tuple[int, int] | None = None  # in and out point in milliseconds; None: all of it
    order_id: int | None = None

    def overlaps(self, other: "Grant") -> bool:
        """Say whether both are about the same item, use, place and time, in part at least."""
        is_same = (self.entry_id, self.use_code) == (other.entry_id, other.use_code)
        return is_same and self._meets_place(other) and self._meets_time(other) and self._meets_excerpt(other)

    def _meets_place(self, other: "Grant") -> bool:
        both = self.territory & other.territory
        return bool(both) or WORLDWIDE in self.territory | other.territory

    def _meets_time(self, other: "Grant") -> bool:
        begins = other.last_day is None or self.first_day <= other.last_day
        return begins and (self.last_day is None or other.first_day <= self.last_day)

    def _meets_excerpt(self, other: "Grant") -> bool:
        if self.excerpt is None or other.excerpt is None:
            return True
        return self.excerpt[0] < other.excerpt[1] and other.excerpt[0] < self.excerpt[1]


def conflicts(
    entry_id: int, use_code: str, territory: Collection[str], first_day: date, last_day: date | None
) -> list[Grant]:
    """List what was sold and overlaps, exclusive or not; `last_day` None means without end."""
    asked = Grant(entry_id, use_code, frozenset(territory), first_day, last_day)
    return [grant for grant in granted_of([entry_id]) if grant.overlaps(asked)]


def granted_of(entry_ids: Collection[int]) -> list[Grant]:
    """List what was sold of some entries and still counts."""
    found = db.session.execute(_SOLD, {"entry_ids": list(entry_ids)})
    return [_granted(line, order, licence) for line, order, licence in found]


def refusal(
    asked: Grant, sold: Iterable[Grant], *, knows_of_others: bool
) -> tuple[str, dict[str, str]] | None:
    """Say why a grant cannot be sold beside others, as msgid and values; None when it can.

    Only a buyer who was told (`knows_of_others`) gets an exclusive use beside licences that are not exclusive.
    """
    beside = [grant for grant in sold if grant.order_id != asked.order_id and grant.overlaps(asked)]
    exclusive = [grant.last_day for grant in beside if grant.is_exclusive]
    if None in exclusive:
        return TAKEN_FOR_GOOD, {}
    if exclusive:
        return TAKEN, {"day": str(max(day for day in exclusive if day is not None))}
    if asked.is_exclusive and beside and not knows_of_others:
        return OTHERS_MAY, {}
    return None


def reserve(order: Order, moment: datetime) -> None:
    """Hold what an order grants against every other buyer; raise Refused where it was promised to somebody else.

    Call it in the transaction that places the order, and again before it is paid: it changes nothing twice.
    """
    found = _refusal_of(order, moment)
    if found is not None:
        message, values = found
        raise Refused(message, **values)


def is_free(order: Order, moment: datetime) -> bool:
    """Say whether what an order grants is still promised to nobody else; money may come late."""
    return _refusal_of(order, moment) is None


def asked_for(
    entry_id: int, choice: Mapping[str, str], first_day: date, excerpt: tuple[int, int] | None = None
) -> Grant:
    """Give what a settled choice asks for, beginning on a day."""
    return Grant(
        entry_id,
        choice["use"],
        COUNTRIES[choice["territory"]],
        first_day,
        vocabulary.last_day(choice["term"], first_day),
        is_exclusive(choice),
        excerpt,
    )


def is_exclusive(choice: Mapping[str, Any]) -> bool:
    """Say whether a choice asks for an exclusive use."""
    return bool(choice.get("exclusivity", "none") != "none")


def knows_of_others(choice: Mapping[str, Any]) -> bool:
    """Say whether a choice accepts the licences that were given before."""
    return choice.get("exclusivity") == "from_now"


def release(_payload: dict[str, Any]) -> None:
    """Job: give up exclusive orders that nobody began to pay."""
    with transaction():
        moment = clock.now()
        query = select(Order).where(Order.status == OrderStatus.OPEN, Order.placed_at < moment - HOLD)
        for order in db.session.scalars(query):
            if any(line.is_exclusive for line in order.lines):
                orders.move(order, OrderStatus.CANCELLED, moment, "exclusive and not paid in time")


def _refusal_of(order: Order, moment: datetime) -> tuple[str, dict[str, str]] | None:
    lines = [line for line in order.lines if line.kind is LineKind.LICENCE_FEE]
    _take_turns({line.piece.id for line in lines})
    sold = granted_of({line.piece.id for line in lines})
    for line in lines:
        asked = _asked(line, order, moment.date())
        found = refusal(asked, sold, knows_of_others=knows_of_others(line.choice))
        if found is not None:
            return found
    return None


def _take_turns(entry_ids: Collection[int]) -> None:
    # Two who buy the same at once come one after the other. On SQLite a writer is alone anyway; on PostgreSQL the
    # second waits here and then reads what the first has committed. FOR NO KEY UPDATE, because both hold the key
    # share lock of their own new lines, and would wait for each other.
    query = select(Entry.id).where(Entry.id.in_(entry_ids)).order_by(Entry.id)
    db.session.execute(query.with_for_update(key_share=True))


def _asked(line: OrderLine, order: Order, first_day: date) -> Grant:
    asked = asked_for(line.piece.id, line.choice, first_day, _excerpt(line))
    return replace(asked, is_exclusive=line.is_exclusive, order_id=order.id)


def _granted(line: OrderLine, order: Order, licence: Licence | None) -> Grant:
    ordered = _asked(line, order, order.placed_at.date())
    if licence is None:
        return ordered
    return replace(
        ordered,
        use_code=licence.use_code,
        territory=frozenset(licence.territory),
        first_day=licence.starts_on,
        last_day=licence.ends_on,
        is_exclusive=licence.is_exclusive,
    )


def _excerpt(line: OrderLine) -> tuple[int, int] | None:
    item = line.item or {}
    return (item["in_ms"], item["out_ms"]) if "in_ms" in item and "out_ms" in item else None
