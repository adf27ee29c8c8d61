"""The descriptions: entries, people, sessions, search, import, and the desk of those who describe."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from flask import Blueprint, Flask

from archive import jobs
from archive.config import Settings, SettingsError
from archive.language import page_blueprint
from catalogue import cli, cli_search, outbox, work_list
from catalogue.search import finding, upkeep
from catalogue.search.whoosh_index import WhooshIndex
from catalogue.views import addresses, api, desk, media, people, site, suggest


def init_app(app: Flask) -> None:
    """Wire the middle floor."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["search_index"] = _index(settings.search_url)
    pages = page_blueprint("catalogue", __name__)
    open_pages = Blueprint("catalogue_open", __name__)
    machines = Blueprint("catalogue_api", __name__, url_prefix="/api/v1")
    site.register(pages)
    desk.register(pages)
    addresses.register(open_pages)
    media.register(open_pages)
    people.register(pages)
    api.register(machines)
    people.register_data(machines)
    suggest.register(machines)
    for blueprint in (pages, open_pages, machines):
        app.register_blueprint(blueprint)
    jobs.init_app(app, {outbox.JOB: upkeep.update, finding.REBUILD_JOB: upkeep.rebuild})
    app.cli.add_command(cli.catalogue_group)
    app.cli.add_command(cli_search.group)
    app.jinja_env.globals.update(work_list.template_globals())


def _index(url: str) -> WhooshIndex:
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise SettingsError(f"SEARCH_URL must begin with file://, not {parts.scheme}://")
    return WhooshIndex(Path(url2pathname(parts.path)))
