"""Money back for streams that failed"""

import sqlalchemy as sa
from alembic import op

revision = 'b4d7e20c91aa'
down_revision = '3f1c8a5d9b20'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 3f1c8a5d9b20 to here."""
    op.create_table('stream_failure',
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('marked_at', sa.DateTime(), nullable=False),
    sa.Column('marked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_stream_failure_entry_id')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['account.id'], name=op.f('fk_stream_failure_marked_by_id')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_stream_failure'))
    )
    with op.batch_alter_table('stream_failure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stream_failure_marked_by_id'), ['marked_by_id'], unique=False)

    op.create_table('stream_refund',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('form_key', sa.Text(), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('share_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('share_bp > 0 AND share_bp <= 10000', name=op.f('ck_stream_refund_gives_a_share')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account.id'], name=op.f('fk_stream_refund_asked_by_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_stream_refund_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stream_refund')),
    sa.UniqueConstraint('form_key', name=op.f('uq_stream_refund_form_key'))
    )
    with op.batch_alter_table('stream_refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stream_refund_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stream_refund_entry_id'), ['entry_id'], unique=False)

    op.create_table('stream_refund_ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outcome', sa.Enum('asked', 'free', 'back_already', 'disputed', name='stream_refund_outcome', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('refund_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(outcome = 'asked') = (refund_id IS NOT NULL)", name=op.f('ck_stream_refund_ticket_asked_has_a_refund')),
    sa.ForeignKeyConstraint(['act_id'], ['stream_refund.id'], name=op.f('fk_stream_refund_ticket_act_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_stream_refund_ticket_refund_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_stream_refund_ticket_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stream_refund_ticket')),
    sa.UniqueConstraint('act_id', 'ticket_id', name=op.f('uq_stream_refund_ticket_act_id_ticket_id')),
    sa.UniqueConstraint('refund_id', name=op.f('uq_stream_refund_ticket_refund_id'))
    )
    with op.batch_alter_table('stream_refund_ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stream_refund_ticket_act_id'), ['act_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stream_refund_ticket_ticket_id'), ['ticket_id'], unique=False)
    op.create_triggers(
        'stream_refund_ticket',
        sqlite=[
            """CREATE TRIGGER stream_refund_ticket_refuses_UPDATE BEFORE UPDATE ON "stream_refund_ticket"
    BEGIN SELECT RAISE(ABORT, 'stream_refund_ticket is append-only'); END""",
            """CREATE TRIGGER stream_refund_ticket_refuses_DELETE BEFORE DELETE ON "stream_refund_ticket"
    BEGIN SELECT RAISE(ABORT, 'stream_refund_ticket is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION stream_refund_ticket_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'stream_refund_ticket is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
            """CREATE TRIGGER stream_refund_ticket_refuses_UPDATE BEFORE UPDATE ON "stream_refund_ticket"
    FOR EACH ROW EXECUTE FUNCTION stream_refund_ticket_is_append_only()""",
            """CREATE TRIGGER stream_refund_ticket_refuses_DELETE BEFORE DELETE ON "stream_refund_ticket"
    FOR EACH ROW EXECUTE FUNCTION stream_refund_ticket_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers(
        'stream_refund_ticket', ['stream_refund_ticket_refuses_DELETE', 'stream_refund_ticket_refuses_UPDATE']
    )
    with op.batch_alter_table('stream_refund_ticket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stream_refund_ticket_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_stream_refund_ticket_act_id'))

    op.drop_table('stream_refund_ticket')
    with op.batch_alter_table('stream_refund', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stream_refund_entry_id'))
        batch_op.drop_index(batch_op.f('ix_stream_refund_asked_by_id'))

    op.drop_table('stream_refund')
    with op.batch_alter_table('stream_failure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stream_failure_marked_by_id'))

    op.drop_table('stream_failure')
