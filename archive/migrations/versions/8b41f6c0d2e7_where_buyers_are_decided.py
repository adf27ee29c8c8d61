"""Where buyers are, decided"""

import sqlalchemy as sa
from alembic import op

revision = '8b41f6c0d2e7'
down_revision = '5e0c7d91ab34'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 5e0c7d91ab34 to here."""
    op.create_table('location_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_location_decision_account_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_location_decision_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_location_decision')),
    sa.UniqueConstraint('order_id', name=op.f('uq_location_decision_order_id'))
    )
    with op.batch_alter_table('location_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_location_decision_account_id'), ['account_id'], unique=False)

    op.create_triggers(
        'location_decision',
        sqlite=[
            """CREATE TRIGGER location_decision_refuses_UPDATE BEFORE UPDATE ON "location_decision"
    BEGIN SELECT RAISE(ABORT, 'location_decision is append-only'); END""",
            """CREATE TRIGGER location_decision_refuses_DELETE BEFORE DELETE ON "location_decision"
    BEGIN SELECT RAISE(ABORT, 'location_decision is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION location_decision_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'location_decision is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
            """CREATE TRIGGER location_decision_refuses_UPDATE BEFORE UPDATE ON "location_decision"
    FOR EACH ROW EXECUTE FUNCTION location_decision_is_append_only()""",
            """CREATE TRIGGER location_decision_refuses_DELETE BEFORE DELETE ON "location_decision"
    FOR EACH ROW EXECUTE FUNCTION location_decision_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers(
        'location_decision', ['location_decision_refuses_DELETE', 'location_decision_refuses_UPDATE']
    )
    with op.batch_alter_table('location_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_location_decision_account_id'))

    op.drop_table('location_decision')
