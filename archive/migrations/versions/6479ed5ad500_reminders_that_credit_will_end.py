"""Reminders that credit will end"""

import sqlalchemy as sa
from alembic import op

revision = '6479ed5ad500'
down_revision = '8842d612e7bf'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 8842d612e7bf to here."""
    op.create_table('wallet_reminder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wallet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('days_before', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['wallet_id'], ['wallet.id'], name=op.f('fk_wallet_reminder_wallet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wallet_reminder')),
    sa.UniqueConstraint('wallet_id', 'expires_at', 'days_before', name=op.f('uq_wallet_reminder_wallet_id_expires_at_days_before'))
    )
    with op.batch_alter_table('wallet_reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wallet_reminder_wallet_id'), ['wallet_id'], unique=False)



def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('wallet_reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wallet_reminder_wallet_id'))

    op.drop_table('wallet_reminder')
