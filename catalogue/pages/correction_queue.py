"""The queue of corrections as staff see it: each with the difference it makes, and whether its field changed since."""

from dataclasses import dataclass

from flask_babel import gettext as _

from catalogue import correcting, corrections, word_difference
from catalogue.correcting import Choice
from catalogue.corrections import About, Correction, CorrectionState
from catalogue.pages import entry as entry_page
from catalogue.pages import labels, pieces
from catalogue.pages.entry import Picture
from catalogue.word_difference import Piece as Words

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One line of the queue."""

    number: int
    pid: str
    title: str
    about: str
    proposed: str
    correction: Correction


@dataclass(frozen=True)
class Detail:
    """The chosen suggestion: the difference in words, and what has to be chosen to apply it."""

    row: Row
    pid: str
    version: int
    is_diff: bool
    words: list[Words]
    present: str
    changed_since: bool
    choices: list[Choice]
    chosen: str
    vacancies: list[Choice]
    can_apply: bool
    picture: Picture | None
    spot: tuple[float, float] | None


@dataclass(frozen=True)
class Page:
    """One page of the queue."""

    state: CorrectionState
    counts: dict[CorrectionState, int]
    rows: list[Row]
    number: int
    pages: int
    detail: Detail | None


def read(state: CorrectionState, number: int, chosen: int | None, lang: str) -> Page:
    """Read a page of the queue; the chosen suggestion is shown whole, else the first."""
    counts = corrections.counts()
    pages = max(1, -(-counts[state] // PAGE))
    number = min(max(number, 1), pages)
    rows = [_row(each, lang) for each in corrections.listed(state, number, PAGE)]
    row = next((row for row in rows if row.number == chosen), rows[0] if rows else None)
    return Page(state, counts, rows, number, pages, _detail(row, lang) if row else None)


def _row(correction: Correction, lang: str) -> Row:
    return Row(
        number=correction.id,
        pid=correction.entry.pid,
        title=labels.title(correction.entry, lang),
        about=str(correcting.FIELDS[correction.about]),
        proposed=correction.proposed,
        correction=correction,
    )


def _detail(row: Row, lang: str) -> Detail:
    correction, entry = row.correction, row.correction.entry
    present = correcting.present(entry, correction.about, correction.lang)
    is_waiting = correction.state is CorrectionState.WAITING
    choices = correcting.choices(correction) if is_waiting else []
    before = present if is_waiting else correction.seen
    return Detail(
        row=row,
        pid=entry.pid,
        version=entry.version,
        is_diff=correction.about not in (About.REMARK, About.PERSON),
        words=word_difference.compare(before, correction.proposed),
        present=before,
        changed_since=is_waiting and present != correction.seen,
        choices=choices,
        chosen=_only(choices),
        vacancies=_vacancies(correction, lang) if is_waiting else [],
        can_apply=is_waiting and correction.about is not About.REMARK and _is_possible(correction, choices),
        picture=_picture(correction, lang),
        spot=correcting.spot(correction),
    )


def _is_possible(correction: Correction, choices: list[Choice]) -> bool:
    return bool(choices) or correction.about is not About.PLACE


def _only(choices: list[Choice]) -> str:
    """Choose beforehand where there is no doubt: the one that is known, or somebody new where nobody is."""
    known = [choice.value for choice in choices if choice.value != "new"]
    if len(known) > 1:
        return ""
    return known[0] if known else choices[0].value if choices else ""


def _vacancies(correction: Correction, lang: str) -> list[Choice]:
    if correction.about is not About.PERSON:
        return []
    return [
        Choice(str(credit.id), credit.instrument.label(lang) if credit.instrument else str(_("unknown")))
        for credit in correcting.vacancies(correction.entry)
    ]


def _picture(correction: Correction, lang: str) -> Picture | None:
    if correction.region is None:
        return None
    found = pieces.with_pids([correction.entry.pid])
    return entry_page.picture(found[0], lang) if found else None
