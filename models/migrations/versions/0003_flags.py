"""Flags and reasons of checks, live locations and their samples, how much somebody asks"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("checks") as table:
        table.add_column(sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("locations") as table:
        table.add_column(sa.Column("live_seconds", sa.Integer(), nullable=True))
        table.add_column(sa.Column("live_ended_at", models.base.UtcDateTime(), nullable=True))
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("asked_since", models.base.UtcDateTime(), nullable=True))
    op.create_table(
        "location_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fk_location_samples_location_id_locations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_samples")),
    )
    with op.batch_alter_table("location_samples") as table:
        table.create_index(op.f("ix_location_samples_location_id"), ["location_id"], unique=False)
