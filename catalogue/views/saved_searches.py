"""Saved searches and the account they belong to: what is kept of somebody, as a page, as a file, and to be erased."""

import json

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock, sign_in
from archive.errors import Refused
from archive.language import language
from archive.sign_in import account_needed
from archive.web_security import csrf
from catalogue import own_data, saved_searches, selections
from catalogue.pages import filters, names, questions
from catalogue.pages import selection as selection_page
from catalogue.saved_searches import SavedSearch
from catalogue.search import query
from catalogue.search.query import SearchQuery
from catalogue.selections import Owner


def register(pages: Blueprint, open_pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/account", "account", account_needed(account))
    pages.add_url_rule("/account/data.json", "account_data", account_needed(data))
    pages.add_url_rule("/account/erase", "erase_account", account_needed(erase), methods=["GET", "POST"])
    pages.add_url_rule("/searches/new", "save_search", account_needed(save), methods=["GET", "POST"])
    pages.add_url_rule("/searches/<int:number>", "change_search", account_needed(change), methods=["POST"])
    # A mail program posts here by itself (RFC 8058): it has no cookie and so no token; the address is the secret.
    open_pages.add_url_rule("/mails/stop/<token>", "stop_mails", csrf.exempt(stop), methods=["GET", "POST"])


def account() -> ResponseReturnValue:
    """Show what somebody keeps."""
    mine = selections.of(Owner(account_id=g.account.id))
    sizes = selections.sizes(mine)
    searches = [(search, questions.url(search.query)) for search in saved_searches.of(g.account)]
    rows = [(selection, selection_page.name_of(selection), sizes[selection.id]) for selection in mine]
    return _private(render_template("catalogue/account.html", rows=rows, searches=searches))


def data() -> ResponseReturnValue:
    """Give all that is kept of somebody as a file."""
    text = json.dumps(own_data.of(g.account, language()), ensure_ascii=False, indent=1)
    response = _private(text + "\n")
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def erase() -> ResponseReturnValue:
    """Ask once more, then erase the account with all that is kept in it."""
    if request.method == "GET":
        return _private(render_template("catalogue/erase_account.html", error=None))
    try:
        own_data.erase(g.account, clock.now())
    except Refused as refusal:
        return _private(render_template("catalogue/erase_account.html", error=refusal.sentence())), 409
    response = redirect(url_for("catalogue.home"), 303)
    sign_in.end(response)
    session.clear()
    return response


def save() -> ResponseReturnValue:
    """Show what would be saved; save it."""
    asked = _asked()
    if request.method == "GET":
        return _private(_form(asked, request.args.get("name", "") or _name(asked)))
    name = " ".join(request.form.get("name", "").split()) or _name(asked)
    try:
        saved_searches.save(g.account, asked, name, language(), clock.now())
    except Refused as refusal:
        return _private(_form(asked, name, refusal.sentence())), 409
    return redirect(url_for("catalogue.account", saved=1, _anchor="searches"), 303)


def change(number: int) -> ResponseReturnValue:
    """Stop the mails about a search, let them come again, or remove it. Raises NotFound."""
    search = saved_searches.get(g.account, number)
    wanted = request.form.get("to")
    if wanted == "remove":
        saved_searches.remove(search)
    elif wanted == "resume":
        saved_searches.resume(search, clock.now())
    elif wanted == "stop":
        saved_searches.stop(search)
    return redirect(url_for("catalogue.account", _anchor="searches"), 303)


def stop(token: str) -> ResponseReturnValue:
    """End the mails about a search: at once for a mail program, by a button for people. Raises NotFound."""
    search = saved_searches.get_by_token(token)
    g.lang = search.lang
    if request.method == "GET":
        return _private(_stop_page(search, token))
    saved_searches.stop(search)
    return _private(_stop_page(search, token))


def _stop_page(search: SavedSearch, token: str) -> str:
    return render_template("catalogue/stop_mails.html", search=search, token=token)


def _asked() -> SearchQuery:
    return query.read(request.args.items(multi=True))


def _form(asked: SearchQuery, name: str, error: str | None = None) -> str:
    known = names.of(dict(asked.filters), language(), clock.now().date())
    return render_template(
        "catalogue/save_search.html",
        query=asked,
        name=name,
        chosen=filters.chosen(asked, known),
        results_url=questions.url(asked),
        error=error,
    )


def _name(asked: SearchQuery) -> str:
    known = names.of(dict(asked.filters), language(), clock.now().date())
    words = [asked.q, *(chosen.label for chosen in filters.chosen(asked, known))]
    return ", ".join(word for word in words if word)[: saved_searches.MAX_NAME] or str(_("Everything new"))


def _private(body: str) -> Response:
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.no_store = True
    return response
