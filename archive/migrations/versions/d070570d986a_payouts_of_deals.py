"""Payouts of deals"""

import sqlalchemy as sa
from alembic import op

revision = 'd070570d986a'
down_revision = 'f75b3b720229'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from f75b3b720229 to here."""
    op.create_table('deal_payout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('form_key', sa.Text(), nullable=False),
    sa.Column('artist_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('bank_reference', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_deal_payout_is_positive')),
    sa.ForeignKeyConstraint(['artist_id'], ['deal_artist.id'], name=op.f('fk_deal_payout_artist_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_payout')),
    sa.UniqueConstraint('form_key', name=op.f('uq_deal_payout_form_key'))
    )
    with op.batch_alter_table('deal_payout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deal_payout_artist_id'), ['artist_id'], unique=False)

    op.create_triggers(
        'deal_payout',
        sqlite=[
            """CREATE TRIGGER deal_payout_refuses_UPDATE BEFORE UPDATE ON "deal_payout"
    BEGIN SELECT RAISE(ABORT, 'deal_payout is append-only'); END""",
            """CREATE TRIGGER deal_payout_refuses_DELETE BEFORE DELETE ON "deal_payout"
    BEGIN SELECT RAISE(ABORT, 'deal_payout is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION deal_payout_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'deal_payout is append-only'; END $$""",
            """CREATE TRIGGER deal_payout_refuses_UPDATE BEFORE UPDATE ON "deal_payout"
    FOR EACH ROW EXECUTE FUNCTION deal_payout_is_append_only()""",
            """CREATE TRIGGER deal_payout_refuses_DELETE BEFORE DELETE ON "deal_payout"
    FOR EACH ROW EXECUTE FUNCTION deal_payout_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('deal_payout', ['deal_payout_refuses_DELETE', 'deal_payout_refuses_UPDATE'])
    with op.batch_alter_table('deal_payout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deal_payout_artist_id'))

    op.drop_table('deal_payout')
