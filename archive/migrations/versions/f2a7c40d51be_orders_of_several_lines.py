"""Orders of several lines, and the moves of licences"""

import json

import sqlalchemy as sa
from alembic import op

revision = 'f2a7c40d51be'
down_revision = '706b5cede9f6'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BEFORE = ('active', 'suspended', 'revoked')
SINCE = ('pending', *BEFORE, 'superseded')
# What the answers on a ticket meant until now.
EUROPE = (
    'AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT'
    ' RO RS SE SI SK SM UA VA XK'
)
COUNTRIES = {'netherlands': ['NL'], 'benelux': ['BE', 'LU', 'NL'], 'europe': EUROPE.split(), 'world': ['WW']}


def upgrade() -> None:
    """Lead from 706b5cede9f6 to here."""
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('item', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('user_class', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('is_exclusive', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('layers_excluded', sa.JSON(), nullable=True))
    lines = sa.table('order_line', sa.column('user_class'), sa.column('is_exclusive', sa.Boolean()), sa.column('layers_excluded', sa.JSON()))
    op.execute(lines.update().values(user_class='', is_exclusive=False, layers_excluded=[]))
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.alter_column('user_class', existing_type=sa.Text(), nullable=False)
        batch_op.alter_column('is_exclusive', existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column('layers_excluded', existing_type=sa.JSON(), nullable=False)

    with op.batch_alter_table('licence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('use_code', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('territory', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('is_exclusive', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('supersedes_id', NUMBER, nullable=True))
        batch_op.alter_column('status_reason', new_column_name='revoked_reason', existing_type=sa.Text(), nullable=True)
    _fill()
    with op.batch_alter_table('licence', schema=None) as batch_op:
        batch_op.alter_column('use_code', existing_type=sa.Text(), nullable=False)
        batch_op.alter_column('territory', existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column('is_exclusive', existing_type=sa.Boolean(), nullable=False)
        batch_op.create_index(batch_op.f('ix_licence_entry_id_use_code'), ['entry_id', 'use_code'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_licence_supersedes_id'), ['supersedes_id'])
        batch_op.create_foreign_key(batch_op.f('fk_licence_supersedes_id'), 'licence', ['supersedes_id'], ['id'])
        _allow(batch_op, SINCE)

    op.create_table('licence_event',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('licence_id', NUMBER, nullable=False),
    sa.Column('before', sa.Enum(*SINCE, name='licencestatus_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum(*SINCE, name='licencestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('account_id', NUMBER, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_licence_event_account_id')),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], name=op.f('fk_licence_event_licence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_licence_event'))
    )
    with op.batch_alter_table('licence_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_licence_event_licence_id'), ['licence_id'], unique=False)
    op.create_triggers(
        'licence_event',
        sqlite=[
            """CREATE TRIGGER licence_event_refuses_UPDATE BEFORE UPDATE ON "licence_event"
BEGIN SELECT RAISE(ABORT, 'licence_event is append-only'); END""",
            """CREATE TRIGGER licence_event_refuses_DELETE BEFORE DELETE ON "licence_event"
BEGIN SELECT RAISE(ABORT, 'licence_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION licence_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'licence_event is append-only'; END $$""",
            """CREATE TRIGGER licence_event_refuses_UPDATE BEFORE UPDATE ON "licence_event"
FOR EACH ROW EXECUTE FUNCTION licence_event_is_append_only()""",
            """CREATE TRIGGER licence_event_refuses_DELETE BEFORE DELETE ON "licence_event"
FOR EACH ROW EXECUTE FUNCTION licence_event_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('licence_event', ['licence_event_refuses_DELETE', 'licence_event_refuses_UPDATE'])
    op.drop_table('licence_event')
    op.execute("UPDATE licence SET status = 'revoked' WHERE status IN ('pending', 'superseded')")
    with op.batch_alter_table('licence', schema=None) as batch_op:
        _allow(batch_op, BEFORE)
        batch_op.drop_constraint(batch_op.f('fk_licence_supersedes_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_licence_supersedes_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_licence_entry_id_use_code'))
        batch_op.alter_column('revoked_reason', new_column_name='status_reason', existing_type=sa.Text(), nullable=True)
        for column in ('supersedes_id', 'is_exclusive', 'territory', 'use_code'):
            batch_op.drop_column(column)
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        for column in ('layers_excluded', 'is_exclusive', 'user_class', 'item'):
            batch_op.drop_column(column)


def _fill() -> None:
    """Say of each licence what it was given for, from the answers that it keeps."""
    licences = sa.table(
        'licence',
        sa.column('id', NUMBER),
        sa.column('grant', sa.JSON()),
        sa.column('use_code', sa.Text()),
        sa.column('territory', sa.JSON()),
        sa.column('is_exclusive', sa.Boolean()),
    )
    connection = op.get_bind()
    for number, grant in connection.execute(sa.select(licences.c.id, licences.c.grant)).all():
        choice = (json.loads(grant) if isinstance(grant, str) else grant)['choice']
        values = {
            'use_code': choice['use'],
            'territory': sorted(COUNTRIES[choice['territory']]),
            'is_exclusive': False,
        }
        connection.execute(licences.update().where(licences.c.id == number).values(**values))


def _allow(batch_op, statuses: tuple[str, ...]) -> None:
    """Let these be what a licence is worth."""
    listed = ', '.join(f"'{status}'" for status in statuses)
    batch_op.drop_constraint(batch_op.f('ck_licence_licencestatus'), type_='check')
    batch_op.create_check_constraint(batch_op.f('ck_licence_licencestatus'), f'status IN ({listed})')
