"""Questions at any size: indexes of what is asked about; names as they sound; days with news"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

HANDED_IN = "state = 'submitted'"
STILL_OPEN = "state NOT IN ('verified_closed', 'withdrawn')"
GONE = {
    "checks": (
        "ix_checks_site_id_submitted_at",
        "ix_checks_person_id_state",
        "ix_checks_campaign_id_day",
        "ix_checks_submit_due_at",
    ),
    "item_results": ("ix_item_results_check_id",),
    "findings": ("ix_findings_campaign_id_state", "ix_findings_deadline_on"),
}
# table, condition, name, columns
NEW = (
    ("checks", HANDED_IN, "ix_checks_of_site", "site_id", "submitted_at"),
    ("checks", HANDED_IN, "ix_checks_of_site_by_day", "site_id", "day"),
    ("checks", HANDED_IN, "ix_checks_of_day", "campaign_id", "day", "site_id", "received_at"),
    ("checks", HANDED_IN, "ix_checks_of_person", "person_id", "day", "submitted_at"),
    ("checks", "state <> 'submitted' AND number IS NOT NULL", "ix_checks_taken_back", "campaign_id", "day"),
    ("checks", "state = 'draft'", "ix_checks_in_hand", "person_id", "touched_at"),
    ("checks", "submit_due_at IS NOT NULL", "ix_checks_submit_due_at", "submit_due_at"),
    ("item_results", "replaced_at IS NOT NULL", "ix_item_results_replaced", "check_id"),
    ("item_results", "message_id IS NOT NULL AND replaced_at IS NULL", "ix_item_results_said", "message_id"),
    ("findings", None, "ix_findings_campaign_id_day", "campaign_id", "day"),
    ("findings", None, "ix_findings_campaign_id_closed_at", "campaign_id", "closed_at"),
    ("findings", STILL_OPEN, "ix_findings_open", "campaign_id", "deadline_on", "site_id"),
    ("findings", STILL_OPEN, "ix_findings_open_of_site", "site_id"),
    ("findings", STILL_OPEN, "ix_findings_open_of_person", "opened_by"),
)


def upgrade() -> None:
    for table, names in GONE.items():
        for name in names:
            op.drop_index(name, table)
    for table, condition, name, *columns in NEW:
        where = sa.text(condition) if condition is not None else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("occurrences") as occurrences:
        occurrences.drop_constraint("uq_occurrences_kind_scope_local_day", type_="unique")
        occurrences.create_unique_constraint("uq_occurrences_kind_local_day_scope", ["kind", "local_day", "scope"])
    op.create_table(
        "spoken_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sound", sa.Text(), nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_spoken_names"),
    )
    op.create_table(
        "day_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_day_news_site_id_sites"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_day_news_campaign_id_campaigns"),
        sa.PrimaryKeyConstraint("id", name="pk_day_news"),
    )
