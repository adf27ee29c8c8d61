"""What a request asks for, entry by entry: the ticket's answers settled for that kind of entry, and its parts."""

from dataclasses import dataclass
from datetime import date

from catalogue.entries import Entry
from licensing import choices, rates
from licensing.choices import Choice
from licensing.claims import classes_of
from licensing.clearing import Purpose
from licensing.projects import ProjectItem
from licensing.reuse_requests import ReuseRequest
from licensing.vocabulary import ASSET_TYPES, COUNTRIES, SOUND, USES_OF

# The same use goes by another code for sound than for pictures.
_TWINS = {"podcast": "web", "web": "podcast"}
_LENGTHS = (("30s", 30_000), ("2min", 120_000))  # the longest excerpt, in milliseconds, that a code covers


@dataclass(frozen=True)
class Terms:
    """One entry of a request: the items that name it, the settled answers, and what that means for the rights."""

    entry: Entry
    items: tuple[ProjectItem, ...]
    choice: dict[str, str]
    purpose: Purpose


def of(request: ReuseRequest, on: date) -> list[Terms]:
    """Return the terms of each entry of a request, in the order of the project."""
    by_entry: dict[int, list[ProjectItem]] = {}
    for item in request.project.items:
        by_entry.setdefault(item.entry_id, []).append(item)
    return [_of_entry(items, request, on) for items in by_entry.values()]


def of_entry(request: ReuseRequest, entry_id: int, on: date) -> Terms | None:
    """Find the terms of one entry of a request; None when it is no longer in it."""
    return next((terms for terms in of(request, on) if terms.entry.id == entry_id), None)


def for_item(item: ProjectItem, request: ReuseRequest, on: date) -> dict[str, str]:
    """Settle the answers of a request for one item: an excerpt says by itself how much music it is."""
    asset_type, card = ASSET_TYPES.get(item.entry.kind.value), rates.active_on(on)
    given = {"user_class": request.user_class}
    given |= {question: str(answer) for question, answer in request.choice.items()}
    if asset_type is None or card is None:
        return {"use": "documentary", "territory": "netherlands"} | given
    if given.get("use") not in USES_OF[asset_type]:
        given["use"] = _TWINS.get(given.get("use", ""), card.defaults[asset_type]["use"])
    if asset_type == SOUND and item.in_ms is not None and item.out_ms is not None:
        given["duration"] = _length(item.out_ms - item.in_ms)
    packages = {code: package.answers for code, package in card.packages_of(asset_type).items()}
    settled, _misread = choices.settle(
        Choice(tuple(given.items())), asset_type, card.defaults[asset_type], packages
    )
    return settled.answers()


def _of_entry(items: list[ProjectItem], request: ReuseRequest, on: date) -> Terms:
    answers = for_item(items[0], request, on)
    uses = classes_of(answers["use"], answers.get("user_class", ""))
    purpose = Purpose(uses, COUNTRIES[answers["territory"]], on)
    return Terms(items[0].entry, tuple(items), answers, purpose)


def _length(milliseconds: int) -> str:
    return next((code for code, longest in _LENGTHS if milliseconds <= longest), "whole")
