"""Withdrawals of consumers"""

import sqlalchemy as sa
from alembic import op

revision = 'f09a35d7c6e1'
down_revision = '6479ed5ad500'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Lead from 6479ed5ad500 to here."""
    op.create_table('withdrawal',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('order_id', NUMBER, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('declared_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_withdrawal_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withdrawal')),
    sa.UniqueConstraint('order_id', name=op.f('uq_withdrawal_order_id'))
    )
    op.create_triggers(
        'withdrawal',
        sqlite=[
            """CREATE TRIGGER withdrawal_refuses_UPDATE BEFORE UPDATE ON "withdrawal"
BEGIN SELECT RAISE(ABORT, 'withdrawal is append-only'); END""",
            """CREATE TRIGGER withdrawal_refuses_DELETE BEFORE DELETE ON "withdrawal"
BEGIN SELECT RAISE(ABORT, 'withdrawal is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION withdrawal_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'withdrawal is append-only'; END $$""",
            """CREATE TRIGGER withdrawal_refuses_UPDATE BEFORE UPDATE ON "withdrawal"
FOR EACH ROW EXECUTE FUNCTION withdrawal_is_append_only()""",
            """CREATE TRIGGER withdrawal_refuses_DELETE BEFORE DELETE ON "withdrawal"
FOR EACH ROW EXECUTE FUNCTION withdrawal_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('withdrawal', ['withdrawal_refuses_DELETE', 'withdrawal_refuses_UPDATE'])
    op.drop_table('withdrawal')
