"""Files that are delivered with the rights written into them"""

import sqlalchemy as sa
from alembic import op

revision = 'e1b6480f2d93'
down_revision = '51b8a5445ece'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 51b8a5445ece to here."""
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('storage_key', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('sha256', sa.Text(), nullable=True))


def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_column('sha256')
        batch_op.drop_column('storage_key')
