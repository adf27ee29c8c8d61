"""Royalties"""

import sqlalchemy as sa
from alembic import op

revision = '79efcdea16e6'
down_revision = 'fcfbe06b1604'
branch_labels = None
depends_on = None

BEFORE = ('stripe_clearing', 'bank', 'fees_expense', 'revenue', 'vat_payable', 'suspense')
SINCE = ('royalty_expense', 'royalty_payable', 'royalty_reserve')


def upgrade() -> None:
    """Lead from fcfbe06b1604 to here."""
    _allow(BEFORE[:-1] + SINCE + BEFORE[-1:])
    op.create_table('payout_terms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('commission_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('minimum_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fees', sa.Enum('archive', 'shared', name='fees', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('method', sa.Enum('none', 'bank', 'via_cmo', name='payout', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('iban', sa.Text(), nullable=True),
    sa.Column('account_holder', sa.Text(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('self_billing', sa.Boolean(), nullable=False),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('set_at', sa.DateTime(), nullable=False),
    sa.Column('set_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(method = 'bank') = (iban IS NOT NULL)", name=op.f('ck_payout_terms_bank_has_account')),
    sa.CheckConstraint('commission_bp BETWEEN 0 AND 10000', name=op.f('ck_payout_terms_commission_is_a_part')),
    sa.CheckConstraint('minimum_minor >= 0', name=op.f('ck_payout_terms_minimum_is_not_negative')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_payout_terms_party_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_payout_terms_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout_terms'))
    )
    with op.batch_alter_table('payout_terms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payout_terms_party_id_valid_from'), ['party_id', 'valid_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_payout_terms_set_by_id'), ['set_by_id'], unique=False)

    op.create_table('accrual',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('licence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('territory', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('net_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vat_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rules_version', sa.Text(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('booked_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('net_minor > 0 AND vat_minor >= 0', name=op.f('ck_accrual_is_positive')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_accrual_entry_id')),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], name=op.f('fk_accrual_licence_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_accrual_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accrual')),
    sa.UniqueConstraint('licence_id', name=op.f('uq_accrual_licence_id'))
    )
    with op.batch_alter_table('accrual', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accrual_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accrual_order_id'), ['order_id'], unique=False)

    op.create_table('accrual_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('accrual_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('booked', 'fee_known', 'taken_back', 'released', name='accrualkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('net_back_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fees_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('net_back_minor >= 0 AND fees_minor >= 0', name=op.f('ck_accrual_event_is_not_negative')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_accrual_event_account_id')),
    sa.ForeignKeyConstraint(['accrual_id'], ['accrual.id'], name=op.f('fk_accrual_event_accrual_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accrual_event')),
    sa.UniqueConstraint('key', name=op.f('uq_accrual_event_key'))
    )
    with op.batch_alter_table('accrual_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accrual_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accrual_event_accrual_id'), ['accrual_id'], unique=False)

    op.create_table('accrual_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('accrual_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('of_parent_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('layer', sa.Enum('composition', 'lyrics', 'arrangement', 'performance', 'master', 'broadcast', 'film', 'photograph', 'artwork_shown', 'portrait', 'deposit_contract', 'database', name='layer', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('holder', sa.Enum('archive', 'party', 'reserve', name='holder', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('claim_number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('basis', sa.Enum('owned', 'assigned', 'represented', 'collective', 'out_of_commerce', 'exception', 'public_domain', 'unknown', name='basis', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('share_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('commission_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fees', sa.Enum('archive', 'shared', name='fees', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('base_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vat_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("holder != 'party' OR party_id IS NOT NULL", name=op.f('ck_accrual_part_party_is_named')),
    sa.CheckConstraint('(parent_id IS NULL) = (of_parent_bp IS NULL)', name=op.f('ck_accrual_part_released_part_says_how_much')),
    sa.CheckConstraint('base_minor >= 0 AND vat_minor >= 0', name=op.f('ck_accrual_part_is_not_negative')),
    sa.ForeignKeyConstraint(['accrual_id'], ['accrual.id'], name=op.f('fk_accrual_part_accrual_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['accrual_part.id'], name=op.f('fk_accrual_part_parent_id')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_accrual_part_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accrual_part')),
    sa.UniqueConstraint('parent_id', 'party_id', name=op.f('uq_accrual_part_parent_id_party_id'))
    )
    with op.batch_alter_table('accrual_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accrual_part_accrual_id'), ['accrual_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accrual_part_holder_layer'), ['holder', 'layer'], unique=False)
        batch_op.create_index(batch_op.f('ix_accrual_part_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accrual_part_party_id'), ['party_id'], unique=False)

    op.create_table('royalty_movement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Enum('booked', 'fee_known', 'taken_back', 'released', name='accrualkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('units', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('base_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vat_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fees_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['accrual_event.id'], name=op.f('fk_royalty_movement_event_id')),
    sa.ForeignKeyConstraint(['part_id'], ['accrual_part.id'], name=op.f('fk_royalty_movement_part_id')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_royalty_movement_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_royalty_movement')),
    sa.UniqueConstraint('event_id', 'part_id', name=op.f('uq_royalty_movement_event_id_part_id'))
    )
    with op.batch_alter_table('royalty_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_royalty_movement_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_royalty_movement_part_id'), ['part_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_royalty_movement_party_id_at'), ['party_id', 'at'], unique=False)

    op.create_triggers(
        'payout_terms',
        sqlite=[
            """CREATE TRIGGER payout_terms_refuses_UPDATE BEFORE UPDATE ON "payout_terms"
    BEGIN SELECT RAISE(ABORT, 'payout_terms is append-only'); END""",
            """CREATE TRIGGER payout_terms_refuses_DELETE BEFORE DELETE ON "payout_terms"
    BEGIN SELECT RAISE(ABORT, 'payout_terms is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION payout_terms_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'payout_terms is append-only'; END $$""",
            """CREATE TRIGGER payout_terms_refuses_UPDATE BEFORE UPDATE ON "payout_terms"
    FOR EACH ROW EXECUTE FUNCTION payout_terms_is_append_only()""",
            """CREATE TRIGGER payout_terms_refuses_DELETE BEFORE DELETE ON "payout_terms"
    FOR EACH ROW EXECUTE FUNCTION payout_terms_is_append_only()""",
        ],
    )
    op.create_triggers(
        'accrual',
        sqlite=[
            """CREATE TRIGGER accrual_refuses_UPDATE BEFORE UPDATE ON "accrual"
    BEGIN SELECT RAISE(ABORT, 'accrual is append-only'); END""",
            """CREATE TRIGGER accrual_refuses_DELETE BEFORE DELETE ON "accrual"
    BEGIN SELECT RAISE(ABORT, 'accrual is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION accrual_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'accrual is append-only'; END $$""",
            """CREATE TRIGGER accrual_refuses_UPDATE BEFORE UPDATE ON "accrual"
    FOR EACH ROW EXECUTE FUNCTION accrual_is_append_only()""",
            """CREATE TRIGGER accrual_refuses_DELETE BEFORE DELETE ON "accrual"
    FOR EACH ROW EXECUTE FUNCTION accrual_is_append_only()""",
        ],
    )
    op.create_triggers(
        'accrual_event',
        sqlite=[
            """CREATE TRIGGER accrual_event_refuses_UPDATE BEFORE UPDATE ON "accrual_event"
    BEGIN SELECT RAISE(ABORT, 'accrual_event is append-only'); END""",
            """CREATE TRIGGER accrual_event_refuses_DELETE BEFORE DELETE ON "accrual_event"
    BEGIN SELECT RAISE(ABORT, 'accrual_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION accrual_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'accrual_event is append-only'; END $$""",
            """CREATE TRIGGER accrual_event_refuses_UPDATE BEFORE UPDATE ON "accrual_event"
    FOR EACH ROW EXECUTE FUNCTION accrual_event_is_append_only()""",
            """CREATE TRIGGER accrual_event_refuses_DELETE BEFORE DELETE ON "accrual_event"
    FOR EACH ROW EXECUTE FUNCTION accrual_event_is_append_only()""",
        ],
    )
    op.create_triggers(
        'accrual_part',
        sqlite=[
            """CREATE TRIGGER accrual_part_refuses_UPDATE BEFORE UPDATE ON "accrual_part"
    BEGIN SELECT RAISE(ABORT, 'accrual_part is append-only'); END""",
            """CREATE TRIGGER accrual_part_refuses_DELETE BEFORE DELETE ON "accrual_part"
    BEGIN SELECT RAISE(ABORT, 'accrual_part is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION accrual_part_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'accrual_part is append-only'; END $$""",
            """CREATE TRIGGER accrual_part_refuses_UPDATE BEFORE UPDATE ON "accrual_part"
    FOR EACH ROW EXECUTE FUNCTION accrual_part_is_append_only()""",
            """CREATE TRIGGER accrual_part_refuses_DELETE BEFORE DELETE ON "accrual_part"
    FOR EACH ROW EXECUTE FUNCTION accrual_part_is_append_only()""",
        ],
    )
    op.create_triggers(
        'royalty_movement',
        sqlite=[
            """CREATE TRIGGER royalty_movement_refuses_UPDATE BEFORE UPDATE ON "royalty_movement"
    BEGIN SELECT RAISE(ABORT, 'royalty_movement is append-only'); END""",
            """CREATE TRIGGER royalty_movement_refuses_DELETE BEFORE DELETE ON "royalty_movement"
    BEGIN SELECT RAISE(ABORT, 'royalty_movement is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION royalty_movement_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'royalty_movement is append-only'; END $$""",
            """CREATE TRIGGER royalty_movement_refuses_UPDATE BEFORE UPDATE ON "royalty_movement"
    FOR EACH ROW EXECUTE FUNCTION royalty_movement_is_append_only()""",
            """CREATE TRIGGER royalty_movement_refuses_DELETE BEFORE DELETE ON "royalty_movement"
    FOR EACH ROW EXECUTE FUNCTION royalty_movement_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('payout_terms', ['payout_terms_refuses_DELETE', 'payout_terms_refuses_UPDATE'])
    op.drop_triggers('accrual', ['accrual_refuses_DELETE', 'accrual_refuses_UPDATE'])
    op.drop_triggers('accrual_event', ['accrual_event_refuses_DELETE', 'accrual_event_refuses_UPDATE'])
    op.drop_triggers('accrual_part', ['accrual_part_refuses_DELETE', 'accrual_part_refuses_UPDATE'])
    op.drop_triggers('royalty_movement', ['royalty_movement_refuses_DELETE', 'royalty_movement_refuses_UPDATE'])
    with op.batch_alter_table('royalty_movement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_royalty_movement_party_id_at'))
        batch_op.drop_index(batch_op.f('ix_royalty_movement_part_id'))
        batch_op.drop_index(batch_op.f('ix_royalty_movement_event_id'))

    op.drop_table('royalty_movement')
    with op.batch_alter_table('accrual_part', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accrual_part_party_id'))
        batch_op.drop_index(batch_op.f('ix_accrual_part_parent_id'))
        batch_op.drop_index(batch_op.f('ix_accrual_part_holder_layer'))
        batch_op.drop_index(batch_op.f('ix_accrual_part_accrual_id'))

    op.drop_table('accrual_part')
    with op.batch_alter_table('accrual_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accrual_event_accrual_id'))
        batch_op.drop_index(batch_op.f('ix_accrual_event_account_id'))

    op.drop_table('accrual_event')
    with op.batch_alter_table('accrual', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accrual_order_id'))
        batch_op.drop_index(batch_op.f('ix_accrual_entry_id'))

    op.drop_table('accrual')
    with op.batch_alter_table('payout_terms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payout_terms_set_by_id'))
        batch_op.drop_index(batch_op.f('ix_payout_terms_party_id_valid_from'))

    op.drop_table('payout_terms')
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    """Let these be the kinds of account; those in use stay, for what is booked is never taken away."""
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table('ledger_account', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_ledger_account_accountkind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_ledger_account_accountkind'), f"kind IN ({listed})")
