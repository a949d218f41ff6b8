"""Sites kept in another datum have an index of their own; no index is taken for that of what waits to be sent"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SHIFTED = sa.text("datum <> 'WGS-84'")


def upgrade() -> None:
    op.create_index(
        "ix_sites_shifted", "sites", ["latitude", "longitude"], sqlite_where=SHIFTED, postgresql_where=SHIFTED
    )
    op.drop_index("ix_outbox_chat", "outbox")
    op.create_index("ix_outbox_chat", "outbox", ["chat", "channel"])
    op.drop_index("ix_cards_chat", "cards")
    op.create_index("ix_cards_chat", "cards", ["chat", "channel", "message_id"])
