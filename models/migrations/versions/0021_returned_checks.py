"""Items of a handed-in check that a lead sends back, and what became of each"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0021"
down_revision = "0020"

ASKED_AGAIN = sa.text("asked_at IS NOT NULL AND answered_at IS NULL AND dropped_at IS NULL")
WITH_PHOTO = sa.text("photo_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("sent_at", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_returns_check_id_checks"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_returns_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
    )
    for column in ("check_id", "person_id"):
        op.create_index(f"ix_returns_{column}", "returns", [column])
    op.create_table(
        "returned_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("answered_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("dropped_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name="fk_returned_items_return_id_returns"),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_returned_items_check_id_checks"),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_items.id"], name="fk_returned_items_item_id_checklist_items"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk_returned_items_photo_id_photos"),
        sa.PrimaryKeyConstraint("id", name="pk_returned_items"),
    )
    op.create_index("ix_returned_items_return_id", "returned_items", ["return_id"])
    op.create_index(
        "uq_returned_items_open", "returned_items", ["check_id", "item_id"], unique=True,
        sqlite_where=ASKED_AGAIN, postgresql_where=ASKED_AGAIN,
    )  # fmt: skip
    op.create_index(
        "ix_returned_items_photo_id", "returned_items", ["photo_id"],
        sqlite_where=WITH_PHOTO, postgresql_where=WITH_PHOTO,
    )  # fmt: skip
