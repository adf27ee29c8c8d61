"""Reminders that a licence will end, 60 and 14 days before; the mail has the link by which it is renewed."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from archive import clock, language, mail
from archive.db import Model, db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import licences, renewals
from licensing.document_tables import day_of
from licensing.licences import Licence, LicenceStatus

JOB = "licence.remind"
EVERY = timedelta(hours=6)
DAYS_BEFORE = (14, 60)


class LicenceReminder(Model):
    """One reminder that was sent, so that it is sent once."""

    __table_args__ = (UniqueConstraint("licence_id", "days_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    days_before: Mapped[int]
    sent_at: Mapped[datetime]


def remind(_payload: dict[str, Any]) -> None:
    """Job: remind of the licences that end soon, each once for each of DAYS_BEFORE."""
    moment = clock.now()
    today = day_of(moment)
    for licence_id in _ending(today):
        with transaction():
            _remind(db.session.get_one(Licence, licence_id), today, moment)


def _ending(today: date) -> list[int]:
    """List the active licences that end soon and that nothing follows."""
    successor = aliased(Licence)
    query = (
        select(Licence.id)
        .outerjoin(successor, successor.supersedes_id == Licence.id)
        .where(
            Licence.status == LicenceStatus.ACTIVE,
            Licence.ends_on.between(today, today + timedelta(days=max(DAYS_BEFORE))),
            successor.id.is_(None),
        )
    )
    return list(db.session.scalars(query.order_by(Licence.id)))


def _remind(licence: Licence, today: date, moment: datetime) -> None:
    if licence.ends_on is None:
        return
    # Of two that are due, only the later one is sent: nobody wants two letters on one day.
    due = next(days for days in DAYS_BEFORE if licence.ends_on <= today + timedelta(days=days))
    sent = select(LicenceReminder.days_before).where(LicenceReminder.licence_id == licence.id)
    if any(days <= due for days in db.session.scalars(sent)):
        return
    db.session.add(LicenceReminder(licence_id=licence.id, days_before=due, sent_at=moment))
    order = licence.line.order
    mail.send("licence_ending", order.buyer_email, order.lang, licence=_for_mail(licence, today))


def _for_mail(licence: Licence, today: date) -> dict[str, object]:
    order = licence.line.order
    with language.speaking(order.lang):
        try:
            price, refusal = renewals.renewal_of(licence, today).taxed.gross.show(order.lang), ""
        except Refused as error:
            price, refusal = "", error.sentence()
    return {
        "name": order.buyer_name,
        "number": licence.number,
        "title": licence.line.title,
        "summary": licence.line.summary,
        "project": order.project,
        "last_day": licence.ends_on,
        "price": price,
        "refusal": refusal,
        "token": renewals.link_token(licence),
        "code": licences.grouped(licence.code),
    }
