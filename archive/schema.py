"""The tables as migrations make them: bring a database up to date, see whether it is, and write the next
revision.
"""

import io
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from archive.db import db

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def upgrade() -> None:
    """Bring the database to the newest revision, in one transaction per revision."""
    command.upgrade(_config(), "head")


def write_revision(message: str) -> list[Path]:
    """Write the revision from the database as it is to the models as they are; return its files."""
    made = command.revision(_config(), message=message, autogenerate=True)
    scripts = made if isinstance(made, list) else [made]
    return [Path(script.path) for script in scripts if script is not None]


def difference() -> list[object]:
    """Return what the models have and the database lacks, or the other way round, as Alembic sees it."""
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    return list(compare_metadata(context, db.metadata))


def is_current() -> bool:
    """Say whether the database is at the newest revision or, made without migrations, has every table."""
    connection = db.session.connection()
    found = MigrationContext.configure(connection).get_current_heads()
    if found:
        return frozenset(found) == newest()
    return set(inspect(connection).get_table_names()) >= set(db.metadata.tables)


@cache
def newest() -> frozenset[str]:
    """Return the newest revisions that this version of the site knows."""
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config(stdout=io.StringIO())  # the commands say themselves what was done
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
