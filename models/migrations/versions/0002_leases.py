"""Leases: several programs on one record"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", models.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    # A chat's rows in their order, however much waits in the others.
    op.drop_index("ix_inbox_waiting", "inbox")
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["channel", "chat"],
        sqlite_where=sa.text("(state = 'new')"),
        postgresql_where=sa.text("(state = 'new')"),
    )
