"""Complaints with an answer due; serious incidents with the steps of each"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0019"
down_revision = "0018"

UNANSWERED = sa.text("state NOT IN ('asking', 'answered')")
OF_SITE = sa.text("site_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_complaints_campaign_id_campaigns"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_complaints_area_id_areas"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_complaints_site_id_sites"),
        sa.ForeignKeyConstraint(["received_by"], ["people.id"], name="fk_complaints_received_by_people"),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_complaints_check_id_checks"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_complaints_finding_id_findings"),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name="fk_complaints_answered_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_complaints"),
        sa.UniqueConstraint("day", "number", name="uq_complaints_day_number"),
    )
    op.create_index(
        "ix_complaints_unanswered", "complaints", ["area_id", "campaign_id"],
        sqlite_where=UNANSWERED, postgresql_where=UNANSWERED,
    )  # fmt: skip
    op.create_index("ix_complaints_of_site", "complaints", ["site_id"], sqlite_where=OF_SITE, postgresql_where=OF_SITE)
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("deaths", sa.Integer(), nullable=True),
        sa.Column("injured", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_incidents_campaign_id_campaigns"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_incidents_area_id_areas"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_incidents_site_id_sites"),
        sa.ForeignKeyConstraint(["reported_by"], ["people.id"], name="fk_incidents_reported_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("day", "number", name="uq_incidents_day_number"),
    )
    op.create_table(
        "incident_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_incident_steps_incident_id_incidents"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_incident_steps_person_id_people"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["incident_steps.id"], name="fk_incident_steps_proposal_id_incident_steps"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident_steps"),
    )
    op.create_index("ix_incident_steps_incident_id", "incident_steps", ["incident_id"])
