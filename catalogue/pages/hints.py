"""How a question was read and widened, which of its words nobody has, and what to ask instead."""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from catalogue.pages import filters, questions
from catalogue.pages.questions import Link
from catalogue.search import finding, parsing
from catalogue.search.index import ANY, DEGRADED, FUZZY, PREFIX, SearchResult
from catalogue.search.query import SearchQuery

_SIGNS = "\"'“”*()?!.,;:"  # round a word, not of it

_WIDENED = {
    PREFIX: _l("Nothing has exactly these words. These also have words that begin with “%(word)s”."),
    FUZZY: _l("Nothing has exactly these words. These have words spelt nearly so."),
    ANY: _l("No entry has all these words. These have some of them, those with most first."),
    DEGRADED: _l(
        "The search does not work in full at the moment: only titles, names and numbers were looked at."
    ),
}


@dataclass(frozen=True)
class Hints:
    """What to know of an answer. Each text may be empty, each list too."""

    widened: str
    understood: str  # in words, as the question was read
    plain_url: str  # asks for the words themselves instead
    reading: Link | None  # the way back from there: how the question is read otherwise
    ignored: str
    did_you_mean: Link | None
    missing: str  # words that no entry has
    words: tuple[Link, ...]  # each word by itself, in an empty answer
    without: tuple[Link, ...]  # the question less a word
    unfiltered: tuple[Link, ...]  # the question less a filter


def make(query: SearchQuery, result: SearchResult, today: date) -> Hints:
    """Put into words what the engine says of its answer."""
    return Hints(
        widened=_widened(query, result),
        understood=" · ".join(result.understood),
        plain_url=questions.plain_url(query) if result.understood else "",
        reading=_reading(query, today),
        ignored=", ".join(result.ignored),
        did_you_mean=_did_you_mean(query, result.did_you_mean),
        missing=_missing([word for word, count in result.words if not count]),
        words=_words(query, result),
        without=_without(query, result),
        unfiltered=_unfiltered(query, result),
    )


def _widened(query: SearchQuery, result: SearchResult) -> str:
    if result.rung not in _WIDENED or (not result.total and result.rung != DEGRADED):
        return ""
    last = query.q.split()[-1].strip(_SIGNS) if query.q else ""
    return str(_WIDENED[result.rung]) % {"word": last}


def _reading(query: SearchQuery, today: date) -> Link | None:
    """Offer to read more into words that were taken as they are, if something answers to that."""
    if not query.is_plain or not parsing.parse(query.q).narrower:
        return None
    other = replace(query, is_plain=False, page=1)
    result = finding.find(other, today)
    if not result.understood or not result.total:
        return None
    return Link(" · ".join(result.understood), questions.url(other), result.total)


def _missing(words: list[str]) -> str:
    quoted = ", ".join(str(_("“%(word)s”", word=word)) for word in words)
    sentence = ngettext(
        "No entry has the word %(words)s.", "No entry has the words %(words)s.", len(words), words=quoted
    )
    return str(sentence) if words else ""


def _did_you_mean(query: SearchQuery, q: str | None) -> Link | None:
    return Link(q, questions.url(query.with_words(q))) if q else None


def _words(query: SearchQuery, result: SearchResult) -> tuple[Link, ...]:
    # Of two words each by itself is the question less the other one.
    if result.total or len(result.words) < 3 or not any(count for _word, count in result.words):
        return ()
    return tuple(_counted(query, word, count, word) for word, count in result.words)


def _without(query: SearchQuery, result: SearchResult) -> tuple[Link, ...]:
    return tuple(
        _counted(query, shorter, count, _less(query.q, shorter)) for shorter, count in result.without if count
    )


def _counted(query: SearchQuery, q: str, count: int, label: str) -> Link:
    # The counts of words are of the whole collection, so these links leave the filters behind.
    return Link(label, questions.url(query.without_filters().with_words(q)), count)


def _less(q: str, shorter: str) -> str:
    """Name a shorter question by the words it lacks; by itself if that cannot be said."""
    left, kept = [], shorter.split()
    for word in q.split():
        if kept and kept[0] == word:
            kept.pop(0)
        else:
            left.append(word)
    return str(_("without “%(words)s”", words=" ".join(left))) if left and not kept else shorter


def _unfiltered(query: SearchQuery, result: SearchResult) -> tuple[Link, ...]:
    return tuple(
        Link(str(filters.LABELS[name]), questions.url(query.without_filter(name)), count)
        for name, count in result.unfiltered.items()
        if count and name in filters.LABELS
    )
