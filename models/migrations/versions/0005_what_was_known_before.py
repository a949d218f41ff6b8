"""What was known of the site when a check was put there"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("checks", sa.Column("before", sa.JSON(), nullable=True))
