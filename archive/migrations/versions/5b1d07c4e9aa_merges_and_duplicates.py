"""Merges, duplicates, and history of people and places"""

import sqlalchemy as sa
from alembic import op

revision = '5b1d07c4e9aa'
down_revision = 'd29a3f482d38'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from d29a3f482d38 to here."""
    op.create_table('authority_revision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.CheckConstraint('(agent_id IS NULL) != (place_id IS NULL)', name=op.f('ck_authority_revision_has_one_subject')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_authority_revision_account_id')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_authority_revision_agent_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_authority_revision_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_revision')),
    sa.UniqueConstraint('agent_id', 'version', name=op.f('uq_authority_revision_agent_id_version')),
    sa.UniqueConstraint('place_id', 'version', name=op.f('uq_authority_revision_place_id_version'))
    )
    with op.batch_alter_table('authority_revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_authority_revision_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_authority_revision_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_authority_revision_place_id'), ['place_id'], unique=False)

    op.create_table('duplicate_pair',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('agent', 'place', name='pairkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('first_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('second_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('likeness', sa.Text(), nullable=False),
    sa.Column('first_name', sa.Text(), nullable=False),
    sa.Column('second_name', sa.Text(), nullable=False),
    sa.Column('score', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('open', 'different', name='pairstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_duplicate_pair_in_order')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_duplicate_pair_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duplicate_pair')),
    sa.UniqueConstraint('kind', 'first_id', 'second_id', name=op.f('uq_duplicate_pair_kind_first_id_second_id'))
    )
    with op.batch_alter_table('duplicate_pair', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duplicate_pair_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_duplicate_pair_kind_second_id'), ['kind', 'second_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_duplicate_pair_state_score'), ['state', 'score'], unique=False)

    op.create_table('merge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('agent', 'place', 'entry', name='mergekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('kept_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merged_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('left_over', sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint('kept_id != merged_id', name=op.f('ck_merge_of_two')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_merge_account_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['account.id'], name=op.f('fk_merge_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merge'))
    )
    with op.batch_alter_table('merge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merge_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_kind_kept_id'), ['kind', 'kept_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_kind_merged_id'), ['kind', 'merged_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_undone_by_id'), ['undone_by_id'], unique=False)
        batch_op.create_index('uq_merge_standing', ['kind', 'merged_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('merge_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link', sa.Text(), nullable=False),
    sa.Column('fate', sa.Enum('moved', 'dropped', 'added', name='linkfate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('row', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['merge_id'], ['merge.id'], name=op.f('fk_merge_link_merge_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merge_link'))
    )
    with op.batch_alter_table('merge_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merge_link_merge_id'), ['merge_id'], unique=False)

    op.create_triggers(
        'authority_revision',
        sqlite=[
            """CREATE TRIGGER authority_revision_refuses_UPDATE BEFORE UPDATE ON "authority_revision"
    BEGIN SELECT RAISE(ABORT, 'authority_revision is append-only'); END""",
            """CREATE TRIGGER authority_revision_refuses_DELETE BEFORE DELETE ON "authority_revision"
    BEGIN SELECT RAISE(ABORT, 'authority_revision is append-only'); END""",
        ],
        postgresql=[
            """CREATE OR REPLACE FUNCTION authority_revision_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'authority_revision is append-only'; END $$""",
            """CREATE TRIGGER authority_revision_refuses_UPDATE BEFORE UPDATE ON "authority_revision"
    FOR EACH ROW EXECUTE FUNCTION authority_revision_is_append_only()""",
            """CREATE TRIGGER authority_revision_refuses_DELETE BEFORE DELETE ON "authority_revision"
    FOR EACH ROW EXECUTE FUNCTION authority_revision_is_append_only()""",
        ],
    )
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    for table in ('agent', 'place', 'entry'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            if table == 'agent':
                batch_op.add_column(sa.Column('living_private', sa.Boolean(), server_default='0', nullable=False))
            if table != 'entry':
                batch_op.add_column(sa.Column('version', number, server_default='0', nullable=False))
            batch_op.add_column(sa.Column('merged_into_id', number, nullable=True))
            batch_op.create_index(batch_op.f(f'ix_{table}_merged_into_id'), ['merged_into_id'], unique=False)
            batch_op.create_foreign_key(batch_op.f(f'fk_{table}_merged_into_id'), table, ['merged_into_id'], ['id'])
            batch_op.create_check_constraint(batch_op.f(f'ck_{table}_merged_into_another'), 'merged_into_id != id')
            if table == 'entry':
                rule = "merged_into_id IS NULL OR status = 'withdrawn'"
                batch_op.create_check_constraint(batch_op.f('ck_entry_withdrawn_when_merged'), rule)


def downgrade() -> None:
    """Lead back."""
    for table in ('agent', 'place', 'entry'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f'ix_{table}_merged_into_id')
            batch_op.drop_column('merged_into_id')
            if table != 'entry':
                batch_op.drop_column('version')
            if table == 'agent':
                batch_op.drop_column('living_private')
    op.drop_triggers('authority_revision', ['authority_revision_refuses_UPDATE', 'authority_revision_refuses_DELETE'])
    for table in ('merge_link', 'merge', 'duplicate_pair', 'authority_revision'):
        op.drop_table(table)
