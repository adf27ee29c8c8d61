"""Agreements: what licensor and licensee agreed about one order, with its licences as parts and one document.

Made from the terms that were accepted, in force when it is paid. The document is printed once, and neither it nor
what was agreed ever changes: `agreement_triggers` hold that in the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import language
from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused
from archive.storage import Stored
from archive.triggers import append_only
from licensing import agreement_triggers, covered, licences, rights, successions, vocabulary
from licensing.agreement_terms import TEMPLATE_VERSION
from licensing.claims import CLASS_OF
from licensing.licences import Licence, LicenceStatus, Standing
from licensing.orders import LineKind, Order, OrderLine
from licensing.permissions import Decision
from licensing.successions import SuccessionKind


class AgreementStatus(str, Enum):
    """Where an agreement stands."""

    GENERATED = "generated"  # accepted, not paid: it gives no right
    IN_FORCE = "in_force"
    ENDED = "ended"  # all its licences have run out or were replaced
    TERMINATED = "terminated"  # all its licences were revoked


MOVES: dict[AgreementStatus, frozenset[AgreementStatus]] = {
    AgreementStatus.GENERATED: frozenset({AgreementStatus.IN_FORCE}),
    AgreementStatus.IN_FORCE: frozenset({AgreementStatus.ENDED, AgreementStatus.TERMINATED}),
    AgreementStatus.ENDED: frozenset(),
    AgreementStatus.TERMINATED: frozenset(),
}
_OVER = frozenset({Standing.EXPIRED, Standing.REVOKED, Standing.REPLACED})


class Agreement(Model):
    """One agreement. Who reads this table learns the code of the public check, which opens nothing."""

    __table_args__ = (
        CheckConstraint("(storage_key IS NULL) = (sha256 IS NULL)", "document_has_hash"),
        Index(None, "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)  # printed on a document about several pieces
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), unique=True)
    template_version: Mapped[str]
    status: Mapped[AgreementStatus] = mapped_column(enum_column(AgreementStatus))
    licensee: Mapped[str]
    end_user: Mapped[str | None]  # for whom the production is made, where that is somebody else
    production_type: Mapped[str | None]  # a code of `vocabulary.USES`
    layers_granted: Mapped[dict[str, Any]]  # by order line: what `covered.of` gives
    layers_excluded: Mapped[dict[str, Any]]  # by order line: codes of layers
    accepted_at: Mapped[datetime]
    storage_key: Mapped[str | None]  # None: not printed yet
    sha256: Mapped[str | None]
    size: Mapped[int | None]  # bytes

    order: Mapped[Order] = relationship()


class AgreementEvent(Model):
    """One move of an agreement."""

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    before: Mapped[AgreementStatus | None] = mapped_column(
        enum_column(AgreementStatus, "agreementstatus_before")
    )
    after: Mapped[AgreementStatus] = mapped_column(enum_column(AgreementStatus))
    at: Mapped[datetime]
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: the site


event.listen(AgreementEvent.__table__, "after_create", append_only("agreement_event"))
event.listen(Agreement.__table__, "after_create", agreement_triggers.on_create)


@dataclass(frozen=True)
class Particulars:
    """What a request adds to an order; the type is a use's code.

    `decisions` tell by entry what was settled for it (`clearances`), `conditions` are a holder's, by entry and layer.
    """

    licensee: str | None = None
    end_user: str | None = None
    production_type: str | None = None
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    conditions: Mapping[tuple[int, str], str] = field(default_factory=dict)


def generate(order: Order, moment: datetime, particulars: Particulars | None = None) -> Agreement:
    """Make the agreement of an order that was accepted, once; it gives no right before it is paid."""
    known = of_order(order.id)
    if known is not None:
        return known
    said = particulars or Particulars()
    lines = [line for line in order.lines if line.kind is LineKind.LICENCE_FEE]
    agreement = Agreement(
        number=f"pending-{order.id}",
        code=licences.new_code(),
        order_id=order.id,
        template_version=TEMPLATE_VERSION,
        status=AgreementStatus.GENERATED,
        licensee=said.licensee or order.organisation or order.buyer_name,
        end_user=said.end_user,
        production_type=said.production_type,
        layers_granted={str(line.id): _covered(line, said, moment) for line in lines},
        layers_excluded={str(line.id): line.layers_excluded for line in lines},
        accepted_at=order.placed_at,
    )
    db.session.add(agreement)
    db.session.flush()
    agreement.number = f"A{moment:%Y}-{agreement.id:05d}"
    _write(agreement, None, moment, "accepted", None)
    return agreement


def put_in_force(agreement: Agreement, moment: datetime, today: date) -> list[Licence]:
    """Give the licences of a paid agreement, from today on, once; `today` is a day in the archive's town."""
    given = [
        _give(agreement, line, moment, today)
        for line in agreement.order.lines
        if line.kind is LineKind.LICENCE_FEE
    ]
    if agreement.status is AgreementStatus.GENERATED:
        move(agreement, AgreementStatus.IN_FORCE, moment, f"order {agreement.order.number} is paid", None)
    return given


