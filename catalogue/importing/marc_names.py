"""The people and bodies of a MARC record, with the parts that relator codes and terms give them. Pure."""

import re
from collections.abc import Iterator, Sequence

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import agent_kinds, marc_fields, relators
from catalogue.importing.marc_fields import MarcField
from catalogue.importing.publications import PlannedPart
from catalogue.importing.relators import Relation
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow

PEOPLE = ("100", "700")
BODIES = ("110", "710", "111", "711")
_YEARS = re.compile(r"(\d{4})?\s*-\s*(\d{4})?")
_SUFFIX = re.compile(r"Jr\.?|Sr\.?|[IVX]+\.?", re.IGNORECASE)
_QUALIFIER = re.compile(r"\s*\((musical group|group|musician|firm)\)$", re.IGNORECASE)


def credits(said: Sequence[MarcField], row: ReadRow, *, is_music: bool) -> Iterator[PlannedPart]:
    """Give the parts of all whom a record names; who made a piece of music is its composer."""
    for field in said:
        if field.tag in PEOPLE + BODIES and field.get("a"):
            yield from _parts(field, row, is_music=is_music)


def natural(heading: str) -> str:
    """Turn a heading round: "Mahler, Gustav" is Gustav Mahler; "Monk, Thelonious, Jr." is Thelonious Monk Jr."""
    family, _, given = heading.partition(", ")
    if not given:
        return heading
    given, _, suffix = given.partition(", ")
    return " ".join(part for part in (given, family, suffix) if part)


def _parts(field: MarcField, row: ReadRow, *, is_music: bool) -> Iterator[PlannedPart]:
    title = " ".join(field.all("tkmnopr")) if field.get("t") else ""
    told = _told(field)
    relations = [(relators.find(word), word) for word in told]
    if not relations:
        composes = is_music and field.tag in PEOPLE and (title or field.tag == "100")
        role = Role.COMPOSER if composes else Role.CONTRIBUTOR
        relations = [(Relation(role), "")]
        if role is Role.CONTRIBUTOR:
            row.remark(
                Look.ROLE, field.tag, _name(field), "the record says no part; came in as a contributor"
            )
    for relation, word in relations:
        if relation is None:
            row.remark(Look.ROLE, field.tag, word, "came in as another part, in its own words")
        yield _part(field, relation or Relation(Role.OTHER), word if relation is None else None, title)


def _told(field: MarcField) -> list[str]:
    """Return the codes, and those words that say more than the codes do."""
    codes = [value.rpartition("/")[2] for value in field.all("4")]
    words = field.all("e" if field.tag not in ("111", "711") else "j")
    known = {relators.find(code) for code in codes}
    return list(dict.fromkeys([*codes, *(word for word in words if relators.find(word) not in known)]))


def _part(field: MarcField, relation: Relation, role_text: str | None, title: str) -> PlannedPart:
    years = _YEARS.search(field.get("d")) if field.tag in PEOPLE else None
    return PlannedPart(
        role=relation.role,
        name=_name(field),
        agent_kind=_kind(field),
        instrument=relation.instrument,
        role_text=role_text,
        tracks_text=title or None,
        born=years[1] if years else None,
        died=years[2] if years else None,
    )


def _name(field: MarcField) -> str:
    if field.tag in PEOPLE:
        suffixes = [part for part in field.all("bc") if _SUFFIX.fullmatch(part)]
        return natural(", ".join([field.get("a"), *suffixes])) or "?"
    return _QUALIFIER.sub("", ", ".join(field.all("ab"))) or "?"


def _kind(field: MarcField) -> AgentKind:
    if field.tag in PEOPLE:
        return AgentKind.PERSON
    is_group = "group" in field.get("a").lower() or "prf" in map(marc_fields.tidy, field.all("4"))
    guessed = agent_kinds.guess(_name(field))
    return AgentKind.ENSEMBLE if is_group or guessed is AgentKind.ENSEMBLE else AgentKind.ORGANISATION
