"""Agreements: one for each order with licences; the documents that were printed move to them"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = 'a86d10c3f5e4'
down_revision = '9e219ede15d0'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATUSES = ('generated', 'in_force', 'ended', 'terminated')
CODE_ALPHABET = '23456789BCDFGHJKMNPQRSTVWXZ'


def upgrade() -> None:
    """Lead from 9e219ede15d0 to here."""
    op.create_table('agreement',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('order_id', NUMBER, nullable=False),
    sa.Column('template_version', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum(*STATUSES, name='agreementstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('licensee', sa.Text(), nullable=False),
    sa.Column('end_user', sa.Text(), nullable=True),
    sa.Column('production_type', sa.Text(), nullable=True),
    sa.Column('layers_granted', sa.JSON(), nullable=False),
    sa.Column('layers_excluded', sa.JSON(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(), nullable=False),
    sa.Column('storage_key', sa.Text(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=True),
    sa.Column('size', NUMBER, nullable=True),
    sa.CheckConstraint('(storage_key IS NULL) = (sha256 IS NULL)', name=op.f('ck_agreement_document_has_hash')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_agreement_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement')),
    sa.UniqueConstraint('code', name=op.f('uq_agreement_code')),
    sa.UniqueConstraint('number', name=op.f('uq_agreement_number')),
    sa.UniqueConstraint('order_id', name=op.f('uq_agreement_order_id'))
    )
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_status'), ['status'], unique=False)
    op.create_table('agreement_event',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('agreement_id', NUMBER, nullable=False),
    sa.Column('before', sa.Enum(*STATUSES, name='agreementstatus_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum(*STATUSES, name='agreementstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('account_id', NUMBER, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_agreement_event_account_id')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_event_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_event'))
    )
    with op.batch_alter_table('agreement_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_event_agreement_id'), ['agreement_id'], unique=False)
    with op.batch_alter_table('licence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreement_id', NUMBER, nullable=True))
        batch_op.create_index(batch_op.f('ix_licence_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_licence_agreement_id'), 'agreement', ['agreement_id'], ['id'])
    _fill()
    op.drop_table('document')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION document_is_append_only()')
    op.create_triggers(
        'agreement',
        sqlite=[
            """CREATE TRIGGER agreement_frozen_update BEFORE UPDATE ON agreement WHEN CAST(NEW.code AS TEXT) <> CAST(OLD.code AS TEXT) OR CAST(NEW.order_id AS TEXT) <> CAST(OLD.order_id AS TEXT) OR CAST(NEW.template_version AS TEXT) <> CAST(OLD.template_version AS TEXT) OR CAST(NEW.licensee AS TEXT) <> CAST(OLD.licensee AS TEXT) OR CAST(NEW.layers_granted AS TEXT) <> CAST(OLD.layers_granted AS TEXT) OR CAST(NEW.layers_excluded AS TEXT) <> CAST(OLD.layers_excluded AS TEXT) OR CAST(NEW.accepted_at AS TEXT) <> CAST(OLD.accepted_at AS TEXT) OR (NEW.number <> OLD.number AND substr(OLD.number, 1, 8) <> 'pending-') OR (OLD.storage_key IS NOT NULL AND (NEW.storage_key IS NULL OR NEW.storage_key <> OLD.storage_key)) OR (OLD.sha256 IS NOT NULL AND (NEW.sha256 IS NULL OR NEW.sha256 <> OLD.sha256)) OR (OLD.size IS NOT NULL AND (NEW.size IS NULL OR NEW.size <> OLD.size))
BEGIN SELECT RAISE(ABORT, 'an agreement is frozen'); END""",
            """CREATE TRIGGER agreement_frozen_delete BEFORE DELETE ON agreement WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'an agreement is frozen'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION agreement_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF CAST(NEW.code AS TEXT) <> CAST(OLD.code AS TEXT) OR CAST(NEW.order_id AS TEXT) <> CAST(OLD.order_id AS TEXT) OR CAST(NEW.template_version AS TEXT) <> CAST(OLD.template_version AS TEXT) OR CAST(NEW.licensee AS TEXT) <> CAST(OLD.licensee AS TEXT) OR CAST(NEW.layers_granted AS TEXT) <> CAST(OLD.layers_granted AS TEXT) OR CAST(NEW.layers_excluded AS TEXT) <> CAST(OLD.layers_excluded AS TEXT) OR CAST(NEW.accepted_at AS TEXT) <> CAST(OLD.accepted_at AS TEXT) OR (NEW.number <> OLD.number AND substr(OLD.number, 1, 8) <> 'pending-') OR (OLD.storage_key IS NOT NULL AND (NEW.storage_key IS NULL OR NEW.storage_key <> OLD.storage_key)) OR (OLD.sha256 IS NOT NULL AND (NEW.sha256 IS NULL OR NEW.sha256 <> OLD.sha256)) OR (OLD.size IS NOT NULL AND (NEW.size IS NULL OR NEW.size <> OLD.size)) THEN RAISE EXCEPTION 'an agreement is frozen'; END IF;
RETURN NEW; END $$""",
            """CREATE TRIGGER agreement_frozen_update BEFORE UPDATE ON agreement FOR EACH ROW EXECUTE FUNCTION agreement_frozen_update()""",
            """CREATE OR REPLACE FUNCTION agreement_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF 1 = 1 THEN RAISE EXCEPTION 'an agreement is frozen'; END IF;
