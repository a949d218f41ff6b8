"""Which sites are near is answered by the index alone: those in the box it crosses are no longer read one by one"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index(
        "ix_sites_place", "sites", ["latitude", "longitude", "datum", "closed_at", "area_id", "campaign_id"]
    )
    op.drop_index("ix_sites_latitude_longitude", "sites")
