"""Delivery: a counted right to fetch the master of a licensed entry, by links that are signed and soon
stale. Stops when the licence does.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import CheckConstraint, ForeignKey, event, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, clock, jobs, media_kinds
from archive.assets import Asset
from archive.db import Model, db, enum_column, lock_row
from archive.errors import Gone, Invalid, NotFound, Unavailable
from archive.storage import Stored
from archive.triggers import append_only
from licensing import excerpts, licences
from licensing.licences import Licence, Standing

WRITE_RIGHTS = "delivery.write_rights"
LINK_LASTS = timedelta(hours=1)
DELIVERY_LASTS = timedelta(days=30)
MAX_USES = 5
AGAIN = 4  # times the file that may be fetched by ranges for each start: for breaks, and programs that fetch in parts


class DeliveryStatus(str, Enum):
    """Whether the file may still be fetched; running out of time or uses is computed, not a status."""

    READY = "ready"
    REVOKED = "revoked"


class Delivery(Model):
    """The right to fetch one file of one licence so many times until a day."""

    __table_args__ = (
        CheckConstraint("0 <= used AND used <= max_uses", "within_limit"),
        CheckConstraint("continued_bytes >= 0", "counts_up"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), unique=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)  # what a signed link carries
    status: Mapped[DeliveryStatus] = mapped_column(enum_column(DeliveryStatus), default=DeliveryStatus.READY)
    expires_at: Mapped[datetime]
    max_uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    continued_bytes: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # asked for by ranges since the uses began
    is_part: Mapped[bool]  # only what is cut out of the master may be fetched
    storage_key: Mapped[
        str | None
    ]  # the master with the rights written into it; None: delivered as it came in
    sha256: Mapped[str | None]

    licence: Mapped[Licence] = relationship()
    asset: Mapped[Asset] = relationship()

    @property
    def left(self) -> int:
        """How many times the file may still be fetched."""
        return self.max_uses - self.used


class DeliveryEvent(Model):
    """One thing that staff did with a delivery."""

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    what: Mapped[str]  # links_stopped, stopped or delivered_again
    why: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


event.listen(DeliveryEvent.__table__, "after_create", append_only("delivery_event"))


@dataclass(frozen=True)
class File:
    """A stored file with the name and type that it is sent under."""

    storage_key: str
    sha256: str
    name: str
    media_type: str


def prepare(licence: Licence, asset: Asset, moment: datetime) -> Delivery:
    """Make the file of a licence ready to be fetched, once."""
    known = of_licence(licence.id)
    if known is not None:
        return known
    delivery = Delivery(
        licence_id=licence.id,
        asset_id=asset.id,
        key=secrets.token_urlsafe(16),
        status=DeliveryStatus.READY,
        expires_at=moment + DELIVERY_LASTS,
        max_uses=MAX_USES,
        is_part=excerpts.to_cut(licence.line.item, licence.line.choice) is not None,
    )
    db.session.add(delivery)
    db.session.flush()
    jobs.enqueue(WRITE_RIGHTS, {"delivery_id": delivery.id})
    return delivery


def keep_file(delivery: Delivery, stored: Stored) -> None:
    """Deliver this file from now on, if nobody has begun to fetch the other: a download must go on as it began."""
    if delivery.used == 0:
        delivery.storage_key, delivery.sha256 = stored.key, stored.sha256


def part_of(delivery: Delivery) -> dict[str, Any] | None:
    """Say what is cut out of the master, as `excerpts.to_cut` does; None: the master is delivered."""
    line = delivery.licence.line
    return excerpts.to_cut(line.item, line.choice) if delivery.is_part else None


def suffix_of_part(part: Mapping[str, Any]) -> str:
    """Give the ending of the file that is cut out."""
    return media_kinds.WAV.suffix if "start_ms" in part else media_kinds.JPEG.suffix


def is_ready(delivery: Delivery) -> bool:
    """Say whether there is a file to fetch: of a part, only once it has been made."""
    return delivery.storage_key is not None or part_of(delivery) is None


def file_of(delivery: Delivery) -> File:
    """Give the file that is fetched, of a delivery that is ready."""
    asset, part = delivery.asset, part_of(delivery)
    key, sha256 = delivery.storage_key or asset.storage_key, delivery.sha256 or asset.sha256
    if part is None:
        return File(key, sha256, asset.filename, asset.media_type)
    kind = media_kinds.WAV if "start_ms" in part else media_kinds.JPEG
    name = f"{asset.filename.rpartition('.')[0] or asset.filename} {delivery.licence.number}{kind.suffix}"
    return File(key, sha256, name, kind.media_type)


def of_licence(licence_id: int) -> Delivery | None:
    """Find the delivery of a licence."""
    return db.session.scalar(select(Delivery).where(Delivery.licence_id == licence_id))


def link_token(delivery: Delivery) -> str:
    """Make a signed token for a link that works for LINK_LASTS."""
    return _signer().dumps(delivery.key)


def stop_links(found: Delivery, why: str, moment: datetime, account_id: int) -> None:
    """Let no link that was handed out work any more; the order's page makes new ones. Raise Invalid without reason."""
    _note(found, "links_stopped", why, moment, account_id)
    found.key = secrets.token_urlsafe(16)


