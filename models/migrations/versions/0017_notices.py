"""Notices issued for a case, whether they were served, and the code of the case"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_basis", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("page", sa.JSON(), nullable=False),
        sa.Column("delivered_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("delivered_by", sa.Integer(), nullable=True),
        sa.Column("service", sa.String(length=32), nullable=True),
        sa.Column("delivery_photo_id", sa.Integer(), nullable=True),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_notices_finding_id_findings"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_notices_unit_id_units"),
        sa.ForeignKeyConstraint(["issued_by"], ["people.id"], name="fk_notices_issued_by_people"),
        sa.ForeignKeyConstraint(["delivered_by"], ["people.id"], name="fk_notices_delivered_by_people"),
        sa.ForeignKeyConstraint(["delivery_photo_id"], ["photos.id"], name="fk_notices_delivery_photo_id_photos"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("number", "day", name="uq_notices_number_day"),
    )
    op.create_index("ix_notices_finding_id", "notices", ["finding_id"])
    op.create_index("ix_notices_delivery_photo_id", "notices", ["delivery_photo_id"])
    op.create_table(
        "case_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_case_codes_finding_id_findings"),
        sa.PrimaryKeyConstraint("id", name="pk_case_codes"),
        sa.UniqueConstraint("finding_id", name="uq_case_codes_finding_id"),
        sa.UniqueConstraint("token", name="uq_case_codes_token"),
    )
