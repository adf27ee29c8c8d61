"""The pages of search: results, all values of one filter, and the door before questions with many filters.

Filters combine into more pages than any robot could read, and each costs a search. So whoever is not known to be a
person gets at most two values of filters; see `_is_let_in` for who is.
"""

from datetime import date
from time import perf_counter

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue

from archive import clock
from archive.language import language
from archive.web_security import csrf
from catalogue import interest
from catalogue.pages import filters, names, questions, results, values
from catalogue.search import finding, following, query
from catalogue.search.index import SearchResult
from catalogue.search.query import SearchQuery
from catalogue.views import page_values

PERSON = "person"  # in the session cookie: somebody has pressed a button


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/search", "search", search)
    # It changes nothing, and who keeps no cookies has no token to show.
    pages.add_url_rule("/search", "search_anyway", csrf.exempt(search_anyway), methods=["POST"])
    pages.add_url_rule("/search/values/<name>", "search_values", search_values)


def search() -> ResponseReturnValue:
    """Answer a question."""
    asked = _asked()
    return _results(asked) if _is_let_in(asked) else _door(asked)


def search_anyway() -> ResponseReturnValue:
    """Answer somebody who pressed the button at the door, and know them again."""
    session[PERSON] = True
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return redirect(request.full_path, 303)
    # The door has given a cookie with its form. It did not come back, so another would not either.
    return _results(_asked())


def search_values(name: str) -> ResponseReturnValue:
    """List all values of a filter. Raises NotFound, Unavailable."""
    asked = _asked()
    if not _is_let_in(asked):
        return _door(asked)
    page = values.make(asked, name, request.args.get("starts", ""), language(), _today())
    return _for_people(render_template("catalogue/search_values.html", **page_values.of(page)))


def _asked() -> SearchQuery:
    return following.followed(query.read(request.args.items(multi=True)))


def _today() -> date:
    return clock.now().date()


def _results(asked: SearchQuery) -> Response:
    started, today, is_first = perf_counter(), _today(), asked.page == 1
    asked, result = _find(asked, today)
    took_ms = round((perf_counter() - started) * 1000)
    if is_first:
        sort = interest.Sort.SEARCHED if result.total else interest.Sort.NOT_FOUND
        interest.note(sort, asked.q, clock.now())
    page = results.make(asked, result, took_ms, language(), today)
    response = make_response(render_template("catalogue/search.html", **page_values.of(page)))
    if page.robots:
        response.headers["X-Robots-Tag"] = page.robots
    return response


def _find(asked: SearchQuery, today: date) -> tuple[SearchQuery, SearchResult]:
    """Find a page of answers, the last one if there are not so many."""
    result = finding.find(asked, today)
    last = results.last_page(result.total)
    if asked.page <= last:
        return asked, result
    asked = asked.on_page(last)
    return asked, finding.find(asked, today)


def _is_let_in(asked: SearchQuery) -> bool:
    """Whether a question may be answered: simple ones always, others to whom we know to be a person."""
    if not questions.is_for_people(asked) or g.account is not None or session.get(PERSON):
        return True
    # Browsers say by themselves that a person pressed something on one of our pages (Fetch Metadata, W3C).
    headers = request.headers
    if headers.get("Sec-Fetch-Site") == "same-origin" and headers.get("Sec-Fetch-User") == "?1":
        session[PERSON] = True
        return True
    return False


def _door(asked: SearchQuery) -> Response:
    known = names.of(dict(asked.filters), language(), _today())
    response = _for_people(
        render_template(
            "catalogue/search_door.html",
            chosen=filters.chosen(asked, known),
            clear_url=questions.url(asked.without_filters()),
            most=questions.MAX_VALUES_OF_ROBOTS,
            results_url=questions.url(asked),
        )
    )
    response.status_code = 403
    response.cache_control.no_store = True
    return response


def _for_people(body: str) -> Response:
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
