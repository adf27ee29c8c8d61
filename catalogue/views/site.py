"""The public pages: home and one entry; those of search stand beside."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.language import language
from catalogue import entries, pids
from catalogue.entries import Entry, Status
from catalogue.pages import entry as entry_page
from catalogue.pages import home as home_page
from catalogue.pages import pieces
from catalogue.pages.pieces import Row
from catalogue.search import finding
from catalogue.search.query import SearchQuery
from catalogue.views import page_values, searching, selections


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/", "home", home)
    pages.add_url_rule("/entries/<pid>", "entry", entry)
    searching.register(pages)


def home() -> ResponseReturnValue:
    """Show what there is."""
    today = clock.now().date()
    page = home_page.make(finding.find(SearchQuery(sort="added"), today), language(), today)
    return render_template("catalogue/home.html", **page_values.of(page), rates=_from_above("licence_rates"))


def entry(pid: str) -> ResponseReturnValue:
    """Show one entry; to staff also before it is public. Raises NotFound, Gone."""
    stored = pids.normalise(pid)
    if stored is not None and stored != pid:
        return redirect(url_for("catalogue.entry", pid=stored), 301)
    today = clock.now().date()
    row = _row(pid, today)  # held while the page is made: licensing then finds the entry without asking again
    page = entry_page.read(row, language(), today, _results_url())
    rights = _from_above("rights_lines", pid)
    is_kept = selections.is_kept(row.entry)
    response = make_response(
        render_template(page.template, **page_values.of(page), rights=rights, is_kept=is_kept)
    )
    if page.entry.is_draft:
        response.cache_control.no_store = True
    return response


def _row(pid: str, today: date) -> Row:
    found = pieces.rows(Entry.pid == pid)
    if found and (entries.is_public(found[0].entry, today) or _may_preview(found[0].entry)):
        return found[0]
    return pieces.rows(Entry.pid == entries.get_public(pid, today).pid)[0]


def _may_preview(entry: Entry) -> bool:
    is_staff = g.account is not None and g.account.is_staff
    return is_staff and entry.status is not Status.WITHDRAWN


def _results_url() -> str | None:
    """Return the address of the results that somebody comes from, if it was ours."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host or came_from.path != url_for("catalogue.search"):
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _from_above(name: str, *args: object) -> Any:
    # What only licensing knows comes by way of the template globals that it lists, as imports never go up.
    call: Any = current_app.jinja_env.globals[name]
    return call(*args)
