"""Interest and experiments"""

import sqlalchemy as sa
from alembic import op

revision = 'e2d90a71c4b8'
down_revision = '9c2210614a31'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead from 9c2210614a31 to here."""
    op.create_table('interest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sort', sa.Enum('searched', 'not_found', 'heard', name='sort', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('times', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('times > 0', name=op.f('ck_interest_happened')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest')),
    sa.UniqueConstraint('day', 'sort', 'subject', name=op.f('uq_interest_day_sort_subject'))
    )
    op.create_table('experiment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('hypothesis', sa.Text(), nullable=False),
    sa.Column('lever', sa.Text(), nullable=True),
    sa.Column('variants', sa.JSON(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'running', 'stopped', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('stopped_at', sa.DateTime(), nullable=True),
    sa.Column('staff_minutes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lessons', sa.Text(), nullable=False),
    sa.CheckConstraint("(status = 'draft') = (started_at IS NULL)", name=op.f('ck_experiment_started_when_running')),
    sa.CheckConstraint("(status = 'stopped') = (stopped_at IS NOT NULL)", name=op.f('ck_experiment_stopped_when_over')),
    sa.CheckConstraint('staff_minutes >= 0', name=op.f('ck_experiment_time_is_not_negative')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_experiment_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_experiment'))
    )
    with op.batch_alter_table('experiment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_experiment_made_by_id'), ['made_by_id'], unique=False)
        batch_op.create_index('uq_experiment_running_lever', ['lever'], unique=True, sqlite_where=sa.text("status = 'running' AND lever IS NOT NULL"), postgresql_where=sa.text("status = 'running' AND lever IS NOT NULL"))

    op.create_table('exposure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('experiment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('variant', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['experiment_id'], ['experiment.id'], name=op.f('fk_exposure_experiment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exposure')),
    sa.UniqueConstraint('experiment_id', 'subject', name=op.f('uq_exposure_experiment_id_subject'))
    )
    with op.batch_alter_table('exposure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exposure_experiment_id'), ['experiment_id'], unique=False)

    op.create_table('outcome',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('exposure_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deed', sa.Enum('heard', 'ordered', 'used', name='deed', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['exposure_id'], ['exposure.id'], name=op.f('fk_outcome_exposure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcome')),
    sa.UniqueConstraint('exposure_id', 'deed', 'reference', name=op.f('uq_outcome_exposure_id_deed_reference'))
    )
    with op.batch_alter_table('outcome', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outcome_exposure_id'), ['exposure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outcome_reference'), ['reference'], unique=False)


def downgrade() -> None:
    """Lead back."""
    with op.batch_alter_table('outcome', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outcome_reference'))
        batch_op.drop_index(batch_op.f('ix_outcome_exposure_id'))

    op.drop_table('outcome')
    with op.batch_alter_table('exposure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exposure_experiment_id'))

    op.drop_table('exposure')
    with op.batch_alter_table('experiment', schema=None) as batch_op:
        batch_op.drop_index('uq_experiment_running_lever', sqlite_where=sa.text("status = 'running' AND lever IS NOT NULL"), postgresql_where=sa.text("status = 'running' AND lever IS NOT NULL"))
        batch_op.drop_index(batch_op.f('ix_experiment_made_by_id'))

    op.drop_table('experiment')
    op.drop_table('interest')
