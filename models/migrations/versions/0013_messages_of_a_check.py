"""Which messages a check was made by, so that a photo that was overtaken finds it; no held card is in doubt yet"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("checks", sa.Column("first_message", sa.BigInteger(), nullable=True))
    op.add_column("checks", sa.Column("last_message", sa.BigInteger(), nullable=True))
    op.execute("UPDATE cards SET tries = 0 WHERE state = 'held'")
