"""What was merged: whoever asks for it is sent on to the same page of what stays, for ever; whoever writes to it is
told.
"""

from typing import Any

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from archive import error_pages
from archive.db import db
from archive.transactions import SAFE_METHODS
from catalogue import redirects
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.places import Place
from catalogue.redirects import Moved


def init_app(app: Flask) -> None:
    """Answer wherever a view comes upon something that was merged."""
    app.register_error_handler(Moved, send_on)


def send_on(error: Moved) -> ResponseReturnValue:
    """Redirect to the same address with the number of what stays (301); refuse what would change something (409)."""
    asked = dict(request.view_args or {})
    replaced = {name: _leading_on(value) for name, value in asked.items()}
    if request.method not in SAFE_METHODS or replaced == asked or request.endpoint is None:
        return error_pages.answer(error)
    arguments: dict[str, Any] = request.args.to_dict(flat=False)
    if request.blueprint != "catalogue_api":
        arguments.pop("lang", None)  # pages say their language in their path
    arguments.pop("version", None)  # the one that stays has versions of its own
    endpoint = request.endpoint
    if endpoint == "catalogue.entry_version":
        endpoint, replaced = "catalogue.entry", {"pid": replaced["pid"]}
    response = redirect(url_for(endpoint, **{**arguments, **replaced}), 301)
    response.cache_control.no_cache = True  # browsers would keep it for ever, and a merge can be undone
    return response


def _leading_on(value: object) -> object:
    """Return the pid of what stays for one of what was merged; any other value as it is."""
    if not isinstance(value, str):
        return value
    tables: tuple[type[Entry] | type[Agent] | type[Place], ...] = (Entry, Agent, Place)
    for table in tables:
        merged = select(table).where(table.pid == value, table.merged_into_id.is_not(None))
        found: Any = db.session.scalar(merged)
        if found is not None:
            return redirects.survivor(found).pid
    return value
