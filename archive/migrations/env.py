"""What Alembic runs: the site's own engine and tables; one transaction for each revision, on SQLite too."""

from typing import Any, Literal

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from archive import db as database
from archive.db import UtcDateTime, db
from archive.migrations import trigger_operations


def run() -> None:
    """Bring the database of the running site to the wanted revision, or compare it with the models."""
    with database.writing(), db.engine.connect() as connection, database.without_foreign_keys(connection):
        configure(connection)
        with context.begin_transaction():
            context.run_migrations()


def configure(connection: Connection) -> None:
    """Tell Alembic of our connection, names, types and triggers."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_type,
        compare_type=True,
        transactional_ddl=True,  # our connections say BEGIN themselves (archive.db)
        transaction_per_migration=True,
        process_revision_directives=trigger_operations.add_missing,
        on_version_apply=check_references,
    )


def render_type(kind: str, thing: Any, _autogen: object) -> str | Literal[False]:
    """Write a moment as what it is in the database, so that a revision needs no class of ours."""
    return "sa.DateTime()" if kind == "type" and isinstance(thing, UtcDateTime) else False


def check_references(ctx: MigrationContext, *_: Any, **__: Any) -> None:
    """Refuse a revision that leaves a reference to nothing."""
    if ctx.connection is not None and ctx.connection.dialect.name == "sqlite":
        broken = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"the revision leaves a broken reference in {broken[0]}, row {broken[1]}")


run()
