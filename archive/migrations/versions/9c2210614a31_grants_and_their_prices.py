"""Grants, their prices and the consent to them, and accruals of uses"""

import sqlalchemy as sa
from alembic import op

revision = '9c2210614a31'
down_revision = '7756d3c719b1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 7756d3c719b1 to here."""
    op.create_table('supply_consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wallet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text_version', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('given_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['wallet_id'], ['wallet.id'], name=op.f('fk_supply_consent_wallet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_consent')),
    sa.UniqueConstraint('wallet_id', 'text_version', name=op.f('uq_supply_consent_wallet_id_text_version'))
    )
    op.create_table('use_price',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('listen', 'download', 'pass', name='grantkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('mode', sa.Enum('listed', 'fixed', 'open', 'free', name='pricemode', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('reason', sa.Enum('pass', 'promotion', 'holder_wish', 'funded', name='freereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('set_at', sa.DateTime(), nullable=False),
    sa.Column('set_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(mode = 'free') = (reason IS NOT NULL)", name=op.f('ck_use_price_free_has_a_reason')),
    sa.CheckConstraint("(mode IN ('free', 'listed')) = (amount_minor = 0)", name=op.f('ck_use_price_free_is_nothing')),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('ck_use_price_is_not_negative')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_use_price_entry_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_use_price_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_use_price'))
    )
    with op.batch_alter_table('use_price', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_use_price_entry_id_kind'), ['entry_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_use_price_set_by_id'), ['set_by_id'], unique=False)

    op.create_table('use_grant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('listen', 'download', 'pass', name='grantkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status', sa.Enum('open', 'ended', 'reversed', 'revoked', name='grantstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('wallet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('pass_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('used', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('max_uses', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('gross_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('net_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vat_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vat_country', sa.Text(), nullable=False),
    sa.Column('vat_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('free_reason', sa.Enum('pass', 'promotion', 'holder_wish', 'funded', name='freereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('price_list', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('decided', sa.JSON(), nullable=False),
    sa.Column('charge', sa.Text(), nullable=True),
    sa.Column('consent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('divided_at', sa.DateTime(), nullable=True),
    sa.Column('forgotten_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(COALESCE(free_reason, '') = 'pass') = (pass_id IS NOT NULL)", name=op.f('ck_use_grant_pass_is_named')),
    sa.CheckConstraint("(kind = 'pass') = (entry_id IS NULL)", name=op.f('ck_use_grant_is_about_an_entry')),
    sa.CheckConstraint('(gross_minor = 0) = (free_reason IS NOT NULL)', name=op.f('ck_use_grant_free_has_a_reason')),
    sa.CheckConstraint('net_minor + vat_minor = gross_minor', name=op.f('ck_use_grant_totals_add_up')),
    sa.CheckConstraint('net_minor >= 0 AND vat_minor >= 0', name=op.f('ck_use_grant_is_not_negative')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_use_grant_ends_after_it_starts')),
    sa.CheckConstraint('used >= 0 AND (max_uses IS NULL OR used <= max_uses)', name=op.f('ck_use_grant_within_limit')),
    sa.CheckConstraint('wallet_id IS NOT NULL OR order_line_id IS NOT NULL OR pass_id IS NOT NULL OR forgotten_at IS NOT NULL', name=op.f('ck_use_grant_belongs_to_somebody')),
    sa.ForeignKeyConstraint(['consent_id'], ['supply_consent.id'], name=op.f('fk_use_grant_consent_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_use_grant_entry_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_use_grant_order_line_id')),
    sa.ForeignKeyConstraint(['pass_id'], ['use_grant.id'], name=op.f('fk_use_grant_pass_id')),
    sa.ForeignKeyConstraint(['wallet_id'], ['wallet.id'], name=op.f('fk_use_grant_wallet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_use_grant')),
    sa.UniqueConstraint('charge', name=op.f('uq_use_grant_charge')),
    sa.UniqueConstraint('key', name=op.f('uq_use_grant_key')),
    sa.UniqueConstraint('order_line_id', name=op.f('uq_use_grant_order_line_id'))
    )
    with op.batch_alter_table('use_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_use_grant_consent_id'), ['consent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_use_grant_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_use_grant_pass_id'), ['pass_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_use_grant_status_ends_at'), ['status', 'ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_use_grant_wallet_id'), ['wallet_id'], unique=False)
        batch_op.create_index('uq_use_grant_open_pass', ['wallet_id'], unique=True, sqlite_where=sa.text("status = 'open' AND entry_id IS NULL"), postgresql_where=sa.text("status = 'open' AND entry_id IS NULL"))
        batch_op.create_index('uq_use_grant_open_under_pass', ['pass_id', 'entry_id'], unique=True, sqlite_where=sa.text("status = 'open' AND entry_id IS NOT NULL"), postgresql_where=sa.text("status = 'open' AND entry_id IS NOT NULL"))
        batch_op.create_index('uq_use_grant_open_use', ['wallet_id', 'entry_id', 'kind'], unique=True, sqlite_where=sa.text("status = 'open' AND entry_id IS NOT NULL"), postgresql_where=sa.text("status = 'open' AND entry_id IS NOT NULL"))

    op.create_table('grant_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('grant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Enum('open', 'ended', 'reversed', 'revoked', name='grantstatus_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum('open', 'ended', 'reversed', 'revoked', name='grantstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_grant_event_account_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['use_grant.id'], name=op.f('fk_grant_event_grant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_event'))
    )
    with op.batch_alter_table('grant_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grant_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_grant_event_grant_id'), ['grant_id'], unique=False)

    triggers = _triggers('accrual')
    with op.batch_alter_table('accrual', schema=None) as batch_op:
        batch_op.add_column(sa.Column('grant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.alter_column('licence_id',
               existing_type=sa.BigInteger(),
               nullable=True)
        batch_op.alter_column('order_id',
               existing_type=sa.BigInteger(),
               nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_accrual_grant_id'), ['grant_id'])
        batch_op.create_foreign_key(batch_op.f('fk_accrual_grant_id'), 'use_grant', ['grant_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_accrual_is_for_one_thing'), '(licence_id IS NULL) != (grant_id IS NULL)')
    _restore(triggers)

    op.create_triggers(
        'supply_consent',
        sqlite=[
            """CREATE TRIGGER supply_consent_refuses_UPDATE BEFORE UPDATE ON "supply_consent"
    BEGIN SELECT RAISE(ABORT, 'supply_consent is append-only'); END""",
            """CREATE TRIGGER supply_consent_refuses_DELETE BEFORE DELETE ON "supply_consent"
    BEGIN SELECT RAISE(ABORT, 'supply_consent is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION supply_consent_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'supply_consent is append-only'; END $$""",
            """CREATE TRIGGER supply_consent_refuses_UPDATE BEFORE UPDATE ON "supply_consent"
    FOR EACH ROW EXECUTE FUNCTION supply_consent_is_append_only()""",
            """CREATE TRIGGER supply_consent_refuses_DELETE BEFORE DELETE ON "supply_consent"
    FOR EACH ROW EXECUTE FUNCTION supply_consent_is_append_only()""",
        ],
    )
    op.create_triggers(
        'use_price',
        sqlite=[
            """CREATE TRIGGER use_price_refuses_UPDATE BEFORE UPDATE ON "use_price"
    BEGIN SELECT RAISE(ABORT, 'use_price is append-only'); END""",
            """CREATE TRIGGER use_price_refuses_DELETE BEFORE DELETE ON "use_price"
    BEGIN SELECT RAISE(ABORT, 'use_price is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION use_price_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'use_price is append-only'; END $$""",
            """CREATE TRIGGER use_price_refuses_UPDATE BEFORE UPDATE ON "use_price"
    FOR EACH ROW EXECUTE FUNCTION use_price_is_append_only()""",
            """CREATE TRIGGER use_price_refuses_DELETE BEFORE DELETE ON "use_price"
    FOR EACH ROW EXECUTE FUNCTION use_price_is_append_only()""",
        ],
    )
    op.create_triggers(
        'grant_event',
        sqlite=[
            """CREATE TRIGGER grant_event_refuses_UPDATE BEFORE UPDATE ON "grant_event"
    BEGIN SELECT RAISE(ABORT, 'grant_event is append-only'); END""",
            """CREATE TRIGGER grant_event_refuses_DELETE BEFORE DELETE ON "grant_event"
    BEGIN SELECT RAISE(ABORT, 'grant_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION grant_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'grant_event is append-only'; END $$""",
            """CREATE TRIGGER grant_event_refuses_UPDATE BEFORE UPDATE ON "grant_event"
    FOR EACH ROW EXECUTE FUNCTION grant_event_is_append_only()""",
            """CREATE TRIGGER grant_event_refuses_DELETE BEFORE DELETE ON "grant_event"
    FOR EACH ROW EXECUTE FUNCTION grant_event_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back; what was divided of uses must be gone."""
    op.drop_triggers('supply_consent', ['supply_consent_refuses_DELETE', 'supply_consent_refuses_UPDATE'])
    op.drop_triggers('use_price', ['use_price_refuses_DELETE', 'use_price_refuses_UPDATE'])
    op.drop_triggers('grant_event', ['grant_event_refuses_DELETE', 'grant_event_refuses_UPDATE'])
    triggers = _triggers('accrual')
    with op.batch_alter_table('accrual', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_accrual_is_for_one_thing'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_accrual_grant_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_accrual_grant_id'), type_='unique')
        batch_op.alter_column('order_id',
               existing_type=sa.BigInteger(),
               nullable=False)
        batch_op.alter_column('licence_id',
               existing_type=sa.BigInteger(),
               nullable=False)
        batch_op.drop_column('grant_id')
    _restore(triggers)

    with op.batch_alter_table('grant_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grant_event_grant_id'))
        batch_op.drop_index(batch_op.f('ix_grant_event_account_id'))

    op.drop_table('grant_event')
    with op.batch_alter_table('use_grant', schema=None) as batch_op:
        batch_op.drop_index('uq_use_grant_open_use', sqlite_where=sa.text("status = 'open' AND entry_id IS NOT NULL"), postgresql_where=sa.text("status = 'open' AND entry_id IS NOT NULL"))
        batch_op.drop_index('uq_use_grant_open_under_pass', sqlite_where=sa.text("status = 'open' AND entry_id IS NOT NULL"), postgresql_where=sa.text("status = 'open' AND entry_id IS NOT NULL"))
        batch_op.drop_index('uq_use_grant_open_pass', sqlite_where=sa.text("status = 'open' AND entry_id IS NULL"), postgresql_where=sa.text("status = 'open' AND entry_id IS NULL"))
        batch_op.drop_index(batch_op.f('ix_use_grant_wallet_id'))
        batch_op.drop_index(batch_op.f('ix_use_grant_status_ends_at'))
        batch_op.drop_index(batch_op.f('ix_use_grant_pass_id'))
        batch_op.drop_index(batch_op.f('ix_use_grant_entry_id'))
        batch_op.drop_index(batch_op.f('ix_use_grant_consent_id'))

    op.drop_table('use_grant')
    with op.batch_alter_table('use_price', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_use_price_set_by_id'))
        batch_op.drop_index(batch_op.f('ix_use_price_entry_id_kind'))

    op.drop_table('use_price')
    op.drop_table('supply_consent')


def _triggers(table: str) -> list[str]:
    """SQLite makes the table anew and forgets what watched over it."""
    if op.get_bind().dialect.name != 'sqlite':
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().scalars(query, {'table': table}))


def _restore(triggers: list[str]) -> None:
    for trigger in triggers:
        op.execute(trigger)
