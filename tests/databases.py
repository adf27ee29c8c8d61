"""Empty databases for tests: the tables are made once, and each test works on a copy of its own."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from flask import Flask

from archive.db import db


def make_tables(site: Flask) -> None:
    """Give a site its tables; call it inside the site's application context, before anything is read."""
    target = Path(db.engine.url.database or "")
    shutil.copyfile(_template(), target)


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="nachtregister-")) / "empty.sqlite"
    db.create_all()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{path}'")
    db.engine.dispose()
    return path
