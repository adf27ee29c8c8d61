"""Recordings and releases that may be described twice"""

from alembic import op

revision = 'f3a96b1d07c8'
down_revision = 'e1b6480f2d93'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from e1b6480f2d93 to here."""
    _allow("'agent', 'place', 'entry'")


def downgrade() -> None:
    """Lead back; pairs of entries are worked out again."""
    op.execute("DELETE FROM duplicate_pair WHERE kind = 'entry'")
    _allow("'agent', 'place'")


def _allow(kinds: str) -> None:
    """Let these be the kinds of what may be double."""
    with op.batch_alter_table('duplicate_pair', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_duplicate_pair_pairkind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_duplicate_pair_pairkind'), f"kind IN ({kinds})")
