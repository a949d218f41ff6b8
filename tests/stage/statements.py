"""Every test has a record of its own, all of them the same tables: what asks them is put together once for a process.

An engine keeps the statements it has compiled, a quarter of the time of a short conversation, and loses them with it.
"""

from typing import Any

import sqlalchemy
from sqlalchemy import Engine

import models.database
import models.record
from models.rows import Rows


def share() -> None:
    """From now on engines on SQLite look for a statement where the others have left it."""
    first, rows, open_engine = sqlalchemy.create_engine("sqlite://", query_cache_size=5000), {}, models.database._engine
    first.connect().close()  # knows the version then

    def engine(url: str, writes: bool) -> Engine:
        opened = open_engine(url, writes)
        if opened.dialect.name == first.dialect.name:
            opened.dialect = opened.pool._dialect = first.dialect
            opened._compiled_cache = first._compiled_cache
        return opened

    def rows_for(dialect: Any) -> Rows:
        if dialect not in rows:
            rows[dialect] = Rows(dialect)
        return rows[dialect]

    models.database._engine = engine
    models.record.Rows = rows_for