def stop(found: Delivery, why: str, moment: datetime, account_id: int) -> None:
    """Let nobody fetch the file any more, whatever the licence is worth. Raise Invalid without a reason."""
    _note(found, "stopped", why, moment, account_id)
    found.status = DeliveryStatus.REVOKED


def deliver_again(found: Delivery, why: str, moment: datetime, account_id: int) -> None:
    """Begin the days and the uses of a delivery anew, with new links. Raise Invalid without a reason."""
    _note(found, "delivered_again", why, moment, account_id)
    found.key, found.status = secrets.token_urlsafe(16), DeliveryStatus.READY
    found.expires_at, found.used, found.continued_bytes = moment + DELIVERY_LASTS, 0, 0


def events_of(delivery_id: int) -> list[DeliveryEvent]:
    """Return what staff did with a delivery, oldest first."""
    query = select(DeliveryEvent).where(DeliveryEvent.delivery_id == delivery_id)
    return list(db.session.scalars(query.order_by(DeliveryEvent.id)))


def redeem(token: str, moment: datetime, *, is_continued: bool, length: int = 0, size: int = 0) -> Delivery:
    """Return the delivery behind a link and count the use; a continued download (by range) is not counted again.

    `length` is how many bytes a range asks for, `size` how many the file has: by ranges too there is an end. Raise
    NotFound for a link that is not ours, Gone when it is stale, used up, revoked, or the licence is not in force,
    Unavailable while the licensed part is being cut out.
    """
    delivery = find(token)
    standing = licences.standing(delivery.licence, clock.day_here(moment))
    if delivery.status is DeliveryStatus.REVOKED or standing is not Standing.VALID:
        raise Gone("The licence of this file is not in force, so it cannot be downloaded.")
    if delivery.expires_at <= moment:
        raise Gone("The time to download this file is over. Ask the archive for a new delivery.")
    if not is_ready(delivery):
        raise Unavailable("The file is being made. Try again in a minute.")
    if is_continued:
        _count_bytes(delivery, length, size)
    else:
        _count(delivery)
    return delivery


def find(token: str) -> Delivery:
    """Get the delivery behind a link, whether it may still be fetched or not. Raise Gone or NotFound."""
    try:
        key = _signer().loads(token, max_age=int(LINK_LASTS.total_seconds()))
    except BadSignature as error:
        # A stale link and a forged one are told apart for nobody; the order's page makes a fresh one.
        raise Gone("This link no longer works. Open your order and download from there.") from error
    delivery = db.session.scalar(select(Delivery).where(Delivery.key == key))
    if delivery is None:
        raise NotFound("There is no such download.")
    return delivery


def _count(delivery: Delivery) -> None:
    counted = db.session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.used < Delivery.max_uses)
        .values(used=Delivery.used + 1)
        .returning(Delivery.used)
    )
    if counted is None:
        raise Gone(
            "The file has been downloaded as often as the licence allows. Ask the archive for a new delivery."
        )
    audit.record("delivery.fetched", "licence", delivery.licence.number, None, use=counted)


def _count_bytes(delivery: Delivery, length: int, size: int) -> None:
    counted = db.session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.continued_bytes + length <= Delivery.used * AGAIN * size)
        .values(continued_bytes=Delivery.continued_bytes + length)
        .returning(Delivery.continued_bytes)
    )
    if counted is None and length:
        raise Gone("This download has been continued too often. Open your order and begin it anew.")


def _note(found: Delivery, what: str, why: str, moment: datetime, account_id: int) -> None:
    if not why.strip():
        raise Invalid("Say why: it is kept with the licence.")
    lock_row(found)
    db.session.add(
        DeliveryEvent(delivery_id=found.id, what=what, why=why.strip(), at=moment, account_id=account_id)
    )
    db.session.flush()
    audit.record(f"delivery.{what}", "licence", found.licence.number, account_id, why=why.strip())


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="delivery")
