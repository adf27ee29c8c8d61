"""Wallets and their moves, and the account of VAT that was due before the use"""

import sqlalchemy as sa
from alembic import op

revision = 'b908bf2a5b7e'
down_revision = 'd8b03e61f7a4'
branch_labels = None
depends_on = None

ACCOUNTS = (
    *('stripe_clearing', 'bank', 'fees_expense', 'revenue', 'vat_payable', 'royalty_expense', 'royalty_payable'),
    *('royalty_reserve', 'wallet_liability', 'expired_credit', 'refund_clearing', 'dispute_reserve', 'deal_expense'),
    *('deal_payable', 'rounding', 'suspense'),
)


def upgrade() -> None:
    """Lead from d8b03e61f7a4 to here."""
    _allow((*ACCOUNTS, 'wallet_vat'))
    op.create_table('wallet',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('link_seed', sa.Text(), nullable=True),
    sa.Column('token_hash', sa.Text(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('vat_mode', sa.Enum('multi', 'single', name='vatmode', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('balance_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('merged_into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('account_id IS NULL OR token_hash IS NULL', name=op.f('ck_wallet_has_one_way_in')),
    sa.CheckConstraint('balance_minor >= 0', name=op.f('ck_wallet_is_never_overspent')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_wallet_account_id')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['wallet.id'], name=op.f('fk_wallet_merged_into_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wallet')),
    sa.UniqueConstraint('account_id', name=op.f('uq_wallet_account_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_wallet_token_hash'))
    )
    with op.batch_alter_table('wallet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wallet_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_wallet_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_wallet_merged_into_id'), ['merged_into_id'], unique=False)

    op.create_table('wallet_move',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wallet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('transaction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('top_up', 'spent', 'given_back', 'refunded', 'refund_failed', 'expired', 'handed_over', 'taken_over', name='movekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('sold', sa.Enum('access_fee', 'licence_fee', 'clearance_fee', 'research_fee', 'technical_fee', 'listen', 'download', 'pass', 'ticket', 'tip', 'top_up', name='linekind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('balance_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount_minor != 0', name=op.f('ck_wallet_move_moves_something')),
    sa.CheckConstraint('balance_minor >= 0', name=op.f('ck_wallet_move_is_never_overspent')),
    sa.ForeignKeyConstraint(['transaction_id'], ['ledger_transaction.id'], name=op.f('fk_wallet_move_transaction_id')),
    sa.ForeignKeyConstraint(['wallet_id'], ['wallet.id'], name=op.f('fk_wallet_move_wallet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wallet_move')),
    sa.UniqueConstraint('wallet_id', 'transaction_id', name=op.f('uq_wallet_move_wallet_id_transaction_id'))
    )
    with op.batch_alter_table('wallet_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wallet_move_transaction_id'), ['transaction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wallet_move_wallet_id'), ['wallet_id'], unique=False)

    op.create_triggers(
        'wallet_move',
        sqlite=[
            """CREATE TRIGGER wallet_move_refuses_UPDATE BEFORE UPDATE ON "wallet_move"
    BEGIN SELECT RAISE(ABORT, 'wallet_move is append-only'); END""",
            """CREATE TRIGGER wallet_move_refuses_DELETE BEFORE DELETE ON "wallet_move"
    BEGIN SELECT RAISE(ABORT, 'wallet_move is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION wallet_move_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'wallet_move is append-only'; END $$""",
            """CREATE TRIGGER wallet_move_refuses_UPDATE BEFORE UPDATE ON "wallet_move"
    FOR EACH ROW EXECUTE FUNCTION wallet_move_is_append_only()""",
            """CREATE TRIGGER wallet_move_refuses_DELETE BEFORE DELETE ON "wallet_move"
    FOR EACH ROW EXECUTE FUNCTION wallet_move_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('wallet_move', ['wallet_move_refuses_DELETE', 'wallet_move_refuses_UPDATE'])
    with op.batch_alter_table('wallet_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wallet_move_wallet_id'))
        batch_op.drop_index(batch_op.f('ix_wallet_move_transaction_id'))

    op.drop_table('wallet_move')
    with op.batch_alter_table('wallet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wallet_merged_into_id'))
        batch_op.drop_index(batch_op.f('ix_wallet_expires_at'))
        batch_op.drop_index(batch_op.f('ix_wallet_email'))

    op.drop_table('wallet')
    _allow(ACCOUNTS)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{kind}'" for kind in sorted(kinds, key=_place))
    with op.batch_alter_table('ledger_account', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_ledger_account_accountkind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_ledger_account_accountkind'), f"kind IN ({listed})")


def _place(kind: str) -> float:
    """The model names the VAT of wallets after the wallets themselves."""
    return ACCOUNTS.index('wallet_liability') + 0.5 if kind == 'wallet_vat' else ACCOUNTS.index(kind)
