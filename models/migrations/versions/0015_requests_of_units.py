"""What a unit asks for a case: more time, or that another unit take it; and what was answered"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0015"
down_revision = "0014"

WAITING = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "case_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("to_unit_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_case_requests_finding_id_findings"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_case_requests_unit_id_units"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_case_requests_person_id_people"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_case_requests_decided_by_people"),
        sa.ForeignKeyConstraint(["to_unit_id"], ["units.id"], name="fk_case_requests_to_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_case_requests"),
    )
    op.create_index("ix_case_requests_finding_id", "case_requests", ["finding_id"])
    op.create_index(
        "ix_case_requests_waiting", "case_requests", ["finding_id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
