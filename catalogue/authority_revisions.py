"""History of agents and places: a snapshot at each save, with who, when and why. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.triggers import append_only
from catalogue.agents import Agent
from catalogue.places import Place


class AuthorityRevision(Model):
    """What an agent or a place was at one version."""

    __table_args__ = (
        UniqueConstraint("agent_id", "version"),
        UniqueConstraint("place_id", "version"),
        CheckConstraint("(agent_id IS NULL) != (place_id IS NULL)", "has_one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    version: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    comment: Mapped[str]
    snapshot: Mapped[dict[str, Any]]


event.listen(AuthorityRevision.__table__, "after_create", append_only("authority_revision"))


def keep(
    thing: Agent | Place, snapshot: dict[str, Any], account_id: int | None, comment: str, moment: datetime
) -> None:
    """Keep what an agent or a place is now."""
    db.session.add(
        AuthorityRevision(
            agent_id=thing.id if isinstance(thing, Agent) else None,
            place_id=thing.id if isinstance(thing, Place) else None,
            version=thing.version,
            account_id=account_id,
            at=moment,
            comment=comment,
            snapshot=snapshot,
        )
    )


def history(thing: Agent | Place) -> list[AuthorityRevision]:
    """Return the revisions of an agent or a place, newest first."""
    column = AuthorityRevision.agent_id if isinstance(thing, Agent) else AuthorityRevision.place_id
    query = select(AuthorityRevision).where(column == thing.id).order_by(AuthorityRevision.version.desc())
    return list(db.session.scalars(query))
