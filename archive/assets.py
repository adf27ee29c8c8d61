"""Assets: one stored file each, a master as it came in or a derivative made from one. What a file shows is
said by the catalogue.
"""

import io
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import storage
from archive.db import Model, db, enum_column
from archive.storage import Stored


class AssetRole(str, Enum):
    """What a file is for."""

    MASTER = "master"  # byte for byte as it came in; what a licence delivers
    PREVIEW = "preview"  # a picture for the screen
    THUMBNAIL = "thumbnail"  # a small picture for lists
    FRAGMENT = "fragment"  # the part of a sound that everybody may hear, as MP3
    FRAGMENT_OPUS = "fragment_opus"  # the same, as Opus
    ACCESS = "access"  # the whole of a sound in a form that every browser plays


class VerifyState(str, Enum):
    """What the last reading of a file found."""

    OK = "ok"
    MISSING = "missing"
    ALTERED = "altered"


class Asset(Model):
    """One stored file with its technical facts."""

    __table_args__ = (
        CheckConstraint("size > 0", "is_not_empty"),
        CheckConstraint("(role = 'master') = (derived_from_id IS NULL)", "derivative_names_its_master"),
        UniqueConstraint("derived_from_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[AssetRole] = mapped_column(enum_column(AssetRole))
    derived_from_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    storage_key: Mapped[str] = mapped_column(index=True)
    filename: Mapped[str]  # as it came in, or as it should be called when delivered
    media_type: Mapped[str]
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(index=True)
    width: Mapped[int | None]  # pixels
    height: Mapped[int | None]
    duration_ms: Mapped[int | None]
    start_ms: Mapped[int | None]  # of a fragment: where in its master it begins
    sample_rate: Mapped[int | None]  # Hz
    bit_depth: Mapped[int | None]
    channels: Mapped[int | None]
    peaks: Mapped[list[Any] | None]  # of a sound master: 200 loudness values, 0 to 1
    is_marked: Mapped[bool | None]  # of a preview or fragment: whether it carries a watermark or tones
    verified_at: Mapped[datetime | None] = mapped_column(index=True)  # when it was last read whole
    verify_state: Mapped[VerifyState | None] = mapped_column(enum_column(VerifyState))
    created_at: Mapped[datetime]


def keep(content: bytes, *, suffix: str, **described: Any) -> Asset:
    """Put bytes into the vault and describe them in a row (see `add`)."""
    return add(storage.vault().put(io.BytesIO(content), suffix), **described)


def add(
    stored: Stored,
    *,
    role: AssetRole,
    filename: str,
    media_type: str,
    moment: datetime,
    derived_from: Asset | None = None,
    **facts: Any,
) -> Asset:
    """Describe a file of the vault in a row; `facts` are the technical columns."""
    asset = Asset(
        role=role,
        derived_from_id=derived_from.id if derived_from else None,
        storage_key=stored.key,
        filename=filename,
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
        created_at=moment,
        **facts,
    )
    db.session.add(asset)
    db.session.flush()
    return asset


def derivative(master: Asset, role: AssetRole) -> Asset | None:
    """Find the copy of a master that is for this."""
    return db.session.scalar(select(Asset).where(Asset.derived_from_id == master.id, Asset.role == role))


def put_derivative(
    master: Asset,
    role: AssetRole,
    stored: Stored,
    *,
    filename: str,
    media_type: str,
    moment: datetime,
    **facts: Any,
) -> Asset:
    """Describe a copy of a master, in the place of the one there was; its bytes are no longer asked for then."""
    known = derivative(master, role)
    if known is None:
        return add(
            stored,
            role=role,
            filename=filename,
            media_type=media_type,
            moment=moment,
            derived_from=master,
            **facts,
        )
    described = {
        "storage_key": stored.key,
        "filename": filename,
        "media_type": media_type,
        "size": stored.size,
        "sha256": stored.sha256,
        "created_at": moment,
        "verified_at": None,
        "verify_state": None,
    }
    for name, value in (described | facts).items():
        setattr(known, name, value)
    db.session.flush()
    return known


def master_with(sha256: str) -> Asset | None:
    """Find the master that has these bytes."""
    wanted = select(Asset).where(Asset.sha256 == sha256, Asset.role == AssetRole.MASTER)
    return db.session.scalar(wanted.order_by(Asset.id).limit(1))


def is_used(key: str) -> bool:
    """Say whether any file is stored under this key."""
    return db.session.scalar(select(Asset.id).where(Asset.storage_key == key).limit(1)) is not None
