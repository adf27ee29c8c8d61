"""Relations between entries, and drafts"""

import sqlalchemy as sa
from alembic import op

revision = 'b3f0a96c7d15'
down_revision = 'c71d52e09b46'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from c71d52e09b46 to here."""
    op.create_table('relation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('documents', 'cover_of', 'version_of', 'references', name='relationkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.CheckConstraint('from_id != to_id', name=op.f('ck_relation_leads_elsewhere')),
    sa.ForeignKeyConstraint(['from_id'], ['entry.id'], name=op.f('fk_relation_from_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_id'], ['entry.id'], name=op.f('fk_relation_to_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relation')),
    sa.UniqueConstraint('from_id', 'to_id', 'kind', name=op.f('uq_relation_from_id_to_id_kind'))
    )
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relation_from_id'), ['from_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_relation_to_id'), ['to_id'], unique=False)

    op.create_table('draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('form', sa.JSON(), nullable=False),
    sa.Column('seen_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_draft_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_draft_entry_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('entry_id', 'account_id', name=op.f('uq_draft_entry_id_account_id'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_entry_id'), ['entry_id'], unique=False)


def downgrade() -> None:
    """Lead back."""
    op.drop_table('draft')
    op.drop_table('relation')
