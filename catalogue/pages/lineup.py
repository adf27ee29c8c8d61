"""Who did what, in groups: players by instrument in the order of the line-up, then the others by what they did."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue.agents import AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.pages import labels, links
from catalogue.pages.pieces import Piece

_DOUBTS = {
    Certainty.CERTAIN: None,
    Certainty.PROBABLE: _l("probably"),
    Certainty.DISPUTED: _l("disputed"),
}
_BRACKETS = re.compile(r"\[([^\]]+)")
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
    return groups(piece.credits, lang)


def groups(credits: Sequence[Credit], lang: str, *, with_tracks: bool = True) -> list[Group]:
    """Make groups of some credits; `with_tracks` says beside a name for which tracks of a release it holds."""
    found: dict[str, list[Person]] = {}
    for credit in sorted(credits, key=lambda credit: _ORDER[credit.role]):
        people = found.setdefault(_role(credit, lang), [])
        person = _person(credit, with_tracks=with_tracks)
        if person not in people:
            people.append(person)
    return [Group(role, people) for role, people in found.items()]


def person_url(pid: str) -> str:
    """Return the address of somebody's own page, which leads on to all that they have part in."""
    return links.to_entry("catalogue.person", pid)


def _role(credit: Credit, lang: str) -> str:
    if credit.instrument is not None:
        label = credit.instrument.label(lang)
        return label[:1].upper() + label[1:]
    if credit.role is Role.OTHER and credit.role_text:
        return credit.role_text
    return credit.instrument_text or str(labels.ROLES[credit.role])


def _person(credit: Credit, *, with_tracks: bool) -> Person:
    tracks = credit.tracks_text if with_tracks else None
    note = ", ".join(str(part) for part in (_DOUBTS[credit.certainty], _said(credit), tracks) if part) or None
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


def _said(credit: Credit) -> str | None:
    """Give the source's own words where they say more than role or instrument: what they have in brackets."""
    written = credit.instrument_text if credit.instrument else credit.role_text
    if credit.role is Role.OTHER or not written:
        return None
    if inside := _BRACKETS.search(written):
        return inside[1]
    is_body = credit.agent is not None and credit.agent.kind is AgentKind.ORGANISATION
    return written if is_body and not credit.instrument else None
