"""Missed uses: what people asked for and could not have at once"""

import sqlalchemy as sa
from alembic import op

revision = 'c4e2475be111'
down_revision = 'a58f852b429d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from a58f852b429d to here."""
    op.create_table('missed_use',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('territory', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Enum('allow', 'ask', 'deny', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('times', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('times > 0', name=op.f('ck_missed_use_happened')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_missed_use_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_missed_use')),
    sa.UniqueConstraint('entry_id', 'use', 'territory', 'verdict', 'day', name=op.f('uq_missed_use_entry_id_use_territory_verdict_day'))
    )
    with op.batch_alter_table('missed_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_missed_use_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_missed_use_entry_id'), ['entry_id'], unique=False)



def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('missed_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_missed_use_entry_id'))
        batch_op.drop_index(batch_op.f('ix_missed_use_day'))

    op.drop_table('missed_use')
