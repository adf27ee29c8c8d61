"""Citations as files, and versions of an entry as they were: what a citation leads to when the entry has changed."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.errors import NotFound
from archive.language import language
from catalogue import entries, pids
from catalogue.citing import items, shown
from catalogue.pages import pieces, versions
from catalogue.views import page_values


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/entries/<pid>/cite.<format>", "cite", cite)
    pages.add_url_rule("/entries/<pid>/versions/<int:number>", "entry_version", entry_version)


def cite(pid: str, format: str) -> ResponseReturnValue:
    """Give the citation of an entry as a file. Raises NotFound, Gone."""
    today = clock.now().date()
    chosen = shown.FORMATS.get(format)
    if chosen is None:
        raise NotFound("Citations come as bib, ris or json.")
    entry = entries.get_public(pids.normalise(pid) or pid, today)
    (piece,) = pieces.with_pids([entry.pid])
    return file(chosen.write([items.make(piece, language(), today)]), chosen, entry.pid)


def file(text: str, format: shown.Format, name: str) -> Response:
    """Answer with citations to be saved under a name."""
    response = make_response(text)
    response.headers["Content-Type"] = f"{format.media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{format.name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def entry_version(pid: str, number: int) -> ResponseReturnValue:
    """Show an entry as it was at a version; the present one is on its own page. Raises NotFound, Gone."""
    today = clock.now().date()
    entry = entries.get_public(pids.normalise(pid) or pid, today)
    if number == entry.version:
        return redirect(url_for("catalogue.entry", pid=entry.pid), 303)
    page = versions.read(entry, number, language())
    response = make_response(render_template("catalogue/entry_version.html", **page_values.of(page)))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
