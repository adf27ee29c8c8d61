"""Agents: people, ensembles and organisations, with every name they go by."""

from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.config import current
from archive.db import Model, db, enum_column
from catalogue import folding, pids, redirects


class AgentKind(str, Enum):
    """What sort of agent."""

    PERSON = "person"
    ENSEMBLE = "ensemble"
    ORGANISATION = "organisation"


class NameKind(str, Enum):
    """Why an agent has another name."""

    VARIANT = "variant"
    STAGE = "stage"
    BIRTH = "birth"
    TRANSLITERATION = "translit"
    MISPRINT = "misprint"


class Agent(Model):
    """One person, ensemble or organisation."""

    __table_args__ = (CheckConstraint("merged_into_id != id", "merged_into_another"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AgentKind] = mapped_column(enum_column(AgentKind))
    name: Mapped[str]
    sort_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)  # folding.name_key(name), for matching
    disambiguation: Mapped[str | None]
    born_edtf: Mapped[str | None]
    died_edtf: Mapped[str | None]
    bio_nl: Mapped[str | None]
    bio_en: Mapped[str | None]
    living_private: Mapped[bool] = mapped_column(default=False, server_default="0")  # dates for staff only
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)

    names: Mapped[list["AgentName"]] = relationship(back_populates="agent", cascade="all, delete-orphan")

    def bio(self, lang: str) -> str | None:
        """Return the short biography, in the other language when there is none in this one."""
        first, second = (self.bio_nl, self.bio_en) if lang == "nl" else (self.bio_en, self.bio_nl)
        return first or second


class AgentName(Model):
    """Another name of an agent, as found somewhere."""

    __table_args__ = (UniqueConstraint("agent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    kind: Mapped[NameKind] = mapped_column(enum_column(NameKind))
    folded: Mapped[str] = mapped_column(index=True)

    agent: Mapped[Agent] = relationship(back_populates="names")


def add(kind: AgentKind, name: str, *, pid: str | None = None, sort_name: str | None = None) -> Agent:
    """Add an agent."""
    agent = Agent(
        pid=pid or pids.mint(current().naan, pids.SHOULDER),
        kind=kind,
        name=name,
        sort_name=sort_name or name_to_sort_by(kind, name),
        name_key=folding.name_key(name),
    )
    db.session.add(agent)
    db.session.flush()
    return agent


def ensure(kind: AgentKind, name: str) -> Agent:
    """Find an agent of this kind by exactly this name, or add one. Names that are only alike stay apart.

    Of an agent that was merged it gives the one that stays, unless somebody else has this name now.
    """
    named = select(Agent).where(Agent.kind == kind, Agent.name == name)
    found = db.session.scalar(named.order_by(Agent.merged_into_id.is_not(None), Agent.id).limit(1))
    return redirects.survivor(found) if found else add(kind, name)


def add_name(agent: Agent, name: str, kind: NameKind = NameKind.VARIANT) -> None:
    """Add another name, once."""
    if name == agent.name or any(known.name == name for known in agent.names):
        return
    agent.names.append(AgentName(name=name, kind=kind, folded=folding.fold(name)))
    db.session.flush()


def name_to_sort_by(kind: AgentKind, name: str) -> str:
    """Turn the name of a person round: "Rhijn, Coba van"; others are sorted as they are called."""
    return _sorted(name) if kind is AgentKind.PERSON else name


def _sorted(name: str) -> str:
    # Dutch sorting leaves prefixes out: "Rhijn, Coba van". The first name is what stands before the first prefix.
    words = name.split()
    prefixes = {"van", "de", "der", "den", "ten", "ter", "te", "van't", "'t", "von", "la", "le"}
    for at, word in enumerate(words[1:], start=1):
        if word.lower() not in prefixes:
            given, prefix, family = _split(words, at, prefixes)
            return f"{family}, {' '.join(given + prefix)}"
    return name


def _split(words: list[str], at: int, prefixes: set[str]) -> tuple[list[str], list[str], str]:
    first_prefix = next((i for i, word in enumerate(words) if 0 < i < at and word.lower() in prefixes), None)
    if first_prefix is None:
        return words[:-1], [], words[-1]
    return words[:first_prefix], words[first_prefix:at], " ".join(words[at:])
