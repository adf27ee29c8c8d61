"""Finding entries: the question, the index and its upkeep."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from flask import Flask

from archive import jobs
from catalogue import outbox
from catalogue.search import upkeep
from catalogue.search.finding import REBUILD_JOB
from catalogue.search.whoosh_index import WhooshIndex


def init_app(app: Flask) -> None:
    """Choose the index by its address, and name the jobs that keep it."""
    parts = urlsplit(app.config["SETTINGS"].search_url)
    if parts.scheme != "file":
        raise ValueError(f"SEARCH_URL must begin with file://, not {parts.scheme}://")
    app.extensions["search_index"] = WhooshIndex(Path(url2pathname(parts.path)))
    jobs.init_app(app, {outbox.JOB: upkeep.update, REBUILD_JOB: upkeep.rebuild})
