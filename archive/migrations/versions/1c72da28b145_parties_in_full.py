"""Parties in full: numbers, how they are taxed and paid, and which other one they turned out to be"""

import sqlalchemy as sa
from alembic import op

revision = '1c72da28b145'
down_revision = 'f3a96b1d07c8'
branch_labels = None
depends_on = None

CHECKS = {
    'merged_into_another': 'merged_into_id IS NULL OR merged_into_id <> id',
    'country_has_two_letters': 'country IS NULL OR length(country) = 2',
    'ipi_has_eleven_digits': 'ipi IS NULL OR length(ipi) = 11',
    'isni_has_sixteen_characters': 'isni IS NULL OR length(isni) = 16',
}
PROFILES = ('vat', 'small_business', 'private', 'foreign')
PAYOUTS = ('none', 'bank', 'via_cmo')


def upgrade() -> None:
    """Lead from f3a96b1d07c8 to here."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    profile = sa.Enum(*PROFILES, name='taxprofile', native_enum=False, create_constraint=True, length=32)
    payout = sa.Enum(*PAYOUTS, name='payout', native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vat_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('reg_no', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('ipi', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('isni', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('tax_profile', profile, server_default='private', nullable=False))
        batch_op.add_column(sa.Column('payout', payout, server_default='none', nullable=False))
        batch_op.add_column(sa.Column('merged_into_id', number, nullable=True))
        batch_op.add_column(sa.Column('version', number, server_default='0', nullable=False))
        batch_op.create_index(batch_op.f('ix_party_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_party_merged_into_id'), 'party', ['merged_into_id'], ['id'])
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f'ck_party_{name}'), rule)


def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('party', schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f'ck_party_{name}'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_party_merged_into_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_party_merged_into_id'))
        for column in ('version', 'merged_into_id', 'payout', 'tax_profile', 'isni', 'ipi', 'reg_no', 'vat_id'):
            batch_op.drop_column(column)
