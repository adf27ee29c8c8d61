"""The queue of what may be double: how two are alike, and what speaks for and against their being one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalogue import terms
from catalogue.agents import Agent
from catalogue.duplicates.alike import Alike
from catalogue.duplicates.deciding import Bearer, Queue
from catalogue.duplicates.deciding import Row as QueueRow
from catalogue.duplicates.entry_pairs import Common
from catalogue.entries import Entry, Status
from catalogue.pages import authorities, facts, labels, links, people
from catalogue.places import Place
from catalogue.terms import TermScheme

ALIKE = {
    Alike.SAME: _l("The same name"),
    Alike.SWAPPED: _l("The same words in another order"),
    Alike.ONE_SLIP: _l("One letter apart"),
    Alike.TWO_SLIPS: _l("Two letters apart"),
    Alike.SHORT_FORM: _l("A short form of the first name"),
    Alike.NICKNAME: _l("The same but for a nickname"),
    Alike.PART_MORE: _l("One has a part more"),
    Alike.INITIALS: _l("Initials that fit"),
    Alike.ONE_WORD: _l("One word of the other"),
    Alike.COMMON_NAMES: _l("Close, but both are names of others here too"),
}
COMMON = {
    Common.NUMBER: _l("The same number"),
    Common.MATRIX: _l("The same matrix number"),
    Common.LABEL_AND_NUMBER: _l("The same label and catalogue number"),
    Common.TITLE_AND_DAY: _l("The same title on the same day"),
}
_LIKENESS = {each.value: words for each, words in ALIKE.items()}
_LIKENESS |= {each.value: words for each, words in COMMON.items()}


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for (ok) or against (no)."""

    state: str
    text: str


@dataclass(frozen=True)
class Side:
    """One of the two."""

    name: str
    about: str
    url: str
    uses: str


@dataclass(frozen=True)
class Row:
    """A pair in the list."""

    number: int
    names: tuple[str, str]
    alike: str
    score: int
    reasons: list[Reason]
    sides: tuple[Side, Side]
    merge_url: str  # what is public stays, and of two that are the one with more uses


@dataclass(frozen=True)
class Page:
    """The queue and the chosen pair."""

    queue: Queue
    rows: list[Row]
    chosen: Row | None
    apart: int  # the pair that has just been kept apart; 0 for none


def make(queue: Queue, chosen: int, apart: int, lang: str) -> Page:
    """Write the queue in words."""
    instruments = {code: term.label(lang) for code, term in terms.by_code(TermScheme.INSTRUMENT).items()}
    rows = [_row(row, instruments) for row in queue.rows]
    found = next((row for row in rows if row.number == chosen), rows[0] if rows else None)
    return Page(queue, rows, found, apart)


def _row(row: QueueRow, instruments: Mapping[str, str]) -> Row:
    pair = row.pair
    first, second = _weight(row.first, row.first_uses), _weight(row.second, row.second_uses)
    kept, merged = (row.first, row.second) if first >= second else (row.second, row.first)
    merge_url = links.to_answer(
        "catalogue.desk_merge", {"with": merged.pid}, kind=pair.kind.value, pid=kept.pid
    )
    return Row(
        number=pair.id,
        names=(pair.first_name, pair.second_name),
        alike=str(_LIKENESS.get(pair.likeness, "")),
        score=pair.score,
        reasons=[_reason(one, pair.first_name, pair.second_name, instruments) for one in pair.evidence],
        sides=(_side(row.first, row.first_uses), _side(row.second, row.second_uses)),
        merge_url=merge_url,
    )


def _weight(bearer: Bearer, uses: int) -> tuple[bool, int]:
    return not isinstance(bearer, Entry) or bearer.status is Status.PUBLISHED, uses


def _side(bearer: Bearer, uses: int) -> Side:
    if isinstance(bearer, Entry):
        credits = ngettext("%(num)s credit", "%(num)s credits", uses)
        return Side(
            bearer.title, _about_entry(bearer), links.to_entry("catalogue.desk_entry", bearer.pid), credits
        )
    used = ngettext("%(num)s entry", "%(num)s entries", uses)
    if isinstance(bearer, Place):
        about = [str(authorities.PLACE_KINDS[bearer.kind]), bearer.address]
        url = links.to_entry("catalogue.desk_place", bearer.pid)
        return Side(bearer.line, ", ".join(part for part in about if part), url, used)
    return Side(bearer.name, _about(bearer), links.to_entry("catalogue.desk_agent", bearer.pid), used)


