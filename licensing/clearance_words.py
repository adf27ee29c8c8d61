"""What a rights holder is asked, in words: for the page behind the link and for the mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from archive.language import speaking
from licensing import wording
from licensing.clearances import CURRENCY, Clearance
from licensing.money import Money
from licensing.vocabulary import LAYERS, QUESTIONS


@dataclass(frozen=True)
class Question:
    """One question to a rights holder, in words; amounts are without VAT."""

    title: str
    pid: str
    layer: str
    answers: list[tuple[str, str]]  # what for, where, how long
    parts: list[str]  # of the entry; none: all of it
    asked_by: str
    project: str
    end_user: str | None
    offered: str | None


def question(clearance: Clearance, lang: str) -> Question:
    """Put what was asked into words, as it was when it was asked."""
    request, subject = clearance.request, clearance.subject or {"choice": {}, "parts": []}
    choice = {code: answer for code, answer in subject["choice"].items() if code in QUESTIONS}
    with speaking(lang):
        return Question(
            title=clearance.entry.title,
            pid=clearance.entry.pid,
            layer=_(LAYERS[clearance.layer.value]),
            answers=wording.answers(choice),
            parts=[words for part in subject["parts"] if (words := part_in_words(part))],
            asked_by=request.licensee,
            project=request.project.title,
            end_user=request.end_user,
            offered=amount(clearance.offered_minor, lang),
        )


def part_in_words(part: Mapping[str, Any] | None) -> str:
    """Say which part of an entry is meant, in the reader's language; empty for all of it."""
    if part is None:
        return ""
    if part.get("in_ms") is not None:
        return str(
            _("from %(start)s to %(end)s", start=clock_time(part["in_ms"]), end=clock_time(part["out_ms"]))
        )
    return str(_("a part of the picture")) if part.get("crop") else ""


def clock_time(milliseconds: int) -> str:
    """Write a place in a recording: 0:48, 12:05, 1:02:03."""
    seconds = int(timedelta(milliseconds=milliseconds).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    ending = f"{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"
    return f"{hours}:{ending}" if hours else ending


def amount(minor: int | None, lang: str) -> str | None:
    """Write an amount of a clearance."""
    return None if minor is None else Money(minor, CURRENCY).show(lang)
