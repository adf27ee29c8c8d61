"""Credits: who did what on which entry. The heart of a jazz catalogue: role, instrument, leader, the name
as printed, and how sure we are.
"""

from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.db import Model, db, enum_column
from catalogue.agents import Agent
from catalogue.terms import Term


class Role(str, Enum):
    """What somebody did: MARC relator codes (https://id.loc.gov/vocabulary/relators)."""

    PERFORMER = "prf"
    COMPOSER = "cmp"
    ARRANGER = "arr"
    LYRICIST = "lyr"
    CONDUCTOR = "cnd"
    INTERVIEWEE = "ive"
    INTERVIEWER = "ivr"
    PHOTOGRAPHER = "pht"
    DEPICTED = "dpc"
    PRODUCER = "pro"
    RECORDING_ENGINEER = "rce"
    BROADCASTER = "brd"
    DESIGNER = "dsr"
    PUBLISHER = "pbl"
    ADAPTER = "adp"
    AUTHOR = "aut"
    LIBRETTIST = "lbt"
    TRANSLATOR = "trl"
    WRITER_OF_NOTES = "wst"  # writer of supplementary textual content
    EDITOR = "edt"
    COMPILER = "com"
    COPYIST = "mcp"
    NARRATOR = "nrt"
    ACTOR = "act"
    HOST = "hst"
    PRESENTER = "pre"
    SPEAKER = "spk"
    MUSICAL_DIRECTOR = "msd"
    DIRECTOR = "drt"
    CINEMATOGRAPHER = "cng"
    MIXING_ENGINEER = "mxe"
    MASTERING_ENGINEER = "mte"
    SOUND_ENGINEER = "sde"
    REMIXER = "rxa"
    ARTIST = "art"
    ILLUSTRATOR = "ill"
    COVER_DESIGNER = "cov"
    PRODUCTION_MANAGER = "pmn"
    PRODUCTION_COMPANY = "prn"
    MANUFACTURER = "mfr"
    PRINTER = "prt"
    DISTRIBUTOR = "dst"
    COPYRIGHT_HOLDER = "cph"
    LICENSOR = "lso"
    LICENSEE = "lse"
    DEDICATEE = "dte"
    CONTRIBUTOR = "ctb"
    OTHER = "oth"


class Certainty(str, Enum):
    """How sure the archive is."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    DISPUTED = "disputed"


class Credit(Model):
    """One role of one agent; doubling on two instruments is two rows. Without an agent the player is
    unknown.
    """

    __table_args__ = (
        CheckConstraint(
            "agent_id IS NOT NULL OR instrument_id IS NOT NULL OR credited_as IS NOT NULL", "says_who_or_what"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)  # None: not known who
    role: Mapped[Role] = mapped_column(enum_column(Role))
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"), index=True)
    instrument_text: Mapped[str | None]  # as the source writes it
    leader: Mapped[bool] = mapped_column(default=False)
    credited_as: Mapped[str | None]  # where it differs from the agent's name
    role_text: Mapped[str | None]  # the part as the source names it, where the role says less
    tracks_text: Mapped[str | None]  # on a release: for which tracks, as printed ("A1 to A3"); None: for all
    certainty: Mapped[Certainty] = mapped_column(enum_column(Certainty), default=Certainty.CERTAIN)
    region: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # x, y, w, h in percent
    position: Mapped[int]

    agent: Mapped[Agent | None] = relationship()
    instrument: Mapped[Term | None] = relationship()


def of(*entry_ids: int) -> dict[int, list[Credit]]:
    """Return the credits of some entries in their order, each with its agent and instrument, in one query."""
    found: dict[int, list[Credit]] = {entry_id: [] for entry_id in entry_ids}
    query = (
        select(Credit)
        .options(joinedload(Credit.agent), joinedload(Credit.instrument))
        .where(Credit.entry_id.in_(entry_ids))
        .order_by(Credit.entry_id, Credit.position, Credit.id)
    )
    for credit in db.session.scalars(query):
        found[credit.entry_id].append(credit)
    return found


def replace(entry_id: int, credits: list[Credit]) -> None:
    """Put a new complete list in place of the old one, in the order given."""
    db.session.execute(delete(Credit).where(Credit.entry_id == entry_id))
    for position, credit in enumerate(credits):
        credit.entry_id, credit.position = entry_id, position
        db.session.add(credit)
    db.session.flush()
