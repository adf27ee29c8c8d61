"""Royalty statements"""

import sqlalchemy as sa
from alembic import op

revision = '9e219ede15d0'
down_revision = 'c35e8ba3c63e'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from c35e8ba3c63e to here."""
    op.create_table('statement_access',
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_statement_access_party_id')),
    sa.PrimaryKeyConstraint('party_id', name=op.f('pk_statement_access')),
    sa.UniqueConstraint('key', name=op.f('uq_statement_access_key'))
    )
    op.create_table('statement_period',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('total', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_statement_period_days_in_order')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account.id'], name=op.f('fk_statement_period_asked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_period')),
    sa.UniqueConstraint('first_day', 'last_day', name=op.f('uq_statement_period_first_day_last_day')),
    sa.UniqueConstraint('last_day', name=op.f('uq_statement_period_last_day'))
    )
    with op.batch_alter_table('statement_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_period_asked_by_id'), ['asked_by_id'], unique=False)

    op.create_table('royalty_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('open', 'closed', 'approved', 'paid_out', 'carried_forward', name='statementstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('payee', sa.JSON(), nullable=False),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('minimum_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.Enum('none', 'bank', 'via_cmo', name='payout', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('account_shown', sa.Text(), nullable=False),
    sa.Column('self_billing', sa.Boolean(), nullable=False),
    sa.Column('opening_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('earned_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('taken_back_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('paid_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closing_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('withheld_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unlocated_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('object_until', sa.Date(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('opening_minor + earned_minor + taken_back_minor - paid_minor = closing_minor', name=op.f('ck_royalty_statement_adds_up')),
    sa.CheckConstraint('paid_minor >= 0', name=op.f('ck_royalty_statement_paid_is_not_negative')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_royalty_statement_party_id')),
    sa.ForeignKeyConstraint(['period_id'], ['statement_period.id'], name=op.f('fk_royalty_statement_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_royalty_statement')),
    sa.UniqueConstraint('number', name=op.f('uq_royalty_statement_number')),
    sa.UniqueConstraint('period_id', 'party_id', 'currency', name=op.f('uq_royalty_statement_period_id_party_id_currency'))
    )
    with op.batch_alter_table('royalty_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_royalty_statement_party_id'), ['party_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_royalty_statement_party_id_currency'), ['party_id', 'currency'], unique=False)
        batch_op.create_index(batch_op.f('ix_royalty_statement_period_id'), ['period_id'], unique=False)

    op.create_table('payout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('bank_reference', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payout_is_positive')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_payout_party_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account.id'], name=op.f('fk_payout_recorded_by_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['royalty_statement.id'], name=op.f('fk_payout_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout')),
    sa.UniqueConstraint('party_id', 'bank_reference', name=op.f('uq_payout_party_id_bank_reference'))
    )
    with op.batch_alter_table('payout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payout_party_id'), ['party_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payout_recorded_by_id'), ['recorded_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payout_statement_id'), ['statement_id'], unique=False)

    op.create_table('royalty_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('template_version', sa.Text(), nullable=False),
    sa.Column('storage_key', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['royalty_statement.id'], name=op.f('fk_royalty_document_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_royalty_document')),
    sa.UniqueConstraint('statement_id', 'media_type', name=op.f('uq_royalty_document_statement_id_media_type'))
    )
    with op.batch_alter_table('royalty_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_royalty_document_statement_id'), ['statement_id'], unique=False)

    op.create_table('statement_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Enum('open', 'closed', 'approved', 'paid_out', 'carried_forward', name='statementstatus_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum('open', 'closed', 'approved', 'paid_out', 'carried_forward', name='statementstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_statement_event_account_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['royalty_statement.id'], name=op.f('fk_statement_event_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_event'))
    )
    with op.batch_alter_table('statement_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_statement_event_statement_id'), ['statement_id'], unique=False)

    op.create_table('statement_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('movement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payout_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('shown', sa.Enum('booked', 'fee_known', 'taken_back', 'released', 'paid', name='shown', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('pid', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('layer', sa.Enum('composition', 'lyrics', 'arrangement', 'performance', 'master', 'broadcast', 'film', 'photograph', 'artwork_shown', 'portrait', 'deposit_contract', 'database', name='layer', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('territory', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('units', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gross_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vat_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fees_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('net_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('share_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('commission_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('(movement_id IS NULL) != (payout_id IS NULL)', name=op.f('ck_statement_line_shows_one_thing')),
    sa.ForeignKeyConstraint(['movement_id'], ['royalty_movement.id'], name=op.f('fk_statement_line_movement_id')),
    sa.ForeignKeyConstraint(['payout_id'], ['payout.id'], name=op.f('fk_statement_line_payout_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['royalty_statement.id'], name=op.f('fk_statement_line_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_line')),
    sa.UniqueConstraint('movement_id', name=op.f('uq_statement_line_movement_id')),
    sa.UniqueConstraint('payout_id', name=op.f('uq_statement_line_payout_id'))
    )
    with op.batch_alter_table('statement_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_line_statement_id'), ['statement_id'], unique=False)

    op.create_triggers(
        'royalty_statement',
        sqlite=[
            """CREATE TRIGGER royalty_statement_frozen_update BEFORE UPDATE ON royalty_statement WHEN OLD.status <> 'open' AND (COALESCE(CAST(NEW.id AS TEXT), '') <> COALESCE(CAST(OLD.id AS TEXT), '') OR COALESCE(CAST(NEW.number AS TEXT), '') <> COALESCE(CAST(OLD.number AS TEXT), '') OR COALESCE(CAST(NEW.period_id AS TEXT), '') <> COALESCE(CAST(OLD.period_id AS TEXT), '') OR COALESCE(CAST(NEW.party_id AS TEXT), '') <> COALESCE(CAST(OLD.party_id AS TEXT), '') OR COALESCE(CAST(NEW.currency AS TEXT), '') <> COALESCE(CAST(OLD.currency AS TEXT), '') OR COALESCE(CAST(NEW.payee AS TEXT), '') <> COALESCE(CAST(OLD.payee AS TEXT), '') OR COALESCE(CAST(NEW.lang AS TEXT), '') <> COALESCE(CAST(OLD.lang AS TEXT), '') OR COALESCE(CAST(NEW.minimum_minor AS TEXT), '') <> COALESCE(CAST(OLD.minimum_minor AS TEXT), '') OR COALESCE(CAST(NEW.method AS TEXT), '') <> COALESCE(CAST(OLD.method AS TEXT), '') OR COALESCE(CAST(NEW.account_shown AS TEXT), '') <> COALESCE(CAST(OLD.account_shown AS TEXT), '') OR COALESCE(CAST(NEW.self_billing AS TEXT), '') <> COALESCE(CAST(OLD.self_billing AS TEXT), '') OR COALESCE(CAST(NEW.opening_minor AS TEXT), '') <> COALESCE(CAST(OLD.opening_minor AS TEXT), '') OR COALESCE(CAST(NEW.earned_minor AS TEXT), '') <> COALESCE(CAST(OLD.earned_minor AS TEXT), '') OR COALESCE(CAST(NEW.taken_back_minor AS TEXT), '') <> COALESCE(CAST(OLD.taken_back_minor AS TEXT), '') OR COALESCE(CAST(NEW.paid_minor AS TEXT), '') <> COALESCE(CAST(OLD.paid_minor AS TEXT), '') OR COALESCE(CAST(NEW.closing_minor AS TEXT), '') <> COALESCE(CAST(OLD.closing_minor AS TEXT), '') OR COALESCE(CAST(NEW.withheld_minor AS TEXT), '') <> COALESCE(CAST(OLD.withheld_minor AS TEXT), '') OR COALESCE(CAST(NEW.unlocated_minor AS TEXT), '') <> COALESCE(CAST(OLD.unlocated_minor AS TEXT), '') OR COALESCE(CAST(NEW.object_until AS TEXT), '') <> COALESCE(CAST(OLD.object_until AS TEXT), '') OR COALESCE(CAST(NEW.sha256 AS TEXT), '') <> COALESCE(CAST(OLD.sha256 AS TEXT), '') OR COALESCE(CAST(NEW.closed_at AS TEXT), '') <> COALESCE(CAST(OLD.closed_at AS TEXT), '') OR NEW.status = 'open')
    BEGIN SELECT RAISE(ABORT, 'a closed statement is frozen'); END""",
            """CREATE TRIGGER royalty_statement_frozen_delete BEFORE DELETE ON royalty_statement WHEN OLD.status <> 'open'
    BEGIN SELECT RAISE(ABORT, 'a closed statement is frozen'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION royalty_statement_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.status <> 'open' AND (COALESCE(CAST(NEW.id AS TEXT), '') <> COALESCE(CAST(OLD.id AS TEXT), '') OR COALESCE(CAST(NEW.number AS TEXT), '') <> COALESCE(CAST(OLD.number AS TEXT), '') OR COALESCE(CAST(NEW.period_id AS TEXT), '') <> COALESCE(CAST(OLD.period_id AS TEXT), '') OR COALESCE(CAST(NEW.party_id AS TEXT), '') <> COALESCE(CAST(OLD.party_id AS TEXT), '') OR COALESCE(CAST(NEW.currency AS TEXT), '') <> COALESCE(CAST(OLD.currency AS TEXT), '') OR COALESCE(CAST(NEW.payee AS TEXT), '') <> COALESCE(CAST(OLD.payee AS TEXT), '') OR COALESCE(CAST(NEW.lang AS TEXT), '') <> COALESCE(CAST(OLD.lang AS TEXT), '') OR COALESCE(CAST(NEW.minimum_minor AS TEXT), '') <> COALESCE(CAST(OLD.minimum_minor AS TEXT), '') OR COALESCE(CAST(NEW.method AS TEXT), '') <> COALESCE(CAST(OLD.method AS TEXT), '') OR COALESCE(CAST(NEW.account_shown AS TEXT), '') <> COALESCE(CAST(OLD.account_shown AS TEXT), '') OR COALESCE(CAST(NEW.self_billing AS TEXT), '') <> COALESCE(CAST(OLD.self_billing AS TEXT), '') OR COALESCE(CAST(NEW.opening_minor AS TEXT), '') <> COALESCE(CAST(OLD.opening_minor AS TEXT), '') OR COALESCE(CAST(NEW.earned_minor AS TEXT), '') <> COALESCE(CAST(OLD.earned_minor AS TEXT), '') OR COALESCE(CAST(NEW.taken_back_minor AS TEXT), '') <> COALESCE(CAST(OLD.taken_back_minor AS TEXT), '') OR COALESCE(CAST(NEW.paid_minor AS TEXT), '') <> COALESCE(CAST(OLD.paid_minor AS TEXT), '') OR COALESCE(CAST(NEW.closing_minor AS TEXT), '') <> COALESCE(CAST(OLD.closing_minor AS TEXT), '') OR COALESCE(CAST(NEW.withheld_minor AS TEXT), '') <> COALESCE(CAST(OLD.withheld_minor AS TEXT), '') OR COALESCE(CAST(NEW.unlocated_minor AS TEXT), '') <> COALESCE(CAST(OLD.unlocated_minor AS TEXT), '') OR COALESCE(CAST(NEW.object_until AS TEXT), '') <> COALESCE(CAST(OLD.object_until AS TEXT), '') OR COALESCE(CAST(NEW.sha256 AS TEXT), '') <> COALESCE(CAST(OLD.sha256 AS TEXT), '') OR COALESCE(CAST(NEW.closed_at AS TEXT), '') <> COALESCE(CAST(OLD.closed_at AS TEXT), '') OR NEW.status = 'open') THEN RAISE EXCEPTION 'a closed statement is frozen'; END IF;
    RETURN NEW; END $$""",
            """CREATE TRIGGER royalty_statement_frozen_update BEFORE UPDATE ON royalty_statement FOR EACH ROW EXECUTE FUNCTION royalty_statement_frozen_update()""",
            """CREATE OR REPLACE FUNCTION royalty_statement_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.status <> 'open' THEN RAISE EXCEPTION 'a closed statement is frozen'; END IF;
    RETURN OLD; END $$""",
            """CREATE TRIGGER royalty_statement_frozen_delete BEFORE DELETE ON royalty_statement FOR EACH ROW EXECUTE FUNCTION royalty_statement_frozen_delete()""",
        ],
    )
    op.create_triggers(
        'payout',
        sqlite=[
            """CREATE TRIGGER payout_refuses_UPDATE BEFORE UPDATE ON "payout"
    BEGIN SELECT RAISE(ABORT, 'payout is append-only'); END""",
            """CREATE TRIGGER payout_refuses_DELETE BEFORE DELETE ON "payout"
    BEGIN SELECT RAISE(ABORT, 'payout is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION payout_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'payout is append-only'; END $$""",
            """CREATE TRIGGER payout_refuses_UPDATE BEFORE UPDATE ON "payout"
    FOR EACH ROW EXECUTE FUNCTION payout_is_append_only()""",
            """CREATE TRIGGER payout_refuses_DELETE BEFORE DELETE ON "payout"
    FOR EACH ROW EXECUTE FUNCTION payout_is_append_only()""",
        ],
    )
    op.create_triggers(
        'royalty_document',
        sqlite=[
            """CREATE TRIGGER royalty_document_refuses_UPDATE BEFORE UPDATE ON "royalty_document"
    BEGIN SELECT RAISE(ABORT, 'royalty_document is append-only'); END""",
            """CREATE TRIGGER royalty_document_refuses_DELETE BEFORE DELETE ON "royalty_document"
    BEGIN SELECT RAISE(ABORT, 'royalty_document is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION royalty_document_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'royalty_document is append-only'; END $$""",
            """CREATE TRIGGER royalty_document_refuses_UPDATE BEFORE UPDATE ON "royalty_document"
    FOR EACH ROW EXECUTE FUNCTION royalty_document_is_append_only()""",
            """CREATE TRIGGER royalty_document_refuses_DELETE BEFORE DELETE ON "royalty_document"
    FOR EACH ROW EXECUTE FUNCTION royalty_document_is_append_only()""",
        ],
    )
    op.create_triggers(
        'statement_event',
        sqlite=[
            """CREATE TRIGGER statement_event_refuses_UPDATE BEFORE UPDATE ON "statement_event"
    BEGIN SELECT RAISE(ABORT, 'statement_event is append-only'); END""",
            """CREATE TRIGGER statement_event_refuses_DELETE BEFORE DELETE ON "statement_event"
    BEGIN SELECT RAISE(ABORT, 'statement_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION statement_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'statement_event is append-only'; END $$""",
            """CREATE TRIGGER statement_event_refuses_UPDATE BEFORE UPDATE ON "statement_event"
    FOR EACH ROW EXECUTE FUNCTION statement_event_is_append_only()""",
            """CREATE TRIGGER statement_event_refuses_DELETE BEFORE DELETE ON "statement_event"
    FOR EACH ROW EXECUTE FUNCTION statement_event_is_append_only()""",
        ],
    )
    op.create_triggers(
        'statement_line',
        sqlite=[
            """CREATE TRIGGER statement_line_frozen_insert BEFORE INSERT ON statement_line WHEN (SELECT status FROM royalty_statement WHERE id = NEW.statement_id) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'a closed statement is frozen'); END""",
            """CREATE TRIGGER statement_line_frozen_update BEFORE UPDATE ON statement_line WHEN (SELECT status FROM royalty_statement WHERE id = OLD.statement_id) <> 'open' OR (SELECT status FROM royalty_statement WHERE id = NEW.statement_id) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'a closed statement is frozen'); END""",
            """CREATE TRIGGER statement_line_frozen_delete BEFORE DELETE ON statement_line WHEN (SELECT status FROM royalty_statement WHERE id = OLD.statement_id) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'a closed statement is frozen'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION statement_line_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (SELECT status FROM royalty_statement WHERE id = NEW.statement_id) <> 'open' THEN RAISE EXCEPTION 'a closed statement is frozen'; END IF;
    RETURN NEW; END $$""",
            """CREATE TRIGGER statement_line_frozen_insert BEFORE INSERT ON statement_line FOR EACH ROW EXECUTE FUNCTION statement_line_frozen_insert()""",
            """CREATE OR REPLACE FUNCTION statement_line_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (SELECT status FROM royalty_statement WHERE id = OLD.statement_id) <> 'open' OR (SELECT status FROM royalty_statement WHERE id = NEW.statement_id) <> 'open' THEN RAISE EXCEPTION 'a closed statement is frozen'; END IF;
    RETURN NEW; END $$""",
            """CREATE TRIGGER statement_line_frozen_update BEFORE UPDATE ON statement_line FOR EACH ROW EXECUTE FUNCTION statement_line_frozen_update()""",
            """CREATE OR REPLACE FUNCTION statement_line_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (SELECT status FROM royalty_statement WHERE id = OLD.statement_id) <> 'open' THEN RAISE EXCEPTION 'a closed statement is frozen'; END IF;
    RETURN OLD; END $$""",
            """CREATE TRIGGER statement_line_frozen_delete BEFORE DELETE ON statement_line FOR EACH ROW EXECUTE FUNCTION statement_line_frozen_delete()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('royalty_statement', ['royalty_statement_frozen_delete', 'royalty_statement_frozen_update'])
    op.drop_triggers('payout', ['payout_refuses_DELETE', 'payout_refuses_UPDATE'])
    op.drop_triggers('royalty_document', ['royalty_document_refuses_DELETE', 'royalty_document_refuses_UPDATE'])
    op.drop_triggers('statement_event', ['statement_event_refuses_DELETE', 'statement_event_refuses_UPDATE'])
    op.drop_triggers('statement_line', ['statement_line_frozen_delete', 'statement_line_frozen_insert', 'statement_line_frozen_update'])
    with op.batch_alter_table('statement_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_line_statement_id'))

    op.drop_table('statement_line')
    with op.batch_alter_table('statement_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_event_statement_id'))
        batch_op.drop_index(batch_op.f('ix_statement_event_account_id'))

    op.drop_table('statement_event')
    with op.batch_alter_table('royalty_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_royalty_document_statement_id'))

    op.drop_table('royalty_document')
    with op.batch_alter_table('payout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payout_statement_id'))
        batch_op.drop_index(batch_op.f('ix_payout_recorded_by_id'))
        batch_op.drop_index(batch_op.f('ix_payout_party_id'))

    op.drop_table('payout')
    with op.batch_alter_table('royalty_statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_royalty_statement_period_id'))
        batch_op.drop_index(batch_op.f('ix_royalty_statement_party_id_currency'))
        batch_op.drop_index(batch_op.f('ix_royalty_statement_party_id'))

    op.drop_table('royalty_statement')
    with op.batch_alter_table('statement_period', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_period_asked_by_id'))

    op.drop_table('statement_period')
    op.drop_table('statement_access')
