"""All answers of a check, the replaced ones with them, are found by its number again"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.drop_index("ix_item_results_replaced", "item_results")
    op.create_index("ix_item_results_check_id", "item_results", ["check_id"])
