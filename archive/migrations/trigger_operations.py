"""Triggers in migrations: those that the models have and the database lacks, written for both databases."""

from collections.abc import Iterable

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, MigrationScript, Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from archive import triggers
from archive.db import db

EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = current_schema()"
    ),
}


@Operations.register_operation("create_triggers")
class CreateTriggers(MigrateOperation):
    """Create the triggers of one table; `statements` holds the texts for each database."""

    def __init__(self, table: str, statements: dict[str, list[str]]) -> None:
        self.table = table
        self.statements = statements

    @classmethod
    def create_triggers(cls, operations: Operations, table: str, **statements: list[str]) -> None:
        """Do it now: what a revision calls."""
        operations.invoke(cls(table, statements))

    def reverse(self) -> "DropTriggers":
        """Return what undoes this."""
        return DropTriggers(self.table, sorted(triggers.names(self.statements["sqlite"])))


@Operations.register_operation("drop_triggers")
class DropTriggers(MigrateOperation):
    """Drop triggers of one table by their names."""

    def __init__(self, table: str, names: list[str]) -> None:
        self.table = table
        self.names = names

    @classmethod
    def drop_triggers(cls, operations: Operations, table: str, names: list[str]) -> None:
        """Do it now: what a revision calls."""
        operations.invoke(cls(table, names))


@Operations.implementation_for(CreateTriggers)
def _create(operations: Operations, operation: CreateTriggers) -> None:
    connection = operations.get_bind()
    for statement in operation.statements[connection.dialect.name]:
        connection.exec_driver_sql(statement)


@Operations.implementation_for(DropTriggers)
def _drop(operations: Operations, operation: DropTriggers) -> None:
    connection = operations.get_bind()
    table = f' ON "{operation.table}"' if connection.dialect.name == "postgresql" else ""
    for (
        name
    ) in operation.names:  # without quotes, as they were created: PostgreSQL folds both to small letters
        connection.exec_driver_sql(f"DROP TRIGGER {name}{table}")


@renderers.dispatch_for(CreateTriggers)
def _write_create(_context: AutogenContext, operation: CreateTriggers) -> list[str]:
    lines = ["op.create_triggers(", f"    {operation.table!r},"]
    for dialect, statements in operation.statements.items():
        lines += [f"    {dialect}=[", *(f'        """{statement}""",' for statement in statements), "    ],"]
    return [*lines, ")"]


@renderers.dispatch_for(DropTriggers)
def _write_drop(_context: AutogenContext, operation: DropTriggers) -> list[str]:
    return [f"op.drop_triggers({operation.table!r}, {operation.names!r})"]


def add_missing(context: MigrationContext, _revision: object, directives: list[MigrationScript]) -> None:
    """Add the triggers that are missing to the revision being written; Alembic itself knows of none."""
    script = directives[0]
    if script.upgrade_ops is None or script.downgrade_ops is None or context.connection is None:
        return
    missing = list(_missing(context.connection))
    script.upgrade_ops.ops.extend(missing)
    script.downgrade_ops.ops[:0] = [operation.reverse() for operation in missing]


def _missing(connection: Connection) -> Iterable[CreateTriggers]:
    existing = {name.lower() for name in connection.scalars(text(EXISTING[connection.dialect.name]))}
    for table in db.metadata.sorted_tables:
        statements = {dialect: triggers.statements(table, dialect) for dialect in triggers.DIALECTS}
        if {name.lower() for name in triggers.names(statements["sqlite"])} - existing:
            yield CreateTriggers(table.name, statements)
