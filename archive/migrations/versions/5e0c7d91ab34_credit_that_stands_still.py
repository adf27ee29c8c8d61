"""Credit that stands still while a bank looks into its payment"""

import sqlalchemy as sa
from alembic import op

revision = '5e0c7d91ab34'
down_revision = 'c8e15f3a7d42'
branch_labels = None
depends_on = None

BEFORE = ('top_up', 'spent', 'given_back', 'refunded', 'refund_failed')
AFTER = ('expired', 'handed_over', 'taken_over')
STAYS = 'frozen_minor >= 0 AND frozen_minor <= balance_minor'


def upgrade() -> None:
    """Lead from c8e15f3a7d42 to here."""
    with op.batch_alter_table('wallet', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('frozen_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True)
        )
    op.execute('UPDATE wallet SET frozen_minor = 0')
    with op.batch_alter_table('wallet', schema=None) as batch_op:
        batch_op.alter_column('frozen_minor', existing_type=sa.BigInteger(), nullable=False)
        batch_op.create_check_constraint(batch_op.f('ck_wallet_frozen_stays_in_it'), STAYS)
    _allow((*BEFORE, 'charged_back', *AFTER))
    op.create_table('wallet_freeze',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wallet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dispute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('most_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('amount_minor >= 0 AND amount_minor <= most_minor', name=op.f('ck_wallet_freeze_is_part_of_what_is_disputed')),
    sa.CheckConstraint('ended_at IS NULL OR amount_minor = 0', name=op.f('ck_wallet_freeze_ends_with_nothing')),
    sa.ForeignKeyConstraint(['dispute_id'], ['dispute.id'], name=op.f('fk_wallet_freeze_dispute_id')),
    sa.ForeignKeyConstraint(['wallet_id'], ['wallet.id'], name=op.f('fk_wallet_freeze_wallet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wallet_freeze')),
    sa.UniqueConstraint('dispute_id', name=op.f('uq_wallet_freeze_dispute_id'))
    )
    with op.batch_alter_table('wallet_freeze', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wallet_freeze_wallet_id'), ['wallet_id'], unique=False)

    op.create_table('wallet_freeze_move',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('freeze_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('why', sa.Enum('disputed', 'came_back', 'refunded', 'won', 'lost', name='freezewhy', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('balance_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount_minor != 0', name=op.f('ck_wallet_freeze_move_moves_something')),
    sa.ForeignKeyConstraint(['freeze_id'], ['wallet_freeze.id'], name=op.f('fk_wallet_freeze_move_freeze_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wallet_freeze_move'))
    )
    with op.batch_alter_table('wallet_freeze_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wallet_freeze_move_freeze_id'), ['freeze_id'], unique=False)

    op.create_triggers(
        'wallet_freeze_move',
        sqlite=[
            """CREATE TRIGGER wallet_freeze_move_refuses_UPDATE BEFORE UPDATE ON "wallet_freeze_move"
    BEGIN SELECT RAISE(ABORT, 'wallet_freeze_move is append-only'); END""",
            """CREATE TRIGGER wallet_freeze_move_refuses_DELETE BEFORE DELETE ON "wallet_freeze_move"
    BEGIN SELECT RAISE(ABORT, 'wallet_freeze_move is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION wallet_freeze_move_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'wallet_freeze_move is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
            """CREATE TRIGGER wallet_freeze_move_refuses_UPDATE BEFORE UPDATE ON "wallet_freeze_move"
    FOR EACH ROW EXECUTE FUNCTION wallet_freeze_move_is_append_only()""",
            """CREATE TRIGGER wallet_freeze_move_refuses_DELETE BEFORE DELETE ON "wallet_freeze_move"
    FOR EACH ROW EXECUTE FUNCTION wallet_freeze_move_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back; no credit may have been taken back by a bank."""
    op.drop_triggers(
        'wallet_freeze_move', ['wallet_freeze_move_refuses_DELETE', 'wallet_freeze_move_refuses_UPDATE']
    )
    with op.batch_alter_table('wallet_freeze_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wallet_freeze_move_freeze_id'))

    op.drop_table('wallet_freeze_move')
    with op.batch_alter_table('wallet_freeze', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wallet_freeze_wallet_id'))

    op.drop_table('wallet_freeze')
    _allow((*BEFORE, *AFTER))
    with op.batch_alter_table('wallet', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_wallet_frozen_stays_in_it'), type_='check')
        batch_op.drop_column('frozen_minor')


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    triggers = _triggers('wallet_move')
    with op.batch_alter_table('wallet_move', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_wallet_move_movekind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_wallet_move_movekind'), f"kind IN ({listed})")
    for trigger in triggers:
        op.execute(trigger)


def _triggers(table: str) -> list[str]:
    """SQLite makes the table anew and forgets what watched over it."""
    if op.get_bind().dialect.name != 'sqlite':
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().scalars(query, {'table': table}))
