"""VAT numbers and what VIES said of them"""

import sqlalchemy as sa
from alembic import op

revision = '7a537e9fa9dd'
down_revision = 'd070570d986a'
branch_labels = None
depends_on = None

IS_INVOICE = "kind = 'invoice'"
ONLY_INVOICES = "replaces_id IS NULL OR kind = 'invoice'"


def upgrade() -> None:
    """Lead from d070570d986a to here."""
    op.create_table('vat_number',
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('standing', sa.Enum('not_checked', 'valid', 'invalid', 'unknown', name='standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=True),
    sa.Column('checked_at', sa.DateTime(), nullable=True),
    sa.Column('consultation', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('next_try_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("standing IN ('not_checked', 'unknown') OR checked_at IS NOT NULL", name=op.f('ck_vat_number_known_since')),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_vat_number_tries_are_counted')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_vat_number'))
    )
    with op.batch_alter_table('vat_number', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vat_number_next_try_at'), ['next_try_at'], unique=False)

    op.create_table('location_evidence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.Enum('said', 'vat_number', 'payment', name='source', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("source != 'said'", name=op.f('ck_location_evidence_said_is_on_the_order')),
    sa.CheckConstraint('length(country) = 2', name=op.f('ck_location_evidence_country_has_two_letters')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_location_evidence_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_location_evidence')),
    sa.UniqueConstraint('order_id', 'source', name=op.f('uq_location_evidence_order_id_source'))
    )
    with op.batch_alter_table('location_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_location_evidence_order_id'), ['order_id'], unique=False)

    op.create_table('vat_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('before', sa.Enum('not_checked', 'valid', 'invalid', 'unknown', name='standing_before', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('standing', sa.Enum('not_checked', 'valid', 'invalid', 'unknown', name='standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('consultation', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['vat_number.number'], name=op.f('fk_vat_check_number')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vat_check'))
    )
    with op.batch_alter_table('vat_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vat_check_number'), ['number'], unique=False)

    triggers = _triggers('invoice')
    op.drop_index('uq_invoice_order', table_name='invoice')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paid_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('replaces_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_invoice_replaces_id'), ['replaces_id'])
        batch_op.create_foreign_key(batch_op.f('fk_invoice_replaces_id'), 'invoice', ['replaces_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_invoice_only_invoices_replace'), ONLY_INVOICES)
    _one_invoice(f"{IS_INVOICE} AND replaces_id IS NULL")
    for trigger in triggers:
        op.execute(trigger)

    with op.batch_alter_table('reuse_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vat_number', sa.Text(), nullable=True))

    with op.batch_alter_table('sales_order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vat_number', sa.Text(), nullable=True))

    op.create_triggers(
        'location_evidence',
        sqlite=[
            """CREATE TRIGGER location_evidence_refuses_UPDATE BEFORE UPDATE ON "location_evidence"
    BEGIN SELECT RAISE(ABORT, 'location_evidence is append-only'); END""",
            """CREATE TRIGGER location_evidence_refuses_DELETE BEFORE DELETE ON "location_evidence"
    BEGIN SELECT RAISE(ABORT, 'location_evidence is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION location_evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'location_evidence is append-only'; END $$""",
            """CREATE TRIGGER location_evidence_refuses_UPDATE BEFORE UPDATE ON "location_evidence"
    FOR EACH ROW EXECUTE FUNCTION location_evidence_is_append_only()""",
            """CREATE TRIGGER location_evidence_refuses_DELETE BEFORE DELETE ON "location_evidence"
    FOR EACH ROW EXECUTE FUNCTION location_evidence_is_append_only()""",
        ],
    )
    op.create_triggers(
        'vat_check',
        sqlite=[
            """CREATE TRIGGER vat_check_refuses_UPDATE BEFORE UPDATE ON "vat_check"
    BEGIN SELECT RAISE(ABORT, 'vat_check is append-only'); END""",
            """CREATE TRIGGER vat_check_refuses_DELETE BEFORE DELETE ON "vat_check"
    BEGIN SELECT RAISE(ABORT, 'vat_check is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION vat_check_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'vat_check is append-only'; END $$""",
            """CREATE TRIGGER vat_check_refuses_UPDATE BEFORE UPDATE ON "vat_check"
    FOR EACH ROW EXECUTE FUNCTION vat_check_is_append_only()""",
            """CREATE TRIGGER vat_check_refuses_DELETE BEFORE DELETE ON "vat_check"
    FOR EACH ROW EXECUTE FUNCTION vat_check_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back; no invoice may stand for another one."""
    op.drop_triggers('location_evidence', ['location_evidence_refuses_DELETE', 'location_evidence_refuses_UPDATE'])
    op.drop_triggers('vat_check', ['vat_check_refuses_DELETE', 'vat_check_refuses_UPDATE'])
    with op.batch_alter_table('sales_order', schema=None) as batch_op:
        batch_op.drop_column('vat_number')

    with op.batch_alter_table('reuse_request', schema=None) as batch_op:
        batch_op.drop_column('vat_number')

    triggers = _triggers('invoice')
    op.drop_index('uq_invoice_order', table_name='invoice')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_invoice_only_invoices_replace'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_invoice_replaces_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_invoice_replaces_id'), type_='unique')
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('paid_on')
    _one_invoice(IS_INVOICE)
    for trigger in triggers:
        op.execute(trigger)

    with op.batch_alter_table('vat_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vat_check_number'))

    op.drop_table('vat_check')
    with op.batch_alter_table('location_evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_location_evidence_order_id'))

    op.drop_table('location_evidence')
    with op.batch_alter_table('vat_number', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vat_number_next_try_at'))

    op.drop_table('vat_number')


def _one_invoice(condition: str) -> None:
    where = sa.text(condition)
    op.create_index('uq_invoice_order', 'invoice', ['order_id'], unique=True, sqlite_where=where, postgresql_where=where)


def _triggers(table: str) -> list[str]:
    """SQLite makes the table anew and forgets what watched over it."""
    if op.get_bind().dialect.name != 'sqlite':
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().scalars(query, {'table': table}))
