"""Links to the pages of a long list: the first, the last, those near the present one, and gaps between."""

from collections.abc import Callable
from dataclasses import dataclass

NEAR = 2  # pages beside the present one that are linked


@dataclass(frozen=True)
class PageLink:
    """A page of a list; without a number a gap."""

    number: int | None
    url: str


def links(page: int, pages: int, url: Callable[[int], str]) -> list[PageLink]:
    """Link the pages, numbered from 1, by the address that each has."""
    near = range(page - NEAR, page + NEAR + 1)
    found: list[PageLink] = []
    for number in sorted({1, pages, *(number for number in near if 1 <= number <= pages)}):
        if found and number - (found[-1].number or 0) > 1:
            found.append(PageLink(None, ""))
        found.append(PageLink(number, url(number)))
    return found
