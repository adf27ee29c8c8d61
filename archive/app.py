"""The application factory: the Flask object, its extensions, the ground floor; `wsgi.py` adds the upper
floors.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import archive
from archive import config, language, template_texts, transactions, web_security
from archive.config import Settings
from archive.db import db

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 20  # to the database: one for each thread of the server, and the one that is kept open
MAX_FORM_BYTES = 2 * 1024 * 1024

Floor = Callable[[Flask], None]


def create_app(settings: Settings | None = None, floors: Iterable[Floor] = ()) -> Flask:
    """Build the site from `settings` (read from the environment by default) with the given upper floors."""
    settings = settings or config.read(os.environ)
    app = Flask(
        "nachtregister",
        root_path=str(ROOT),  # else the folder that the process happens to be started in
        template_folder="templates",
        static_folder="archive/static",
    )
    _configure(app, settings)
    db.init_app(app)
    transactions.init_app(app)
    web_security.init_app(app, settings)
    language.init_app(app)
    template_texts.init_app(app)
    for floor in (archive.init_app, *floors):
        floor(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": CONNECTIONS},
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still work; the token dies with the cookie
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # static files carry their hash in their address
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        count = settings.proxies
        # Middleware is put on as the Flask documentation says; the type of wsgi_app does not foresee it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