def follow(agreement: Agreement, moment: datetime, today: date) -> None:
    """End an agreement when none of its licences is left: terminated if all were revoked."""
    parts = of_agreement(agreement.id)
    if agreement.status is not AgreementStatus.IN_FORCE or not parts:
        return
    if all(part.status is LicenceStatus.REVOKED for part in parts):
        move(agreement, AgreementStatus.TERMINATED, moment, parts[-1].revoked_reason or "revoked", None)
    elif all(licences.standing(part, today) in _OVER for part in parts):
        move(agreement, AgreementStatus.ENDED, moment, "all its licences have ended", None)


def move(
    agreement: Agreement, to: AgreementStatus, moment: datetime, why: str, account_id: int | None
) -> None:
    """Move an agreement; raise Refused for a move that is not allowed."""
    if to not in MOVES[agreement.status]:
        raise Refused(
            "Agreement %(number)s cannot go from %(before)s to %(after)s.",
            number=agreement.number,
            before=agreement.status.value,
            after=to.value,
        )
    before, agreement.status = agreement.status, to
    _write(agreement, before, moment, why, account_id)


def keep_document(agreement: Agreement, stored: Stored) -> None:
    """Keep the printed document, unless there is one: the first stays for ever."""
    if agreement.storage_key is None:
        agreement.storage_key, agreement.sha256, agreement.size = stored.key, stored.sha256, stored.size
        db.session.flush()


def of_order(order_id: int) -> Agreement | None:
    """Find the agreement of an order."""
    return db.session.scalar(select(Agreement).where(Agreement.order_id == order_id))


def of_agreement(agreement_id: int) -> list[Licence]:
    """Return the licences that are parts of an agreement."""
    query = select(Licence).where(Licence.agreement_id == agreement_id)
    return list(db.session.scalars(query.order_by(Licence.id)))


def get_by_code(code: str) -> Agreement:
    """Get an agreement by the code on its document; raise NotFound."""
    found = db.session.scalar(select(Agreement).where(Agreement.code == licences.grouped(code)))
    if found is None:
        raise NotFound(licences.NO_SUCH_CODE)
    return found


def in_force() -> Iterable[int]:
    """List the agreements in force, by id."""
    query = select(Agreement.id).where(Agreement.status == AgreementStatus.IN_FORCE)
    return db.session.scalars(query.order_by(Agreement.id)).all()


def _give(agreement: Agreement, line: OrderLine, moment: datetime, today: date) -> Licence:
    grant = {
        "choice": line.choice,
        "summary": line.summary,
        **agreement.layers_granted[str(line.id)],
    }
    term, follows = line.choice["term"], successions.of_line(line.id)
    before = successions.tip(follows.licence) if follows else None
    days = today, vocabulary.last_day(term, today)
    if follows is not None and before is not None:
        days = successions.days(follows.kind, before, term, today)
    licence = licences.issue(line, grant, *days, moment, agreement.id, before.id if before else None)
    if licence.status is LicenceStatus.PENDING:
        licences.activate(licence, f"order {line.order.number} is paid", moment)
        if follows is not None and before is not None:
            _replace(before, licence, follows.kind, moment)
    return licence


def _replace(before: Licence, after: Licence, kind: SuccessionKind, moment: datetime) -> None:
    # What is renewed runs on to its end; what is extended ends now, unless it was stopped for another reason.
    if kind is SuccessionKind.EXTENSION and before.status is LicenceStatus.ACTIVE:
        licences.supersede(before, f"extended by {after.number}", moment, None)


def _covered(line: OrderLine, said: Particulars, moment: datetime) -> dict[str, Any]:
    # As the rights stand on the day of acceptance: what was agreed then does not change while it is being paid.
    use, territory = CLASS_OF[line.choice["use"]], vocabulary.COUNTRIES[line.choice["territory"]]
    decision = said.decisions.get(line.piece.id)
    if decision is None:
        decision = rights.decide(line.piece, use, moment.date(), territory)
    of_line = {
        layer: words for (entry_id, layer), words in said.conditions.items() if entry_id == line.entry_id
    }
    with language.speaking(line.order.lang):
        return covered.of(decision, line.layers_excluded, of_line)


def _write(
    agreement: Agreement, before: AgreementStatus | None, moment: datetime, why: str, account_id: int | None
) -> None:
    db.session.add(
        AgreementEvent(
            agreement_id=agreement.id,
            before=before,
            after=agreement.status,
            at=moment,
            why=why,
            account_id=account_id,
        )
    )
    db.session.flush()
