"""Runs the migrations on the engine that is handed in."""

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Engine, text

from models.tables import Base

engine: Engine = context.config.attributes["engine"]
sqlite = engine.dialect.name == "sqlite"


def _nothing_dangles(ctx: MigrationContext, step: MigrationInfo, heads: Any, run_args: Any) -> None:  # noqa: ARG001 - alembic's
    """In the transaction of the step itself, so that one that breaks a reference is undone."""
    dangling = connection.execute(text("PRAGMA foreign_key_check")).all() if sqlite else []
    if dangling:
        raise RuntimeError(f"the migration leaves {len(dangling)} rows pointing nowhere: {dangling[:3]}")


with engine.connect() as connection:
    if sqlite:
        # A table that is rebuilt is dropped in between: rows that point at it must neither forbid it nor go with it.
        connection.connection.execute("PRAGMA foreign_keys=0")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
        on_version_apply=_nothing_dangles,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        connection.rollback()
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=1")
