"""Files on their way in, copies of sound, and when files were last read"""

import sqlalchemy as sa
from alembic import op

BEFORE = ('master', 'preview', 'thumbnail', 'fragment')
SINCE = ('fragment_opus', 'access')
STATES = ('ok', 'missing', 'altered')

revision = 'c71d52e09b46'
down_revision = '4d3a12e47d2a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 4d3a12e47d2a to here."""
    with op.batch_alter_table('asset', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_marked', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('verified_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('verify_state', sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_asset_verifystate'), f"verify_state IN ({_listed(STATES)})")
        batch_op.create_index(batch_op.f('ix_asset_verified_at'), ['verified_at'], unique=False)

    _allow(BEFORE + SINCE)
    op.create_table('arrival',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('arriving', 'waiting', 'accepted', 'duplicate', 'refused', 'quarantined', name='arrivalstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=True),
    sa.Column('asset_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_arrival_is_not_empty')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_arrival_account_id')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_arrival_asset_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_arrival_entry_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival')),
    sa.UniqueConstraint('token', name=op.f('uq_arrival_token'))
    )
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrival_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_asset_id'), ['asset_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_entry_id_state'), ['entry_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_state_updated_at'), ['state', 'updated_at'], unique=False)


def downgrade() -> None:
    """Lead back."""
    op.drop_table('arrival')
    op.execute(f"DELETE FROM entry_file WHERE asset_id IN (SELECT id FROM asset WHERE role IN ({_listed(SINCE)}))")
    op.execute(f"DELETE FROM asset WHERE role IN ({_listed(SINCE)})")
    _allow(BEFORE)
    with op.batch_alter_table('asset', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_asset_verified_at'))
        batch_op.drop_constraint(batch_op.f('ck_asset_verifystate'), type_='check')
        batch_op.drop_column('verify_state')
        batch_op.drop_column('verified_at')
        batch_op.drop_column('is_marked')


def _allow(roles: tuple[str, ...]) -> None:
    """Let these be what a file is for."""
    with op.batch_alter_table('asset', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_asset_assetrole'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_asset_assetrole'), f"role IN ({_listed(roles)})")


def _listed(values: tuple[str, ...]) -> str:
    return ', '.join(f"'{value}'" for value in values)
