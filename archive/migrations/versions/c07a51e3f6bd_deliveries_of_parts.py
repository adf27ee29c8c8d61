"""Deliveries of a part of the master"""

import sqlalchemy as sa
from alembic import op

revision = 'c07a51e3f6bd'
down_revision = 'b41e7fd0a928'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from b41e7fd0a928 to here; what was delivered before is the master."""
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_part', sa.Boolean(), nullable=True))
    op.execute(sa.table('delivery', sa.column('is_part', sa.Boolean())).update().values(is_part=False))
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.alter_column('is_part', existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_column('is_part')