def _about_entry(entry: Entry) -> str:
    parts = (labels.KINDS[entry.kind], entry.date_text, entry.shelfmark, labels.STATUSES[entry.status])
    return ", ".join(str(part) for part in parts if part)


def _about(agent: Agent) -> str:
    life = people.life(agent.born_edtf, agent.died_edtf)
    parts = (authorities.AGENT_KINDS[agent.kind], agent.disambiguation, life)
    return ", ".join(str(part) for part in parts if part)


def _reason(one: Mapping[str, Any], first: str, second: str, instruments: Mapping[str, str]) -> Reason:
    return Reason("ok" if one["speaks"] == "for" else "no", _text(one, first, second, instruments))


def _text(one: Mapping[str, Any], first: str, second: str, instruments: Mapping[str, str]) -> str:
    def played(side: str) -> str:
        return ", ".join(instruments.get(code, code) for code in one.get(side, ()))

    names = {"first": first, "second": second}
    texts = {
        "same_identifier": lambda: _("Both have %(number)s", number=_number(one)),
        "other_identifier": lambda: _("Each has another number: %(scheme)s", scheme=_scheme(one)),
        "same_birth": lambda: _("Both born in %(year)s", year=one["a"]),
        "other_birth": lambda: _("Born in %(first)s and in %(second)s", first=one["a"], second=one["b"]),
        "same_death": lambda: _("Both died in %(year)s", year=one["a"]),
        "other_death": lambda: _("Died in %(first)s and in %(second)s", first=one["a"], second=one["b"]),
        "same_instrument": lambda: _("Both play %(instruments)s", instruments=played("instruments")),
        "other_instruments": lambda: _(
            "%(first)s plays %(a)s, %(second)s plays %(b)s", a=played("a"), b=played("b"), **names
        ),
        "together": lambda: _(
            "They played together at %(title)s: %(a)s and %(b)s",
            title=one["title"],
            a=played("a"),
            b=played("b"),
        ),
        "together_on_one_instrument": lambda: _(
            "Both are on %(title)s with one instrument: perhaps credited twice", title=one["title"]
        ),
        "elsewhere_that_day": lambda: _(
            "On %(day)s they were in different places: %(a)s and %(b)s",
            day=_day(one["day"]),
            a=one["a"],
            b=one["b"],
        ),
        "years_apart": lambda: _(
            "Heard in %(a)s and in %(b)s", a="–".join(map(str, one["a"])), b="–".join(map(str, one["b"]))
        ),
        "told_apart": lambda: _("Told apart as “%(a)s” and “%(b)s”", a=one["a"], b=one["b"]),
        "same_title": lambda: _("Both have this title"),
        "other_title": lambda: _("Other titles: %(a)s and %(b)s", a=one["a"], b=one["b"]),
        "same_day": lambda: _("Both of %(day)s", day=_day(one["day"])),
        "other_year": lambda: _("Of %(a)s and of %(b)s", a=one["a"], b=one["b"]),
        "same_length": lambda: _("Both last as long"),
        "other_length": lambda: _("One lasts %(seconds)s seconds longer", seconds=one["seconds"]),
        "same_take": lambda: _("Both are take %(take)s", take=one["a"]),
        "other_take": lambda: _("Takes %(a)s and %(b)s", a=one["a"], b=one["b"]),
        "other_session": lambda: _("They hang under two sessions: perhaps those are one too"),
        "same_matrix": lambda: _("Both have matrix number %(number)s", number=one["a"]),
        "other_matrix": lambda: _("Matrix numbers %(a)s and %(b)s", a=one["a"], b=one["b"]),
        "same_country": lambda: _("Both put out in the same country"),
        "other_country": lambda: _("Put out in %(a)s and in %(b)s", a=one["a"], b=one["b"]),
        "same_format": lambda: _("Both of the same format"),
        "other_format": lambda: _("Of two formats: %(a)s and %(b)s", a=one["a"], b=one["b"]),
        "same_parent": lambda: _("Both lie in the same town"),
        "other_parent": lambda: _("They lie in different towns"),
    }
    say = texts.get(one["what"])
    return str(say()) if say else ""


def _number(one: Mapping[str, Any]) -> str:
    return f"{_scheme(one)} {one['value']}"


def _scheme(one: Mapping[str, Any]) -> str:
    return str(facts.SCHEMES.get(one["scheme"], one["scheme"]))


def _day(number: int) -> str:
    year, rest = divmod(number, 10_000)
    try:
        return str(format_date(date(year, *divmod(rest, 100)), "long"))
    except ValueError:
        return str(number)
