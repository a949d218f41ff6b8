"""Which lists a site sits on: every move is a row"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0018"
down_revision = "0017"

STILL_ON = sa.text("left_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "list_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", models.base.UtcDateTime(), nullable=False),
        sa.Column("listed_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("left_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("left_by", sa.Integer(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_list_entries_site_id_sites"),
        sa.ForeignKeyConstraint(["listed_by"], ["people.id"], name="fk_list_entries_listed_by_people"),
        sa.ForeignKeyConstraint(["left_by"], ["people.id"], name="fk_list_entries_left_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_list_entries"),
    )
    op.create_index("ix_list_entries_site_id", "list_entries", ["site_id"])
    op.create_index(
        "uq_list_entries_current", "list_entries", ["site_id", "code"], unique=True,
        sqlite_where=STILL_ON, postgresql_where=STILL_ON,
    )  # fmt: skip
    op.create_index(
        "ix_list_entries_on", "list_entries", ["code", "site_id"], sqlite_where=STILL_ON, postgresql_where=STILL_ON
    )
