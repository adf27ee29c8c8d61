"""Requests at the desk"""

import sqlalchemy as sa
from alembic import op

revision = 'c35e8ba3c63e'
down_revision = 'a94d1e7730bc'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from a94d1e7730bc to here."""
    op.create_table('desk_action',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('assign', 'due', 'move', 'decline', 'spam', 'undo', name='actionkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('undoes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_desk_action_account_id')),
    sa.ForeignKeyConstraint(['undoes_id'], ['desk_action.id'], name=op.f('fk_desk_action_undoes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_action')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_desk_action_undoes_id'))
    )
    with op.batch_alter_table('desk_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_action_account_id'), ['account_id'], unique=False)

    op.create_table('desk_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['desk_action.id'], name=op.f('fk_desk_change_action_id')),
    sa.ForeignKeyConstraint(['request_id'], ['reuse_request.id'], name=op.f('fk_desk_change_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_change'))
    )
    with op.batch_alter_table('desk_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_change_action_id'), ['action_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_desk_change_request_id'), ['request_id'], unique=False)

    with op.batch_alter_table('reuse_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_request_answered_at'), ['answered_at'], unique=False)

    op.create_triggers(
        'desk_action',
        sqlite=[
            """CREATE TRIGGER desk_action_refuses_UPDATE BEFORE UPDATE ON "desk_action"
    BEGIN SELECT RAISE(ABORT, 'desk_action is append-only'); END""",
            """CREATE TRIGGER desk_action_refuses_DELETE BEFORE DELETE ON "desk_action"
    BEGIN SELECT RAISE(ABORT, 'desk_action is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION desk_action_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'desk_action is append-only'; END $$""",
            """CREATE TRIGGER desk_action_refuses_UPDATE BEFORE UPDATE ON "desk_action"
    FOR EACH ROW EXECUTE FUNCTION desk_action_is_append_only()""",
            """CREATE TRIGGER desk_action_refuses_DELETE BEFORE DELETE ON "desk_action"
    FOR EACH ROW EXECUTE FUNCTION desk_action_is_append_only()""",
        ],
    )
    op.create_triggers(
        'desk_change',
        sqlite=[
            """CREATE TRIGGER desk_change_refuses_UPDATE BEFORE UPDATE ON "desk_change"
    BEGIN SELECT RAISE(ABORT, 'desk_change is append-only'); END""",
            """CREATE TRIGGER desk_change_refuses_DELETE BEFORE DELETE ON "desk_change"
    BEGIN SELECT RAISE(ABORT, 'desk_change is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION desk_change_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'desk_change is append-only'; END $$""",
            """CREATE TRIGGER desk_change_refuses_UPDATE BEFORE UPDATE ON "desk_change"
    FOR EACH ROW EXECUTE FUNCTION desk_change_is_append_only()""",
            """CREATE TRIGGER desk_change_refuses_DELETE BEFORE DELETE ON "desk_change"
    FOR EACH ROW EXECUTE FUNCTION desk_change_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('desk_action', ['desk_action_refuses_DELETE', 'desk_action_refuses_UPDATE'])
    op.drop_triggers('desk_change', ['desk_change_refuses_DELETE', 'desk_change_refuses_UPDATE'])
    with op.batch_alter_table('reuse_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reuse_request_answered_at'))

    with op.batch_alter_table('desk_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_desk_change_request_id'))
        batch_op.drop_index(batch_op.f('ix_desk_change_action_id'))

    op.drop_table('desk_change')
    with op.batch_alter_table('desk_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_desk_action_account_id'))

    op.drop_table('desk_action')
