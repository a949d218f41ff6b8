"""Before the tables change: a whole copy of the record beside it, so that an upgrade can be taken back (F44)."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Engine


def copy_path(record: Path, version: str) -> Path:
    return record.with_name(f"{record.name}.before-{version}")


def keep_copy(engine: Engine, version: str) -> Path | None:
    """The copy, on the disk and whole; None where the database is a server's, which has backups of its own.

    A copy that is there already was made before an upgrade that broke off: it is the older one, and stays.
    Raises OSError when it cannot be made.
    """
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    copy = copy_path(Path(engine.url.database), version)
    if copy.exists():
        return copy
    half = copy.with_name(f"{copy.name}.half")
    half.unlink(missing_ok=True)
    try:
        with engine.connect() as connection:  # not in a transaction, where SQLite copies nothing
            connection.connection.execute("VACUUM INTO ?", (str(half),))
    except sqlite3.Error as error:
        raise OSError(str(error)) from None
    _sync(half)
    half.rename(copy)
    _sync(copy.parent)
    return copy


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
