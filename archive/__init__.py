"""The house: database, accounts, jobs, mail, files. Knows nothing of what is kept in it."""

from flask import Flask

from archive import (
    bodies,
    cli,
    cli_files,
    error_pages,
    fixity,
    health,
    jobs,
    mail,
    sign_in,
    sign_in_links,
    static_files,
    storage,
)
from archive.views import sign_in as sign_in_views
from archive.views import sign_in_by_mail


def init_app(app: Flask) -> None:
    """Wire the ground floor."""
    settings = app.config["SETTINGS"]
    storage.init_app(app, settings.storage_url)
    bodies.init_app(app)
    sign_in.init_app(app)
    static_files.init_app(app)
    error_pages.init_app(app)
    jobs.init_app(app, {mail.JOB: mail.deliver, sign_in_links.JOB: sign_in_links.post})
    app.register_blueprint(sign_in_views.pages)
    app.register_blueprint(sign_in_by_mail.pages)
    app.register_blueprint(health.pages)
    fixing = {fixity.JOB: fixity.verify_some, fixity.NOW_JOB: fixity.verify_now}
    jobs.init_app(app, fixing, recurring={fixity.JOB: fixity.EVERY}, are_long=True)
    app.extensions.setdefault("degradable", []).append(("files", fixity.is_whole))
    app.cli.add_command(cli.serve)
    app.cli.add_command(cli.jobs_group)
    app.cli.add_command(cli.accounts_group)
    app.cli.add_command(cli.audit_group)
    app.cli.add_command(cli_files.group)
    app.cli.add_command(cli.database_group)
    app.jinja_env.globals.update(
        site_name=settings.site_name,
        contact_email=settings.contact_email,
        payments_are_test=settings.payments_are_test,
    )
