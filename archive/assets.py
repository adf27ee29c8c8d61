"""Assets: one stored file each, a master as it came in or a derivative made from one. What a file shows is
said by the catalogue.
"""

import io
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive import storage
from archive.db import Model, db, enum_column


class AssetRole(str, Enum):
    """What a file is for."""

    MASTER = "master"  # byte for byte as it came in; what a licence delivers
    PREVIEW = "preview"  # a picture for the screen
    THUMBNAIL = "thumbnail"  # a small picture for lists
    FRAGMENT = "fragment"  # the part of a sound that everybody may hear


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
    created_at: Mapped[datetime]


def keep(
    content: bytes,
    *,
    role: AssetRole,
    filename: str,
    media_type: str,
    suffix: str,
    moment: datetime,
    derived_from: Asset | None = None,
    **facts: Any,
) -> Asset:
    """Put bytes into the vault and describe them in a row; `facts` are the technical columns."""
    stored = storage.vault().put(io.BytesIO(content), suffix)
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