RETURN OLD; END $$""",
            """CREATE TRIGGER agreement_frozen_delete BEFORE DELETE ON agreement FOR EACH ROW EXECUTE FUNCTION agreement_frozen_delete()""",
        ],
    )
    op.create_triggers(
        'agreement_event',
        sqlite=[
            """CREATE TRIGGER agreement_event_refuses_UPDATE BEFORE UPDATE ON "agreement_event"
BEGIN SELECT RAISE(ABORT, 'agreement_event is append-only'); END""",
            """CREATE TRIGGER agreement_event_refuses_DELETE BEFORE DELETE ON "agreement_event"
BEGIN SELECT RAISE(ABORT, 'agreement_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION agreement_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'agreement_event is append-only'; END $$""",
            """CREATE TRIGGER agreement_event_refuses_UPDATE BEFORE UPDATE ON "agreement_event"
FOR EACH ROW EXECUTE FUNCTION agreement_event_is_append_only()""",
            """CREATE TRIGGER agreement_event_refuses_DELETE BEFORE DELETE ON "agreement_event"
FOR EACH ROW EXECUTE FUNCTION agreement_event_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back; the documents of orders of several pieces go to the first of them."""
    op.drop_triggers('agreement', ['agreement_frozen_delete', 'agreement_frozen_update'])
    op.drop_triggers('agreement_event', ['agreement_event_refuses_DELETE', 'agreement_event_refuses_UPDATE'])
    op.create_table('document',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('licence_id', NUMBER, nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('template_version', sa.Text(), nullable=False),
    sa.Column('storage_key', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', NUMBER, nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], name=op.f('fk_document_licence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('licence_id', name=op.f('uq_document_licence_id'))
    )
    op.execute(
        'INSERT INTO document (licence_id, number, template_version, storage_key, sha256, size, media_type, issued_at)'
        ' SELECT licence.id, licence.number, template_version, storage_key, sha256, size, \'application/pdf\', issued_at'
        ' FROM agreement JOIN licence ON licence.id ='
        ' (SELECT MIN(part.id) FROM licence AS part WHERE part.agreement_id = agreement.id)'
        ' WHERE storage_key IS NOT NULL'
    )
    op.create_triggers(
        'document',
        sqlite=[
            """CREATE TRIGGER document_refuses_UPDATE BEFORE UPDATE ON "document"
BEGIN SELECT RAISE(ABORT, 'document is append-only'); END""",
            """CREATE TRIGGER document_refuses_DELETE BEFORE DELETE ON "document"
BEGIN SELECT RAISE(ABORT, 'document is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION document_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'document is append-only'; END $$""",
            """CREATE TRIGGER document_refuses_UPDATE BEFORE UPDATE ON "document"
FOR EACH ROW EXECUTE FUNCTION document_is_append_only()""",
            """CREATE TRIGGER document_refuses_DELETE BEFORE DELETE ON "document"
FOR EACH ROW EXECUTE FUNCTION document_is_append_only()""",
        ],
    )
    with op.batch_alter_table('licence', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_licence_agreement_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_licence_agreement_id'))
        batch_op.drop_column('agreement_id')
    op.drop_table('agreement_event')
    op.drop_table('agreement')


def _fill() -> None:
    """Make the agreement of each order that has a licence, in force, with its printed document."""
    connection = op.get_bind()
    old = sa.MetaData()
    tables = ('licence', 'order_line', 'sales_order', 'document')
    licence, line, order, document = (sa.Table(name, old, autoload_with=connection) for name in tables)
    agreement = sa.table(
        'agreement',
        *(sa.column(name) for name in ('id', 'number', 'code', 'order_id', 'template_version', 'status', 'licensee')),
        *(sa.column(name, sa.JSON()) for name in ('layers_granted', 'layers_excluded')),
        *(sa.column(name) for name in ('accepted_at', 'storage_key', 'sha256', 'size')),
    )
    found = connection.execute(
        sa.select(licence, line.c.order_id, order, document.c.storage_key, document.c.sha256, document.c.size)
        .add_columns(licence.c.id.label('licence_id'), order.c.placed_at.label('accepted_at'))
        .join(line, line.c.id == licence.c.order_line_id)
        .join(order, order.c.id == line.c.order_id)
        .outerjoin(document, document.c.licence_id == licence.c.id)
        .order_by(licence.c.id)
    ).mappings().all()
    for number, one in enumerate(found, 1):
        key = str(one['order_line_id'])
        granted = {name: one['grant'][name] for name in ('granted', 'not_granted')}
        connection.execute(agreement.insert().values(
            id=number,
            number=f"A{one['accepted_at'].year}-{number:05d}",
            code='-'.join(''.join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(3)),
            order_id=one['order_id'],
            template_version='2026-1',
            status='in_force',
            licensee=one['organisation'] or one['buyer_name'],
            layers_granted={key: granted},
            layers_excluded={key: []},
            accepted_at=one['accepted_at'],
            storage_key=one['storage_key'],
            sha256=one['sha256'],
            size=one['size'],
        ))
        connection.execute(licence.update().where(licence.c.id == one['licence_id']).values(agreement_id=number))
    if found and connection.dialect.name == 'postgresql':
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence('agreement', 'id'), :last)"), {'last': len(found)})
