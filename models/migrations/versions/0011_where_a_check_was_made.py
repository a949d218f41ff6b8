"""On PostgreSQL, too, a check's location is one that is there: the first tables had left that out"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
NAME = "fk_checks_location_id_locations"


def upgrade() -> None:
    """What is there already is not looked through for it: nothing has ever written another."""
    connection = op.get_bind()
    known = {key["name"] for key in sa.inspect(connection).get_foreign_keys("checks")}
    if connection.dialect.name == "postgresql" and NAME not in known:
        op.create_foreign_key(NAME, "checks", "locations", ["location_id"], ["id"], postgresql_not_valid=True)
