"""The open API for reading: search and entries as JSON. The same questions as the page, the same order of answers."""

import hashlib

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from archive import clock
from archive.errors import Gone
from archive.language import LANGUAGES, language
from catalogue import entries, pids
from catalogue.pages import cards, data, filters, names, pieces
from catalogue.pages import values as values_page
from catalogue.pages.data import Data
from catalogue.pages.names import Names
from catalogue.search import finding, following, query
from catalogue.search.index import SearchResult
from catalogue.search.query import SearchQuery

MOST = 36  # values of a filter with an answer; /search/values has the others
FRESH = 60  # seconds that an answer may be used unasked


def register(api: Blueprint) -> None:
    """Put these views on the API."""
    api.before_request(_choose_language)
    api.add_url_rule("/search", "search", search)
    api.add_url_rule("/search/values/<name>", "search_values", values)
    api.add_url_rule("/entries/<pid>", "entry", entry)


def search() -> ResponseReturnValue:
    """Answer a question with one page of entries, counts, and how the question was read and widened."""
    today, lang = clock.now().date(), language()
    asked = following.followed(query.read(request.args.items(multi=True)))
    result = finding.find(asked, today)
    found = pieces.with_pids(result.pids)
    made = cards.make(found, lang, dict(result.highlights))
    known = names.of(filters.shown_values(asked, result, MOST), lang, today)
    body = {
        "total": result.total,
        "page": asked.page,
        "page_size": query.PAGE_SIZE,
        "items": [data.item(piece, card) for piece, card in zip(found, made, strict=True)],
        "facets": _facets(asked, result, known),
        "sizes": dict(result.sizes),
        "years": {str(year): round(count, 3) for year, count in result.years.items()},
        "undated": result.undated,
        "certain": result.certain,
        **_ladder(result),
    }
    return _answer(body)


def values(name: str) -> ResponseReturnValue:
    """List the values of one filter among the answers to a question. Raises NotFound, Unavailable."""
    asked = following.followed(query.read(request.args.items(multi=True)))
    listing = values_page.find(asked, name, request.args.get("starts", ""), language(), clock.now().date())
    body = {
        "name": listing.name,
        "label": listing.label,
        "total": listing.total,
        "page": listing.page,
        "page_size": values_page.PAGE_SIZE,
        "values": [
            {"value": value.value, "label": value.label, "count": value.count, "selected": value.is_on}
            for value in listing.values
        ],
    }
    return _answer(body)


def entry(pid: str) -> ResponseReturnValue:
    """Describe one entry in full. Raises NotFound, Gone."""
    stored = _public(pids.normalise(pid) or pid)
    (piece,) = pieces.with_pids([stored])
    return _answer(data.entry(piece, clock.now().date()) | _licences(stored))


def _licences(pid: str) -> Data:
    # The floor above says what licences there are; it puts a function here when it is wired.
    of_entry = current_app.extensions.get("licences_of_entry")
    return {"licensing": of_entry(pid)} if of_entry else {}


def _public(pid: str) -> str:
    try:
        return entries.get_public(pid, clock.now().date()).pid
    except Gone as gone:
        # `title` says what kind of problem it is (RFC 9457, 3.1.3), so the entry's own goes by another name.
        raise Gone(gone.message, **gone.details, last_title=gone.details["title"]) from gone


def _choose_language() -> None:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES:
        g.lang = wanted


def _facets(asked: SearchQuery, result: SearchResult, known: Names) -> Data:
    return {
        name: [
            {"value": value, "label": filters.label(name, value, known), "count": count}
            for place, (value, count) in enumerate(counts)
            if place < MOST or value in asked.values(name)
        ]
        for name, counts in result.facets.items()
    }


def _ladder(result: SearchResult) -> Data:
    return {
        "rung": result.rung,
        "did_you_mean": result.did_you_mean,
        "understood": list(result.understood),
        "ignored": list(result.ignored),
        "words": [{"word": word, "count": count} for word, count in result.words],
        "without": [{"q": q, "count": count} for q, count in result.without],
        "unfiltered": dict(result.unfiltered),
    }


def _answer(body: Data) -> Response:
    response = jsonify(body)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = FRESH
    response.vary.add("Accept-Language")
    response.make_conditional(request)
    return response
