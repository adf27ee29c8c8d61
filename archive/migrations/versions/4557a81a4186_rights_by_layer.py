"""Rights by layer: claims that are followed and never overwritten, on a part too; consents and searches"""

import sqlalchemy as sa
from alembic import op

revision = '4557a81a4186'
down_revision = 'a86d10c3f5e4'
branch_labels = None
depends_on = None

PART_IN_ORDER = '(in_ms IS NULL) = (out_ms IS NULL) AND (in_ms IS NULL OR (in_ms >= 0 AND in_ms < out_ms))'


def upgrade() -> None:
    """Lead from a86d10c3f5e4 to here."""
    op.create_table('rights_consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('portrait', 'property', 'artist', 'interviewee', name='consentkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('uses', sa.JSON(), nullable=False),
    sa.Column('territory', sa.JSON(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('document_no', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_rights_consent_days_in_order')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_rights_consent_entry_id')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_rights_consent_party_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account.id'], name=op.f('fk_rights_consent_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_consent'))
    )
    with op.batch_alter_table('rights_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rights_consent_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rights_consent_party_id'), ['party_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rights_consent_recorded_by_id'), ['recorded_by_id'], unique=False)

    op.create_table('rights_search',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('layer', sa.Enum('composition', 'lyrics', 'arrangement', 'performance', 'master', 'broadcast', 'film', 'photograph', 'artwork_shown', 'portrait', 'deposit_contract', 'database', name='layer', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('source', sa.Enum('database', 'society', 'publisher', 'library', 'newspaper', 'register', 'person', 'other', name='searchsource', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('source_name', sa.Text(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('searched_on', sa.Date(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_rights_search_account_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_rights_search_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_search'))
    )
    with op.batch_alter_table('rights_search', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rights_search_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rights_search_entry_id'), ['entry_id'], unique=False)

    op.create_table('claim_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_status', sa.Enum('asserted', 'confirmed', 'disputed', 'superseded', name='from_status', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('to_status', sa.Enum('asserted', 'confirmed', 'disputed', 'superseded', name='to_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_event_account_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['rights_claim.id'], name=op.f('fk_claim_event_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_event'))
    )
    with op.batch_alter_table('claim_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_event_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_event_claim_id'), ['claim_id'], unique=False)

    with op.batch_alter_table('rights_claim', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('in_ms', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('out_ms', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_rights_claim_recorded_by_id'), ['recorded_by_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_rights_claim_supersedes_id'), ['supersedes_id'])
        batch_op.create_foreign_key(batch_op.f('fk_rights_claim_recorded_by_id'), 'account', ['recorded_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_rights_claim_part_in_order'), PART_IN_ORDER)
        batch_op.create_check_constraint(batch_op.f('ck_rights_claim_supersedes_another'), 'supersedes_id <> id')
        batch_op.create_foreign_key(batch_op.f('fk_rights_claim_supersedes_id'), 'rights_claim', ['supersedes_id'], ['id'])

    op.create_triggers(
        'rights_claim',
        sqlite=[
            """CREATE TRIGGER rights_claim_frozen_update BEFORE UPDATE ON rights_claim WHEN COALESCE(CAST(NEW.id AS TEXT), '') <> COALESCE(CAST(OLD.id AS TEXT), '') OR COALESCE(CAST(NEW.entry_id AS TEXT), '') <> COALESCE(CAST(OLD.entry_id AS TEXT), '') OR COALESCE(CAST(NEW.layer AS TEXT), '') <> COALESCE(CAST(OLD.layer AS TEXT), '') OR COALESCE(CAST(NEW.share_bp AS TEXT), '') <> COALESCE(CAST(OLD.share_bp AS TEXT), '') OR COALESCE(CAST(NEW.basis AS TEXT), '') <> COALESCE(CAST(OLD.basis AS TEXT), '') OR COALESCE(CAST(NEW.territory AS TEXT), '') <> COALESCE(CAST(OLD.territory AS TEXT), '') OR COALESCE(CAST(NEW.valid_from AS TEXT), '') <> COALESCE(CAST(OLD.valid_from AS TEXT), '') OR COALESCE(CAST(NEW.valid_to AS TEXT), '') <> COALESCE(CAST(OLD.valid_to AS TEXT), '') OR COALESCE(CAST(NEW.limits AS TEXT), '') <> COALESCE(CAST(OLD.limits AS TEXT), '') OR COALESCE(CAST(NEW.notified_on AS TEXT), '') <> COALESCE(CAST(OLD.notified_on AS TEXT), '') OR COALESCE(CAST(NEW.opted_out_on AS TEXT), '') <> COALESCE(CAST(OLD.opted_out_on AS TEXT), '') OR COALESCE(CAST(NEW.statement_uri AS TEXT), '') <> COALESCE(CAST(OLD.statement_uri AS TEXT), '') OR COALESCE(CAST(NEW.note_nl AS TEXT), '') <> COALESCE(CAST(OLD.note_nl AS TEXT), '') OR COALESCE(CAST(NEW.note_en AS TEXT), '') <> COALESCE(CAST(OLD.note_en AS TEXT), '') OR COALESCE(CAST(NEW.evidence AS TEXT), '') <> COALESCE(CAST(OLD.evidence AS TEXT), '') OR COALESCE(CAST(NEW.in_ms AS TEXT), '') <> COALESCE(CAST(OLD.in_ms AS TEXT), '') OR COALESCE(CAST(NEW.out_ms AS TEXT), '') <> COALESCE(CAST(OLD.out_ms AS TEXT), '') OR COALESCE(CAST(NEW.supersedes_id AS TEXT), '') <> COALESCE(CAST(OLD.supersedes_id AS TEXT), '') OR COALESCE(CAST(NEW.recorded_at AS TEXT), '') <> COALESCE(CAST(OLD.recorded_at AS TEXT), '') OR COALESCE(CAST(NEW.recorded_by_id AS TEXT), '') <> COALESCE(CAST(OLD.recorded_by_id AS TEXT), '')
    BEGIN SELECT RAISE(ABORT, 'what a claim says is never changed'); END""",
            """CREATE TRIGGER rights_claim_frozen_delete BEFORE DELETE ON rights_claim
    BEGIN SELECT RAISE(ABORT, 'what a claim says is never changed'); END""",
            """CREATE TRIGGER rights_claim_shares_insert AFTER INSERT ON rights_claim WHEN NEW.status IN ('asserted', 'confirmed') AND NEW.layer NOT IN ('portrait', 'artwork_shown', 'deposit_contract')
    BEGIN SELECT RAISE(ABORT, 'more than the whole of a layer is claimed') WHERE EXISTS (
      SELECT 1 FROM rights_claim began, rights_claim named, json_each(named.territory) AS place
      WHERE began.entry_id = NEW.entry_id AND began.layer = NEW.layer AND began.status IN ('asserted', 'confirmed') AND COALESCE(began.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(began.out_ms, -1) = COALESCE(NEW.out_ms, -1) AND named.entry_id = NEW.entry_id AND named.layer = NEW.layer AND named.status IN ('asserted', 'confirmed') AND COALESCE(named.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(named.out_ms, -1) = COALESCE(NEW.out_ms, -1) AND 10000 < (
        SELECT SUM(held.share_bp) FROM rights_claim held WHERE held.entry_id = NEW.entry_id AND held.layer = NEW.layer AND held.status IN ('asserted', 'confirmed') AND COALESCE(held.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(held.out_ms, -1) = COALESCE(NEW.out_ms, -1)
        AND COALESCE(held.valid_from, '0001-01-01') <= COALESCE(began.valid_from, '0001-01-01')
        AND COALESCE(held.valid_to, '9999-12-31') >= COALESCE(began.valid_from, '0001-01-01')
        AND EXISTS (SELECT 1 FROM json_each(held.territory) AS part WHERE part.value IN ('WW', place.value)))); END""",
            """CREATE TRIGGER rights_claim_shares_update AFTER UPDATE OF status ON rights_claim WHEN NEW.status IN ('asserted', 'confirmed') AND NEW.layer NOT IN ('portrait', 'artwork_shown', 'deposit_contract')
    BEGIN SELECT RAISE(ABORT, 'more than the whole of a layer is claimed') WHERE EXISTS (
      SELECT 1 FROM rights_claim began, rights_claim named, json_each(named.territory) AS place
      WHERE began.entry_id = NEW.entry_id AND began.layer = NEW.layer AND began.status IN ('asserted', 'confirmed') AND COALESCE(began.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(began.out_ms, -1) = COALESCE(NEW.out_ms, -1) AND named.entry_id = NEW.entry_id AND named.layer = NEW.layer AND named.status IN ('asserted', 'confirmed') AND COALESCE(named.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(named.out_ms, -1) = COALESCE(NEW.out_ms, -1) AND 10000 < (
        SELECT SUM(held.share_bp) FROM rights_claim held WHERE held.entry_id = NEW.entry_id AND held.layer = NEW.layer AND held.status IN ('asserted', 'confirmed') AND COALESCE(held.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(held.out_ms, -1) = COALESCE(NEW.out_ms, -1)
        AND COALESCE(held.valid_from, '0001-01-01') <= COALESCE(began.valid_from, '0001-01-01')
        AND COALESCE(held.valid_to, '9999-12-31') >= COALESCE(began.valid_from, '0001-01-01')
        AND EXISTS (SELECT 1 FROM json_each(held.territory) AS part WHERE part.value IN ('WW', place.value)))); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION rights_claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'what a claim says is never changed'; END IF;
    IF COALESCE(CAST(NEW.id AS TEXT), '') <> COALESCE(CAST(OLD.id AS TEXT), '') OR COALESCE(CAST(NEW.entry_id AS TEXT), '') <> COALESCE(CAST(OLD.entry_id AS TEXT), '') OR COALESCE(CAST(NEW.layer AS TEXT), '') <> COALESCE(CAST(OLD.layer AS TEXT), '') OR COALESCE(CAST(NEW.share_bp AS TEXT), '') <> COALESCE(CAST(OLD.share_bp AS TEXT), '') OR COALESCE(CAST(NEW.basis AS TEXT), '') <> COALESCE(CAST(OLD.basis AS TEXT), '') OR COALESCE(CAST(NEW.territory AS TEXT), '') <> COALESCE(CAST(OLD.territory AS TEXT), '') OR COALESCE(CAST(NEW.valid_from AS TEXT), '') <> COALESCE(CAST(OLD.valid_from AS TEXT), '') OR COALESCE(CAST(NEW.valid_to AS TEXT), '') <> COALESCE(CAST(OLD.valid_to AS TEXT), '') OR COALESCE(CAST(NEW.limits AS TEXT), '') <> COALESCE(CAST(OLD.limits AS TEXT), '') OR COALESCE(CAST(NEW.notified_on AS TEXT), '') <> COALESCE(CAST(OLD.notified_on AS TEXT), '') OR COALESCE(CAST(NEW.opted_out_on AS TEXT), '') <> COALESCE(CAST(OLD.opted_out_on AS TEXT), '') OR COALESCE(CAST(NEW.statement_uri AS TEXT), '') <> COALESCE(CAST(OLD.statement_uri AS TEXT), '') OR COALESCE(CAST(NEW.note_nl AS TEXT), '') <> COALESCE(CAST(OLD.note_nl AS TEXT), '') OR COALESCE(CAST(NEW.note_en AS TEXT), '') <> COALESCE(CAST(OLD.note_en AS TEXT), '') OR COALESCE(CAST(NEW.evidence AS TEXT), '') <> COALESCE(CAST(OLD.evidence AS TEXT), '') OR COALESCE(CAST(NEW.in_ms AS TEXT), '') <> COALESCE(CAST(OLD.in_ms AS TEXT), '') OR COALESCE(CAST(NEW.out_ms AS TEXT), '') <> COALESCE(CAST(OLD.out_ms AS TEXT), '') OR COALESCE(CAST(NEW.supersedes_id AS TEXT), '') <> COALESCE(CAST(OLD.supersedes_id AS TEXT), '') OR COALESCE(CAST(NEW.recorded_at AS TEXT), '') <> COALESCE(CAST(OLD.recorded_at AS TEXT), '') OR COALESCE(CAST(NEW.recorded_by_id AS TEXT), '') <> COALESCE(CAST(OLD.recorded_by_id AS TEXT), '') THEN RAISE EXCEPTION 'what a claim says is never changed'; END IF;
    RETURN NEW; END $$""",
            """CREATE OR REPLACE FUNCTION rights_claim_shares() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.status IN ('asserted', 'confirmed') AND NEW.layer NOT IN ('portrait', 'artwork_shown', 'deposit_contract') THEN
    PERFORM 1 FROM entry WHERE id = NEW.entry_id FOR UPDATE;
    IF EXISTS (
      SELECT 1 FROM rights_claim began, rights_claim named, json_array_elements_text(named.territory) AS place
      WHERE began.entry_id = NEW.entry_id AND began.layer = NEW.layer AND began.status IN ('asserted', 'confirmed') AND COALESCE(began.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(began.out_ms, -1) = COALESCE(NEW.out_ms, -1) AND named.entry_id = NEW.entry_id AND named.layer = NEW.layer AND named.status IN ('asserted', 'confirmed') AND COALESCE(named.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(named.out_ms, -1) = COALESCE(NEW.out_ms, -1) AND 10000 < (
        SELECT SUM(held.share_bp) FROM rights_claim held WHERE held.entry_id = NEW.entry_id AND held.layer = NEW.layer AND held.status IN ('asserted', 'confirmed') AND COALESCE(held.in_ms, -1) = COALESCE(NEW.in_ms, -1) AND COALESCE(held.out_ms, -1) = COALESCE(NEW.out_ms, -1)
        AND COALESCE(held.valid_from, CAST('-infinity' AS date)) <= COALESCE(began.valid_from, CAST('-infinity' AS date))
        AND COALESCE(held.valid_to, CAST('infinity' AS date)) >= COALESCE(began.valid_from, CAST('-infinity' AS date))
        AND EXISTS (SELECT 1 FROM json_array_elements_text(held.territory) AS part WHERE part.value IN ('WW', place.value)))) THEN RAISE EXCEPTION 'more than the whole of a layer is claimed' USING ERRCODE = 'check_violation'; END IF;
    END IF;
    RETURN NULL; END $$""",
            """CREATE TRIGGER rights_claim_frozen_update BEFORE UPDATE ON rights_claim
    FOR EACH ROW EXECUTE FUNCTION rights_claim_stays()""",
            """CREATE TRIGGER rights_claim_frozen_delete BEFORE DELETE ON rights_claim
    FOR EACH ROW EXECUTE FUNCTION rights_claim_stays()""",
            """CREATE TRIGGER rights_claim_shares_insert AFTER INSERT ON rights_claim
    FOR EACH ROW EXECUTE FUNCTION rights_claim_shares()""",
            """CREATE TRIGGER rights_claim_shares_update AFTER UPDATE OF status ON rights_claim
    FOR EACH ROW EXECUTE FUNCTION rights_claim_shares()""",
        ],
    )
    op.create_triggers(
        'rights_search',
        sqlite=[
            """CREATE TRIGGER rights_search_refuses_UPDATE BEFORE UPDATE ON "rights_search"
    BEGIN SELECT RAISE(ABORT, 'rights_search is append-only'); END""",
            """CREATE TRIGGER rights_search_refuses_DELETE BEFORE DELETE ON "rights_search"
    BEGIN SELECT RAISE(ABORT, 'rights_search is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION rights_search_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'rights_search is append-only'; END $$""",
            """CREATE TRIGGER rights_search_refuses_UPDATE BEFORE UPDATE ON "rights_search"
    FOR EACH ROW EXECUTE FUNCTION rights_search_is_append_only()""",
            """CREATE TRIGGER rights_search_refuses_DELETE BEFORE DELETE ON "rights_search"
    FOR EACH ROW EXECUTE FUNCTION rights_search_is_append_only()""",
        ],
    )
    op.create_triggers(
        'claim_event',
        sqlite=[
            """CREATE TRIGGER claim_event_refuses_UPDATE BEFORE UPDATE ON "claim_event"
    BEGIN SELECT RAISE(ABORT, 'claim_event is append-only'); END""",
            """CREATE TRIGGER claim_event_refuses_DELETE BEFORE DELETE ON "claim_event"
    BEGIN SELECT RAISE(ABORT, 'claim_event is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION claim_event_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'claim_event is append-only'; END $$""",
            """CREATE TRIGGER claim_event_refuses_UPDATE BEFORE UPDATE ON "claim_event"
    FOR EACH ROW EXECUTE FUNCTION claim_event_is_append_only()""",
            """CREATE TRIGGER claim_event_refuses_DELETE BEFORE DELETE ON "claim_event"
    FOR EACH ROW EXECUTE FUNCTION claim_event_is_append_only()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers('rights_claim', ['rights_claim_frozen_delete', 'rights_claim_frozen_update', 'rights_claim_shares_insert', 'rights_claim_shares_update'])
    op.drop_triggers('rights_search', ['rights_search_refuses_DELETE', 'rights_search_refuses_UPDATE'])
    op.drop_triggers('claim_event', ['claim_event_refuses_DELETE', 'claim_event_refuses_UPDATE'])
    with op.batch_alter_table('rights_claim', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_rights_claim_supersedes_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_rights_claim_recorded_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_rights_claim_supersedes_another'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_rights_claim_part_in_order'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_rights_claim_supersedes_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_rights_claim_recorded_by_id'))
        batch_op.drop_column('supersedes_id')
        batch_op.drop_column('out_ms')
        batch_op.drop_column('in_ms')
        batch_op.drop_column('recorded_by_id')

    with op.batch_alter_table('claim_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_event_claim_id'))
        batch_op.drop_index(batch_op.f('ix_claim_event_account_id'))

    op.drop_table('claim_event')
    with op.batch_alter_table('rights_search', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rights_search_entry_id'))
        batch_op.drop_index(batch_op.f('ix_rights_search_account_id'))

    op.drop_table('rights_search')
    with op.batch_alter_table('rights_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rights_consent_recorded_by_id'))
        batch_op.drop_index(batch_op.f('ix_rights_consent_party_id'))
        batch_op.drop_index(batch_op.f('ix_rights_consent_entry_id'))

    op.drop_table('rights_consent')
