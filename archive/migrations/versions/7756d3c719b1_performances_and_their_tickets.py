"""Performances and their tickets"""

import sqlalchemy as sa
from alembic import op

revision = '7756d3c719b1'
down_revision = '5c0e7d92ab41'
branch_labels = None
depends_on = None

KINDS = ('collection', 'session', 'recording', 'image', 'work', 'release')


def upgrade() -> None:
    """Lead from 5c0e7d92ab41 to here."""
    _allow((*KINDS, 'performance'))
    op.create_table('season',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('floor_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.CheckConstraint('floor_minor > 0', name=op.f('ck_season_costs_something')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_season')),
    sa.UniqueConstraint('code', name=op.f('uq_season_code'))
    )
    op.create_table('box_office',
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stream_url', sa.Text(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('floor_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('suggested_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('early_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('early_until', sa.DateTime(), nullable=True),
    sa.Column('regions', sa.JSON(), nullable=False),
    sa.Column('quota', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('taken', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('free_reason', sa.Enum('funded', 'invitation', 'press', 'education', name='freereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('season_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(early_minor IS NULL) = (early_until IS NULL)', name=op.f('ck_box_office_early_until_a_day')),
    sa.CheckConstraint('early_minor > 0 AND early_minor < floor_minor', name=op.f('ck_box_office_early_costs_less')),
    sa.CheckConstraint('floor_minor > 0 OR (floor_minor = 0 AND free_reason IS NOT NULL)', name=op.f('ck_box_office_free_for_a_reason')),
    sa.CheckConstraint('free_reason IS NULL OR floor_minor = 0', name=op.f('ck_box_office_reason_when_free')),
    sa.CheckConstraint('quota > 0', name=op.f('ck_box_office_has_places')),
    sa.CheckConstraint('suggested_minor >= floor_minor', name=op.f('ck_box_office_suggests_enough')),
    sa.CheckConstraint('taken >= 0 AND (quota IS NULL OR taken <= quota)', name=op.f('ck_box_office_never_oversold')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_box_office_entry_id')),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_box_office_season_id')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_box_office'))
    )
    with op.batch_alter_table('box_office', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_box_office_season_id'), ['season_id'], unique=False)

    op.create_table('deal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('basis', sa.Enum('versus', 'plus', name='basis', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('guarantee_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('share_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreed_at', sa.DateTime(), nullable=False),
    sa.Column('stands_since', sa.DateTime(), nullable=True),
    sa.CheckConstraint('guarantee_minor >= 0', name=op.f('ck_deal_guarantees_something')),
    sa.CheckConstraint('share_bp >= 0 AND share_bp <= 10000', name=op.f('ck_deal_shares_a_part')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_deal_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_deal_entry_id'))
    )
    op.create_table('performance',
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('opens_at', sa.DateTime(), nullable=False),
    sa.Column('viewing_until', sa.DateTime(), nullable=False),
    sa.CheckConstraint('ends_at <= viewing_until', name=op.f('ck_performance_is_seen_whole')),
    sa.CheckConstraint('opens_at < viewing_until', name=op.f('ck_performance_can_be_seen')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_performance_lasts')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_performance_entry_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_performance'))
    )
    with op.batch_alter_table('performance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_starts_at'), ['starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_viewing_until'), ['viewing_until'], unique=False)

    op.create_table('deal_artist',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('weight', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('weight > 0', name=op.f('ck_deal_artist_gets_something')),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_deal_artist_deal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_artist')),
    sa.UniqueConstraint('key', name=op.f('uq_deal_artist_key'))
    )
    with op.batch_alter_table('deal_artist', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deal_artist_deal_id'), ['deal_id'], unique=False)

    op.create_table('deal_cost',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_deal_cost_costs_something')),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_deal_cost_deal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_cost')),
    sa.UniqueConstraint('deal_id', 'label', name=op.f('uq_deal_cost_deal_id_label'))
    )
    with op.batch_alter_table('deal_cost', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deal_cost_deal_id'), ['deal_id'], unique=False)

    op.create_table('deal_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('is_final', sa.Boolean(), nullable=False),
    sa.Column('tickets', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('income_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('costs_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('new_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_deal_statement_is_numbered')),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_deal_statement_deal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_statement')),
    sa.UniqueConstraint('deal_id', 'number', name=op.f('uq_deal_statement_deal_id_number'))
    )
    with op.batch_alter_table('deal_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deal_statement_deal_id'), ['deal_id'], unique=False)

    op.create_table('reservation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.Enum('held', 'used', 'released', 'refused', name='reservationstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('held_until', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['box_office.entry_id'], name=op.f('fk_reservation_entry_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_reservation_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservation')),
    sa.UniqueConstraint('order_id', 'entry_id', name=op.f('uq_reservation_order_id_entry_id'))
    )
    with op.batch_alter_table('reservation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reservation_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservation_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservation_status_held_until'), ['status', 'held_until'], unique=False)

    op.create_table('reservation_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reservation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Enum('held', 'used', 'released', 'refused', name='reservationstatus_before', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('after', sa.Enum('held', 'used', 'released', 'refused', name='reservationstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['reservation_id'], ['reservation.id'], name=op.f('fk_reservation_event_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservation_event'))
    )
    with op.batch_alter_table('reservation_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reservation_event_reservation_id'), ['reservation_id'], unique=False)

    op.create_table('ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.Enum('valid', 'revoked', name='ticketstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('holder_name', sa.Text(), nullable=False),
    sa.Column('holder_email', sa.Text(), nullable=False),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('net_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('free_reason', sa.Enum('funded', 'invitation', 'press', 'education', name='freereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('device_hash', sa.Text(), nullable=True),
    sa.Column('devices', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('(line_id IS NULL) = (free_reason IS NOT NULL)', name=op.f('ck_ticket_paid_or_free_for_a_reason')),
    sa.CheckConstraint('(line_id IS NULL) = (net_minor = 0)', name=op.f('ck_ticket_costs_what_was_paid')),
    sa.CheckConstraint('devices >= 0 AND devices <= 5', name=op.f('ck_ticket_on_few_devices')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_ticket_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['order_line.id'], name=op.f('fk_ticket_line_id')),
    sa.ForeignKeyConstraint(['place_id'], ['reservation.id'], name=op.f('fk_ticket_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('key', name=op.f('uq_ticket_key')),
    sa.UniqueConstraint('line_id', name=op.f('uq_ticket_line_id')),
    sa.UniqueConstraint('place_id', name=op.f('uq_ticket_place_id'))
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_entry_id'), ['entry_id'], unique=False)

    op.create_table('ticket_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_event_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_event'))
    )
    with op.batch_alter_table('ticket_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_event_ticket_id'), ['ticket_id'], unique=False)

    op.create_triggers(
        'deal_statement',
        sqlite=[
            """CREATE TRIGGER deal_statement_refuses_UPDATE BEFORE UPDATE ON "deal_statement"
    BEGIN SELECT RAISE(ABORT, 'deal_statement is append-only'); END""",
            """CREATE TRIGGER deal_statement_refuses_DELETE BEFORE DELETE ON "deal_statement"
    BEGIN SELECT RAISE(ABORT, 'deal_statement is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION deal_statement_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'deal_statement is append-only'; END $$""",
            """CREATE TRIGGER deal_statement_refuses_UPDATE BEFORE UPDATE ON "deal_statement"
    FOR EACH ROW EXECUTE FUNCTION deal_statement_is_append_only()""",
            """CREATE TRIGGER deal_statement_refuses_DELETE BEFORE DELETE ON "deal_statement"
    FOR EACH ROW EXECUTE FUNCTION deal_statement_is_append_only()""",
        ],
    )
    op.create_triggers(
        'reservation_event',
        sqlite=[
            """CREATE TRIGGER reservation_event_refuses_UPDATE BEFORE UPDATE ON "reservation_event"
    BEGIN SELECT RAISE(ABORT, 'reservation_event is append-only'); END""",
            """CREATE TRIGGER reservation_event_refuses_DELETE BEFORE DELETE ON "reservation_event"
    BEGIN SELECT RAISE(ABORT, 'reservation_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION reservation_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'reservation_event is append-only'; END $$""",
            """CREATE TRIGGER reservation_event_refuses_UPDATE BEFORE UPDATE ON "reservation_event"
    FOR EACH ROW EXECUTE FUNCTION reservation_event_is_append_only()""",
            """CREATE TRIGGER reservation_event_refuses_DELETE BEFORE DELETE ON "reservation_event"
    FOR EACH ROW EXECUTE FUNCTION reservation_event_is_append_only()""",
        ],
    )
    op.create_triggers(
        'ticket_event',
        sqlite=[
            """CREATE TRIGGER ticket_event_refuses_UPDATE BEFORE UPDATE ON "ticket_event"
    BEGIN SELECT RAISE(ABORT, 'ticket_event is append-only'); END""",
            """CREATE TRIGGER ticket_event_refuses_DELETE BEFORE DELETE ON "ticket_event"
    BEGIN SELECT RAISE(ABORT, 'ticket_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION ticket_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'ticket_event is append-only'; END $$""",
            """CREATE TRIGGER ticket_event_refuses_UPDATE BEFORE UPDATE ON "ticket_event"
    FOR EACH ROW EXECUTE FUNCTION ticket_event_is_append_only()""",
            """CREATE TRIGGER ticket_event_refuses_DELETE BEFORE DELETE ON "ticket_event"
    FOR EACH ROW EXECUTE FUNCTION ticket_event_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back; entries that are performances must be gone."""
    op.drop_triggers('deal_statement', ['deal_statement_refuses_DELETE', 'deal_statement_refuses_UPDATE'])
    op.drop_triggers('reservation_event', ['reservation_event_refuses_DELETE', 'reservation_event_refuses_UPDATE'])
    op.drop_triggers('ticket_event', ['ticket_event_refuses_DELETE', 'ticket_event_refuses_UPDATE'])
    with op.batch_alter_table('ticket_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_event_ticket_id'))

    op.drop_table('ticket_event')
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_entry_id'))

    op.drop_table('ticket')
    with op.batch_alter_table('reservation_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reservation_event_reservation_id'))

    op.drop_table('reservation_event')
    with op.batch_alter_table('reservation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reservation_status_held_until'))
        batch_op.drop_index(batch_op.f('ix_reservation_order_id'))
        batch_op.drop_index(batch_op.f('ix_reservation_entry_id'))

    op.drop_table('reservation')
    with op.batch_alter_table('deal_statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deal_statement_deal_id'))

    op.drop_table('deal_statement')
    with op.batch_alter_table('deal_cost', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deal_cost_deal_id'))

    op.drop_table('deal_cost')
    with op.batch_alter_table('deal_artist', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deal_artist_deal_id'))

    op.drop_table('deal_artist')
    with op.batch_alter_table('performance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_performance_viewing_until'))
        batch_op.drop_index(batch_op.f('ix_performance_starts_at'))

    op.drop_table('performance')
    op.drop_table('deal')
    with op.batch_alter_table('box_office', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_box_office_season_id'))

    op.drop_table('box_office')
    op.drop_table('season')
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    triggers = _triggers('entry')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_entry_entrykind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_entry_entrykind'), f"kind IN ({listed})")
    for trigger in triggers:
        op.execute(trigger)


def _triggers(table: str) -> list[str]:
    """SQLite makes the table anew and forgets what watched over it."""
    if op.get_bind().dialect.name != 'sqlite':
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().scalars(query, {'table': table}))
