"""Cases that were seen again by further checks, and cases that turned out to be another one's duplicate"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0020"
down_revision = "0019"

STILL_OPEN = sa.text("state NOT IN ('verified_closed', 'withdrawn', 'duplicate')")
DUPLICATES = sa.text("duplicate_of IS NOT NULL")
OF_OPEN = {
    "ix_findings_open": ["campaign_id", "deadline_on", "site_id"],
    "ix_findings_open_of_site": ["site_id"],
    "ix_findings_open_of_person": ["opened_by"],
    "ix_findings_open_of_unit": ["unit_id"],
    "ix_findings_open_of_taker": ["taken_by"],
}


def upgrade() -> None:
    for name in OF_OPEN:
        op.drop_index(name, "findings")
    with op.batch_alter_table("findings") as findings:
        findings.add_column(sa.Column("seen", sa.Integer(), nullable=False, server_default="1"))
        findings.add_column(sa.Column("seen_at", models.base.UtcDateTime(), nullable=True))
        findings.add_column(sa.Column("duplicate_of", sa.Integer(), nullable=True))
        findings.create_foreign_key("fk_findings_duplicate_of_findings", "findings", ["duplicate_of"], ["id"])
    for name, columns in OF_OPEN.items():
        op.create_index(name, "findings", columns, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)
    op.create_index(
        "ix_findings_duplicate_of", "findings", ["duplicate_of"], sqlite_where=DUPLICATES, postgresql_where=DUPLICATES
    )
    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_same", sa.Boolean(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counted_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("taken_back_at", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_sightings_finding_id_findings"),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_sightings_check_id_checks"),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_items.id"], name="fk_sightings_item_id_checklist_items"),
        sa.ForeignKeyConstraint(["result_id"], ["item_results.id"], name="fk_sightings_result_id_item_results"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sightings_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_sightings"),
    )
    op.create_index("ix_sightings_finding_id", "sightings", ["finding_id"])
    op.create_index("ix_sightings_check_id", "sightings", ["check_id"])
