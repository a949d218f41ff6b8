"""A receipt may be told of in a message with others"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("cards") as table:
        table.add_column(sa.Column("part_of", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_cards_part_of_cards", "cards", ["part_of"], ["id"])
    op.create_index("ix_cards_part_of", "cards", ["part_of"], sqlite_where=PARTS, postgresql_where=PARTS)


PARTS = sa.text("part_of IS NOT NULL")
