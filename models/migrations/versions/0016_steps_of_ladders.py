"""Steps of a plan's ladder that were decided on for a finding; cases by their number"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("proposed_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=True),
        sa.Column("decided_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_escalations_finding_id_findings"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_escalations_decided_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
        sa.UniqueConstraint("finding_id", "ladder", "step", name="uq_escalations_finding_id_ladder_step"),
    )
    op.create_index("ix_escalations_finding_id", "escalations", ["finding_id"])
    op.create_index("ix_findings_number", "findings", ["number"])
