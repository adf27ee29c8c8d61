"""Empty databases for tests: the tables are made once, and each site works on a copy of its own.

They are SQLite files, unless TEST_DATABASE_URL is the address of a PostgreSQL server (`make test-postgres` runs one).
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from archive import config
from archive.db import db

SERVER = os.environ.get("TEST_DATABASE_URL", "")


def settings(environ: Mapping[str, str]) -> config.Settings:
    """Read the settings of a site in DATA_DIR; any process that is given this folder works on the same database."""
    if not SERVER:
        return config.read(environ)
    folder = Path(environ["DATA_DIR"]).absolute()
    return config.read({"DATABASE_URL": _address(f"site_{_digest(str(folder))}"), **environ})


def make_tables(site: Flask) -> None:
    """Give a site its tables; call it inside the site's application context, before anything is read."""
    if SERVER:
        make_empty(site, _postgres_template())
    else:
        shutil.copyfile(_sqlite_template(), Path(db.engine.url.database or ""))


def make_empty(site: Flask, template: str = "template0") -> None:
    """Give a site a database without tables; call it as above. On SQLite the first connection makes it."""
    if SERVER:
        _drop(site)
        _administer(f'CREATE DATABASE "{_name(site)}" TEMPLATE "{template}" STRATEGY FILE_COPY')


def close(site: Flask) -> None:
    """Let go of a site's database, which nobody needs any more; call it inside the application context."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    if SERVER:
        _drop(site)


def disarm() -> None:
    """Take all triggers away for the rest of the transaction, as whoever holds the database in hand can do."""
    if SERVER:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.session.execute(text(f"DROP TRIGGER {name}"))


def dumped() -> str:
    """Return all that the tables hold, as one text."""
    tables = db.metadata.sorted_tables
    return "\n".join(str(tuple(row)) for table in tables for row in db.session.execute(table.select()))


@cache
def _sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="nachtregister-")) / "empty.sqlite"
    db.create_all()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{path}'")
    db.engine.dispose()
    return path


@cache
def _postgres_template() -> str:
    name = f"empty_{os.getpid()}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = create_engine(_address(name))
    db.metadata.create_all(engine)
    engine.dispose()  # a database with a visitor cannot be copied
    return name


def _drop(site: Flask) -> None:
    _administer(f'DROP DATABASE IF EXISTS "{_name(site)}" WITH (FORCE)')


def _name(site: Flask) -> str:
    settings: config.Settings = site.config["SETTINGS"]
    return make_url(settings.database_url).database or ""


def _address(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _administer(statement: str) -> None:
    with _administration().connect() as connection:
        connection.exec_driver_sql(statement)


@cache
def _administration() -> Engine:
    return create_engine(SERVER, isolation_level="AUTOCOMMIT")
