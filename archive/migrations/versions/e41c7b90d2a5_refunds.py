"""Refunds, what they took back, and several credit notes of one invoice"""

import sqlalchemy as sa
from alembic import op

revision = 'e41c7b90d2a5'
down_revision = 'e2d90a71c4b8'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATUSES = ('requested', 'approved', 'sent', 'pending', 'succeeded', 'failed', 'cancelled')
SOURCES = ('sale', 'surplus', 'promised')
ORIGINS = ('here', 'provider')


def upgrade() -> None:
    """Lead from e2d90a71c4b8 to here."""
    op.create_table('refund',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('payment_id', NUMBER, nullable=False),
    sa.Column('payment_minor', NUMBER, nullable=False),
    sa.Column('order_line_id', NUMBER, nullable=True),
    sa.Column('amount_minor', NUMBER, nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('source', _one_of('source', SOURCES), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('status', _one_of('refundstatus', STATUSES), nullable=False),
    sa.Column('origin', _one_of('origin', ORIGINS), nullable=False),
    sa.Column('form_key', sa.Text(), nullable=True),
    sa.Column('provider_ref', sa.Text(), nullable=True),
    sa.Column('credit_note_id', NUMBER, nullable=True),
    sa.Column('asked_by_id', NUMBER, nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_refund_is_positive')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account.id'], name=op.f('fk_refund_asked_by_id')),
    sa.ForeignKeyConstraint(['credit_note_id'], ['invoice.id'], name=op.f('fk_refund_credit_note_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_refund_order_line_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_refund_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('credit_note_id', name=op.f('uq_refund_credit_note_id')),
    sa.UniqueConstraint('form_key', name=op.f('uq_refund_form_key')),
    sa.UniqueConstraint('provider_ref', name=op.f('uq_refund_provider_ref'))
    )
    op.create_index(op.f('ix_refund_asked_by_id'), 'refund', ['asked_by_id'])
    op.create_index(op.f('ix_refund_order_line_id'), 'refund', ['order_line_id'])
    op.create_index(op.f('ix_refund_payment_id'), 'refund', ['payment_id'])
    op.create_table('refund_event',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('refund_id', NUMBER, nullable=False),
    sa.Column('before', _one_of('refundstatus_before', STATUSES), nullable=True),
    sa.Column('after', _one_of('refundstatus', STATUSES), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('account_id', NUMBER, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_refund_event_account_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_refund_event_refund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund_event'))
    )
    op.create_index(op.f('ix_refund_event_account_id'), 'refund_event', ['account_id'])
    op.create_index(op.f('ix_refund_event_refund_id'), 'refund_event', ['refund_id'])
    op.create_table('refund_part',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('refund_id', NUMBER, nullable=False),
    sa.Column('order_line_id', NUMBER, nullable=False),
    sa.Column('net_minor', NUMBER, nullable=False),
    sa.Column('vat_minor', NUMBER, nullable=False),
    sa.CheckConstraint('net_minor >= 0 AND vat_minor >= 0 AND net_minor + vat_minor > 0', name=op.f('ck_refund_part_is_something')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_refund_part_order_line_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_refund_part_refund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund_part')),
    sa.UniqueConstraint('refund_id', 'order_line_id', name=op.f('uq_refund_part_refund_id_order_line_id'))
    )
    op.create_index(op.f('ix_refund_part_order_line_id'), 'refund_part', ['order_line_id'])
    op.create_index(op.f('ix_refund_part_refund_id'), 'refund_part', ['refund_id'])
    triggers = _triggers('invoice')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_invoice_refers_to_id'), type_='unique')
        batch_op.create_index(batch_op.f('ix_invoice_refers_to_id'), ['refers_to_id'])
    for trigger in triggers:
        op.execute(trigger)
    op.create_triggers(
        'invoice',
        sqlite=[
            """CREATE TRIGGER invoice_frozen_insert BEFORE INSERT ON invoice WHEN NEW.refers_to_id IS NOT NULL AND (SELECT COALESCE(SUM(note.gross_minor), 0) FROM invoice AS note WHERE note.refers_to_id = NEW.refers_to_id) + NEW.gross_minor > (SELECT whole.gross_minor FROM invoice AS whole WHERE whole.id = NEW.refers_to_id)
BEGIN SELECT RAISE(ABORT, 'credit notes never exceed their invoice'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION invoice_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.refers_to_id IS NOT NULL AND (SELECT COALESCE(SUM(note.gross_minor), 0) FROM invoice AS note WHERE note.refers_to_id = NEW.refers_to_id) + NEW.gross_minor > (SELECT whole.gross_minor FROM invoice AS whole WHERE whole.id = NEW.refers_to_id) THEN RAISE EXCEPTION 'credit notes never exceed their invoice'; END IF;
RETURN NEW; END $$""",
            """CREATE TRIGGER invoice_frozen_insert BEFORE INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_frozen_insert()""",
        ],
    )
    op.create_triggers(
        'refund',
        sqlite=[
            """CREATE TRIGGER refund_frozen_insert BEFORE INSERT ON refund WHEN (NEW.status NOT IN ('failed', 'cancelled') AND (SELECT COALESCE(SUM(other.amount_minor), 0) FROM refund AS other WHERE other.payment_id = NEW.payment_id AND other.status NOT IN ('failed', 'cancelled')) + NEW.amount_minor > NEW.payment_minor)
BEGIN SELECT RAISE(ABORT, 'refunds stay, and never exceed their payment'); END""",
            """CREATE TRIGGER refund_frozen_update BEFORE UPDATE ON refund WHEN (NEW.status NOT IN ('failed', 'cancelled') AND (SELECT COALESCE(SUM(other.amount_minor), 0) FROM refund AS other WHERE other.payment_id = NEW.payment_id AND other.status NOT IN ('failed', 'cancelled') AND other.id <> NEW.id) + NEW.amount_minor > NEW.payment_minor) OR NEW.payment_id <> OLD.payment_id OR NEW.payment_minor <> OLD.payment_minor OR (OLD.provider_ref IS NOT NULL AND COALESCE(NEW.provider_ref, '') <> OLD.provider_ref)
BEGIN SELECT RAISE(ABORT, 'refunds stay, and never exceed their payment'); END""",
            """CREATE TRIGGER refund_frozen_delete BEFORE DELETE ON refund WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'refunds stay, and never exceed their payment'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION refund_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (NEW.status NOT IN ('failed', 'cancelled') AND (SELECT COALESCE(SUM(other.amount_minor), 0) FROM refund AS other WHERE other.payment_id = NEW.payment_id AND other.status NOT IN ('failed', 'cancelled')) + NEW.amount_minor > NEW.payment_minor) THEN RAISE EXCEPTION 'refunds stay, and never exceed their payment'; END IF;
RETURN NEW; END $$""",
            """CREATE TRIGGER refund_frozen_insert BEFORE INSERT ON refund FOR EACH ROW EXECUTE FUNCTION refund_frozen_insert()""",
            """CREATE OR REPLACE FUNCTION refund_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (NEW.status NOT IN ('failed', 'cancelled') AND (SELECT COALESCE(SUM(other.amount_minor), 0) FROM refund AS other WHERE other.payment_id = NEW.payment_id AND other.status NOT IN ('failed', 'cancelled') AND other.id <> NEW.id) + NEW.amount_minor > NEW.payment_minor) OR NEW.payment_id <> OLD.payment_id OR NEW.payment_minor <> OLD.payment_minor OR (OLD.provider_ref IS NOT NULL AND COALESCE(NEW.provider_ref, '') <> OLD.provider_ref) THEN RAISE EXCEPTION 'refunds stay, and never exceed their payment'; END IF;
RETURN NEW; END $$""",
            """CREATE TRIGGER refund_frozen_update BEFORE UPDATE ON refund FOR EACH ROW EXECUTE FUNCTION refund_frozen_update()""",
            """CREATE OR REPLACE FUNCTION refund_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF 1 = 1 THEN RAISE EXCEPTION 'refunds stay, and never exceed their payment'; END IF;
RETURN OLD; END $$""",
            """CREATE TRIGGER refund_frozen_delete BEFORE DELETE ON refund FOR EACH ROW EXECUTE FUNCTION refund_frozen_delete()""",
        ],
    )
    op.create_triggers(
        'refund_event',
        sqlite=[
            """CREATE TRIGGER refund_event_refuses_UPDATE BEFORE UPDATE ON "refund_event"
BEGIN SELECT RAISE(ABORT, 'refund_event is append-only'); END""",
            """CREATE TRIGGER refund_event_refuses_DELETE BEFORE DELETE ON "refund_event"
BEGIN SELECT RAISE(ABORT, 'refund_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION refund_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'refund_event is append-only'; END $$""",
            """CREATE TRIGGER refund_event_refuses_UPDATE BEFORE UPDATE ON "refund_event"
FOR EACH ROW EXECUTE FUNCTION refund_event_is_append_only()""",
            """CREATE TRIGGER refund_event_refuses_DELETE BEFORE DELETE ON "refund_event"
FOR EACH ROW EXECUTE FUNCTION refund_event_is_append_only()""",
        ],
    )
    op.create_triggers(
        'refund_part',
        sqlite=[
            """CREATE TRIGGER refund_part_refuses_UPDATE BEFORE UPDATE ON "refund_part"
BEGIN SELECT RAISE(ABORT, 'refund_part is append-only'); END""",
            """CREATE TRIGGER refund_part_refuses_DELETE BEFORE DELETE ON "refund_part"
BEGIN SELECT RAISE(ABORT, 'refund_part is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION refund_part_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'refund_part is append-only'; END $$""",
            """CREATE TRIGGER refund_part_refuses_UPDATE BEFORE UPDATE ON "refund_part"
FOR EACH ROW EXECUTE FUNCTION refund_part_is_append_only()""",
            """CREATE TRIGGER refund_part_refuses_DELETE BEFORE DELETE ON "refund_part"
FOR EACH ROW EXECUTE FUNCTION refund_part_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back; no invoice may have two credit notes."""
    op.drop_triggers('invoice', ['invoice_frozen_insert'])
    triggers = _triggers('invoice')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invoice_refers_to_id'))
        batch_op.create_unique_constraint(batch_op.f('uq_invoice_refers_to_id'), ['refers_to_id'])
    for trigger in triggers:
        op.execute(trigger)
    for table in ('refund_part', 'refund_event'):
        op.drop_triggers(table, [f'{table}_refuses_DELETE', f'{table}_refuses_UPDATE'])
        op.drop_table(table)
    op.drop_triggers('refund', ['refund_frozen_delete', 'refund_frozen_insert', 'refund_frozen_update'])
    op.drop_table('refund')


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _triggers(table: str) -> list[str]:
    """SQLite makes the table anew and forgets what watched over it."""
    if op.get_bind().dialect.name != 'sqlite':
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().scalars(query, {'table': table}))
