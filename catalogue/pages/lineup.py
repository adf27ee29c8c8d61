"""Who did what, in groups: players by instrument in the order of the line-up, then the others by what they did."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue.credits import Certainty, Credit, Role
from catalogue.pages import labels, links
from catalogue.pages.pieces import Piece

_DOUBTS = {
    Certainty.CERTAIN: None,
    Certainty.PROBABLE: _l("probably"),
    Certainty.DISPUTED: _l("disputed"),
}
_ORDER = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True)
class Person:
    """One name in a group."""

    name: str
    url: str | None
    credited_as: str | None
    leader: bool
    note: str | None


@dataclass(frozen=True)
class Group:
    """All who played one instrument or did one thing."""

    role: str
    people: list[Person]


def make(piece: Piece, lang: str) -> list[Group]:
    """Make the groups of a piece."""
    groups: dict[str, list[Person]] = {}
    for credit in sorted(piece.credits, key=lambda credit: _ORDER[credit.role]):
        people = groups.setdefault(_role(credit, lang), [])
        person = _person(credit)
        if person not in people:
            people.append(person)
    return [Group(role, people) for role, people in groups.items()]


def person_url(pid: str) -> str:
    """Return the address of somebody's own page, which leads on to all that they have part in."""
    return links.to_entry("catalogue.person", pid)


def _role(credit: Credit, lang: str) -> str:
    if credit.instrument is not None:
        label = credit.instrument.label(lang)
        return label[:1].upper() + label[1:]
    return credit.instrument_text or str(labels.ROLES[credit.role])


def _person(credit: Credit) -> Person:
    doubt = _DOUBTS[credit.certainty]
    note = str(doubt) if doubt else None
    if credit.agent is None:
        return Person(credit.credited_as or str(_("unknown")), None, None, credit.leader, note)
    is_other = credit.credited_as != credit.agent.name
    return Person(
        name=credit.agent.name,
        url=person_url(credit.agent.pid),
        credited_as=credit.credited_as if is_other else None,
        leader=credit.leader,
        note=note,
    )
