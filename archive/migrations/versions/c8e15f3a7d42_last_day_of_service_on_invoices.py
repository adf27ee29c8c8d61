"""Last day of service on invoices"""

import sqlalchemy as sa
from alembic import op

revision = 'c8e15f3a7d42'
down_revision = 'b4d7e20c91aa'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from b4d7e20c91aa to here."""
    op.add_column('invoice', sa.Column('service_until', sa.Date(), nullable=True))


def downgrade() -> None:
    """Lead back."""
    op.drop_column('invoice', 'service_until')
