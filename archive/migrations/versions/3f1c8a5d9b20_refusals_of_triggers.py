"""On PostgreSQL triggers refuse as constraints do"""

import re

from alembic import op
from sqlalchemy import text

revision = '3f1c8a5d9b20'
down_revision = '1ae2e41c602b'
branch_labels = None
depends_on = None

FUNCTIONS = text(
    "SELECT pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
)
CODE = " USING ERRCODE = 'integrity_constraint_violation'"


def upgrade() -> None:
    """Lead from 1ae2e41c602b to here."""
    _rewrite(r"(RAISE EXCEPTION '[^']*');", rf"\1{CODE};")


def downgrade() -> None:
    """Lead back to 1ae2e41c602b."""
    _rewrite(rf"(RAISE EXCEPTION '[^']*'){CODE};", r"\1;")


def _rewrite(pattern: str, replacement: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return  # SQLite's RAISE(ABORT) is one already
    for definition in connection.scalars(FUNCTIONS).all():
        connection.exec_driver_sql(re.sub(pattern, replacement, definition))
