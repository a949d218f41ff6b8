"""All answers of a check are found by its number again; no index is taken for that of what is open"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.drop_index("ix_item_results_replaced", "item_results")
    op.create_index("ix_item_results_check_id", "item_results", ["check_id"])
    op.drop_index("ix_findings_campaign_id_day", "findings")
    op.drop_index("ix_findings_campaign_id_closed_at", "findings")
    op.create_index("ix_findings_day_campaign_id", "findings", ["day", "campaign_id"])
    op.create_index("ix_findings_closed_at_campaign_id", "findings", ["closed_at", "campaign_id"])
