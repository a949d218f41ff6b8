"""What photos turned out to be, and drafts by the time they were last touched"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"

VERDICTS = ("sound", "original", "incomplete", "quarantined")
DRAFT = sa.text("(state = 'draft')")


def upgrade() -> None:
    for column in (
        sa.Column("verdict", sa.Enum(*VERDICTS, name="photoverdict", native_enum=False, length=32), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False, server_default=""),
        sa.Column("claimed_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("claimed_latitude", sa.Double(), nullable=True),
        sa.Column("claimed_longitude", sa.Double(), nullable=True),
        sa.Column("replaced_at", models.base.UtcDateTime(), nullable=True),
    ):
        op.add_column("photos", column)
    op.create_index("ix_checks_drafts", "checks", ["touched_at"], sqlite_where=DRAFT, postgresql_where=DRAFT)
