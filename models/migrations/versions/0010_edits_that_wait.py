"""Edits that came before their messages are found without looking through the inbox"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
PARKED = sa.text("(state = 'parked')")


def upgrade() -> None:
    op.create_index("ix_inbox_parked", "inbox", ["channel"], sqlite_where=PARKED, postgresql_where=PARKED)
