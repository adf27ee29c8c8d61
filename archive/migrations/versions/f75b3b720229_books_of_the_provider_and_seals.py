"""Seals and closed days of the ledger; disputes, payouts of the provider and comparisons with its books"""

import sqlalchemy as sa
from alembic import op

revision = 'f75b3b720229'
down_revision = 'e41c7b90d2a5'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from e41c7b90d2a5 to here."""
    op.create_table('comparison',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('depth', sa.Enum('light', 'full', name='depth', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=False),
    sa.Column('events_missed', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lines_read', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lines_unknown', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=True),
    sa.Column('ours_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theirs_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comparison'))
    )
    with op.batch_alter_table('comparison', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comparison_started_at'), ['started_at'], unique=False)

    op.create_table('ledger_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('transactions', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_ledger_day')),
    sa.UniqueConstraint('ends_at', name=op.f('uq_ledger_day_ends_at'))
    )
    op.create_table('ledger_seal',
    sa.Column('transaction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('transaction_id', name=op.f('pk_ledger_seal'))
    )
    op.create_table('provider_payout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider_ref', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('pending', 'in_transit', 'paid', 'failed', 'canceled', name='payoutstanding', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('arrives_on', sa.Date(), nullable=False),
    sa.Column('synced_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_payout')),
    sa.UniqueConstraint('provider_ref', name=op.f('uq_provider_payout_provider_ref'))
    )
    with op.batch_alter_table('provider_payout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_payout_status'), ['status'], unique=False)

    op.create_table('provider_payout_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider_ref', sa.Text(), nullable=False),
    sa.Column('before', sa.Enum('pending', 'in_transit', 'paid', 'failed', 'canceled', name='payoutstanding_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum('pending', 'in_transit', 'paid', 'failed', 'canceled', name='payoutstanding', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_payout_event'))
    )
    with op.batch_alter_table('provider_payout_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_payout_event_provider_ref'), ['provider_ref'], unique=False)

    op.create_table('dispute',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider_ref', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('warning', 'needs_response', 'under_review', 'won', 'lost', name='disputestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('due_by', sa.DateTime(), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('synced_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_dispute_is_positive')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_dispute_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
    sa.UniqueConstraint('provider_ref', name=op.f('uq_dispute_provider_ref'))
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dispute_status'), ['status'], unique=False)

    op.create_table('dispute_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dispute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Enum('warning', 'needs_response', 'under_review', 'won', 'lost', name='disputestatus_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum('warning', 'needs_response', 'under_review', 'won', 'lost', name='disputestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['dispute_id'], ['dispute.id'], name=op.f('fk_dispute_event_dispute_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute_event'))
    )
    with op.batch_alter_table('dispute_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_event_dispute_id'), ['dispute_id'], unique=False)

    op.create_table('dispute_movement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dispute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider_ref', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fee_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['dispute_id'], ['dispute.id'], name=op.f('fk_dispute_movement_dispute_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute_movement')),
    sa.UniqueConstraint('provider_ref', name=op.f('uq_dispute_movement_provider_ref'))
    )
    with op.batch_alter_table('dispute_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_movement_dispute_id'), ['dispute_id'], unique=False)

    op.create_table('dispute_hold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dispute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('licence_event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['dispute_id'], ['dispute.id'], name=op.f('fk_dispute_hold_dispute_id')),
    sa.ForeignKeyConstraint(['licence_event_id'], ['licence_event.id'], name=op.f('fk_dispute_hold_licence_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute_hold')),
    sa.UniqueConstraint('licence_event_id', name=op.f('uq_dispute_hold_licence_event_id'))
    )
    with op.batch_alter_table('dispute_hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_hold_dispute_id'), ['dispute_id'], unique=False)

    with op.batch_alter_table('anomaly', schema=None) as batch_op:
        batch_op.add_column(sa.Column('done_why', sa.Text(), nullable=True))

    # What is booked already sums to zero: `ledger verify` has said so, and would say otherwise.
    op.execute('INSERT INTO ledger_seal (transaction_id) SELECT DISTINCT transaction_id FROM ledger_entry')
    for table in ('ledger_transaction', 'ledger_entry'):
        op.drop_triggers(table, _append_only(table))
    with op.batch_alter_table('ledger_transaction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_transaction_occurred_at'), ['occurred_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_ledger_transaction_id'), 'ledger_seal', ['id'], ['transaction_id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('provider_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('was_missed', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('provider_event', schema=None) as batch_op:
        batch_op.alter_column('was_missed', existing_type=sa.Boolean(), server_default=None)

    op.create_triggers(
        'comparison',
        sqlite=[
            """CREATE TRIGGER comparison_refuses_UPDATE BEFORE UPDATE ON "comparison"
    BEGIN SELECT RAISE(ABORT, 'comparison is append-only'); END""",
            """CREATE TRIGGER comparison_refuses_DELETE BEFORE DELETE ON "comparison"
    BEGIN SELECT RAISE(ABORT, 'comparison is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION comparison_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'comparison is append-only'; END $$""",
            """CREATE TRIGGER comparison_refuses_UPDATE BEFORE UPDATE ON "comparison"
    FOR EACH ROW EXECUTE FUNCTION comparison_is_append_only()""",
            """CREATE TRIGGER comparison_refuses_DELETE BEFORE DELETE ON "comparison"
    FOR EACH ROW EXECUTE FUNCTION comparison_is_append_only()""",
        ],
    )
    op.create_triggers(
        'ledger_account',
        sqlite=[
            """CREATE TRIGGER ledger_account_refuses_UPDATE BEFORE UPDATE ON "ledger_account"
    BEGIN SELECT RAISE(ABORT, 'ledger_account is append-only'); END""",
            """CREATE TRIGGER ledger_account_refuses_DELETE BEFORE DELETE ON "ledger_account"
    BEGIN SELECT RAISE(ABORT, 'ledger_account is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_account_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_account is append-only'; END $$""",
            """CREATE TRIGGER ledger_account_refuses_UPDATE BEFORE UPDATE ON "ledger_account"
    FOR EACH ROW EXECUTE FUNCTION ledger_account_is_append_only()""",
            """CREATE TRIGGER ledger_account_refuses_DELETE BEFORE DELETE ON "ledger_account"
    FOR EACH ROW EXECUTE FUNCTION ledger_account_is_append_only()""",
        ],
    )
    op.create_triggers(
        'ledger_day',
        sqlite=[
            """CREATE TRIGGER ledger_day_refuses_UPDATE BEFORE UPDATE ON "ledger_day"
    BEGIN SELECT RAISE(ABORT, 'ledger_day is append-only'); END""",
            """CREATE TRIGGER ledger_day_refuses_DELETE BEFORE DELETE ON "ledger_day"
    BEGIN SELECT RAISE(ABORT, 'ledger_day is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_day_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_day is append-only'; END $$""",
            """CREATE TRIGGER ledger_day_refuses_UPDATE BEFORE UPDATE ON "ledger_day"
    FOR EACH ROW EXECUTE FUNCTION ledger_day_is_append_only()""",
            """CREATE TRIGGER ledger_day_refuses_DELETE BEFORE DELETE ON "ledger_day"
    FOR EACH ROW EXECUTE FUNCTION ledger_day_is_append_only()""",
        ],
    )
    op.create_triggers(
        'ledger_seal',
        sqlite=[
            """CREATE TRIGGER ledger_seal_refuses_UPDATE BEFORE UPDATE ON "ledger_seal"
    BEGIN SELECT RAISE(ABORT, 'ledger_seal is append-only'); END""",
            """CREATE TRIGGER ledger_seal_refuses_DELETE BEFORE DELETE ON "ledger_seal"
    BEGIN SELECT RAISE(ABORT, 'ledger_seal is append-only'); END""",
            """CREATE TRIGGER ledger_seal_frozen_insert BEFORE INSERT ON ledger_seal WHEN NOT EXISTS (SELECT 1 FROM ledger_entry WHERE ledger_entry.transaction_id = NEW.transaction_id) OR EXISTS (SELECT 1 FROM ledger_entry JOIN ledger_account ON ledger_account.id = ledger_entry.account_id WHERE ledger_entry.transaction_id = NEW.transaction_id GROUP BY ledger_account.currency HAVING SUM(ledger_entry.amount_minor) <> 0)
    BEGIN SELECT RAISE(ABORT, 'the transaction does not sum to zero'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_seal_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_seal is append-only'; END $$""",
            """CREATE TRIGGER ledger_seal_refuses_UPDATE BEFORE UPDATE ON "ledger_seal"
    FOR EACH ROW EXECUTE FUNCTION ledger_seal_is_append_only()""",
            """CREATE TRIGGER ledger_seal_refuses_DELETE BEFORE DELETE ON "ledger_seal"
    FOR EACH ROW EXECUTE FUNCTION ledger_seal_is_append_only()""",
            """CREATE OR REPLACE FUNCTION ledger_seal_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_entry WHERE ledger_entry.transaction_id = NEW.transaction_id) OR EXISTS (SELECT 1 FROM ledger_entry JOIN ledger_account ON ledger_account.id = ledger_entry.account_id WHERE ledger_entry.transaction_id = NEW.transaction_id GROUP BY ledger_account.currency HAVING SUM(ledger_entry.amount_minor) <> 0) THEN RAISE EXCEPTION 'the transaction does not sum to zero'; END IF;
    RETURN NEW; END $$""",
            """CREATE TRIGGER ledger_seal_frozen_insert BEFORE INSERT ON ledger_seal FOR EACH ROW EXECUTE FUNCTION ledger_seal_frozen_insert()""",
        ],
    )
    op.create_triggers(
        'provider_payout_event',
        sqlite=[
            """CREATE TRIGGER provider_payout_event_refuses_UPDATE BEFORE UPDATE ON "provider_payout_event"
    BEGIN SELECT RAISE(ABORT, 'provider_payout_event is append-only'); END""",
            """CREATE TRIGGER provider_payout_event_refuses_DELETE BEFORE DELETE ON "provider_payout_event"
    BEGIN SELECT RAISE(ABORT, 'provider_payout_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION provider_payout_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'provider_payout_event is append-only'; END $$""",
            """CREATE TRIGGER provider_payout_event_refuses_UPDATE BEFORE UPDATE ON "provider_payout_event"
    FOR EACH ROW EXECUTE FUNCTION provider_payout_event_is_append_only()""",
            """CREATE TRIGGER provider_payout_event_refuses_DELETE BEFORE DELETE ON "provider_payout_event"
    FOR EACH ROW EXECUTE FUNCTION provider_payout_event_is_append_only()""",
        ],
    )
    op.create_triggers(
        'ledger_transaction',
        sqlite=[
            """CREATE TRIGGER ledger_transaction_refuses_UPDATE BEFORE UPDATE ON "ledger_transaction"
    BEGIN SELECT RAISE(ABORT, 'ledger_transaction is append-only'); END""",
            """CREATE TRIGGER ledger_transaction_refuses_DELETE BEFORE DELETE ON "ledger_transaction"
    BEGIN SELECT RAISE(ABORT, 'ledger_transaction is append-only'); END""",
            """CREATE TRIGGER ledger_transaction_frozen_insert BEFORE INSERT ON ledger_transaction WHEN EXISTS (SELECT 1 FROM ledger_day WHERE NEW.occurred_at < ledger_day.ends_at)
    BEGIN SELECT RAISE(ABORT, 'the day is closed'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_transaction_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_transaction is append-only'; END $$""",
            """CREATE TRIGGER ledger_transaction_refuses_UPDATE BEFORE UPDATE ON "ledger_transaction"
    FOR EACH ROW EXECUTE FUNCTION ledger_transaction_is_append_only()""",
            """CREATE TRIGGER ledger_transaction_refuses_DELETE BEFORE DELETE ON "ledger_transaction"
    FOR EACH ROW EXECUTE FUNCTION ledger_transaction_is_append_only()""",
            """CREATE OR REPLACE FUNCTION ledger_transaction_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM ledger_day WHERE NEW.occurred_at < ledger_day.ends_at) THEN RAISE EXCEPTION 'the day is closed'; END IF;
    RETURN NEW; END $$""",
            """CREATE TRIGGER ledger_transaction_frozen_insert BEFORE INSERT ON ledger_transaction FOR EACH ROW EXECUTE FUNCTION ledger_transaction_frozen_insert()""",
        ],
    )
    op.create_triggers(
        'ledger_entry',
        sqlite=[
            """CREATE TRIGGER ledger_entry_refuses_UPDATE BEFORE UPDATE ON "ledger_entry"
    BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END""",
            """CREATE TRIGGER ledger_entry_refuses_DELETE BEFORE DELETE ON "ledger_entry"
    BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END""",
            """CREATE TRIGGER ledger_entry_frozen_insert BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_seal WHERE ledger_seal.transaction_id = NEW.transaction_id)
    BEGIN SELECT RAISE(ABORT, 'the transaction is complete'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_entry is append-only'; END $$""",
            """CREATE TRIGGER ledger_entry_refuses_UPDATE BEFORE UPDATE ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_append_only()""",
            """CREATE TRIGGER ledger_entry_refuses_DELETE BEFORE DELETE ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_append_only()""",
            """CREATE OR REPLACE FUNCTION ledger_entry_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM ledger_seal WHERE ledger_seal.transaction_id = NEW.transaction_id) THEN RAISE EXCEPTION 'the transaction is complete'; END IF;
    RETURN NEW; END $$""",
            """CREATE TRIGGER ledger_entry_frozen_insert BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_frozen_insert()""",
        ],
    )
    op.create_triggers(
        'dispute_event',
        sqlite=[
            """CREATE TRIGGER dispute_event_refuses_UPDATE BEFORE UPDATE ON "dispute_event"
    BEGIN SELECT RAISE(ABORT, 'dispute_event is append-only'); END""",
            """CREATE TRIGGER dispute_event_refuses_DELETE BEFORE DELETE ON "dispute_event"
    BEGIN SELECT RAISE(ABORT, 'dispute_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION dispute_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'dispute_event is append-only'; END $$""",
            """CREATE TRIGGER dispute_event_refuses_UPDATE BEFORE UPDATE ON "dispute_event"
    FOR EACH ROW EXECUTE FUNCTION dispute_event_is_append_only()""",
            """CREATE TRIGGER dispute_event_refuses_DELETE BEFORE DELETE ON "dispute_event"
    FOR EACH ROW EXECUTE FUNCTION dispute_event_is_append_only()""",
        ],
    )
    op.create_triggers(
        'dispute_movement',
        sqlite=[
            """CREATE TRIGGER dispute_movement_refuses_UPDATE BEFORE UPDATE ON "dispute_movement"
    BEGIN SELECT RAISE(ABORT, 'dispute_movement is append-only'); END""",
            """CREATE TRIGGER dispute_movement_refuses_DELETE BEFORE DELETE ON "dispute_movement"
    BEGIN SELECT RAISE(ABORT, 'dispute_movement is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION dispute_movement_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'dispute_movement is append-only'; END $$""",
            """CREATE TRIGGER dispute_movement_refuses_UPDATE BEFORE UPDATE ON "dispute_movement"
    FOR EACH ROW EXECUTE FUNCTION dispute_movement_is_append_only()""",
            """CREATE TRIGGER dispute_movement_refuses_DELETE BEFORE DELETE ON "dispute_movement"
    FOR EACH ROW EXECUTE FUNCTION dispute_movement_is_append_only()""",
        ],
    )
    op.create_triggers(
        'dispute_hold',
        sqlite=[
            """CREATE TRIGGER dispute_hold_refuses_UPDATE BEFORE UPDATE ON "dispute_hold"
    BEGIN SELECT RAISE(ABORT, 'dispute_hold is append-only'); END""",
            """CREATE TRIGGER dispute_hold_refuses_DELETE BEFORE DELETE ON "dispute_hold"
    BEGIN SELECT RAISE(ABORT, 'dispute_hold is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION dispute_hold_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'dispute_hold is append-only'; END $$""",
            """CREATE TRIGGER dispute_hold_refuses_UPDATE BEFORE UPDATE ON "dispute_hold"
    FOR EACH ROW EXECUTE FUNCTION dispute_hold_is_append_only()""",
            """CREATE TRIGGER dispute_hold_refuses_DELETE BEFORE DELETE ON "dispute_hold"
    FOR EACH ROW EXECUTE FUNCTION dispute_hold_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('comparison', ['comparison_refuses_DELETE', 'comparison_refuses_UPDATE'])
    op.drop_triggers('ledger_account', ['ledger_account_refuses_DELETE', 'ledger_account_refuses_UPDATE'])
    op.drop_triggers('ledger_day', ['ledger_day_refuses_DELETE', 'ledger_day_refuses_UPDATE'])
    op.drop_triggers('ledger_seal', ['ledger_seal_frozen_insert', 'ledger_seal_refuses_DELETE', 'ledger_seal_refuses_UPDATE'])
    op.drop_triggers('provider_payout_event', ['provider_payout_event_refuses_DELETE', 'provider_payout_event_refuses_UPDATE'])
    op.drop_triggers('ledger_transaction', ['ledger_transaction_frozen_insert', 'ledger_transaction_refuses_DELETE', 'ledger_transaction_refuses_UPDATE'])
    op.drop_triggers('ledger_entry', ['ledger_entry_frozen_insert', 'ledger_entry_refuses_DELETE', 'ledger_entry_refuses_UPDATE'])
    op.drop_triggers('dispute_event', ['dispute_event_refuses_DELETE', 'dispute_event_refuses_UPDATE'])
    op.drop_triggers('dispute_movement', ['dispute_movement_refuses_DELETE', 'dispute_movement_refuses_UPDATE'])
    op.drop_triggers('dispute_hold', ['dispute_hold_refuses_DELETE', 'dispute_hold_refuses_UPDATE'])
    with op.batch_alter_table('provider_event', schema=None) as batch_op:
        batch_op.drop_column('was_missed')

    with op.batch_alter_table('ledger_transaction', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_ledger_transaction_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_ledger_transaction_occurred_at'))
    op.create_triggers(
        'ledger_transaction',
        sqlite=[
            """CREATE TRIGGER ledger_transaction_refuses_UPDATE BEFORE UPDATE ON "ledger_transaction"
    BEGIN SELECT RAISE(ABORT, 'ledger_transaction is append-only'); END""",
            """CREATE TRIGGER ledger_transaction_refuses_DELETE BEFORE DELETE ON "ledger_transaction"
    BEGIN SELECT RAISE(ABORT, 'ledger_transaction is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_transaction_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_transaction is append-only'; END $$""",
            """CREATE TRIGGER ledger_transaction_refuses_UPDATE BEFORE UPDATE ON "ledger_transaction"
    FOR EACH ROW EXECUTE FUNCTION ledger_transaction_is_append_only()""",
            """CREATE TRIGGER ledger_transaction_refuses_DELETE BEFORE DELETE ON "ledger_transaction"
    FOR EACH ROW EXECUTE FUNCTION ledger_transaction_is_append_only()""",
        ],
    )
    op.create_triggers(
        'ledger_entry',
        sqlite=[
            """CREATE TRIGGER ledger_entry_refuses_UPDATE BEFORE UPDATE ON "ledger_entry"
    BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END""",
            """CREATE TRIGGER ledger_entry_refuses_DELETE BEFORE DELETE ON "ledger_entry"
    BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ledger_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ledger_entry is append-only'; END $$""",
            """CREATE TRIGGER ledger_entry_refuses_UPDATE BEFORE UPDATE ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_append_only()""",
            """CREATE TRIGGER ledger_entry_refuses_DELETE BEFORE DELETE ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_append_only()""",
        ],
    )

    with op.batch_alter_table('anomaly', schema=None) as batch_op:
        batch_op.drop_column('done_why')

    with op.batch_alter_table('dispute_hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispute_hold_dispute_id'))

    op.drop_table('dispute_hold')
    with op.batch_alter_table('dispute_movement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispute_movement_dispute_id'))

    op.drop_table('dispute_movement')
    with op.batch_alter_table('dispute_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispute_event_dispute_id'))

    op.drop_table('dispute_event')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispute_status'))
        batch_op.drop_index(batch_op.f('ix_dispute_payment_id'))

    op.drop_table('dispute')
    with op.batch_alter_table('provider_payout_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_provider_payout_event_provider_ref'))

    op.drop_table('provider_payout_event')
    with op.batch_alter_table('provider_payout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_provider_payout_status'))

    op.drop_table('provider_payout')
    op.drop_table('ledger_seal')
    op.drop_table('ledger_day')
    with op.batch_alter_table('comparison', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comparison_started_at'))

    op.drop_table('comparison')


def _append_only(table: str) -> list[str]:
    return [f'{table}_refuses_DELETE', f'{table}_refuses_UPDATE']
