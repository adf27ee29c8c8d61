"""Questions as addresses: of their results and of the values of a filter among these; what robots may do there."""

from dataclasses import dataclass

from catalogue.pages import links
from catalogue.search.query import SearchQuery

MAX_VALUES_OF_ROBOTS = 2


@dataclass(frozen=True)
class Link:
    """Another question to ask, with the number of its answers where that is known."""

    label: str
    url: str
    count: int | None = None


def url(query: SearchQuery) -> str:
    """Return the address of the page that answers a question."""
    return links.to_answer("catalogue.search", query.url_args())


def plain_url(query: SearchQuery) -> str:
    """Return the address of the page that answers a question without reading more into its words."""
    return links.to_answer("catalogue.search", query.on_page(1).url_args() | {"plain": "1"})


def values_url(query: SearchQuery, name: str, starts: str = "") -> str:
    """Return the address of the list of all values of a filter among the answers, or of those beginning so."""
    asked = query.url_args() | ({"starts": starts} if starts else {})
    return links.to_answer("catalogue.search_values", asked, name=name)


def fields(query: SearchQuery) -> list[tuple[str, str]]:
    """List names and values that ask the whole question, for a form with controls of its own."""
    asked = query.on_page(1).url_args()
    return [
        (name, value)
        for name, given in asked.items()
        for value in ([given] if isinstance(given, str) else given)
    ]


def robots(query: SearchQuery) -> str | None:
    """Say what robots may do with the answer; None: all they like.

    There are more filtered lists than entries, and nothing in them that is not on the entries' own pages.
    """
    if query.is_filtered:
        return "noindex, nofollow"
    if query.page > 1 or "sort" in query.url_args():
        return "noindex, follow"
    return None


def is_for_people(query: SearchQuery) -> bool:
    """Whether a question has more filters on than robots may try in all their combinations."""
    return sum(len(values) for _name, values in query.filters) > MAX_VALUES_OF_ROBOTS
