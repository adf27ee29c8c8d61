"""The VAT in a price that was shown with it"""

import sqlalchemy as sa
from alembic import op

revision = '5c0e7d92ab41'
down_revision = 'b908bf2a5b7e'
branch_labels = None
depends_on = None

CHECK = 'vat_minor IS NULL OR vat_minor >= 0'


def upgrade() -> None:
    """Lead from b908bf2a5b7e to here."""
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vat_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_order_line_vat_is_not_negative'), CHECK)


def downgrade() -> None:
    """Lead back; VAT comes on top of every price again."""
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_order_line_vat_is_not_negative'), type_='check')
        batch_op.drop_column('vat_minor')
