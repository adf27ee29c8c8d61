"""What the public does beyond reading: citing, collecting, saved searches, corrections; the views of all these."""

from flask import Blueprint, Flask

from archive import jobs
from catalogue import contact_keeping, search_mails
from catalogue.views import citing, corrections, desk_corrections, saved_searches, selections


def register(pages: Blueprint, open_pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    citing.register(pages)
    selections.register(pages)
    saved_searches.register(pages, open_pages)
    corrections.register(pages)
    desk_corrections.register(pages)


def init_app(app: Flask) -> None:
    """Name the jobs, and what happens when somebody signs in."""
    handlers = {search_mails.JOB: search_mails.run, contact_keeping.JOB: contact_keeping.run}
    recurring = {search_mails.JOB: search_mails.EVERY, contact_keeping.JOB: contact_keeping.EVERY}
    jobs.init_app(app, handlers, recurring=recurring)
    app.extensions.setdefault("on_sign_in", []).append(selections.bring_along)
