"""Ready packages of rate cards"""

import sqlalchemy as sa
from alembic import op

revision = 'a94d1e7730bc'
down_revision = '79efcdea16e6'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Lead from 79efcdea16e6 to here."""
    op.create_table('rate_package',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('card_id', NUMBER, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('asset_type', sa.Text(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('price_minor', NUMBER, nullable=False),
    sa.CheckConstraint('price_minor > 0', name=op.f('ck_rate_package_price_is_positive')),
    sa.ForeignKeyConstraint(['card_id'], ['rate_card.id'], name=op.f('fk_rate_package_card_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rate_package')),
    sa.UniqueConstraint('card_id', 'code', name=op.f('uq_rate_package_card_id_code'))
    )
    with op.batch_alter_table('rate_package', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rate_package_card_id'), ['card_id'], unique=False)
    op.create_triggers(
        'rate_package',
        sqlite=[
            """CREATE TRIGGER rate_package_frozen_insert BEFORE INSERT ON rate_package WHEN (SELECT status FROM rate_card WHERE id = NEW.card_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a rate card in force is frozen'); END""",
            """CREATE TRIGGER rate_package_frozen_update BEFORE UPDATE ON rate_package WHEN (SELECT status FROM rate_card WHERE id = OLD.card_id) <> 'draft' OR (SELECT status FROM rate_card WHERE id = NEW.card_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a rate card in force is frozen'); END""",
            """CREATE TRIGGER rate_package_frozen_delete BEFORE DELETE ON rate_package WHEN (SELECT status FROM rate_card WHERE id = OLD.card_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a rate card in force is frozen'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION rate_package_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (SELECT status FROM rate_card WHERE id = NEW.card_id) <> 'draft' THEN RAISE EXCEPTION 'a rate card in force is frozen'; END IF;
RETURN NEW; END $$""",
            """CREATE TRIGGER rate_package_frozen_insert BEFORE INSERT ON rate_package FOR EACH ROW EXECUTE FUNCTION rate_package_frozen_insert()""",
            """CREATE OR REPLACE FUNCTION rate_package_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (SELECT status FROM rate_card WHERE id = OLD.card_id) <> 'draft' OR (SELECT status FROM rate_card WHERE id = NEW.card_id) <> 'draft' THEN RAISE EXCEPTION 'a rate card in force is frozen'; END IF;
RETURN NEW; END $$""",
            """CREATE TRIGGER rate_package_frozen_update BEFORE UPDATE ON rate_package FOR EACH ROW EXECUTE FUNCTION rate_package_frozen_update()""",
            """CREATE OR REPLACE FUNCTION rate_package_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (SELECT status FROM rate_card WHERE id = OLD.card_id) <> 'draft' THEN RAISE EXCEPTION 'a rate card in force is frozen'; END IF;
RETURN OLD; END $$""",
            """CREATE TRIGGER rate_package_frozen_delete BEFORE DELETE ON rate_package FOR EACH ROW EXECUTE FUNCTION rate_package_frozen_delete()""",
        ],
    )


def downgrade() -> None:
    """Lead back."""
    op.drop_triggers(
        'rate_package', ['rate_package_frozen_insert', 'rate_package_frozen_update', 'rate_package_frozen_delete']
    )
    op.drop_table('rate_package')
