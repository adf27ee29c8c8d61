"""More kinds of sales, some of no entry, and the accounts that they need"""

import sqlalchemy as sa
from alembic import op

revision = 'd8b03e61f7a4'
down_revision = 'c07a51e3f6bd'
branch_labels = None
depends_on = None

ACCOUNTS = (
    *('stripe_clearing', 'bank', 'fees_expense', 'revenue', 'vat_payable', 'royalty_expense', 'royalty_payable'),
    'royalty_reserve',
)
NEW_ACCOUNTS = (
    *('wallet_liability', 'expired_credit', 'refund_clearing', 'dispute_reserve', 'deal_expense', 'deal_payable'),
    'rounding',
)
SALES = ('access_fee', 'licence_fee', 'clearance_fee', 'research_fee', 'technical_fee')
NEW_SALES = ('listen', 'download', 'pass', 'ticket', 'tip', 'top_up')
IS_ABOUT = "entry_id IS NOT NULL OR kind IN ('pass', 'tip', 'top_up')"


def upgrade() -> None:
    """Lead from c07a51e3f6bd to here."""
    _allow('ledger_account', 'accountkind', (*ACCOUNTS, *NEW_ACCOUNTS, 'suspense'))
    _allow('quote_line', 'linekind', (*SALES, *NEW_SALES))
    _allow('order_line', 'linekind', (*SALES, *NEW_SALES))
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.alter_column('entry_id', existing_type=sa.BigInteger(), nullable=True)
        batch_op.create_check_constraint(batch_op.f('ck_order_line_is_about_an_entry'), IS_ABOUT)


def downgrade() -> None:
    """Lead back; what was sold in the new ways must be gone."""
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_order_line_is_about_an_entry'), type_='check')
        batch_op.alter_column('entry_id', existing_type=sa.BigInteger(), nullable=False)
    _allow('order_line', 'linekind', SALES)
    _allow('quote_line', 'linekind', SALES)
    _allow('ledger_account', 'accountkind', (*ACCOUNTS, 'suspense'))


def _allow(table: str, name: str, kinds: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    triggers = _triggers(table)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_{name}'), type_='check')
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{name}'), f"kind IN ({listed})")
    for trigger in triggers:
        op.execute(trigger)


def _triggers(table: str) -> list[str]:
    """SQLite makes the table anew and forgets what watched over it."""
    if op.get_bind().dialect.name != 'sqlite':
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().scalars(query, {'table': table}))
