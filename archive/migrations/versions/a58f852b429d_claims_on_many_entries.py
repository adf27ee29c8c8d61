"""Claims on many entries at once, seen first and undone"""

import sqlalchemy as sa
from alembic import op

revision = 'a58f852b429d'
down_revision = '450fe04521fe'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 450fe04521fe to here."""
    op.create_table('claim_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('state', sa.Enum('gathering', 'ready', 'applying', 'applied', 'undoing', 'undone', 'dropped', name='batchstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('filling', sa.Enum('fill', 'replace', name='filling', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('claim', sa.JSON(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('question', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('applied_at', sa.DateTime(), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_batch_account_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['account.id'], name=op.f('fk_claim_batch_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_batch'))
    )
    with op.batch_alter_table('claim_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_batch_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_batch_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_batch_undone_by_id'), ['undone_by_id'], unique=False)

    op.create_table('claim_batch_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'changes', 'same', 'refused', 'overtaken', 'applied', 'undone', 'kept', name='rowstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('seen', sa.Text(), nullable=True),
    sa.Column('left', sa.Text(), nullable=True),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('ended', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('made_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['claim_batch.id'], name=op.f('fk_claim_batch_entry_batch_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_claim_batch_entry_entry_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_id'], ['rights_claim.id'], name=op.f('fk_claim_batch_entry_made_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_batch_entry')),
    sa.UniqueConstraint('batch_id', 'entry_id', name=op.f('uq_claim_batch_entry_batch_id_entry_id'))
    )
    with op.batch_alter_table('claim_batch_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_batch_entry_batch_id_state_id'), ['batch_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_batch_entry_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_batch_entry_made_id'), ['made_id'], unique=False)



def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('claim_batch_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_batch_entry_made_id'))
        batch_op.drop_index(batch_op.f('ix_claim_batch_entry_entry_id'))
        batch_op.drop_index(batch_op.f('ix_claim_batch_entry_batch_id_state_id'))

    op.drop_table('claim_batch_entry')
    with op.batch_alter_table('claim_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_batch_undone_by_id'))
        batch_op.drop_index(batch_op.f('ix_claim_batch_created_at'))
        batch_op.drop_index(batch_op.f('ix_claim_batch_account_id'))

    op.drop_table('claim_batch')
