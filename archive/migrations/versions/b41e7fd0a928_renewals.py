"""Renewals and extensions of licences, and reminders of their end"""

import sqlalchemy as sa
from alembic import op

revision = 'b41e7fd0a928'
down_revision = 'c4e2475be111'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Lead from c4e2475be111 to here."""
    op.create_table('succession',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('order_line_id', NUMBER, nullable=False),
    sa.Column('licence_id', NUMBER, nullable=False),
    sa.Column('kind', sa.Enum('renewal', 'extension', name='successionkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], name=op.f('fk_succession_licence_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_succession_order_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_succession')),
    sa.UniqueConstraint('order_line_id', name=op.f('uq_succession_order_line_id'))
    )
    with op.batch_alter_table('succession', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_succession_licence_id'), ['licence_id'], unique=False)
    op.create_table('licence_reminder',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('licence_id', NUMBER, nullable=False),
    sa.Column('days_before', NUMBER, nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], name=op.f('fk_licence_reminder_licence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_licence_reminder')),
    sa.UniqueConstraint('licence_id', 'days_before', name=op.f('uq_licence_reminder_licence_id_days_before'))
    )
    with op.batch_alter_table('licence_reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_reminder_licence_id'), ['licence_id'], unique=False)


def downgrade() -> None:
    """Lead back."""
    op.drop_table('licence_reminder')
    op.drop_table('succession')
