"""The page of a person, an ensemble or an organisation: names, dates, what they play, with whom, and when.

Who is on no public entry has no page: nothing may tell of entries that are not public.
"""

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from archive.config import current
from archive.db import db
from archive.errors import NotFound
from catalogue import appearances, dates, folding, pids, redirects, terms
from catalogue.agents import Agent, AgentKind, NameKind
from catalogue.pages import labels, links, people_figures, questions
from catalogue.pages.people_figures import Figures
from catalogue.pages.questions import Link
from catalogue.pages.references import Crumb
from catalogue.search.query import SearchQuery
from catalogue.terms import TermScheme

KINDS = {
    AgentKind.PERSON: _l("Musician or maker"),
    AgentKind.ENSEMBLE: _l("Ensemble"),
    AgentKind.ORGANISATION: _l("Organisation"),
}
# Why somebody has another name; of variants and misprints that says nothing.
NAMES = {
    NameKind.BIRTH: _l("at birth"),
    NameKind.STAGE: _l("on stage"),
    NameKind.TRANSLITERATION: _l("transliterated"),
    NameKind.MISPRINT: _l("misprinted"),
}
_YEAR = re.compile(r"\d{4}")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Person:
    """Who it is, as all parts of the page refer to them."""

    pid: str
    name: str
    poster_name: str
    kind: str
    kind_label: str
    disambiguation: str | None
    life: str | None
    names: list[str]
    biography: list[str]
    biography_lang: str
    summary: str
    url: str


@dataclass(frozen=True)
class Page:
    """All that the page shows but the company."""

    person: Person
    crumbs: list[Crumb]
    kinds: list[Link]
    entries: Link
    years: str | None
    instruments: list[Link]
    canonical: str  # the address that counts, whole
    is_limited: bool  # answered without the index


def get(pid: str, today: date) -> Agent:
    """Get an agent that somebody may know of; raise NotFound, Moved when it was merged into one of those."""
    agent = db.session.scalar(select(Agent).where(Agent.pid == (pids.normalise(pid) or pid)))
    if agent is not None and agent.merged_into_id is not None:
        agent = redirects.survivor(agent)
        if appearances.is_shown(agent.id, today):
            raise redirects.Moved.to(agent.pid)
    if agent is None or not appearances.is_shown(agent.id, today):
        raise NotFound("There is nobody with this number. Check the number, or search for a name.")
    return agent


def url(pid: str) -> str:
    """Return the address of the page of an agent."""
    return links.to_entry("catalogue.person", pid)


def make(agent: Agent, lang: str, today: date) -> Page:
    """Make the page of an agent that has one."""
    figures = people_figures.read(agent, today)
    return Page(
        person=_person(agent, figures, lang),
        crumbs=crumbs(Crumb(agent.name, None)),
        kinds=_kinds(figures),
        entries=Link(_entries_label(figures.total), questions.url(figures.query), figures.total),
        years=years_label(figures.first_year, figures.last_year),
        instruments=_instruments(agent, figures, lang),
        canonical=current().base_url + url(agent.pid),
        is_limited=figures.is_limited,
    )


def crumbs(*steps: Crumb) -> list[Crumb]:
    """Make the trail from the search."""
    return [Crumb(str(_("Search")), questions.url(SearchQuery())), *steps]


def life(born_edtf: str | None, died_edtf: str | None) -> str | None:
    """Write in what years somebody was born and died, or a group began and ended: 1904–1969."""
    born, died = (_YEAR.search(edtf or "") for edtf in (born_edtf, died_edtf))
    if born is None and died is None:
        return None
    return f"{born[0] if born else '?'}–{died[0] if died else ''}"


def years_label(first: int | None, last: int | None) -> str | None:
    """Write from what year to what year: 1954–1992."""
    if first is None or last is None:
        return None
    return str(first) if first == last else f"{first}–{last}"


def _person(agent: Agent, figures: Figures, lang: str) -> Person:
    biography = agent.bio(lang)
    own = agent.bio_nl if lang == "nl" else agent.bio_en
    return Person(
        pid=agent.pid,
        name=agent.name,
        poster_name=agent.name.lower(),
        kind=agent.kind.value,
        kind_label=str(KINDS[agent.kind]),
        disambiguation=agent.disambiguation,
        life=_life_in_words(agent, lang),
        names=_names(agent),
        biography=[part.strip() for part in _BLANK_LINES.split(biography or "") if part.strip()],
        biography_lang=lang if own or not biography else ("en" if lang == "nl" else "nl"),
        summary=_summary(agent, figures, lang),
        url=url(agent.pid),
    )


def _life_in_words(agent: Agent, lang: str) -> str | None:
    if agent.living_private:
        return None
    born, died = (dates.show(edtf, lang) if edtf else None for edtf in (agent.born_edtf, agent.died_edtf))
    if agent.kind is not AgentKind.PERSON:
        return life(agent.born_edtf, agent.died_edtf)
    if born and died:
        return str(_("born %(born)s, died %(died)s", born=born, died=died))
    if born:
        return str(_("born %(born)s", born=born))
    return str(_("died %(died)s", died=died)) if died else None


def _names(agent: Agent) -> list[str]:
    """List the other names, each once whatever its case and accents, with why it is one."""
    found: dict[str, str] = {}
    for known in sorted(agent.names, key=lambda known: known.id):
        why = NAMES.get(known.kind)
        found.setdefault(folding.fold(known.name), f"{known.name} ({why})" if why else known.name)
    return list(found.values())


def _summary(agent: Agent, figures: Figures, lang: str) -> str:
    vocabulary = terms.by_code(TermScheme.INSTRUMENT)
    played = [vocabulary[code].label(lang) for code, _count in figures.instruments[:3] if code in vocabulary]
    what = [", ".join(played) or str(KINDS[agent.kind]), _life_in_words(agent, lang)]
    first = ", ".join(part for part in what if part)
    years = years_label(figures.first_year, figures.last_year)
    second = f"{_entries_label(figures.total)}, {years}" if years else _entries_label(figures.total)
    return f"{first[:1].upper()}{first[1:]}. {second}."


def _entries_label(total: int) -> str:
    return str(ngettext("%(num)s piece in the register", "%(num)s pieces in the register", total))


def _kinds(figures: Figures) -> list[Link]:
    return [
        Link(
            str(label),
            questions.url(figures.query.with_value("kind", kind.value)),
            figures.kinds[kind.value],
        )
        for kind, label in labels.KINDS_MANY.items()
        if figures.kinds.get(kind.value)
    ]


def _instruments(agent: Agent, figures: Figures, lang: str) -> list[Link]:
    vocabulary = terms.by_code(TermScheme.INSTRUMENT)
    empty = SearchQuery(sort="added")
    return [
        Link(
            vocabulary[code].label(lang),
            questions.url(empty.with_value("plays", f"{agent.pid}/{code}")),
            count,
        )
        for code, count in figures.instruments
        if code in vocabulary
    ]
