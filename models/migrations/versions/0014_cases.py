"""Cases: a group may be a unit's own; who has taken a finding, who says it is fixed, how often it was sent back"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0014"
down_revision = "0013"

STILL_OPEN = sa.text("state NOT IN ('verified_closed', 'withdrawn')")


def upgrade() -> None:
    with op.batch_alter_table("group_chats") as groups:
        groups.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        groups.create_foreign_key("fk_group_chats_unit_id_units", "units", ["unit_id"], ["id"])
    with op.batch_alter_table("findings") as findings:
        for name in ("taken", "fixed"):
            findings.add_column(sa.Column(f"{name}_by", sa.Integer(), nullable=True))
            findings.add_column(sa.Column(f"{name}_at", models.base.UtcDateTime(), nullable=True))
            findings.create_foreign_key(f"fk_findings_{name}_by_people", "people", [f"{name}_by"], ["id"])
        findings.add_column(sa.Column("returned", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("conforms", sa.Boolean(), nullable=True),
        sa.Column("decided_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_verifications_finding_id_findings"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_verifications_person_id_people"),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name="fk_verifications_location_id_locations"),
        sa.PrimaryKeyConstraint("id", name="pk_verifications"),
    )
    op.create_index("ix_verifications_finding_id", "verifications", ["finding_id"])
    for name, column in (("unit", "unit_id"), ("taker", "taken_by")):
        op.create_index(
            f"ix_findings_open_of_{name}", "findings", [column], sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN
        )
