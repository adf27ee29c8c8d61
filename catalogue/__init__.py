"""The descriptions: entries, people, sessions, search, import, and the desk of those who describe."""

from flask import Blueprint, Flask

from archive import jobs
from archive.config import Settings
from archive.language import page_blueprint
from catalogue import (
    arrivals,
    batch_work,
    batches,
    cli,
    cli_search,
    derivatives,
    interest,
    outbox,
    taking_in,
    work_list,
)
from catalogue.duplicates import refreshing
from catalogue.importing import desk_jobs
from catalogue.search import engines, finding, upkeep, watching
from catalogue.views import (
    addresses,
    api,
    bulk,
    desk,
    desk_authorities,
    desk_duplicates,
    desk_imports,
    desk_merging,
    files,
    helping,
    history,
    media,
    merged,
    people,
    place_list,
    site,
    suggest,
    vault,
)


def init_app(app: Flask) -> None:
    """Wire the middle floor."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["search_index"] = engines.at(settings.search_url)
    app.extensions["interest"] = interest.Tally()
    pages = page_blueprint("catalogue", __name__)
    open_pages = Blueprint("catalogue_open", __name__)
    machines = Blueprint("catalogue_api", __name__, url_prefix="/api/v1")
    site.register(pages)
    desk.register(pages)
    bulk.register(pages)
    desk_authorities.register(pages)
    desk_merging.register(pages)
    desk_duplicates.register(pages)
    history.register(pages)
    files.register(pages)
    desk_imports.register(pages)
    vault.register(pages)
    addresses.register(open_pages)
    media.register(open_pages)
    people.register(pages)
    place_list.register(pages)
    api.register(machines)
    people.register_data(machines)
    suggest.register(machines)
    helping.register(pages, open_pages)
    for blueprint in (pages, open_pages, machines):
        app.register_blueprint(blueprint)
    handlers = {
        outbox.JOB: upkeep.update,
        finding.REBUILD_JOB: upkeep.rebuild,
        watching.JOB: watching.watch,
        interest.FORGET_JOB: interest.forget,
    }
    recurring = {watching.JOB: watching.EVERY, interest.FORGET_JOB: interest.FORGET_EVERY}
    jobs.init_app(app, handlers, recurring=recurring)
    filing = {arrivals.TAKE_IN: taking_in.take_in, taking_in.SWEEP: taking_in.sweep, **derivatives.HANDLERS}
    jobs.init_app(app, filing, recurring={taking_in.SWEEP: taking_in.SWEEP_EVERY})
    long = {**desk_jobs.HANDLERS, batches.JOB: batch_work.work, refreshing.JOB: refreshing.refresh}
    jobs.init_app(app, long, recurring={refreshing.JOB: refreshing.EVERY}, are_long=True)
    app.extensions.setdefault("degradable", []).append(("search", watching.is_usable))
    app.cli.add_command(cli.catalogue_group)
    app.cli.add_command(cli_search.group)
    helping.init_app(app)
    merged.init_app(app)
    app.jinja_env.globals.update(work_list.template_globals())
