"""What the desk's form of an experiment says, read with care: nothing that is wrong is thrown away unseen."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from archive.errors import Invalid
from licensing.experiments import MOST_VARIANTS, Variant
from licensing.levers import LEVERS
from licensing.orders import LineKind

IN_TURN = "turn"
CODES = "abcd"
COUNTED = frozenset(kind.value for kind in LineKind) - {
    LineKind.TOP_UP.value
}  # credit is no sale before it is used
LONGEST = 200
LONGEST_TEXT = 4_000
LONGEST_WORK = 10_000  # hours


@dataclass(frozen=True)
class Planned:
    """An experiment as somebody describes it."""

    title: str
    hypothesis: str
    lever: str | None
    variants: tuple[Variant, ...]
    kinds: tuple[str, ...]


def read(form: MultiDict[str, str], method: str) -> Planned:
    """Read a form; raise Invalid for what is missing, too long or unknown."""
    title, hypothesis = (form.get(name, "").strip() for name in ("title", "hypothesis"))
    if not title or not hypothesis:
        raise Invalid("Give the experiment a title, and say what you expect and why.")
    if len(title) > LONGEST or len(hypothesis) > LONGEST_TEXT:
        raise Invalid("The title may have 200 characters and the hypothesis 4,000.")
    kinds = tuple(kind for kind in form.getlist("kinds") if kind in COUNTED)
    lever = None if method == IN_TURN else method
    return Planned(title, hypothesis, lever, tuple(_variants(form)), kinds)


def read_method(text: str) -> str:
    """Read how the variants are shown: in turn, or by lot with a lever; raise Invalid."""
    if text != IN_TURN and text not in LEVERS:
        raise Invalid("Choose what differs between the variants.")
    return text


def read_minutes(text: str) -> int:
    """Read hours of work such as "2,5" as minutes; raise Invalid."""
    try:
        hours = float(text.strip().replace(",", ".") or "0")
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= LONGEST_WORK:
        raise Invalid("Fill in hours such as 2.5, or 0.")
    return round(hours * 60)


def read_lessons(form: Mapping[str, str]) -> str:
    """Read what was learnt; raise Invalid for what is too long."""
    text = form.get("lessons", "").strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid("What you learnt may have 4,000 characters.")
    return text


def _variants(form: MultiDict[str, str]) -> list[Variant]:
    found = []
    for code in CODES[:MOST_VARIANTS]:
        said = {name: form.get(f"{code}_{name}", "").strip()[:LONGEST] for name in ("label", "value")}
        days = {name: form.get(f"{code}_{name}", "").strip()[:LONGEST] for name in ("first_day", "last_day")}
        if said["label"] or any(days.values()):
            found.append(Variant(code, **said, **days))
    return found
